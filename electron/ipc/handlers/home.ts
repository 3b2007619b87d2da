import { failure } from '../../../shared/contract/failure.ts';
import type { Language } from '../../../shared/contract/ipc/settings.ts';
import type { SettingsKeeper } from '../../app/settings.ts';
import { listRuns } from '../../engine/run-list.ts';
import { summarise } from '../checklist-summary.ts';
import type { DemoDesk } from '../demo-desk.ts';
import type { Desktop } from '../desktop.ts';
import type { Handlers } from '../router.ts';

export interface HomeParts {
  readonly data: string;
  readonly settings: SettingsKeeper;
  readonly desktop: Desktop;
  readonly demos: DemoDesk;
  readonly language: () => Language;
  /** Checklists whose demo hosts are still needed. */
  readonly demosInUse: () => ReadonlySet<string>;
}

const recentAtMost = 20;

/** The home screen: what was opened before, what was run, a file, the demo. */
export function homeHandlers(
  parts: HomeParts,
): Pick<Handlers, 'home:list' | 'checklist:open' | 'checklist:forget' | 'demo:open'> {
  const { data, settings, desktop, demos, language, demosInUse } = parts;

  const others = (path: string): string[] => settings.get().recentChecklists.filter((one) => one !== path);

  return {
    'home:list': async () => {
      const recent = settings.get().recentChecklists;
      const [checklists, runs] = await Promise.all([Promise.all(recent.map(summarise)), listRuns(data)]);
      return { checklists, runs };
    },
    'checklist:open': async ({ path }) => {
      const chosen = path ?? (await desktop.chooseChecklist());
      if (chosen === null) return null;
      const value = await summarise(chosen);
      // A demo's checklist is gone with the demo; the list is for files of the person's own.
      if (demos.homeOf(chosen) === null) {
        settings.set({ recentChecklists: [chosen, ...others(chosen)].slice(0, recentAtMost) });
      }
      return { ok: true, value };
    },
    'checklist:forget': ({ path }) => {
      settings.set({ recentChecklists: others(path) });
      return null;
    },
    'demo:open': async () => {
      try {
        return { ok: true, value: await summarise(await demos.open(language(), demosInUse())) };
      } catch (error) {
        return { ok: false, failure: failure('local-error', {}, error) };
      }
    },
  };
}
