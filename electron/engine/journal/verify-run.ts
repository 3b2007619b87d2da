import { basename, dirname, resolve } from 'node:path';
import type { JournalRecord } from '../../../shared/contract/events.ts';
import { type ChainFault, contentHashOf, GENESIS } from '../../../shared/journal/chain.ts';
import { type FindingSeverity, isAboutIdentity, type VerifyFinding } from '../../../shared/journal/finding.ts';
import { auditPeople, type PeopleAudit } from '../../../shared/journal/people-audit.ts';
import { type PersonInRun, peopleInRun } from '../../../shared/journal/people-in-run.ts';
import { NO_RECEIPTS, type ReceiptSource, type ReceiptsSummary } from '../../../shared/journal/receipts.ts';
import { isTornRecord } from '../../../shared/journal/torn-line.ts';
import { auditEnd, auditRecord, FIRST_AUDIT, type RecordPlace, type RunAudit } from '../../../shared/journal/verify.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { mirroredFolder } from '../data-folder.ts';
import { fingerprintOf } from '../identity/fingerprint.ts';
import { NotAFile } from '../regular-file.ts';
import { ChainHashes } from './chain-hashes.ts';
import { sha256Text, signatureHolds } from './digest.ts';
import { JournalError } from './journal-error.ts';
import { openForReading, walkChain } from './read-run.ts';
import type { Breath } from './seal.ts';
import { auditExport } from './verify-export.ts';
import { checkSealedFile, findUnsealedFiles, sealedFilesOf } from './verify-files.ts';
import { auditReceipts, NoReceiptsError } from './verify-receipts.ts';

/** What the verifier says of a run. */
export interface VerifyResult {
  /** `altered` outweighs `incomplete`; notes do not count. */
  readonly verdict: 'intact' | 'altered' | 'incomplete';
  /** Is what stands there what was written? */
  readonly integrity: 'intact' | 'altered';
  /** Is everything there that was written, and is the run over? */
  readonly completeness: 'complete' | 'incomplete';
  /**
   * Are the people who they have to be? `proved`: an admitted checker signed receipts of this history; `mismatch`:
   * some key is not the one it has to be; `unproved`: nobody but the operator's machine vouches for the history.
   */
  readonly identity: 'proved' | 'unproved' | 'mismatch';
  readonly people: readonly PersonInRun[];
  /** The receipts that were given, else those in the run's folder. */
  readonly receipts: ReceiptsSummary;
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

/** At most so many findings beside those about receipts and the first alteration are listed; the verdict counts all. */
const LISTED = 200;

class Verification {
  private readonly folder: string;
  private readonly breath: Breath | undefined;
  private readonly findings: VerifyFinding[] = [];
  private readonly severities = new Set<FindingSeverity>();
  private readonly hashes = new ChainHashes();
  private mismatch = false;
  private rewritten = false;
  private readonly sealed = new Set<string>();
  private readonly announced = new Set<string>();
  private audit: RunAudit = FIRST_AUDIT;
  private people: PeopleAudit | null = null;
  private runId: string | null = null;
  private head = GENESIS;
  private last: RecordPlace | null = null;
  private firstBad: RecordPlace | null = null;
  private stopped = false;

  constructor(folder: string, breath: Breath | undefined) {
    this.folder = folder;
    this.breath = breath;
  }

  add(
    severity: FindingSeverity,
    code: string,
    params: Readonly<Record<string, string>> = {},
    at: RecordPlace | null = null,
    listed = this.findings.length < LISTED || (severity === 'altered' && !this.severities.has('altered')),
  ): void {
    this.severities.add(severity);
    if (severity === 'altered') {
      this.firstBad ??= at;
      if (isAboutIdentity(code)) this.mismatch = true;
      else this.rewritten = true;
    }
    if (listed) this.findings.push({ severity, code, params, at });
  }

