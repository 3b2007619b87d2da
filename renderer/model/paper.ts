import type { Intent } from '../../shared/contract/intents.ts';
import { type AttemptState, isBusy, isSettled, lastAttempt, type TargetState } from '../../shared/run/state.ts';

/** What the paper says of one host. */
export interface PaperRow {
  readonly target: string;
  /** Null: the paper says nothing of it. */
  readonly verdict: 'passed' | 'failed' | null;
  /** As a `datetime-local` field gives it: `2026-11-20T22:05` in this computer's zone; empty where nothing was chosen. */
  readonly at: string;
}

/** What the paper says of all of them. */
export interface PaperSheet {
  readonly doneBy: string;
  readonly checkedBy: string;
  readonly note: string;
  /** What of the sheet's content hash was typed, or all of it scanned. */
  readonly sheet: string;
}

type RecordPaper = Extract<Intent, { type: 'record-paper' }>;

/** Targets of which the paper can still speak. */
export function openForPaper(targets: readonly TargetState[]): readonly TargetState[] {
  return targets.filter((target) => !isBusy(target) && !isSettled(target.status));
}

/** One intent a host that the paper speaks of; null while one of them has no time. */
export function paperIntents(
  step: string,
  rows: readonly PaperRow[],
  { doneBy, checkedBy, note, sheet }: PaperSheet,
): readonly RecordPaper[] | null {
  const intents: RecordPaper[] = [];
  for (const { target, verdict, at } of rows) {
    if (verdict === null) continue;
    const done = new Date(at);
    if (Number.isNaN(done.getTime())) return null;
    intents.push({
      type: 'record-paper',
      step,
      target,
      verdict,
      doneAt: done.toISOString(),
      doneBy: doneBy.trim(),
      checkedBy: checkedBy.trim() || null,
      note: note.trim() || null,
      sheet: sheetOf(sheet),
    });
  }
  return intents;
}

/** The beginning of the hash in what was typed or scanned from the code; empty while too little of it is there. */
export function sheetOf(typed: string): string {
  return /[0-9a-f]{8}/.exec(typed.replaceAll(/\s/g, '').toLowerCase())?.[0] ?? '';
}

/** The attempt that the paper tells of, where that is the last word on this target; else null. */
export function lastFromPaper(target: TargetState): FromPaper | null {
  const last = lastAttempt(target);
  return last === null || last.paper === null ? null : { ...last, paper: last.paper };
}
type FromPaper = AttemptState & { readonly paper: NonNullable<AttemptState['paper']> };
