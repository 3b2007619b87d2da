import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { placeFolder, RUN_ID, RUN_ID_PATTERN, runPlaces, supersededFolder } from '../engine/data-folder.ts';
import { systemCode } from '../engine/journal/journal-error.ts';
import { journalPath } from '../engine/journal/read-run.ts';
import { withFile } from '../engine/regular-file.ts';

/** The folders of one run that are there, the one that counts first. */
export async function placesOf(data: string, runId: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const place of runPlaces) {
    const folder = join(placeFolder[place](data), runId);
    if (await isFolder(folder)) found.push(folder);
  }
  return found;
}

/** An own part that was put aside: its run, the last record that it had, and which one of several it is. */
const PUT_ASIDE = new RegExp(`^(${RUN_ID_PATTERN})-(-?\\d+)(?:-(\\d+))?$`);

/**
 * The own parts of a run that were put aside when its pen came back, the longest first. A run is not here because of
 * them, but they go with it.
 */
export async function putAsideOf(data: string, runId: string): Promise<readonly string[]> {
  const place = supersededFolder(data);
  const found: { readonly folder: string; readonly last: number; readonly number: number }[] = [];
  for (const name of (await readdir(place).catch(absent)) ?? []) {
    const [, of, last, number = 1] = PUT_ASIDE.exec(name) ?? [];
    const folder = join(place, name);
    if (of === runId && (await isFolder(folder))) found.push({ folder, last: Number(last), number: Number(number) });
  }
  return found.sort((a, b) => b.last - a.last || b.number - a.number).map(({ folder }) => folder);
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(absent))?.isDirectory() === true;
}

/** The ids of all runs that are there, each once, oldest first. */
export async function runsOnDisk(data: string): Promise<readonly string[]> {
  const names = await Promise.all(runPlaces.map((place) => readdir(placeFolder[place](data)).catch(absent)));
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
