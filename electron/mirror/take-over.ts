import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../shared/contract/failure.ts';
import { runsFolder, supersededFolder } from '../engine/data-folder.ts';
import { JournalError, systemCode } from '../engine/journal/journal-error.ts';
import { acquireLock } from '../engine/journal/lock.ts';
import { journalPath } from '../engine/journal/read-run.ts';
import { syncFolder } from '../engine/journal/torn.ts';
import type { Result } from '../engine/ports.ts';
import { alteredFailure, CopyError, copyFolder, MirrorCopy } from './copy.ts';

const CHUNK = 256 * 1024;

/**
 * Makes the copy of somebody's run our own: moves it to where our runs lie, so that it can be opened with the pen.
 * What we had of the same run from earlier has to be the beginning of it, and is put aside. Every step is durable
 * before the next; after a crash in between it can be called again. Nothing moves when it fails: `history-altered`,
 * `mirror-copy-in-use` (somebody still writes one of the two), `local-error` (ended, missing, the disk).
 */
export async function promoteCopy(data: string, runId: string): Promise<Result<{ readonly folder: string }>> {
  const folder = join(runsFolder(data), runId);
  const copied = copyFolder(data, runId);
  try {
    if (!(await isThere(copied))) return await alreadyPromoted(data, runId, folder);
    await makeWhole(data, runId);
    await mkdir(runsFolder(data), { recursive: true, mode: 0o700 });
    if (await isThere(folder)) await putAside(data, runId, folder, copied);
    await rename(copied, folder);
    await syncFolder(runsFolder(data));
    await syncFolder(join(copied, '..'));
    return { ok: true, value: { folder } };
  } catch (error) {
    if (error instanceof CopyError) return { ok: false, failure: error.failure };
    const locked = error instanceof JournalError && error.code === 'locked';
    return { ok: false, failure: failure(locked ? 'mirror-copy-in-use' : 'local-error', { path: folder }, error) };
  }
}

/**
 * Puts a promoted copy back among the copies: its pen could not be recorded, and without that it is nobody's run here.
 * Rejects with the system's error.
 */
export async function demoteCopy(data: string, runId: string): Promise<void> {
  const copied = copyFolder(data, runId);
  await mkdir(join(copied, '..'), { recursive: true, mode: 0o700 });
  await rename(join(runsFolder(data), runId), copied);
  await syncFolder(join(copied, '..'));
  await syncFolder(runsFolder(data));
}

async function isThere(folder: string): Promise<boolean> {
  return await stat(folder).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
}

/** The copy is gone: it was moved before, or there never was one. */
async function alreadyPromoted(
  data: string,
  runId: string,
  folder: string,
): Promise<Result<{ readonly folder: string }>> {
  if (await isThere(journalPath(folder))) {
    await syncFolder(runsFolder(data));
    return { ok: true, value: { folder } };
  }
  return { ok: false, failure: failure('local-error', { path: copyFolder(data, runId) }, 'There is no copy of it.') };
}

/** Reads and checks all of the copy, and cuts what was torn: of a line that came in part, the other machine has all. */
async function makeWhole(data: string, runId: string): Promise<void> {
  const copy = await MirrorCopy.open(data, runId, () => undefined);
  const { state } = copy;
  await copy.close();
  const ended = state?.status === 'ended';
  if (state === null || ended)
    throw new CopyError(failure('local-error', {}, ended ? 'The run has ended.' : 'Nothing of the run is here.'));
}

/** Our own earlier part of the run: only if the copy goes on from it may the copy take its place. */
async function putAside(data: string, runId: string, folder: string, copied: string): Promise<void> {
  const lock = await acquireLock(join(folder, 'journal.lock'));
  let lines: number;
  try {
    lines = await commonLines(journalPath(folder), journalPath(copied));
  } finally {
    await lock.release();
  }
  const superseded = supersededFolder(data);
  await mkdir(superseded, { recursive: true, mode: 0o700 });
  await rename(folder, await freeName(join(superseded, `${runId}-${lines - 1}`)));
  await syncFolder(superseded);
  await syncFolder(runsFolder(data));
}

async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : `${path}-${number}`;
    if (!(await isThere(name))) return name;
  }
}

/** How many whole lines the older journal has, all of which begin the newer one. Throws CopyError where they differ. */
async function commonLines(older: string, newer: string): Promise<number> {
  const [old, fresh] = [await open(older, 'r'), await open(newer, 'r')];
  try {
    let lines = 0;
    const size = await wholeBytes(old);
    for (let at = 0; at < size; at += CHUNK) {
      const length = Math.min(CHUNK, size - at);
      const [a, b] = [Buffer.alloc(length), Buffer.alloc(length)];
      await old.read(a, 0, length, at);
      const { bytesRead } = await fresh.read(b, 0, length, at);
      const same = bytesRead === length && a.equals(b);
      if (!same) lines += linesBefore(a, b.subarray(0, bytesRead));
      else for (let end = a.indexOf(10); end !== -1; end = a.indexOf(10, end + 1)) lines += 1;
      if (!same)
        throw new CopyError(alteredFailure('not-the-same-run', lines + 1, `${newer} does not go on from ${older}`));
    }
    return lines;
  } finally {
    await old.close();
    await fresh.close();
  }
}

/** Whole lines before the first byte that differs. */
function linesBefore(a: Buffer, b: Buffer): number {
  let lines = 0;
  for (let at = 0; at < b.length && a[at] === b[at]; at += 1) if (a[at] === 10) lines += 1;
  return lines;
}

/** Size of a journal up to its last newline; what a crash tore behind it never counted. */
async function wholeBytes(file: Awaited<ReturnType<typeof open>>): Promise<number> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(CHUNK);
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - CHUNK);
    const { bytesRead } = await file.read(buffer, 0, end - from, from);
    const found = buffer.subarray(0, bytesRead).lastIndexOf(10);
    if (found !== -1) return from + found + 1;
    end = from;
  }
  return 0;
}
