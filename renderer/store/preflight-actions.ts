import { failure } from '../../shared/contract/failure.ts';
import type { LockdownChoice } from '../../shared/contract/intents.ts';
import type { PreflightHost } from '../../shared/contract/ipc/preflight.ts';
import type { PreflightItem } from '../../shared/contract/lockdown.ts';
import { type Checks, decisionsToSend, without } from '../model/preflight-checks.ts';
import type { Wiring } from './app.ts';
import type { PreflightState } from './app-state.ts';
import { openedRun } from './fold.ts';
import type { HomeActions } from './home-actions.ts';

export interface PreflightActions {
  readonly connect: (hosts: readonly string[]) => Promise<void>;
  /** Senses these items (again); the displays are read along with the desktop. */
  readonly checkItems: (items: readonly PreflightItem[]) => Promise<void>;
  /** Goes on although this was found; holds until something else is found. */
  readonly goPast: (item: PreflightItem, reason: string) => void;
  readonly takeBack: (item: PreflightItem) => void;
  readonly chooseLockdown: (choice: LockdownChoice) => void;
  readonly chooseDisplay: (id: number) => Promise<void>;
  /** Creates and starts the run that is shown, with what was chosen and decided here. */
  readonly createRun: () => Promise<void>;
  readonly leavePreflight: () => Promise<void>;
  /** Reads the checklist again after it was mended. */
  readonly rereadPreflight: () => Promise<void>;
  /** Leaves for an earlier run: the rehearsal, or the one that has to be explained. */
  readonly leaveForRun: (runId: string) => Promise<void>;
  /** Null cancels the question. */
  readonly answerPrompt: (id: number, values: readonly string[] | null) => Promise<void>;
}

const idleHost = (name: string): PreflightHost => ({
  name,
  status: 'idle',
  address: null,
  user: null,
  keyType: null,
  fingerprint: null,
  via: [],
  latencyMs: null,
  failure: null,
});

export function preflightActions({ api, store, set }: Wiring, home: HomeActions): PreflightActions {
  const change = (changes: Partial<PreflightState>): void => {
    const { preflight } = store.getState();
    if (preflight !== null) set({ preflight: { ...preflight, ...changes } });
  };

  const createRun = async (): Promise<void> => {
    const { preflight } = store.getState();
    if (preflight?.creating !== false) return;
    const { lockdown } = preflight;
    change({ creating: true, failure: null });
    try {
      const answer = await api.request('run:create', { lockdown, decisions: decisionsToSend(preflight) });
      if (answer.ok) set({ run: openedRun(answer.value.state, true, false), screen: 'run', preflight: null });
      else change({ failure: answer.failure });
    } catch (error) {
      change({ failure: failure('local-error', {}, error) });
    } finally {
      change({ creating: false });
    }
  };

  const checkItems = async (items: readonly PreflightItem[]): Promise<void> => {
    const before = store.getState().preflight;
    if (before === null || items.length === 0) return;
    const sensing: Checks = Object.fromEntries(items.map((item) => [item, 'sensing']));
    change({ checks: { ...before.checks, ...sensing }, checksFailure: null });
    try {
      const displays = items.includes('desktop') ? api.request('lock:displays', {}) : null;
      await Promise.all([api.request('preflight:check', { items: [...items] }), displays]);
      if (displays !== null) change({ displays: await displays });
    } catch (error) {
      const { preflight } = store.getState();
      // What main did not get to tell was not sensed; saying so is all that can be done.
      const told = Object.entries(preflight?.checks ?? {}).filter(([, check]) => check !== 'sensing');
      change({ checks: Object.fromEntries(told), checksFailure: failure('local-error', {}, error) });
    }
  };

  return {
    checkItems,
    goPast: (item, reason) => {
      const { preflight } = store.getState();
      const check = preflight?.checks[item];
      if (preflight === null || check === undefined || check === 'sensing') return;
      change({ decisions: { ...preflight.decisions, [item]: { code: check.code, params: check.params, reason } } });
    },
    takeBack: (item) => change({ decisions: without(store.getState().preflight?.decisions ?? {}, item) }),
    chooseLockdown: (lockdown) => change({ lockdown }),
    chooseDisplay: async (id) => {
      try {
        change({ displays: await api.request('lock:choose-display', { id }) });
      } catch (error) {
        change({ failure: failure('local-error', {}, error) });
      }
    },
    connect: async (hosts) => {
      const { preflight } = store.getState();
      if (preflight === null || hosts.length === 0) return;
      const connecting = hosts.map(
        (name) =>
          [name, { ...(preflight.hosts[name] ?? idleHost(name)), status: 'connecting', failure: null }] as const,
      );
      change({ hosts: { ...preflight.hosts, ...Object.fromEntries(connecting) }, failure: null });
      try {
        await api.request('preflight:connect', { hosts: [...hosts] });
      } catch (error) {
        change({ failure: failure('local-error', {}, error) });
      }
    },
    createRun,
    leavePreflight: async () => {
      await api.request('preflight:close', {});
      await home.goHome();
    },
    leaveForRun: async (runId) => {
      await api.request('preflight:close', {});
      set({ preflight: null });
      await home.openRun(runId);
    },
    rereadPreflight: async () => {
      const { preflight } = store.getState();
      if (preflight !== null) await home.openPreflight(preflight.path, preflight.environment);
    },
    answerPrompt: async (id, values) => {
      set({ prompts: store.getState().prompts.filter((prompt) => prompt.id !== id) });
      await api.request('prompt:answer', { id, values: values === null ? null : [...values] });
    },
  };
}
