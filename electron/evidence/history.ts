import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunVerdict } from '../../shared/contract/ipc/evidence.ts';
import type { HistoryPage, HistoryRow } from '../../shared/contract/ipc/history.ts';
import { placeFolder, RUN_ID, type RunPlace, runPlaces } from '../engine/data-folder.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { forgetOthers, type IndexEntry, readEntry, writeEntry } from './history-index.ts';
import { readForHistory, unreadableRun } from './history-row.ts';
import { excerptOf, facetsOf, foldText, type HistoryQuery, search, wordsOf } from './history-search.ts';
import { journalStamp, runStamp, sameStamp } from './run-stamp.ts';

/** Where something more urgent is done with this computer: what is to be waited for until it is over. */
export type Quiet = () => Promise<void> | undefined;

export interface HistoryParts {
  readonly data: string;
  /** Told now and then while runs are read for the first time, and null when all are here. */
  readonly onReading: (reading: HistoryPage['reading']) => void;
  /** A live run comes first: asked before each run that is read. */
  readonly quiet: Quiet;
  readonly log: { warn(message: string): void };
}

/** A run in memory. */
interface Held extends IndexEntry {
  readonly folded: string;
}

/** How long a search waits for runs that have yet to be read before it answers with those that are here. */
const GRACE_MS = 200;
/** At most so often is told how far the reading is. */
const TELL_MS = 250;
/** Runs looked at side by side; the file system has only so many hands. */
const AT_ONCE = 32;
/** Files of verified runs that are compared with the disk in one answer; the others are asked for one by one. */
const STAMPED_FILES = 5_000;

