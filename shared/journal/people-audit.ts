import { stepIndex } from '../checklist/plan-lookup.ts';
import type { JournalRecord, Person, SigningMode } from '../contract/events.ts';
import type { Refusal } from '../contract/intents.ts';
import type { Cryptography } from '../people/proof.ts';
import { statementFor, wordsToSign } from '../people/proof.ts';
import {
  glassStatement,
  handoverStatement,
  penStatement,
  sessionStatement,
  statementHash,
} from '../people/statements.ts';
import { mayAddNote, mayRecordPaper } from '../run/afterwards.ts';
import { glassWaitsFor, lockdownWanted, mayBreakGlass } from '../run/lockdown.ts';
import { admittedChecker, mayAnswerGlass, mayBeSecond, mayVouch, mayWithPermission } from '../run/people-policy.ts';
import { atSafePoint } from '../run/safe-point.ts';
import type { ParticipantState, RunState, SessionState } from '../run/state.ts';
import { applyRecord, startState } from '../run/transition.ts';
import { GENESIS } from './chain.ts';
import type { FindingSeverity, VerifyFinding } from './finding.ts';

/**
 * What people signed with their own keys: whether it is theirs, whether they were who they had to be, and whether it
 * says what stood there at that moment. A pure fold; the state is recomputed record by record, exactly as the screens
 * saw it.
 */

type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;

/** A finding about a record of this fold; the caller knows the record. */
export type PeopleFault = Omit<VerifyFinding, 'at'>;

/** What has to be remembered between two records. */
export interface PeopleAudit {
  readonly state: RunState;
  /** The record that the last session took up from. */
  readonly sessionFrom: { readonly seq: number; readonly hash: string };
}

export interface PeopleAudited {
  readonly audit: PeopleAudit | null;
  readonly faults: readonly PeopleFault[];
}

/** Folds in the next record of an intact chain; null stays null until a run was created. */
export function auditPeople(audit: PeopleAudit | null, record: JournalRecord, crypto: Cryptography): PeopleAudited {
  if (audit === null) {
    if (record.type !== 'run-created') return { audit, faults: [] };
    return { audit: { state: startState(record), sessionFrom: { seq: -1, hash: GENESIS } }, faults: [] };
  }
  const before = audit.state;
  const opened = record.type === 'session-opened';
  const sessionFrom = opened ? { seq: before.seq, hash: before.head } : audit.sessionFrom;
  const faults = [
    ...afterHandover(before, record),
    ...wrongActor(before, record),
    ...wrongRecord({ state: before, sessionFrom }, record, crypto),
  ];
  return { audit: { state: applyRecord(before, record), sessionFrom }, faults };
}

const found =
  (severity: FindingSeverity) =>
  (code: string, params: Readonly<Record<string, string>> = {}): PeopleFault => ({ severity, code, params });
const altered = found('altered');
const note = found('note');

const whenFalse = (holds: boolean, fault: PeopleFault): readonly PeopleFault[] => (holds ? [] : [fault]);

const newcomers: ReadonlySet<string> = new Set([
  'session-closed',
  'session-opened',
  'journal-repaired',
  'session-identified',
  'pen-taken',
]);

/** The pen was given away: the old session may close, the newcomer may take it up, and nothing else happens. */
function afterHandover(before: RunState, record: JournalRecord): readonly PeopleFault[] {
  return whenFalse(before.penWith === null || newcomers.has(record.type), altered('after-handover'));
}

const onlyFromChecker: ReadonlySet<string> = new Set([
  'evidence-opened',
  'countersigned',
  'countersign-rejected',
  'interruption-logged',
  'hold-requested',
  'handover-declined',
  'handed-over',
  'glass-signed',
  'glass-refused',
]);

/** What was done in somebody's name was done by somebody who was admitted, in the role they had, under their own id. */
function wrongActor(before: RunState, { type, actor, data }: JournalRecord): readonly PeopleFault[] {
  const { kind, name } = actor;
  if (kind !== 'checker' && kind !== 'observer') return whenFalse(!onlyFromChecker.has(type), altered('actor-wrong'));
  const id = 'participant' in data ? data.participant : null;
  const known = before.participants.some(
    (one) =>
      one.standing === 'admitted' && one.role === kind && one.name === name && (id === null || one.participant === id),
  );
  const may =
    kind === 'checker' ? onlyFromChecker.has(type) || type === 'participant-left' : type === 'participant-left';
  return whenFalse(known && may, altered('actor-wrong'));
}

