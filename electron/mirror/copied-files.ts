import { constants } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Failure } from '../../shared/contract/errors.ts';
import type { JournalRecord, MirrorRole, SealedFile } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { HostFrame } from '../../shared/contract/mirror-protocol.ts';
import { systemCode } from '../engine/journal/journal-error.ts';
import { syncFolder } from '../engine/journal/torn.ts';
import { sealedFilesOf } from '../engine/journal/verify-files.ts';
import { sha256OfFile } from '../engine/regular-file.ts';
import { SerialQueue } from '../engine/serial-queue.ts';
import { unwritable } from './copy.ts';

/** Bytes of one file, as the host gives them. */
export type FileAnswer = Extract<HostFrame, { type: 'file' }>;

/** What to ask the host for next. */
export interface FileQuestion {
  readonly path: string;
  readonly offset: number;
}

/** How long until a file that had nothing new is asked for again, in milliseconds. */
export const ASK_AGAIN_MS = 1_000;

interface Wanted {
  readonly path: string;
  /** Null while the host still writes it. */
  sealed: SealedFile | null;
  /** Bytes that are here; null before we looked. */
  have: number | null;
  /** How large the host said it is. */
  size: number;
  status: 'open' | 'here' | 'differs';
  /** It was fetched from the beginning again because the hash was wrong. */
  again: boolean;
  /** Not to be asked for before this moment of the monotonic clock. */
  notBefore: number;
}

const mirrored = /^(?:(?:checklist|output|evidence)\/.+|torn-\d+\.bin)$/;

/** True for a path that stays inside the copy and names what a run may hold: the host writes these names. */
export function staysInside(folder: string, path: string): boolean {
  const parts = path.split('/');
  if (!mirrored.test(path) || path.includes('\0') || parts.some((part) => ['', '.', '..'].includes(part))) return false;
  return relative(folder, join(folder, path)).split(sep).join('/') === path;
}

/**
 * The files of a followed run: what its records seal, and recordings that still grow. They are pulled piece by piece
 * from wherever our own copy stands, and count as here once size and hash are what the journal says.
 */
export class CopiedFiles {
  readonly #folder: string;
  readonly #mono: () => number;
  readonly #wanted = new Map<string, Wanted>();
  /** Recordings by the attempt that writes them. */
  readonly #growing = new Map<string, string>();
  readonly #queue = new SerialQueue();
  #role: MirrorRole | null = null;
  #stopped = false;
  /** A file that is not what the history says. */
  #differs: Failure | null = null;
  /** The history names a file where none may lie. */
  #outside: Failure | null = null;

  constructor(folder: string, mono: () => number) {
    this.#folder = folder;
    this.#mono = mono;
  }

  /** What is wrong with a file, or null. */
  get failure(): Failure | null {
    return this.#outside ?? this.#differs;
  }

  /** The checker copies everything; an observer only what the checklist brought along. */
  beginLink(role: MirrorRole): void {
    this.#role = role;
    this.#differs = null;
    for (const wanted of this.#wanted.values()) {
      wanted.notBefore = 0;
      wanted.again = false;
      if (wanted.status === 'differs') Object.assign(wanted, { status: 'open', have: null });
    }
  }

  /** Learns from a record which files there are. */
  note(record: JournalRecord): void {
    if (record.type === 'attempt-started' && record.data.recording !== null) {
      this.#growing.set(record.data.attempt, record.data.recording);
      this.#want(record.data.recording, null);
    }
    if (record.type === 'attempt-ended') {
      const path = this.#growing.get(record.data.attempt);
      this.#growing.delete(record.data.attempt);
      // A recording that was announced and never made has nothing to be copied.
      if (path !== undefined && record.data.recording === null) this.#wanted.delete(path);
    }
    for (const sealed of sealedFilesOf(record)) this.#want(sealed.path, sealed);
  }

