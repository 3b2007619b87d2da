import { createHash, randomUUID } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { syncFolder } from '../engine/journal/torn.ts';
import { NotAFile } from '../engine/regular-file.ts';

/** One file of the zip as it was written. */
export interface Written {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Where an entry's bytes come from: a file below `folder`, or a text that may depend on what was written before it. */
export type ZipSource =
  | { readonly path: string; readonly folder: string; readonly bytes: number }
  | { readonly path: string; readonly make: (before: readonly Written[]) => Uint8Array };

/** How far it is, in bytes of the files that go in. */
export type ZipProgress = (done: number, of: number) => void;

const CHUNK = 256 * 1024;
/** A time that every clock can show in the same way; the real ones stand in the journal. */
const common = () => ({ mtime: new Date(1980, 0, 1, 12), mode: 0o100644, forceDosTimestamp: true });

/**
 * Writes a zip whole or not at all: beside its place, onto the disk, then renamed over it. The same files give the same
 * bytes (with the same zlib): fixed times and rights, in the order given. Gives what was written, file by file.
 * Rejects with the system's error, and NotAFile for what is no regular file any more.
 */
export async function writeZip(
  to: string,
  sources: readonly ZipSource[],
  progress: ZipProgress,
): Promise<readonly Written[]> {
  const beside = join(dirname(to), `.${basename(to)}.${randomUUID()}`);
  try {
    const written = await pack(beside, sources, progress);
    await rename(beside, to);
    await syncFolder(dirname(to));
    return written;
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function pack(path: string, sources: readonly ZipSource[], progress: ZipProgress): Promise<readonly Written[]> {
  const of = sources.reduce((sum, source) => sum + ('folder' in source ? source.bytes : 0), 0);
  const written: Written[] = [];
  let done = 0;
  const zip = new ZipFile();
  const failed = new AbortController();
  let cause: unknown = null;
  let reading: Readable | null = null;
  const fail = (error: unknown): void => {
    cause ??= error;
    failed.abort();
  };
  zip.on('error', fail);
  for (const source of sources) {
    const bytes = 'folder' in source ? readWhole(source) : once(() => source.make(written));
    const hashed = async function* () {
      const hash = createHash('sha256');
      let length = 0;
      for await (const chunk of bytes) {
        hash.update(chunk);
        length += chunk.length;
        if ('folder' in source) {
          done += chunk.length;
          progress(done, of);
        }
        yield chunk;
      }
      written.push({ path: source.path, sha256: hash.digest('hex'), bytes: length });
    };
    zip.addReadStreamLazy(
      source.path,
      { ...common(), ...('folder' in source ? { size: source.bytes } : {}) },
      (give) => {
        // A stream's own error would go nowhere: yazl pipes without looking.
        reading = Readable.from(hashed(), { objectMode: false }).on('error', fail);
        give(null, reading);
      },
    );
  }
  zip.end();
  const out = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await pipeline(zip.outputStream, out, { signal: failed.signal });
    return written;
  } catch (error) {
    throw cause ?? error;
  } finally {
    (reading as Readable | null)?.destroy();
  }
}

async function* once(make: () => Uint8Array): AsyncGenerator<Uint8Array> {
  yield make();
}

/** The file's first `bytes` bytes, never through a link. */
async function* readWhole(source: {
  readonly path: string;
  readonly folder: string;
  readonly bytes: number;
}): AsyncGenerator<Buffer> {
  const full = join(source.folder, source.path);
  const real = relative(await realpath(source.folder), await realpath(full));
  if (real.split(sep).join('/') !== source.path) throw new NotAFile(full);
  // Neither is there on Windows, where pipes do not lie among the files.
  const careful =
    ((constants.O_NOFOLLOW as number | undefined) ?? 0) | ((constants.O_NONBLOCK as number | undefined) ?? 0);
  const file = await open(full, constants.O_RDONLY | careful);
  try {
    if (!(await file.stat()).isFile()) throw new NotAFile(full);
    for (let at = 0; at < source.bytes; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, source.bytes - at));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) throw new Error(`${full} became shorter while it was read`);
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
