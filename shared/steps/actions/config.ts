import { z } from 'zod';
import { configFormats } from '../../config/format.ts';
import { limits } from '../../contract/limits.ts';

const path = z.string().min(1).max(4_096);
const key = z.string().min(1).max(1_000);
const text = z.string().max(limits.text);

/** How the bytes of a configuration file become text. */
export const configEncodings = ['utf-8', 'gbk', 'gb18030', 'iso-8859-1', 'utf-16le'] as const;

/** Holds a configuration file on a host against what the environment expects. */
export const configActionSchema = z.strictObject({
  kind: z.literal('config'),
  /** Absolute, on the host. */
  file: path,
  format: z.enum(configFormats),
  encoding: z.enum(configEncodings),
  sudo: z.string().max(255).nullable(),
  expect: z.array(
    z.strictObject({
      key,
      /** Never shown, and compared without being written down. */
      secret: z.boolean(),
      wanted: z.discriminatedUnion('type', [
        /** Parts of text; a secret is filled in by the engine. */
        z.strictObject({
          type: z.literal('value'),
          parts: z.array(z.union([text, z.strictObject({ secret: z.string().max(limits.name) })])),
        }),
        /** SHA-256 of the value's UTF-8 bytes. */
        z.strictObject({ type: z.literal('sha256'), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
      ]),
    }),
  ),
  /** Keys that must not be there; `*` stands for anything. */
  absent: z.array(key),
  /** Keys that may be there although nothing is expected of them; `*` stands for anything. */
  known: z.array(key),
  /** Whether a key that is neither expected nor known fails the step. */
  noOthers: z.boolean(),
  /** Keys whose values are never shown; `*` stands for anything. */
  secret: z.array(key),
});
export type ConfigAction = z.infer<typeof configActionSchema>;

const shown = z.string().max(500).nullable();

/** A key that is not as it should be. Values of secret keys are null. */
export const configDifferenceSchema = z.strictObject({
  key,
  state: z.enum(['missing', 'different', 'twice', 'forbidden', 'unknown']),
  secret: z.boolean(),
  expected: shown,
  found: shown,
  line: z.int().min(1).nullable(),
});
export type ConfigDifference = z.infer<typeof configDifferenceSchema>;

/** What changed in a file since a config step last looked at it. */
export const configDriftSchema = z.strictObject({
  runId: z.string().max(limits.name),
  step: z.string().max(limits.name),
  at: z.iso.datetime({ precision: 3 }),
  changes: z
    .array(
      z.strictObject({
        key,
        change: z.enum(['added', 'removed', 'changed']),
        secret: z.boolean(),
        before: shown,
        now: shown,
        line: z.int().min(1).nullable(),
      }),
    )
    .max(500),
  /** Changes beyond those listed. */
  more: z.int().min(0),
});
export type ConfigDrift = z.infer<typeof configDriftSchema>;

/** What a configuration file said, so that later looks can tell what changed. */
export const configResultSchema = z.strictObject({
  kind: z.literal('config'),
  file: path,
  bytes: z.int().min(0),
  /** Hex; new for every look, so that equal values of two looks do not show. */
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  /**
   * Every key with its line, a salted digest of its value, and the value itself only where the checklist expects one
   * in the open. Digests of secret values are slow ones (scrypt), for a guess must cost something.
   */
  entries: z.array(
    z.strictObject({ key, line: z.int().min(1), digest: z.string().max(64), secret: z.boolean(), shown }),
  ),
  differences: z.array(configDifferenceSchema).max(500),
  /** Differences beyond those listed. */
  more: z.int().min(0),
  /** Null where no earlier look is known. */
  drift: configDriftSchema.nullable(),
});
export type ConfigResult = z.infer<typeof configResultSchema>;
