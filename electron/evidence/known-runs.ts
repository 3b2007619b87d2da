import type { RunResult } from '../../shared/contract/events.ts';
import type { AbsentRun } from '../../shared/contract/ipc/history.ts';
import type { RunsEntry } from './runs-entry.ts';

/** What the chain of runs, read to its end, knows of one run. */
export interface KnownRun {
  readonly runId: string;
  readonly title: string;
  readonly environment: string;
  readonly startedAt: string;
  /** The last head that was entered; null when the run had not ended by then. */
  readonly end: { readonly head: string | null; readonly records: number; readonly result: RunResult | null } | null;
  readonly retired: AbsentRun['retired'];
  readonly archive: { readonly path: string; readonly sha256: string; readonly bytes: number } | null;
}

/** Every run that the chain tells of, in the order of their first entries. */
export function knownRuns(entries: readonly RunsEntry[]): ReadonlyMap<string, KnownRun> {
  const runs = new Map<string, KnownRun>();
  for (const entry of entries) {
    if (entry.type === 'repaired') continue;
    const { runId } = entry.data;
    runs.set(runId, afterEntry(runs.get(runId), entry));
  }
  return runs;
}

function afterEntry(before: KnownRun | undefined, entry: Exclude<RunsEntry, { type: 'repaired' }>): KnownRun {
  const nothing = { retired: null, archive: null };
  if (entry.type === 'ended') {
    const { runId, ...end } = entry.data;
    // Its beginning could not be entered in its time.
    const known = before ?? { runId, title: runId, environment: '', startedAt: entry.at, ...nothing };
    return { ...known, ...nothing, end };
  }
  const { runId, title, environment, startedAt } = entry.data;
  const facts = { runId, title, environment, startedAt, ...nothing };
  if (entry.type === 'begun') return { ...facts, end: before?.end ?? null };
  const { head, records, result } = entry.data;
  const known = { ...facts, end: { head, records, result } };
  if (entry.type !== 'archived' && entry.type !== 'removed') return known;
  const { by, reason } = entry.data;
  if (entry.type === 'removed') return { ...known, retired: { how: 'remove', by, at: entry.at, reason } };
  return { ...known, retired: { how: 'archive', by, at: entry.at, reason }, archive: entry.data.file };
}
