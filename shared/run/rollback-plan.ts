import type { Plan, PlanStep } from '../checklist/plan.ts';
import { DESK } from '../checklist/plan-lookup.ts';
import type { Intent, Refusal } from '../contract/intents.ts';
import { lastAttempt, openRollback, type RunState, type TargetState } from './state.ts';

/** One thing that ran: a step on one of its targets. */
export interface Ran {
  readonly step: string;
  readonly target: string;
}

type BeginRollback = Extract<Intent, { type: 'begin-rollback' }>;

/** What turning round now would mean. Pure: the screen shows exactly what the controller would record. */
export interface RollbackPreview {
  /** The steps that undo, in working order. */
  readonly steps: readonly PlanStep[];
  /** Writes that did not complete but may have left something behind: undone only when a person includes them. */
  readonly uncertain: readonly Ran[];
  /** Completed writes for which the checklist declares nothing that undoes them. */
  readonly notUndone: readonly Ran[];
}

/** The first step beyond which rolling back is impossible and that may have taken effect, or null. */
export function pastNoReturn(state: RunState): PlanStep | null {
  return (
    state.plan.steps.find((step, index) => {
      if (step.pointOfNoReturn === null) return false;
      return state.steps[index]?.targets.some(mayHaveTakenEffect) ?? false;
    }) ?? null
  );
}

/** True where an attempt at the step ran (or runs), nothing undid it since, and it may have left something behind. */
function mayHaveTakenEffect(target: TargetState): boolean {
  if (target.clearToRun) return false;
  return target.attempts.some(
    ({ purpose, effectDone, undone }) => purpose === 'step' && effectDone !== 'none' && !undone,
  );
}

/** True where the step's effect stands: it passed, or a person or a probe vouches that it was done. */
export function isCompleted(target: TargetState): boolean {
  if (target.undone !== null || target.attempts.length === 0) return false;
  if (target.status === 'passed' || target.decision?.decision === 'was-done') return true;
  return lastAttempt(target)?.verdict === 'passed';
}

/** May the run turn round now? */
export function mayBeginRollback(state: RunState, intent: BeginRollback): Refusal | null {
  const refuse = (code: Refusal['code'], params: Record<string, string> = {}): Refusal => ({ code, params });
  if (openRollback(state) !== null) return refuse('rollback-under-way');
  const beyond = pastNoReturn(state);
  if (beyond !== null) return refuse('past-no-return', { step: beyond.id, title: beyond.title });
  const [running] = Object.keys(state.running);
  if (running !== undefined) return refuse('attempt-running', { attempt: running });
  if (intent.scope === 'block' && state.block === null) return refuse('block-not-entered', { block: '' });
  const unknown = unknownWrite(state, intent.scope);
  if (unknown !== null) return refuse('unknown-must-be-decided', { ...unknown });
  const { steps, uncertain } = rollbackPreview(state, intent.scope, intent.include);
  const stray = intent.include.find((one) => !uncertain.some((ran) => same(ran, one)));
  if (stray !== undefined) return refuse('not-undoable', { ...stray });
  // A block of which nothing ran is simply left again; a run of which nothing ran is abandoned, not rolled back.
  return intent.scope === 'run' && steps.length === 0 ? refuse('nothing-to-undo') : null;
}

const same = (one: Ran, other: Ran): boolean => one.step === other.step && one.target === other.target;

/** An unknown is probed or decided before anything is computed from it. */
function unknownWrite(state: RunState, scope: 'run' | 'block'): Ran | null {
  for (const { step, targets } of inScope(state, scope)) {
    const unknown = targets.find((target) => target.status === 'unknown');
    // Whether a message went out has no bearing on what must be undone, and must not cost time.
    if (unknown !== undefined && step.effect === 'write' && step.kind !== 'announce') {
      return { step: step.id, target: unknown.target };
    }
  }
  return null;
}

interface InScope {
  readonly step: PlanStep;
  readonly targets: readonly TargetState[];
}

function inScope(state: RunState, scope: 'run' | 'block'): readonly InScope[] {
  return state.plan.steps.flatMap((step, index) => {
    if (step.origin === 'rollback' || (scope === 'block' && step.block !== state.block)) return [];
    return [{ step, targets: state.steps[index]?.targets ?? [] }];
  });
}

/**
 * Computed from what really ran, per host: completed writes only, in the reverse of their order, host by host in the
 * order that the checklist declares (`rollback.order`; hosts it does not name come last, the desk after all hosts).
 * The checklist's own rollback steps come first on each host, for they put back what the steps' own undo starts again.
 */
