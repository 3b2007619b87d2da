import type { Failure } from '../../shared/contract/errors.ts';
import type { Actor, EventOf, JournalRecord, NewRecord, RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Intent, MirrorIntent, Refusal } from '../../shared/contract/intents.ts';
import { mayAsSigned } from '../../shared/people/proof.ts';
import { consequences } from '../../shared/run/consequences.ts';
import { eventsFor, eventsFrom } from '../../shared/run/events-for.ts';
import { mayFrom, participantOf } from '../../shared/run/people-policy.ts';
import { may } from '../../shared/run/policy.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord } from '../../shared/run/transition.ts';
import { type Answer, refused } from './answer.ts';
import { AttemptDesk, type AttemptParts } from './attempts.ts';
import { sha256Text, signatureHolds } from './journal/digest.ts';
import { JournalError } from './journal/journal-error.ts';
import { ignoreRefusedJournal, JournalRefused } from './journal-refused.ts';
import type { HostEvent, Journal } from './ports.ts';
import { redactEvent } from './redact-event.ts';
import { SerialQueue } from './serial-queue.ts';

/** Whether the journal can be written at the moment. */
export interface JournalStatus {
  readonly writable: boolean;
  readonly failure: Failure | null;
}

/** Why a session puts the pen down. */
export type SessionEnd = EventOf<'session-closed'>['data']['reason'];

export interface ControllerParts extends Omit<AttemptParts, 'book'> {
  readonly state: RunState;
  readonly journal: Journal;
  readonly operator: Actor;
  /** Takes known secrets out of a text. */
  readonly redact: (text: string) => string;
}

const app: Actor = { kind: 'app', name: 'Countersign' };
const retryMs = 2_000;

/**
 * The only writer of a run: intent → policy → event → journal (durable) → everyone. One intent is decided at a time;
 * attempts run beside it and come back with their end.
 */
