import type { Problem } from '../../checklist/problem.ts';
import type { RunState } from '../../run/state.ts';

/** One run in the list on the home screen. */
export interface RunSummary {
  readonly runId: string;
  readonly title: string;
  readonly environment: string;
  readonly production: boolean;
  readonly version: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly status: RunState['status'] | 'unreadable';
  readonly result: RunState['result'];
  readonly stepsDone: number;
  readonly steps: number;
  readonly demo: boolean;
  /** The checker's copy of a run that somebody else operated. */
  readonly mirrored: boolean;
  /** Taken from somebody's zip: to be read only. */
  readonly imported: boolean;
}

/** One checklist on the home screen. */
export interface ChecklistSummary {
  readonly path: string;
  readonly title: string;
  readonly version: string | null;
  readonly environments: readonly { readonly name: string; readonly production: boolean; readonly hosts: number }[];
  readonly problems: readonly Problem[];
  /** Steps, rollback not counted. */
  readonly steps: number;
}
