import { z } from 'zod';
import { limits } from '../contract/limits.ts';
import { actionSchema, commandActionSchema } from '../steps/actions.ts';

/**
 * A **plan** is a checklist resolved for one environment: every variable put in, every host known, every command
 * in the exact words that will be sent. It is frozen into the journal's first record, so a run needs nothing else.
 */

const name = z.string().min(1).max(limits.name);
const text = z.string().max(limits.text);

export const phaseKinds = ['cold', 'hot', 'observe', 'wrap-up'] as const;
export type PhaseKind = (typeof phaseKinds)[number];
export const releaseKinds = ['requirement', 'optimization', 'bugfix', 'emergency'] as const;
export type ReleaseKind = (typeof releaseKinds)[number];

export const planHostSchema = z.strictObject({
  name,
  /** Address, DNS name or ssh_config alias, as written. */
  address: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535).nullable(),
  user: z.string().max(255).nullable(),
  /** ProxyJump words ("bastion", "u@h:22,second") or a host name of this environment; null leaves it to ssh_config. */
  jump: z.string().max(1_000).nullable(),
  groups: z.array(name),
});
export type PlanHost = z.infer<typeof planHostSchema>;

/** A secret the operator is asked for before the first use; its value never enters a plan. */
export const planSecretSchema = z.strictObject({ name, prompt: text });

/** A step's action where it differs between targets (`${host.address}` and the like). */
const perTarget = z.record(name, actionSchema);

export const planStepSchema = z.strictObject({
  id: name,
  /** The printed code, e.g. "2.3": phase 2, third step. Paper and screen share it. */
  code: z.string().max(20),
  title: text,
  kind: z.enum(['manual', 'run', 'wait']),
  effect: z.enum(['read', 'write']),
  /** Index into `plan.phases`. */
  phase: z.int().min(0),
  /** Index into `plan.blocks`, or null outside atomic blocks. */
  block: z.int().min(0).nullable(),
  /** Host names in order, or `[DESK]`. Never empty. */
  targets: z.array(name).min(1),
  countersign: z.boolean(),
  plannedMs: z.number().min(0).nullable(),
  /** Markdown. */
  notes: text.nullable(),
  /** The action of the first target, and of every target not named in `perTarget`. */
  action: actionSchema,
  perTarget,
  /** The read-only probe that decides an unknown; same shape as `action` / `perTarget`. */
  verify: z.strictObject({ action: commandActionSchema, perTarget: z.record(name, commandActionSchema) }).nullable(),
  /** What undoes this step, where the checklist says so. */
  rollback: z.strictObject({ action: actionSchema, perTarget }).nullable(),
});
export type PlanStep = z.infer<typeof planStepSchema>;

export const planBlockSchema = z.strictObject({
  title: text,
  phase: z.int().min(0),
  worstCaseMs: z.number().min(0).nullable(),
});

/** ISO 8601 instants with offset, each optional. */
export const planWindowSchema = z.strictObject({
  start: z.string().nullable(),
  warn: z.string().nullable(),
  backOutBy: z.string().nullable(),
  end: z.string().nullable(),
});
export type PlanWindow = z.infer<typeof planWindowSchema>;

export const planSchema = z.strictObject({
  format: z.literal(1),
  title: text,
  version: text.nullable(),
  releaseKind: z.enum(releaseKinds),
  environment: name,
  production: z.boolean(),
  window: planWindowSchema.nullable(),
  hosts: z.array(planHostSchema).max(limits.hosts),
  secrets: z.array(planSecretSchema),
  /** Resolved variables in declaration order, for preflight and report. */
  variables: z.record(z.string().max(limits.name), text),
  phases: z.array(z.strictObject({ kind: z.enum(phaseKinds), title: text })),
  blocks: z.array(planBlockSchema),
  /** In working order. */
  steps: z.array(planStepSchema).max(limits.steps),
  rollback: z.strictObject({
    /** Host names or groups, in the order rollback visits them; empty = reverse of what ran. */
    order: z.array(name),
    steps: z.array(planStepSchema),
  }),
});
export type Plan = z.infer<typeof planSchema>;
