import type { OutputTap } from '../ports.ts';

/** How often a screen hears of one attempt, and how much at most each time (UTF-16 units). */
const EVERY_MS = 16;
const AT_MOST = 128 * 1024;

/** Hands live text to the screens: gathered by time, bounded in size; the newest text wins, what is left out is counted. */
export class LiveTap {
  private readonly attempt: string;
  private readonly tap: OutputTap;
  private text = '';
  private skipped = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(attempt: string, tap: OutputTap) {
    this.attempt = attempt;
    this.tap = tap;
  }

  write(text: string): void {
    if (text === '') return;
    this.text += text;
    if (this.text.length > AT_MOST) this.leaveOut();
    this.timer ??= setTimeout(() => this.flush(), EVERY_MS);
  }

  /** Hands out what waits, now. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const { text, skipped } = this;
    this.text = '';
    this.skipped = 0;
    if (text !== '' || skipped > 0) this.tap({ attempt: this.attempt, data: text, skipped });
  }

  /** Drops the older half, up to a line's end where there is one, so that no escape sequence is cut in two. */
  private leaveOut(): void {
    let from = this.text.length - AT_MOST / 2;
    const newline = this.text.indexOf('\n', from);
    if (newline !== -1 && newline + 1 < this.text.length) from = newline + 1;
    const unit = this.text.charCodeAt(from);
    if (unit >= 0xdc00 && unit <= 0xdfff) from += 1;
    this.skipped += from;
    this.text = this.text.slice(from);
  }
}
