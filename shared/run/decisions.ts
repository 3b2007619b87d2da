import { actionFor } from '../checklist/plan-lookup.ts';
import type { EventOf, JournalRecord } from '../contract/events.ts';
import { changeTarget, find } from './change.ts';
import { approved, judgedStatus, samePerson } from './judged.ts';
import { markUndone } from './rollback-state.ts';
import {
  isSettled,
  lastAttempt,
  type RunState,
  type TargetDecision,
  type TargetState,
  type TargetStatus,
} from './state.ts';

type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;

const afterProbe: Readonly<Record<EventOf<'probe-concluded'>['data']['says'], Partial<TargetState>>> = {
  done: { status: 'passed' },
  'not-done': { status: 'todo', clearToRun: true },
  'still-running': {},
  unclear: {},
};

/** What a countersignature will bind: this record too. Something new was said, so an earlier rejection is answered. */
function bound({ records }: TargetState, { hash }: JournalRecord): Pick<TargetState, 'records' | 'rejection'> {
  return { records: [...records, hash], rejection: null };
}

/** What a probe says of an unknown. */
export function concludeProbe(state: RunState, record: RecordOf<'probe-concluded'>): RunState {
  const { step, target, says } = record.data;
  const place = find(state, step, target);
  if (place === null) return state;
  const changed = changeTarget(state, place, (found) =>
    found.status === 'unknown' ? { ...found, probe: says, ...afterProbe[says], ...bound(found, record) } : found,
  );
  return markUndone(changed, place, record.at);
}

/** `was-done` rests on a person's word, not on anything sensed: it lets the run go on but never looks like passed. */
const afterDecision: Readonly<Record<EventOf<'target-decided'>['data']['decision'], TargetStatus>> = {
  overridden: 'overridden',
  deferred: 'deferred',
  'was-done': 'overridden',
  'was-not-done': 'todo',
  excluded: 'excluded',
  failed: 'excluded',
};

/** What a person decides about a target; taking a host out reaches everything still to come. */
export function decideTarget(state: RunState, record: RecordOf<'target-decided'>): RunState {
  const { step, target, decision, reason, owner, due } = record.data;
  const place = find(state, step, target);
  if (place === null) return state;
  const taken = { decision, reason, owner, due, by: record.actor.name, at: record.at };
  const changed = changeTarget(state, place, (found) => ({
    ...found,
    status: afterDecision[decision],
    clearToRun: decision === 'was-not-done',
    decision: taken,
    ...bound(found, record),
  }));
  if (decision !== 'excluded' && decision !== 'failed') return markUndone(changed, place, record.at);
  return takeOut(changed, place[0], target, taken);
}

/** A host that is out stays out of everything still to come. */
function takeOut(state: RunState, after: number, name: string, decision: TargetDecision): RunState {
  const steps = state.steps.map((step, index) => {
    if (index <= after || !step.targets.some((one) => one.target === name && one.status === 'todo')) return step;
    const out = (target: TargetState): TargetState =>
      target.target === name && target.status === 'todo' ? { ...target, status: 'excluded', decision } : target;
    return { ...step, targets: step.targets.map(out) };
  });
  return { ...state, steps };
}

/** What a person says of one finding. */
export function judgeFinding(state: RunState, record: RecordOf<'finding-judged'>): RunState {
  const { step, target, finding, judgement, reason } = record.data;
  const place = find(state, step, target);
  if (place === null) return state;
  return changeTarget(state, place, (found) => {
    const judged = { judgement, reason, by: record.actor.name, at: record.at };
    const judgements = { ...found.judgements, [finding]: judged };
    const now = { ...found, judgements, ...bound(found, record) };
    const attempt = lastAttempt(found);
    if (attempt === null || isSettled(found.status)) return now;
    return { ...now, status: judgedStatus(attempt, judgements) };
  });
}

/** What a person of a role answers. */
export function giveApproval(state: RunState, record: RecordOf<'approval-given'>): RunState {
  const { step: id, target, role, person, answer, reason } = record.data;
  const place = find(state, id, target);
  const step = state.plan.steps[place?.[0] ?? -1];
  if (place === null || step === undefined) return state;
  const action = actionFor(step, target);
  if (action.kind !== 'approval') return state;
  return changeTarget(state, place, (found) => {
    const others = found.approvals.filter((one) => one.role !== role || !samePerson(one.person, person));
    const approvals = [...others, { role, person, answer, reason, by: record.actor.name, at: record.at }];
    const now = { ...found, approvals, ...bound(found, record) };
    return isSettled(found.status) ? now : { ...now, status: approved(action, approvals) };
  });
}
