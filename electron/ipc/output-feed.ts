import type { OutputTap } from '../engine/ports.ts';
import { lastPart, OutputBacklog } from './output-backlog.ts';
import type { Push } from './push.ts';

/** How live output is portioned for the screen. */
export const feedLimits = {
  /** One frame at 30 Hz. */
  everyMs: 33,
  /** Characters of one attempt in one go; in UTF-8 of common output about as many bytes. */
  perPush: 64 * 1024,
  /** Characters sent and not yet taken in by the screen; beyond it nothing is sent and the middle is dropped. */
  underWay: 1024 * 1024,
  /** Live text kept of each running attempt, for a screen that opens late. */
  recent: 256 * 1024,
} as const;

/** Waiting as the feed needs it, so that a test can bring its own time. */
export interface FeedTimer {
  after(ms: number, run: () => void): () => void;
}

const realTimer: FeedTimer = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** The last characters of one attempt; trimmed only when twice too long, so that tiny chunks cost nothing. */
class RecentText {
  #text = '';
  #dropped = 0;

  add(data: string, skipped: number): void {
    if (skipped > 0) {
      this.#dropped += this.#text.length + skipped;
      this.#text = '';
    }
    this.#text += data;
    if (this.#text.length > feedLimits.recent * 2) this.#trim();
  }

  read(): { readonly text: string; readonly skipped: number } {
    this.#trim();
    return { text: this.#text, skipped: this.#dropped };
  }

  #trim(): void {
    if (this.#text.length <= feedLimits.recent) return;
    const kept = lastPart(this.#text, feedLimits.recent);
    this.#dropped += this.#text.length - kept.length;
    this.#text = kept;
  }
}

export interface OutputFeed {
  /** Given to the engine. Returns at once, whatever the screen does. */
  readonly tap: OutputTap;
  /** The screen has taken in this many characters. */
  shown(characters: number): void;
  /** The screen was reloaded or died: what was under way is gone. */
  restart(): void;
  /**
   * Live text so far of an attempt this feed has seen, or null. What still waits for a push is part of it and is
   * not pushed again.
   */
  tail(attempt: string): { readonly text: string; readonly skipped: number } | null;
  /** The attempt has ended: its last text goes out, then the recording is the place to look. */
  ended(attempt: string): void;
  close(): void;
}

/** Batches live output by time and size. What a slow screen cannot take is left out in the middle and counted. */
export function createOutputFeed(push: Push, timer: FeedTimer = realTimer): OutputFeed {
  const waiting = new Map<string, OutputBacklog>();
  const recent = new Map<string, RecentText>();
  const over = new Set<string>();
  let underWay = 0;
  let cancel: (() => void) | null = null;

  const schedule = (): void => {
    cancel ??= timer.after(feedLimits.everyMs, flush);
  };

  function flush(): void {
    cancel = null;
    for (const [attempt, backlog] of waiting) {
      if (underWay >= feedLimits.underWay) return;
      // Deleted and set again by the next chunk: whoever spoke last queues last, so no attempt starves the others.
      waiting.delete(attempt);
      for (const piece of backlog.take()) {
        underWay += piece.data.length;
        push('run:output', { attempt, ...piece });
      }
      if (over.delete(attempt)) recent.delete(attempt);
    }
  }

  return {
    tap: ({ attempt, data, skipped }) => {
      const text = recent.get(attempt) ?? new RecentText();
      recent.set(attempt, text);
      text.add(data, skipped);
      const backlog = waiting.get(attempt) ?? new OutputBacklog(feedLimits.perPush / 2);
      waiting.set(attempt, backlog);
      backlog.add(data, skipped);
      schedule();
    },
    shown: (characters) => {
      underWay = Math.max(0, underWay - characters);
      if (waiting.size > 0 && underWay < feedLimits.underWay) schedule();
    },
    restart: () => {
      underWay = 0;
      if (waiting.size > 0) schedule();
    },
    tail: (attempt) => {
      const text = recent.get(attempt);
      if (text === undefined) return null;
      waiting.delete(attempt);
      if (over.delete(attempt)) recent.delete(attempt);
      return text.read();
    },
    ended: (attempt) => {
      if (waiting.has(attempt)) over.add(attempt);
      else recent.delete(attempt);
    },
    close: () => {
      cancel?.();
      cancel = null;
      waiting.clear();
      recent.clear();
      over.clear();
    },
  };
}
