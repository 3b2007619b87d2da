import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  eventSchema,
  type JournalRecord,
  mustBeSigned,
  type NewRecord,
  type SealedFile,
} from '../../../shared/contract/events.ts';
import { wellFormed } from '../../../shared/journal/canonical.ts';
import { FIRST_LINK, type Link, sealRecord } from '../../../shared/journal/chain.ts';
import type { Clock, Journal } from '../ports.ts';
import { type SessionSigner, sha256Text } from './digest.ts';
import { JournalError, systemCode } from './journal-error.ts';
import { acquireLock, type Lock } from './lock.ts';
import { alteredError, journalPath, walkChain } from './read-run.ts';
import { keepTornBytes, syncFolder } from './torn.ts';

/** What a journal needs: the run's folder, the time, and the session's key. */
export interface JournalOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly signer: Pick<SessionSigner, 'sign'>;
}

/** Where the file stands: bytes of whole records, and the link for the next one. */
interface Position {
  readonly bytes: number;
  readonly link: Link;
}

interface Pending {
  readonly records: readonly NewRecord[];
  readonly at: string;
  readonly mono: number;
  resolve(records: readonly JournalRecord[]): void;
  reject(error: JournalError): void;
}

/** An event in exactly the form that a reader will parse: contract checked, texts trimmed, no half surrogate pair. */
function checked(record: NewRecord): NewRecord {
  const { actor, type, data } = wellFormed(record);
  const event = eventSchema.safeParse({ type, data });
  if (!event.success)
    throw new JournalError('invalid-record', `${type}: ${event.error.message}`, { cause: event.error });
  return { actor, ...event.data };
}

/** Windows knows no O_DSYNC; there every group is followed by fdatasync. */
const DSYNC = constants.O_DSYNC as number | undefined;

class FileJournal implements Journal {
  private readonly file: FileHandle;
  private readonly lock: Lock;
  private readonly options: JournalOptions;
  private position: Position;
  private queue: Pending[] = [];
  private writing: Promise<void> | null = null;
  /** Bytes of a failed write may stand behind the last whole line. */
  private dirty = false;
  private closed = false;

  constructor(file: FileHandle, lock: Lock, options: JournalOptions, position: Position) {
    this.file = file;
    this.lock = lock;
    this.options = options;
    this.position = position;
  }

  async append(records: readonly NewRecord[]): Promise<readonly JournalRecord[]> {
    if (this.closed) throw new JournalError('closed', 'The journal was closed.');
    if (records.length === 0) return [];
    const { clock } = this.options;
    const pending = { records: records.map(checked), at: clock.now().toISOString(), mono: Math.round(clock.mono()) };
    return new Promise((resolve, reject) => {
      this.queue.push({ ...pending, resolve, reject });
      this.writing ??= this.drain();
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.writing;
    await this.file.close();
    await this.lock.release();
  }

  /** Writes what has gathered in one go, again and again, until nothing waits. */
  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      const group = this.queue;
      this.queue = [];
      try {
        const answers = await this.writeGroup(group);
        for (const [index, pending] of group.entries()) pending.resolve(answers[index] ?? []);
      } catch (error) {
        const refused =
          error instanceof JournalError
            ? error
            : new JournalError('unwritable', `The journal could not be written: ${String(error)}`, { cause: error });
        for (const pending of group) pending.reject(refused);
      }
    }
    this.writing = null;
  }

  private async writeGroup(group: readonly Pending[]): Promise<readonly (readonly JournalRecord[])[]> {
    if (this.dirty) await this.cutBack();
    let link = this.position.link;
    const lines: string[] = [];
    const answers = group.map(({ records, at, mono }) =>
      records.map(({ actor, ...event }) => {
        const sign = mustBeSigned(event.type, actor) ? this.sign : null;
        const body = { seq: link.seq, at, mono, actor, ...event, prev: link.prev };
        const { record, line } = sealRecord(body, sha256Text, sign);
        lines.push(line, '\n');
        link = { line: link.line + 1, seq: link.seq + 1, prev: record.hash };
        return record;
      }),
    );
    const bytes = Buffer.from(lines.join(''), 'utf8');
    await this.writeWhole(bytes);
    this.position = { bytes: this.position.bytes + bytes.length, link };
    return answers;
  }

  private readonly sign = (hash: string): string => this.options.signer.sign(Buffer.from(hash, 'ascii'));

