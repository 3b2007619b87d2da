import { z } from 'zod';
import { limits } from '../../contract/limits.ts';
import { readingSchema } from '../../snapshot/reading.ts';
import { commandActionSchema } from './command.ts';

/** A query to a database of the environment; the server is told to refuse everything but looking. */
export const queryLookSchema = z.strictObject({
  kind: z.literal('query'),
  database: z.string().min(1).max(limits.name),
  text: z.string().min(1).max(limits.command),
  timeoutMs: z.number().min(1),
});
export type QueryLook = z.infer<typeof queryLookSchema>;

/** Looks once and keeps what is there, for a later `compare`. */
export const snapshotActionSchema = z.strictObject({
  kind: z.literal('snapshot'),
  /** Only looks; its output is what is read. */
  look: z.discriminatedUnion('kind', [commandActionSchema, queryLookSchema]),
  reading: readingSchema,
  /** Whether nothing at all is an answer. */
  mayBeEmpty: z.boolean(),
});
export type SnapshotAction = z.infer<typeof snapshotActionSchema>;

/** Rows of a query that are read; with more the snapshot is cut and proves nothing. */
export const snapshotRows = 100_000;

/** A snapshot larger than this is sealed as a file of its own beside the journal. */
export const keptInJournal = { entries: 20_000, characters: 1_000_000 } as const;

const count = z.int().min(0);
const key = z.string().max(1_000);

export const snapshotSchema = z.discriminatedUnion('keep', [
  z.strictObject({ keep: z.literal('keys'), keys: z.array(key) }),
  z.strictObject({ keep: z.literal('numbers'), numbers: z.array(z.tuple([key, z.number()])) }),
]);

/** What a snapshot step found on one target. */
export const snapshotResultSchema = z.strictObject({
  kind: z.literal('snapshot'),
  /** How many keys, or how many numbers. */
  count,
  kept: z.discriminatedUnion('in', [
    z.strictObject({ in: z.literal('journal'), snapshot: snapshotSchema }),
    z.strictObject({
      in: z.literal('file'),
      /** Canonical JSON of a snapshot, sealed in the run's folder. */
      file: z.strictObject({ path: z.string().max(500), sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: count }),
    }),
  ]),
});
export type SnapshotResult = z.infer<typeof snapshotResultSchema>;
