import type { JournalRecord } from '../../../shared/contract/events.ts';
import { type ChainFault, contentHashOf, GENESIS } from '../../../shared/journal/chain.ts';
import type { FindingSeverity, VerifyFinding } from '../../../shared/journal/finding.ts';
import { isTornRecord } from '../../../shared/journal/torn-line.ts';
import { auditEnd, auditRecord, FIRST_AUDIT, type RecordPlace, type RunAudit } from '../../../shared/journal/verify.ts';
import { sha256Text, signatureHolds } from './digest.ts';
import { JournalError } from './journal-error.ts';
import { openForReading, walkChain } from './read-run.ts';
import { checkSealedFile, findUnsealedFiles, sealedFilesOf } from './verify-files.ts';

/** What the verifier says of a run. */
export interface VerifyResult {
  /** `altered` outweighs `incomplete`; notes do not count. */
  readonly verdict: 'intact' | 'altered' | 'incomplete';
  /** Null when not even the first record can be read. */
  readonly runId: string | null;
  /** Records whose chain holds. */
  readonly records: number;
  /** Hash of the last of them; 64 zeros when there is none. */
  readonly head: string;
  /** In the order of the journal, what concerns no record last. */
  readonly findings: readonly VerifyFinding[];
  /** The first record about which something speaks of alteration, or null. */
  readonly firstBad: RecordPlace | null;
}

/** At most so many findings are listed; the verdict counts all of them. */
const LISTED = 200;

class Verification {
  private readonly folder: string;
  private readonly findings: VerifyFinding[] = [];
  private readonly severities = new Set<FindingSeverity>();
  private readonly sealed = new Set<string>();
  private readonly announced = new Set<string>();
  private audit: RunAudit = FIRST_AUDIT;
  private runId: string | null = null;
  private head = GENESIS;
  private last: RecordPlace | null = null;
  private firstBad: RecordPlace | null = null;
  private stopped = false;

  constructor(folder: string) {
    this.folder = folder;
  }

  add(
    severity: FindingSeverity,
    code: string,
    params: Readonly<Record<string, string>> = {},
    at: RecordPlace | null = null,
  ): void {
    this.severities.add(severity);
    if (severity === 'altered') this.firstBad ??= at;
    if (this.findings.length < LISTED) this.findings.push({ severity, code, params, at });
  }

  async record(record: JournalRecord): Promise<void> {
    const at = { line: record.seq + 1, seq: record.seq, type: record.type };
    const { audit, faults } = auditRecord(this.audit, record, signatureHolds);
    this.audit = audit;
    this.head = record.hash;
    this.last = at;
    for (const { code, params } of faults) this.add('altered', code, params, at);
    if (record.type === 'run-created') this.created(record, at);
    if (record.type === 'attempt-started' && record.data.recording !== null) this.announced.add(record.data.recording);
    for (const sealed of sealedFilesOf(record)) {
      if (this.sealed.has(sealed.path)) this.add('altered', 'sealed-twice', { path: sealed.path }, at);
      this.sealed.add(sealed.path);
      const found = await checkSealedFile(this.folder, sealed);
      if (found !== null) this.add(found.severity, found.code, found.params, at);
    }
  }

  private created({ data }: JournalRecord & { type: 'run-created' }, at: RecordPlace): void {
    this.runId = data.runId;
    const found = contentHashOf(data.files, sha256Text);
    if (found !== data.contentHash) this.add('altered', 'content-hash', { sealed: data.contentHash, found }, at);
  }

  /** The chain ends here; nothing behind it can be trusted. */
  fault({ code, line, seq, type, expectedSeq, detail }: ChainFault): void {
    this.stopped = true;
    const params = { expected: String(expectedSeq), detail };
    this.add('altered', code, params, { line, seq: seq ?? -1, type: type ?? '?' });
  }

  torn(tail: Buffer): void {
    const at = { line: (this.last?.line ?? 0) + 1, seq: (this.last?.seq ?? -1) + 1, type: '?' };
    const params = { bytes: String(tail.length) };
    if (isTornRecord(tail.toString('latin1'))) this.add('incomplete', 'line-torn', params, at);
    else {
      this.stopped = true;
      this.add('altered', 'tail-altered', params, at);
    }
  }

  async end(): Promise<VerifyResult> {
    const { sealed, announced, severities } = this;
    if (!this.stopped) {
      for (const { line, seq, type, code, params } of auditEnd(this.audit)) {
        this.add('altered', code, params, { line, seq, type });
      }
      this.completeness();
      for (const found of await findUnsealedFiles(this.folder, { sealed, announced }))
        this.add(found.severity, found.code, found.params);
    }
    const { findings, firstBad, runId, head } = this;
    const verdict = severities.has('altered') ? 'altered' : severities.has('incomplete') ? 'incomplete' : 'intact';
    return { verdict, runId, records: this.audit.records, head, findings, firstBad };
  }

  private completeness(): void {
    if (this.audit.records === 0) this.add('incomplete', 'no-records');
    for (const attempt of this.audit.open.keys()) this.add('incomplete', 'attempt-open', { attempt });
    if (!this.audit.ended) this.add('incomplete', 'run-not-ended');
    else if (this.last?.type !== 'session-closed') this.add('incomplete', 'session-not-closed');
  }
}

/**
 * Checks a run's folder offline: the chain byte for byte, signatures, order, every sealed file, files nobody sealed;
 * and whether the run came to its end. Reads everything once; memory is bounded by the longest line and the number of
 * files. Throws JournalError `missing` when there is no journal.
 */
export async function verifyRun(folder: string): Promise<VerifyResult> {
  const verification = new Verification(folder);
  const file = await openForReading(folder);
  try {
    for await (const steps of walkChain(file)) {
      for (const step of steps) {
        if (step.type === 'record') await verification.record(step.record);
        else if (step.type === 'fault') verification.fault(step.fault);
        else verification.torn(step.tail);
      }
    }
  } catch (error) {
    if (!(error instanceof JournalError) || error.code !== 'altered') throw error;
    verification.add('altered', 'line-too-long');
  } finally {
    await file.close();
  }
  return verification.end();
}
