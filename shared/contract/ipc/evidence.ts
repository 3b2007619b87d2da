import type { VerifyFinding } from '../../journal/finding.ts';

/** What `countersign verify` says of a run. */
export interface VerifySummary {
  readonly verdict: 'intact' | 'altered' | 'incomplete';
  readonly records: number;
  readonly head: string;
  /** Plain sentences, the first bad record first. */
  readonly findings: readonly string[];
}

/** A verdict on a run's folder, with the three questions kept apart. */
export interface RunVerdict {
  readonly verdict: 'intact' | 'altered' | 'incomplete' | 'unreadable';
  readonly integrity: 'intact' | 'altered';
  readonly completeness: 'complete' | 'incomplete';
  readonly identity: 'proved' | 'unproved' | 'mismatch';
  /** The first thing that speaks against it, the worst kind first; null where nothing does. */
  readonly first: VerifyFinding | null;
}

/** A run that somebody exported, or that was archived, is here again. */
export interface TakenUp {
  readonly runId: string;
  readonly verdict: RunVerdict;
  /** This very history was here before; nothing was added. */
  readonly known: boolean;
}

/** Whole runs on their way out, in, or away. */
export interface Moving {
  readonly what: 'export' | 'import' | 'archive' | 'remove';
  readonly done: number;
  readonly of: number;
}

/** How a whole run goes away. */
export const retirements = ['archive', 'remove'] as const;
