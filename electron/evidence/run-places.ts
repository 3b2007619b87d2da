import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { importedFolder, mirroredFolder, runsFolder } from '../engine/data-folder.ts';
import { systemCode } from '../engine/journal/journal-error.ts';
import { journalPath } from '../engine/journal/read-run.ts';
import { withFile } from '../engine/regular-file.ts';

/** How the folder of a run is called; nothing else is ever taken for one. */
export const RUN_ID = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

/** Where runs lie in a data folder: the checker's copy knows more than our own part, ours more than somebody's zip. */
const places = [mirroredFolder, runsFolder, importedFolder] as const;

/** The folders of one run that are there, the one that counts first. */
export async function placesOf(data: string, runId: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const place of places) {
    const folder = join(place(data), runId);
    const stats = await lstat(folder).catch(absent);
    if (stats?.isDirectory() === true) found.push(folder);
  }
  return found;
}

/** The ids of all runs that are there, each once, oldest first. */
export async function runsOnDisk(data: string): Promise<readonly string[]> {
  const names = await Promise.all(places.map((place) => readdir(place(data)).catch(absent)));
  return [...new Set(names.flatMap((some) => some ?? []))].filter((name) => RUN_ID.test(name)).sort();
}

function absent(error: unknown): null {
  if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
  throw error;
}

/** The last whole line of a journal, as it claims itself. */
export interface JournalTail {
  readonly head: string;
  readonly records: number;
  readonly type: string;
  /** Where it ends, its newline included. */
  readonly bytes: number;
}

const CHUNK = 64 * 1024;

/** Reads the last whole line without the rest; null where there is none that can be read. */
export async function journalTail(folder: string): Promise<JournalTail | null> {
  return await withFile(journalPath(folder), async (file, size) => {
    let read = Buffer.alloc(0);
    for (let from = size; from > 0; ) {
      const length = Math.min(from, Math.max(CHUNK, read.length));
      from -= length;
      const chunk = Buffer.alloc(length);
      await file.read(chunk, 0, length, from);
      read = Buffer.concat([chunk, read]);
      const end = read.lastIndexOf(10);
      const start = end <= 0 ? -1 : read.lastIndexOf(10, end - 1);
      if (end !== -1 && (start !== -1 || from === 0))
        return tailOf(read.toString('utf8', start + 1, end), from + end + 1);
    }
    return null;
  }).catch(() => null);
}

function tailOf(line: string, bytes: number): JournalTail | null {
  try {
    const { seq, hash, type } = JSON.parse(line) as { seq: unknown; hash: unknown; type: unknown };
    if (typeof seq !== 'number' || typeof hash !== 'string' || typeof type !== 'string') return null;
    return { head: hash, records: seq + 1, type, bytes };
  } catch {
    return null;
  }
}
