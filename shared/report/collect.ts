import { assertNever } from '../assert-never.ts';
import type { EventOf, Finding, JournalRecord, Person, ProbeAnswer } from '../contract/events.ts';
import type { TargetDecision } from '../run/state.ts';
import { LockdownCollector } from './collect-lockdown.ts';
import { PeopleCollector } from './collect-people.ts';
import { type Amend, isOf, type ReportException } from './exceptions.ts';

/** What the state does not keep but the report tells: every decision, hold, session key and connection, in order. */

type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;

export interface ReportSession {
  readonly session: string;
  /** Who vouches for it with their own key, or null. */
  readonly identity: Person | null;
  readonly person: string;
  readonly machine: string;
  readonly pid: number;
  /** Raw Ed25519 public key, base64. */
  readonly publicKey: string;
  readonly resumed: boolean;
  readonly openedAt: string;
  readonly lastAt: string;
  /** Null when it never closed. */
  readonly closed: EventOf<'session-closed'>['data']['reason'] | null;
  /** Records written in this session. */
  readonly records: number;
}

export type ReportConnection = EventOf<'host-connected'>['data'] & { readonly at: string };

/** A name that acted as a person, with the number of its acts. */
export interface ReportPerson {
  readonly name: string;
  readonly acts: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

interface OpenSession {
  readonly data: EventOf<'session-opened'>['data'];
  readonly openedAt: string;
  identity: Person | null;
  lastAt: string;
  lastSeq: number;
  records: number;
  closed: ReportSession['closed'];
}

const keyOf = (step: string, target: string) => JSON.stringify([step, target]);

/** Collects while the records pass by; see `buildReport`. */
export class Collector {
  readonly exceptions: ReportException[] = [];
  readonly connections = new Map<string, ReportConnection[]>();
  private readonly sessionList: OpenSession[] = [];
  private readonly amend: Amend = (kind, change) => amendIn(this.exceptions, kind, change);
  readonly people = new PeopleCollector((exception) => this.exceptions.push(exception), this.amend);
  readonly lockdown = new LockdownCollector(this.exceptions, this.amend, this.people);
  private readonly actors = new Map<string, ReportPerson>();
  private readonly decided = new Map<string, TargetDecision[]>();
  private readonly probes = new Map<string, ProbeAnswer>();
  private readonly findings = new Map<string, readonly Finding[]>();
  private readonly started = new Map<string, RecordOf<'attempt-started'>>();

  add(record: JournalRecord): void {
    if (record.type === 'session-opened') this.openSession(record);
    const session = this.sessionList.at(-1);
    if (session !== undefined) {
      session.lastAt = record.at;
      session.lastSeq = record.seq;
      session.records += 1;
    }
    if (session !== undefined && record.type === 'session-identified') session.identity = personOf(record.data);
    if (record.actor.kind !== 'app') this.countAct(record);
    this.collect(record);
  }

  sessions(): readonly ReportSession[] {
    return this.sessionList.map(({ data, identity, openedAt, lastAt, records, closed }) => {
      const { session, person, machine, pid, publicKey, resumed } = data;
      return { session, identity, person, machine, pid, publicKey, resumed, openedAt, lastAt, closed, records };
    });
  }

  persons(): readonly ReportPerson[] {
    return [...this.actors.values()];
  }

  decisions(step: string, target: string): readonly TargetDecision[] {
    return this.decided.get(keyOf(step, target)) ?? [];
  }

  probeAnswer(attempt: string): ProbeAnswer | null {
    return this.probes.get(attempt) ?? null;
  }

  private openSession(record: RecordOf<'session-opened'>): void {
    const before = this.sessionList.at(-1);
    if (before !== undefined && before.closed === null) {
      this.exceptions.push(interrupted(before));
      this.lockdown.processDied(before.lastAt, { seq: record.seq, at: record.at, by: record.actor.name });
    }
    this.sessionList.push({
      data: record.data,
      identity: null,
      openedAt: record.at,
      lastAt: record.at,
      lastSeq: record.seq,
      records: 0,
      closed: null,
    });
  }

