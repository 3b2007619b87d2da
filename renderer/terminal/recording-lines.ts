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
  #total = 0;

  constructor(api: CountersignApi, attempt: string, changed: () => void) {
    this.#api = api;
    this.#attempt = attempt;
    this.#changed = changed;
  }

  /** Lines known to be in the recording. */
  get total(): number {
    return this.#total;
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

  /** Fetches a page once; the listener hears of it. */
  async load(page: number): Promise<void> {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    try {
      const { lines, total } = await this.#api.request('output:read', {
        attempt: this.#attempt,
        first: page * PAGE,
        count: PAGE,
      });
      this.#total = Math.max(this.#total, total);
      this.#pages.set(page, lines);
      this.#forgetFarthest(page);
      this.#changed();
    } catch {
      // Asked again when the line is looked at next.
      this.#asked.delete(page);
    }
  }

  #forgetFarthest(near: number): void {
    while (this.#pages.size > KEPT_PAGES) {
      const farthest = [...this.#pages.keys()].reduce((a, b) => (Math.abs(a - near) >= Math.abs(b - near) ? a : b));
      this.#pages.delete(farthest);
      this.#asked.delete(farthest);
    }
  }
}
