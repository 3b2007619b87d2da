import type { Clock } from '../engine/ports.ts';

/** How long somebody has to press a key when they are asked whether they are there. */
export const CHALLENGE_MS = 60_000;

/**
 * Whether somebody sits in front of the checker's screen, as far as can be told: after long stillness they are asked,
 * and if nothing happens they count as away until somebody moves.
 */
export class Attention {
  readonly #clock: Clock;
  #moved: number;
  #asked: { readonly mono: number; readonly until: string } | null = null;
  #away = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#moved = clock.mono();
  }

  /** False once the question stayed open. */
  get awake(): boolean {
    return !this.#away;
  }

  /** Until when an answer is waited for; ISO 8601, or null. */
  get challengeUntil(): string | null {
    return this.#asked?.until ?? null;
  }

  /** Somebody moved; true when they were asked or counted as away. */
  move(): boolean {
    const mattered = this.#asked !== null || this.#away;
    this.#moved = this.#clock.mono();
    this.#asked = null;
    this.#away = false;
    return mattered;
  }

  /** Looks at the clock; `afterMs` is the agreed time without a movement, null: nobody is asked. */
  tick(afterMs: number | null): void {
    const now = this.#clock.mono();
    if (this.#away || afterMs === null) return;
    if (this.#asked === null) {
      if (now - this.#moved < afterMs) return;
      const until = new Date(this.#clock.now().getTime() + CHALLENGE_MS).toISOString();
      this.#asked = { mono: now + CHALLENGE_MS, until };
    } else if (now >= this.#asked.mono) {
      this.#asked = null;
      this.#away = true;
    }
  }
}
