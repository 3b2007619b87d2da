import type { Failure } from '../contract/errors.ts';
import type { Decision, EventOf, Judgement, ProbeAnswer, SigningMode, Urgency, Verdict } from '../contract/events.ts';
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

/** Everything that did not go as the checklist says, one entry each, in the order it happened. */
export type ReportException =
  | PeopleException
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
      readonly until: string | null;
    })
  | (Deviation<'host-lost' | 'host-failed'> & { readonly host: string; readonly failure: Failure })
  | (Deviation<'host-key-accepted'> & { readonly host: string; readonly fingerprint: string })
  | (Deviation<'journal-repaired'> & { readonly path: string; readonly sha256: string; readonly bytes: number })
  /** A session's process ended without saying so: a crash, a kill, a power cut. `at` is its last record. */
  | (Deviation<'session-interrupted'> & { readonly session: string; readonly machine: string });
