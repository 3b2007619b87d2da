import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import { JournalError } from './journal/journal-error.ts';
import { readRecords } from './journal/read-run.ts';

/** A run as its journal tells it, without taking the pen. Throws JournalError `missing`, `not-a-file`, `empty`, `altered`. */
export async function viewRun(folder: string): Promise<RunState> {
  let state: RunState | null = null;
  for await (const record of readRecords(folder)) {
    if (state !== null) state = applyRecord(state, record);
    else if (record.type === 'run-created') state = startState(record);
    else break;
  }
  if (state === null) throw new JournalError('empty', `The journal in ${folder} holds no run.`);
  return state;
}
