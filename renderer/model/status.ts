import {
  isSettled,
  lastAttempt,
  openRollback,
  type RunState,
  type StepState,
  type TargetState,
  type TargetStatus,
} from '../../shared/run/state.ts';

/**
 * How a step looks as a whole: the statuses of its targets in one word. `sensed` is a pass the machine saw itself;
 * `passed` is a pass a person vouches for; `paper` was done on paper and entered afterwards; `countersign` waits for the second person; `undone` was done and was undone.
 */
export type Standing = TargetStatus | 'sensed' | 'paper' | 'current' | 'countersign' | 'undone';

/** Worst first: what a person has to look at wins over what is fine. */
const gravest: readonly TargetStatus[] = ['unknown', 'failed', 'inconclusive', 'running'];

/** The standing of one target; a pass of a command or a wait was sensed, a pass of a manual step was said. */
export function targetStanding(target: TargetState, manual: boolean): Standing {
  if (isUndone(target)) return 'undone';
  if (passedOnPaper(target)) return 'paper';
  return target.status === 'passed' && !manual ? 'sensed' : target.status;
}

/** What was done here has been undone since, and was not done again. */
export function isUndone({ status, undone }: Pick<TargetState, 'status' | 'undone'>): boolean {
  return undone !== null && isSettled(status);
}

function passedOnPaper(target: TargetState): boolean {
  return target.status === 'passed' && lastAttempt(target)?.paper != null;
}

/** The standing of a whole step for the outline. */
export function stepStanding(
  step: StepState,
  options: { readonly manual: boolean; readonly current: boolean },
): Standing {
  const statuses = step.targets.map((target) => target.status);
  for (const status of gravest) if (statuses.includes(status)) return status;
  if (options.current && step.permission !== null) return 'countersign';
  if (statuses.every(isSettled)) {
    const taking = step.targets.filter((target) => target.status !== 'excluded');
    if (taking.length === 0) return 'excluded';
    if (taking.every(isUndone)) return 'undone';
    if (step.countersignature === 'pending') return 'countersign';
    // Let through without the second person: never to be mistaken for passed.
    if (statuses.includes('overridden') || step.countersignature === 'waived') return 'overridden';
    if (statuses.includes('deferred')) return 'deferred';
    // One host from paper is enough: nobody takes the whole step for something the machine saw.
    if (taking.some(passedOnPaper)) return 'paper';
    return options.manual ? 'passed' : 'sensed';
  }
  return options.current ? 'current' : 'todo';
}

/**
 * Steps settled so far; deferred and overridden ones count as settled, not as done. While a rollback is under way its
 * own steps are counted, and those of a restoration that lies behind are not.
 */
export function progress(state: RunState): { readonly settled: number; readonly total: number } {
  const rollback = openRollback(state) ?? state.rollbacks.find(({ scope }) => scope === 'run');
  if (rollback !== undefined) return { settled: state.current - rollback.from, total: rollback.count };
  const from = state.rollbacks[0]?.from ?? state.steps.length;
  return { settled: Math.min(state.current, from), total: from };
}

/** Position of a step inside its atomic block, 1-based, or null outside of one. */
export function blockPosition(
  state: RunState,
  index: number,
): { readonly title: string; readonly position: number; readonly size: number; readonly block: number } | null {
  const block = state.plan.steps[index]?.block ?? null;
  if (block === null) return null;
  const members = state.plan.steps.flatMap((step, at) => (step.block === block ? [at] : []));
  return {
    title: state.plan.blocks[block]?.title ?? '',
    position: members.indexOf(index) + 1,
    size: members.length,
    block,
  };
}
