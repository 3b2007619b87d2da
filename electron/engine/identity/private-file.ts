import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file that only this account may read, whole or not at all: beside its place, onto the disk, renamed over
 * it, and the folder onto the disk, so that neither a crash nor a power cut takes back what was said to be kept.
 */
export async function writePrivate(path: string, text: string): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Takes the file away so that neither a crash nor a power cut brings it back; nothing happens where there is none. */
export async function removePrivate(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}

/** Puts the file in another's place in the same folder, so that neither a crash nor a power cut takes it back. */
export async function movePrivate(path: string, over: string): Promise<void> {
  await rename(path, over);
  await syncFolder(dirname(over));
}

/** Windows lets no folder be opened; its file system keeps the order of renames by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** The file's text, or null where there is none. */
export function readPrivate(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
