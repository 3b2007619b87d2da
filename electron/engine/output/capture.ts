import { limits } from '../../../shared/contract/limits.ts';

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
  private readonly parts: string[] = [];
  private room: number = limits.captureBytes;
  private complete = true;
  private lines = 0;

  /** `bytes` is what `text` was decoded from; a character split between chunks makes them differ by a few bytes. */
  write(bytes: Buffer, text: string): void {
    this.lines += countNewlines(bytes);
    if (!this.complete || text === '') return;
    const size = Math.max(bytes.length, Buffer.byteLength(text));
    if (size <= this.room) this.parts.push(text);
    else {
      this.parts.push(headOf(text, this.room));
      this.complete = false;
    }
    this.room -= size;
  }

  read(): Captured {
    if (this.parts.length > 1) this.parts.splice(0, this.parts.length, this.parts.join(''));
    return { text: this.parts[0] ?? '', complete: this.complete, lines: this.lines };
  }
}

/** At most `bytes` of the text, whole characters. */
function headOf(text: string, bytes: number): string {
  const head = Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8');
  return head.replace(/\uFFFD+$/, '');
}