  private countAct({ actor, at }: JournalRecord): void {
    const known = this.actors.get(actor.name);
    this.actors.set(actor.name, {
      name: actor.name,
      acts: (known?.acts ?? 0) + 1,
      firstAt: known?.firstAt ?? at,
      lastAt: at,
    });
  }

  private collect(record: JournalRecord): void {
    const told = { seq: record.seq, at: record.at, by: record.actor.name };
    switch (record.type) {
      case 'session-closed': {
        const session = this.sessionList.at(-1);
        if (session !== undefined) session.closed = record.data.reason;
        return;
      }
      case 'journal-repaired':
        this.exceptions.push({ kind: 'journal-repaired', ...told, ...record.data.cut });
        return;
      case 'host-connected': {
        const { host } = record.data;
        this.connections.set(host, [...(this.connections.get(host) ?? []), { ...record.data, at: record.at }]);
        return;
      }
      case 'host-lost':
      case 'host-failed':
        this.exceptions.push({ kind: record.type, ...told, ...record.data });
        return;
      case 'host-key-accepted': {
        const { host, fingerprint } = record.data;
        this.exceptions.push({ kind: 'host-key-accepted', ...told, host, fingerprint });
        return;
      }
      case 'run-held':
        this.exceptions.push({ kind: 'held', ...told, ...record.data, until: null });
        return;
      case 'run-continued':
        this.endHold(record.at);
        return;
      case 'paper-recorded': {
        const { step, target, number, verdict, doneAt, doneBy, checkedBy } = record.data;
        this.exceptions.push({ kind: 'paper', ...told, step, target, number, verdict, doneAt, doneBy, checkedBy });
        return;
      }
      case 'attempt-started':
        this.startAttempt(record);
        return;
      case 'attempt-ended':
        this.endAttempt(record);
        return;
      case 'probe-concluded':
        this.concludeProbe(record);
        return;
      case 'target-decided':
        this.decide(record);
        return;
      case 'finding-judged':
        this.judge(record);
        return;
      case 'approval-given': {
        const { step, role, person, reason, answer } = record.data;
        if (answer === 'refused')
          this.exceptions.push({ kind: 'refused-approval', ...told, step, role, person, reason });
        return;
      }
      case 'rollback-begun': {
        const { scope, reason } = record.data;
        this.exceptions.push({ kind: 'rollback', ...told, scope, reason, until: null });
        return;
      }
      case 'rollback-finished':
        this.endRollback(record.at);
        return;
      case 'redline-seen':
        this.exceptions.push({ kind: 'redline', ...told, path: record.data.path, gone: record.data.now === null });
        return;
      case 'host-identified': {
        const wrong = record.data.checks.find((check) => check.holds !== true);
        if (wrong === undefined) return;
        const what = `${wrong.subject}: ${wrong.expected} ≠ ${wrong.found}`;
        this.exceptions.push({ kind: 'wrong-host', ...told, host: record.data.host, what });
        return;
      }
      case 'run-created':
        this.lockdown.production = record.data.plan.production;
        return;
      case 'run-started':
      case 'block-entered':
      case 'block-left':
      case 'step-entered':
      case 'attempt-cancel-requested':
      // Planned by the checklist, and told at its step.
      case 'no-return-accepted':
      case 'attempt-noted':
      case 'analysis-filed':
      // Told as they stand, in a section of their own and beside their steps.
      case 'note-added':
      case 'checkpoint':
      case 'run-ended':
      case 'mirror-opened':
      case 'mirror-closed':
      case 'invitation-made':
      // Told by the interruption itself, by the pause it led to, or by the signature it came before.
      case 'interruptions-shown':
      case 'interruption-answered':
      case 'hold-requested':
      case 'evidence-opened':
      case 'handover-offered':
      case 'handover-withdrawn':
        return;
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
        this.lockdown.add(record);
        return;
      case 'session-opened':
      case 'session-identified':
      case 'join-refused':
      case 'participant-asked':
      case 'participant-admitted':
      case 'participant-declined':
      case 'participant-dismissed':
      case 'participant-left':
      case 'participant-presence':
      case 'permission-asked':
      case 'countersigned':
      case 'countersign-rejected':
      case 'countersign-waived':
      case 'interruption-logged':
      case 'handover-declined':
      case 'handed-over':
      case 'pen-taken':
        this.people.add(record);
        return;
      default:
        assertNever(record);
    }
  }

