import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../engine/journal/journal-error.ts';
import { journalPath } from '../engine/journal/read-run.ts';
import { journalTail } from './run-places.ts';

/**
 * What a file's bytes are told apart by without reading them. The time of the last change of the inode cannot be set
 * back by hand as the time of the last writing can.
 */
export interface FileStamp {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** The stamp of a run's journal; null where there is none. */
export async function journalStamp(folder: string): Promise<FileStamp | null> {
  const stats = await lstat(journalPath(folder)).catch(gone);
  return stats === null ? null : { bytes: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs };
}

/** True when both are of the same bytes, as far as can be told without reading them. */
export function sameStamp(a: FileStamp | null, b: FileStamp | null): boolean {
  return a?.bytes === b?.bytes && a?.mtimeMs === b?.mtimeMs && a?.ctimeMs === b?.ctimeMs;
}

/** A whole run's folder, told apart by every file in it and the journal's head. */
export interface RunStamp {
  /** SHA-256. */
  readonly hash: string;
  readonly files: number;
}

/** Stamps a run's folder. Reads names, sizes and times, and of the bytes only the journal's last line. */
export async function runStamp(folder: string): Promise<RunStamp> {
  const lines = (await filesBelow(folder, '')).sort();
  const tail = await journalTail(folder);
  const hash = createHash('sha256').update(`${tail?.head ?? '-'}\n${lines.join('\n')}`);
  return { hash: hash.digest('hex'), files: lines.length };
}

async function filesBelow(folder: string, below: string): Promise<string[]> {
  const entries = (await readdir(join(folder, below), { withFileTypes: true }).catch(gone)) ?? [];
  const lines = await Promise.all(
    entries.map(async (entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return await filesBelow(folder, path);
      const stats = await lstat(join(folder, path)).catch(gone);
      return stats === null ? [] : [`${JSON.stringify(path)} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`];
    }),
  );
  return lines.flat();
}

/** What vanishes while it is looked at is not there. */
function gone(error: unknown): null {
  if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
  throw error;
}
