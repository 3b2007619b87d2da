import { isDeepStrictEqual } from 'node:util';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { FeedKind, FeedSettings, FeedView } from '../../shared/contract/ipc/feed.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { Vault } from '../engine/identity/vault.ts';
import type { Clock } from '../engine/ports.ts';
import { SerialQueue } from '../engine/serial-queue.ts';
import { Courier } from './courier.ts';
import { type Cursor, CursorFile } from './cursor-file.ts';
import { HeaderSecret } from './header-secret.ts';
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
  /** Where the value of a header is kept; null where the system has nothing for it. */
  readonly vault: Vault | null;
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
  readonly #secret: HeaderSecret;
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
    this.#secret = new HeaderSecret(parts.data, parts.vault);
    if (this.#cursors.damaged !== null) parts.warn(`The feed's cursor was damaged: ${this.#cursors.damaged}`);
    this.#queue
      .run(async () => {
        await this.#settled(parts.settings);
        await this.#place(parts.settings);
        await this.#begin(parts.settings);
      })
      .catch((error: unknown) => parts.warn(`The feed did not start: ${String(error)}`));
  }

  /**
   * Sends to these places from here on. A place that was not there before gets what is recorded from now on; one that
   * was changed goes on where it stood. `secret` is the value of the webhook's header; null: the one that is kept.
   * `keep` makes the settings last and throws where it cannot. Resolves to why nothing was changed, or null. What was
   * there is let go of only once the new settings stand, so whatever fails before leaves the old ones working.
   */
  use(settings: FeedSettings, secret: string | null = null, keep: () => void = () => {}): Promise<Failure | null> {
    return this.#queue.run(async () => {
      const trouble = await this.#secret.prepare(settings.webhook, secret);
      if (trouble !== null) return trouble;
      // Whoever is still sending would move the cursor of a place that is just being taken away.
      for (const kind of kinds) if (!isDeepStrictEqual(settings[kind], this.#settings[kind])) await this.#stop(kind);
      const refused = await this.#change(settings, keep);
      if (refused === null) await this.#settled(settings);
      else await this.#secret.discard();
      await this.#begin(refused === null ? settings : this.#settings);
      for (const { courier } of this.#working.values()) courier.hurry();
      return refused;
    });
  }

  async #stop(kind: FeedKind): Promise<void> {
    await this.#working.get(kind)?.courier.close();
    this.#working.delete(kind);
    this.#tested.delete(kind);
  }

  /** Keeps from where on each place is sent to, then the settings; everything is as it was when that cannot be done. */
  async #change(settings: FeedSettings, keep: () => void): Promise<Failure | null> {
    const before = kinds.map((kind) => [kind, this.#cursors.of(kind)] as const);
    const undone = (refused: Failure): Failure => {
      for (const [kind, cursors] of before) this.#cursors.change(kind, cursors);
      return refused;
    };
    try {
      await this.#place(settings);
      await this.#cursors.save();
    } catch (error) {
      return undone(failure('feed-cursor-unwritable', { path: this.#cursors.path }, error));
    }
    try {
      keep();
      return null;
    } catch (error) {
      return undone(failure('feed-settings-unwritable', {}, error));
    }
  }

  /** From where on each place is sent to, in memory: where nobody knows, from now on. */
  async #place(settings: FeedSettings): Promise<void> {
    if (kinds.some((kind) => settings[kind] !== null)) await this.#watch.look();
    for (const kind of kinds) {
      const known = this.#cursors.of(kind);
      // A place that goes keeps its cursor until it is gone. Kept anew: a disk that refuses that could not forget it either.
      if (settings[kind] === null && known !== null) this.#cursors.change(kind, known);
      if (settings[kind] === null || known !== null) continue;
      const runs: Record<string, Cursor> = {};
      for (const run of this.#watch.runs()) runs[run] = await this.#watch.end(run);
      this.#cursors.change(kind, { lastSentAt: null, runs });
    }
  }

  /** The settings stand: what belonged only to those before is forgotten. What the disk keeps goes at the next start. */
  async #settled(settings: FeedSettings): Promise<void> {
    for (const kind of kinds) {
      if (settings[kind] === null && this.#cursors.of(kind) !== null) this.#cursors.change(kind, null);
    }
    const cleared = await Promise.allSettled([this.#secret.settle(settings.webhook), this.#cursors.save()]);
    for (const one of cleared) {
      if (one.status === 'rejected') this.#parts.warn(`The feed cannot clear away what was before: ${one.reason}`);
    }
  }

  /** Couriers for the places that have none. What is not kept yet of the cursors they keep before they send. */
  async #begin(settings: FeedSettings): Promise<void> {
    if (this.#over.signal.aborted) return;
    const { clock, random } = this.#parts;
    const [watch, cursors, onChange] = [this.#watch, this.#cursors, () => this.#soonShow()];
    for (const kind of kinds) {
      const place = this.#working.has(kind) ? null : this.#placeOf(kind, settings);
      if (place === null) continue;
      this.#working.set(kind, {
        place,
        courier: new Courier({ kind, place, watch, cursors, clock, random, onChange }),
      });
    }
    this.#settings = settings;
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = this.#working.size === 0 ? null : setInterval(() => this.#look(), limits.feedLookMs);
    await this.#count();
    this.#show();
  }

  #placeOf(kind: FeedKind, { syslog, webhook }: FeedSettings): Place | null {
    const { clock, machine } = this.#parts;
    if (kind === 'syslog') return syslog === null ? null : syslogPlace(syslog, machine);
    return webhook === null ? null : webhookPlace(webhook, this.#secret, clock);
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
    const secret = { keyring: this.#secret.keyring, kept: this.#secret.kept(this.#settings.webhook) };
    return { settings: this.#settings, secret, places };
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
