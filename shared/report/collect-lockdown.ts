import { assertNever } from '../assert-never.ts';
import type { JournalRecord } from '../contract/events.ts';
import { type Gap, gaps, type LockdownEnd, type PreflightCheck, type ReleaseCause } from '../contract/lockdown.ts';
import type { PeopleCollector } from './collect-people.ts';
import { type Amend, type Deviation, isOf, type LockdownException, type ReportException } from './exceptions.ts';

/** What lockdown did to a run, where the state keeps only how it stands in the end. */

type LockdownRecord = Extract<
  JournalRecord,
  {
    type:
      | 'preflight-checked'
      | 'preflight-decided'
      | 'lockdown-chosen'
      | 'notifications-blocked'
      | 'notifications-released'
      | 'lockdown-entered'
      | 'lockdown-left'
      | 'lockdown-gap-opened'
      | 'lockdown-gap-closed'
      | 'way-out-refused'
      | 'glass-asked'
      | 'glass-withdrawn'
      | 'glass-signed'
      | 'glass-refused'
      | 'glass-broken';
  }
>;
type RecordOf<T extends LockdownRecord['type']> = Extract<LockdownRecord, { type: T }>;
type Told = Omit<Deviation<string>, 'kind'>;

/** How quiet it was, from the best to the worst. `let-through`: verified, and lost for a while in between. */
export const quietness = ['verified', 'let-through', 'not-verified', 'none'] as const;
export type Quietness = (typeof quietness)[number];

/**
 * A stretch of time that was worked locked. Times are ISO 8601; `until` null: no end is recorded. One that `crashed` is
 * known up to the last record of the session that died.
 */
export interface LockedSpan {
  readonly from: string;
  readonly until: string | null;
  /** The window's real place was read back when it was taken. */
  readonly sensed: boolean;
  readonly end: LockdownEnd | null;
  /** The worst that was known of notifications in it. */
  readonly quiet: Quietness;
}

/** A stretch of time in which notifications were kept back. */
export interface QuietSpan {
  readonly from: string;
  readonly until: string | null;
  /** What was told to keep them back. */
  readonly adapter: string;
  readonly daemon: string | null;
  /** The desktop confirmed it each time it was told. */
  readonly verified: boolean;
  /** How often they were let through in between. */
  readonly lost: number;
  readonly end: ReleaseCause | null;
  /** How many had been kept back; null where the desktop does not tell. */
  readonly waiting: number | null;
  /** What was put back was read back; null while they are kept back. */
  readonly restored: boolean | null;
}

/** The checker let the operator out. */
export interface GlassSignature {
  readonly name: string;
  readonly publicKey: string | null;
  readonly at: string;
  readonly participant: string;
  /** SHA-256 of the canonical statement (`glassStatement` in `shared/people/statements.ts`). */
  readonly statement: string;
  readonly signature: string;
}

/** Collects while the records pass by; pushes what deviates to the list it was given. */
export class LockdownCollector {
  production = false;
  /** False in runs without a window and in those of earlier versions: nobody was asked. */
  chosen = false;
  readonly spans: LockedSpan[] = [];
  readonly quiet: QuietSpan[] = [];
  readonly signatures: GlassSignature[] = [];
  private readonly checks = new Map<string, PreflightCheck>();
  private died: string | null = null;
  private readonly exceptions: ReportException[];
  private readonly amend: Amend;
  private readonly people: PeopleCollector;

  constructor(exceptions: ReportException[], amend: Amend, people: PeopleCollector) {
    this.exceptions = exceptions;
    this.amend = amend;
    this.people = people;
  }

  /** A session had ended without saying so, as its successor's first record (`told`) shows; `lastAt` is its last one. */
  processDied(lastAt: string, told: Told): void {
    this.died = lastAt;
    const last = this.spans.at(-1);
    if (last?.until === null) {
      this.spans[this.spans.length - 1] = { ...last, until: lastAt, end: 'crashed' };
      this.tellDeath(told);
    }
    this.lapseGlass(told.at);
  }

