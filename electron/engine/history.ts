import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../../shared/checklist/plan.ts';
import { writtenId } from '../../shared/checklist/plan-lookup.ts';
import type { Rehearsal, SealedFile } from '../../shared/contract/events.ts';
import { contentHashOf } from '../../shared/journal/chain.ts';
import type { RunState } from '../../shared/run/state.ts';
import { RUN_ID, runsFolder } from './data-folder.ts';
import { sha256Text } from './journal/digest.ts';
import { JournalError } from './journal/journal-error.ts';
import { viewRun } from './view-run.ts';

/**
 * Every run of the data folder but one, newest first, as their journals tell them. What cannot be read is left out:
 * nothing may be concluded from it.
 */
export async function earlierRuns(data: string, but: string): Promise<readonly RunState[]> {
  const names = await readdir(runsFolder(data)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const runs: RunState[] = [];
  for (const name of names
    .filter((one) => RUN_ID.test(one) && one !== but)
    .sort()
    .reverse()) {
    try {
      runs.push(await viewRun(join(runsFolder(data), name)));
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
    }
  }
  return runs;
}

/** What is frozen with a run that is about to begin, and what earlier runs have to say about it. */
export interface WentBefore {
  readonly files: SealedFile[];
  /** The same content in two environments has the same hash. */
  readonly contentHash: string;
  /** Null where there was none, and outside production. */
  readonly rehearsal: Rehearsal | null;
  /** The production run of this checklist that was rolled back and not explained, or null. */
  readonly unexplained: RunState | null;
}

/** What a run of these files would be known by; paper carries the same hash. */
export function frozenContent(
  read: readonly { readonly path: string; readonly bytes: Buffer }[],
): Pick<WentBefore, 'files' | 'contentHash'> {
  const files = read.map(({ path, bytes }) => ({
    path: `checklist/${path}`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
  }));
  return { files, contentHash: contentHashOf(files, sha256Text) };
}

/** Looks at the files of a checklist and, for production, at the runs before. */
export async function whatWentBefore(
  data: string,
  plan: Plan,
  read: readonly { readonly path: string; readonly bytes: Buffer }[],
): Promise<WentBefore> {
  const { files, contentHash } = frozenContent(read);
  if (!plan.production) return { files, contentHash, rehearsal: null, unexplained: null };
  const history = await earlierRuns(data, '');
  const rehearsal = rehearsalOf(plan, { files, contentHash }, history);
  return { files, contentHash, rehearsal, unexplained: unexplainedRollback(plan, history) };
}

/** The newest finished run of the same checklist where it is not production, and what has changed since. */
function rehearsalOf(
  plan: Plan,
  frozen: { readonly files: readonly SealedFile[]; readonly contentHash: string },
  history: readonly RunState[],
): Rehearsal | null {
  const rehearsed = history.filter(
    (run) => run.plan.name === plan.name && !run.plan.production && run.endedAt !== null && isFinished(run),
  );
  // A rehearsal of exactly this content says more than a newer one of another.
  const run = rehearsed.find((one) => one.contentHash === frozen.contentHash) ?? rehearsed[0];
  if (run?.endedAt == null) return null;
  return {
    runId: run.runId,
    environment: run.plan.environment,
    endedAt: run.endedAt,
    contentHash: run.contentHash,
    sameContent: run.contentHash === frozen.contentHash,
    changed: changedFiles(run.files, frozen.files),
    durations: durationsOf(run),
  };
}

function isFinished(run: RunState): boolean {
  return run.result === 'completed' || run.result === 'completed-except';
}

function changedFiles(before: readonly SealedFile[], now: readonly SealedFile[]): string[] {
  const old = new Map(before.map((file) => [file.path, file.sha256]));
  const changed = now.filter((file) => old.get(file.path) !== file.sha256).map((file) => file.path);
  const kept = new Set(now.map((file) => file.path));
  return [...changed, ...[...old.keys()].filter((path) => !kept.has(path))].sort();
}

/** How long each step took from its entering to its settling; batches of one step follow each other, so they add up. */
function durationsOf(run: RunState): Record<string, number> {
  const durations: Record<string, number> = {};
  for (const [index, step] of run.steps.entries()) {
    const plan = run.plan.steps[index];
    if (plan === undefined || step.enteredAt === null || step.settledAt === null) continue;
    const written = writtenId(plan);
    const took = Date.parse(step.settledAt) - Date.parse(step.enteredAt);
    durations[written] = (durations[written] ?? 0) + Math.max(0, took);
  }
  return durations;
}

/** The production run of this checklist whose rollback has not been explained yet, or null. */
function unexplainedRollback(plan: Plan, history: readonly RunState[]): RunState | null {
  const last = history.find(
    (run) =>
      run.plan.name === plan.name && run.plan.production && run.result === 'rolled-back' && run.analysis === null,
  );
  return last ?? null;
}
