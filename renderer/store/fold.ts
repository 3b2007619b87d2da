import type { JournalRecord } from '../../shared/contract/events.ts';
import type { Pushes } from '../../shared/contract/ipc.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord } from '../../shared/run/transition.ts';
import { announcementFor } from '../model/announce.ts';
import type { AppState, OpenRun } from './app-state.ts';

/** What became of a pushed record: folded in, not ours or known already, or one before it is missing. */
export type Folded =
  | { readonly type: 'folded'; readonly state: AppState }
  | { readonly type: 'ignored' }
  | { readonly type: 'gap' };

/** Folds one pushed record into the open run with the same function that main uses. */
export function foldRecord(state: AppState, { runId, record }: Pushes['run:record']): Folded {
  const { run } = state;
  if (run === null || run.state.runId !== runId || record.seq <= run.state.seq) return { type: 'ignored' };
  if (record.seq > run.state.seq + 1) return { type: 'gap' };
  const next = applyRecord(run.state, record);
  const announcement = announcementFor(next, record);
  const heard = announcement === null ? state.heard : { number: (state.heard?.number ?? 0) + 1, announcement };
  return { type: 'folded', state: { ...state, heard, run: followed(withoutEnded(run, record), next) } };
}

/** An attempt that ended is no longer on its way. */
function withoutEnded(run: OpenRun, record: JournalRecord): OpenRun {
  if (record.type !== 'attempt-ended' || run.progress[record.data.attempt] === undefined) return run;
  const { [record.data.attempt]: _ended, ...progress } = run.progress;
  return { ...run, progress };
}

/** When the run moves on to another step, the screen goes with it, unless the person looks at something else. */
function followed(run: OpenRun, next: RunState): OpenRun {
  if (next.current === run.state.current) return { ...run, state: next };
  const following = run.viewStep === null || run.viewStep === next.current;
  return {
    ...run,
    state: next,
    refusal: null,
    viewStep: following ? null : run.viewStep,
    viewTarget: following ? null : run.viewTarget,
  };
}

/** A run as it was answered by main, seen for the first time. */
export function openedRun(state: RunState, live: boolean, resumed: boolean): OpenRun {
  return {
    state,
    live,
    resumed,
    pending: false,
    refusal: null,
    journal: { writable: true, failure: null },
    unread: null,
    viewStep: null,
    viewTarget: null,
    dialog: null,
    recording: null,
    recordingLine: null,
    drafts: {},
    progress: {},
    lock: null,
    refusedWay: null,
  };
}
