import { EventAssembler, type LogEvent } from './event-assembler.ts';
import { telling } from './line-kind.ts';
import type { LineFinder } from './text-patterns.ts';

/** What is looked for beside exceptions, and who hears of it. */
export interface Sought {
  readonly finder: LineFinder;
  /** Gets the line and its number; false when no further line is wanted from this piece. */
  readonly onLine: (line: string, number: number) => boolean;
}

/** Longer lines are looked at by their beginning. Characters. */
const LINE_CHARS = 16_000;

/**
 * Reads one log file, piece by piece. A piece consists of whole lines; its lines have numbers one after the other.
 * Memory: one event and one line. Ordinary lines are never looked at one by one, so that 20 MB/s cost little.
 */
export class FileScanner {
  private readonly assembler: EventAssembler;
  private readonly sought: readonly Sought[];
  private lastLine: string | null = null;

  constructor(sought: readonly Sought[], onEvent: (event: LogEvent) => void) {
    this.sought = sought;
    this.assembler = new EventAssembler(onEvent);
  }

  /** @param first the number of the piece's first line. */
  scan(piece: string, first: number): void {
    if (piece === '') return;
    for (const { finder, onLine } of this.sought) this.seek(piece, first, finder, onLine);
    let at = 0;
    let number = first;
    while (at < piece.length) {
      if (this.assembler.busy) {
        const end = lineEnd(piece, at);
        this.give(piece, at, end, number);
        at = end + 1;
        number += 1;
        continue;
      }
      telling.lastIndex = at;
      const hit = telling.exec(piece);
      if (hit === null) break;
      const start = piece.lastIndexOf('\n', hit.index - 1) + 1;
      number += newlines(piece, at, start);
      const end = lineEnd(piece, hit.index);
      this.give(piece, start, end, number);
      at = end + 1;
      number += 1;
    }
    this.lastLine = withoutReturn(lastLineOf(piece));
  }

  /** The file is silent or at its end: an event that has begun is whole. */
  settle(): void {
    this.assembler.end();
  }

  /** What comes next does not follow what came before (the file was replaced). */
  breakOff(): void {
    this.assembler.end();
    this.lastLine = null;
  }

  private give(piece: string, start: number, end: number, number: number): void {
    const line = withoutReturn(piece.slice(start, Math.min(end, start + LINE_CHARS)));
    this.assembler.line(line, number, () => this.lineBefore(piece, start));
  }

  private lineBefore(piece: string, start: number): string | null {
    if (start === 0) return this.lastLine;
    const from = piece.lastIndexOf('\n', start - 2) + 1;
    return withoutReturn(piece.slice(from, Math.min(start - 1, from + LINE_CHARS)));
  }

  private seek(piece: string, first: number, finder: LineFinder, onLine: Sought['onLine']): void {
    let counted = 0;
    let number = first;
    finder.each(piece, (line, start) => {
      number += newlines(piece, counted, start);
      counted = start;
      return onLine(withoutReturn(line), number);
    });
  }
}

/** Newlines from one place up to another. */
function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function lineEnd(piece: string, from: number): number {
  const end = piece.indexOf('\n', from);
  return end === -1 ? piece.length : end;
}

function lastLineOf(piece: string): string {
  const end = piece.endsWith('\n') ? piece.length - 1 : piece.length;
  const start = piece.lastIndexOf('\n', end - 1) + 1;
  return piece.slice(start, Math.min(end, start + LINE_CHARS));
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
