import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Vault } from '../../electron/engine/identity/vault.ts';
import { createSessionSigner } from '../../electron/engine/journal/digest.ts';
import { createJournal } from '../../electron/engine/journal/journal.ts';
import type { Journal } from '../../electron/engine/ports.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { Feed } from '../../electron/feed/feed.ts';
import type { FeedSettings, FeedView } from '../../shared/contract/ipc/feed.ts';
import { lost, runCreated, sessionOpened } from '../unit/journal/sample-run.ts';

export const nowhere: FeedSettings = { syslog: null, webhook: null };

/** A real journal in a data folder, to be written to. */
export class FeedRun {
  readonly id: string;
  readonly folder: string;
  readonly #journal: Journal;
  /** Records written. */
  count = 2;

  private constructor(id: string, folder: string, journal: Journal) {
    this.id = id;
    this.folder = folder;
    this.#journal = journal;
  }

  static async begin(data: string, number: number): Promise<FeedRun> {
    const id = `20261121T10${String(number).padStart(2, '0')}00Z-0000${String(number).padStart(2, '0')}`;
    const folder = join(data, 'runs', id);
    await mkdir(join(data, 'runs'), { recursive: true });
    const signer = createSessionSigner();
    const journal = await createJournal({ folder, clock: systemClock, signer });
    await journal.append([runCreated([{ path: 'checklist/x.yaml', sha256: '0'.repeat(64), bytes: 1 }])]);
    await journal.append([sessionOpened(signer)]);
    return new FeedRun(id, folder, journal);
  }

  /** Writes so many records that a host was lost, one durable append each; the feed hears of them if there is one. */
  async write(count: number, feed: Feed | null, text = 'the line went dead'): Promise<void> {
    for (let done = 0; done < count; done += 1) {
      await this.#journal.append([lost(text)]);
      this.count += 1;
      feed?.recorded(this.id, this.count - 1);
    }
  }

  /** A person holds the run and says why. */
  async hold(name: string, reason: string, feed: Feed): Promise<void> {
    const data = { reason, cause: 'operator', minutes: null } as const;
    await this.#journal.append([{ actor: { kind: 'operator', name }, type: 'run-held', data }]);
    this.count += 1;
    feed.recorded(this.id, this.count - 1);
  }

  /** Writes so many records in few durable appends, and nobody is told. */
  async writeAtOnce(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 100) {
      await this.#journal.append(Array.from({ length: Math.min(left, 100) }, () => lost('the line went dead')));
    }
    this.count += count;
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}

/** A feed whose views can be waited for. Waits between failures are short and always the same. */
export class WatchedFeed {
  readonly feed: Feed;
  readonly warnings: string[] = [];
  last: FeedView | null = null;
  #told: (() => void)[] = [];

  constructor(data: string, settings: FeedSettings, vault: Vault | null = null) {
    this.feed = new Feed({
      ...{ data, clock: systemClock, machine: 'desk', settings, vault, random: () => 0.1 },
      warn: (message) => this.warnings.push(message),
      onView: (view) => {
        this.last = view;
        const told = this.#told;
        this.#told = [];
        for (const tell of told) tell();
      },
    });
  }

  /** Resolves with the view that `holds`. */
  async until(holds: (view: FeedView) => boolean): Promise<FeedView> {
    for (;;) {
      if (this.last !== null && holds(this.last)) return this.last;
      await new Promise<void>((resolve) => this.#told.push(resolve));
    }
  }
}
