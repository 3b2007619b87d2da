import { createStripper, type Stripper, type StripperState } from './stripper.ts';

/** Turns terminal output into plain text lines, piece by piece and with bounded memory. */

/** Where a builder stands between two pieces; enough to go on from there later. */
export interface LineBuilderState {
  readonly stripper: StripperState;
  readonly text: string;
  readonly cursor: number;
  readonly cut: number;
}

/** The state before the first piece. */
export const FRESH_LINE: LineBuilderState = { stripper: 'text', text: '', cursor: 0, cut: 0 };

/** A line as a person reads it; `cut` says how many characters beyond the limit were left out. */
export interface PlainLine {
  readonly text: string;
  readonly cut: number;
}

/**
 * Builds lines of at most `longest` characters. Carriage return goes back to the start of the line and what follows
 * overwrites it, backspace goes one back, as a progress bar does it on a screen.
 */
export class LineBuilder {
  private readonly longest: number;
  private readonly stripper: Stripper;
  private text: string;
  private cursor: number;
  private cut: number;

  constructor(longest: number, from: LineBuilderState = FRESH_LINE) {
    this.longest = longest;
    this.stripper = createStripper(from.stripper);
    this.text = from.text;
    this.cursor = from.cursor;
    this.cut = from.cut;
  }

  state(): LineBuilderState {
    return { stripper: this.stripper.state(), text: this.text, cursor: this.cursor, cut: this.cut };
  }

  /** The line that has begun and not ended; null when there is nothing on it. */
  open(): PlainLine | null {
    return this.text === '' && this.cut === 0 ? null : { text: this.text, cut: this.cut };
  }

  /** Takes the next piece and gives every line that it ends to `onLine`. */
  write(piece: string, onLine: (line: PlainLine) => void): void {
    for (const part of this.stripper.write(piece).split(/([\n\r\b])/)) {
      if (part === '\n') {
        onLine({ text: this.text, cut: this.cut });
        this.text = '';
        this.cursor = 0;
        this.cut = 0;
      } else if (part === '\r') this.cursor = 0;
      else if (part === '\b') this.cursor = Math.max(0, this.cursor - 1);
      else if (part !== '') this.put(part);
    }
  }

  private put(part: string): void {
    const room = Math.max(0, this.longest - this.cursor);
    const shown = part.length > room ? part.slice(0, room) : part;
    this.cut = Math.max(this.cut, this.cursor + part.length - this.longest, 0);
    this.text = this.text.slice(0, this.cursor) + shown + this.text.slice(this.cursor + shown.length);
    this.cursor += part.length;
  }
}
