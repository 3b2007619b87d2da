import { z } from 'zod';
import { limits } from '../contract/limits.ts';
import { probeSourceSchema } from '../steps/command-source.ts';
import { stepKinds } from '../steps/index.ts';
import { duration, filledText, name, oneOrMany, shape, text, variableName } from './parts.ts';
import { phaseKinds, releaseKinds } from './plan.ts';

/** The checklist format, version 1, as data: what may stand where. What it means is `docs/checklist-format.md`. */

/** Lists that `rules.ts` wants filled: an empty one must not keep the rest from being looked at. */
const filledList = { minItems: 1 };
const described = (description: string) => ({ description });

const variables = z.record(variableName, text).meta(described('Values by name. Host over environment over checklist.'));

const host = shape({
  address: filledText.max(255, 'text-too-long').meta(described('Address, DNS name or ssh_config alias.')),
  port: z.int('port-invalid').min(1, 'port-invalid').max(65_535, 'port-invalid').optional(),
  user: filledText.max(255, 'text-too-long').optional(),
  jump: filledText.max(1_000, 'text-too-long').optional().meta(described('Hosts to go through, as for ssh -J.')),
  groups: z.array(name).min(1, 'list-empty').optional().meta(described('Names under which steps find this host.')),
  vars: variables.optional(),
});

const environment = shape({
  production: z.boolean().optional().meta(described('true turns every guard on.')),
  hosts: z.record(name, host).optional(),
  vars: variables.optional(),
  secrets: z
    .union([z.array(variableName).min(1, 'list-empty'), z.record(variableName, filledText)])
    .optional()
    .meta(described('Asked for before first use, never stored: a list of names, or each name with its question.')),
});

type KindFields = { readonly [K in keyof typeof stepKinds]: z.ZodOptional<(typeof stepKinds)[K]['schema']> };
const kinds = Object.fromEntries(
  Object.entries(stepKinds).map(([kind, door]) => [kind, door.schema.optional()]),
) as unknown as KindFields;
const oneKind = { exactlyOne: Object.keys(kinds) };

const hosts = oneOrMany(name).meta(described('A host, a group, or a list of them.'));

const common = {
  title: filledText.meta(described('What is done, for people.')),
  effect: z
    .enum(['read', 'write'])
    .optional()
    .meta(described('read may be repeated freely, write runs once. run and manual: write, wait: read.')),
  on: hosts.optional(),
  countersign: z
    .enum(['always', 'never'])
    .optional()
    .meta(described('Whether the checker must sign. Left out: every write in production.')),
  planned: duration.optional().meta(described('How long it should take.')),
  notes: text.optional().meta(described('Markdown, shown beside the step.')),
  ...kinds,
  verify: probeSourceSchema
    .optional()
    .meta(described('A command that only looks, and passes when the step has taken effect.')),
};

/** A step inside a phase. */
const step = shape({
  id: name.meta(described('Short and unique; answers and reports use it.')),
  ...common,
  rollback: shape(kinds)
    .optional()
    .meta({ ...oneKind, ...described('What undoes the step.') }),
}).meta({
  id: 'step',
  ...oneKind,
  ...described('One thing done and proved.'),
});

const atomic = shape({
  atomic: filledText.meta(described('Once entered, these steps are finished or restored: no pause, no exit.')),
  'worst-case': duration.optional().meta(described('The longest this block can take.')),
  steps: z.array(step).meta(filledList),
}).meta({ id: 'atomic', description: 'An atomic block.' });

const phaseTitle = filledText.optional();
const phase = shape({
  cold: phaseTitle.meta(described('Can be done before the window.')),
  hot: phaseTitle.meta(described('Inside the window.')),
  observe: phaseTitle,
  'wrap-up': phaseTitle,
  steps: z.array(z.union([step, atomic])).meta(filledList),
}).meta({ exactlyOne: [...phaseKinds], description: 'cold, hot, observe or wrap-up with its title, and the steps.' });

const rollbackStep = shape({ id: name.optional(), ...common }).meta({ id: 'rollback-step', ...oneKind });

/** A whole checklist file. */
export const checklistSchema = shape({
  checklist: z.literal(1, 'format-unknown').meta(described('The version of the format.')),
  title: filledText,
  kind: z.enum(releaseKinds).optional().meta(described('The kind of release; requirement when left out.')),
  version: filledText.optional().meta(described('The version released; variable version.')),
  window: shape({ start: text.optional(), warn: text.optional(), 'back-out-by': text.optional(), end: text.optional() })
    .optional()
    .meta(described('Times with offset (2026-11-20T22:00+08:00); after start also HH:MM.')),
  vars: variables.optional(),
  environments: z
    .record(name, environment.nullable())
    .refine((all) => Object.keys(all).length > 0, 'environments-empty')
    .refine((all) => Object.keys(all).length <= limits.environments, 'environments-too-many'),
  phases: z.array(phase).meta(filledList),
  rollback: shape({
    order: z.array(name).min(1, 'list-empty').optional().meta(described('Groups or hosts, first undone first.')),
    steps: z.array(rollbackStep).min(1, 'list-empty').optional(),
  }).optional(),
}).meta({ title: 'Countersign checklist, format 1' });

/** A checklist as written, parsed and found free of errors. */
export type Checklist = z.output<typeof checklistSchema>;
export type StepSource = z.output<typeof step>;
export type RollbackStepSource = z.output<typeof rollbackStep>;
export type EnvironmentSource = z.output<typeof environment>;

/**
 * Where a number or a yes/no written without quotes is text, taken as it stands: `version: 3.10` is not 3.1,
 * `run: true` is the command `true`.
 */
export function isWrittenAsText(path: readonly (string | number)[]): boolean {
  const names = path.filter((step) => typeof step === 'string');
  const [parent, key] = [names.at(-2), names.at(-1) ?? ''];
  if (parent === 'vars' || (parent === 'window' && names.length === 2)) return true;
  if (key === 'equals') return parent === 'stdout' || parent === 'stderr';
  if (parent === 'json') return false;
  return writtenKeys.has(key);
}

const writtenKeys = new Set([
  ...phaseKinds,
  ...['title', 'version', 'address', 'user', 'jump', 'groups', 'id', 'on', 'order', 'notes', 'atomic', 'label'],
  ...['options', 'run', 'verify', 'command', 'contains', 'lacks', 'matches', 'secrets'],
]);

/** The kind a step (or a rollback) is written with, or null. */
export function kindOf(source: { readonly [K in keyof typeof kinds]?: unknown }): keyof typeof kinds | null {
  return kindsOf(source)[0] ?? null;
}

/** Every kind a step is written with; a sound one has exactly one. */
export function kindsOf(source: { readonly [K in keyof typeof kinds]?: unknown }): (keyof typeof kinds)[] {
  return (Object.keys(kinds) as (keyof typeof kinds)[]).filter((kind) => source[kind] !== undefined);
}
