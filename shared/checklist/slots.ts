import type { PlanStep } from './plan.ts';
import { DESK } from './plan-lookup.ts';

/** A place in the working order. Null is a step that `when:` leaves out: its number is not given to another. */
export interface Slot {
  readonly phase: number;
  readonly step: PlanStep | null;
}

/** Puts what rolling back needs before the first write: if that lies in an atomic block, before the block. */
export function withReadiness(slots: readonly Slot[], needs: readonly PlanStep[]): readonly Slot[] {
  const first = slots.findIndex(({ step }) => step !== null && changesSomething(step));
  const found = slots[first];
  if (found?.step == null || needs.length === 0) return slots;
  const { block } = found.step;
  const at = block === null ? first : slots.findIndex(({ step }) => step?.block === block);
  const { phase } = found;
  const steps = needs.map((step) => ({ phase, step: { ...step, phase } }));
  return [...slots.slice(0, at), ...steps, ...slots.slice(at)];
}

/** A write on a host, or from the desk on something that a rollback would have to restore (a database). */
function changesSomething({ effect, kind, targets }: PlanStep): boolean {
  if (effect !== 'write') return false;
  return targets.some((target) => target !== DESK) || (kind !== 'manual' && kind !== 'announce');
}

/** Numbers the steps of each phase in their order: 2.1, 2.2 … */
export function numbered(slots: readonly Slot[]): PlanStep[] {
  const counts = new Map<number, number>();
  const steps: PlanStep[] = [];
  for (const { phase, step } of slots) {
    const count = (counts.get(phase) ?? 0) + 1;
    counts.set(phase, count);
    if (step !== null) steps.push({ ...step, code: `${phase + 1}.${count}` });
  }
  return steps;
}
