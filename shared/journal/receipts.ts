import type { Cryptography } from '../people/proof.ts';
import { type Receipt, receiptSchema } from '../people/receipts.ts';
import { receiptStatement, statementHash } from '../people/statements.ts';
import type { RunState } from '../run/state.ts';
import { canonicalJson } from './canonical.ts';
import type { FindingSeverity, VerifyFinding } from './finding.ts';

/** Receipts held against a history: whose they are, whether they hold, and whether it is the history they were given for. */

/** Whose receipts are looked at: those in the run's folder, or those that somebody brought. */
export type ReceiptSource = 'run' | 'given';

export interface ReceiptSigner {
  /** As the run knows the key's owner; for a stranger as the receipt claims. */
  readonly name: string;
  readonly publicKey: string;
  readonly fingerprint: string;
  /** True when this key was admitted as checker to this run. */
  readonly admitted: boolean;
  /** Receipts that hold and fit the history. */
  readonly count: number;
  /** The last record of these, or null. */
  readonly lastSeq: number | null;
  /** When that was, by the signer's clock. */
  readonly lastAt: string | null;
}

export interface ReceiptsSummary {
  /** Null: there are none. */
  readonly source: ReceiptSource | null;
  /** Receipts of admitted checkers that hold and fit. */
  readonly count: number;
  readonly lastSeq: number | null;
  /** True when the last record of the history is covered. */
  readonly toEnd: boolean;
  readonly signers: readonly ReceiptSigner[];
}

export const NO_RECEIPTS: ReceiptsSummary = { source: null, count: 0, lastSeq: null, toEnd: false, signers: [] };

/** The history that receipts are held against. */
export interface ReceiptedHistory {
  readonly state: RunState;
  /** Hash of a record whose chain holds; null beyond them. */
  hashAt(seq: number): string | null;
  /** Records whose chain holds. */
  readonly records: number;
  /** False when the chain breaks off: what lies beyond cannot be compared. */
  readonly whole: boolean;
}

export type ReceiptFault = Omit<VerifyFinding, 'at'>;

/** More different keys than a run has people can only be an attack on memory; they are checked and not listed. */
const SIGNERS = 100;

type Signer = { -readonly [K in keyof ReceiptSigner]: ReceiptSigner[K] };

/** Takes the lines of one file of receipts, one by one. Memory is bounded by the number of findings' kinds and keys. */
export class ReceiptAudit {
  private readonly history: ReceiptedHistory;
  private readonly source: ReceiptSource;
  private readonly crypto: Cryptography;
  private readonly fingerprint: (publicKey: string) => string;
  private readonly names: ReadonlyMap<string, readonly string[]>;
  private readonly signers = new Map<string, Signer>();
  private readonly newest = new Map<string, number>();
  private readonly faults: ReceiptFault[] = [];
  /** The lowest record that somebody signed otherwise, and the highest below it that they signed as it is. */
  private rewritten: Receipt | null = null;
  private beyond: Receipt | null = null;

  constructor(
    history: ReceiptedHistory,
    source: ReceiptSource,
    crypto: Cryptography,
    fingerprint: (publicKey: string) => string,
  ) {
    this.history = history;
    this.source = source;
    this.crypto = crypto;
    this.fingerprint = fingerprint;
    const names = new Map<string, string[]>();
    for (const { publicKey, name, role } of history.state.participants) {
      if (role === 'checker') names.set(publicKey, [...(names.get(publicKey) ?? []), name]);
    }
    this.names = names;
  }

  /** The next line without its newline; null when it is not UTF-8. `number` counts from 1. */
  line(text: string | null, number: number): void {
    const line = String(number);
    const receipt = parseReceipt(text);
    const fault = receipt === null ? { code: 'receipt-unreadable', params: {} } : this.wrong(receipt);
    if (fault !== null) this.add('altered', fault.code, { line, ...fault.params });
    if (receipt === null || fault !== null) return;
    const { publicKey, name, seq } = receipt;
    const names = this.names.get(publicKey);
    // The signature does not cover the name, so it is held against the name under which the key was admitted.
    if (names !== undefined && !names.includes(name)) {
      this.add('altered', 'receipt-name', { line, name, known: names.join(', ') });
    }
    if (seq <= (this.newest.get(publicKey) ?? -1)) this.add('note', 'receipts-order', { line });
    else if (this.newest.size < SIGNERS) this.newest.set(publicKey, seq);
    this.compare(receipt);
  }

