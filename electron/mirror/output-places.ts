import type { HostFrame } from '../../shared/contract/mirror-protocol.ts';

type OutputFrame = Extract<HostFrame, { type: 'output' }>;
type OutputChunk = { readonly attempt: string; readonly data: string; readonly skipped: number };

/** A host could name attempts without end; of more than this many at once the oldest is forgotten. */
const REMEMBERED = 1_000;

/** How far the live output of each attempt was shown, so that gaps are said and nothing is shown twice. */
export class OutputPlaces {
  readonly #places = new Map<string, number>();

  /** What is new in a frame and how much was left out before it; null when nothing is. */
  place({ attempt, at, data }: OutputFrame): OutputChunk | null {
    const shown = this.#places.get(attempt) ?? 0;
    const fresh = data.slice(Math.max(0, shown - at));
    if (fresh === '') return null;
    if (!this.#places.has(attempt) && this.#places.size >= REMEMBERED) {
      const [oldest] = this.#places.keys();
      if (oldest !== undefined) this.#places.delete(oldest);
    }
    this.#places.set(attempt, at + data.length);
    return { attempt, data: fresh, skipped: Math.max(0, at - shown) };
  }

  /** The attempt has ended; nothing more comes of it. */
  ended(attempt: string): void {
    this.#places.delete(attempt);
  }
}
