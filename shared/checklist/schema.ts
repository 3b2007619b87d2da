import { z } from 'zod';
import { limits } from '../contract/limits.ts';
import { probeSourceSchema } from '../steps/command-source.ts';
import { duration, filledText, name, shape, text } from './parts.ts';
import { phaseKinds, releaseKinds } from './plan.ts';
import { environmentSchema, variables } from './schema-environment.ts';
import { basicKeys, batchSchema, exactlyOneKind, kindFields, needSchema, whenSchema } from './schema-flow.ts';

/** The checklist format, version 1, as data: what may stand where. What it means is `docs/checklist-format.md`. */

/** Ids become parts of other ids (`stop~2`, `undo-stop`), which must still be names. */
const stepId = name.max(limits.stepId, 'text-too-long');

/** Lists that `rules.ts` wants filled: an empty one must not keep the rest from being looked at. */
const filledList = { minItems: 1 };
const described = (description: string) => ({ description });

const needs = z.array(needSchema).min(1, 'list-empty').optional();

const common = {
  ...basicKeys,
  effect: z
    .enum(['read', 'write'])
    .optional()
    .meta(described('read may be repeated freely, write runs once. run and manual: write, wait: read.')),
  countersign: z
    .enum(['always', 'never', 'before', 'after', 'both'])
    .optional()
    .meta(
      described(
        'When the checker signs: before an attempt (may I?), after the step (it is so; also "always"), or both. Left out: after every write in production.',
      ),
    ),
  notes: text.optional().meta(described('Markdown, shown beside the step.')),
  when: whenSchema.optional(),
  verify: probeSourceSchema
    .optional()
    .meta(described('A command that only looks, and passes when the step has taken effect.')),
};

/** A step inside a phase. */
const step = shape({
  id: stepId.meta(described('Short and unique; answers and reports use it.')),
  ...common,
  batch: batchSchema.optional(),
  'point-of-no-return': filledText
    .optional()
    .meta(described('What cannot be undone once this has run. Afterwards there is only fixing forward.')),
  rollback: shape({
    ...kindFields,
    planned: duration.optional().meta(described('How long undoing should take.')),
    needs,
  })
    .optional()
    .meta({ ...exactlyOneKind, ...described('What undoes the step.') }),
}).meta({
  id: 'step',
  ...exactlyOneKind,
  ...described('One thing done and proved.'),
});

const atomic = shape({
  atomic: filledText.meta(described('Once entered, these steps are finished or restored: no pause, no exit.')),
  'worst-case': duration.optional().meta(described('The longest this block can take, in each of its batches.')),
  batch: batchSchema.optional().meta(described('The whole block is worked through for each batch of hosts.')),
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

const rollbackStep = shape({ id: stepId.optional(), ...common }).meta({ id: 'rollback-step', ...exactlyOneKind });

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
    .record(name, environmentSchema.nullable())
    .refine((all) => Object.keys(all).length > 0, 'environments-empty')
    .refine((all) => Object.keys(all).length <= limits.environments, 'environments-too-many'),
  phases: z.array(phase).meta(filledList),
  rollback: shape({
    order: z.array(name).min(1, 'list-empty').optional().meta(described('Groups or hosts, first undone first.')),
    steps: z.array(rollbackStep).min(1, 'list-empty').optional(),
    needs: needs.meta(described('What rolling back needs, proved to be there before the first write.')),
  }).optional(),
}).meta({ title: 'Countersign checklist, format 1' });

/** A checklist as written, parsed and found free of errors. */
export type Checklist = z.output<typeof checklistSchema>;
export type StepSource = z.output<typeof step>;
export type RollbackStepSource = z.output<typeof rollbackStep>;
export type AtomicSource = z.output<typeof atomic>;

/**
 * Where a number or a yes/no written without quotes is text, taken as it stands: `version: 3.10` is not 3.1,
 * `run: true` is the command `true`.
 */
export function isWrittenAsText(path: readonly (string | number)[]): boolean {
  const names = path.filter((step) => typeof step === 'string');
  const [parent, key] = [names.at(-2), names.at(-1) ?? ''];
  if (parent === 'vars' || (parent === 'window' && names.length === 2)) return true;
  if (parent === 'when' || parent === 'identity') return true;
  if (names[0] === 'environments' && (names[2] === 'databases' || names[2] === 'channels') && names.length === 5) {
    return key !== 'port' && key !== 'tls';
  }
  if (key === 'equals') return parent === 'stdout' || parent === 'stderr' || parent === 'http';
  // Keys and values of configuration files, whatever the keys are called.
  if (names.at(-3) === 'config' && parent === 'expect') return true;
  if (names.at(-4) === 'artifact' && names.at(-3) === 'inside') return true;
  if (parent === 'headers' || parent === 'expect-headers' || parent === 'allow') return true;
  if (parent === 'json') return false;
  return writtenKeys.has(key);
}

const writtenKeys = new Set([
  ...phaseKinds,
  ...['title', 'version', 'address', 'user', 'jump', 'groups', 'id', 'on', 'order', 'notes', 'atomic', 'label'],
  ...['process', 'pid-file', 'stop', 'start', 'restart', 'ready', 'failed', 'systemd', 'supervisor', 'unit', 'program'],
  ...['file', 'sha256', 'from', 'restore', 'kept', 'mode', 'absent', 'known', 'secret'],
  ...['get', 'ca', 'with', 'to', 'text', 'separator', 'field'],
  ...['point-of-no-return', 'options', 'run', 'verify', 'command', 'contains', 'lacks', 'matches', 'secrets'],
]);

type Hosts = StepSource['on'];

/** Where a step says on which hosts it runs: beside its kind or, where the kind allows it, inside. */
export function onOf(source: KindsOf & { readonly on?: Hosts }): {
  readonly on: Hosts;
  readonly at: readonly string[];
} {
  const kind = kindOf(source);
  const inner: unknown = kind === null ? undefined : source[kind];
  if (source.on === undefined && kind !== null && typeof inner === 'object' && inner !== null && 'on' in inner) {
    return { on: inner.on as Hosts, at: [kind, 'on'] };
  }
  return { on: source.on, at: ['on'] };
}

type KindsOf = { readonly [K in keyof typeof kindFields]?: unknown };

/** The kind a step (or a rollback) is written with, or null. */
export function kindOf(source: KindsOf): keyof typeof kindFields | null {
  return kindsOf(source)[0] ?? null;
}

/** Every kind a step is written with; a sound one has exactly one. */
export function kindsOf(source: KindsOf): (keyof typeof kindFields)[] {
  return (Object.keys(kindFields) as (keyof typeof kindFields)[]).filter((kind) => source[kind] !== undefined);
}
