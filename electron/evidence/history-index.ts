import { lstatSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runResults } from '../../shared/contract/events.ts';
import type { RunVerdict } from '../../shared/contract/ipc/evidence.ts';
import { limits } from '../../shared/contract/limits.ts';
import { RUN_ID, type RunPlace, runPlaces } from '../engine/data-folder.ts';
import { writePrivate } from '../engine/identity/private-file.ts';
import type { RunFacts } from './history-row.ts';
import type { FileStamp } from './run-stamp.ts';

/**
 * What the history remembers of each run, `index/<runId>.json` in the data folder: a convenience that may be deleted at
 * any time. It is believed only as long as the run's files are the ones it was made of, and never for evidence.
 */

const name = z.string().max(limits.name);
const text = z.string().max(limits.text);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const factsSchema = z.strictObject({
  runId: z.string().regex(RUN_ID),
  title: text,
  environment: name,
  production: z.boolean(),
  version: text.nullable(),
  startedAt: z.string().max(40),
  endedAt: z.string().max(40).nullable(),
  status: z.enum(['created', 'running', 'held', 'ended', 'unreadable']),
  result: z.enum(runResults).nullable(),
  stepsDone: count,
  steps: count,
  demo: z.boolean(),
  mirrored: z.boolean(),
  imported: z.boolean(),
  checklist: text,
  contentHash: z.union([hash, z.literal('')]),
  people: z.array(z.string().max(255)).max(1_000),
  hosts: z.array(name).max(limits.hosts),
  durationMs: z.number().min(0).nullable(),
});

const verdictSchema = z.strictObject({
  verdict: z.enum(['intact', 'altered', 'incomplete', 'unreadable']),
  integrity: z.enum(['intact', 'altered']),
  completeness: z.enum(['complete', 'incomplete']),
  identity: z.enum(['proved', 'unproved', 'mismatch']),
  first: z
    .strictObject({
      severity: z.enum(['altered', 'incomplete', 'note']),
      code: z.string().max(100),
      params: z.record(z.string(), z.string().max(500)),
      at: z.strictObject({ line: z.number(), seq: z.number(), type: z.string().max(500) }).nullable(),
    })
    .nullable(),
});

const entrySchema = z.strictObject({
  format: z.literal(1),
  place: z.enum(runPlaces),
  journal: z.strictObject({ bytes: count, mtimeMs: z.number(), ctimeMs: z.number() }).nullable(),
  facts: factsSchema,
  words: z.string().max(limits.indexChars * 2),
  verified: z.strictObject({ stamp: hash, files: count, verdict: verdictSchema }).nullable(),
});

/** What is remembered of one run. */
export interface IndexEntry {
  readonly place: RunPlace;
  /** The journal as it was when it was read; null where there was none. */
  readonly journal: FileStamp | null;
  readonly facts: RunFacts;
  /** What the run can be found by, one saying a line. */
  readonly words: string;
  /** What the verifier said when the whole folder had this stamp; null where it was never asked. */
  readonly verified: { readonly stamp: string; readonly files: number; readonly verdict: RunVerdict } | null;
}

/** The folder of the index. */
export function indexFolder(data: string): string {
  return join(data, 'index');
}

const pathOf = (data: string, runId: string): string => join(indexFolder(data), `${runId}.json`);

/** What is remembered of a run; null where it is nothing, too long, damaged, or of another version. */
export function readEntry(data: string, runId: string): IndexEntry | null {
  try {
    const path = pathOf(data, runId);
    const stats = lstatSync(path);
    if (!stats.isFile() || stats.size > limits.indexBytes) return null;
    // A thousand small files are read in a tenth of the time when none of them waits for a thread.
    const parsed = entrySchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!parsed.success || parsed.data.facts.runId !== runId) return null;
    const { format: _, ...entry } = parsed.data;
    return entry;
  } catch {
    return null;
  }
}

/** Remembers a run, whole or not at all. Rejects with the system's error. */
export async function writeEntry(data: string, entry: IndexEntry): Promise<void> {
  await mkdir(indexFolder(data), { recursive: true, mode: 0o700 });
  await writePrivate(pathOf(data, entry.facts.runId), JSON.stringify({ format: 1, ...entry }));
}

/** Forgets the runs that are not here any more. */
export async function forgetOthers(data: string, here: ReadonlySet<string>): Promise<void> {
  const names = await readdir(indexFolder(data)).catch(() => []);
  const ids = names.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []));
  for (const id of ids) if (RUN_ID.test(id) && !here.has(id)) await rm(pathOf(data, id), { force: true });
}
