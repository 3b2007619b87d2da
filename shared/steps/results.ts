import { z } from 'zod';
import { announceResultSchema } from './actions/announce.ts';
import { compareResultSchema } from './actions/compare.ts';
import { httpResultSchema } from './actions/http.ts';
import { processResultSchema } from './actions/process.ts';
import { serviceResultSchema } from './actions/service.ts';
import { snapshotResultSchema } from './actions/snapshot.ts';
import { sqlResultSchema } from './actions/sql.ts';

/** How often a `wait` looked. */
export const waitResultSchema = z.strictObject({ kind: z.literal('wait'), looks: z.int().min(0) });

/**
 * What a kind of step has to say beyond verdict and checks, kept in the journal for later steps, later runs, the
 * screen and the report. A kind keeps its schema in `actions/<kind>.ts` and is one more line here.
 */
export const stepResultSchema = z.discriminatedUnion('kind', [
  snapshotResultSchema,
  compareResultSchema,
  httpResultSchema,
  announceResultSchema,
  processResultSchema,
  serviceResultSchema,
  waitResultSchema,
  sqlResultSchema,
]);
export type StepResult = z.infer<typeof stepResultSchema>;
export type ResultOf<K extends StepResult['kind']> = Extract<StepResult, { kind: K }>;
