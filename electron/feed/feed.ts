import { isDeepStrictEqual } from 'node:util';
import { failure } from '../../shared/contract/failure.ts';
import type { FeedKind, FeedSettings, FeedView } from '../../shared/contract/ipc.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { Clock } from '../engine/ports.ts';
import { SerialQueue } from '../engine/serial-queue.ts';
import { Courier } from './courier.ts';
import { type Cursor, CursorFile } from './cursor-file.ts';
import type { Place } from './place.ts';
import { RunWatch } from './run-watch.ts';
import { syslogPlace } from './syslog-place.ts';
import { webhookPlace } from './webhook-place.ts';

export interface FeedParts {
  readonly data: string;
  readonly clock: Clock;
  /** This computer's name, as it stands in the messages. */
  readonly machine: string;
  readonly settings: FeedSettings;
  readonly random: () => number;
  readonly onView: (view: FeedView) => void;
  readonly warn: (message: string) => void;
}

interface Working {
  readonly place: Place;
  readonly courier: Courier;
}

type PlaceView = FeedView['places'][number];

const kinds = ['syslog', 'webhook'] as const satisfies readonly FeedKind[];
/** How long records of our own are gathered before they are sent, and changes before they are shown, in milliseconds. */
const gatherMs = 200;

/**
 * Sends every record of the runs in a data folder on to others, behind the runs' backs: it only ever reads what stands
 * durably in their journals. Nothing is read or kept while no place is set up.
 */
export class Feed {
  readonly #parts: FeedParts;
  readonly #watch: RunWatch;
  readonly #cursors: CursorFile;
  readonly #queue = new SerialQueue();
  readonly #over = new AbortController();
  readonly #working = new Map<FeedKind, Working>();
  readonly #behind = new Map<FeedKind, number>();
  readonly #tested = new Map<FeedKind, NonNullable<PlaceView['tested']>>();
  readonly #written = new Set<string>();
  #settings: FeedSettings = { syslog: null, webhook: null };
  #looking: NodeJS.Timeout | null = null;
  #gathering: NodeJS.Timeout | null = null;
  #showing: NodeJS.Timeout | null = null;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#watch = new RunWatch(parts.data, parts.clock);
    this.#cursors = CursorFile.open(parts.data);
    if (this.#cursors.damaged !== null) parts.warn(`The feed's cursor was damaged: ${this.#cursors.damaged}`);
    this.use(parts.settings).catch((error: unknown) => parts.warn(`The feed did not start: ${String(error)}`));
  }

