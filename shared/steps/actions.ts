import { z } from 'zod';
import { limits } from '../contract/limits.ts';
import { announceActionSchema } from './actions/announce.ts';
import { approvalActionSchema } from './actions/approval.ts';
import { artifactActionSchema } from './actions/artifact.ts';
import { commandActionSchema } from './actions/command.ts';
import { compareActionSchema } from './actions/compare.ts';
import { configActionSchema } from './actions/config.ts';
import { httpActionSchema } from './actions/http.ts';
import { logActionSchema } from './actions/log.ts';
import { processActionSchema } from './actions/process.ts';
import { serviceActionSchema } from './actions/service.ts';
import { snapshotActionSchema } from './actions/snapshot.ts';
import { sqlActionSchema } from './actions/sql.ts';
import { uploadActionSchema } from './actions/upload.ts';

export { type CommandAction, commandActionSchema } from './actions/command.ts';

/** The kinds of evidence a person can be asked for. `file` is copied into the run and sealed by its hash. */
export const evidenceTypes = ['text', 'number', 'link', 'choice', 'file'] as const;

export const evidenceFieldSchema = z.strictObject({
  name: z.string().min(1).max(limits.name),
  type: z.enum(evidenceTypes),
  label: z.string().max(limits.text),
  /** Only for `choice`. */
  options: z.array(z.string().max(limits.text)),
  required: z.boolean(),
});
export type EvidenceField = z.infer<typeof evidenceFieldSchema>;

export const manualActionSchema = z.strictObject({
  kind: z.literal('manual'),
  evidence: z.array(evidenceFieldSchema),
});
export type ManualAction = z.infer<typeof manualActionSchema>;

export const waitActionSchema = z.strictObject({
  kind: z.literal('wait'),
  mode: z.discriminatedUnion('type', [
    /** Simply let time pass. */
    z.strictObject({ type: z.literal('for'), ms: z.number().min(0) }),
    /** Repeat a read-only command until its expectations hold. */
    z.strictObject({
      type: z.literal('until'),
      probe: commandActionSchema,
      everyMs: z.number().min(100),
      withinMs: z.number().min(1),
    }),
    /** Repeat a read-only command until its trimmed stdout stayed the same for `forMs`. */
    z.strictObject({
      type: z.literal('settled'),
      probe: commandActionSchema,
      everyMs: z.number().min(100),
      forMs: z.number().min(1),
      withinMs: z.number().min(1),
    }),
  ]),
});
export type WaitAction = z.infer<typeof waitActionSchema>;

/**
 * What one step does on one target: the closed union that every wing's step table is typed by. A new kind keeps its
 * schema in `actions/<kind>.ts` and is one more line here.
 */
export const actionSchema = z.discriminatedUnion('kind', [
  manualActionSchema,
  commandActionSchema,
  logActionSchema,
  waitActionSchema,
  approvalActionSchema,
  artifactActionSchema,
  uploadActionSchema,
  configActionSchema,
  snapshotActionSchema,
  compareActionSchema,
  httpActionSchema,
  announceActionSchema,
  processActionSchema,
  serviceActionSchema,
  sqlActionSchema,
]);
export type Action = z.infer<typeof actionSchema>;
export type StepKind = Action['kind'];
export type ActionOf<K extends StepKind> = Extract<Action, { kind: K }>;

/** What only looks, and so may decide what became of a lost attempt. */
export const probeActionSchema = z.discriminatedUnion('kind', [commandActionSchema, processActionSchema]);
export type ProbeAction = z.infer<typeof probeActionSchema>;

/** The words of all step kinds. */
export const stepKindSchema = z.enum(
  actionSchema.options.map((option) => option.shape.kind.value) as [StepKind, ...StepKind[]],
);
