import { z } from 'zod';
import { limits } from '../contract/limits.ts';
import { actionSchema, commandActionSchema, probeActionSchema, stepKindSchema } from '../steps/actions.ts';

/**
 * A **plan** is a checklist resolved for one environment: every variable put in, every host known, every command
 * in the exact words that will be sent. It is frozen into the journal's first record, so a run needs nothing else.
 */

const name = z.string().min(1).max(limits.name);
const text = z.string().max(limits.text);

export const phaseKinds = ['cold', 'hot', 'observe', 'wrap-up'] as const;
/** `rollback` is never written in a checklist: the phase is added to a run's plan when a rollback begins. */
const planPhaseKinds = [...phaseKinds, 'rollback'] as const;
export type PhaseKind = (typeof planPhaseKinds)[number];
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
  /** What proves that this is the right host; its SSH key and its own name are recorded in any case. */
  identity: z
    .strictObject({
      /** What `hostname` must print, or null. */
      hostname: z.string().max(255).nullable(),
      /** A file on the host that must contain the text, or null. */
      file: z.strictObject({ path: z.string().min(1).max(4_096), contains: z.string().min(1).max(1_000) }).nullable(),
    })
    .nullable()
    .default(null),
});
export type PlanHost = z.infer<typeof planHostSchema>;

/** A secret the operator is asked for before the first use; its value never enters a plan. */
export const planSecretSchema = z.strictObject({ name, prompt: text });

export const databaseEngines = ['mysql', 'postgres', 'command'] as const;

/** A database of the environment. */
export const planDatabaseSchema = z.strictObject({
  name,
  engine: z.enum(databaseEngines),
  /** As seen from `via`, or from the operator's computer. Null for `command`. */
  address: z.string().max(255).nullable(),
  port: z.int().min(1).max(65_535).nullable(),
  /** The host whose SSH connection carries the tunnel (or that runs the `command`); null: straight from here. */
  via: name.nullable(),
  user: z.string().max(255).nullable(),
  /** MySQL: the default schema; PostgreSQL: the database. */
  schema: z.string().max(255).nullable(),
  /** Name of the plan's secret that holds the password, or null. */
  password: name.nullable(),
  tls: z.boolean(),
  /** For `command`: the client, which reads the script from stdin. */
  command: commandActionSchema.nullable(),
});
export type PlanDatabase = z.infer<typeof planDatabaseSchema>;

export const channelTypes = ['dingtalk', 'feishu', 'wecom', 'slack', 'webhook', 'clipboard'] as const;

/** Where announcements go. Addresses of webhooks let anybody who knows them write: they are secrets. */
export const planChannelSchema = z.strictObject({
  name,
  type: z.enum(channelTypes),
  /** Names of the plan's secrets for the address and for the signing key, or null. */
  url: name.nullable(),
  key: name.nullable(),
});
export type PlanChannel = z.infer<typeof planChannelSchema>;

export const countersignModes = ['none', 'before', 'after', 'both'] as const;
export type CountersignMode = (typeof countersignModes)[number];

/** A step's action where it differs between targets (`${host.address}` and the like). */
const perTarget = z.record(name, actionSchema);

export const planStepSchema = z.strictObject({
  id: name,
  /** The printed code, e.g. "2.3": phase 2, third step. Paper and screen share it. */
  code: z.string().max(20),
  title: text,
  kind: stepKindSchema,
  effect: z.enum(['read', 'write']),
  /** The id as written: batches give each of their parts an id of its own (`stop`, `stop~2`). Empty = the id. */
  base: z.string().max(limits.name).default(''),
  /**
   * Why the step is there: the checklist says so, or it stands between batches, or it proves that rolling back is
   * possible, or it undoes something.
   */
  origin: z.enum(['written', 'gate', 'readiness', 'rollback']).default('written'),
  /** Which batch of how many (1-based), and how many hosts may have failed before no further batch begins. */
  batch: z
    .strictObject({ index: z.int().min(1), of: z.int().min(2), ceiling: z.int().min(0).nullable() })
    .nullable()
    .default(null),
  /** What cannot be undone once this has run; null: nothing. */
  pointOfNoReturn: text.nullable().default(null),
  /** Ids of the steps that this one undoes on the same targets. */
  undoes: z.array(name).default([]),
  /** Index into `plan.phases`. */
  phase: z.int().min(0),
  /** Index into `plan.blocks`, or null outside atomic blocks. */
  block: z.int().min(0).nullable(),
  /** Host names in order, or `[DESK]`. Never empty. */
  targets: z.array(name).min(1),
  /** When the checker signs: before an attempt, after the step, both. Journals of version 0.1 say true or false. */
  countersign: z.preprocess(
    (value) => (typeof value === 'boolean' ? (value ? 'after' : 'none') : value),
    z.enum(countersignModes),
  ),
  plannedMs: z.number().min(0).nullable(),
  /** Markdown. */
  notes: text.nullable(),
  /** The action of the first target, and of every target not named in `perTarget`. */
  action: actionSchema,
  perTarget,
  /** The read-only probe that decides an unknown; same shape as `action` / `perTarget`. */
  verify: z.strictObject({ action: probeActionSchema, perTarget: z.record(name, probeActionSchema) }).nullable(),
  /** What undoes this step, where the checklist says so. */
  rollback: z
    .strictObject({ action: actionSchema, perTarget, plannedMs: z.number().min(0).nullable().default(null) })
    .nullable(),
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
  /** The title as written, variables not put in: what makes two runs runs of the same checklist. */
  name: text.default(''),
  title: text,
  version: text.nullable(),
  releaseKind: z.enum(releaseKinds),
  environment: name,
  production: z.boolean(),
  window: planWindowSchema.nullable(),
  hosts: z.array(planHostSchema).max(limits.hosts),
  databases: z.array(planDatabaseSchema).default([]),
  channels: z.array(planChannelSchema).default([]),
  /** How many checkers the run is meant to have, and after which inactivity they are asked whether they are there. */
  people: z
    .strictObject({ checkers: z.int().min(0), challengeMs: z.number().min(0).nullable() })
    .default({ checkers: 0, challengeMs: null }),
  /** Whether a production run without a rehearsal of the same content is refused, warned about, or nothing. */
  rehearsal: z.enum(['refuse', 'warn', 'off']).default('off'),
  secrets: z.array(planSecretSchema),
  /** Resolved variables in declaration order, for preflight and report. */
  variables: z.record(z.string().max(limits.name), text),
  phases: z.array(z.strictObject({ kind: z.enum(planPhaseKinds), title: text })),
  blocks: z.array(planBlockSchema),
  /** In working order. */
  steps: z.array(planStepSchema).max(limits.steps),
  /** Steps that `when:` leaves out of this run. */
  omitted: z.array(z.strictObject({ id: name, title: text, because: text })).default([]),
  rollback: z.strictObject({
    /** Host names or groups, in the order rollback visits them; empty = reverse of what ran. */
    order: z.array(name),
    steps: z.array(planStepSchema),
  }),
});
export type Plan = z.infer<typeof planSchema>;
