import type { Plan } from '../checklist/plan.ts';
import { actionFor, stepIndex } from '../checklist/plan-lookup.ts';
import type { Head, Person, SigningMode } from '../contract/events.ts';
import { canonicalJson } from '../journal/canonical.ts';
import type { Sha256 } from '../journal/chain.ts';
import { isSettled, lastAttempt, type RunState, type StepState, type TargetState } from '../run/state.ts';
import type { Action } from '../steps/actions.ts';

/**
 * What people sign with their own keys. A statement is a JSON object; its canonical text (RFC 8785) is hashed with
 * SHA-256, and the Ed25519 signature is over the 64 lower-case hex digits of that hash, as in the journal. Every
 * statement names its own kind (`format`) and its run, so that a signature can never stand for anything else.
 */
export function statementHash(statement: object, sha256: Sha256): string {
  return sha256(canonicalJson(statement));
}

/** A person vouches for the key of one session. */
export function sessionStatement(runId: string, session: string, sessionKey: string, person: Person): object {
  return { format: 'countersign-session-1', runId, session, sessionKey, ...person };
}

/**
 * Who joins proves their key for this connection only: `certificate` is the SHA-256 of the certificate they see (so
 * that nobody in the middle can pass it on), `nonce` the host's challenge.
 */
export function joinStatement(runId: string, certificate: string, nonce: string, person: Person): object {
  return { format: 'countersign-join-1', runId, certificate, nonce, ...person };
}

/** The checker has the history up to this record. `at` by their own clock. */
export function receiptStatement(runId: string, head: Head, at: string): object {
  return { format: 'countersign-receipt-1', runId, seq: head.seq, hash: head.hash, at };
}

/** The newcomer confirms the run's state up to `head` and takes the pen. */
export function handoverStatement(runId: string, head: Head, publicKey: string): object {
  return { format: 'countersign-handover-1', runId, seq: head.seq, hash: head.hash, publicKey };
}

/** The pen was taken up on another machine, after the record `from`. */
export function penStatement(
  runId: string,
  how: 'handover' | 'takeover',
  from: Head,
  session: string,
  publicKey: string,
): object {
  return { format: 'countersign-pen-1', runId, how, seq: from.seq, hash: from.hash, session, publicKey };
}

/** The checker lets the operator out of lockdown; the record that asks binds all of the history before it. */
export function glassStatement(state: RunState): object | null {
  const { glass } = state.lockdown;
  if (glass === null) return null;
  return { format: 'countersign-glass-1', runId: state.runId, seq: glass.seq, hash: glass.hash, reason: glass.reason };
}

/**
 * What a countersignature binds: the step, and for each target where it is and, before an attempt, the exact action, its
 * number and the reason; afterwards the command, host key, account, verdict, output hash and decision. The hashes of
 * the records that tell of it bind all of the history before them. Null when the checker has nothing to sign in this mode now. `round` counts what was signed or
 * refused at this step, so that a signature is good for once.
 */
export function countersignStatement(state: RunState, id: string, mode: SigningMode): object | null {
  const index = stepIndex(state.plan, id);
  const step = state.plan.steps[index];
  const stands = state.steps[index];
  if (step === undefined || stands === undefined || waitingFor(state, id) !== mode) return null;
  const { runId, contentHash, plan } = state;
  const { code, title, kind, effect } = step;
  return {
    format: 'countersign-step-1',
    runId,
    contentHash,
    environment: plan.environment,
    step: id,
    code,
    title,
    kind,
    effect,
    mode,
    round: stands.signings.length,
    noReturn: stands.noReturn,
    ...(mode === 'before' ? permissionOf(stands) : {}),
    targets: statedTargets(stands, mode).map((target) => ({
      target: target.target,
      ...placeOf(plan, actionFor(step, target.target), target.target),
      ...(mode === 'before' ? { action: actionFor(step, target.target) } : done(target)),
      records: target.records,
    })),
  };
}

/** Which machine, and which database, the names stand for in this run. */
function placeOf({ hosts, databases }: Plan, action: Action, target: string): object {
  const host = hosts.find(({ name }) => name === target) ?? null;
  const database = 'database' in action ? databases.find(({ name }) => name === action.database) : undefined;
  return { host, database: database ?? null };
}

/**
 * The checker's no to a statement (its hash). Another text than the yes, so that whoever keeps the journal cannot pass
 * the one off as the other.
 */
export function rejectionStatement(statement: string): object {
  return { format: 'countersign-rejection-1', statement };
}

/** What the current step waits for from the checker, or null: the question before it, or the signature after it. */
export function waitingFor(state: RunState, id: string): SigningMode | null {
  const index = stepIndex(state.plan, id);
  const stands = state.steps[index];
  if (stands === undefined || index !== state.current) return null;
  if (stands.permission !== null) return 'before';
  const settled = stands.targets.every(({ status }) => isSettled(status));
  return settled && stands.countersignature === 'pending' ? 'after' : null;
}

function permissionOf({ permission }: StepState): object {
  const { targets = [], reason = null, choice = null } = permission ?? {};
  return { attempts: targets, reason, choice };
}

function statedTargets({ targets, permission }: StepState, mode: SigningMode): readonly TargetState[] {
  if (mode === 'after') return targets;
  return targets.filter(({ target }) => permission?.targets.some((asked) => asked.target === target) === true);
}

function done(target: TargetState): object {
  const { status, decision } = target;
  const attempt = lastAttempt(target);
  return {
    status,
    decision,
    attempt: attempt && {
      attempt: attempt.attempt,
      number: attempt.number,
      command: attempt.command,
      sent: attempt.sent,
      account: attempt.account,
      hostKey: attempt.hostKey,
      verdict: attempt.verdict,
      exit: attempt.exit,
      // Left out where there is none, so that what was signed before paper was known stays what it is.
      ...(attempt.paper === null ? {} : { paper: { ...attempt.paper, enteredBy: attempt.actor, note: attempt.note } }),
      output: attempt.recording && { sha256: attempt.recording.sha256, bytes: attempt.recording.bytes },
    },
  };
}
