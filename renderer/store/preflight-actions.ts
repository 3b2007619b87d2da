import { failure } from '../../shared/contract/failure.ts';
import type { PreflightHost } from '../../shared/contract/ipc.ts';
import type { Wiring } from './app.ts';
import type { PreflightState } from './app-state.ts';
import { openedRun } from './fold.ts';
import type { HomeActions } from './home-actions.ts';

export interface PreflightActions {
  readonly connect: (hosts: readonly string[]) => Promise<void>;
  /** Creates and starts the run that is shown. */
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
    if (store.getState().preflight?.creating !== false) return;
    change({ creating: true, failure: null });
    try {
      const answer = await api.request('run:create', { lockdown: { on: false, reason: null }, decisions: [] });
      if (answer.ok) set({ run: openedRun(answer.value.state, true, false), screen: 'run', preflight: null });
      else change({ failure: answer.failure });
    } catch (error) {
      change({ failure: failure('local-error', {}, error) });
    } finally {
      change({ creating: false });
    }
  };

  return {
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