export class RunController {
  readonly #parts: ControllerParts;
  readonly #queue = new SerialQueue();
  readonly #desk: AttemptDesk;
  readonly #listeners = new Set<(record: JournalRecord) => void>();
  readonly #statusListeners = new Set<(status: JournalStatus) => void>();
  readonly #closing = new AbortController();
  readonly #unsubscribeHosts: () => void;
  #state: RunState;
  /** What happened but the disk refused so far; nothing else is decided before it is written. */
  #unwritten: NewRecord[] = [];

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#state = parts.state;
    this.#desk = new AttemptDesk({
      ...parts,
      book: {
        state: () => this.#state,
        decide: (intent) => this.#decide(intent),
        record: (events) => this.#record(parts.operator, events),
        note: (events) => this.#queue.run(() => this.#record(app, events)),
        conclude: (events) => this.#conclude(app, events),
        serial: (task) => this.#queue.run(task),
      },
    });
    this.#unsubscribeHosts = parts.hosts.subscribe((event) => this.#onHost(event));
  }

  get state(): RunState {
    return this.#state;
  }

  /** Durable records, in order, right after each was folded in. */
  subscribe(listener: (record: JournalRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Told when the disk stops and starts taking records. */
  onJournal(listener: (status: JournalStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  }

  /** Decides one intent. Resolves when its first record is durable (attempts then go on by themselves). */
  async submit(intent: Intent): Promise<Answer> {
    try {
      if (intent.type === 'run-step') return await this.#desk.runStep(intent);
      if (intent.type === 'confirm-manual') return await this.#desk.confirm(intent);
      if (intent.type === 'probe') return await this.#desk.probe(intent);
      const answer = await this.#queue.run(async () => {
        const refusal = this.#decide(intent);
        if (refusal !== null) return { ok: false, refusal } as const;
        await this.#record(this.#parts.operator, eventsFor(this.#state, intent));
        return { ok: true } as const;
      });
      if (answer.ok && intent.type === 'cancel-attempt') this.#desk.cancel(intent.attempt);
      return answer;
    } catch (error) {
      if (error instanceof JournalRefused) return refused('journal-unwritable', { cause: error.failure.cause ?? '' });
      throw error;
    }
  }

  /** Decides one intent of somebody on another computer, in their name; what they sign must be what stands here. */
  async submitFrom(participant: string, intent: MirrorIntent): Promise<Answer> {
    try {
      return await this.#queue.run(async () => {
        // What has happened comes first: nobody confirms a state that is about to change.
        await this.#flushUnwritten();
        const refusal =
          mayFrom(this.#state, participant, intent) ??
          mayAsSigned(this.#state, participant, intent, { sha256: sha256Text, signatureHolds });
        if (refusal !== null) return { ok: false, refusal } as const;
        const who = participantOf(this.#state, participant);
        const actor = { kind: who?.role ?? 'observer', name: who?.name ?? participant } as const;
        await this.#record(actor, eventsFrom(this.#state, participant, intent));
        return { ok: true } as const;
      });
    } catch (error) {
      if (error instanceof JournalRefused) return refused('journal-unwritable', { cause: error.failure.cause ?? '' });
      throw error;
    }
  }

  /** Records what the engine itself has to say (a new session, a repair, an attempt found open after a crash). */
  async recordByApp(events: readonly RunEvent[]): Promise<void> {
    await this.#queue.run(() => this.#record(app, events));
  }

  /** Records what the hosts did before this controller listened to them. */
  async recordHosts(events: readonly HostEvent[]): Promise<void> {
    for (const event of events) await this.#conclude(this.#actorOf(event), [hostEvent(event)]);
  }

  /**
   * Records what was sensed on this computer, as far as it still says something in the state of that moment. What has
   * happened is not lost to a full disk: it is tried again.
   */
  async recordSensed(decide: (state: RunState) => readonly RunEvent[]): Promise<void> {
    await this.#queue.run(() => this.#keep(app, decide(this.#state)));
  }

  /** Resolves when no attempt is running and everything decided so far is on disk. */
  async idle(): Promise<void> {
    await this.#desk.idle();
    await this.#queue.drained();
  }

  /** Puts the pen down: the last records are written, then the journal is closed. */
  async close(reason: SessionEnd): Promise<void> {
    this.#unsubscribeHosts();
    this.#closing.abort();
    await this.#queue.run(async () => {
      // When nothing more can be recorded, the verifier will say that the session was never closed.
      await this.#record(app, [{ type: 'session-closed', data: { reason } }]).catch(ignoreRefusedJournal);
    });
    await this.#parts.journal.close();
  }

  #decide(intent: Intent): Refusal | null {
    return may(this.#state, intent) ?? this.#notYet(intent);
  }

  /** Nothing on paper was done after now; a minute is left to the clock on the wall. */
  #notYet(intent: Intent): Refusal | null {
    if (intent.type !== 'record-paper') return null;
    const ahead = Date.parse(intent.doneAt) - this.#parts.clock.now().getTime();
    return ahead > 60_000 ? { code: 'paper-in-future', params: {} } : null;
  }

  /** Writes events and what follows from them by itself. Must run inside the queue. */
  async #record(actor: Actor, given: readonly RunEvent[]): Promise<void> {
    await this.#flushUnwritten();
    // One writer at any time: once the pen was given away, all that is left to say here is that the session is over.
    const events = this.#state.penWith === null ? given : given.filter(({ type }) => type === 'session-closed');
    await this.#append(events.map((event) => this.#asRecord(actor, event)));
    for (let next = consequences(this.#state); next.length > 0; next = consequences(this.#state)) {
      await this.#append(next.map((event) => this.#asRecord(app, event)));
    }
  }

  /** Writes what has already happened and therefore must not be lost: tried again until the disk takes it. */
  async #conclude(actor: Actor, events: readonly RunEvent[]): Promise<void> {
    await this.#queue.run(() => this.#keep(actor, events));
  }

  /** Must run inside the queue. */
  async #keep(actor: Actor, events: readonly RunEvent[]): Promise<void> {
    if (events.length === 0) return;
    try {
      await this.#record(actor, events);
    } catch (error) {
      if (!(error instanceof JournalRefused)) throw error;
      this.#unwritten.push(...events.map((event) => this.#asRecord(actor, event)));
      void this.#retry();
    }
  }

  async #retry(): Promise<void> {
    while (this.#unwritten.length > 0 && !this.#closing.signal.aborted) {
      await this.#parts.clock.sleep(retryMs, this.#closing.signal).catch(() => {});
      await this.#queue
        .run(() => this.#record(app, []))
        .catch((error: unknown) => {
          if (!(error instanceof JournalRefused)) throw error;
        });
    }
  }

  async #flushUnwritten(): Promise<void> {
    if (this.#unwritten.length === 0) return;
    await this.#append(this.#unwritten);
    this.#unwritten = [];
  }

  async #append(records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return;
    const written = await this.#parts.journal.append(records).catch((error: unknown) => {
      // A record that breaks the contract is our own mistake: no disk will ever take it, so it is not tried again.
      if (error instanceof JournalError && error.code === 'invalid-record') throw error;
      const problem = failure('journal-unwritable', {}, error);
      this.#tell({ writable: false, failure: problem });
      throw new JournalRefused(problem);
    });
    this.#tell({ writable: true, failure: null });
    for (const record of written) {
      this.#state = applyRecord(this.#state, record);
      for (const listener of this.#listeners) listener(record);
    }
  }

  #asRecord(actor: Actor, event: RunEvent): NewRecord {
    return { actor, ...redactEvent(event, this.#parts.redact) };
  }

  #writable = true;
  #tell(status: JournalStatus): void {
    if (status.writable === this.#writable && status.writable) return;
    this.#writable = status.writable;
    for (const listener of this.#statusListeners) listener(status);
  }

  #onHost(event: HostEvent): void {
    if (this.#state.status === 'ended') return;
    void this.#conclude(this.#actorOf(event), [hostEvent(event)]);
  }

  /** Accepting a key is a person's act. */
  #actorOf(event: HostEvent): Actor {
    return event.type === 'key-accepted' ? this.#parts.operator : app;
  }
}

/** A host's coming and going as the journal knows it. */
export function hostEvent(event: HostEvent): RunEvent {
  switch (event.type) {
    case 'connected':
      return { type: 'host-connected', data: { ...event.connection, via: [...event.connection.via] } };
    case 'failed':
      return { type: 'host-failed', data: { host: event.host, failure: event.failure } };
    case 'lost':
      return { type: 'host-lost', data: { host: event.host, failure: event.failure } };
    case 'key-accepted': {
      const { type: _type, ...data } = event;
      return { type: 'host-key-accepted', data };
    }
  }
}
