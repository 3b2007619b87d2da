import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../ports.ts';
import { castExit, castHeader, EVENT_BYTES, LONGEST_LINE, writeCastOutput } from './cast.ts';
import { wholeCharacters } from './utf8.ts';

/** Text waits this long (or until it is long enough) to become one event with what follows it. */
const COALESCE_MS = 50;
/** From so many unwritten bytes on, the host has to wait for the disk. */
const HIGH_WATER = 4 * 1024 * 1024;
/** So much text becomes an event at once: what a host sends in one piece need not be put together with the next. */
const SOON_BYTES = 16 * 1024;
/** Lines are gathered in pieces of this size, so that the disk is asked seldom. */
const PAGE_BYTES = 1024 * 1024;
/** After so many bytes the disk is asked to catch up, so that sealing a long recording does not wait for all of it. */
const SYNC_BYTES = 16 * 1024 * 1024;

/** What a closed recording is known by. */
export interface RecordingSeal {
  readonly sha256: string;
  readonly bytes: number;
}

/** Writes one asciicast file: coalesces text to events, hashes while writing, pushes back when the disk is slow. */
export class Recorder {
  private readonly file: FileHandle;
  private readonly clock: Clock;
  private readonly hash = createHash('sha256');
  private bytes = 0;
  private lastEvent: number;
  private text: Buffer[] = [];
  private textBytes = 0;
  /** Lines that are not waiting for the disk yet, up to `pageEnd`. */
  private page: Buffer = Buffer.allocUnsafe(PAGE_BYTES);
  private pageEnd = 0;
  /** Pages whose bytes are on disk. Used again, because fresh memory costs more than all the rest. */
  private readonly spare: Buffer[] = [];
  private timer: NodeJS.Timeout | null = null;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | null = null;
  /** The part of `writing` that is under way. */
  private batch: Promise<void> = Promise.resolve();
  /** The disk catching up beside the writing. */
  private syncing: Promise<void> | null = null;
  private unsynced = 0;
  private failed: { readonly error: unknown } | null = null;

  private constructor(file: FileHandle, clock: Clock, title: string) {
    this.file = file;
    this.clock = clock;
    this.lastEvent = Math.round(clock.mono());
    this.waiting.push(Buffer.from(castHeader(title, clock.now())));
    this.startWriting();
  }

  /** Makes the file, which must not exist. The header is on its way to disk when this resolves. */
  static async create(path: string, clock: Clock, title: string): Promise<Recorder> {
    return new Recorder(await open(path, 'wx', 0o600), clock, title);
  }

  /**
   * Takes UTF-8 text, whole characters. A promise is backpressure; it rejects with the system's error when the disk
   * refuses.
   */
  write(text: Buffer): void | Promise<void> {
    if (this.failed !== null) return Promise.reject(this.failed.error);
    if (text.length === 0) return;
    this.text.push(text);
    this.textBytes += text.length;
    if (this.textBytes >= SOON_BYTES) this.flushText();
    else this.timer ??= setTimeout(() => this.flushText(), COALESCE_MS);
    if (this.waitingBytes >= HIGH_WATER) return this.batchWritten();
  }

  /** Writes the exit event, makes the file durable and closes it. Rejects when any byte was refused. */
  async seal(exitCode: number | null): Promise<RecordingSeal> {
    this.flushText();
    if (exitCode !== null) {
      this.turnPage();
      this.waiting.push(Buffer.from(castExit(this.interval(), exitCode)));
      this.startWriting();
    }
    try {
      await this.drained();
      await this.syncing;
      // The system tells of a failed write-back once only.
      if (this.failed !== null) throw this.failed.error;
      await this.file.sync();
    } finally {
      await this.file.close();
    }
    return { sha256: this.hash.digest('hex'), bytes: this.bytes };
  }

  private async batchWritten(): Promise<void> {
    await this.batch.catch(() => undefined);
    if (this.failed !== null) throw this.failed.error;
  }

  private async drained(): Promise<void> {
    await this.writing;
    if (this.failed !== null) throw this.failed.error;
  }

  /** Since the last event; the rounded clock is subtracted, not the rounded interval, so that no error adds up. */
  private interval(): number {
    const now = Math.round(this.clock.mono());
    const interval = now - this.lastEvent;
    this.lastEvent = now;
    return interval;
  }

  private flushText(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const text = this.text.length === 1 ? (this.text[0] as Buffer) : Buffer.concat(this.text);
    this.text = [];
    this.textBytes = 0;
    for (let rest = text; rest.length > 0 && this.failed === null; ) {
      const event = wholeCharacters(rest, EVENT_BYTES);
      if (this.page.length - this.pageEnd < LONGEST_LINE) this.turnPage();
      const end = writeCastOutput(this.interval(), event, this.page, this.pageEnd);
      this.waitingBytes += end - this.pageEnd;
      this.pageEnd = end;
      rest = rest.subarray(event.length);
    }
    this.startWriting();
  }

  /** Hands the page to the disk and begins a new one. */
  private turnPage(): void {
    if (this.pageEnd === 0) return;
    this.waiting.push(this.page.subarray(0, this.pageEnd));
    this.page = this.spare.pop() ?? Buffer.allocUnsafe(PAGE_BYTES);
    this.pageEnd = 0;
  }

  private startWriting(): void {
    if (this.failed === null) this.writing ??= this.drain();
  }

  private async drain(): Promise<void> {
    try {
      for (this.turnPage(); this.waiting.length > 0; this.turnPage()) {
        const batch = this.waiting;
        this.waiting = [];
        this.waitingBytes = 0;
        this.batch = this.writeWhole(batch);
        // The processor hashes while the disk writes.
        for (const bytes of batch) this.hash.update(bytes);
        await this.batch;
        for (const bytes of batch) {
          this.bytes += bytes.length;
          this.unsynced += bytes.length;
          if (bytes.buffer.byteLength === PAGE_BYTES) this.spare.push(Buffer.from(bytes.buffer, 0, PAGE_BYTES));
        }
        if (this.unsynced >= SYNC_BYTES) this.syncing ??= this.catchUp();
      }
    } catch (error) {
      this.failed = { error };
      this.waiting = [];
      this.waitingBytes = 0;
    }
    this.writing = null;
  }

  private async catchUp(): Promise<void> {
    this.unsynced = 0;
    try {
      await this.file.datasync();
    } catch (error) {
      this.failed ??= { error };
    }
    this.syncing = null;
  }

  /** All of the batch; the system may take it in parts. */
  private async writeWhole(batch: readonly Buffer[]): Promise<void> {
    for (let rest = batch; rest.length > 0; ) {
      const { bytesWritten } = await this.file.writev(rest);
      rest = behind(rest, bytesWritten);
    }
  }
}

/** What is left of the buffers behind so many bytes. */
function behind(buffers: readonly Buffer[], written: number): readonly Buffer[] {
  let skip = written;
  let index = 0;
  for (; index < buffers.length && skip >= (buffers[index] as Buffer).length; index += 1) {
    skip -= (buffers[index] as Buffer).length;
  }
  const [first, ...others] = buffers.slice(index);
  return first === undefined ? [] : [first.subarray(skip), ...others];
}
