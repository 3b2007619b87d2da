import { assertNever } from '../assert-never.ts';
import type { Plan } from '../checklist/plan.ts';
import type { JournalRecord } from '../contract/events.ts';
import { addNote, addPaper } from './afterwards.ts';
import { applyPeople } from './apply-people.ts';
import { changeAttempt, changeHost, changeStep, changeTarget, find } from './change.ts';
import { concludeProbe, decideTarget, giveApproval, judgeFinding } from './decisions.ts';
import { judgedStatus } from './judged.ts';
import { applyLockdown, lockOfNewSession, neverLocked } from './lockdown-fold.ts';
import { dropMootPermission, permissionOnEntering, settleMode, workOn } from './people.ts';
import { beginRollback, finishRollback, markUndone } from './rollback-state.ts';
import { type AttemptState, type HostState, isSettled, type RunState, type StepState } from './state.ts';

type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;

/** The state after a run's first record. */
export function startState(record: RecordOf<'run-created'>): RunState {
  const { plan, runId, contentHash, source, files, mode, rehearsal } = record.data;
  return {
    runId,
    plan,
    contentHash,
    source,
    files,
    mode,
    status: 'created',
    result: null,
    endReason: null,
    holdReason: null,
    holdCause: null,
    heldSince: null,
    holdMinutes: null,
    lockdown: neverLocked,
    createdAt: record.at,
    startedAt: null,
    endedAt: null,
    seq: record.seq,
    head: record.hash,
    at: record.at,
    hosts: plan.hosts.map(neverConnected),
    steps: plan.steps.map(untouched),
    block: null,
    blocksEntered: [],
    current: 0,
    running: {},
    attempts: 0,
    sessions: [],
    rollbacks: [],
    redlines: {},
    rehearsal,
    analysis: null,
    earlierAnalyses: [],
    participants: [],
    interruptions: [],
    holdRequest: null,
    handover: null,
    penWith: null,
    pens: [],
    mirroredSince: null,
    notes: [],
    repairs: 0,
  };
}

function neverConnected({ name }: Plan['hosts'][number]): HostState {
  return {
    name,
    status: 'never-connected',
    fingerprint: null,
    keyType: null,
    user: null,
    latencyMs: null,
    via: [],
    failure: null,
    frozenKey: null,
    identity: null,
  };
}

/** A step of which nothing has happened yet. */
export function untouched(step: Plan['steps'][number]): StepState {
  return {
    id: step.id,
    enteredAt: null,
    settledAt: null,
    targets: step.targets.map((target) => ({
      target,
      status: 'todo',
      attempts: [],
      decision: null,
      probe: null,
      clearToRun: false,
      judgements: {},
      approvals: [],
      undone: null,
      rejection: null,
      records: [],
    })),
    countersignature: step.countersign === 'after' || step.countersign === 'both' ? 'pending' : 'not-needed',
    permission: null,
    permitted: {},
    permittedAs: {},
    workedIn: [],
    signings: [],
    opened: [],
    noReturn: null,
    waiver: null,
  };
}

/**
 * The one pure function behind screen, recovery, report and verifier: the state after one more record.
 * It is total: a record that makes no sense in a state (which policy never lets happen) changes nothing but the head.
 */
export function applyRecord(state: RunState, record: JournalRecord): RunState {
  const next = { ...applyEvent(state, record), seq: record.seq, head: record.hash, at: record.at };
  return advance(dropMootPermission(next), record.at);
}

