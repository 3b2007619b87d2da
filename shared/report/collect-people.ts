import type { JournalRecord, Person, SigningMode } from '../contract/events.ts';
import type { Amend, Deviation, PeopleException } from './exceptions.ts';

/** What the second person did to a run, where the state keeps only how it stands in the end. */

type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;

/** One holding of the pen: from when until when which person wrote the history, and how they came by it. */
export interface PenHolding {
  readonly name: string;
  readonly machine: string;
  /** `resumed`: somebody else, or another computer, went on with a run that had been left. */
  readonly how: 'began' | 'resumed' | 'handover' | 'takeover';
  readonly from: string;
  /** Null: until the last record. */
  readonly until: string | null;
}

/** A permission that was asked for by a person; entering a step asks by itself. */
export interface PermissionRequest {
  readonly at: string;
  readonly by: string;
  readonly targets: readonly string[];
  readonly reason: string;
}

export interface Waiver {
  readonly at: string;
  readonly by: string;
  readonly mode: SigningMode;
  readonly reason: string;
}

/** Somebody's way through the run. */
export interface Following {
  readonly askedAt: string;
  readonly admittedAt: string | null;
  readonly until: string | null;
  /** True when they had the operator's own key when they were admitted. */
  readonly sameKey: boolean;
}

interface PenSession {
  readonly person: string;
  readonly machine: string;
  readonly openedAt: string;
  identity: Person | null;
}

type Known = { readonly name: string; role: 'checker' | 'observer' | null; readonly publicKey: string };

/** Collects while the records pass by; pushes what deviates to the list it was given. */
export class PeopleCollector {
  readonly following = new Map<string, Following>();
  readonly requests = new Map<string, PermissionRequest[]>();
  readonly waivers = new Map<string, Waiver[]>();
  readonly pen: PenHolding[] = [];
  private readonly known = new Map<string, Known>();
  private session: PenSession | null = null;
  private readonly tell: (exception: PeopleException) => void;
  private readonly amend: Amend;

  constructor(tell: PeopleCollector['tell'], amend: Amend) {
    this.tell = tell;
    this.amend = amend;
  }

  add(record: JournalRecord): void {
    const told = { seq: record.seq, at: record.at, by: record.actor.name };
    switch (record.type) {
      case 'session-opened':
        this.openSession(record);
        return;
      case 'session-identified':
        this.identify(record.data);
        return;
      case 'participant-asked': {
        const { participant, name, publicKey } = record.data;
        this.known.set(participant, { name, publicKey, role: null });
        this.following.set(participant, { askedAt: record.at, admittedAt: null, until: null, sameKey: false });
        return;
      }
      case 'participant-admitted':
        this.admit(record);
        return;
      case 'participant-declined':
      case 'participant-dismissed': {
        const { participant, reason } = record.data;
        this.part(participant, record.at);
        this.tell({ kind: record.type, ...told, name: this.nameOf(participant), reason });
        return;
      }
      case 'participant-left':
        this.part(record.data.participant, record.at);
        if (this.known.get(record.data.participant)?.role !== 'checker') return;
        this.tell({ kind: 'checker-left', ...told, name: this.nameOf(record.data.participant) });
        return;
      case 'participant-presence':
        this.presence(record);
        return;
      case 'join-refused': {
        const { code, address, name, times } = record.data;
        this.tell({ kind: 'join-refused', ...told, code, address, name, times });
        return;
      }
      case 'interruption-logged': {
        const { from, what, urgency } = record.data;
        this.tell({ kind: 'interruption', ...told, from, what, urgency });
        return;
      }
      default:
        this.addSigning(record, told);
    }
  }

