import { randomUUID } from 'node:crypto';
import { link, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { JournalError, systemCode } from './journal-error.ts';

/** A held lock; `release` removes it. */
export interface Lock {
  release(): Promise<void>;
}

/** Who holds a lock. `started` tells a reused process id from the process that took the lock (Linux only). */
interface Holder {
  readonly id: string;
  readonly pid: number;
  readonly started: string | null;
  readonly machine: string;
}

/** Start time of a process in clock ticks since boot, field 22 of /proc/PID/stat; null where there is no /proc. */
async function startedAt(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The command name in field 2 may hold spaces and brackets, so count from its closing bracket.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

async function isAlive(holder: Holder): Promise<boolean> {
  // Another computer on a shared folder cannot be asked; never take a lock away from it.
  if (holder.machine !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
  const started = await startedAt(holder.pid);
  return started === null || holder.started === null || started === holder.started;
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    const holder: Partial<Holder> = JSON.parse(await readFile(path, 'utf8'));
    if (typeof holder.id !== 'string' || typeof holder.pid !== 'number') return unreadable;
    return { id: holder.id, pid: holder.pid, started: holder.started ?? null, machine: holder.machine ?? hostname() };
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? null : unreadable;
  }
}

/** A lock file that a full disk or a crash left without content belongs to nobody alive. */
const unreadable: Holder = { id: 'unreadable', pid: 2 ** 31 - 1, started: null, machine: hostname() };

/** True while a living process holds the lock at `path`; asking takes nothing from anybody. */
export async function isHeld(path: string): Promise<boolean> {
  const holder = await readHolder(path);
  return holder !== null && (await isAlive(holder));
}

/** Puts the lock in place with its whole content at once; false when there is one already. */
async function place(path: string, holder: Holder): Promise<boolean> {
  const draft = join(dirname(path), `.${basename(path)}.${holder.id}`);
  try {
    await writeFile(draft, JSON.stringify(holder), { flag: 'wx' });
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Takes the lock file at `path`. A lock left by a dead process is replaced: only the holder of a second lock named
 * after the dead one's id may do that, so two processes cannot both believe they replaced it.
 * Throws JournalError `locked` when a living process holds it.
 */
export async function acquireLock(path: string): Promise<Lock> {
  const me: Holder = { id: randomUUID(), pid: process.pid, started: await startedAt(process.pid), machine: hostname() };
  for (;;) {
    if (await place(path, me)) return { release: () => unlink(path) };
    const holder = await readHolder(path);
    if (holder === null) continue;
    if (await isAlive(holder)) {
      throw new JournalError('locked', `Process ${holder.pid} on ${holder.machine} is writing ${dirname(path)}.`);
    }
    const replacing = await acquireLock(`${path}.${holder.id}`);
    try {
      if ((await readHolder(path))?.id === holder.id) await unlink(path);
    } finally {
      await replacing.release();
    }
  }
}
