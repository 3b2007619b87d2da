import type { RunState } from '../../run/state.ts';

/** One step on one target in two runs; null where a run has none of it. */
export interface ComparedTarget {
  readonly step: string;
  readonly code: string;
  readonly title: string;
  readonly target: string;
  readonly left: ComparedSide | null;
  readonly right: ComparedSide | null;
  /** What differs. */
  readonly differs: readonly ('verdict' | 'duration' | 'output' | 'attempts' | 'decision')[];
}

/** What one run has of it. */
export interface ComparedSide {
  readonly status: string;
  readonly durationMs: number | null;
  readonly attempts: number;
  /** Attempt whose output is compared, and the SHA-256 of its text; null where nothing was recorded. */
  readonly attempt: string | null;
  readonly sha256: string | null;
  readonly decision: string | null;
}

/** A run that is compared with another. */
export interface ComparedRun {
  readonly runId: string;
  readonly title: string;
  readonly environment: string;
  readonly production: boolean;
  /** The checklist's name, variables not put in. */
  readonly checklist: string;
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly result: RunState['result'];
}

/** Two runs side by side. */
export interface CompareView {
  readonly left: ComparedRun;
  readonly right: ComparedRun;
  readonly sameChecklist: boolean;
  /** True when both ran the same frozen files. */
  readonly sameContent: boolean;
  readonly targets: readonly ComparedTarget[];
}
