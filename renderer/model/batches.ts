import type { PlanStep } from '../../shared/checklist/plan.ts';
import { failedHosts } from '../../shared/run/policy.ts';
import type { RunState } from '../../shared/run/state.ts';

/** Which batch a step belongs to, who is in it, and how much may still go wrong. */
export interface BatchView {
  readonly index: number;
  readonly of: number;
  /** The hosts of the batch, in the order of its first step on hosts. */
  readonly hosts: readonly string[];
  readonly ceiling: number | null;
  readonly failed: readonly string[];
  /** More hosts have failed than may: no further batch begins. */
  readonly stopped: boolean;
}

/** The batch of a step as people see it, or null where the step is in none. */
export function batchOf(state: RunState, step: PlanStep): BatchView | null {
  const { batch } = step;
  if (batch === null) return null;
  const failed = failedHosts(state);
  return {
    index: batch.index,
    of: batch.of,
    hosts: hostsOf(state, step),
    ceiling: batch.ceiling,
    failed,
    stopped: batch.ceiling !== null && failed.length > batch.ceiling,
  };
}

/** A gate or a bake has no hosts of its own: it stands behind the hosts that its batch was worked on. */
function hostsOf({ plan }: RunState, step: PlanStep): readonly string[] {
  const names = new Set(plan.hosts.map(({ name }) => name));
  const mates = plan.steps.filter((one) => sameBatch(one, step) && one.targets.every((target) => names.has(target)));
  const own = mates.find((one) => one.id === step.id) ?? mates[0];
  return own?.targets ?? [];
}

const sameBatch = (one: PlanStep, other: PlanStep): boolean =>
  one.phase === other.phase && one.batch?.index === other.batch?.index && one.batch?.of === other.batch?.of;

/** True where the outline says which batch begins here. */
export function beginsBatch(step: PlanStep, before: PlanStep | undefined): boolean {
  return step.batch !== null && (before === undefined || !sameBatch(step, before));
}