function wrongRecord(audit: PeopleAudit, record: JournalRecord, crypto: Cryptography): readonly PeopleFault[] {
  switch (record.type) {
    case 'session-identified':
      return wrongIdentity(audit.state, record, crypto);
    case 'participant-admitted':
      return wrongAdmission(audit.state, record);
    case 'evidence-opened':
    case 'countersigned':
    case 'countersign-rejected':
      return wrongSigning(audit.state, record, crypto);
    case 'attempt-started':
      return [...withoutPermission(audit.state, record), ...withoutLock(audit.state, record)];
    case 'lockdown-entered':
    case 'lockdown-left': {
      const inside = audit.state.lockdown.spans.at(-1)?.until === null;
      return whenFalse(inside === (record.type === 'lockdown-left'), note('lock-unpaired'));
    }
    case 'glass-asked':
      return whenFalse(mayBreakGlass(audit.state) === null, altered('glass-misplaced'));
    case 'glass-withdrawn':
    case 'glass-refused':
      return whenFalse(mayAnswerGlass(audit.state) === null, altered('glass-unasked'));
    case 'glass-signed':
      return wrongGlassSigning(audit.state, record, crypto);
    case 'glass-broken':
      return wrongBreaking(audit.state, record);
    case 'handed-over':
      return wrongHandover(audit.state, record, crypto);
    case 'pen-taken':
      return wrongPen(audit, record, crypto);
    case 'paper-recorded': {
      const { attempt, step } = record.data;
      const may = mayRecordPaper(audit.state, { ...record.data, type: 'record-paper' });
      return whenFalse(may === null, altered('paper-misplaced', { attempt, step }));
    }
    case 'note-added': {
      const may = mayAddNote(audit.state, { ...record.data, type: 'add-note' });
      return whenFalse(may === null, altered('note-misplaced', { note: record.data.note }));
    }
    default:
      return [];
  }
}

function participantOf(state: RunState, id: string): ParticipantState | null {
  return state.participants.find((one) => one.participant === id) ?? null;
}

function openSession(state: RunState): SessionState | null {
  const last = state.sessions.at(-1) ?? null;
  return last?.closedAt === null ? last : null;
}

function wrongIdentity(
  state: RunState,
  { data }: RecordOf<'session-identified'>,
  { sha256, signatureHolds }: Cryptography,
): readonly PeopleFault[] {
  const session = openSession(state);
  const { session: id, name, contact, publicKey, signature } = data;
  if (session?.session !== id || session.identity !== null) return [altered('identity-elsewhere')];
  const person: Person = { name, contact, publicKey };
  const statement = statementHash(sessionStatement(state.runId, id, session.publicKey, person), sha256);
  const taker = state.penWith === null ? null : participantOf(state, state.penWith.participant);
  return [
    ...whenFalse(signatureHolds(publicKey, statement, signature), altered('identity-forged', { name })),
    ...whenFalse(taker === null || taker.publicKey === publicKey, altered('pen-not-theirs', { name })),
  ];
}

/** Nobody approves themselves: a rule in production, worth knowing elsewhere. */
function wrongAdmission(state: RunState, { data }: RecordOf<'participant-admitted'>): readonly PeopleFault[] {
  const who = participantOf(state, data.participant);
  if (who?.standing !== 'asking') return [altered('admitted-unasked')];
  if (data.role !== 'checker') return [];
  const { name } = who;
  const other = admittedChecker(state);
  const own = openSession(state)?.identity ?? null;
  const { production } = state.plan;
  const said = production ? altered : note;
  return [
    ...whenFalse(other === null, altered('second-checker', { name })),
    ...whenFalse(own !== null || !production, altered('operator-unidentified')),
    ...whenFalse(own?.publicKey !== who.publicKey, said('checker-own-key', { name })),
    ...whenFalse(!who.sameMachine, said('checker-own-machine', { name })),
  ];
}

function wrongSigning(
  state: RunState,
  record: RecordOf<'evidence-opened'> | RecordOf<'countersigned'> | RecordOf<'countersign-rejected'>,
  crypto: Cryptography,
): readonly PeopleFault[] {
  const { participant, step, mode, statement } = record.data;
  const who = participantOf(state, participant);
  const name = who?.name ?? participant;
  if (who?.standing !== 'admitted' || who.role !== 'checker') return [altered('signer-not-admitted', { name, step })];
  const stands = statementFor(state, step, mode, crypto.sha256);
  const same = whenFalse(stands === statement, altered('statement-other', { name, step }));
  if (record.type === 'evidence-opened') return same;
  const opened = state.steps[stepIndex(state.plan, step)]?.opened ?? [];
  const seen = opened.some(
    (one) => one.participant === participant && one.mode === mode && one.statement === statement,
  );
  const answer = record.type === 'countersigned' ? 'countersign' : 'reject';
  const signed = wordsToSign(answer, statement, crypto.sha256);
  const holds = crypto.signatureHolds(who.publicKey, signed, record.data.signature);
  return [
    ...same,
    ...whenFalse(seen, altered('evidence-unopened', { name, step })),
    ...whenFalse(holds, altered('countersignature-forged', { name, step })),
    ...(answer === 'countersign' ? ownYes(state, who, step, mode) : []),
  ];
}

/** In production nobody says yes to their own work. */
function ownYes(state: RunState, who: ParticipantState, step: string, mode: SigningMode): readonly PeopleFault[] {
  return approvedThemselves(who, mayVouch(state, who, step, mode), step);
}

