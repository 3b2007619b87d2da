import { z } from 'zod';

/** What a number may be compared with; several at once must all hold. */
export const comparisonSchema = z.strictObject({
  equals: z.number().optional(),
  above: z.number().optional(),
  below: z.number().optional(),
  'at-least': z.number().optional(),
  'at-most': z.number().optional(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

const value = z.string().max(20_000);

/** One thing expected of a stream of text. Leading and trailing white space is ignored by `equals` and `number`. */
export const textExpectationSchema = z.discriminatedUnion('test', [
  z.strictObject({ test: z.literal('equals'), value }),
  z.strictObject({ test: z.literal('contains'), value }),
  z.strictObject({ test: z.literal('lacks'), value }),
  /** RE2 syntax (linear time, so that no output can hang the app). */
  z.strictObject({ test: z.literal('matches'), value }),
  z.strictObject({ test: z.literal('number'), compare: comparisonSchema }),
  z.strictObject({ test: z.literal('lines'), compare: comparisonSchema }),
  /** `path` is a dotted JSON path such as `$.items[0].status`. */
  z.strictObject({
    test: z.literal('json'),
    path: value,
    equals: z.union([value, z.number(), z.boolean(), z.null()]).optional(),
    compare: comparisonSchema.optional(),
  }),
]);
export type TextExpectation = z.infer<typeof textExpectationSchema>;

/** What must hold for a command to have passed. `exit: null` accepts any exit code. */
export const expectationsSchema = z.strictObject({
  exit: z.array(z.int().min(0).max(255)).nullable(),
  stdout: z.array(textExpectationSchema),
  stderr: z.array(textExpectationSchema),
});
export type Expectations = z.infer<typeof expectationsSchema>;

/** One expectation after the fact: `holds` is null when it could not be decided (inconclusive). */
export const checkResultSchema = z.strictObject({
  /** Where it looked: `exit`, `stdout`, `stderr`, or a step kind's own word. */
  subject: z.string().max(100),
  /** What was expected, in the checklist's own words, e.g. `contains "UP"`. */
  expected: z.string().max(2_000),
  /** What was found, shortened. */
  found: z.string().max(2_000),
  holds: z.boolean().nullable(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;
