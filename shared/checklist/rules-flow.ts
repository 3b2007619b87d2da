import { stepKind } from '../steps/index.ts';
import type { Path } from './problem.ts';
import type { StepPlaceInFile } from './rules.ts';
import { type Checklist, kindOf, kindsOf, onOf } from './schema.ts';
import type { BatchSource, NeedSource, WhenSource } from './schema-flow.ts';

export type Complain = (path: Path, code: string, params?: Readonly<Record<string, string>>, atKey?: boolean) => void;

/** Rules of the flow that are the same in all environments: batches, conditions, what rolling back needs. */
export function checkFlow(checklist: Checklist, steps: readonly StepPlaceInFile[], error: Complain): void {
  for (const { source, path } of steps) {
    if (source.when !== undefined) checkWhen(source.when, [...path, 'when'], error);
    const on = onOf(source).on;
    checkNeeds(source.rollback?.needs, [...path, 'rollback', 'needs'], on !== undefined, error);
  }
  checkNeeds(checklist.rollback?.needs, ['rollback', 'needs'], false, error);
  for (const { batch, path, twice } of batchesIn(checklist)) checkBatch(batch, path, twice, error);
  checkReserved(checklist, steps, error);
}

interface BatchInFile {
  readonly batch: BatchSource;
  readonly path: Path;
  /** It stands inside a block that goes in batches itself. */
  readonly twice: boolean;
  /** It belongs to one of several steps of a block: the others wait until all hosts have passed it. */
  readonly inBlock: boolean;
  /** Id of the step that what stands between the batches is named after. */
  readonly id: string;
}

/** Every `batch:` of a checklist in file order. */
export function batchesIn(checklist: Checklist): readonly BatchInFile[] {
  return checklist.phases.flatMap(({ steps }, phase) =>
    steps.flatMap((entry, index): BatchInFile[] => {
      const path = ['phases', phase, 'steps', index];
      const own =
        entry.batch === undefined
          ? []
          : [{ batch: entry.batch, path: [...path, 'batch'], twice: false, inBlock: false }];
      if (!('atomic' in entry)) return own.map((one) => ({ ...one, id: entry.id }));
      const inner = entry.steps.flatMap(({ batch, id }, position): BatchInFile[] => {
        const at = [...path, 'steps', position, 'batch'];
        return batch === undefined
          ? []
          : [{ batch, path: at, twice: own.length > 0, inBlock: entry.steps.length > 1, id }];
      });
      return [...own.map((one) => ({ ...one, id: entry.steps[0]?.id ?? '' })), ...inner];
    }),
  );
}

function checkBatch(batch: BatchSource, path: Path, twice: boolean, error: Complain): void {
  if (twice) error(path, 'batch-twice', {}, true);
  if (batch.canary === undefined && batch.size === undefined && batch.order === undefined) error(path, 'batch-empty');
  const { between } = batch;
  if (typeof between !== 'object') return;
  if (between.bake === undefined && between.log === undefined && between.gate === undefined) {
    error([...path, 'between'], 'between-empty');
  }
}

function checkWhen(when: WhenSource, path: Path, error: Complain): void {
  const [first, second] = (['equals', 'in', 'not'] as const).filter((key) => when[key] !== undefined);
  if (when.kind === undefined && when.variable === undefined && first === undefined) error(path, 'when-empty');
  if (when.variable !== undefined && first === undefined) error([...path, 'variable'], 'when-without-value', {}, true);
  if (when.variable === undefined && first !== undefined) {
    error([...path, first], 'when-without-variable', { key: first }, true);
  }
  if (second !== undefined) error([...path, second], 'when-two-tests', { first: first ?? '', second }, true);
}

/** Kinds that can do nothing but look are welcome; of the others those that can also be told to look. */
const canLook: readonly string[] = ['run', 'manual', 'sql', 'http'];

function checkNeeds(needs: readonly NeedSource[] | undefined, path: Path, hasHosts: boolean, error: Complain): void {
  for (const [index, need] of (needs ?? []).entries()) {
    const at = [...path, index];
    const [kind, second] = kindsOf(need);
    if (kind === undefined) error(at, 'step-without-kind');
    else if (second !== undefined) error([...at, second], 'step-with-two-kinds', { first: kind, second }, true);
    if (kind === undefined) continue;
    const door = stepKind(kind);
    if (door.defaultEffect === 'write' && !canLook.includes(kind))
      error([...at, kind], 'need-that-writes', { kind }, true);
    const { on } = onOf(need);
    if (on === undefined && !hasHosts && door.needsHosts(need[kind]))
      error([...at, kind], 'on-missing', { kind }, true);
  }
}

/** Ids that the plan itself gives out must not be written. */
function checkReserved(checklist: Checklist, steps: readonly StepPlaceInFile[], error: Complain): void {
  const reserved = new Set(batchesIn(checklist).flatMap(({ id }) => [`${id}-gate`, `${id}-bake`, `${id}-log`]));
  for (const { source } of steps) if (source.rollback?.needs !== undefined) reserved.add(`${source.id}-ready`);
  if (checklist.rollback?.needs !== undefined) reserved.add('rollback-ready');
  for (const { source, path } of steps) {
    const { id } = source;
    if (id !== undefined && reserved.has(id)) error([...path, 'id'], 'id-reserved', { id });
  }
}

/** Whether a step of this source writes. */
export function writes(source: StepPlaceInFile['source']): boolean {
  const kind = kindOf(source);
  if (kind === null) return false;
  const door = stepKind(kind);
  return (source.effect ?? door.effectOf?.(source[kind]) ?? door.defaultEffect) === 'write';
}
