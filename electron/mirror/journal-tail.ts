import type { FileHandle } from 'node:fs/promises';
import type { Head } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { HostFrame } from '../../shared/contract/mirror-protocol.ts';
import { openForReading } from '../engine/journal/read-run.ts';
import { SerialQueue } from '../engine/serial-queue.ts';

/** A `records` frame, made once for all viewers that stand at the same place. */
export interface RecordsFrame {
  readonly bytes: Buffer;
  /** The record after those in it. */
  readonly next: number;
}

const chunkBytes = 256 * 1024;
const framesKept = 4;

/**
 * Reads the journal's file behind its writer, up to the records that are known to be durable: what stands behind them
 * may still be cut away again. Of each line only its place is kept; viewers are served from the file.
 */
export class JournalTail {
  readonly #file: FileHandle;
  readonly #onLine: (line: Buffer) => void;
  readonly #reading = new SerialQueue();
  /** Where each line begins, and where the next one will. */
  readonly #starts: number[] = [0];
  readonly #frames = new Map<string, Promise<RecordsFrame>>();

  private constructor(file: FileHandle, onLine: (line: Buffer) => void) {
    this.#file = file;
    this.#onLine = onLine;
  }

  /** Opens a run's journal. `onLine` sees each line once, in order, without its newline. */
  static async open(folder: string, onLine: (line: Buffer) => void): Promise<JournalTail> {
    return new JournalTail(await openForReading(folder), onLine);
  }

  /** Lines that can be sent. */
  get count(): number {
    return this.#starts.length - 1;
  }

  /** Takes in what is durable now, `count` lines in all. Rejects when the file has fewer. */
  extend(count: number): Promise<void> {
    return this.#reading.run(() => this.#extend(count));
  }

  async #extend(count: number): Promise<void> {
    let begun: Buffer[] = [];
    let position = this.#startOf(this.count);
    while (this.count < count) {
      const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, position);
      if (bytesRead === 0) throw new Error(`The journal has ${this.count} lines where ${count} were written.`);
      const chunk = buffer.subarray(0, bytesRead);
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1 && this.count < count; end = chunk.indexOf(10, from)) {
        const line = Buffer.concat([...begun, chunk.subarray(from, end)]);
        begun = [];
        from = end + 1;
        this.#starts.push(position + from);
        this.#onLine(line);
      }
      begun.push(chunk.subarray(from));
      position += bytesRead;
    }
  }

  /** Whether this head is a record of ours, word for word. */
  async holds({ seq, hash }: Head): Promise<boolean> {
    if (seq >= this.count) return false;
    const record = JSON.parse((await this.#read(seq, seq + 1)).toString('utf8')) as { hash?: unknown };
    return record.hash === hash;
  }

  /** The lines from `first` on: as many as fit a frame, at least one. Viewers at the same place share the reading too. */
  frameFrom(first: number): Promise<RecordsFrame> {
    const next = this.#endOfBatch(first);
    const key = `${first} ${next}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const made = this.#makeFrame(first, next);
    this.#keep(key, made, this.#startOf(next) - this.#startOf(first));
    return made;
  }

  async #makeFrame(first: number, next: number): Promise<RecordsFrame> {
    const bytes = await this.#read(first, next);
    const start = this.#startOf(first);
    const lines: string[] = [];
    for (let seq = first; seq < next; seq += 1) {
      lines.push(bytes.toString('utf8', this.#startOf(seq) - start, this.#startOf(seq + 1) - start - 1));
    }
    return { bytes: Buffer.from(JSON.stringify({ type: 'records', first, lines } satisfies HostFrame)), next };
  }

  async close(): Promise<void> {
    await this.#reading.drained();
    await this.#file.close();
  }

  #keep(key: string, frame: Promise<RecordsFrame>, bytes: number): void {
    if (bytes > limits.mirrorBatch) return;
    this.#frames.set(key, frame);
    // What could not be read now is read again when it is asked for again.
    frame.catch(() => this.#frames.delete(key));
    const [oldest] = this.#frames.keys();
    if (this.#frames.size > framesKept && oldest !== undefined) this.#frames.delete(oldest);
  }

  #endOfBatch(first: number): number {
    const most = this.#startOf(first) + limits.mirrorBatch;
    let next = first + 1;
    while (next < this.count && this.#startOf(next + 1) <= most) next += 1;
    return next;
  }

  #startOf(seq: number): number {
    return this.#starts[seq] ?? 0;
  }

  /** The bytes of these lines. */
  async #read(first: number, next: number): Promise<Buffer> {
    const start = this.#startOf(first);
    const bytes = Buffer.allocUnsafe(this.#startOf(next) - start);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await this.#file.read(bytes, done, bytes.length - done, start + done);
      if (bytesRead === 0) throw new Error('The journal became shorter while it was read.');
      done += bytesRead;
    }
    return bytes;
  }
}
