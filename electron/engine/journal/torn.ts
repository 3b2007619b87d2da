import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealedFile } from '../../../shared/contract/events.ts';
import { systemCode } from './journal-error.ts';
import { sealBytes } from './seal.ts';

/** Name of the file that keeps the bytes of the n-th torn line. */
const TORN_NAME = /^torn-([1-9]\d{0,6})\.bin$/;

/** Files of cut bytes in a run's folder, by number. */
export async function tornFiles(folder: string): Promise<readonly string[]> {
  const number = (name: string) => Number(TORN_NAME.exec(name)?.[1]);
  const names = (await readdir(folder)).filter((name) => TORN_NAME.test(name));
  return names.sort((a, b) => number(a) - number(b));
}

/** Makes new names in a folder durable. Windows cannot open folders; its metadata is journaled instead. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (process.platform !== 'win32' || !['EPERM', 'EISDIR', 'EACCES'].includes(systemCode(error) ?? '')) throw error;
  }
}

async function replaceDurably(folder: string, name: string, content: Buffer): Promise<void> {
  const draft = join(folder, `.${name}.new`);
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, join(folder, name));
  await syncFolder(folder);
}

/**
 * Keeps the bytes of a torn last line beside the journal before they are cut. `recorded` are the files that the
 * journal already tells of. A file that it does not tell of is left from a crash during an earlier repair: it holds
 * either these very bytes (the cut did not happen) or an earlier tail, which is then kept in front of them.
 * Null when there is neither a tail nor such a file.
 */
export async function keepTornBytes(
  folder: string,
  tail: Buffer,
  recorded: ReadonlySet<string>,
): Promise<SealedFile | null> {
  const files = await tornFiles(folder);
  const left = files.find((name) => !recorded.has(name));
  if (left === undefined && tail.length === 0) return null;
  const before = left === undefined ? Buffer.alloc(0) : await readFile(join(folder, left));
  const content =
    tail.length > 0 && !before.subarray(-tail.length).equals(tail) ? Buffer.concat([before, tail]) : before;
  const name = left ?? `torn-${files.length + 1}.bin`;
  if (content !== before) await replaceDurably(folder, name, content);
  return sealBytes(name, content);
}
