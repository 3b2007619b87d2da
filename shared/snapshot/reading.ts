import { z } from 'zod';
import { limits } from '../contract/limits.ts';

/**
 * How a snapshot is read out of a command's output. Columns count from 1; `separator` null stands for white space;
 * `skip` lines at the top are headings. Patterns are RE2 and look at every line; paths are dotted JSON paths.
 */

const path = z.string().max(limits.text);
const pattern = z.string().max(limits.text);
const column = z.int().min(1).max(1_000);
const table = { separator: z.string().min(1).max(10).nullable(), skip: z.int().min(0).max(1_000) };

/** A set of keys: what is there, and nothing about it. */
export const keysReadingSchema = z.discriminatedUnion('by', [
  /** Every line is a key. */
  z.strictObject({ by: z.literal('lines') }),
  z.strictObject({ by: z.literal('column'), column, ...table }),
  /** An array of texts or numbers, the names of an object, or, with `field`, something inside each item of an array. */
  z.strictObject({ by: z.literal('json'), path, field: path.nullable() }),
  /** The first group of every match, or the whole match where the pattern has no group. */
  z.strictObject({ by: z.literal('matches'), pattern }),
]);
export type KeysReading = z.infer<typeof keysReadingSchema>;

/** Numbers by name. */
export const numbersReadingSchema = z.discriminatedUnion('by', [
  /** The whole output is one number; its name is `value`. */
  z.strictObject({ by: z.literal('one') }),
  /** Each name written down, with where its number stands. */
  z.strictObject({
    by: z.literal('named'),
    names: z
      .array(
        z.discriminatedUnion('at', [
          z.strictObject({ name: z.string().min(1).max(limits.name), at: z.literal('json'), path }),
          z.strictObject({ name: z.string().min(1).max(limits.name), at: z.literal('matches'), pattern }),
        ]),
      )
      .min(1),
  }),
  /** Every line is a name and, after the last white space, its number. */
  z.strictObject({ by: z.literal('lines') }),
  z.strictObject({ by: z.literal('columns'), name: column, number: column, ...table }),
  /** An object whose values are numbers. */
  z.strictObject({ by: z.literal('json'), path }),
  /** Two groups: the name and the number. */
  z.strictObject({ by: z.literal('matches'), pattern }),
]);
export type NumbersReading = z.infer<typeof numbersReadingSchema>;

export const readingSchema = z.discriminatedUnion('keep', [
  z.strictObject({ keep: z.literal('keys'), how: keysReadingSchema }),
  z.strictObject({ keep: z.literal('numbers'), how: numbersReadingSchema }),
]);
export type Reading = z.infer<typeof readingSchema>;

/** A pair and not a property, so that no name (`__proto__`) can get lost. */
export type NamedNumber = readonly [name: string, number: number];

/** What was read: sorted by code unit, each key once. */
export type Snapshot =
  | { readonly keep: 'keys'; readonly keys: readonly string[] }
  | { readonly keep: 'numbers'; readonly numbers: readonly NamedNumber[] };

/** Why nothing could be read; `where` is a line number, a path or a name, `found` what stands there. */
export type ReadingProblem = {
  readonly code:
    | 'not-json'
    | 'nothing-there'
    | 'wrong-shape'
    | 'column-missing'
    | 'not-a-number'
    | 'no-match'
    | 'name-twice'
    | 'key-too-long'
    | 'too-many';
  readonly where: string;
  readonly found: string;
};

export type ReadSnapshot =
  | { readonly ok: true; readonly snapshot: Snapshot }
  | { readonly ok: false; readonly problem: ReadingProblem };
