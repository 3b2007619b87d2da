import { eventSchema, type JournalRecord, recordSchema, type SealedFile } from '../contract/events.ts';
import { canonicalJson } from './canonical.ts';

/** How one line of `journal.jsonl` is made from the line before, and how a line that was read is checked. */

/** SHA-256 of a text's UTF-8 bytes, as 64 lower-case hex digits. */
export type Sha256 = (text: string) => string;

/** `prev` of the first record. */
export const GENESIS = '0'.repeat(64);

/** Where the chain stands: what the next line has to be. */
export interface Link {
  /** 1-based number of the next line. */
  readonly line: number;
  readonly seq: number;
  readonly prev: string;
}

/** The link before the first line. */
export const FIRST_LINK: Link = { line: 1, seq: 0, prev: GENESIS };

/** A record before it was sealed. */
export type UnsealedRecord = Omit<JournalRecord, 'hash' | 'sig'>;

/** Canonical text of a record: what `hash` is over, and the whole line once hash (and signature) are known. */
interface CanonicalRecord {
  readonly hashed: string;
  line(hash: string, sig: string | undefined): string;
}

/** The members in RFC 8785 order; `data` can be large, so it is written once and used for both texts. */
function canonicalRecord(
  record: Omit<UnsealedRecord, 'type' | 'data'> & { type: string; data: unknown },
): CanonicalRecord {
  const first = `{"actor":${canonicalJson(record.actor)},"at":${canonicalJson(record.at)},"data":${canonicalJson(record.data)}`;
  const middle = `,"mono":${canonicalJson(record.mono)},"prev":${canonicalJson(record.prev)},"seq":${canonicalJson(record.seq)}`;
  const last = `,"type":${canonicalJson(record.type)}}`;
  return {
    hashed: first + middle + last,
    line: (hash, sig) =>
      `${first},"hash":"${hash}"${middle}${sig === undefined ? '' : `,"sig":${canonicalJson(sig)}`}${last}`,
  };
}

export interface SealedRecord {
  readonly record: JournalRecord;
  /** The line without its newline. */
  readonly line: string;
}

/** Seals a record: its hash, its signature where `sign` is given (over the 64 ASCII characters of the hash), its line. */
export function sealRecord(
  record: UnsealedRecord,
  sha256: Sha256,
  sign: ((hash: string) => string) | null,
): SealedRecord {
  const canonical = canonicalRecord(record);
  const hash = sha256(canonical.hashed);
  const sig = sign === null ? undefined : sign(hash);
  const sealed = { ...record, hash, ...(sig === undefined ? {} : { sig }) };
  return { record: sealed as JournalRecord, line: canonical.line(hash, sig) };
}

/** What is wrong with a line. */
export type ChainFaultCode =
  | 'not-json'
  | 'not-a-record'
  | 'not-canonical'
  | 'wrong-hash'
  | 'wrong-sequence'
  | 'broken-link';

export interface ChainFault {
  readonly code: ChainFaultCode;
  /** 1-based. */
  readonly line: number;
  /** As the line itself claims, where that much can be read. */
  readonly seq: number | null;
  readonly type: string | null;
  readonly expectedSeq: number;
  /** The technical detail, for people who look closer. */
  readonly detail: string;
}

export type CheckedLine =
  | { readonly ok: true; readonly record: JournalRecord; readonly next: Link }
  | { readonly ok: false; readonly fault: ChainFault };

/** What a broken line says about itself. */
function claims(value: unknown): { seq: number | null; type: string | null } {
  if (typeof value !== 'object' || value === null) return { seq: null, type: null };
  const { seq, type } = value as Record<string, unknown>;
  return { seq: typeof seq === 'number' ? seq : null, type: typeof type === 'string' ? type.slice(0, 100) : null };
}

/** Checks one line (without its newline) against the link before it: form, bytes, hash, order, chain. */
export function checkLine(link: Link, line: string, sha256: Sha256): CheckedLine {
  let value: unknown = null;
  const bad = (code: ChainFaultCode, detail: string): CheckedLine => ({
    ok: false,
    fault: { code, line: link.line, ...claims(value), expectedSeq: link.seq, detail },
  });
  try {
    value = JSON.parse(line);
  } catch (error) {
    return bad('not-json', error instanceof Error ? error.message : String(error));
  }
  const envelope = recordSchema.safeParse(value);
  if (!envelope.success) return bad('not-a-record', envelope.error.message.slice(0, 1_000));
  const record = envelope.data;
  const event = eventSchema.safeParse({ type: record.type, data: record.data });
  if (!event.success) return bad('not-a-record', event.error.message.slice(0, 1_000));
  const canonical = canonicalRecord(record);
  if (canonical.line(record.hash, record.sig) !== line) return bad('not-canonical', 'The bytes are not RFC 8785.');
  const hash = sha256(canonical.hashed);
  if (hash !== record.hash) return bad('wrong-hash', `computed ${hash}, written ${record.hash}`);
  if (record.seq !== link.seq) return bad('wrong-sequence', `expected ${link.seq}, written ${record.seq}`);
  if (record.prev !== link.prev) return bad('broken-link', `expected ${link.prev}, written ${record.prev}`);
  return {
    ok: true,
    record: { ...record, ...event.data } as JournalRecord,
    next: { line: link.line + 1, seq: link.seq + 1, prev: hash },
  };
}

/** `contentHash` of a run: SHA-256 over the canonical JSON of its frozen files, in the order of `run-created`. */
export function contentHashOf(files: readonly SealedFile[], sha256: Sha256): string {
  return sha256(canonicalJson(files.map(({ path, sha256: hash, bytes }) => ({ path, sha256: hash, bytes }))));
}
