import { failure } from '../../shared/contract/failure.ts';
import type { ChecklistSummary } from '../../shared/contract/ipc/home.ts';
import type { Settings } from '../../shared/contract/ipc/settings.ts';
import { usualLockdown } from '../model/preflight-checks.ts';
import type { Wiring } from './app.ts';
import type { HomeState } from './app-state.ts';
import { withoutVerdicts } from './history-actions.ts';
import type { RunActions } from './run-actions.ts';

export interface HomeActions {
  /** Reads everything the first screen needs. */
  readonly begin: () => Promise<void>;
  readonly goHome: () => Promise<void>;
  readonly openDemo: () => Promise<void>;
  /** Null asks with a file dialog. */
  readonly openChecklist: (path: string | null) => Promise<void>;
  readonly forgetChecklist: (path: string) => Promise<void>;
  readonly openPreflight: (path: string, environment: string) => Promise<void>;
  readonly openRun: (runId: string) => Promise<void>;
  readonly changeSettings: (change: Partial<Settings>) => Promise<void>;
  readonly showSettings: (open: boolean) => void;
}

export function homeActions(wiring: Wiring, run: RunActions): HomeActions {
  const { api, store, set } = wiring;
  const setHome = (change: Partial<HomeState>): void => set({ home: { ...store.getState().home, ...change } });

  const refresh = async (): Promise<void> => {
    const { checklists, runs } = await api.request('home:list', {});
    setHome({ checklists, runs });
    set({
      verdicts: withoutVerdicts(
        store.getState().verdicts,
        runs.map(({ runId }) => runId),
      ),
    });
  };

  /** One opening at a time; whatever goes wrong ends as a notice on the screen, never as silence. */
  const busy = async (what: NonNullable<HomeState['busy']>, work: () => Promise<void>): Promise<void> => {
    if (store.getState().home.busy !== null) return;
    setHome({ busy: what, failure: null, demo: null });
    try {
      await work();
    } catch (error) {
      setHome({ failure: failure('local-error', {}, error) });
    } finally {
      setHome({ busy: null });
    }
  };

  const showPreflight = async (path: string, environment: string): Promise<void> => {
    const answer = await api.request('preflight:open', { path, environment });
    const plan = answer.ok ? answer.plan : null;
    const problems = answer.ok ? [] : answer.problems;
    const before = answer.ok ? answer : { rehearsal: null, unexplained: null };
    set({
      preflight: {
        path,
        environment,
        plan,
        problems,
        rehearsal: before.rehearsal,
        unexplained: before.unexplained,
        hosts: {},
        ...{
          checks: {},
          decisions: {},
          checksFailure: null,
          displays: [],
          lockdown: usualLockdown(plan ?? { production: false }),
        },
        creating: false,
        failure: null,
      },
      screen: 'preflight',
    });
  };

  const showDemo = async (): Promise<void> => {
    const answer = await api.request('demo:open', {});
    if (!answer.ok) return setHome({ failure: answer.failure });
    const [only, another] = answer.value.environments;
    if (only !== undefined && another === undefined) return showPreflight(answer.value.path, only.name);
    setHome({ demo: answer.value });
  };

  const showChecklist = async (path: string | null): Promise<void> => {
    const answer = await api.request('checklist:open', { path });
    if (answer !== null && !answer.ok) setHome({ failure: answer.failure });
    else if (answer !== null) setHome({ checklists: withFirst(answer.value, store.getState().home.checklists ?? []) });
  };

  return {
    begin: async () => {
      const [info, settings] = await Promise.all([api.request('app:info', {}), api.request('settings:get', {})]);
      set({ info, settings });
      await firstFrame();
      await busy('file', refresh);
    },
    goHome: async () => {
      set({ screen: 'home', run: null, preflight: null });
      await busy('file', refresh);
    },
    openDemo: () => busy('demo', showDemo),
    openChecklist: (path) => busy('file', () => showChecklist(path)),
    forgetChecklist: (path) =>
      busy('file', async () => {
        await api.request('checklist:forget', { path });
        await refresh();
      }),
    openPreflight: (path, environment) => busy('preflight', () => showPreflight(path, environment)),
    openRun: (runId) =>
      busy('run', async () => {
        const answer = await api.request('run:open', { runId });
        if (answer.ok) run.showRun(answer.value.state, answer.value.live, answer.value.state.status !== 'ended');
        else setHome({ failure: answer.failure });
      }),
    changeSettings: async (change) => set({ settings: await api.request('settings:set', change) }),
    showSettings: (settingsOpen) => set({ settingsOpen }),
  };
}

function withFirst(first: ChecklistSummary, rest: readonly ChecklistSummary[]): readonly ChecklistSummary[] {
  return [first, ...rest.filter(({ path }) => path !== first.path)];
}

/** Resolves when the first screen was drawn (a hidden window draws nothing, so not much later in any case). */
function firstFrame(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => resolve();
    setTimeout(done, 200);
    globalThis.requestAnimationFrame?.(() => requestAnimationFrame(done));
  });
}