  add(record: LockdownRecord): void {
    const told = { seq: record.seq, at: record.at, by: record.actor.name };
    switch (record.type) {
      case 'preflight-checked':
        for (const check of record.data.checks) this.checks.set(check.item, check);
        return;
      case 'preflight-decided':
        this.decide(record, told);
        return;
      case 'lockdown-chosen': {
        const { on, reason } = record.data;
        this.chosen = true;
        if (!on && this.production) this.tell({ kind: 'lockdown-off', ...told, reason });
        return;
      }
      case 'notifications-blocked':
        this.block(record, told);
        return;
      case 'notifications-released':
        this.release(record, told);
        return;
      case 'lockdown-entered':
        this.enter(record, told);
        return;
      case 'lockdown-left':
        this.leave(record, told);
        return;
      case 'lockdown-gap-opened':
        this.openGap(record, told);
        return;
      case 'lockdown-gap-closed':
        this.closeGap(record);
        return;
      case 'way-out-refused':
        this.refuse(record, told);
        return;
      default:
        this.addGlass(record, told);
    }
  }

  private decide({ data }: RecordOf<'preflight-decided'>, told: Told): void {
    const { item, code, reason } = data;
    const found = this.checks.get(item);
    const { status = null, params = {} } = found?.code === code ? found : {};
    this.tell({ kind: 'check-decided', ...told, item, code, status, params, reason });
  }

  private block({ data, at }: RecordOf<'notifications-blocked'>, told: Told): void {
    const { adapter, daemon, verified } = data;
    const last = this.openQuiet();
    if (last === null) {
      const span = { from: at, until: null, adapter, daemon, verified, lost: 0 };
      this.quiet.push({ ...span, end: null, waiting: null, restored: null });
      this.amend('locked-without-quiet', (one) => (one.until === null ? { ...one, until: at } : null));
    } else this.quiet[this.quiet.length - 1] = { ...last, verified: last.verified && verified };
    if (verified) this.endUnverified(at);
    else {
      this.worsen('not-verified');
      if (!this.some('notifications-not-verified', ({ until }) => until === null))
        this.tell({ kind: 'notifications-not-verified', ...told, adapter, daemon, until: null });
    }
  }

  private release({ data, at }: RecordOf<'notifications-released'>, told: Told): void {
    const { cause, verified, waiting } = data;
    const last = this.openQuiet();
    if (last !== null) {
      this.quiet[this.quiet.length - 1] = { ...last, until: at, end: cause, waiting, restored: verified };
      this.endUnverified(at);
    }
    this.endGap('notifications-unblocked', at, null);
    this.worsen('none');
    if (!verified) this.tell({ kind: 'notifications-not-restored', ...told, cause });
  }

  private enter({ data, at }: RecordOf<'lockdown-entered'>, told: Told): void {
    const quiet = this.openQuiet();
    const known: Quietness = quiet === null ? 'none' : quiet.verified ? 'verified' : 'not-verified';
    this.spans.push({ from: at, until: null, sensed: data.sensed, end: null, quiet: known });
    if (!data.sensed) this.tell({ kind: 'lock-not-sensed', ...told, displays: data.displays });
    if (quiet !== null || this.some('locked-without-quiet', ({ until }) => until === null)) return;
    this.tell({ kind: 'locked-without-quiet', ...told, until: null });
  }

  private leave({ data, at }: RecordOf<'lockdown-left'>, told: Told): void {
    const last = this.spans.at(-1);
    if (last?.until === null) this.spans[this.spans.length - 1] = { ...last, until: at, end: data.cause };
    for (const gap of gaps) if (gap !== 'notifications-unblocked') this.endGap(gap, at, null);
    this.lapseGlass(at);
    if (data.cause === 'crashed') this.tellDeath(told);
  }

  private openGap({ data }: RecordOf<'lockdown-gap-opened'>, told: Told): void {
    const { gap, detail } = data;
    if (gap === 'app-died') {
      this.tellDeath(told);
      return;
    }
    if (gap === 'notifications-unblocked') this.loseQuiet();
    this.tell({ kind: 'lockdown-gap', ...told, gap, detail, until: null, durationMs: null });
  }

  private closeGap({ data, at }: RecordOf<'lockdown-gap-closed'>): void {
    this.endGap(data.gap, at, data.durationMs);
  }

