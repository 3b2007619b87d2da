import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { FeedKind } from '../../shared/contract/ipc/feed.ts';
import { limits } from '../../shared/contract/limits.ts';
import { systemCode } from '../engine/journal/journal-error.ts';
import type { Clock } from '../engine/ports.ts';
import { backoffMs } from './backoff.ts';
import { type Cursor, type CursorFile, fromTheBeginning } from './cursor-file.ts';
import type { Place } from './place.ts';
import { type Batch, readBatch } from './read-batch.ts';
import type { RunWatch } from './run-watch.ts';

export interface CourierParts {
  readonly kind: FeedKind;
  readonly place: Place;
  readonly watch: RunWatch;
  readonly cursors: CursorFile;
  readonly clock: Clock;
  readonly random: () => number;
  /** Something that a person sees has changed. */
  readonly onChange: () => void;
}

type Round = 'nothing' | 'sent' | 'failed';

/** Brings records to one place: in order within a run, from where it stands, again and again until it takes them. */
export class Courier {
  readonly #parts: CourierParts;
  readonly #over = new AbortController();
  readonly #changed = new Map<string, Failure>();
  readonly #done: Promise<void>;
  #failure: Failure | null = null;
  #waking: AbortController | null = null;
  #resting: AbortController | null = null;
  #woken = true;

  constructor(parts: CourierParts) {
    this.#parts = parts;
    this.#done = this.#work();
  }

  /** Why nothing is taken just now, or why a run is not sent. */
  get failure(): Failure | null {
    const [changed] = this.#changed.values();
    return this.#failure ?? changed ?? null;
  }

  /** There may be something to send. */
  wake(): void {
    this.#woken = true;
    this.#waking?.abort();
  }

  /** The place may be well again: tries at once. */
  hurry(): void {
    this.wake();
    this.#resting?.abort();
  }

  /** Lets go of what is under way; it is sent again another time. */
  async close(): Promise<void> {
    this.#over.abort();
    this.wake();
    this.#resting?.abort();
    await this.#done;
  }

  async #work(): Promise<void> {
    for (let failures = 0; !this.#over.signal.aborted; ) {
      if (!this.#woken) {
        this.#waking = new AbortController();
        await this.#sleep(limits.feedLookMs, this.#waking);
      }
      this.#woken = false;
      const round = await this.#round();
      this.#parts.onChange();
      if (round === 'sent') this.#woken = true;
      if (round !== 'failed') {
        failures = 0;
        continue;
      }
      this.#woken = true;
      this.#resting = new AbortController();
      await this.#sleep(backoffMs(failures, this.#parts.random), this.#resting);
      failures += 1;
    }
  }

  async #sleep(ms: number, until: AbortController): Promise<void> {
    if (this.#over.signal.aborted) return;
    await this.#parts.clock.sleep(ms, until.signal).catch(() => {});
  }

  /** One batch of every run that has something. Never rejects. */
  async #round(): Promise<Round> {
    const { watch, cursors, clock } = this.#parts;
    let round: Round = 'nothing';
    try {
      // What could not be kept the last time comes first: nothing more is sent before.
      await cursors.save();
    } catch (error) {
      return this.#failed(failure('feed-cursor-unwritable', { path: cursors.path }, error));
    }
    for (const run of watch.runs()) {
      if (this.#over.signal.aborted) return round;
      const cursor = this.#cursor(run);
      if (this.#changed.has(run) || watch.size(run) <= cursor.bytes) continue;
      const sent = await this.#sendFrom(run, cursor);
      if (typeof sent !== 'number') return this.#over.signal.aborted ? round : this.#failed(sent);
      if (sent === 0) continue;
      round = 'sent';
      this.#parts.onChange();
      await clock.sleep((sent / limits.feedPerSecond) * 1_000, this.#over.signal).catch(() => {});
    }
    if (round === 'sent') this.#failure = null;
    return round;
  }

  /** Sends one batch; how many records were taken, or why none. */
  async #sendFrom(run: string, cursor: Cursor): Promise<number | Failure> {
    const { watch, place, clock, cursors, kind } = this.#parts;
    const batch = await this.#read(run, cursor);
    if (batch === null || 'code' in batch) return batch ?? 0;
    if (batch.lines.length === 0) return 0;
    const environment = await watch.environment(run);
    const trouble = await place.send({ run, environment, lines: batch.lines }, this.#over.signal);
    if (trouble !== null) return trouble;
    this.#failure = null;
    const before = cursors.of(kind);
    cursors.change(kind, {
      lastSentAt: clock.now().toISOString(),
      runs: { ...before?.runs, [run]: batch.after },
    });
    try {
      await cursors.save();
    } catch (error) {
      return failure('feed-cursor-unwritable', { path: cursors.path }, error);
    }
    return batch.lines.length;
  }

  /** Null: there is nothing of this run to send, now or ever. */
  async #read(run: string, cursor: Cursor): Promise<Batch | Failure | null> {
    const { watch } = this.#parts;
    try {
      const batch = await readBatch(watch.folder(run), cursor, watch.standing(run));
      if (batch === null) {
        this.#changed.set(run, failure('feed-run-changed', { run, seq: String(cursor.next - 1) }));
      }
      return batch;
    } catch (error) {
      // Archived or removed since we looked.
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
      return failure('local-error', {}, error);
    }
  }

  #cursor(run: string): Cursor {
    return this.#parts.cursors.of(this.#parts.kind)?.runs[run] ?? fromTheBeginning;
  }

  #failed(reason: Failure): Round {
    this.#failure = reason;
    return 'failed';
  }

  /** Records of all runs that the place has not taken. */
  async behind(): Promise<number> {
    const { watch } = this.#parts;
    let behind = 0;
    for (const run of watch.runs()) behind += await watch.behind(run, this.#cursor(run));
    return behind;
  }
}
