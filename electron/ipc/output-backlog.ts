/** A piece of live text; `skipped` characters were left out before it. */
export interface OutputPiece {
  readonly data: string;
  readonly skipped: number;
}

/** Never cut between the halves of a surrogate pair: step back to before it. */
function wholeCharacters(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

/** The last `size` characters or a little less: from the next line start when one is near, else from a whole character. */
export function lastPart(text: string, size: number): string {
  if (text.length <= size) return text;
  const from = text.length - size;
  const newline = text.indexOf('\n', from);
  if (newline !== -1 && newline - from < size / 4) return text.slice(newline + 1);
  const first = text.charCodeAt(from);
  return text.slice(first >= 0xdc00 && first <= 0xdfff ? from + 1 : from);
}

/**
 * Text of one attempt that waits for the screen: the first `half` characters and the last `half` are kept, the middle
 * is dropped and counted. Bounded, whatever comes in.
 */
export class OutputBacklog {
  readonly #half: number;
  #skippedBefore = 0;
  #head = '';
  #middle = 0;
  #tail = '';

  constructor(half: number) {
    this.#half = half;
  }

  get empty(): boolean {
    return this.#head === '' && this.#tail === '' && this.#skippedBefore === 0;
  }

  add(data: string, skipped: number): void {
    if (skipped > 0) this.#skip(skipped);
    let rest = data;
    if (this.#middle === 0 && this.#tail === '' && this.#head.length < this.#half) {
      const room = this.#half - this.#head.length;
      const cut = rest.length <= room ? rest.length : wholeCharacters(rest, room);
      this.#head += rest.slice(0, cut);
      rest = rest.slice(cut);
    }
    if (rest === '') return;
    const tail = this.#tail + rest;
    // Cut only when twice too long, so that a flood of tiny chunks does not copy the tail each time.
    this.#tail = tail.length > this.#half * 2 ? this.#keep(tail) : tail;
  }

  /** Takes everything out: at most two pieces of at most `half` characters each. */
  take(): readonly OutputPiece[] {
    const pieces: OutputPiece[] = [];
    const tail = this.#keep(this.#tail);
    if (this.#middle === 0 && this.#head.length + tail.length <= this.#half * 2) {
      if (this.#head !== '' || tail !== '' || this.#skippedBefore > 0) {
        pieces.push({ data: this.#head + tail, skipped: this.#skippedBefore });
      }
    } else {
      if (this.#head !== '' || this.#skippedBefore > 0) pieces.push({ data: this.#head, skipped: this.#skippedBefore });
      pieces.push({ data: tail, skipped: this.#middle });
    }
    this.#skippedBefore = 0;
    this.#head = '';
    this.#middle = 0;
    this.#tail = '';
    return pieces;
  }

  #keep(tail: string): string {
    const kept = lastPart(tail, this.#half);
    this.#middle += tail.length - kept.length;
    return kept;
  }

  /** The engine's own tap left something out: what lies between our head and its hole goes the same way. */
  #skip(skipped: number): void {
    if (this.#head === '' && this.#tail === '') {
      if (this.#middle === 0) this.#skippedBefore += skipped;
      else this.#middle += skipped;
      return;
    }
    this.#middle += this.#tail.length + skipped;
    this.#tail = '';
  }
}