  async record(record: JournalRecord): Promise<void> {
    const at = { line: record.seq + 1, seq: record.seq, type: record.type };
    const { audit, faults } = auditRecord(this.audit, record, signatureHolds);
    this.audit = audit;
    this.head = record.hash;
    this.hashes.add(record.hash);
    this.last = at;
    for (const { code, params } of faults) this.add('altered', code, params, at);
    const signed = auditPeople(this.people, record, { sha256: sha256Text, signatureHolds });
    this.people = signed.audit;
    for (const { severity, code, params } of signed.faults) this.add(severity, code, params, at);
    if (record.type === 'run-created') this.created(record, at);
    if (record.type === 'attempt-started' && record.data.recording !== null) this.announced.add(record.data.recording);
    for (const sealed of sealedFilesOf(record)) {
      if (this.sealed.has(sealed.path)) this.add('altered', 'sealed-twice', { path: sealed.path }, at);
      this.sealed.add(sealed.path);
      const found = await checkSealedFile(this.folder, sealed, this.breath);
      if (found === null) continue;
      const coming = found.code === 'file-missing' && isCopy(this.folder);
      if (coming) this.add('incomplete', 'file-not-copied', found.params, at);
      else this.add(found.severity, found.code, found.params, at);
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

  tooLong(): void {
    this.stopped = true;
    this.add('altered', 'line-too-long');
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

  async end(given: string | null): Promise<VerifyResult> {
    const { sealed, announced } = this;
    if (!this.stopped) {
      for (const { line, seq, type, code, params } of auditEnd(this.audit)) {
        this.add('altered', code, params, { line, seq, type });
      }
      this.completeness();
      for (const found of await findUnsealedFiles(this.folder, { sealed, announced }))
        this.add(found.severity, found.code, found.params);
    }
    await this.exported();
    return this.result(this.people === null ? NO_RECEIPTS : await this.allReceipts(this.people.state, given));
  }

  private async exported(): Promise<void> {
    const { runId, hashes, audit, stopped } = this;
    const history = { runId, hashAt: (seq: number) => hashes.at(seq), records: audit.records, whole: !stopped };
    for (const { severity, code, params } of await auditExport(this.folder, history)) {
      this.add(severity, code, params, null, true);
    }
  }

  private async allReceipts(state: RunState, given: string | null): Promise<ReceiptsSummary> {
    const own = await this.ownReceipts(state);
    const brought = given === null ? null : await this.receipts(state, given, 'given');
    if (given !== null && brought === null) throw new NoReceiptsError(given);
    const receipts = brought ?? own ?? NO_RECEIPTS;
    const checked = state.participants.some(({ role }) => role === 'checker');
    if (receipts.count === 0 && checked) this.add('note', 'receipts-missing');
    return receipts;
  }

  private async ownReceipts(state: RunState): Promise<ReceiptsSummary | null> {
    try {
      return await this.receipts(state, this.folder, 'run');
    } catch (error) {
      if (!(error instanceof NotAFile)) throw error;
      this.add('altered', 'not-a-file', { path: basename(error.path) }, null, true);
      return null;
    }
  }

  private async receipts(state: RunState, path: string, source: ReceiptSource): Promise<ReceiptsSummary | null> {
    const { records } = this.audit;
    const hashAt = (seq: number) => this.hashes.at(seq);
    const audited = await auditReceipts(path, source, { state, hashAt, records, whole: !this.stopped });
    if (audited === null) return null;
    // Few, and what the other person's word says must not be lost behind a folder full of stray files.
    for (const { severity, code, params } of audited.faults) this.add(severity, code, params, null, true);
    return audited.summary;
  }

  private result(receipts: ReceiptsSummary): VerifyResult {
    const { findings, firstBad, runId, head, severities } = this;
    const verdict = severities.has('altered') ? 'altered' : severities.has('incomplete') ? 'incomplete' : 'intact';
    return {
      verdict,
      integrity: this.rewritten ? 'altered' : 'intact',
      completeness: severities.has('incomplete') || this.stopped ? 'incomplete' : 'complete',
      identity: this.mismatch ? 'mismatch' : receipts.count > 0 ? 'proved' : 'unproved',
      runId,
      records: this.audit.records,
      head,
      people: this.people === null ? [] : peopleInRun(this.people.state, fingerprintOf),
      receipts,
      findings,
      firstBad,
    };
  }

  private completeness(): void {
    if (this.audit.records === 0) this.add('incomplete', 'no-records');
    for (const attempt of this.audit.open.keys()) this.add('incomplete', 'attempt-open', { attempt });
    const state = this.people?.state ?? null;
    const taker = state?.participants.find(({ participant }) => participant === state.penWith?.participant);
    if (taker !== undefined) this.add('incomplete', 'pen-given', { name: taker.name, machine: taker.machine });
    if (!this.audit.ended) this.add('incomplete', 'run-not-ended');
    else if (this.last?.type !== 'session-closed') this.add('incomplete', 'session-not-closed');
  }
}

/** A checker's copy lies in `mirrored/`; files come after the records that tell of them. */
function isCopy(folder: string): boolean {
  return dirname(resolve(folder)) === mirroredFolder(dirname(dirname(resolve(folder))));
}

/** What a person brings to hold against a run. */
export interface VerifyOptions {
  /** The checker's own receipts: a file, or the folder of their copy of the run. */
  readonly receipts?: string;
  /** Called between the parts that are read; see `Breath`. */
  readonly breath?: Breath;
}

/**
 * Checks a run's folder offline: the chain byte for byte, the session's and people's own signatures, order, every
 * sealed file, files nobody sealed, receipts; and whether the run came to its end. Reads everything once; memory is
 * bounded by the run's state, the longest line and 32 bytes a record. What is no regular file is never waited for.
 * Throws JournalError `missing` when there is no journal and `not-a-file` when something else lies in its place,
 * NoReceiptsError where receipts were named and there are none, NotAFile where these are no regular file, and what
 * `breath` throws.
 */
export async function verifyRun(folder: string, { receipts, breath }: VerifyOptions = {}): Promise<VerifyResult> {
  const verification = new Verification(folder, breath);
  const file = await openForReading(folder);
  try {
    for await (const steps of walkChain(file)) {
      const pause = breath?.(steps.reduce((sum, step) => sum + (step.type === 'record' ? step.bytes : 0), 0));
      if (pause !== undefined) await pause;
      for (const step of steps) {
        if (step.type === 'record') await verification.record(step.record);
        else if (step.type === 'fault') verification.fault(step.fault);
        else verification.torn(step.tail);
      }
    }
  } catch (error) {
    if (!(error instanceof JournalError) || error.code !== 'altered') throw error;
    verification.tooLong();
  } finally {
    await file.close();
  }
  return verification.end(receipts ?? null);
}
