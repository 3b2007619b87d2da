import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { CountersignApi } from '../../shared/contract/ipc.ts';

/** Lines asked for at once. */
const PAGE = 500;
/** Pages kept in memory; a 300,000-line log is looked at through this small window. */
const KEPT_PAGES = 40;

/** The text of one recording, fetched page by page as it is looked at. */
export class RecordingLines {
  readonly #api: CountersignApi;
  readonly #attempt: string;
  readonly #changed: () => void;
  readonly #pages = new Map<number, readonly string[]>();
  readonly #asked = new Set<number>();
  #total: number | null = null;
  #trouble: Failure | null = null;

  constructor(api: CountersignApi, attempt: string, changed: () => void) {
    this.#api = api;
    this.#attempt = attempt;
    this.#changed = changed;
  }

  /** Lines known to be in the recording; null until something of it was read. */
  get total(): number | null {
    return this.#total;
  }

  /** Why some of it could not be fetched; null when nothing stood in the way. */
  get trouble(): Failure | null {
    return this.#trouble;
  }

  /** A line's text, or null while it is being fetched. */
  line(number: number): string | null {
    const page = Math.floor(number / PAGE);
    const known = this.#pages.get(page);
    if (known === undefined) {
      void this.load(page);
      return null;
    }
    return known[number - page * PAGE] ?? '';
  }

  /** Fetches a page once, until `again`; the listener hears what came of it. */
  async load(page: number): Promise<void> {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    try {
      const answer = await this.#api.request('output:read', {
        attempt: this.#attempt,
        first: page * PAGE,
        count: PAGE,
      });
      if (answer.ok) {
        this.#total = Math.max(this.#total ?? 0, answer.value.total);
        this.#pages.set(page, answer.value.lines);
        this.#forgetFarthest(page);
      } else this.#trouble = answer.failure;
    } catch (error) {
      this.#trouble = failure('local-error', {}, error);
    }
    this.#changed();
  }

  /** Asks again for what could not be fetched. */
  again(): void {
    this.#trouble = null;
    for (const page of this.#asked) if (!this.#pages.has(page)) this.#asked.delete(page);
    this.#changed();
    void this.load(0);
  }

  #forgetFarthest(near: number): void {
    while (this.#pages.size > KEPT_PAGES) {
      const farthest = [...this.#pages.keys()].reduce((a, b) => (Math.abs(a - near) >= Math.abs(b - near) ? a : b));
      this.#pages.delete(farthest);
      this.#asked.delete(farthest);
    }
  }
}