function applyEvent(state: RunState, record: JournalRecord): RunState {
  switch (record.type) {
    case 'run-created':
    case 'checkpoint':
    case 'host-key-accepted':
      return state;
    case 'session-opened':
      return openSession(state, record);
    case 'session-closed':
      return { ...state, sessions: closeLast(state.sessions, record.at) };
    case 'journal-repaired':
      return { ...state, repairs: state.repairs + 1 };
    case 'host-connected':
    case 'host-failed':
    case 'host-lost':
      return { ...state, hosts: applyHost(state.hosts, record) };
    case 'host-identified': {
      const { host, ...identity } = record.data;
      return changeHost(state, host, (found) => ({ ...found, identity: { ...identity, at: record.at } }));
    }
    case 'run-started':
      return { ...state, status: 'running', startedAt: record.at };
    case 'run-held':
      return {
        ...state,
        status: 'held',
        holdReason: record.data.reason,
        holdCause: record.data.cause,
        heldSince: record.at,
        holdMinutes: record.data.minutes,
        holdRequest: null,
      };
    case 'run-continued':
      return continueRun(state);
    case 'run-ended':
      return {
        ...state,
        status: 'ended',
        result: record.data.result,
        endReason: record.data.reason,
        endedAt: record.at,
        holdRequest: null,
        handover: null,
      };
    case 'block-entered':
      return { ...state, block: record.data.block, blocksEntered: [...state.blocksEntered, record.data.block] };
    case 'block-left':
      return { ...state, block: null };
    case 'step-entered':
      return changeStep(state, record.data.step, (step) => ({
        ...step,
        enteredAt: step.enteredAt ?? record.at,
        permission: permissionOnEntering(state, record.data.step, record.at),
      }));
    case 'attempt-started':
      return startAttempt(record.data.purpose === 'step' ? workOn(state, record.data.step) : state, record);
    case 'attempt-ended':
      return endAttempt(state, record);
    case 'attempt-cancel-requested':
      return changeAttempt(state, record.data.attempt, (attempt) => ({ ...attempt, cancelRequested: true }));
    case 'probe-concluded':
      return concludeProbe(state, record);
    case 'target-decided':
      return decideTarget(workOn(state, record.data.step), record);
    case 'attempt-noted':
      return changeAttempt(state, record.data.attempt, (attempt) => ({
        ...attempt,
        notes: [...attempt.notes, { at: record.at, text: record.data.text }],
      }));
    case 'paper-recorded':
      return addPaper(workOn(state, record.data.step), record);
    case 'note-added':
      return addNote(state, record);
    case 'finding-judged':
      return judgeFinding(workOn(state, record.data.step), record);
    case 'approval-given':
      return giveApproval(workOn(state, record.data.step), record);
    case 'no-return-accepted':
      return changeStep(state, record.data.step, (step) => ({
        ...step,
        noReturn: { reason: record.data.reason, by: record.actor.name, at: record.at },
      }));
    case 'rollback-begun':
      return beginRollback(state, record, record.data.steps.map(untouched));
    case 'rollback-finished':
      return finishRollback(state, record.at, untouched);
    case 'redline-seen':
      return { ...state, redlines: { ...state.redlines, [record.data.path]: record.data.now } };
    case 'analysis-filed':
      return fileAnalysis(state, record);
    case 'countersign-waived': {
      const { name } = record.actor;
      const waiver = { reason: record.data.reason, by: name, at: record.at };
      return changeStep(state, record.data.step, (step) => ({
        ...settleMode(step, record.data.mode, 'waived'),
        waiver,
      }));
    }
    case 'session-identified':
    case 'mirror-opened':
    case 'mirror-closed':
    case 'invitation-made':
    case 'join-refused':
    case 'participant-asked':
    case 'participant-admitted':
    case 'participant-declined':
    case 'participant-dismissed':
    case 'participant-left':
    case 'participant-presence':
    case 'permission-asked':
    case 'evidence-opened':
    case 'countersigned':
    case 'countersign-rejected':
    case 'interruption-logged':
    case 'interruptions-shown':
    case 'interruption-answered':
    case 'hold-requested':
    case 'handover-offered':
    case 'handover-withdrawn':
    case 'handover-declined':
    case 'handed-over':
    case 'pen-taken':
      return applyPeople(state, record);
    case 'preflight-checked':
    case 'preflight-decided':
    case 'lockdown-chosen':
    case 'notifications-blocked':
    case 'notifications-released':
    case 'lockdown-entered':
    case 'lockdown-left':
    case 'lockdown-gap-opened':
    case 'lockdown-gap-closed':
    case 'way-out-refused':
    case 'glass-asked':
    case 'glass-withdrawn':
    case 'glass-signed':
    case 'glass-refused':
    case 'glass-broken':
      return { ...state, lockdown: applyLockdown(state.lockdown, record) };
    default:
      return assertNever(record);
  }
}

/** A glass that was broken is whole again when the run goes on: it locks anew. */
function continueRun(state: RunState): RunState {
  const lockdown = state.lockdown.status === 'broken' ? { ...state.lockdown, status: 'open' as const } : state.lockdown;
  return {
    ...state,
    status: 'running',
    holdReason: null,
    holdCause: null,
    heldSince: null,
    holdMinutes: null,
    lockdown,
  };
}

/** Moves `current` past everything that is settled; a step settles once and never comes back. */
function advance(state: RunState, at: string): RunState {
  let { current, steps } = state;
  for (;;) {
    const step = steps[current];
    if (step === undefined || !isStepSettled(step)) break;
    if (step.settledAt === null) steps = steps.with(current, { ...step, settledAt: at });
    current += 1;
  }
  return current === state.current ? state : { ...state, current, steps };
}

/** True when nothing about the step is open any more, countersignature included. */
export function isStepSettled(step: StepState): boolean {
  if (!step.targets.every((target) => isSettled(target.status))) return false;
  // Where every host was taken out there is nothing to sign.
  return step.countersignature !== 'pending' || step.targets.every((target) => target.status === 'excluded');
}