  /** As in the run's state, a lock takes its gaps with it: their end is known then, and their length is not. */
  private endGap(gap: Gap, until: string, durationMs: number | null): void {
    this.amend('lockdown-gap', (one) => (one.gap === gap && one.until === null ? { ...one, until, durationMs } : null));
  }

  /** Told once a death: as a gap, as the end of a locked stretch, or as both. */
  private tellDeath(told: Told): void {
    if (!this.some('died-while-locked', ({ since }) => since === this.died))
      this.tell({ kind: 'died-while-locked', ...told, since: this.died });
  }

  private refuse({ data }: RecordOf<'way-out-refused'>, told: Told): void {
    const { way, times } = data;
    let first = true;
    this.amend('ways-out-refused', (one) => {
      first = false;
      return { ...one, ways: { ...one.ways, [way]: (one.ways[way] ?? 0) + times } };
    });
    if (first) this.tell({ kind: 'ways-out-refused', ...told, ways: { [way]: times } });
  }

  private addGlass(
    record: RecordOf<'glass-asked' | 'glass-withdrawn' | 'glass-signed' | 'glass-refused' | 'glass-broken'>,
    told: Told,
  ): void {
    const { at } = record;
    switch (record.type) {
      case 'glass-asked': {
        const { reason } = record.data;
        this.tell({ kind: 'glass', ...told, reason, outcome: 'open', answeredBy: null, answer: null, until: null });
        return;
      }
      case 'glass-withdrawn':
        this.settleGlass({ outcome: 'withdrawn', until: at });
        return;
      case 'glass-signed': {
        const { participant, statement, signature } = record.data;
        const name = this.people.nameOf(participant);
        const publicKey = this.people.keyOf(participant);
        this.signatures.push({ name, publicKey, at, participant, statement, signature });
        this.settleGlass({ answeredBy: name });
        return;
      }
      case 'glass-refused': {
        const { participant, reason } = record.data;
        const answeredBy = this.people.nameOf(participant);
        this.settleGlass({ outcome: 'refused', answeredBy, answer: reason, until: at });
        return;
      }
      case 'glass-broken': {
        const { signedBy } = record.data;
        if (signedBy === null) this.settleGlass({ outcome: 'broken', until: at });
        else this.settleGlass({ outcome: 'signed', answeredBy: this.people.nameOf(signedBy), until: at });
        return;
      }
      default:
        assertNever(record);
    }
  }

  /** The lock is gone before anybody answered: there is nothing left to open. */
  private lapseGlass(until: string): void {
    this.amend('glass', (one) =>
      one.outcome === 'open' && one.answeredBy === null ? { ...one, outcome: 'lapsed', until } : null,
    );
  }

  private settleGlass(change: Partial<Extract<LockdownException, { kind: 'glass' }>>): void {
    this.amend('glass', (one) => (one.outcome === 'open' ? { ...one, ...change } : null));
  }

  private tell(exception: LockdownException): void {
    this.exceptions.push(exception);
  }

  /** Whether an exception of this kind was told already. */
  private some<K extends LockdownException['kind']>(
    kind: K,
    test: (one: Extract<LockdownException, { readonly kind: K }>) => boolean,
  ): boolean {
    return this.exceptions.some((one) => isOf(one, kind) && test(one));
  }

  private openQuiet(): QuietSpan | null {
    const last = this.quiet.at(-1);
    return last === undefined || last.until !== null ? null : last;
  }

  private endUnverified(at: string): void {
    this.amend('notifications-not-verified', (one) => (one.until === null ? { ...one, until: at } : null));
  }

  private loseQuiet(): void {
    const last = this.openQuiet();
    if (last !== null) this.quiet[this.quiet.length - 1] = { ...last, lost: last.lost + 1 };
    this.worsen('let-through');
  }

  /** What is known of the locked stretch that is under way never gets better again. */
  private worsen(to: Quietness): void {
    const last = this.spans.at(-1);
    if (last === undefined || last.until !== null) return;
    if (quietness.indexOf(to) > quietness.indexOf(last.quiet))
      this.spans[this.spans.length - 1] = { ...last, quiet: to };
  }
}
