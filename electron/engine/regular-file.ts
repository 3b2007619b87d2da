import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { systemCode } from './journal/journal-error.ts';

/** There is something at the path, but nothing that can be read to its end: a folder, a pipe, a socket, a device. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
  readonly path: string;
  constructor(path: string, details: { readonly cause?: unknown } = {}) {
    super(`not a regular file: ${path}`, details);
    this.path = path;
  }
}

/** What the system says of a socket, a device that nothing stands behind, and (Windows) a folder. */
const NEVER_OPENED: ReadonlySet<string | null> = new Set(['ENXIO', 'ENODEV', 'EOPNOTSUPP', 'EISDIR']);

/**
 * Opens a file for reading, links followed, and gives its size in bytes; whoever gets it closes it. What lies on a disk may be replaced at any
 * time, so the open file itself is asked what it is; and a named pipe never holds us up until somebody writes to it.
 * @throws {NotAFile} and what the disk said.
 */
export async function openFile(path: string): Promise<{ readonly file: FileHandle; readonly size: number }> {
  // O_NONBLOCK is not there on Windows, where named pipes do not lie among the files.
  const flags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);
  const file = await open(path, flags).catch((error: unknown) => {
    throw NEVER_OPENED.has(systemCode(error)) ? new NotAFile(path, { cause: error }) : error;
  });
  try {
    return { file, size: await sizeOfFile(file, path) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * What was opened at `path` has this many bytes at this moment.
 * @throws {NotAFile} where it is no regular file.
 */
export async function sizeOfFile(file: FileHandle, path: string): Promise<number> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new NotAFile(path);
  return stats.size;
}

/**
 * Opens a file as `openFile` does, and closes it after its use.
 * @param use Gets the file and its size in bytes at this moment.
 * @throws {NotAFile} and what the disk said.
 */
export async function withFile<T>(path: string, use: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  const { file, size } = await openFile(path);
  try {
    return await use(file, size);
  } finally {
    await file.close();
  }
}

/** The same; null where there is nothing, or nothing that can be read to its end. */
export async function withFileIfThere<T>(
  path: string,
  use: (file: FileHandle, size: number) => Promise<T>,
): Promise<T | null> {
  return await withFile(path, use).catch((error: unknown) => {
    if (error instanceof NotAFile || systemCode(error) === 'ENOENT') return null;
    throw error;
  });
}

/** The file's first bytes, at most so many, however much it grows meanwhile. */
export async function readAtMost(file: FileHandle, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (most > 0) {
    const stream = file.createReadStream({ start: 0, end: most - 1, autoClose: false });
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * SHA-256 (hex) of a file of any size, in little memory.
 * @throws {NotAFile}, what the disk said, and an `AbortError` when the signal ends the reading.
 */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  return await withFile(path, async (file) => {
    const hash = createHash('sha256');
    await pipeline(file.createReadStream({ start: 0, autoClose: false }), hash, signal === undefined ? {} : { signal });
    return hash.digest('hex');
  });
}
