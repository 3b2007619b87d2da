import { z } from 'zod';
import { limits } from '../../contract/limits.ts';

const path = z.string().min(1).max(4_096);
const count = z.int().min(0);

/** Files one watch can follow: a POSIX shell has descriptors 3 to 9, and one of them is its way out. */
export const LOG_FILES = 6;
/** How often the service may restart before a watch gives up instead of beginning anew. */
export const LOG_RESTARTS = 5;
/** Kinds of new exceptions a person is asked to judge; with more the watch has failed. */
export const LOG_FINDINGS = 100;
/** Kinds of exceptions kept in a result, new ones first. */
export const LOG_GROUPS = 300;

/** What a line must or must not say: letter by letter, or RE2 syntax. */
export const linePatternSchema = z.strictObject({
  test: z.enum(['contains', 'matches']),
  value: z.string().min(1).max(limits.text),
});

export const logActionSchema = z.strictObject({
  kind: z.literal('log'),
  /** Absolute paths on the host. */
  files: z.array(path).min(1).max(LOG_FILES),
  /** Account to become with sudo, or null. */
  sudo: z.string().max(255).nullable(),
  /** Null: only the ends of the files are noted, for a later watch to begin there. */
  watch: z
    .strictObject({
      forMs: z.number().min(1),
      /** Known exceptions, beside the checklist; where it is not required a missing one knows nothing. */
      baseline: z.strictObject({ path, required: z.boolean() }).nullable(),
      expect: z.array(linePatternSchema).max(100),
      forbid: z.array(linePatternSchema).max(100),
      /** The longest time without any new line that still counts as watched; null: the whole watch. */
      silenceMs: z.number().min(1).nullable(),
      from: z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('now') }),
        z.strictObject({ type: z.literal('start-of-file') }),
        /** Where the last attempt of this step found the ends of the files. */
        z.strictObject({ type: z.literal('step'), step: z.string().min(1).max(limits.name) }),
      ]),
      /** What shows that the service restarted: a line, or another pid in a pid file. */
      restart: z.strictObject({ line: linePatternSchema.nullable(), pidFile: path.nullable() }).nullable(),
    })
    .nullable(),
});
export type LogAction = z.infer<typeof logActionSchema>;
export type LogWatch = NonNullable<LogAction['watch']>;

/** A place in a file that can be found again: by inode, byte offset, and the hash of the bytes right before it. */
export const logPositionSchema = z.strictObject({
  inode: z.string().regex(/^\d{1,30}$/),
  offset: count,
  /** How many bytes before `offset` the hash covers. */
  checked: z.int().min(0).max(256),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type LogPosition = z.infer<typeof logPositionSchema>;

/** Lines of the recording, counted from 0. */
const places = z.strictObject({ from: count, to: count });

export const logGroupSchema = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string().max(300),
  sample: z.string().max(2_100),
  /** The baseline's name for it, or null: it is new. */
  known: z.string().max(limits.text).nullable(),
  count: z.int().min(1),
  file: path,
  first: places,
  last: places,
});

export const logResultSchema = z.strictObject({
  kind: z.literal('log'),
  watchedMs: z.number().min(0),
  restarts: count,
  lines: count,
  bytes: count,
  /** The longest time without a new line. */
  silentMs: z.number().min(0),
  files: z
    .array(
      z.strictObject({
        path,
        /** Where reading ended; null when the file was never there. */
        position: logPositionSchema.nullable(),
      }),
    )
    .max(LOG_FILES),
  /** Places where something may have been missed; each makes the watch inconclusive. */
  gaps: z.array(z.strictObject({ file: path, why: z.enum(['replaced', 'truncated', 'too-fast', 'link']) })).max(100),
  events: count,
  knownEvents: count,
  /** Events of kinds that were too many to keep apart. */
  beyond: count,
  groups: z.array(logGroupSchema).max(LOG_GROUPS),
});
export type LogResult = z.infer<typeof logResultSchema>;
