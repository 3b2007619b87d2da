import type { RunState } from '../../run/state.ts';
import { runResults } from '../events.ts';
import type { RunVerdict } from './evidence.ts';
import type { RunSummary } from './home.ts';

/** What a run can be found by: how it ended, or that it did not. */
export const historyResults = [...runResults, 'open', 'unreadable'] as const;

/** One run in the history. */
export interface HistoryRow extends RunSummary {
  /** The checklist's name, variables not put in. */
  readonly checklist: string;
  readonly contentHash: string;
  readonly people: readonly string[];
  readonly hosts: readonly string[];
  readonly durationMs: number | null;
  /** Null while it has not been found out for these bytes. */
  readonly verdict: RunVerdict | null;
  /** It was verified once, and its bytes have changed since. */
  readonly changed: boolean;
  /** What the search found it by, a few words of it; null when nothing was searched for. */
  readonly excerpt: string | null;
}

/** A run that the chain of runs knows and that is not here any more. */
export interface AbsentRun {
  readonly runId: string;
  readonly title: string;
  readonly environment: string;
  readonly startedAt: string;
  readonly head: string | null;
  readonly result: RunState['result'];
  /** Null: nobody removed it here, it vanished. */
  readonly retired: {
    readonly how: 'archive' | 'remove';
    readonly by: string;
    readonly at: string;
    readonly reason: string;
  } | null;
}

/** The runs that match, a page of them, and what else there is to say of all of them. */
export interface HistoryPage {
  readonly rows: readonly HistoryRow[];
  /** All that match. */
  readonly total: number;
  /** What can be filtered by, of all runs. */
  readonly environments: readonly string[];
  readonly checklists: readonly string[];
  readonly people: readonly string[];
  readonly hosts: readonly string[];
  readonly absent: readonly AbsentRun[];
  /** Runs are still being read for the first time: `rows` grows. Null when all are here. */
  readonly reading: { readonly done: number; readonly of: number } | null;
  /** How the installation's chain of runs stands. */
  readonly chain: 'intact' | 'altered' | 'incomplete';
  /** Why, as `evidence:runs-<code>` says it, vanished runs apart; some of them where there are many. */
  readonly chainFindings: readonly { readonly code: string; readonly params: Readonly<Record<string, string>> }[];
}
