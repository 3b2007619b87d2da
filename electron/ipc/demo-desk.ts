import { basename, dirname, join } from 'node:path';
import type { Language } from '../../shared/contract/ipc/settings.ts';
import { type Demo, openDemo } from '../demo/open-demo.ts';
import { demoFolderPrefix } from '../engine/data-folder.ts';

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
    homeOf: (checklist) => demos.get(checklist)?.home ?? homeOfAnother(folder, checklist),
    close: () => closeAllBut(new Set()),
  };
}

/** A demo that another window of this computer opened: whoever takes the pen from it can reach its hosts too. */
function homeOfAnother(folder: string, checklist: string): string | null {
  const root = dirname(checklist);
  const isDemo = dirname(root) === folder && basename(root).startsWith(demoFolderPrefix);
  return isDemo ? join(root, 'home') : null;
}