  private async writeWhole(bytes: Buffer): Promise<void> {
    this.dirty = true;
    try {
      for (let written = 0; written < bytes.length; ) {
        written += (await this.file.write(bytes, written, bytes.length - written, null)).bytesWritten;
      }
      if (DSYNC === undefined) await this.file.datasync();
      this.dirty = false;
    } catch (error) {
      // If the cut fails too, the next append tries it again before it writes.
      await this.cutBack().catch(() => undefined);
      throw error;
    }
  }

  /** Removes what a failed write left, durably, so that a crash cannot bring back a record nobody was promised. */
  private async cutBack(): Promise<void> {
    await this.file.truncate(this.position.bytes);
    await this.file.datasync();
    this.dirty = false;
  }
}

async function openLocked(
  options: JournalOptions,
  flags: number,
  start: (file: FileHandle, lock: Lock) => Promise<FileJournal>,
): Promise<FileJournal> {
  const lock = await acquireLock(join(options.folder, 'journal.lock'));
  try {
    const file = await open(journalPath(options.folder), flags | constants.O_APPEND | (DSYNC ?? 0), 0o600);
    try {
      return await start(file, lock);
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** System errors of opening, in the journal's words. */
function openingError(error: unknown, folder: string): unknown {
  const code = systemCode(error);
  if (error instanceof JournalError || code === null) return error;
  if (code === 'EEXIST')
    return new JournalError('exists', `There is a journal in ${folder} already.`, { cause: error });
  if (code === 'ENOENT') return new JournalError('missing', `There is no journal in ${folder}.`, { cause: error });
  return new JournalError('unwritable', `The journal in ${folder} cannot be opened: ${String(error)}`, {
    cause: error,
  });
}

/**
 * Begins the journal of a new run in `folder` (made if missing), exclusively.
 * Throws JournalError `exists`, `locked`, `unwritable`.
 */
export async function createJournal(options: JournalOptions): Promise<Journal> {
  try {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    return await openLocked(options, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, async (file, lock) => {
      await syncFolder(options.folder);
      return new FileJournal(file, lock, options, { bytes: 0, link: FIRST_LINK });
    });
  } catch (error) {
    throw openingError(error, options.folder);
  }
}

/** A journal taken up again. */
export interface OpenedJournal {
  readonly journal: Journal;
  /** Bytes that were cut off a torn last line and are not recorded yet; the caller records `journal-repaired`. */
  readonly repaired: SealedFile | null;
  /** Records that were read. */
  readonly records: number;
}

/**
 * Takes up the journal of an earlier session: reads and checks every record (each is given to `onRecord` in order;
 * memory stays bounded by the longest line), cuts a torn last line and goes on behind it.
 * Throws JournalError `missing`, `empty`, `locked`, `altered`, `unwritable`; an altered journal is left untouched.
 */
export async function openJournal(
  options: JournalOptions & { readonly onRecord: (record: JournalRecord) => void },
): Promise<OpenedJournal> {
  let repaired: SealedFile | null = null;
  let records = 0;
  try {
    const journal = await openLocked(options, constants.O_RDWR, async (file, lock) => {
      const read = await readAll(file, options.onRecord);
      records = read.position.link.seq;
      if (records === 0) throw new JournalError('empty', `The journal in ${options.folder} has no whole record.`);
      repaired = await keepTornBytes(options.folder, read.tail, read.torn);
      if (read.tail.length > 0) {
        await file.truncate(read.position.bytes);
        await file.sync();
      }
      return new FileJournal(file, lock, options, read.position);
    });
    return { journal, repaired, records };
  } catch (error) {
    throw openingError(error, options.folder);
  }
}

/** Everything there is to know of the file: where it stands, its torn tail, and the cut files it tells of. */
async function readAll(
  file: FileHandle,
  onRecord: (record: JournalRecord) => void,
): Promise<{ position: Position; tail: Buffer; torn: ReadonlySet<string> }> {
  let position: Position = { bytes: 0, link: FIRST_LINK };
  let tail: Buffer = Buffer.alloc(0);
  const torn = new Set<string>();
  for await (const steps of walkChain(file)) {
    for (const step of steps) {
      if (step.type === 'fault') throw alteredError(step.fault);
      if (step.type === 'torn') {
        tail = step.tail;
        continue;
      }
      const { record } = step;
      const link = { line: position.link.line + 1, seq: record.seq + 1, prev: record.hash };
      position = { bytes: position.bytes + step.bytes, link };
      if (record.type === 'journal-repaired') torn.add(record.data.cut.path);
      onRecord(record);
    }
  }
  return { position, tail, torn };
}