  private wrong({ runId, seq, hash, at, publicKey, signature, name }: Receipt): Omit<ReceiptFault, 'severity'> | null {
    if (runId !== this.history.state.runId) return { code: 'receipt-other-run', params: { run: runId } };
    const statement = statementHash(receiptStatement(runId, { seq, hash }, at), this.crypto.sha256);
    const holds = this.crypto.signatureHolds(publicKey, statement, signature);
    return holds ? null : { code: 'receipt-forged', params: { name } };
  }

  /** Bytes behind the last newline that are no receipt: a crash while it was written. */
  torn(bytes: number): void {
    this.add('note', 'receipts-torn', { bytes: String(bytes) });
  }

  end(): { readonly summary: ReceiptsSummary; readonly faults: readonly ReceiptFault[] } {
    const signers = [...this.signers.values()];
    this.tellDifferences();
    for (const { admitted, name, fingerprint } of signers) {
      if (admitted) continue;
      this.add(this.source === 'given' ? 'altered' : 'note', 'receipt-stranger', { name, fingerprint });
    }
    const own = signers.filter(({ admitted }) => admitted);
    const count = own.reduce((sum, one) => sum + one.count, 0);
    const lastSeq = own.reduce<number | null>((last, one) => later(last, one.lastSeq), null);
    const { records, whole } = this.history;
    const toEnd = whole && lastSeq !== null && lastSeq === records - 1;
    if (this.source === 'given' && signers.length === 0 && this.faults.length === 0) {
      this.add('altered', 'receipts-empty');
    }
    if (whole && lastSeq !== null && lastSeq < records - 1) {
      this.add('note', 'receipts-behind', { seq: String(lastSeq), left: String(records - 1 - lastSeq) });
    }
    return { summary: { source: this.source, count, lastSeq, toEnd, signers }, faults: this.faults };
  }

  /** One sentence about the earliest difference says it all: everything behind it hangs on it. */
  private tellDifferences(): void {
    const { rewritten, beyond, history } = this;
    if (rewritten !== null) {
      const seqs = [...this.signers.values()].map(({ lastSeq }) => lastSeq ?? -1);
      const after = Math.max(-1, ...seqs.filter((seq) => seq < rewritten.seq));
      this.add('altered', 'history-rewritten', { ...this.who(rewritten), after: String(after + 1) });
    }
    if (beyond !== null) {
      this.add('incomplete', 'history-cut', { ...this.who(beyond), records: String(history.records) });
    }
  }

  private who({ seq, name, publicKey }: Receipt): Readonly<Record<string, string>> {
    const known = this.names.get(publicKey)?.[0] ?? name;
    return { seq: String(seq), name: known, fingerprint: this.fingerprint(publicKey) };
  }

  private compare(receipt: Receipt): void {
    const here = this.history.hashAt(receipt.seq);
    if (here === receipt.hash) this.agree(receipt);
    else if (here !== null) {
      if (this.rewritten === null || receipt.seq < this.rewritten.seq) this.rewritten = receipt;
    } else if (this.history.whole && receipt.seq > (this.beyond?.seq ?? -1)) this.beyond = receipt;
  }

  private agree({ publicKey, name, seq, at }: Receipt): void {
    const known = this.signers.get(publicKey);
    if (known === undefined && this.signers.size >= SIGNERS) return;
    const names = this.names.get(publicKey);
    const signer = known ?? {
      name: names?.[0] ?? name,
      publicKey,
      fingerprint: this.fingerprint(publicKey),
      admitted: names !== undefined,
      count: 0,
      lastSeq: null,
      lastAt: null,
    };
    signer.count += 1;
    if (signer.lastSeq === null || seq >= signer.lastSeq) {
      signer.lastSeq = seq;
      signer.lastAt = at;
    }
    this.signers.set(publicKey, signer);
  }

  /** A kind of finding is told at most a few times; a file full of rubbish is not repeated line by line. */
  private add(severity: FindingSeverity, code: string, params: Readonly<Record<string, string>> = {}): void {
    if (this.faults.filter((one) => one.code === code).length >= ALIKE) return;
    this.faults.push({ severity, code, params });
  }
}

const ALIKE = 10;

function later(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

/** A line as a receipt, in the very bytes that one is written in; else null. */
export function parseReceipt(text: string | null): Receipt | null {
  if (text === null) return null;
  try {
    const parsed = receiptSchema.safeParse(JSON.parse(text));
    return parsed.success && canonicalJson(parsed.data) === text ? parsed.data : null;
  } catch {
    return null;
  }
}
