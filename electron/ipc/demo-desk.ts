import type { Language } from '../../shared/contract/ipc.ts';
import { type Demo, openDemo } from '../demo/open-demo.ts';

/** The demo releases of this process: each opening is a fresh pair of hosts, closed when nothing needs it any more. */
export interface DemoDesk {
  /** Gives the path of a fresh demo checklist. Rejects with a sentence when this machine cannot run the demo. */
  open(language: Language, inUse: ReadonlySet<string>): Promise<string>;
  /** The demo's own home folder when the checklist is a demo's, else null. */
  homeOf(checklist: string): string | null;
  close(): Promise<void>;
}

/** `folder`: where demos may make their own folders. */
export function createDemoDesk(folder: string): DemoDesk {
  const demos = new Map<string, Demo>();

  async function closeAllBut(kept: ReadonlySet<string>): Promise<void> {
    const idle = [...demos.values()].filter((demo) => !kept.has(demo.checklist));
    for (const demo of idle) demos.delete(demo.checklist);
    await Promise.all(idle.map((demo) => demo.close()));
  }

  return {
    open: async (language, inUse) => {
      await closeAllBut(inUse);
      const demo = await openDemo({ folder, language });
      demos.set(demo.checklist, demo);
      return demo.checklist;
    },
    homeOf: (checklist) => demos.get(checklist)?.home ?? null,
    close: () => closeAllBut(new Set()),
  };
}
