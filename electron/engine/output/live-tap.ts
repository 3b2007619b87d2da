import type { OutputTap } from '../ports.ts';
import { units } from './utf8.ts';

/** How often a screen hears of one attempt, and about how much at most each time (bytes kept, then UTF-16 units). */
const EVERY_MS = 16;
const AT_MOST = 128 * 1024;

/** Hands live text to the screens: gathered by time, bounded in size; the newest text wins, what is left out is counted. */
export class LiveTap {
  private readonly attempt: string;
  private readonly tap: OutputTap;
  /** Pieces as they came; joined only when somebody looks, because most of a flood is never looked at. */
  private pieces: Buffer[] = [];
  private length = 0;
  private skipped = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(attempt: string, tap: OutputTap) {
    this.attempt = attempt;
    this.tap = tap;
  }

  /** Takes UTF-8, whole characters. */
  write(text: Buffer): void {
    if (text.length === 0) return;
    this.pieces.push(text);
    this.length += text.length;
    while (this.length > AT_MOST && this.pieces.length > 1) this.leaveOut(this.pieces.shift() as Buffer);
    this.timer ??= setTimeout(() => this.flush(), EVERY_MS);
  }

  /** Hands out what waits, now. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.length === 0) return;
    const text = Buffer.concat(this.pieces).toString('utf8');
    const from = this.skipped === 0 && text.length <= AT_MOST ? 0 : startOfText(text);
    const chunk = { attempt: this.attempt, data: text.slice(from), skipped: this.skipped + from };
    this.pieces = [];
    this.length = 0;
    this.skipped = 0;
    this.tap(chunk);
  }

  private leaveOut(piece: Buffer): void {
    this.length -= piece.length;
    this.skipped += units(piece);
  }
}

/** After something was left out: the next line's beginning where there is one, so that no escape sequence is cut in two. */
function startOfText(text: string): number {
  const from = Math.max(0, text.length - AT_MOST);
  const newline = text.indexOf('\n', from);
  if (newline !== -1 && newline + 1 < text.length) return newline + 1;
  const unit = text.charCodeAt(from);
  return unit >= 0xdc00 && unit <= 0xdfff ? from + 1 : from;
}
