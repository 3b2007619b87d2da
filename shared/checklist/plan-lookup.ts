import type { ProbeAction } from '../steps/actions.ts';
import type { Plan, PlanStep } from './plan.ts';

// Apart from the plan's schema, so that a screen that only looks things up loads no schema library.

/** The target of a step that runs at the operator's desk (no `on:`). No host may have this name. */
export const DESK = 'desk';

/** A step's id as the checklist writes it: the parts of one in batches share it, and so do the visits of one that undoes. */
export function writtenId(step: Pick<PlanStep, 'id' | 'base'>): string {
  return step.base || step.id;
}

/** The action of a step for one of its targets. */
export function actionFor(step: PlanStep, target: string): PlanStep['action'] {
  return step.perTarget[target] ?? step.action;
}

/** The probe of a step for one of its targets, or null when the checklist has none. */
export function verifyFor(step: PlanStep, target: string): ProbeAction | null {
  return step.verify === null ? null : (step.verify.perTarget[target] ?? step.verify.action);
}

const positions = new WeakMap<Plan, ReadonlyMap<string, number>>();

/** Index of a step in `plan.steps` by id; -1 when there is none. Constant time after the first call. */
export function stepIndex(plan: Plan, id: string): number {
  let known = positions.get(plan);
  if (known === undefined) {
    known = new Map(plan.steps.map((step, index) => [step.id, index]));
    positions.set(plan, known);
  }
  return known.get(id) ?? -1;
}

/** Hosts that some step works on, in the plan's order; jump hosts are reached by the way. */
export function hostsInUse(plan: Plan): readonly string[] {
  const used = new Set(plan.steps.flatMap((step) => step.targets));
  used.delete(DESK);
  return plan.hosts.map(({ name }) => name).filter((name) => used.has(name));
}