  /** Bytes that are known to be missing. */
  get missingBytes(): number {
    let missing = 0;
    for (const wanted of this.#wanted.values()) {
      if (wanted.status === 'here' || !this.#isOurs(wanted)) continue;
      missing += Math.max(0, (wanted.sealed?.bytes ?? wanted.size) - (wanted.have ?? 0));
    }
    return missing;
  }

  /** True when every sealed file is here, whole. */
  get complete(): boolean {
    if (this.#outside !== null) return false;
    return [...this.#wanted.values()].every((one) => one.sealed === null || one.status === 'here');
  }

  /** True when this very content is here, whole. */
  has({ path, sha256, bytes }: Pick<SealedFile, 'path' | 'sha256' | 'bytes'>): boolean {
    const wanted = this.#wanted.get(path);
    return wanted?.status === 'here' && wanted.sealed?.sha256 === sha256 && wanted.sealed.bytes === bytes;
  }

  /**
   * The next piece to ask for, sealed files first; null when nothing is to be asked just now. Files that lie here from
   * an earlier time are looked at on the way. Throws CopyError.
   */
  async next(): Promise<FileQuestion | null> {
    return await this.#queue.run(() => this.#next());
  }

  /** Nothing is written any more once it resolves. */
  async stop(): Promise<void> {
    await this.#queue.run(async () => {
      this.#stopped = true;
    });
  }

  async #next(): Promise<FileQuestion | null> {
    while (!this.#stopped) {
      const now = this.#mono();
      const open = [...this.#wanted.values()].filter((one) => this.#isOurs(one) && one.status === 'open');
      const due = open.filter((one) => one.notBefore <= now);
      const wanted = due.find((one) => one.sealed !== null) ?? due.sort((a, b) => a.notBefore - b.notBefore)[0];
      if (wanted === undefined) return null;
      const have = await this.#look(wanted);
      if (wanted.sealed === null || have < wanted.sealed.bytes) return { path: wanted.path, offset: have };
      await this.#judge(wanted, wanted.sealed);
    }
    return null;
  }

  /** Keeps a piece. False when the answer is not to what was asked. Throws CopyError. */
  async take(asked: FileQuestion, answer: FileAnswer): Promise<boolean> {
    return await this.#queue.run(() => this.#take(asked, answer));
  }

  async #take(asked: FileQuestion, answer: FileAnswer): Promise<boolean> {
    const wanted = this.#wanted.get(asked.path);
    if (answer.path !== asked.path || answer.offset !== asked.offset) return false;
    if (wanted === undefined || wanted.have !== asked.offset || this.#stopped) return true;
    const data = Buffer.from(answer.data, 'base64');
    const room = (wanted.sealed?.bytes ?? Number.POSITIVE_INFINITY) - asked.offset;
    wanted.size = answer.size;
    if (data.length === 0) wanted.notBefore = this.#mono() + ASK_AGAIN_MS;
    else await this.#keep(wanted, asked.offset, data.length > room ? data.subarray(0, room) : data);
    // A recording that still grows waits for its next piece; meanwhile others have their turn.
    if (wanted.sealed === null) wanted.notBefore = this.#mono() + (wanted.have < answer.size ? 0 : ASK_AGAIN_MS);
    else if (wanted.have === wanted.sealed.bytes) await this.#judge(wanted, wanted.sealed);
    return true;
  }

  #want(path: string, sealed: SealedFile | null): void {
    if (!staysInside(this.#folder, path)) {
      this.#outside ??= failure('mirror-file-differs', { path }, 'the path leads out of the run');
      return;
    }
    const wanted = this.#wanted.get(path);
    if (wanted !== undefined) {
      // Nothing may be sealed twice; the first seal is the one that counts.
      if (wanted.sealed === null) Object.assign(wanted, { sealed, notBefore: 0 });
      return;
    }
    const fresh: Wanted = { path, sealed, have: null, size: 0, status: 'open', again: false, notBefore: 0 };
    this.#wanted.set(path, fresh);
  }

  #isOurs({ path }: Wanted): boolean {
    return this.#role === 'checker' || (this.#role === 'observer' && path.startsWith('checklist/'));
  }

  /** How much of it is here; what is too long to be it is thrown away. */
  async #look(wanted: Wanted): Promise<number> {
    if (wanted.have === null) {
      const found = await stat(this.#at(wanted)).catch((error: unknown) => {
        if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
        throw unwritable(this.#folder, error);
      });
      wanted.have = found?.size ?? 0;
    }
    if (wanted.sealed !== null && wanted.have > wanted.sealed.bytes) await this.#discard(wanted);
    return wanted.have;
  }

  /** All of it came: is it what the journal seals? If not, it is fetched once more from the beginning, and never shown. */
  async #judge(wanted: Wanted, sealed: SealedFile): Promise<void> {
    try {
      if (sealed.bytes === 0) await this.#write(wanted, 0, Buffer.alloc(0));
      const found = await sha256OfFile(this.#at(wanted));
      if (found === sealed.sha256) {
        await this.#settle(wanted);
        return;
      }
      await this.#discard(wanted);
      if (!wanted.again) wanted.again = true;
      else {
        wanted.status = 'differs';
        const params = { path: sealed.path, sealed: sealed.sha256, found };
        this.#differs ??= failure('mirror-file-differs', params);
      }
    } catch (error) {
      throw unwritable(this.#folder, error);
    }
  }

  async #settle(wanted: Wanted): Promise<void> {
    const file = await open(this.#at(wanted), 'r+');
    await file.sync().finally(() => file.close());
    await syncFolder(dirname(this.#at(wanted)));
    wanted.status = 'here';
  }

  async #discard(wanted: Wanted): Promise<void> {
    await rm(this.#at(wanted), { force: true });
    wanted.have = 0;
  }

  async #keep(wanted: Wanted, offset: number, data: Buffer): Promise<void> {
    try {
      await this.#write(wanted, offset, data);
      wanted.have = offset + data.length;
    } catch (error) {
      throw unwritable(this.#folder, error);
    }
  }

  async #write(wanted: Wanted, offset: number, data: Buffer): Promise<void> {
    const path = this.#at(wanted);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      for (let written = 0; written < data.length; )
        written += (await file.write(data, written, data.length - written, offset + written)).bytesWritten;
    } finally {
      await file.close();
    }
  }

  #at({ path }: Wanted): string {
    return join(this.#folder, path);
  }
}
