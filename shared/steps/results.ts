import { z } from 'zod';
import { announceResultSchema } from './actions/announce.ts';
import { artifactResultSchema } from './actions/artifact.ts';
import { compareResultSchema } from './actions/compare.ts';
import { configResultSchema } from './actions/config.ts';
import { httpResultSchema } from './actions/http.ts';
import { logResultSchema } from './actions/log.ts';
import { processResultSchema } from './actions/process.ts';
import { serviceResultSchema } from './actions/service.ts';
import { snapshotResultSchema } from './actions/snapshot.ts';
import { sqlResultSchema } from './actions/sql.ts';
import { uploadResultSchema } from './actions/upload.ts';

/** How often a `wait` looked. */
export const waitResultSchema = z.strictObject({ kind: z.literal('wait'), looks: z.int().min(0) });

/**
 * What a kind of step has to say beyond verdict and checks, kept in the journal for later steps, later runs, the
 * screen and the report. A kind keeps its schema in `actions/<kind>.ts` and is one more line here.
 */
export const stepResultSchema = z.discriminatedUnion('kind', [
  logResultSchema,
  snapshotResultSchema,
  compareResultSchema,
  httpResultSchema,
  announceResultSchema,
  processResultSchema,
  serviceResultSchema,
  waitResultSchema,
  artifactResultSchema,
  uploadResultSchema,
  configResultSchema,
  sqlResultSchema,
]);
export type StepResult = z.infer<typeof stepResultSchema>;
export type ResultOf<K extends StepResult['kind']> = Extract<StepResult, { kind: K }>;