/** All runs of a data folder, to be searched. Runs are read once; afterwards only what changed is read again. */
export class RunHistory {
  readonly #parts: HistoryParts;
  readonly #held = new Map<string, Held>();
  /** Runs that have to be read, by run id. */
  readonly #unread = new Map<string, RunPlace>();
  /** Ids of all runs that are here, newest first. */
  #here: readonly string[] = [];
  #looking: Promise<void> = Promise.resolve();
  #reading: Promise<void> | null = null;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  /** One page of what matches, without what the chain of runs knows. */
  async find(query: HistoryQuery): Promise<Omit<HistoryPage, 'absent' | 'chain' | 'chainFindings'>> {
    await this.#look();
    if (this.#unread.size > 0) await Promise.race([this.#readAll(), later(GRACE_MS)]);
    const runs = this.#here.flatMap((runId) => this.#held.get(runId) ?? []);
    const found = search(runs, query);
    const words = wordsOf(query.text);
    const page = found.slice(query.first, query.first + query.count);
    return {
      rows: await this.#rows(page, words),
      total: found.length,
      ...facetsOf(runs.map(({ facts }) => facts)),
      reading: this.#progress(),
    };
  }

  /** The run's folder, or null where it is not here (any more). */
  async folder(runId: string): Promise<string | null> {
    const { data } = this.#parts;
    const place = await placeOf(data, runId);
    return place === null ? null : join(placeFolder[place](data), runId);
  }

  /** What was found out about exactly these bytes; null where that is not known (any more). */
  async verdict(runId: string): Promise<RunVerdict | null> {
    const held = this.#known(runId, await placeOf(this.#parts.data, runId));
    return held === null ? null : (await this.#judged(held)).verdict;
  }

  /** Remembers a verdict on the folder as `stamp` says it was. */
  async remember(runId: string, verified: NonNullable<IndexEntry['verified']>): Promise<void> {
    const place = await placeOf(this.#parts.data, runId);
    if (place !== null && this.#known(runId, place) === null) await this.#read(runId, place);
    const held = this.#known(runId, place);
    if (held !== null) await this.#keep({ ...held, verified });
  }

  /** What is remembered of a run at this place. */
  #known(runId: string, place: RunPlace | null): Held | null {
    if (place === null) return null;
    const held = this.#held.get(runId) ?? this.#recall(runId);
    return held?.place === place ? held : null;
  }

  async #rows(page: readonly Held[], words: readonly string[]): Promise<readonly HistoryRow[]> {
    let files = 0;
    return await Promise.all(
      page.map(async (held) => {
        files += held.verified?.files ?? 0;
        const judged = files <= STAMPED_FILES ? await this.#judged(held) : { verdict: null, changed: false };
        return { ...held.facts, ...judged, excerpt: excerptOf(held.words, words) };
      }),
    );
  }

  async #judged({ place, facts, verified }: Held): Promise<Pick<HistoryRow, 'verdict' | 'changed'>> {
    if (verified === null) return { verdict: null, changed: false };
    const now = await runStamp(join(placeFolder[place](this.#parts.data), facts.runId)).catch(() => null);
    const same = now?.hash === verified.stamp;
    return { verdict: same ? verified.verdict : null, changed: !same };
  }

  #progress(): HistoryPage['reading'] {
    const of = this.#here.length;
    return this.#unread.size === 0 ? null : { done: of - this.#unread.size, of };
  }

  /** Sees which runs are here and which of them are not known as they are now. */
  #look(): Promise<void> {
    const turn = this.#looking.then(() => this.#lookNow());
    this.#looking = turn.catch(() => {});
    return turn;
  }

  async #lookNow(): Promise<void> {
    const { data } = this.#parts;
    const here = await runsHere(data);
    await inGroups([...here], AT_ONCE, async ([runId, place]) => {
      const now = await journalStamp(join(placeFolder[place](data), runId)).catch(() => null);
      const known = this.#known(runId, place);
      if (known !== null && sameStamp(known.journal, now)) this.#unread.delete(runId);
      else this.#unread.set(runId, place);
    });
    for (const map of [this.#held, this.#unread]) for (const id of map.keys()) if (!here.has(id)) map.delete(id);
    const gone = this.#here.some((id) => !here.has(id));
    if (gone || this.#here.length === 0) await forgetOthers(data, new Set(here.keys()));
    this.#here = [...here.keys()].sort().reverse();
  }

  #recall(runId: string): Held | null {
    const entry = readEntry(this.#parts.data, runId);
    if (entry === null) return null;
    const held = { ...entry, folded: foldText(entry.words) };
    this.#held.set(runId, held);
    return held;
  }

  /** Reads what is unread, the newest first, and whatever comes to it meanwhile. */
  #readAll(): Promise<void> {
    this.#reading ??= this.#readNext().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readNext(): Promise<void> {
    const { quiet, onReading } = this.#parts;
    let told = performance.now();
    for (let next = newest(this.#unread); next !== null; next = newest(this.#unread)) {
      await quiet();
      await this.#read(...next);
      this.#unread.delete(next[0]);
      if (this.#unread.size === 0 || performance.now() - told < TELL_MS) continue;
      told = performance.now();
      onReading(this.#progress());
    }
    onReading(null);
  }

  async #read(runId: string, place: RunPlace): Promise<void> {
    const folder = join(placeFolder[place](this.#parts.data), runId);
    // Before it is read: what is written meanwhile makes it a run to be read again.
    const journal = await journalStamp(folder).catch(() => null);
    const read = await readForHistory(folder, place).catch(async (error: unknown) => {
      if (!(await isThere(folder))) return null;
      if (!(error instanceof JournalError)) this.#parts.log.warn(`The run ${runId} cannot be read: ${String(error)}`);
      return unreadableRun(runId, place);
    });
    if (read === null) this.#held.delete(runId);
    else {
      const verified = this.#held.get(runId)?.verified ?? null;
      // The folder's name is what a run is opened by, whatever its journal says.
      const facts = { ...read.facts, runId };
      await this.#keep({ place, journal, facts, words: read.words, verified, folded: foldText(read.words) });
    }
  }

  async #keep({ folded, ...entry }: Held): Promise<void> {
    this.#held.set(entry.facts.runId, { ...entry, folded });
    // Without the index the runs are read once more next time: slower, and nothing else.
    await writeEntry(this.#parts.data, entry).catch((error: unknown) =>
      this.#parts.log.warn(`The index of runs cannot be written: ${String(error)}`),
    );
  }
}

/** The runs that are here, each once. */
async function runsHere(data: string): Promise<ReadonlyMap<string, RunPlace>> {
  const here = new Map<string, RunPlace>();
  for (const place of runPlaces) {
    const names = await readdir(placeFolder[place](data)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names) if (RUN_ID.test(name) && !here.has(name)) here.set(name, place);
  }
  return here;
}

async function placeOf(data: string, runId: string): Promise<RunPlace | null> {
  if (!RUN_ID.test(runId)) return null;
  for (const place of runPlaces) if (await isThere(join(placeFolder[place](data), runId))) return place;
  return null;
}

async function isThere(folder: string): Promise<boolean> {
  return await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function newest(runs: ReadonlyMap<string, RunPlace>): readonly [string, RunPlace] | null {
  let first: readonly [string, RunPlace] | null = null;
  for (const one of runs) if (first === null || one[0] > first[0]) first = one;
  return first;
}

async function inGroups<T>(all: readonly T[], size: number, work: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  const hand = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(size, all.length) }, hand));
}

function later(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
