import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { limits } from '../../shared/contract/limits.ts';
import type { Written } from './write-zip.ts';
import { firstNameFault } from './zip-names.ts';

/** A zip was refused: at which name, and why (`evidence:<what>` is the sentence). */
export class ZipRefused extends Error {
  override readonly name = 'ZipRefused';
  readonly entry: string;
  readonly what: string;
  constructor(entry: string, what: string) {
    super(`${what}: ${entry}`);
    this.entry = entry;
    this.what = what;
  }
}

/** It is no zip, or one that is broken off or damaged. */
export class ZipUnreadable extends Error {
  override readonly name = 'ZipUnreadable';
}

/** How large a zip may be. */
export interface ZipLimits {
  readonly entries: number;
  readonly bytes: number;
  readonly freeBytes: number;
  readonly factor: number;
}
const ours: ZipLimits = {
  entries: limits.zipEntries,
  bytes: limits.zipBytes,
  freeBytes: limits.zipFreeBytes,
  factor: limits.zipFactor,
};

/** Who looks on while a zip is read: is told how many bytes came just now, and can stop it. */
export interface ZipWatch {
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** An open zip whose names and claimed sizes were looked at; nothing of it was unpacked yet. */
export interface OpenZip {
  readonly entries: readonly Entry[];
  /** Bytes of all files when unpacked, as claimed; reading holds each of them to its claim. */
  readonly bytes: number;
  /**
   * Reads one file: its hash and size, and where `to` is given its content into a new file. Throws ZipUnreadable for
   * damaged data, the system's error where the disk refuses, and an `AbortError` when it is stopped.
   */
  read(entry: Entry, to: string | null, watch?: ZipWatch): Promise<Written>;
  close(): void;
}

/**
 * Opens a zip that may come from anybody. Refused (ZipRefused) before anything is unpacked: too many or too large
 * files, a file that would grow out of proportion, names that lead elsewhere or collide, encryption, links. Throws
 * ZipUnreadable for what is no zip, and the system's error.
 */
export async function openZip(
  path: string,
  platform: NodeJS.Platform = process.platform,
  most: ZipLimits = ours,
): Promise<OpenZip> {
  const zip = await openPromise(path, {
    lazyEntries: true,
    autoClose: false,
    decodeStrings: true,
    validateEntrySizes: true,
    strictFileNames: true,
  }).catch((error: unknown) => {
    throw unreadable(error);
  });
  try {
    const entries = await entriesOf(zip, most);
    const files = entries.filter(({ fileName }) => !fileName.endsWith('/'));
    const names = entries.map(({ fileName }) => fileName.replace(/\/$/, ''));
    const wrong = firstNameFault(
      names.filter((_, index) => files.includes(entries[index] as Entry)),
      platform,
    );
    if (wrong !== null) throw new ZipRefused(wrong.name, `zip-name-${wrong.fault}`);
    return {
      entries: files,
      bytes: checkSizes(files, zip.fileSize, most),
      read: (entry, to, watch) => readEntry(zip, entry, to, watch),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** The system's own errors (a missing file, a full disk) stay; everything else speaks of the zip. */
function unreadable(error: unknown): unknown {
  const ofSystem = error instanceof Error && 'syscall' in error;
  if (ofSystem || error instanceof ZipRefused) return error;
  return new ZipUnreadable(error instanceof Error ? error.message : String(error), { cause: error });
}

async function entriesOf(zip: ZipFile, most: ZipLimits): Promise<readonly Entry[]> {
  if (zip.entryCount > most.entries) throw new ZipRefused(String(zip.entryCount), 'zip-entries');
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      // The count that a zip claims may be another one than it has.
      if (entries.length === most.entries) throw new ZipRefused(entry.fileName, 'zip-entries');
      checkKind(entry);
      entries.push(entry);
    }
  } catch (error) {
    // yauzl's own look at names comes first; it has no code.
    const named = /^(?:absolute path|invalid relative path|invalid characters in fileName): (.*)$/s.exec(
      error instanceof Error ? error.message : '',
    );
    if (named !== null) throw new ZipRefused((named[1] ?? '').slice(0, 500), 'zip-name-outside');
    throw unreadable(error);
  }
  return entries;
}

const UNIX = 3;

function checkKind(entry: Entry): void {
  const { fileName, versionMadeBy, externalFileAttributes, compressionMethod } = entry;
  if (entry.isEncrypted()) throw new ZipRefused(fileName, 'zip-encrypted');
  if (compressionMethod !== 0 && compressionMethod !== 8) throw new ZipRefused(fileName, 'zip-method');
  const type = versionMadeBy >> 8 === UNIX ? (externalFileAttributes >>> 28) & 0xf : 0;
  // 8 is a regular file, 4 a folder; some programs write no type at all.
  if (type !== 0 && type !== 8 && type !== 4) throw new ZipRefused(fileName, 'zip-link');
}

function checkSizes(entries: readonly Entry[], fileSize: number, most: ZipLimits): number {
  let bytes = 0;
  let packed = 0;
  for (const { fileName, uncompressedSize, compressedSize } of entries) {
    bytes += uncompressedSize;
    packed += compressedSize;
    if (!Number.isSafeInteger(bytes) || bytes > most.bytes) throw new ZipRefused(fileName, 'zip-bytes');
    // Files that share the same packed bytes would together be larger than the zip.
    if (packed > fileSize) throw new ZipRefused(fileName, 'zip-ratio');
    if (bytes > most.freeBytes && bytes > packed * most.factor) throw new ZipRefused(fileName, 'zip-ratio');
  }
  return bytes;
}

async function readEntry(zip: ZipFile, entry: Entry, to: string | null, watch?: ZipWatch): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  let sum = 0;
  const look = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sum = crc32(chunk, sum);
      bytes += chunk.length;
      watch?.onBytes(chunk.length);
      done(null, chunk);
    },
  });
  if (to !== null) await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const out = to === null ? nowhere() : createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true });
  try {
    const stop = watch === undefined ? {} : { signal: watch.signal };
    await pipeline(await zip.openReadStreamPromise(entry), look, out, stop);
  } catch (error) {
    watch?.signal.throwIfAborted();
    throw unreadable(error);
  }
  if (sum !== entry.crc32) throw new ZipUnreadable(`${entry.fileName} is damaged`);
  return { path: entry.fileName, sha256: hash.digest('hex'), bytes };
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** Reads a zip to its end and gives what is in it; proves that it can be unpacked. Throws as `openZip` does. */
export async function readBack(path: string): Promise<readonly Written[]> {
  const zip = await openZip(path, 'linux');
  try {
    const found: Written[] = [];
    for (const entry of zip.entries) found.push(await zip.read(entry, null));
    return found;
  } finally {
    zip.close();
  }
}

/** Where an entry comes to lie below a folder. */
export function placeOf(folder: string, { fileName }: Entry): string {
  return join(folder, ...fileName.split('/'));
}
