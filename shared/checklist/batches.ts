import type { PlanStep } from './plan.ts';
import { actionFor, verifyFor } from './plan-lookup.ts';

/** How hosts are cut into batches. */
export interface BatchShape {
  /** How many hosts go first, alone; 0: none. */
  readonly canary: number;
  /** Hosts in a batch; null: as many as there are. */
  readonly size: number | { readonly percent: number } | null;
  /** Hosts of each group in the order in which the groups go; what none of them names goes last. */
  readonly order: readonly (readonly string[])[];
}

/**
 * Cuts hosts into batches: the canary first, then group after group, none of them empty. A batch never has hosts of two
 * groups, for the next data centre waits for the first. A share is of all hosts, rounded up.
 */
export function batchesOf(targets: readonly string[], shape: BatchShape): readonly (readonly string[])[] {
  const { canary } = shape;
  const size = sizeOf(shape.size, targets.length);
  const batches: (readonly string[])[] = [];
  let taken = 0;
  const first: string[] = [];
  for (const group of grouped(targets, shape.order)) {
    const rest = group.slice(Math.max(0, canary - taken));
    first.push(...group.slice(0, group.length - rest.length));
    taken += group.length;
    for (let from = 0; from < rest.length; from += size) batches.push(rest.slice(from, from + size));
  }
  return first.length === 0 ? batches : [first, ...batches];
}

function sizeOf(size: BatchShape['size'], count: number): number {
  if (size === null) return Math.max(1, count);
  return typeof size === 'number' ? size : Math.max(1, Math.ceil((count * size.percent) / 100));
}

/** The targets by the group that comes first in the order, each once; within a group as they were. */
function grouped(targets: readonly string[], order: BatchShape['order']): readonly (readonly string[])[] {
  const left = new Set(targets);
  const groups = order.map((members) => {
    const wanted = new Set(members);
    const group = [...left].filter((target) => wanted.has(target));
    for (const target of group) left.delete(target);
    return group;
  });
  return [...groups, [...left]].filter((group) => group.length > 0);
}

/** The part of a step that belongs to one batch: the same step on fewer targets. */
export function partOf(step: PlanStep, targets: readonly string[], id: string, batch: PlanStep['batch']): PlanStep {
  const { verify, rollback } = step;
  return {
    ...step,
    id,
    batch,
    targets: [...targets],
    ...narrow(targets, (target) => actionFor(step, target)),
    verify: verify === null ? null : narrow(targets, (target) => verifyFor(step, target) ?? verify.action),
    rollback:
      rollback === null
        ? null
        : { ...rollback, ...narrow(targets, (target) => rollback.perTarget[target] ?? rollback.action) },
  };
}

/** The action of the first target, and those of the others where they differ from it. */
function narrow<A>(targets: readonly string[], of: (target: string) => A): { action: A; perTarget: Record<string, A> } {
  const action = of(targets[0] ?? '');
  const perTarget: Record<string, A> = {};
  let same: string | null = null;
  for (const target of targets.slice(1)) {
    const other = of(target);
    if (other === action) continue;
    same ??= JSON.stringify(action);
    if (JSON.stringify(other) !== same) perTarget[target] = other;
  }
  return { action, perTarget };
}
