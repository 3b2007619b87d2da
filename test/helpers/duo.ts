import { generateKeyPairSync, sign } from 'node:crypto';
import { sha256Text, signatureHolds } from '../../electron/engine/journal/digest.ts';
import type { Plan } from '../../shared/checklist/plan.ts';
import { actionFor } from '../../shared/checklist/plan-lookup.ts';
import type { Actor, EventOf, JournalRecord, RunEvent, Verdict } from '../../shared/contract/events.ts';
import type { Intent, MirrorIntent, RefusalCode } from '../../shared/contract/intents.ts';
import { sealRecord } from '../../shared/journal/chain.ts';
import { handoverQuestions } from '../../shared/people/handover-questions.ts';
import { mayAsSigned, statementFor, wordsToSign } from '../../shared/people/proof.ts';
import {
  handoverStatement,
  penStatement,
  sessionStatement,
  statementHash,
  waitingFor,
} from '../../shared/people/statements.ts';
import { consequences } from '../../shared/run/consequences.ts';
import { eventsFor, eventsFrom } from '../../shared/run/events-for.ts';
import { nextNumber } from '../../shared/run/people.ts';
import { mayFrom, participantOf } from '../../shared/run/people-policy.ts';
import { may } from '../../shared/run/policy.ts';
import { currentStep, type RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import { createdEvent } from './story.ts';

/** Somebody with a real key. */
export interface Somebody {
  readonly name: string;
  readonly publicKey: string;
  sign(words: string): string;
}

/** A person with a fresh Ed25519 key. */
export function somebody(name: string): Somebody {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
  return {
    name,
    publicKey: raw,
    sign: (words) => sign(null, Buffer.from(words, 'ascii'), privateKey).toString('base64'),
  };
}

const app: Actor = { kind: 'app', name: 'Countersign' };
const cryptography = { sha256: sha256Text, signatureHolds };
/** More rounds of consequences than any state has. */
const patience = 20;

type OnRecord = (before: RunState, record: JournalRecord, after: RunState) => void;

/**
 * A run of two people as the controller decides it, without disk and network: real rules, real hashes, real keys. What
 * is refused comes back as the refusal's code.
 */
export class Duo {
  state: RunState;
  operator: Somebody;
  /** Who is behind each participant. */
  readonly people = new Map<string, Somebody>();
  /** The first record, which nobody could be told of. */
  readonly created: JournalRecord;
  /** The session's own key. */
  session: Somebody = somebody('session');
  readonly #onRecord: OnRecord;
  #sessions = 0;

  constructor(
    plan: Plan,
    operator: Somebody,
    onRecord: OnRecord = () => {},
    given: Partial<EventOf<'run-created'>['data']> = {},
  ) {
    const created = createdEvent(plan);
    const data = { ...created.data, ...given };
    const { record } = sealRecord(
      unsealed({ ...created, data }, 0, '0'.repeat(64), { kind: 'operator', name: operator.name }),
      sha256Text,
      null,
    );
    this.created = record;
    this.state = startState(record as Extract<JournalRecord, { type: 'run-created' }>);
    this.operator = operator;
    this.#onRecord = onRecord;
    this.opens(operator);
  }

  /** Records in the app's name, with all that follows by itself. */
  tells(...events: readonly RunEvent[]): this {
    this.#record(app, events);
    return this;
  }

  /** A session of this person, vouched for by their key. */
  opens(who: Somebody, identified = true): this {
    this.#sessions += 1;
    const session = `s${this.#sessions}`;
    this.operator = who;
    this.session = somebody(session);
    const { publicKey } = this.session;
    const words = statementHash(sessionStatement(this.state.runId, session, publicKey, personOf(who)), sha256Text);
    const data = { session, publicKey, machine: 'm', person: who.name, pid: 1, resumed: this.#sessions > 1 };
    return this.tells(
      { type: 'session-opened', data },
      ...(identified
        ? [{ type: 'session-identified', data: { session, ...personOf(who), signature: who.sign(words) } } as const]
        : []),
    );
  }

  /** The operator asks; attempts begin and stay under way. */
  asks(intent: Intent): RefusalCode | null {
    const refusal = may(this.state, intent);
    if (refusal !== null) return refusal.code;
    const actor: Actor = { kind: 'operator', name: this.operator.name };
    if (intent.type === 'run-step') {
      for (const target of intent.targets)
        this.#record(actor, [this.#started(intent.step, target, intent.reason, intent.choice ?? null)]);
    } else if (intent.type === 'confirm-manual') {
      this.#record(actor, [this.#started(intent.step, intent.target, intent.reason, null)]);
      this.ends(intent.verdict);
    } else if (intent.type === 'probe') {
      this.#record(actor, [this.#started(intent.step, intent.target, null, null, 'probe')]);
      const probe = `a${this.state.attempts}`;
      this.ends('passed', probe);
      const data = { step: intent.step, target: intent.target, unknown: 'a1', probe, says: 'done' } as const;
      this.tells({ type: 'probe-concluded', data });
    } else this.#record(actor, eventsFor(this.state, intent));
    return null;
  }

  /** Somebody on another computer asks. */
  hears(participant: string, intent: MirrorIntent): RefusalCode | null {
    const refusal =
      mayFrom(this.state, participant, intent) ?? mayAsSigned(this.state, participant, intent, cryptography);
    if (refusal !== null) return refusal.code;
    const who = participantOf(this.state, participant);
    this.#record({ kind: who?.role ?? 'observer', name: who?.name ?? '' }, eventsFrom(this.state, participant, intent));
    return null;
  }

  /** Somebody asks to follow, and is let in. */
  joins(id: string, who: Somebody, role: 'checker' | 'observer' = 'checker', sameMachine = false): RefusalCode | null {
    this.people.set(id, who);
    const data = { participant: id, ...personOf(who), machine: 'm2', address: 'a', sameMachine, pinned: true };
    this.tells({ type: 'participant-asked', data });
    return this.asks({ type: 'admit', participant: id, role });
  }

  presence(participant: string, presence: 'here' | 'gone'): this {
    const cause = presence === 'gone' ? ('silent' as const) : null;
    return this.tells({ type: 'participant-presence', data: { participant, presence, cause, silentMs: 30_000 } });
  }

  /** Runs the step on targets to its end. */
  runs(
    step: string,
    verdict: Verdict = 'passed',
    targets: readonly string[] = ['app1'],
    reason = 'again',
  ): RefusalCode | null {
    const refused = this.asks({ type: 'run-step', step, targets: [...targets], reason });
    if (refused === null) for (const attempt of Object.keys(this.state.running)) this.ends(verdict, attempt);
    return refused;
  }

  /** An attempt ends, the newest one by default. */
  ends(
    verdict: Verdict,
    attempt = `a${this.state.attempts}`,
    given: Partial<EventOf<'attempt-ended'>['data']> = {},
  ): this {
    const effect = verdict === 'passed' ? ('full' as const) : ('unknown' as const);
    const nothing = { exit: null, checks: [], failure: null, recording: null, evidence: {}, note: null, result: null };
    const data = { attempt, verdict, effect, ...nothing, findings: [], offers: [], durationMs: 5, ...given };
    return this.tells({ type: 'attempt-ended', data });
  }

  /** What the checker would sign now: step, mode and statement; null when nothing waits. */
  waits(): { step: string; mode: 'before' | 'after'; statement: string } | null {
    const step = currentStep(this.state)?.id ?? '';
    const mode = waitingFor(this.state, step);
    const statement = mode === null ? null : statementFor(this.state, step, mode, sha256Text);
    return mode === null || statement === null ? null : { step, mode, statement };
  }

  /** Opens what waits and says yes, or no with a reason. */
  answers(participant: string, no: string | null = null): RefusalCode | null {
    const waiting = this.waits();
    if (waiting === null) return 'no-countersignature-waiting';
    const opened = this.hears(participant, { type: 'open-evidence', ...waiting });
    return opened ?? this.signs(participant, waiting, no);
  }

  /** Says yes or no to this statement, without having looked. */
  signs(
    participant: string,
    waiting: NonNullable<ReturnType<Duo['waits']>>,
    no: string | null = null,
    by = this.people.get(participant),
  ): RefusalCode | null {
    const words = wordsToSign(no === null ? 'countersign' : 'reject', waiting.statement, sha256Text);
    const signature = by?.sign(words) ?? '';
    return this.hears(
      participant,
      no === null
        ? { type: 'countersign', ...waiting, signature }
        : { type: 'reject', ...waiting, reason: no, signature },
    );
  }

  /** The newcomer answers the questions about the state and takes the pen. */
  accepts(participant: string, wrong = false): RefusalCode | null {
    const { seq, head: hash, runId } = this.state;
    const who = this.people.get(participant);
    const words = statementHash(handoverStatement(runId, { seq, hash }, who?.publicKey ?? ''), sha256Text);
    const answers = Object.fromEntries(
      handoverQuestions(this.state).map(({ id, options, answer }) => [
        id,
        wrong ? (options.find((one) => one !== answer) ?? '') : answer,
      ]),
    );
    const signature = who?.sign(words) ?? '';
    return this.hears(participant, { type: 'accept-handover', head: { seq, hash }, answers, signature });
  }

  /** On the other machine: the newcomer's session takes up the pen. */
  takesPen(participant: string, how: 'handover' | 'takeover' = 'handover'): this {
    const who = this.people.get(participant);
    if (who === undefined) throw new Error(`nobody is ${participant}`);
    const from = { seq: this.state.seq, hash: this.state.head };
    this.opens(who);
    const session = `s${this.#sessions}`;
    const words = statementHash(penStatement(this.state.runId, how, from, session, who.publicKey), sha256Text);
    const data = { how, participant, reason: 'shift', from, signature: who.sign(words) };
    return this.tells({ type: 'pen-taken', data });
  }

  #started(
    id: string,
    target: string,
    reason: string | null,
    choice: string | null,
    purpose: 'step' | 'probe' = 'step',
  ): RunEvent {
    const step = this.state.plan.steps.find((one) => one.id === id);
    const stands = this.state.steps.find((one) => one.id === id)?.targets.find((one) => one.target === target);
    if (step === undefined || stands === undefined) throw new Error(`no ${id} on ${target}`);
    const action = actionFor(step, target);
    const data = {
      ...{ attempt: `a${this.state.attempts + 1}`, step: id, target, purpose, effect: step.effect, reason, choice },
      number: nextNumber(stands),
      command: action.kind === 'run' ? action.command : null,
      ...{ sent: null, account: null, hostKey: null, recording: null, text: null },
    };
    return { type: 'attempt-started', data };
  }

  #record(actor: Actor, events: readonly RunEvent[]): void {
    for (const event of events) this.#append(actor, event);
    for (let round = 0; ; round += 1) {
      const next = consequences(this.state);
      if (next.length === 0) return;
      if (round > patience) throw new Error(`consequences do not end: ${JSON.stringify(next)}`);
      for (const event of next) this.#append(app, event);
    }
  }

  #append(actor: Actor, event: RunEvent): void {
    const before = this.state;
    const { record } = sealRecord(unsealed(event, before.seq + 1, before.head, actor), sha256Text, null);
    this.state = applyRecord(before, record);
    this.#onRecord(before, record, this.state);
  }
}

const personOf = ({ name, publicKey }: Somebody) => ({ name, contact: '', publicKey });

function unsealed(event: RunEvent, seq: number, prev: string, actor: Actor) {
  const at = new Date(Date.UTC(2026, 10, 20, 14, 0, 0) + seq * 1_000).toISOString();
  return { seq, at, mono: seq * 1_000, actor, prev, ...event };
}
