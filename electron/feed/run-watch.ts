import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../shared/contract/limits.ts';
import { RUN_ID, runsFolder } from '../engine/data-folder.ts';
import { systemCode } from '../engine/journal/journal-error.ts';
import { journalPath, readHead } from '../engine/journal/read-run.ts';
import type { Clock } from '../engine/ports.ts';
import { journalTail } from '../evidence/run-places.ts';
import { type Cursor, fromTheBeginning } from './cursor-file.ts';
import type { Standing } from './read-batch.ts';

interface Seen {
  readonly size: number;
  /** Bytes that have stood long enough. */
  readonly stood: number;
  /** What will have stood long enough next, and since when it stands there, on the monotonic clock. */
  readonly waiting: { readonly size: number; readonly since: number };
}

/** What stands in the runs of a data folder. Looks at sizes only, and into a journal only where somebody asks. */
export class RunWatch {
  readonly #data: string;
  readonly #clock: Clock;
  readonly #seen = new Map<string, Seen>();
  readonly #durable = new Map<string, number>();
  readonly #environments = new Map<string, string>();

  constructor(data: string, clock: Clock) {
    this.#data = data;
    this.#clock = clock;
  }

  /** The runs that are there, as last looked at, oldest first. */
  runs(): readonly string[] {
    return [...this.#seen.keys()].sort();
  }

  folder(runId: string): string {
    return join(runsFolder(this.#data), runId);
  }

  size(runId: string): number {
    return this.#seen.get(runId)?.size ?? 0;
  }

  standing(runId: string): Standing {
    return { bytes: this.#seen.get(runId)?.stood ?? 0, next: this.#durable.get(runId) ?? 0 };
  }

  /** This process wrote a record and knows that it is durable. */
  durable(runId: string, seq: number): void {
    this.#durable.set(runId, Math.max(seq + 1, this.#durable.get(runId) ?? 0));
  }

  /** Looks at all runs anew, or at one of them. Runs that are gone are forgotten. Rejects when the folder cannot be read. */
  async look(only: string | null = null): Promise<void> {
    const names = only === null ? await readdir(runsFolder(this.#data)).catch(nothingThere) : [only];
    // A folder that is not there says nothing about its runs: its disk may be away for a while.
    if (names === null) return;
    const runs = names.filter((name) => RUN_ID.test(name));
    if (only === null) for (const run of this.#seen.keys()) if (!runs.includes(run)) this.#forget(run);
    for (const run of runs) await this.#lookAt(run);
  }

  async #lookAt(runId: string): Promise<void> {
    const stats = await lstat(journalPath(this.folder(runId))).catch(() => null);
    if (stats?.isFile() !== true) return this.#forget(runId);
    const { size, mtimeMs } = stats;
    const waiting = { size, since: this.#clock.mono() };
    const before = this.#seen.get(runId);
    // A file that nobody has touched for long has stood before we came.
    if (this.#clock.now().getTime() - mtimeMs >= limits.feedSettleMs) {
      this.#seen.set(runId, { size, stood: size, waiting });
    } else if (before === undefined || size < before.waiting.size) {
      this.#seen.set(runId, { size, stood: Math.min(before?.stood ?? 0, size), waiting });
    } else if (waiting.since - before.waiting.since >= limits.feedSettleMs) {
      this.#seen.set(runId, { size, stood: before.waiting.size, waiting });
    } else this.#seen.set(runId, { ...before, size });
  }

  #forget(runId: string): void {
    this.#seen.delete(runId);
    this.#durable.delete(runId);
    this.#environments.delete(runId);
  }

  /** Records that a place standing at `cursor` has not taken. */
  async behind(runId: string, cursor: Cursor): Promise<number> {
    if (this.size(runId) <= cursor.bytes && (this.#durable.get(runId) ?? 0) <= cursor.next) return 0;
    const tail = await journalTail(this.folder(runId));
    return Math.max(0, (tail?.records ?? 0) - cursor.next);
  }

  /** Where a run ends just now, for a place that wants only what comes after. */
  async end(runId: string): Promise<Cursor> {
    const size = this.size(runId);
    const tail = size === 0 ? null : await journalTail(this.folder(runId));
    return tail === null ? fromTheBeginning : { next: tail.records, bytes: tail.bytes, head: tail.head };
  }

  /** The environment a run is for; a dash where its first record does not tell. */
  async environment(runId: string): Promise<string> {
    const known = this.#environments.get(runId);
    if (known !== undefined) return known;
    const found = await readHead(this.folder(runId)).then(
      (head) => head.data.plan.environment,
      () => '-',
    );
    this.#environments.set(runId, found);
    return found;
  }
}

function nothingThere(error: unknown): null {
  if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
  throw error;
}
