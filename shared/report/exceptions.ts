import type { Failure } from '../contract/errors.ts';
import type { Decision, EventOf, Judgement, ProbeAnswer, SigningMode, Urgency, Verdict } from '../contract/events.ts';
import type { Gap, PreflightCheck, ReleaseCause, WayOut } from '../contract/lockdown.ts';
import type { MirrorRefusal } from '../contract/mirror-refusals.ts';

/** What every exception tells. */
export interface Deviation<K extends string> {
  readonly kind: K;
  /** Sequence number of the record that tells it. */
  readonly seq: number;
  /** Wall clock, ISO 8601, UTC. */
  readonly at: string;
  /** Who decided, or who was at work. */
  readonly by: string;
}

/** What people did, or what happened to them, beside the checklist. */
export type PeopleException =
  | (Deviation<'countersign-waived'> & { readonly step: string; readonly mode: SigningMode; readonly reason: string })
  | (Deviation<'countersign-rejected'> & {
      readonly step: string;
      readonly mode: SigningMode;
      readonly reason: string;
      /** How the step went on: it was signed after all, let through without, or neither. */
      readonly followed: 'signed' | 'waived' | 'open';
      readonly until: string | null;
    })
  | (Deviation<'checker-gone'> & {
      readonly participant: string;
      readonly cause: EventOf<'participant-presence'>['data']['cause'];
      /** Null: not back until the end. */
      readonly until: string | null;
    })
  | (Deviation<'participant-dismissed' | 'participant-declined'> & { readonly name: string; readonly reason: string })
  | (Deviation<'checker-left'> & { readonly name: string })
  | (Deviation<'join-refused'> & {
      readonly code: MirrorRefusal;
      readonly address: string;
      readonly name: string | null;
      readonly times: number;
    })
  | (Deviation<'interruption'> & { readonly from: string; readonly what: string; readonly urgency: Urgency })
  | (Deviation<'handed-over'> & { readonly name: string; readonly head: number })
  | (Deviation<'handover-declined'> & { readonly reason: string })
  | (Deviation<'takeover'> & { readonly machine: string; readonly after: number; readonly reason: string });

/** Where the lock was not what it should be, or somebody had to get out. `until` null: not before the last record. */
export type LockdownException =
  /** In production only; elsewhere it is a matter of choice. */
  | (Deviation<'lockdown-off'> & { readonly reason: string | null })
  /** Went on although this was found; `status` and `params` as they were found. */
  | (Deviation<'check-decided'> &
      Pick<PreflightCheck, 'item' | 'code' | 'params'> & {
        readonly status: PreflightCheck['status'] | null;
        readonly reason: string;
      })
  /** The window was told to cover its display, and its real place could not be read back. */
  | (Deviation<'lock-not-sensed'> & { readonly displays: number })
  /** Locked while nothing kept notifications back. */
  | (Deviation<'locked-without-quiet'> & { readonly until: string | null })
  /** The desktop was told to keep them back and did not say that it does. */
  | (Deviation<'notifications-not-verified'> & {
      readonly adapter: string;
      readonly daemon: string | null;
      readonly until: string | null;
    })
  | (Deviation<'notifications-not-restored'> & { readonly cause: ReleaseCause })
  | (Deviation<'lockdown-gap'> & {
      readonly gap: Exclude<Gap, 'app-died'>;
      readonly detail: string;
      readonly until: string | null;
      /** Null: nobody sensed when it began or ended. */
      readonly durationMs: number | null;
    })
  /** The process ended while locked: nothing was sensed from `since` (its last record) to `at`. */
  | (Deviation<'died-while-locked'> & { readonly since: string | null })
  /** All of them together, with how often; `at` is the first. */
  | (Deviation<'ways-out-refused'> & { readonly ways: Readonly<Partial<Record<WayOut, number>>> })
  | (Deviation<'glass'> & {
      readonly reason: string;
      /**
       * `broken`: no checker was there to sign. `lapsed`: the lock was opened otherwise before anybody answered. `open`:
       * none of these up to the last record.
       */
      readonly outcome: 'open' | 'broken' | 'signed' | 'refused' | 'withdrawn' | 'lapsed';
      /** Who signed or refused, by name. */
      readonly answeredBy: string | null;
      readonly answer: string | null;
      readonly until: string | null;
    });

/** Everything that did not go as the checklist says, one entry each, in the order it happened. */
export type ReportException =
  | PeopleException
  | LockdownException
  | (Deviation<'decided'> & {
      readonly step: string;
      readonly target: string;
      readonly decision: Decision;
      readonly reason: string;
      readonly owner: string | null;
      readonly due: string | null;
    })
  | (Deviation<'attempt'> & {
      readonly step: string;
      readonly target: string;
      readonly number: number;
      readonly verdict: Exclude<Verdict, 'passed'>;
      readonly failure: Failure | null;
    })
  | (Deviation<'retried'> & {
      readonly step: string;
      readonly target: string;
      readonly number: number;
      readonly reason: string | null;
    })
  /** Done on paper while the app was not there, and entered afterwards: `by` entered it. */
  | (Deviation<'paper'> & {
      readonly step: string;
      readonly target: string;
      readonly number: number;
      readonly verdict: EventOf<'paper-recorded'>['data']['verdict'];
      readonly doneAt: string;
      readonly doneBy: string;
      readonly checkedBy: string | null;
    })
  | (Deviation<'probed'> & { readonly step: string; readonly target: string; readonly says: ProbeAnswer })
  | (Deviation<'judged'> & {
      readonly step: string;
      readonly target: string;
      readonly finding: string;
      readonly judgement: Judgement;
      readonly reason: string;
    })
  | (Deviation<'refused-approval'> & {
      readonly step: string;
      readonly role: string;
      readonly person: string;
      readonly reason: string;
    })
  | (Deviation<'rollback'> & {
      readonly scope: 'run' | 'block';
      readonly reason: string;
      readonly until: string | null;
    })
  | (Deviation<'redline'> & { readonly path: string; readonly gone: boolean })
  | (Deviation<'wrong-host'> & { readonly host: string; readonly what: string })
  | (Deviation<'held'> & {
      /** For `checker-gone` the checker's name. */
      readonly reason: string;
      readonly cause: EventOf<'run-held'>['data']['cause'];
      /** For how long it was meant, where somebody said. */
      readonly minutes: number | null;
      readonly until: string | null;
    })
  | (Deviation<'host-lost' | 'host-failed'> & { readonly host: string; readonly failure: Failure })
  | (Deviation<'host-key-accepted'> & { readonly host: string; readonly fingerprint: string })
  | (Deviation<'journal-repaired'> & { readonly path: string; readonly sha256: string; readonly bytes: number })
  /** A session's process ended without saying so: a crash, a kill, a power cut. `at` is its last record. */
  | (Deviation<'session-interrupted'> & { readonly session: string; readonly machine: string });

/** Gives the exceptions of a kind, newest first, until `change` gives the one to put in its place. */
export type Amend = <K extends ReportException['kind']>(
  kind: K,
  change: (one: OfKind<K>) => ReportException | null,
) => void;

type OfKind<K extends ReportException['kind']> = Extract<ReportException, { readonly kind: K }>;

/** Narrows an exception to its kind where the kind is given. */
export function isOf<K extends ReportException['kind']>(one: ReportException, kind: K): one is OfKind<K> {
  return one.kind === kind;
}
