import type { SaidRecord } from '../../shared/run/said.ts';
import { said } from '../../shared/run/said.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import { readRecords } from '../engine/journal/read-run.ts';

/** More of one place are not listed; the newest are. */
const AT_MOST = 1_000;

/**
 * What was said and found at one place of a run, in order: on one target of a step, in the step as a whole, or (both
 * null) of the run itself; and with it every record that some note corrects, wherever it is. Throws JournalError.
 */
export async function saidRecords(
  folder: string,
  place: { readonly step: string | null; readonly target: string | null },
): Promise<readonly SaidRecord[]> {
  const all: SaidRecord[] = [];
  const corrected = new Set<number>();
  let state: RunState | null = null;
  for await (const record of readRecords(folder)) {
    const one = state === null ? null : said(state, record);
    if (one !== null) all.push(one);
    if (record.type === 'note-added' && record.data.corrects !== null) corrected.add(record.data.corrects);
    if (state !== null) state = applyRecord(state, record);
    else if (record.type === 'run-created') state = startState(record);
  }
  const here = new Set(all.filter((one) => isAt(one, place)).slice(-AT_MOST));
  return all.filter((one) => here.has(one) || corrected.has(one.seq));
}

/** What was said of a step as a whole belongs to each of its targets. */
function isAt(one: SaidRecord, { step, target }: { readonly step: string | null; readonly target: string | null }) {
  return one.step === step && (target === null || one.target === null || one.target === target);
}
