import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../ports.ts';
import { castEvent, castHeader, EVENT_CHARS } from './cast.ts';

/** Text waits this long (or until it is long enough) to become one event with what follows it. */
const COALESCE_MS = 50;
/** From so many unwritten bytes on, the host has to wait for the disk. */
const HIGH_WATER = 4 * 1024 * 1024;

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
  private text = '';
  private timer: NodeJS.Timeout | null = null;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | null = null;
  /** The part of `writing` that is under way. */
  private batch: Promise<void> = Promise.resolve();
  private failed: { readonly error: unknown } | null = null;

  private constructor(file: FileHandle, clock: Clock, title: string) {
    this.file = file;
    this.clock = clock;
    this.lastEvent = Math.round(clock.mono());
    this.enqueue(castHeader(title, clock.now()));
  }

  /** Makes the file, which must not exist. The header is on its way to disk when this resolves. */
  static async create(path: string, clock: Clock, title: string): Promise<Recorder> {
    return new Recorder(await open(path, 'wx', 0o600), clock, title);
  }

  /** Takes decoded text. A promise is backpressure; it rejects with the system's error when the disk refuses. */
  write(text: string): void | Promise<void> {
    if (this.failed !== null) return Promise.reject(this.failed.error);
    this.text += text;
    if (this.text.length >= EVENT_CHARS / 2) this.flushText();
    else if (this.text !== '') this.timer ??= setTimeout(() => this.flushText(), COALESCE_MS);
    if (this.waitingBytes >= HIGH_WATER) return this.batchWritten();
  }

  /** Writes the exit event, makes the file durable and closes it. Rejects when any byte was refused. */
  async seal(exitCode: number | null): Promise<RecordingSeal> {
    this.flushText();
    if (exitCode !== null) this.enqueue(castEvent(this.interval(), 'x', String(exitCode)));
    try {
      await this.drained();
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
    for (let from = 0; from < this.text.length; ) {
      let end = Math.min(from + EVENT_CHARS, this.text.length);
      // Never between the halves of a surrogate pair.
      const unit = this.text.charCodeAt(end - 1);
      if (end < this.text.length && unit >= 0xd800 && unit <= 0xdbff) end -= 1;
      this.enqueue(castEvent(this.interval(), 'o', this.text.slice(from, end)));
      from = end;
    }
    this.text = '';
  }

  private enqueue(line: string): void {
    if (this.failed !== null) return;
    // As many bytes as characters: ASCII, which need not be encoded.
    const bytes = Buffer.from(line, Buffer.byteLength(line, 'utf8') === line.length ? 'latin1' : 'utf8');
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    this.writing ??= this.drain();
  }

  private async drain(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting;
        this.waiting = [];
        this.waitingBytes = 0;
        this.batch = this.writeWhole(batch);
        // The processor hashes while the disk writes.
        for (const bytes of batch) this.hash.update(bytes);
        await this.batch;
        for (const bytes of batch) this.bytes += bytes.length;
      }
    } catch (error) {
      this.failed = { error };
      this.waiting = [];
      this.waitingBytes = 0;
    }
    this.writing = null;
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
