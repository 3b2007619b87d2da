import type { FileHandle } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Inside, LookInside } from './artifact-archive.ts';

const block = 512;
/** A pax or GNU header with a name longer than this is not read. */
const mostHeader = 1024 * 1024;
/** Unpacked bytes after which a tar.gz counts as a bomb. */
const mostUnpacked = 64 * 1024 ** 3;

/** A tar, packed with gzip or not: POSIX (ustar and pax) and GNU, read once from its beginning to its end. */
export function readTar(file: FileHandle, gzip: boolean, cancelled: AbortSignal): LookInside {
  return async (wanted) => {
    const source = file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1024 * 1024 });
    if (!gzip) return await walk(new Pieces(source, cancelled), wanted);
    const unpacked = createGunzip({ chunkSize: 256 * 1024 });
    // The error reaches the reader through the stream itself.
    pipeline(source, unpacked, () => {});
    return await walk(new Pieces(unpacked, cancelled), wanted);
  };
}

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** What an extended header says of the entry that follows it. */
interface Extended {
  readonly name?: string;
  readonly size?: number;
}

async function walk(pieces: Pieces, wanted: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, Inside>> {
  const found = new Map<string, Inside>();
  let extended: Extended = {};
  for (;;) {
    const header = headerOf(await pieces.take(block));
    if (header === null) return found;
    if (header.type === 'x' || header.type === 'L') {
      if (header.size > mostHeader) throw new Error('an extended header without end');
      const content = await pieces.takePadded(header.size);
      extended = { ...extended, ...(header.type === 'x' ? paxOf(content) : { name: cString(content) }) };
      continue;
    }
    const name = (extended.name ?? header.name).replace(/^(?:\.\/)+/, '');
    const size = extended.size ?? header.size;
    extended = {};
    const most = header.type === 'g' ? undefined : wanted.get(name);
    if (most === undefined) await pieces.skipPadded(size);
    else {
      const before = found.get(name);
      const inside = await take(pieces, header.type, size, most);
      found.set(name, before === undefined ? inside : { type: 'twice' });
    }
  }
}

async function take(pieces: Pieces, type: string, size: number, most: number): Promise<Inside> {
  const file = type === '0' || type === '\0' || type === '7';
  if (file && size <= most) return { type: 'file', bytes: await pieces.takePadded(size) };
  await pieces.skipPadded(size);
  return file ? { type: 'too-large', bytes: size } : { type: 'no-file' };
}

/** Null at the block of zeros that ends an archive. */
function headerOf(bytes: Buffer): Header | null {
  if (bytes.every((byte) => byte === 0)) return null;
  let sum = 8 * 0x20;
  for (const [at, byte] of bytes.entries()) if (at < 148 || at >= 156) sum += byte;
  if (sum !== numberOf(bytes.subarray(148, 156))) throw new Error('a header whose check sum is wrong');
  const prefix = bytes.subarray(257, 263).toString('latin1') === 'ustar\0' ? cString(bytes.subarray(345, 500)) : '';
  const name = cString(bytes.subarray(0, 100));
  const type = String.fromCharCode(bytes[156] ?? 0);
  // Links and folders carry a size in some archives, but no content.
  const size = /[1-6]/.test(type) ? 0 : numberOf(bytes.subarray(124, 136));
  return { name: prefix === '' ? name : `${prefix}/${name}`, type, size };
}

/** Octal digits, or base 256 where the first bit is set (GNU, sizes from 8 GB). */
function numberOf(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) !== 0) {
    return field.reduce((sum, byte, at) => sum * 256 + (at === 0 ? byte & 0x7f : byte), 0);
  }
  const digits = field.toString('latin1').replaceAll('\0', ' ').trim();
  if (!/^[0-7]*$/.test(digits)) throw new Error('a header with a broken number');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end === -1 ? undefined : end).toString('utf8');
}

/** pax records: `LENGTH KEYWORD=VALUE\n`, the length in bytes and counting itself. */
function paxOf(content: Buffer): Extended {
  let extended: Extended = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, space === -1 ? at : space).toString('latin1'));
    if (!Number.isInteger(length) || length <= 0) throw new Error('a broken extended header');
    const record = content.subarray(space + 1, at + length - 1).toString('utf8');
    const equals = record.indexOf('=');
    const value = record.slice(equals + 1);
    if (record.startsWith('path=')) extended = { ...extended, name: value };
    if (record.startsWith('size=') && /^\d{1,15}$/.test(value)) extended = { ...extended, size: Number(value) };
    at += length;
  }
  return extended;
}

/** A stream taken in pieces of a wanted length. */
class Pieces {
  readonly #source: AsyncIterator<Buffer>;
  readonly #cancelled: AbortSignal;
  #rest: Buffer = Buffer.alloc(0);
  #seen = 0;

  constructor(source: Readable, cancelled: AbortSignal) {
    this.#source = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    this.#cancelled = cancelled;
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    await this.#each(length, (part) => parts.push(part));
    return Buffer.concat(parts);
  }

  async takePadded(length: number): Promise<Buffer> {
    return (await this.take(padded(length))).subarray(0, length);
  }

  async skipPadded(length: number): Promise<void> {
    await this.#each(padded(length), () => {});
  }

  async #each(length: number, see: (part: Buffer) => void): Promise<void> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#next();
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      see(part);
    }
  }

  async #next(): Promise<Buffer> {
    this.#cancelled.throwIfAborted();
    const { done, value } = await this.#source.next();
    if (done === true) throw new Error('the archive ends too early');
    this.#seen += value.length;
    if (this.#seen > mostUnpacked) throw new Error('it unpacks to more than any release holds');
    return value;
  }
}

const padded = (length: number): number => Math.ceil(length / block) * block;
