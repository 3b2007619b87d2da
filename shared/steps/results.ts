import { z } from 'zod';

/** How often a `wait` looked. */
export const waitResultSchema = z.strictObject({ kind: z.literal('wait'), looks: z.int().min(0) });

/**
 * What a kind of step has to say beyond verdict and checks, kept in the journal for later steps, later runs, the
 * screen and the report. A kind keeps its schema in `actions/<kind>.ts` and is one more line here.
 */
export const stepResultSchema = z.discriminatedUnion('kind', [waitResultSchema]);
export type StepResult = z.infer<typeof stepResultSchema>;
export type ResultOf<K extends StepResult['kind']> = Extract<StepResult, { kind: K }>;
