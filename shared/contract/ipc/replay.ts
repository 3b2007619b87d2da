import type { RunState } from '../../run/state.ts';
import type { JournalRecord, Verdict } from '../events.ts';

/** A moment one can jump to while replaying; `seq` is the record's. */
export interface ReplayMark {
  readonly seq: number;
  /** Milliseconds since the first record. */
  readonly ms: number;
  readonly type: JournalRecord['type'];
  /** The step and target it is about, or null. */
  readonly step: string | null;
  readonly target: string | null;
  /** Attempt whose terminal it starts or ends. */
  readonly attempt: string | null;
  /** What an attempt that ends was found to be, or null. */
  readonly verdict: Verdict | null;
  /** Whether somebody who follows came or went, or null. */
  readonly presence: 'here' | 'gone' | null;
}

/**
 * How much a recording can be believed: `sealed` has the hash that the journal sealed, `altered` has another one, `cut`
 * is shorter than what was sealed; `unsealed` plays as far as it goes; `unchecked` is too long to be read through when
 * the replay is opened.
 */
export type RecordingStanding = 'sealed' | 'altered' | 'cut' | 'unsealed' | 'missing' | 'unchecked';

/** The first line of a journal that does not hold; `what` is a sentence of the verifier's (`verify:…`). */
export interface JournalFault {
  readonly line: number;
  readonly what: string;
  /** The record that should stand there. */
  readonly expected: number;
  readonly detail: string;
}

/** A run of the past, opened to be replayed. */
export interface ReplayView {
  readonly runId: string;
  /** Until the run ended; what was recorded afterwards stands at that moment, in order. */
  readonly durationMs: number;
  readonly startedAt: string;
  /** Every record, in order; `ms` never falls. */
  readonly marks: readonly ReplayMark[];
  /** Stretches of more than ten seconds in which nothing was recorded and no host wrote anything; milliseconds. */
  readonly quiet: readonly { readonly from: number; readonly until: number }[];
  /** When each recording began, in milliseconds since the first record, and how long it is. */
  readonly recordings: readonly {
    readonly attempt: string;
    readonly ms: number;
    readonly durationMs: number;
    readonly lines: number;
    readonly standing: RecordingStanding;
  }[];
  /** As it stood after the first record. */
  readonly state: RunState;
  /** Where the journal was altered: only what stands before it is replayed. Null: its chain holds. */
  readonly fault: JournalFault | null;
}

/** What a terminal had shown at a moment. */
export interface ReplayOutput {
  /** As the terminal got it, escape sequences kept; at most the last 256 KiB. */
  readonly text: string;
  /** Bytes of the recording before `text` that were left out; 0 when it is whole or goes on from `after`. */
  readonly skipped: number;
  /** True: `text` goes on from what the screen has already; false: it takes its place. */
  readonly goesOn: boolean;
  /** Where in the recording this moment lies, in bytes; the next question's `after`. */
  readonly at: number;
  /** Lines written by then. */
  readonly lines: number;
  /** True: the recording was there when the replay was opened, and is there no more. */
  readonly gone: boolean;
}

/** A line of a recording that has what was searched for. */
export interface ReplayMatch {
  readonly attempt: string;
  /** Line in the recording, counted from 0. */
  readonly line: number;
  /** Milliseconds since the first record when it was written. */
  readonly ms: number;
  readonly text: string;
}