  private addSigning(record: JournalRecord, told: Omit<Deviation<string>, 'kind'>): void {
    switch (record.type) {
      case 'permission-asked': {
        const { step, targets, reason } = record.data;
        const request = { at: record.at, by: record.actor.name, targets: targets.map((one) => one.target), reason };
        this.requests.set(step, [...(this.requests.get(step) ?? []), request]);
        return;
      }
      case 'countersigned':
        this.settle(record.data.step, record.data.mode, 'signed', record.at);
        return;
      case 'countersign-rejected': {
        const { step, mode, reason } = record.data;
        this.tell({ kind: record.type, ...told, step, mode, reason, followed: 'open', until: null });
        return;
      }
      case 'countersign-waived': {
        const { step, mode, reason } = record.data;
        const waiver = { at: record.at, by: record.actor.name, mode, reason };
        this.waivers.set(step, [...(this.waivers.get(step) ?? []), waiver]);
        this.settle(step, mode, 'waived', record.at);
        this.tell({ kind: record.type, ...told, step, mode, reason });
        return;
      }
      case 'handed-over':
        this.endPen(record.at);
        this.tell({
          kind: record.type,
          ...told,
          name: this.nameOf(record.data.participant),
          head: record.data.head.seq,
        });
        return;
      case 'handover-declined':
        this.tell({ kind: record.type, ...told, reason: record.data.reason });
        return;
      case 'pen-taken':
        this.takePen(record.data.how);
        this.part(record.data.participant, record.at);
        this.endAbsence(record.data.participant, record.at);
        if (record.data.how === 'takeover') this.breakOff(record, told);
        return;
      default:
    }
  }

  private breakOff({ data }: RecordOf<'pen-taken'>, told: Omit<Deviation<string>, 'kind'>): void {
    const by = this.nameOf(data.participant);
    const machine = this.pen.at(-2)?.machine ?? '';
    this.tell({ kind: 'takeover', ...told, by, machine, after: data.from.seq, reason: data.reason });
  }

  nameOf(participant: string): string {
    return this.known.get(participant)?.name ?? participant;
  }

  /** Raw Ed25519 public key, base64; null for somebody who never asked. */
  keyOf(participant: string): string | null {
    return this.known.get(participant)?.publicKey ?? null;
  }

  private openSession({ data, at }: RecordOf<'session-opened'>): void {
    const before = this.session;
    this.session = { person: data.person, machine: data.machine, openedAt: at, identity: null };
    if (before === null) this.takePen('began');
    else if (before.person !== data.person || before.machine !== data.machine) this.takePen('resumed');
  }

  /** From the opening of the session that is under way. */
  private takePen(how: PenHolding['how']): void {
    const { session } = this;
    if (session === null) return;
    const last = this.pen.at(-1);
    if (last?.from === session.openedAt) this.pen.pop();
    else this.endPen(session.openedAt);
    const name = session.identity?.name ?? session.person;
    this.pen.push({ name, machine: session.machine, how, from: session.openedAt, until: null });
  }

  private endPen(at: string): void {
    const last = this.pen.at(-1);
    if (last !== undefined && last.until === null) this.pen[this.pen.length - 1] = { ...last, until: at };
  }

  /** A session's person is told a moment after it was opened. */
  private identify(person: Person): void {
    if (this.session === null) return;
    this.session.identity = person;
    const last = this.pen.at(-1);
    if (last?.from === this.session.openedAt) this.pen[this.pen.length - 1] = { ...last, name: person.name };
  }

  private admit({ data, at }: RecordOf<'participant-admitted'>): void {
    const known = this.known.get(data.participant);
    const before = this.following.get(data.participant);
    if (known === undefined || before === undefined) return;
    known.role = data.role;
    const sameKey = this.session?.identity?.publicKey === known.publicKey;
    this.following.set(data.participant, { ...before, admittedAt: at, sameKey });
  }

  private part(participant: string, at: string): void {
    const before = this.following.get(participant);
    if (before !== undefined && before.until === null) this.following.set(participant, { ...before, until: at });
  }

  private presence({ data, at, seq }: RecordOf<'participant-presence'>): void {
    const { participant, presence, cause } = data;
    if (this.known.get(participant)?.role !== 'checker') return;
    if (presence === 'here') this.endAbsence(participant, at);
    else this.tell({ kind: 'checker-gone', seq, at, by: this.nameOf(participant), participant, cause, until: null });
  }

  private endAbsence(participant: string, at: string): void {
    this.amend('checker-gone', (one) =>
      one.participant === participant && one.until === null ? { ...one, until: at } : null,
    );
  }

  private settle(step: string, mode: SigningMode, followed: 'signed' | 'waived', until: string): void {
    this.amend('countersign-rejected', (one) =>
      one.step === step && one.mode === mode && one.followed === 'open' ? { ...one, followed, until } : null,
    );
  }
}
