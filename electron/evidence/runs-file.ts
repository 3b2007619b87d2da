import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { JournalError, systemCode } from '../engine/journal/journal-error.ts';
import { acquireLock, type Lock } from '../engine/journal/lock.ts';
import { sealBytes } from '../engine/journal/seal.ts';
import { syncFolder } from '../engine/journal/torn.ts';
import type { Clock } from '../engine/ports.ts';
import { sizeOfFile, withFile } from '../engine/regular-file.ts';
import {
  checkEntry,
  FIRST_RUNS_LINK,
  type RunsEntry,
  type RunsEvent,
  type RunsFaultCode,
  type RunsLink,
  sealEntry,
} from './runs-entry.ts';

/** The file of the chain in a data folder. */
export function runsChainPath(data: string): string {
  return join(data, 'runs.jsonl');
}

/** The chain as it stands on the disk. */
export interface RunsChain {
  /** False where no file is there at all. */
  readonly there: boolean;
  /** Every line that can be read; what stands behind the first fault cannot be trusted. */
  readonly entries: readonly RunsEntry[];
  readonly faults: readonly { readonly line: number; readonly code: RunsFaultCode }[];
  /** Bytes behind the last whole line. */
  readonly torn: number;
  /** What the next line has to be; `prev` is the head. */
  readonly link: RunsLink;
}

interface Read extends RunsChain {
  readonly whole: number;
  readonly tail: Buffer;
}

/** Reads and checks the whole chain. Rejects with NotAFile, or the system's error, where it cannot be read. */
export async function readRunsChain(data: string): Promise<RunsChain> {
  const bytes = await withFile(runsChainPath(data), (file) => file.readFile()).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  return checkChain(bytes);
}

function checkChain(found: Buffer | null): Read {
  const bytes = found ?? Buffer.alloc(0);
  const entries: RunsEntry[] = [];
  const faults: { line: number; code: RunsFaultCode }[] = [];
  const whole = bytes.lastIndexOf(10) + 1;
  const lines = whole === 0 ? [] : bytes.toString('utf8', 0, whole - 1).split('\n');
  let link = FIRST_RUNS_LINK;
  for (const [index, line] of lines.entries()) {
    const { entry, fault, next } = checkEntry(link, line);
    if (entry !== null) entries.push(entry);
    if (fault !== null) faults.push({ line: index + 1, code: fault });
    link = next;
  }
  const tail = bytes.subarray(whole);
  return { there: found !== null, entries, faults, torn: tail.length, link, whole, tail };
}

/** How long another process may write before this one leaves its entry to the next start. */
const patienceMs = 2_000;
const pauseMs = 25;

/** Within one process the entries of a data folder are written one after another. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Appends what `decide` makes of the chain as it stands, durably, one writer at a time among all processes. What a
 * crash left of a last line is kept beside, cut, and told of. Gives what was entered. Rejects with the system's error,
 * NotAFile, or JournalError `locked` when another process does not let go.
 */
export async function appendRuns(
  data: string,
  clock: Clock,
  decide: (chain: RunsChain) => readonly RunsEvent[] | Promise<readonly RunsEvent[]>,
): Promise<readonly RunsEvent[]> {
  const key = resolve(data);
  const turn = (turns.get(key) ?? Promise.resolve()).then(() => append(data, clock, decide));
  turns.set(
    key,
    turn.catch(() => undefined),
  );
  return await turn;
}

async function append(
  data: string,
  clock: Clock,
  decide: (chain: RunsChain) => readonly RunsEvent[] | Promise<readonly RunsEvent[]>,
): Promise<readonly RunsEvent[]> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  const lock = await patientLock(join(data, 'runs.lock'));
  try {
    const file = await open(runsChainPath(data), constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
    try {
      await sizeOfFile(file, runsChainPath(data));
      const chain = checkChain(await file.readFile());
      const events = await decide(chain);
      const repair = chain.torn === 0 ? [] : [await keepTorn(data, chain.tail)];
      if (repair.length > 0) await file.truncate(chain.whole);
      await write(file, chain, [...repair, ...events], clock.now().toISOString());
      await syncFolder(data);
      return events;
    } finally {
      await file.close();
    }
  } finally {
    await lock.release();
  }
}

async function patientLock(path: string): Promise<Lock> {
  for (const until = performance.now() + patienceMs; ; ) {
    try {
      return await acquireLock(path);
    } catch (error) {
      const locked = error instanceof JournalError && error.code === 'locked';
      if (!locked || performance.now() > until) throw error;
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  }
}

async function write(file: FileHandle, chain: Read, events: readonly RunsEvent[], at: string): Promise<void> {
  let link = chain.link;
  const lines = events.map((event) => {
    const { line, next } = sealEntry(link, at, event);
    link = next;
    return `${line}\n`;
  });
  const bytes = Buffer.from(lines.join(''), 'utf8');
  try {
    for (let written = 0; written < bytes.length; )
      written += (await file.write(bytes, written, bytes.length - written, null)).bytesWritten;
    await file.sync();
  } catch (error) {
    await file.truncate(chain.whole).catch(() => undefined);
    throw error;
  }
}

/** Keeps the bytes of a torn line, durably; the same bytes keep the same name if a crash comes in between. */
async function keepTorn(data: string, tail: Buffer): Promise<RunsEvent> {
  const { sha256, bytes } = sealBytes('', tail);
  const path = `runs-torn-${sha256.slice(0, 16)}.bin`;
  const file = await open(join(data, path), 'w', 0o600);
  try {
    await file.writeFile(tail);
    await file.sync();
  } finally {
    await file.close();
  }
  return { type: 'repaired', data: { path, sha256, bytes } };
}