function approvedThemselves({ name }: ParticipantState, refused: Refusal | null, step: string): readonly PeopleFault[] {
  switch (refused?.code) {
    case undefined:
      return [];
    case 'own-work':
      return [altered('checker-own-work', { name, step })];
    case 'identity-needed':
      return [altered('operator-unidentified')];
    default:
      return [altered('checker-own-key', { name })];
  }
}

/** Where the checklist wants the checker's yes beforehand, there it is (or was waived, which stands in the report). */
function withoutPermission(state: RunState, { data }: RecordOf<'attempt-started'>): readonly PeopleFault[] {
  const index = stepIndex(state.plan, data.step);
  const step = state.plan.steps[index];
  const target = state.steps[index]?.targets.find((one) => one.target === data.target);
  if (data.purpose !== 'step' || step === undefined || target === undefined) return [];
  if (step.countersign !== 'before' && step.countersign !== 'both') return [];
  const params = { attempt: data.attempt, step: step.id };
  return whenFalse(
    mayWithPermission(state, step, target, data.choice) === null,
    altered('attempt-unpermitted', params),
  );
}

/** Where the hot phases are to be worked locked, nothing of them begins before the lock is in place. */
function withoutLock(state: RunState, { data }: RecordOf<'attempt-started'>): readonly PeopleFault[] {
  const { attempt, step } = data;
  const unlocked = lockdownWanted(state) && state.lockdown.status !== 'locked';
  return whenFalse(!unlocked, altered('unlocked-hot-step', { attempt, step }));
}

function wrongGlassSigning(
  state: RunState,
  { data }: RecordOf<'glass-signed'>,
  { sha256, signatureHolds }: Cryptography,
): readonly PeopleFault[] {
  const asked = glassStatement(state);
  if (asked === null || mayAnswerGlass(state) !== null) return [altered('glass-unasked')];
  const who = participantOf(state, data.participant);
  const name = who?.name ?? data.participant;
  const holds = who !== null && signatureHolds(who.publicKey, data.statement, data.signature);
  return [
    ...whenFalse(statementHash(asked, sha256) === data.statement, altered('glass-statement', { name })),
    ...whenFalse(holds, altered('glass-forged', { name })),
    ...(who === null ? [] : approvedThemselves(who, mayBeSecond(state, who), '')),
  ];
}

/** It breaks for the reason that was asked with, by the signature that was given, or alone where nobody could sign. */
function wrongBreaking(state: RunState, { data }: RecordOf<'glass-broken'>): readonly PeopleFault[] {
  const { glass } = state.lockdown;
  if (glass === null) return [altered('glass-unasked')];
  const waits = glassWaitsFor(state);
  return [
    ...whenFalse(state.block === null, altered('glass-misplaced')),
    ...whenFalse(glass.reason === data.reason && glass.signedBy === data.signedBy, altered('glass-other')),
    ...(waits === null || data.signedBy !== null ? [] : [altered('glass-unsigned', { name: waits.name })]),
  ];
}

function wrongHandover(
  state: RunState,
  { data }: RecordOf<'handed-over'>,
  { sha256, signatureHolds }: Cryptography,
): readonly PeopleFault[] {
  const who = participantOf(state, data.participant);
  const name = who?.name ?? data.participant;
  const statement = statementHash(handoverStatement(state.runId, data.head, who?.publicKey ?? ''), sha256);
  const confirmed = data.head.seq === state.seq && data.head.hash === state.head;
  return [
    ...whenFalse(state.handover?.participant === data.participant, altered('handover-unoffered', { name })),
    ...whenFalse(confirmed, altered('handover-other', { name })),
    ...whenFalse(atSafePoint(state) === null, altered('handover-unsafe', { name })),
    ...whenFalse(
      who !== null && signatureHolds(who.publicKey, statement, data.signature),
      altered('handover-forged', { name }),
    ),
  ];
}

/** Only who was given the pen takes it up; a checker whose operator is out of reach may take it, and that stays visible. */
function wrongPen(
  { state, sessionFrom }: PeopleAudit,
  { data }: RecordOf<'pen-taken'>,
  { sha256, signatureHolds }: Cryptography,
): readonly PeopleFault[] {
  const { how, participant, from, signature } = data;
  const who = participantOf(state, participant);
  const name = who?.name ?? participant;
  const session = openSession(state);
  const key = session?.identity?.publicKey ?? '';
  const statement = statementHash(penStatement(state.runId, how, from, session?.session ?? '', key), sha256);
  const theirs =
    how === 'handover'
      ? state.penWith?.participant === participant
      : state.penWith === null && who?.standing === 'admitted' && who.role === 'checker';
  return [
    ...whenFalse(theirs && who?.publicKey === key, altered('pen-not-theirs', { name })),
    ...whenFalse(from.seq === sessionFrom.seq && from.hash === sessionFrom.hash, altered('pen-elsewhere', { name })),
    ...whenFalse(key !== '' && signatureHolds(key, statement, signature), altered('pen-forged', { name })),
    ...(how === 'takeover' ? [note('pen-break', { name, from: String(from.seq), reason: data.reason })] : []),
  ];
}
