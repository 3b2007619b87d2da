import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { readRecords } from '../engine/journal/read-run.ts';

/** A run as far as its chain holds. */
export interface RunRead {
  readonly state: RunState | null;
  /** When the last record was written. */
  readonly at: string;
  readonly whole: boolean;
}

/** Reads a run up to the first record that does not hold. Rejects when there is no journal. */
export async function readAsFar(folder: string): Promise<RunRead> {
  let state: RunState | null = null;
  let at = '';
  try {
    for await (const record of readRecords(folder)) {
      at = record.at;
      if (state !== null) state = applyRecord(state, record);
      else if (record.type === 'run-created') state = startState(record);
    }
    return { state, at, whole: true };
  } catch (error) {
    if (error instanceof JournalError && error.code === 'altered') return { state, at, whole: false };
    throw error;
  }
}
