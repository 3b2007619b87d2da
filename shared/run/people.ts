import { stepIndex } from '../checklist/plan-lookup.ts';
import type { JournalRecord, SigningMode } from '../contract/events.ts';
import { changeStep } from './change.ts';
import {
  isSettled,
  lastAttempt,
  type ParticipantState,
  type PermissionAsked,
  type RunState,
  type Signing,
  type StepState,
  type TargetState,
} from './state.ts';

type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;

// How the second person changes a run: who follows, what they signed, what they brought in, who holds the pen.

/** The person behind the session's key. */
export function identifySession(state: RunState, { data }: RecordOf<'session-identified'>): RunState {
  const { session, name, contact, publicKey } = data;
  const sessions = state.sessions.map((one) =>
    one.session === session ? { ...one, identity: { name, contact, publicKey } } : one,
  );
  return { ...state, sessions };
}

/** Nobody can follow any more; whoever did is no longer here. */
export function closeMirror(state: RunState, at: string): RunState {
  return { ...state, mirroredSince: null, participants: state.participants.map((one) => cutOff(one, at)) };
}

function cutOff(one: ParticipantState, at: string): ParticipantState {
  if (!isAround(one) || one.presence === 'gone') return one;
  return { ...withPresence(one, 'gone', 'link', at), since: at, cause: 'link' };
}

/** Somebody is there or not, with the gaps that leaves while they follow. */
function withPresence(
  one: ParticipantState,
  presence: ParticipantState['presence'],
  cause: ParticipantState['cause'],
  at: string,
): ParticipantState {
  const before = one.absences.slice(0, -1);
  const last = one.absences.at(-1);
  if (presence === 'here' && last?.until === null)
    return { ...one, presence, absences: [...before, { ...last, until: at }] };
  if (presence === 'gone' && one.standing === 'admitted' && last?.until !== null)
    return { ...one, presence, absences: [...one.absences, { from: at, until: null, cause }] };
  return { ...one, presence };
}

const isAround = ({ standing }: ParticipantState): boolean => standing === 'asking' || standing === 'admitted';

/** Somebody asks to follow. */
export function addParticipant(state: RunState, { data, at }: RecordOf<'participant-asked'>): RunState {
  if (state.participants.some((one) => one.participant === data.participant)) return state;
  const stands = { role: null, standing: 'asking', presence: 'here', since: at, cause: null, absences: [] } as const;
  const asking = { ...data, ...stands };
  return { ...state, participants: [...state.participants, asking] };
}

/** Somebody who asked may follow. */
export function admit(state: RunState, { data }: RecordOf<'participant-admitted'>): RunState {
  const { participant, role } = data;
  return changeParticipant(state, participant, (one) =>
    one.standing === 'asking' ? { ...one, role, standing: 'admitted' } : one,
  );
}

/** The state with one participant changed. */
export function changeParticipant(
  state: RunState,
  id: string,
  change: (one: ParticipantState) => ParticipantState,
): RunState {
  return { ...state, participants: state.participants.map((one) => (one.participant === id ? change(one) : one)) };
}

/** Somebody does not follow any more, by their own will or the operator's; an offer to them is void. */
export function partWith(
  state: RunState,
  id: string,
  standing: 'declined' | 'dismissed' | 'left',
  at: string,
): RunState {
  const changed = changeParticipant(state, id, (one) =>
    isAround(one) ? { ...one, standing, presence: 'gone', since: at } : one,
  );
  return state.handover?.participant === id ? { ...changed, handover: null } : changed;
}

/** Whether somebody is there, as sensed. */
export function notePresence(state: RunState, { data, at }: RecordOf<'participant-presence'>): RunState {
  const { participant, presence, cause } = data;
  return changeParticipant(state, participant, (one) =>
    isAround(one) ? { ...withPresence(one, presence, cause, at), cause, since: at } : one,
  );
}

/** Entering a step that needs a yes beforehand asks for all its targets. */
export function permissionOnEntering(state: RunState, id: string, at: string): PermissionAsked | null {
  const index = stepIndex(state.plan, id);
  const step = state.plan.steps[index];
  const stands = state.steps[index];
  if (step === undefined || stands === undefined) return null;
  if (step.countersign !== 'before' && step.countersign !== 'both') return null;
  const open = stands.targets.filter(({ status }) => status === 'todo');
  if (open.length === 0) return null;
  const targets = open.map((target) => ({ target: target.target, number: nextNumber(target) }));
  return { targets, reason: null, choice: null, at };
}

/** The number that the next attempt on this target would have. */
export function nextNumber({ attempts }: TargetState): number {
  return attempts.filter(({ purpose }) => purpose === 'step').length + 1;
}

/** The operator asks the checker for these attempts. */
export function askPermission(state: RunState, { data, at }: RecordOf<'permission-asked'>): RunState {
  const { step, ...asked } = data;
  return changeStep(state, step, (stands) => ({ ...stands, permission: { ...asked, at } }));
}

/** The checker looked; only their newest look counts. */
export function openEvidence(state: RunState, { data }: RecordOf<'evidence-opened'>): RunState {
  const { participant, step, mode, statement } = data;
  return changeStep(state, step, (stands) => ({
    ...stands,
    opened: [...stands.opened.filter((one) => one.participant !== participant), { participant, mode, statement }],
  }));
}

/** The checker signed: the attempts may run, or the step counts. */
export function countersign(state: RunState, record: RecordOf<'countersigned'>): RunState {
  return changeStep(state, record.data.step, (stands) => ({
    ...settleMode(stands, record.data.mode, 'signed'),
    signings: [...stands.signings, signingOf(state, record, null)],
    opened: [],
  }));
}

