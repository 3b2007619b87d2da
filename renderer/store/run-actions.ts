import { failure } from '../../shared/contract/failure.ts';
import type { Intent, Refusal } from '../../shared/contract/intents.ts';
import type { RequestOf } from '../../shared/contract/ipc.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Announcement } from '../model/announce.ts';
import { type EvidenceDraft, emptyDraft } from '../model/evidence.ts';
import type { NotTaken } from '../model/not-taken.ts';
import type { Wiring } from './app.ts';
import type { OpenRun, RunDialog } from './app-state.ts';
import { openedRun } from './fold.ts';

export interface RunActions {
  readonly showRun: (state: RunState, live: boolean, resumed: boolean) => void;
  /**
   * Asks main for an intent; does nothing while another one is on its way. Resolves to true when it was accepted; what
   * stands against it is told across the screen.
   */
  readonly send: (intent: Intent) => Promise<boolean>;
  /** The same for a dialog, which says itself why it was not taken; resolves to that, or null. */
  readonly submit: (intent: Intent) => Promise<NotTaken | null>;
  /** Tells across the run's screen why something was not taken; nothing where another run, or none, is on it by now. */
  readonly tellNotTaken: (runId: string, notTaken: NotTaken) => void;
  /** Leaves the run screen; the run can be opened again later. Resolves to the reason when it may not. */
  readonly leaveRun: () => Promise<boolean>;
  readonly look: (step: number | null, target?: string | null) => void;
  /** `line`: where the recording is opened, counted from 0. */
  readonly showDialog: (dialog: RunDialog, recording?: string | null, line?: number | null) => void;
  readonly draft: (step: string, target: string, change: Partial<EvidenceDraft>) => void;
  readonly dismissRefusal: () => void;
  /** Reads how the lock stands: the page may have been loaded anew under it. */
  readonly readLock: () => Promise<void>;
  /** The page itself refused something while the run is locked; it is recorded like the other ways out. */
  readonly refuseWay: (way: RequestOf<'lock:refused'>['way']) => void;
  readonly forgetRefusedWay: () => void;
  /** Lets a screen reader say something that no record tells. */
  readonly hear: (announcement: Announcement) => void;
}

export function runActions({ api, store, set }: Wiring): RunActions {
  const change = (changes: Partial<OpenRun>): void => {
    const { run } = store.getState();
    if (run !== null) set({ run: { ...run, ...changes } });
  };

  /** What comes late is nothing to a run that was opened meanwhile. */
  const changeOf = (runId: string | undefined, changes: Partial<OpenRun>): void => {
    if (store.getState().run?.state.runId === runId) change(changes);
  };

  const submit = async (intent: Intent): Promise<NotTaken | null> => {
    const runId = store.getState().run?.state.runId;
    change({ pending: true, refusal: null, refusedWay: null });
    try {
      const answer = await api.request('run:intent', { intent });
      return answer.ok ? null : { type: 'refused', refusal: answer.refusal };
    } catch (error) {
      return { type: 'failed', failure: failure('local-error', {}, error) };
    } finally {
      changeOf(runId, { pending: false });
    }
  };

  const tellNotTaken = (runId: string, notTaken: NotTaken): void =>
    changeOf(
      runId,
      notTaken.type === 'refused'
        ? { refusal: notTaken.refusal }
        : { journal: { writable: true, failure: notTaken.failure } },
    );

  const send = async (intent: Intent): Promise<boolean> => {
    const { run } = store.getState();
    if (run === null || run.pending) return false;
    const notTaken = await submit(intent);
    if (notTaken !== null) tellNotTaken(run.state.runId, notTaken);
    return notTaken === null;
  };

  const leaveRun = async (): Promise<boolean> => {
    const answer = await api.request('run:close', {});
    if (answer.ok) return true;
    const refusal: Refusal = answer.refusal;
    change({ refusal });
    return false;
  };

  return {
    showRun: (state, live, resumed) => set({ run: openedRun(state, live, resumed), screen: 'run' }),
    send,
    submit,
    tellNotTaken,
    leaveRun,
    look: (viewStep, viewTarget = null) => {
      const { run } = store.getState();
      if (run !== null) change({ viewStep: viewStep === run.state.current ? null : viewStep, viewTarget });
    },
    showDialog: (dialog, recording = null, recordingLine = null) => change({ dialog, recording, recordingLine }),
    draft: (step, target, changes) => {
      const { run } = store.getState();
      if (run === null) return;
      const key = `${step}/${target}`;
      change({ drafts: { ...run.drafts, [key]: { ...emptyDraft, ...run.drafts[key], ...changes } } });
    },
    dismissRefusal: () => change({ refusal: null }),
    readLock: async () => {
      try {
        change({ lock: await api.request('lock:get', {}) });
      } catch {
        // What cannot be read is not claimed; main's next push says how it stands.
        change({ lock: null });
      }
    },
    refuseWay: (way) => void api.request('lock:refused', { way }).catch(() => undefined),
    forgetRefusedWay: () => change({ refusedWay: null }),
    hear: (announcement) => set({ heard: { number: (store.getState().heard?.number ?? 0) + 1, announcement } }),
  };
}