  private endHold(at: string): void {
    const index = this.exceptions.findLastIndex((one) => one.kind === 'held' && one.until === null);
    const hold = this.exceptions[index];
    if (hold?.kind === 'held') this.exceptions[index] = { ...hold, until: at };
  }

  private endRollback(at: string): void {
    const index = this.exceptions.findLastIndex((one) => one.kind === 'rollback' && one.until === null);
    const rollback = this.exceptions[index];
    if (rollback?.kind === 'rollback') this.exceptions[index] = { ...rollback, until: at };
  }

  private judge(record: RecordOf<'finding-judged'>): void {
    const { step, target, attempt, finding, judgement, reason } = record.data;
    const told = { seq: record.seq, at: record.at, by: record.actor.name };
    const title = this.findings.get(attempt)?.find((one) => one.id === finding)?.title ?? finding;
    this.exceptions.push({ kind: 'judged', ...told, step, target, finding: title, judgement, reason });
  }

  private startAttempt(record: RecordOf<'attempt-started'>): void {
    const { attempt, purpose, number, step, target, reason } = record.data;
    this.started.set(attempt, record);
    if (purpose !== 'step' || number === 1) return;
    const { seq, at, actor } = record;
    this.exceptions.push({ kind: 'retried', seq, at, by: actor.name, step, target, number, reason });
  }

  private endAttempt(record: RecordOf<'attempt-ended'>): void {
    const start = this.started.get(record.data.attempt);
    const { verdict, failure } = record.data;
    this.started.delete(record.data.attempt);
    if (record.data.findings.length > 0) this.findings.set(record.data.attempt, record.data.findings);
    // A probe that finds "not done" has done its job; what it concluded is told instead.
    if (start === undefined || start.data.purpose === 'probe' || verdict === 'passed') return;
    const { step, target, number } = start.data;
    const { seq, at } = record;
    const by = start.actor.name;
    this.exceptions.push({ kind: 'attempt', seq, at, by, step, target, number, verdict, failure });
  }

  private concludeProbe(record: RecordOf<'probe-concluded'>): void {
    const { step, target, probe, says } = record.data;
    this.probes.set(probe, says);
    this.exceptions.push({ kind: 'probed', seq: record.seq, at: record.at, by: record.actor.name, step, target, says });
  }

  private decide(record: RecordOf<'target-decided'>): void {
    const { step, target, decision, reason, owner, due } = record.data;
    const { seq, at, actor } = record;
    const by = actor.name;
    this.exceptions.push({ kind: 'decided', seq, at, by, step, target, decision, reason, owner, due });
    const key = keyOf(step, target);
    this.decided.set(key, [...(this.decided.get(key) ?? []), { decision, reason, owner, due, by, at }]);
  }
}

function amendIn<K extends ReportException['kind']>(
  exceptions: ReportException[],
  kind: K,
  change: (one: Extract<ReportException, { readonly kind: K }>) => ReportException | null,
): void {
  for (let index = exceptions.length - 1; index >= 0; index -= 1) {
    const one = exceptions[index];
    const changed = one !== undefined && isOf(one, kind) ? change(one) : null;
    if (changed === null) continue;
    exceptions[index] = changed;
    return;
  }
}

function personOf({ name, contact, publicKey }: Person): Person {
  return { name, contact, publicKey };
}

function interrupted(session: OpenSession): ReportException {
  const { person, machine, session: id } = session.data;
  return { kind: 'session-interrupted', seq: session.lastSeq, at: session.lastAt, by: person, session: id, machine };
}
