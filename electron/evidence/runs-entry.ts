import { z } from 'zod';
import { runResults } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import { canonicalJson, wellFormed } from '../../shared/journal/canonical.ts';
import { GENESIS } from '../../shared/journal/chain.ts';
import { RUN_ID } from '../engine/data-folder.ts';
import { sha256Text } from '../engine/journal/digest.ts';

/**
 * The installation's chain of runs, `runs.jsonl` in the data folder: one line a run's beginning, end, arrival or
 * leaving, chained like a journal, so that a run that vanished is noticed. Its format is in `docs/audit-format.md`.
 */

const runId = z.string().regex(RUN_ID);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().max(limits.text);
const bytes = z.int().min(0);

const run = { runId, title: text, environment: text, contentHash: hash.nullable(), startedAt: z.string().max(40) };
/** `head` null: not one record of the journal could be read. */
const end = { head: hash.nullable(), records: bytes, result: z.enum(runResults).nullable() };
const tombstone = { ...run, ...end, by: z.string().max(255), reason: text };

const eventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('begun'), data: z.strictObject(run) }),
  /** The journal was closed behind the end of the run; once more for each session that was appended later. */
  z.strictObject({ type: z.literal('ended'), data: z.strictObject({ runId, ...end }) }),
  /** It lay on the disk and the chain did not know it. */
  z.strictObject({ type: z.literal('found'), data: z.strictObject({ ...run, ...end, note: text }) }),
  z.strictObject({
    type: z.literal('imported'),
    data: z.strictObject({ ...run, ...end, verdict: z.enum(['intact', 'altered', 'incomplete']) }),
  }),
  z.strictObject({
    type: z.literal('archived'),
    data: z.strictObject({ ...tombstone, file: z.strictObject({ path: text, sha256: hash, bytes }) }),
  }),
  z.strictObject({ type: z.literal('removed'), data: z.strictObject(tombstone) }),
  /** What a crash left behind the last whole line was kept in this file and cut. */
  z.strictObject({ type: z.literal('repaired'), data: z.strictObject({ path: text, sha256: hash, bytes }) }),
]);

/** What is to be entered. */
export type RunsEvent = z.infer<typeof eventSchema>;
/** One line as it stands. */
export type RunsEntry = RunsEvent & {
  readonly seq: number;
  readonly at: string;
  readonly prev: string;
  readonly hash: string;
};

const placeSchema = z.strictObject({
  seq: bytes,
  at: z.iso.datetime(),
  prev: hash,
  hash,
  type: z.string(),
  data: z.unknown(),
});

/** Where the chain stands: what the next line has to be. */
export interface RunsLink {
  readonly seq: number;
  readonly prev: string;
}
export const FIRST_RUNS_LINK: RunsLink = { seq: 0, prev: GENESIS };

/** Seals an event: its line without the newline, and the link for the next one. */
export function sealEntry(
  link: RunsLink,
  at: string,
  event: RunsEvent,
): { readonly line: string; readonly next: RunsLink } {
  const body = { seq: link.seq, at, prev: link.prev, ...eventSchema.parse(wellFormed(event)) };
  const sealed = sha256Text(canonicalJson(body));
  return { line: canonicalJson({ ...body, hash: sealed }), next: { seq: link.seq + 1, prev: sealed } };
}

/** What is wrong with a line of the chain of runs. */
export type RunsFaultCode =
  | 'not-json'
  | 'not-an-entry'
  | 'not-canonical'
  | 'wrong-hash'
  | 'wrong-sequence'
  | 'broken-link';

/**
 * Checks a line against the link before it. The link behind a bad line goes on from what the line claims, so that what
 * follows can still be listed; nothing behind it can be trusted.
 */
export function checkEntry(
  link: RunsLink,
  line: string,
): { readonly entry: RunsEntry | null; readonly fault: RunsFaultCode | null; readonly next: RunsLink } {
  const lost = { seq: link.seq + 1, prev: sha256Text(line) };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { entry: null, fault: 'not-json', next: lost };
  }
  const place = placeSchema.safeParse(value);
  const event = place.success ? eventSchema.safeParse({ type: place.data.type, data: place.data.data }) : null;
  if (!place.success || event === null || !event.success) return { entry: null, fault: 'not-an-entry', next: lost };
  const entry: RunsEntry = { ...place.data, ...event.data };
  const next = { seq: entry.seq + 1, prev: entry.hash };
  return { entry, fault: faultOf(link, line, entry), next };
}

function faultOf(link: RunsLink, line: string, entry: RunsEntry): RunsFaultCode | null {
  if (canonicalJson(entry) !== line) return 'not-canonical';
  const { hash: written, ...body } = entry;
  if (sha256Text(canonicalJson(body)) !== written) return 'wrong-hash';
  if (entry.seq !== link.seq) return 'wrong-sequence';
  return entry.prev === link.prev ? null : 'broken-link';
}
