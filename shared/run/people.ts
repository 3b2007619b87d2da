import { stepIndex } from '../checklist/plan-lookup.ts';
import type { JournalRecord, SigningMode } from '../contract/events.ts';
import { changeStep } from './change.ts';
import type { ParticipantState, PermissionAsked, RunState, Signing, StepState, TargetState } from './state.ts';

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
  if (one.standing !== 'admitted' || one.presence === 'gone') return one;
  return { ...one, presence: 'gone', since: at, cause: 'link' };
}

/** Somebody asks to follow. */
export function addParticipant(state: RunState, { data, at }: RecordOf<'participant-asked'>): RunState {
  const asking = { ...data, role: null, standing: 'asking', presence: 'here', since: at, cause: null } as const;
  return { ...state, participants: [...state.participants, asking] };
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
  const changed = changeParticipant(state, id, (one) => ({ ...one, standing, presence: 'gone', since: at }));
  return state.handover?.participant === id ? { ...changed, handover: null } : changed;
}

/** Whether somebody is there, as sensed. */
export function notePresence(state: RunState, { data, at }: RecordOf<'participant-presence'>): RunState {
  const { participant, presence, cause } = data;
  return changeParticipant(state, participant, (one) => ({ ...one, presence, cause, since: at }));
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
  return { targets: open.map((target) => ({ target: target.target, number: nextNumber(target) })), reason: null, at };
}

/** The number that the next attempt on this target would have. */
export function nextNumber({ attempts }: TargetState): number {
  return attempts.filter(({ purpose }) => purpose === 'step').length + 1;
}

/** The operator asks the checker for these attempts. */
export function askPermission(state: RunState, { data, at }: RecordOf<'permission-asked'>): RunState {
  const { step, targets, reason } = data;
  return changeStep(state, step, (stands) => ({ ...stands, permission: { targets, reason, at } }));
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
  const granted = (stands.permission?.targets ?? []).map(({ target, number }) => [target, number] as const);
  return { ...stands, permission: null, permitted: { ...stands.permitted, ...Object.fromEntries(granted) } };
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
    const targets = stands.targets.map(
      (target): TargetState =>
        target.status === 'excluded' ? target : { ...target, status: 'inconclusive', rejection },
    );
    return { ...rejected, targets };
  });
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

/** The pen is on another machine now: whoever took it is the operator, everybody else has to come back to them. */
export function takePen(state: RunState, record: RecordOf<'pen-taken'>): RunState {
  const { how, participant, reason, from } = record.data;
  const cut = closeMirror(state, record.at);
  return {
    ...changeParticipant(cut, participant, (one) => ({ ...one, standing: 'operator', presence: 'here' })),
    pens: [...state.pens, { how, from, by: record.actor.name, reason, at: record.at }],
    penWith: null,
    handover: null,
    holdRequest: null,
  };
}
