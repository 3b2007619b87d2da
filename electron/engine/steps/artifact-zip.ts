import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import type { Inside, LookInside } from './artifact-archive.ts';

const pieceBytes = 64 * 1024;

/** What yauzl needs of a file: reads from anywhere. The handle is ours and stays open. */
class HandleReader extends RandomAccessReader {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    super();
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(range(this.#file, start, end), { objectMode: false });
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void) {
    readFully(this.#file, buffer.subarray(offset, offset + length), position).then(() => done(null), done);
  }

  override close(done: (error: Error | null) => void): void {
    done(null);
  }
}

async function* range(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += pieceBytes) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - at));
    await readFully(file, piece, at);
    yield piece;
  }
}

async function readFully(file: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let read = 0; read < into.length; ) {
    const { bytesRead } = await file.read(into, read, into.length - read, position + read);
    if (bytesRead === 0) throw new Error('unexpected end of file');
    read += bytesRead;
  }
}

/** A zip on the disk, zip64 included; only its list of files and the wanted ones are read. */
export function readZip(file: FileHandle, cancelled: AbortSignal): LookInside {
  return async (wanted) => {
    const { size } = await file.stat();
    return await lookIn(await fromRandomAccessReaderPromise(new HandleReader(file), size, options), wanted, cancelled);
  };
}

/** A zip inside another archive, held in memory. */
export function readZipIn(bytes: Buffer, cancelled: AbortSignal): LookInside {
  return async (wanted) => await lookIn(await fromBufferPromise(bytes, options), wanted, cancelled);
}

const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true };

async function lookIn(
  zip: ZipFile,
  wanted: ReadonlyMap<string, number>,
  cancelled: AbortSignal,
): Promise<ReadonlyMap<string, Inside>> {
  const entries = new Map<string, Entry[]>();
  for await (const entry of zip.eachEntry()) {
    cancelled.throwIfAborted();
    if (wanted.has(entry.fileName)) entries.set(entry.fileName, [...(entries.get(entry.fileName) ?? []), entry]);
  }
  const found = new Map<string, Inside>();
  for (const [name, most] of wanted) found.set(name, await read(zip, entries.get(name) ?? [], most, cancelled));
  return found;
}

async function read(zip: ZipFile, entries: readonly Entry[], most: number, cancelled: AbortSignal): Promise<Inside> {
  const [entry, second] = entries;
  if (entry === undefined) return { type: 'missing' };
  if (second !== undefined) return { type: 'twice' };
  if (entry.uncompressedSize > most) return { type: 'too-large', bytes: entry.uncompressedSize };
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  // yauzl ends the stream with an error where it holds more or less than its size says.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    cancelled.throwIfAborted();
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (crc32(bytes) !== entry.crc32) throw new Error(`the check sum of ${entry.fileName} is wrong`);
  return { type: 'file', bytes };
}
