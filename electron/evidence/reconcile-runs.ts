import { join } from 'node:path';
import { isHeld } from '../engine/journal/lock.ts';
import type { Clock } from '../engine/ports.ts';
import { viewRun } from '../engine/view-run.ts';
import { hashOf } from './audit-runs.ts';
import { isListed, runEnd, runFacts } from './keep-runs.ts';
import { type KnownRun, knownRuns } from './known-runs.ts';
import { journalTail, placesOf, runsOnDisk } from './run-places.ts';
import type { RunsEvent } from './runs-entry.ts';
import { appendRuns, readRunsChain } from './runs-file.ts';

/**
 * Enters into the chain of runs what could not be entered in its time: runs that lie on the disk and are not in it
 * (`found`), and ends of runs whose process died or whose disk was full. What contradicts the chain is left for
 * `auditRuns` to tell. For the start of the app; runs that somebody is writing are left alone.
 */
export async function reconcileRuns(data: string, clock: Clock): Promise<readonly RunsEvent[]> {
  const { entries } = await readRunsChain(data);
  const known = knownRuns(entries);
  const missing: RunsEvent[] = [];
  for (const runId of await runsOnDisk(data)) {
    const [folder] = await placesOf(data, runId);
    if (folder === undefined || (await isHeld(join(folder, 'journal.lock')))) continue;
    const run = known.get(runId);
    const entry = run === undefined ? await asFound(folder, runId) : await asEnded(folder, run);
    if (entry !== null) missing.push(entry);
  }
  if (missing.length === 0) return [];
  return await appendRuns(data, clock, (now) => {
    const { length } = entries;
    // Another process may have been quicker.
    const since = now.entries.slice(length);
    return missing.filter((event) => event.type === 'repaired' || !isListed(since, event.data.runId));
  });
}

async function asFound(folder: string, runId: string): Promise<RunsEvent> {
  const state = await viewRun(folder).catch(() => null);
  if (state !== null && state.runId === runId)
    return { type: 'found', data: { ...runFacts(state), ...runEnd(state), note: 'on the disk, not in the chain' } };
  const facts = { runId, title: runId, environment: '', contentHash: null, startedAt: '' };
  const end = { head: null, records: 0, result: null };
  return { type: 'found', data: { ...facts, ...end, note: 'on the disk, not in the chain; unreadable' } };
}

/** The end of a run that the chain does not have yet; null where there is none, or where it contradicts the chain. */
async function asEnded(folder: string, { runId, end, retired }: KnownRun): Promise<RunsEvent | null> {
  if (retired !== null) return null;
  const tail = await journalTail(folder);
  if (tail?.type !== 'session-closed' || tail.head === end?.head) return null;
  const state = await viewRun(folder).catch(() => null);
  if (state?.runId !== runId || state.status !== 'ended') return null;
  const before = end?.head ?? null;
  if (end !== null && before !== null && (await hashOf(folder, end.records - 1)) !== before) return null;
  return { type: 'ended', data: { runId, ...runEnd(state) } };
}
