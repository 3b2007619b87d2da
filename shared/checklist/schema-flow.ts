import { z } from 'zod';
import { stepKinds } from '../steps/index.ts';
import { duration, filledText, name, oneOrMany, positiveDuration, shape, text } from './parts.ts';
import { releaseKinds } from './plan.ts';

/** How a step fits into the flow: when it belongs to a run, and in which batches it goes. */

const described = (description: string) => ({ description });

type KindFields = { readonly [K in keyof typeof stepKinds]: z.ZodOptional<(typeof stepKinds)[K]['schema']> };
/** What may stand for the kind of a step: one key for each kind. */
export const kindFields = Object.fromEntries(
  // The id keeps the printed JSON Schema from saying each kind again wherever a step may stand.
  Object.entries(stepKinds).map(([kind, { schema }]) => [kind, schema.meta({ ...schema.meta(), id: kind }).optional()]),
) as unknown as KindFields;
/** Tells the JSON Schema that exactly one of the kinds must be there. */
export const exactlyOneKind = { exactlyOne: Object.keys(kindFields) };

const releaseKind = z.enum(releaseKinds);
const value = oneOrMany(text);
export const whenSchema = shape({
  kind: z
    .union([releaseKind, z.array(releaseKind).min(1, 'list-empty'), shape({ not: oneOrMany(releaseKind) })])
    .optional()
    .meta(described('The kinds of release that have this step, or { not: … }.')),
  variable: filledText.optional().meta(described('A variable of the checklist or the environment.')),
  equals: text.optional(),
  in: z.array(text).min(1, 'list-empty').optional(),
  not: value.optional(),
}).meta({ description: 'The step belongs only to runs where this holds: a kind of release, a variable, or both.' });
export type WhenSource = z.output<typeof whenSchema>;

const gate = z.enum(['none', 'confirm', 'countersign']);
const percentage = z.string('batch-size-invalid').regex(/^(?:100|[1-9]\d?)%$/, 'batch-size-invalid');
const count = z.int('batch-size-invalid').min(1, 'batch-size-invalid');

const pause = shape({
  bake: positiveDuration.optional().meta(described('How long to leave the hosts done so far alone.')),
  log: kindFields.log,
  gate: gate.optional(),
});

export const batchSchema = shape({
  canary: count.optional().meta(described('How many hosts go first, alone.')),
  size: z
    .union([count, percentage])
    .optional()
    .meta(described('Hosts in each batch: a number, or a share such as 25%.')),
  order: z
    .array(name)
    .min(1, 'list-empty')
    .optional()
    .meta(described('Groups or hosts, first come first; no batch has hosts of two.')),
  between: z
    .union([gate, pause])
    .optional()
    .meta(described('What must happen before the next batch: confirm when left out.')),
  ceiling: z
    .int('ceiling-invalid')
    .min(0, 'ceiling-invalid')
    .optional()
    .meta(described('How many hosts may have failed before no further batch begins.')),
}).meta({ id: 'batch', description: 'Hosts go one batch after the other.' });
export type BatchSource = z.output<typeof batchSchema>;

const hosts = oneOrMany(name).meta(described('A host, a group, or a list of them.'));
/** The keys every step has, wherever it stands. */
export const basicKeys = {
  title: filledText.meta(described('What is done, for people.')),
  on: hosts.optional(),
  planned: duration.optional().meta(described('How long it should take.')),
  ...kindFields,
};

/** Something rolling back needs. */
export const needSchema = shape(basicKeys).meta({
  id: 'need',
  ...exactlyOneKind,
  ...described('Something that rolling back needs, proved to be there before the first write.'),
});
export type NeedSource = z.output<typeof needSchema>;
