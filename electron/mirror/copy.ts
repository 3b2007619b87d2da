import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../../shared/contract/errors.ts';
import type { Head, JournalRecord } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import { type ChainFault, FIRST_LINK, type Link } from '../../shared/journal/chain.ts';
import { auditRecord, FIRST_AUDIT, type RunAudit } from '../../shared/journal/verify.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import { mirroredFolder } from '../engine/data-folder.ts';
import { signatureHolds } from '../engine/journal/digest.ts';
import { JournalError, systemCode } from '../engine/journal/journal-error.ts';
import { acquireLock, type Lock } from '../engine/journal/lock.ts';
import { checkBytes, journalPath, walkChain } from '../engine/journal/read-run.ts';
import { syncFolder } from '../engine/journal/torn.ts';

/** Where everything of a followed run is kept. */
export function copyFolder(data: string, runId: string): string {
  return join(mirroredFolder(data), runId);
}

/** Our copy cannot go on: the history does not hold together, or the disk refused. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
  readonly failure: Failure;

  constructor(reason: Failure, cause: unknown = null) {
    super(reason.code, { cause });
    this.failure = reason;
  }
}

/** The history is not one: what is wrong, and at which line. */
export function alteredFailure(what: string, line: number, detail: string): Failure {
  return failure('history-altered', { what, line: String(line) }, detail);
}

/** The disk did not take what was to be kept. */
export function unwritable(folder: string, error: unknown): CopyError {
  return new CopyError(failure('mirror-copy-unwritable', { path: folder }, error), error);
}

/** Our copy of an earlier time cannot be read to its end. */
function unreadable(folder: string, error: unknown): CopyError {
  if (!(error instanceof JournalError)) return unwritable(folder, error);
  return new CopyError(failure('history-altered', { what: error.code, line: '?' }, error), error);
}

/** How far the history has been checked. */
interface Checked {
  readonly link: Link;
  readonly audit: RunAudit;
  readonly state: RunState | null;
  readonly last: JournalRecord['type'] | null;
}

type Taken = { readonly record: JournalRecord; readonly checked: Checked };

function faultFailure({ code, line, detail }: ChainFault): Failure {
  return alteredFailure(code, line, detail);
}

const nothing: Checked = { link: FIRST_LINK, audit: FIRST_AUDIT, state: null, last: null };

/**
 * The journal of somebody else's run as it came, line for line: every line is checked against the one before it, and
 * every signature against its session's key, before it is kept. Nothing is on disk before the first line came.
 */
export class MirrorCopy {
  readonly folder: string;
  readonly #runId: string;
  #checked = nothing;
  #bytes = 0;
  #open: { readonly file: FileHandle; readonly lock: Lock } | null = null;
  #synced = true;
  /** Bytes of a failed write may stand behind the last whole line. */
  #dirty = false;

  private constructor(folder: string, runId: string) {
    this.folder = folder;
    this.#runId = runId;
  }