export function rollbackPreview(
  state: RunState,
  scope: 'run' | 'block',
  include: readonly Ran[] = [],
): RollbackPreview {
  const uncertain: Ran[] = [];
  const notUndone: Ran[] = [];
  const undo: Undo[] = [];
  const touched = new Set<string>();
  for (const { step, targets } of inScope(state, scope)) {
    // What was said cannot be unsaid: nobody expects it to be undone, unless the checklist says how.
    if (step.effect !== 'write' || (step.kind === 'announce' && step.rollback === null)) continue;
    for (const target of targets) {
      const ran = { step: step.id, target: target.target };
      const completed = isCompleted(target);
      if (!completed && !(target.undone === null && mayHaveTakenEffect(target))) continue;
      if (!completed) uncertain.push(ran);
      if (!completed && !include.some((one) => same(one, ran))) continue;
      touched.add(target.target);
      if (step.rollback === null) notUndone.push(ran);
      else undo.push({ step, target: target.target });
    }
  }
  return { steps: undoSteps(state, scope, undo, touched), uncertain, notUndone };
}

/** The whole way back, as if every write had completed everywhere: what paper needs beforehand. */
export function wholeRollback(plan: Plan): Pick<RollbackPreview, 'steps' | 'notUndone'> {
  const ran = plan.steps
    .filter(({ effect }) => effect === 'write')
    .flatMap((step) => step.targets.map((target) => ({ step, target })));
  const undo = ran.filter(({ step }) => step.rollback !== null);
  const touched = new Set(
    ran.filter(({ step }) => step.kind !== 'announce' || step.rollback !== null).map(({ target }) => target),
  );
  const notUndone = ran.filter(({ step }) => step.rollback === null && step.kind !== 'announce');
  return {
    steps: undoSteps({ plan, rollbacks: [] }, 'run', undo, touched),
    notUndone: notUndone.map(({ step, target }) => ({ step: step.id, target })),
  };
}

interface Undo {
  readonly step: PlanStep;
  readonly target: string;
}

function undoSteps(
  state: Pick<RunState, 'plan' | 'rollbacks'>,
  scope: 'run' | 'block',
  undo: readonly Undo[],
  touched: ReadonlySet<string>,
): readonly PlanStep[] {
  const { plan } = state;
  const round = state.rollbacks.length + 1;
  const at = plan.phases.findIndex((phase) => phase.kind === 'rollback');
  const phase = at === -1 ? plan.phases.length : at;
  const own = scope === 'run' ? plan.rollback.steps : [];
  const found: PlanStep[] = [];
  // Counted as they come: a report asks this of long runs, again and again.
  const times = new Map<string, number>();
  const add = (step: PlanStep, id: string, targets: readonly string[], given: Partial<PlanStep>) => {
    const taken = times.get(id) ?? 0;
    times.set(id, taken + 1);
    const unique = `${id}${taken === 0 ? '' : `~${taken + 1}`}`;
    const planned = { ...step, ...given, id: unique, base: id, phase, block: null, targets: [...targets] };
    found.push({ ...planned, origin: 'rollback', batch: null, pointOfNoReturn: null });
  };
  for (const group of hostGroups(state, touched)) {
    for (const step of own) {
      const targets = step.targets.filter((target) => group.includes(target));
      if (targets.length > 0) add(step, `${step.id}${suffix(round)}`, targets, {});
    }
    for (const [step, targets] of byStep(undo, group).toReversed()) {
      if (step.rollback === null) continue;
      add(step, `undo-${step.id}${suffix(round)}`, targets, {
        code: `U${step.code}`,
        kind: step.rollback.action.kind,
        action: step.rollback.action,
        perTarget: step.rollback.perTarget,
        plannedMs: step.rollback.plannedMs,
        effect: 'write',
        // The way back was agreed to with the step: it waits for no yes, but for the word that it is so.
        countersign: step.countersign === 'none' ? 'none' : 'after',
        notes: null,
        verify: null,
        rollback: null,
        undoes: [step.id],
      });
    }
  }
  return found;
}

const suffix = (round: number): string => (round === 1 ? '' : `-${round}`);

/** The targets in the order in which they are visited; one group when no order is declared. */
function hostGroups({ plan }: Pick<RunState, 'plan'>, touched: ReadonlySet<string>): readonly (readonly string[])[] {
  const left = new Set([...plan.hosts.map((host) => host.name), DESK].filter((name) => touched.has(name)));
  if (plan.rollback.order.length === 0) return [[...left]];
  const groups: string[][] = [];
  for (const name of plan.rollback.order) {
    const group = plan.hosts
      .filter((host) => left.has(host.name) && (host.name === name || host.groups.includes(name)))
      .map((host) => host.name);
    for (const host of group) left.delete(host);
    groups.push(group);
  }
  return [...groups, [...left].filter((name) => name !== DESK), left.has(DESK) ? [DESK] : []];
}

function byStep(undo: readonly Undo[], group: readonly string[]): readonly (readonly [PlanStep, readonly string[]])[] {
  const targets = new Map<PlanStep, string[]>();
  for (const { step, target } of undo) {
    if (group.includes(target)) targets.set(step, [...(targets.get(step) ?? []), target]);
  }
  return [...targets];
}