function openSession(state: RunState, record: RecordOf<'session-opened'>): RunState {
  const { session, person, machine, resumed, publicKey } = record.data;
  const opened = { session, person, machine, resumed, publicKey, openedAt: record.at, closedAt: null, identity: null };
  return { ...state, sessions: [...state.sessions, opened], lockdown: lockOfNewSession(state.lockdown) };
}

function closeLast(sessions: RunState['sessions'], at: string): RunState['sessions'] {
  const last = sessions.at(-1);
  return last === undefined ? sessions : sessions.with(sessions.length - 1, { ...last, closedAt: at });
}

function applyHost(
  hosts: RunState['hosts'],
  record: RecordOf<'host-connected'> | RecordOf<'host-failed'> | RecordOf<'host-lost'>,
): RunState['hosts'] {
  const index = hosts.findIndex((host) => host.name === record.data.host);
  const host = hosts[index];
  if (host === undefined) return hosts;
  const frozenKey = host.frozenKey ?? (record.type === 'host-connected' ? record.data.fingerprint : null);
  return hosts.with(index, { ...host, ...hostChange(record), frozenKey });
}

function hostChange(
  record: RecordOf<'host-connected'> | RecordOf<'host-failed'> | RecordOf<'host-lost'>,
): Partial<HostState> {
  if (record.type !== 'host-connected') {
    return { status: record.type === 'host-lost' ? 'lost' : 'failed', failure: record.data.failure, latencyMs: null };
  }
  const { fingerprint, keyType, user, latencyMs, via } = record.data;
  // A cloned machine has the same key, so what was proved over the connection before says nothing about this one.
  return { status: 'connected', failure: null, fingerprint, keyType, user, latencyMs, via, identity: null };
}

function startAttempt(state: RunState, record: RecordOf<'attempt-started'>): RunState {
  const { step: id, target: name, attempt, purpose } = record.data;
  const place = find(state, id, name);
  if (place === null || state.running[attempt] !== undefined) return state;
  const started = newAttempt(record);
  const changed = changeTarget(state, place, (target) => ({
    ...target,
    status: purpose === 'step' ? 'running' : target.status,
    probe: purpose === 'step' ? null : target.probe,
    clearToRun: purpose === 'step' ? false : target.clearToRun,
    undone: purpose === 'step' ? null : target.undone,
    rejection: purpose === 'step' ? null : target.rejection,
    records: [...target.records, record.hash],
    attempts: [...target.attempts, started],
  }));
  return { ...changed, running: { ...state.running, [attempt]: place }, attempts: state.attempts + 1 };
}

function newAttempt(record: RecordOf<'attempt-started'>): AttemptState {
  const { attempt, purpose, number, effect, command, sent, account, hostKey, recording, reason } = record.data;
  const { choice, text } = record.data;
  return {
    attempt,
    purpose,
    number,
    effect,
    command,
    sent,
    account,
    hostKey,
    reason,
    choice,
    text,
    paper: null,
    notes: [],
    actor: record.actor.name,
    startedAt: record.at,
    endedAt: null,
    durationMs: null,
    cancelRequested: false,
    verdict: null,
    exit: null,
    checks: [],
    failure: null,
    recordingPath: recording,
    recording: null,
    evidence: {},
    note: null,
    effectDone: 'unknown',
    undone: false,
    result: null,
    findings: [],
    offers: [],
  };
}

function endAttempt(state: RunState, record: RecordOf<'attempt-ended'>): RunState {
  const { attempt: id, effect: effectDone, ...outcome } = record.data;
  const place = state.running[id];
  if (place === undefined) return state;
  const changed = changeTarget(state, place, (target) => {
    const index = target.attempts.findIndex((attempt) => attempt.attempt === id);
    const attempt = target.attempts[index];
    if (attempt === undefined) return target;
    const ended = { ...attempt, ...outcome, effectDone, endedAt: record.at };
    const attempts = target.attempts.with(index, ended);
    const records = [...target.records, record.hash];
    if (attempt.purpose !== 'step') return { ...target, attempts, records };
    return { ...target, attempts, records, status: judgedStatus(ended, target.judgements) };
  });
  const { [id]: _ended, ...running } = state.running;
  return markUndone({ ...changed, running }, place, record.at);
}

/** The newest word on what went wrong; what was filed before stays. */
function fileAnalysis(state: RunState, { data, actor, at }: RecordOf<'analysis-filed'>): RunState {
  const earlierAnalyses = state.analysis === null ? [] : [...state.earlierAnalyses, state.analysis];
  return { ...state, earlierAnalyses, analysis: { ...data, by: actor.name, at } };
}
