import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunSummary } from '../../shared/contract/ipc/home.ts';
import type { RunState, StepState } from '../../shared/run/state.ts';
import { demoFolderPrefix, placeFolder, RUN_ID, type RunPlace, runPlaces } from './data-folder.ts';
import { journalPath } from './journal/read-run.ts';
import { viewRun } from './view-run.ts';

/** The home screen shows the newest runs; the others stay where they are. */
const atMost = 30;

interface Remembered {
  readonly stamp: string;
  readonly summary: RunSummary;
}
/** Summaries by folder, valid as long as the journal has not grown: opening home again reads only what changed. */
const remembered = new Map<string, Remembered>();

/** The newest runs of a data folder, newest first. A run that cannot be read is listed as unreadable, never hidden. */
export async function listRuns(data: string): Promise<RunSummary[]> {
  const ids = await Promise.all(runPlaces.map((place) => runIds(placeFolder[place](data))));
  const placeOf = new Map<string, RunPlace>();
  // A run that was handed over and followed further is in two places.
  for (const [index, place] of runPlaces.entries())
    for (const runId of ids[index] ?? []) if (!placeOf.has(runId)) placeOf.set(runId, place);
  const newest = [...placeOf].sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, atMost);
  return await Promise.all(
    newest.map(async ([runId, place]) => {
      const summary = await summaryOf(join(placeFolder[place](data), runId), runId);
      return { ...summary, mirrored: place === 'mirrored', imported: place === 'imported' };
    }),
  );
}

async function runIds(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => RUN_ID.test(name));
}

async function summaryOf(folder: string, runId: string): Promise<RunSummary> {
  const file = await stat(journalPath(folder)).catch(() => null);
  const stamp = `${file?.size} ${file?.mtimeMs}`;
  const known = remembered.get(folder);
  if (known?.stamp === stamp) return known.summary;
  const summary = await viewRun(folder).then(
    (state) => summarise(state),
    () => unreadable(runId),
  );
  remembered.set(folder, { stamp, summary });
  return summary;
}

/** A run in a few words. */
export function summarise(state: RunState): RunSummary {
  const { plan } = state;
  return {
    runId: state.runId,
    title: plan.title,
    environment: plan.environment,
    production: plan.production,
    version: plan.version,
    startedAt: state.startedAt ?? state.createdAt,
    endedAt: state.endedAt,
    status: state.status,
    result: state.result,
    // Deferred, overridden and waived steps are settled, but they are never shown as done.
    stepsDone: state.steps.filter(isDone).length,
    steps: plan.steps.length,
    demo: state.source.includes(demoFolderPrefix),
    mirrored: false,
    imported: false,
  };
}

function isDone({ targets, countersignature, waiver }: StepState): boolean {
  const signed = countersignature === 'not-needed' || countersignature === 'signed';
  return signed && waiver === null && targets.every((target) => target.status === 'passed');
}

/** What a folder's name still tells of a run whose journal cannot be read. */
export function unreadable(runId: string): RunSummary {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z/.exec(runId) ?? [];
  return {
    runId,
    title: runId,
    environment: '',
    production: false,
    version: null,
    startedAt: `${y}-${mo}-${d}T${h}:${mi}:${s}.000Z`,
    endedAt: null,
    status: 'unreadable',
    result: null,
    stepsDone: 0,
    steps: 0,
    demo: false,
    mirrored: false,
    imported: false,
  };
}
