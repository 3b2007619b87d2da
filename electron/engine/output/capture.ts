import { limits } from '../../../shared/contract/limits.ts';
import { wholeCharacters } from './utf8.ts';

/** What expectations may look at: the beginning of a stream, and how many lines all of it has. */
export interface Captured {
  readonly text: string;
  /** False when the stream was longer than what is kept. */
  readonly complete: boolean;
  readonly lines: number;
}

/** Newlines in a chunk. */
export function countNewlines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** Keeps the head of one stream, at most `limits.captureBytes`, and counts lines through to the end. */
export class Capture {
  private readonly parts: Buffer[] = [];
  private room: number = limits.captureBytes;
  private complete = true;
  private lines = 0;

  /** Takes UTF-8, whole characters. */
  write(text: Buffer): void {
    this.lines += countNewlines(text);
    if (!this.complete || text.length === 0) return;
    if (text.length <= this.room) this.parts.push(text);
    else {
      this.parts.push(wholeCharacters(text, this.room));
      this.complete = false;
    }
    this.room -= text.length;
  }

  read(): Captured {
    if (this.parts.length > 1) this.parts.splice(0, this.parts.length, Buffer.concat(this.parts));
    return { text: this.parts[0]?.toString('utf8') ?? '', complete: this.complete, lines: this.lines };
  }
}
