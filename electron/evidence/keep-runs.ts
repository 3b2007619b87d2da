import { join } from 'node:path';
import type { RunState } from '../../shared/run/state.ts';
import { runsFolder } from '../engine/data-folder.ts';
import type { Clock } from '../engine/ports.ts';
import { viewRun } from '../engine/view-run.ts';
import type { RunsEntry, RunsEvent } from './runs-entry.ts';
import { appendRuns } from './runs-file.ts';

/** What every entry says of a run. */
export function runFacts({ runId, plan, contentHash, startedAt, createdAt }: RunState) {
  const { title, environment } = plan;
  return { runId, title, environment, contentHash, startedAt: startedAt ?? createdAt };
}

/** Where a run's history stands. */
export function runEnd({ head, seq, result }: RunState) {
  return { head, records: seq + 1, result };
}

/** True when some entry tells of the run. */
export function isListed(entries: readonly RunsEntry[], runId: string): boolean {
  return entries.some((entry) => entry.type !== 'repaired' && entry.data.runId === runId);
}

/** The chain of runs as a run that is being worked sees it. */
export interface RunInChain {
  /** The run's journal was closed; resolves when that is entered, or when it could not be. */
  closed(state: RunState): Promise<void>;
}

/**
 * Enters a run into the installation's chain, beside its work: a chain that cannot be written holds up and fails no
 * run, and what is missing is entered at the next start (`reconcileRuns`).
 */
export function noteRun(data: string, state: RunState, clock: Clock): RunInChain {
  const begun: RunsEvent =
    state.sessions.length === 0
      ? { type: 'begun', data: runFacts(state) }
      : { type: 'found', data: { ...runFacts(state), ...runEnd(state), note: 'taken up again' } };
  const entering = appendRuns(data, clock, ({ entries }) => (isListed(entries, state.runId) ? [] : [begun]));
  // Tried again at the next start.
  const settled = entering.then(
    () => undefined,
    () => undefined,
  );
  return {
    closed: async (last) => {
      await settled;
      if (last.status === 'ended') await enterEnd(data, last, clock);
    },
  };
}

/** Enters where a run's history stands now that a session was appended to it after its end (an analysis, a note). */
export async function noteAppended(data: string, runId: string, clock: Clock): Promise<void> {
  const state = await viewRun(join(runsFolder(data), runId)).catch(() => null);
  if (state?.status === 'ended') await enterEnd(data, state, clock);
}

async function enterEnd(data: string, state: RunState, clock: Clock): Promise<void> {
  const { runId } = state;
  await appendRuns(data, clock, () => [{ type: 'ended', data: { runId, ...runEnd(state) } }]).catch(() => undefined);
}
