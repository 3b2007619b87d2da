import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { JournalRecord } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import { sealedFilesOf } from '../engine/journal/verify-files.ts';

/** Bytes of a file from an offset on, and the file's size at this moment. */
export interface FilePart {
  readonly data: Buffer;
  readonly size: number;
}

/** The records that tell of files, by the end of their canonical line (`type` is its last member). */
const tellsOfFiles = /"type":"(?:run-created|journal-repaired|attempt-started|attempt-ended)"\}$/;
/** Neither through a link nor from a pipe; Windows knows these flags not. */
const justTheFile =
  constants.O_RDONLY |
  ((constants.O_NONBLOCK as number | undefined) ?? 0) |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0);
const nothing: FilePart = { data: Buffer.alloc(0), size: 0 };

/** The files of a run that its journal tells of; no other can be read from outside. */
export class SharedFiles {
  readonly #folder: string;
  readonly #paths = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Learns from a line of the journal. */
  note(line: Buffer): void {
    if (!tellsOfFiles.test(line.toString('latin1', Math.max(0, line.length - 40)))) return;
    const record = JSON.parse(line.toString('utf8')) as JournalRecord;
    if (record.type === 'attempt-started' && record.data.recording !== null) this.#paths.add(record.data.recording);
    for (const { path } of sealedFilesOf(record)) this.#paths.add(path);
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** At most `limits.mirrorBatch` bytes; nothing where the file is not there (yet), or is a link to somewhere else. */
  async read(path: string, offset: number): Promise<FilePart> {
    if (!this.has(path) || !(await this.#isItself(path))) return nothing;
    const file = await open(join(this.#folder, path), justTheFile).catch(() => null);
    if (file === null) return nothing;
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return nothing;
      const length = Math.min(limits.mirrorBatch, Math.max(0, stats.size - offset));
      if (length === 0) return { data: nothing.data, size: stats.size };
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
      return { data: buffer.subarray(0, bytesRead), size: stats.size };
    } catch {
      return nothing;
    } finally {
      await file.close();
    }
  }

  /** No link leads to it or stands in its place. */
  async #isItself(path: string): Promise<boolean> {
    try {
      const real = relative(await realpath(this.#folder), await realpath(join(this.#folder, path)));
      return real.split(sep).join('/') === path;
    } catch {
      return false;
    }
  }
}
