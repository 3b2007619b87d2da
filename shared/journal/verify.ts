import type { JournalRecord } from '../contract/events.ts';
import { mustBeSigned } from '../contract/events.ts';

/**
 * What the chain alone cannot tell: signatures and the order of events. A pure fold over records whose chain has
 * already been checked (`chain.ts`), used by the offline verifier.
 */

/** True when `sig` is the session key's signature of the 64 ASCII characters of `hash`. */
export type SignatureHolds = (publicKey: string, hash: string, sig: string) => boolean;

/** Which record a finding is about. */
export interface RecordPlace {
  /** 1-based line of the journal. */
  readonly line: number;
  readonly seq: number;
  readonly type: string;
}

export type OrderFaultCode =
  | 'signature-missing'
  | 'signature-unexpected'
  | 'signature-wrong'
  | 'signed-without-session'
  | 'first-record-wrong'
  | 'created-twice'
  | 'attempt-repeated'
  | 'attempt-never-started'
  | 'recording-elsewhere';

export interface OrderFault extends RecordPlace {
  readonly code: OrderFaultCode;
  readonly params: Readonly<Record<string, string>>;
}

interface Signed extends RecordPlace {
  readonly hash: string;
  readonly sig: string;
}

/** What has to be remembered between two records. */
export interface RunAudit {
  readonly records: number;
  /** Public key of the session that is open, or null. */
  readonly key: string | null;
  /** Signed records from before their session said which key it has (the frozen plan comes first). */
  readonly waiting: readonly Signed[];
  /** Open attempts and the recording each announced. */
  readonly open: ReadonlyMap<string, string | null>;
  /** Highest number of an attempt; they are given out in order. */
  readonly lastAttempt: number;
  readonly ended: boolean;
}

/** Before the first record. */
export const FIRST_AUDIT: RunAudit = {
  records: 0,
  key: null,
  waiting: [],
  open: new Map(),
  lastAttempt: 0,
  ended: false,
};

/** A journal has at most this many signed records before a session is opened; more can only be an attack on memory. */
const WAITING_AT_MOST = 100;

export type Audited = { readonly audit: RunAudit; readonly faults: readonly OrderFault[] };

function place(record: JournalRecord): RecordPlace {
  return { line: record.seq + 1, seq: record.seq, type: record.type };
}

function fault(at: RecordPlace, code: OrderFaultCode, params: Readonly<Record<string, string>> = {}): OrderFault {
  return { line: at.line, seq: at.seq, type: at.type, code, params };
}

function auditSignature(audit: RunAudit, record: JournalRecord, holds: SignatureHolds): Audited {
  const at = place(record);
  const { sig, hash } = record;
  const needed = mustBeSigned(record.type, record.actor);
  if (sig === undefined) return { audit, faults: needed ? [fault(at, 'signature-missing')] : [] };
  // Nothing but what the rule asks for: otherwise a signature could be taken away without a trace.
  if (!needed) return { audit, faults: [fault(at, 'signature-unexpected')] };
  if (audit.key !== null) return { audit, faults: holds(audit.key, hash, sig) ? [] : [fault(at, 'signature-wrong')] };
  if (audit.waiting.length >= WAITING_AT_MOST) return { audit, faults: [fault(at, 'signed-without-session')] };
  return { audit: { ...audit, waiting: [...audit.waiting, { ...at, hash, sig }] }, faults: [] };
}

/** The session's key is known from here on: what waited for it can be checked. */
function openSession(audit: RunAudit, key: string, holds: SignatureHolds): Audited {
  const wrong = audit.waiting.filter(({ hash, sig }) => !holds(key, hash, sig));
  return { audit: { ...audit, key, waiting: [] }, faults: wrong.map((at) => fault(at, 'signature-wrong')) };
}

function startAttempt(audit: RunAudit, record: JournalRecord & { type: 'attempt-started' }): Audited {
  const { attempt, recording } = record.data;
  const number = Number(attempt.slice(1));
  if (number <= audit.lastAttempt) return { audit, faults: [fault(place(record), 'attempt-repeated', { attempt })] };
  return { audit: { ...audit, lastAttempt: number, open: new Map(audit.open).set(attempt, recording) }, faults: [] };
}

/** What was done on paper counts as an attempt that was over when it was written down. */
function paperAttempt(audit: RunAudit, record: JournalRecord & { type: 'paper-recorded' }): Audited {
  const { attempt } = record.data;
  const number = Number(attempt.slice(1));
  if (number <= audit.lastAttempt) return { audit, faults: [fault(place(record), 'attempt-repeated', { attempt })] };
  return { audit: { ...audit, lastAttempt: number }, faults: [] };
}

function endAttempt(audit: RunAudit, record: JournalRecord & { type: 'attempt-ended' }): Audited {
  const { attempt, recording } = record.data;
  const announced = audit.open.get(attempt);
  if (announced === undefined) return { audit, faults: [fault(place(record), 'attempt-never-started', { attempt })] };
  const open = new Map(audit.open);
  open.delete(attempt);
  const elsewhere = recording !== null && recording.path !== announced;
  return {
    audit: { ...audit, open },
    faults: elsewhere ? [fault(place(record), 'recording-elsewhere', { attempt, path: recording.path })] : [],
  };
}

function auditOrder(audit: RunAudit, record: JournalRecord, holds: SignatureHolds): Audited {
  switch (record.type) {
    case 'run-created':
      return { audit, faults: audit.records === 0 ? [] : [fault(place(record), 'created-twice')] };
    case 'session-opened':
      return openSession(audit, record.data.publicKey, holds);
    case 'session-closed':
      return { audit: { ...audit, key: null }, faults: [] };
    case 'attempt-started':
      return startAttempt(audit, record);
    case 'attempt-ended':
      return endAttempt(audit, record);
    case 'paper-recorded':
      return paperAttempt(audit, record);
    case 'run-ended':
      return { audit: { ...audit, ended: true }, faults: [] };
    default:
      return { audit, faults: [] };
  }
}

/** Folds in the next record of an intact chain. */
export function auditRecord(audit: RunAudit, record: JournalRecord, holds: SignatureHolds): Audited {
  const first =
    audit.records === 0 && record.type !== 'run-created' ? [fault(place(record), 'first-record-wrong')] : [];
  const signed = auditSignature(audit, record, holds);
  const ordered = auditOrder(signed.audit, record, holds);
  return {
    audit: { ...ordered.audit, records: audit.records + 1 },
    faults: [...first, ...signed.faults, ...ordered.faults],
  };
}

/** What is wrong once no record follows: signatures whose session never came. */
export function auditEnd(audit: RunAudit): readonly OrderFault[] {
  return audit.waiting.map((at) => fault(at, 'signed-without-session'));
}