  /**
   * Takes up the copy of an earlier time, if there is one: reads and checks all of it, and cuts what a crash left of
   * the last line. Throws CopyError `history-altered`, `mirror-copy-in-use`, `mirror-copy-unwritable`.
   */
  static async open(data: string, runId: string, onRecord: (record: JournalRecord) => void): Promise<MirrorCopy> {
    const copy = new MirrorCopy(copyFolder(data, runId), runId);
    const there = await stat(copy.folder).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return null;
      throw unwritable(copy.folder, error);
    });
    if (there === null) return copy;
    await copy.#begin();
    try {
      await copy.#readBack(onRecord);
      return copy;
    } catch (error) {
      await copy.close();
      throw error instanceof CopyError ? error : unreadable(copy.folder, error);
    }
  }

  /** The state that the kept history adds up to; null before the first line. */
  get state(): RunState | null {
    return this.#checked.state;
  }

  /** The last record that is kept, or null. */
  get head(): Head | null {
    const { seq, prev } = this.#checked.link;
    return seq === 0 ? null : { seq: seq - 1, hash: prev };
  }

  /** The sequence number that the next line must have. */
  get next(): number {
    return this.#checked.link.seq;
  }

  /** What the last record says. */
  get last(): JournalRecord['type'] | null {
    return this.#checked.last;
  }

  /** False before the first line came, and after `close`. */
  get kept(): boolean {
    return this.#open !== null;
  }

  /**
   * Checks lines and keeps them; gives their records. With a bad line among them, those before it are kept and given
   * with what is wrong. Throws CopyError where the disk refuses; then none of them counts.
   */
  async append(
    lines: readonly string[],
  ): Promise<{ readonly records: readonly JournalRecord[]; readonly altered: Failure | null }> {
    const records: JournalRecord[] = [];
    const good: string[] = [];
    let checked = this.#checked;
    let altered: Failure | null = null;
    for (const line of lines) {
      const taken = this.#check(checked, Buffer.from(line, 'utf8'));
      if ('code' in taken) {
        altered = taken;
        break;
      }
      checked = taken.checked;
      records.push(taken.record);
      good.push(line, '\n');
    }
    if (good.length > 0) await this.#write(Buffer.from(good.join(''), 'utf8'));
    this.#checked = checked;
    return { records, altered };
  }

  /** What was kept is on disk when it resolves. Throws CopyError. */
  async sync(): Promise<void> {
    if (this.#synced || this.#open === null) return;
    try {
      await this.#open.file.datasync();
      this.#synced = true;
    } catch (error) {
      throw unwritable(this.folder, error);
    }
  }

  /** Makes all of it durable and lets others have the folder. */
  async close(): Promise<void> {
    const held = this.#open;
    if (held === null) return;
    try {
      await this.sync();
    } finally {
      this.#open = null;
      await held.file.close();
      await held.lock.release();
    }
  }

  #check(before: Checked, bytes: Buffer): Failure | Taken {
    const read = checkBytes(before.link, bytes);
    return read.ok ? this.#fold(before, read.record) : faultFailure(read.fault);
  }

  /** A record whose place in the chain is right: its signature, its order, and the state it leads to. */
  #fold(before: Checked, record: JournalRecord): Failure | Taken {
    const { line, seq } = before.link;
    const { audit, faults } = auditRecord(before.audit, record, signatureHolds);
    const [fault] = faults;
    if (fault !== undefined) return alteredFailure(fault.code, line, JSON.stringify(fault.params));
    const rest = { link: { line: line + 1, seq: seq + 1, prev: record.hash }, audit, last: record.type };
    if (before.state !== null) return { record, checked: { ...rest, state: applyRecord(before.state, record) } };
    if (record.type === 'run-created' && record.data.runId === this.#runId)
      return { record, checked: { ...rest, state: startState(record) } };
    return alteredFailure('first-record-wrong', line, `not the beginning of run ${this.#runId}`);
  }

  async #begin(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      const lock = await acquireLock(join(this.folder, 'journal.lock'));
      try {
        const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND;
        this.#open = { file: await open(journalPath(this.folder), flags, 0o600), lock };
        await syncFolder(this.folder);
      } catch (error) {
        await lock.release();
        throw error;
      }
    } catch (error) {
      if (error instanceof JournalError && error.code === 'locked')
        throw new CopyError(failure('mirror-copy-in-use', { path: this.folder }, error), error);
      throw unwritable(this.folder, error);
    }
  }

  async #readBack(onRecord: (record: JournalRecord) => void): Promise<void> {
    const file = this.#open?.file;
    if (file === undefined) return;
    for await (const steps of walkChain(file)) {
      for (const step of steps) {
        if (step.type === 'torn') {
          this.#dirty = true;
          continue;
        }
        const taken = step.type === 'fault' ? faultFailure(step.fault) : this.#fold(this.#checked, step.record);
        if ('code' in taken) throw new CopyError(taken);
        if (step.type === 'fault') continue;
        this.#checked = taken.checked;
        this.#bytes += step.bytes;
        onRecord(step.record);
      }
    }
    if (this.#dirty) await this.#cutBack();
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#open === null) await this.#begin();
    const file = this.#open?.file;
    if (file === undefined) return;
    try {
      if (this.#dirty) await this.#cutBack();
      this.#dirty = true;
      this.#synced = false;
      for (let written = 0; written < bytes.length; )
        written += (await file.write(bytes, written, bytes.length - written, null)).bytesWritten;
      this.#dirty = false;
      this.#bytes += bytes.length;
    } catch (error) {
      await this.#cutBack().catch(() => undefined);
      throw unwritable(this.folder, error);
    }
  }

  async #cutBack(): Promise<void> {
    await this.#open?.file.truncate(this.#bytes);
    await this.#open?.file.datasync();
    this.#dirty = false;
  }
}
