import type { Failure } from '../../shared/contract/errors.ts';
import type { CompareView } from '../../shared/contract/ipc/compare.ts';
import type { ReplayMatch, ReplayView } from '../../shared/contract/ipc/replay.ts';
import type { Among, Moment, Speed } from '../model/replay.ts';
import type { AppState, OpenRun } from './app-state.ts';

/** Where to go back to. */
export interface CameFrom {
  readonly screen: AppState['screen'];
  readonly run: OpenRun | null;
}

/** What was looked for in all outputs of the run. */
export interface ReplaySearch {
  readonly text: string;
  readonly busy: boolean;
  readonly matches: readonly ReplayMatch[];
  readonly truncated: boolean;
  /** Attempts whose recordings are not there. */
  readonly missing: readonly string[];
  /** The find that is shown; -1: none yet. */
  readonly at: number;
}

/** A run of the past on the screen; `AppState.run` is what it was at `moment`. */
export interface ReplayState {
  readonly runId: string;
  /** Null while it is read. */
  readonly view: ReplayView | null;
  readonly failure: Failure | null;
  readonly moment: Moment;
  readonly playing: boolean;
  readonly speed: Speed;
  /** Quiet stretches pass quickly. */
  readonly shorten: boolean;
  /** What one goes among from event to event. */
  readonly among: Among;
  readonly search: ReplaySearch | null;
  readonly from: CameFrom;
}

/** Two runs side by side. */
export interface CompareState {
  readonly left: string;
  readonly right: string;
  /** Null while they are read. */
  readonly view: CompareView | null;
  readonly failure: Failure | null;
  readonly from: CameFrom;
}