/** The countersignature was dealt with, by a signature or by a waiver. */
export function settleMode(stands: StepState, mode: SigningMode, how: 'signed' | 'waived'): StepState {
  if (mode === 'after') return stands.countersignature === 'pending' ? { ...stands, countersignature: how } : stands;
  const { targets = [], choice = null } = stands.permission ?? {};
  const permitted = { ...stands.permitted };
  const permittedAs = { ...stands.permittedAs };
  for (const { target, number } of targets) {
    permitted[target] = number;
    delete permittedAs[target];
    if (choice !== null) permittedAs[target] = choice;
  }
  return { ...stands, permission: null, permitted, permittedAs };
}

/** What was asked for and is settled meanwhile needs no answer any more. */
export function dropMootPermission(state: RunState): RunState {
  const step = state.steps[state.current];
  if (step === undefined || step.permission === null) return state;
  const { permission } = step;
  const targets = permission.targets.filter((asked) => {
    const target = step.targets.find((one) => one.target === asked.target);
    return target !== undefined && !isSettled(target.status);
  });
  if (targets.length === permission.targets.length) return state;
  return changeStep(state, step.id, (stands) => ({
    ...stands,
    permission: targets.length === 0 ? null : { ...permission, targets },
  }));
}

/** The current session had a hand in this step. */
export function workOn(state: RunState, id: string): RunState {
  const session = state.sessions.at(-1)?.session;
  if (session === undefined) return state;
  return changeStep(state, id, (step) =>
    step.workedIn.includes(session) ? step : { ...step, workedIn: [...step.workedIn, session] },
  );
}

function signingOf(
  state: RunState,
  { data, at }: RecordOf<'countersigned'> | RecordOf<'countersign-rejected'>,
  rejected: string | null,
): Signing {
  const { participant, mode, statement, signature } = data;
  const who = state.participants.find((one) => one.participant === participant);
  return {
    ...{ mode, participant, statement, signature, rejected, at },
    name: who?.name ?? participant,
    publicKey: who?.publicKey ?? '',
  };
}

/** The step goes back to the operator: what looked settled is open again, and what was asked for is not allowed. */
export function rejectSigning(state: RunState, record: RecordOf<'countersign-rejected'>): RunState {
  const { step, mode, reason } = record.data;
  return changeStep(state, step, (stands) => {
    const signing = signingOf(state, record, reason);
    const rejected = { ...stands, signings: [...stands.signings, signing], opened: [] };
    if (mode === 'before') return { ...rejected, permission: null };
    const rejection = { by: signing.name, reason, at: record.at };
    return { ...rejected, targets: stands.targets.map((target) => reopened(target, rejection)) };
  });
}

/**
 * Where a rejection leaves a target: a host that is out stays out, what was never tried is still to do, what was
 * unknown is unknown again (a person's or a probe's word was not believed), and the rest proves nothing.
 */
function reopened(target: TargetState, rejection: TargetState['rejection']): TargetState {
  if (target.status === 'excluded') return target;
  const attempt = lastAttempt(target);
  const open = { ...target, rejection, decision: null, probe: null, approvals: [] };
  if (attempt === null || target.clearToRun) return { ...open, status: 'todo' };
  return { ...open, status: attempt.verdict === 'unknown' ? 'unknown' : 'inconclusive' };
}

/** Something from outside, brought in by the checker. */
export function logInterruption(state: RunState, { data, actor, at }: RecordOf<'interruption-logged'>): RunState {
  const { participant: _, ...told } = data;
  const logged = { ...told, by: actor.name, at, shownAt: null, answer: null };
  return { ...state, interruptions: [...state.interruptions, logged] };
}

/** A safe point was reached: the operator sees what waited. */
export function showInterruptions(state: RunState, { data, at }: RecordOf<'interruptions-shown'>): RunState {
  const interruptions = state.interruptions.map((one) =>
    data.interruptions.includes(one.interruption) ? { ...one, shownAt: one.shownAt ?? at } : one,
  );
  return { ...state, interruptions };
}

/** The operator's answer to one of them. */
export function answerInterruption(state: RunState, record: RecordOf<'interruption-answered'>): RunState {
  const { interruption, answer } = record.data;
  const interruptions = state.interruptions.map((one) =>
    one.interruption === interruption
      ? { ...one, answer: { text: answer, by: record.actor.name, at: record.at } }
      : one,
  );
  return { ...state, interruptions };
}

/** The pen is given away, and nobody holds it until the newcomer has taken it up. */
export function handOver(state: RunState, { data }: RecordOf<'handed-over'>): RunState {
  const { participant } = data;
  return { ...state, handover: null, penWith: { participant, reason: state.handover?.reason ?? '' } };
}

/**
 * The pen is on another machine now: whoever took it is the operator, everybody else has to come back to them. What
 * they allowed as the checker they may not do themselves: the next checker is asked anew.
 */
export function takePen(state: RunState, record: RecordOf<'pen-taken'>): RunState {
  const { how, participant, reason, from } = record.data;
  const cut = forgetPermissions(closeMirror(state, record.at), record.at);
  return {
    ...changeParticipant(cut, participant, (one) => ({
      ...withPresence(one, 'here', null, record.at),
      standing: 'operator',
    })),
    pens: [...state.pens, { how, from, by: record.actor.name, reason, at: record.at }],
    penWith: null,
    handover: null,
    holdRequest: null,
  };
}

function forgetPermissions(state: RunState, at: string): RunState {
  const steps = state.steps.map((step, index) => {
    const asks = index === state.current && step.enteredAt !== null && step.permission === null;
    const permission = asks ? permissionOnEntering(state, step.id, at) : step.permission;
    return { ...step, permission, permitted: {}, permittedAs: {} };
  });
  return { ...state, steps };
}