  /**
   * Sends to these places from here on. A place that was not there before gets what is recorded from now on; one that
   * was changed goes on where it stood. Rejects when that cannot be kept on disk.
   */
  use(settings: FeedSettings): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#over.signal.aborted) return;
      if (settings.syslog !== null || settings.webhook !== null) await this.#watch.look();
      for (const kind of kinds) await this.#prepare(kind, settings);
      await this.#cursors.save();
      for (const kind of kinds) await this.#change(kind, settings);
      this.#settings = settings;
      if (this.#looking !== null) clearInterval(this.#looking);
      this.#looking = this.#working.size === 0 ? null : setInterval(() => this.#look(), limits.feedLookMs);
      await this.#count();
      this.#show();
    });
  }

  async #prepare(kind: FeedKind, settings: FeedSettings): Promise<void> {
    const there = this.#cursors.of(kind) !== null;
    if (settings[kind] === null && there) this.#cursors.change(kind, null);
    if (settings[kind] === null || there) return;
    const runs: Record<string, Cursor> = {};
    for (const run of this.#watch.runs()) runs[run] = await this.#watch.end(run);
    this.#cursors.change(kind, { lastSentAt: null, runs });
  }

  async #change(kind: FeedKind, settings: FeedSettings): Promise<void> {
    if (isDeepStrictEqual(settings[kind], this.#settings[kind])) return;
    await this.#working.get(kind)?.courier.close();
    this.#working.delete(kind);
    this.#tested.delete(kind);
    const place = this.#placeOf(kind, settings);
    if (place === null) return;
    const { clock, random } = this.#parts;
    const [watch, cursors, onChange] = [this.#watch, this.#cursors, () => this.#soonShow()];
    this.#working.set(kind, { place, courier: new Courier({ kind, place, watch, cursors, clock, random, onChange }) });
  }

  #placeOf(kind: FeedKind, { syslog, webhook }: FeedSettings): Place | null {
    const { clock, machine } = this.#parts;
    if (kind === 'syslog') return syslog === null ? null : syslogPlace(syslog, machine);
    return webhook === null ? null : webhookPlace(webhook.url, clock);
  }

  /** A record of this process became durable. Takes no time: the record is read later, from the file. */
  recorded(runId: string, seq: number): void {
    if (this.#working.size === 0) return;
    this.#watch.durable(runId, seq);
    this.#written.add(runId);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      this.#look();
    }, gatherMs);
  }

  /** Looks at the runs that were written to, else at all. */
  #look(): void {
    const written = [...this.#written];
    this.#written.clear();
    const looked = this.#queue.run(async () => {
      if (written.length === 0) {
        await this.#watch.look();
        this.#prune();
      }
      for (const run of written) await this.#watch.look(run);
      for (const { courier } of this.#working.values()) courier.wake();
    });
    looked.catch((error: unknown) => this.#parts.warn(`The feed cannot look at the runs: ${String(error)}`));
  }

  /** Runs that were archived or removed are forgotten; the next save says so. */
  #prune(): void {
    const there = new Set(this.#watch.runs());
    if (there.size === 0) return;
    for (const kind of kinds) {
      const known = this.#cursors.of(kind);
      const kept = Object.entries(known?.runs ?? {}).filter(([run]) => there.has(run));
      if (known === null || kept.length === Object.keys(known.runs).length) continue;
      this.#cursors.change(kind, { ...known, runs: Object.fromEntries(kept) });
    }
  }

  /** Sends a test message to each place; resolves when all have answered. */
  async test(): Promise<FeedView> {
    await this.#queue.drained();
    const at = this.#parts.clock.now().toISOString();
    await Promise.all(
      [...this.#working].map(async ([kind, { place, courier }]) => {
        const trouble = await place.test(at, this.#over.signal);
        this.#tested.set(kind, { at: this.#parts.clock.now().toISOString(), failure: trouble });
        if (trouble === null) courier.hurry();
      }),
    );
    return await this.view();
  }

  /** How far each place has got, counted now. */
  async view(): Promise<FeedView> {
    await this.#queue.drained();
    await this.#count();
    return this.#viewed();
  }

  #viewed(): FeedView {
    const { damaged } = this.#cursors;
    const lost = damaged === null ? null : failure('feed-cursor-damaged', { path: damaged });
    const places = [...this.#working].map(
      ([kind, { courier }]): PlaceView => ({
        kind,
        behind: this.#behind.get(kind) ?? 0,
        lastSentAt: this.#cursors.of(kind)?.lastSentAt ?? null,
        failure: courier.failure ?? lost,
        tested: this.#tested.get(kind) ?? null,
      }),
    );
    return { settings: this.#settings, places };
  }

  async #count(): Promise<void> {
    for (const [kind, { courier }] of this.#working) this.#behind.set(kind, await courier.behind());
  }

  #soonShow(): void {
    this.#showing ??= setTimeout(() => {
      this.#showing = null;
      this.#count().then(
        () => this.#show(),
        () => {},
      );
    }, gatherMs);
  }

  #show(): void {
    if (!this.#over.signal.aborted) this.#parts.onView(this.#viewed());
  }

  /** Lets go of what is under way; what was not taken is sent at the next start. */
  async close(): Promise<void> {
    this.#over.abort();
    for (const timer of [this.#looking, this.#gathering, this.#showing]) if (timer !== null) clearTimeout(timer);
    await this.#queue.drained();
    await Promise.all([...this.#working.values()].map(({ courier }) => courier.close()));
  }
}
