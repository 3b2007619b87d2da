import { z } from 'zod';
import { limits } from '../../contract/limits.ts';
import { allowedSchema, differenceSchema, toleranceSchema } from '../../snapshot/compare.ts';

/** Looks again as an earlier `snapshot` did, and tells what differs. */
export const compareActionSchema = z.strictObject({
  kind: z.literal('compare'),
  /** The snapshot step's id as written (its batches' parts share it): what it looks at, and how, is repeated. */
  with: z.string().min(1).max(limits.name),
  allowed: allowedSchema,
  tolerance: toleranceSchema.nullable(),
});
export type CompareAction = z.infer<typeof compareActionSchema>;

/** More unexpected differences than this cannot be judged one by one by name: the comparison has failed. */
export const mostFindings = 200;
/** Differences of each sort that are kept with the result. */
export const differencesKept = 500;

const count = z.int().min(0);
const counts = z.strictObject({ missing: count, added: count, changed: count });

/** What a comparison found on one target. */
export const compareResultSchema = z.strictObject({
  kind: z.literal('compare'),
  with: z.string().min(1).max(limits.name),
  /** The attempt whose snapshot was compared with. */
  attempt: z.string().max(20),
  before: count,
  after: count,
  unexpected: counts,
  expected: counts,
  /** The first of each, unexpected ones first. */
  differences: z.array(z.strictObject({ ...differenceSchema.shape, expected: z.boolean() })),
});
export type CompareResult = z.infer<typeof compareResultSchema>;
