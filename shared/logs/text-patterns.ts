import { RE2JS } from 're2js';

/** Something a log must or must not say. `text` is meant letter by letter, `matches` is RE2 syntax on one line. */
export type LinePattern =
  | { readonly test: 'contains'; readonly value: string }
  | { readonly test: 'matches'; readonly value: string };

/** Finds the lines that fit a pattern in pieces of text that consist of whole lines. */
export interface LineFinder {
  /** Calls for every fitting line, with where it begins in the piece; stops when it gives false. */
  each(piece: string, onLine: (line: string, start: number) => boolean): void;
}

/** Longer lines are held against a regular expression by their beginning only. Characters. */
const LONGEST = 16_000;

/**
 * A finder. Regular expressions are slow, so a piece is first searched for words that every match must have; only
 * where those stand the expression is asked.
 */
export function lineFinder(pattern: LinePattern): LineFinder {
  if (pattern.test === 'contains') return containsFinder(pattern.value, null);
  const compiled = RE2JS.compile(pattern.value);
  const fits = (line: string): boolean => compiled.matcher(line.slice(0, LONGEST)).find();
  const needed = neededText(pattern.value);
  return needed === null ? everyLine(fits) : containsFinder(needed, fits);
}

function containsFinder(text: string, fits: ((line: string) => boolean) | null): LineFinder {
  return {
    each: (piece, onLine) => {
      for (let hit = piece.indexOf(text); hit !== -1; ) {
        const start = piece.lastIndexOf('\n', hit - 1) + 1;
        const end = lineEnd(piece, hit);
        const line = piece.slice(start, end);
        if ((fits === null || fits(line)) && !onLine(line, start)) return;
        hit = piece.indexOf(text, end + 1);
      }
    },
  };
}

function everyLine(fits: (line: string) => boolean): LineFinder {
  return {
    each: (piece, onLine) => {
      for (let start = 0; start < piece.length; ) {
        const end = lineEnd(piece, start);
        const line = piece.slice(start, end);
        if (fits(line) && !onLine(line, start)) return;
        start = end + 1;
      }
    },
  };
}

function lineEnd(piece: string, from: number): number {
  const end = piece.indexOf('\n', from);
  return end === -1 ? piece.length : end;
}

/** Pieces of an expression that are surely one after the other: a letter, or what stands for something unknown. */
const piece = /\\[bBdDwWsS](?:[*+]\??)?|\.[*+]?\??|[\^$]|(?:\\([^0-9A-Za-z\n])|([^\\^$.|?*+()[\]{}\n]))(?![*+?{])/y;

/**
 * The longest text that every match of a regular expression must contain; null when there is none or the expression is
 * one of those we do not take apart (groups, alternatives, classes, optional letters).
 */
export function neededText(expression: string): string | null {
  let longest = '';
  let current = '';
  for (let at = 0; at < expression.length; at = piece.lastIndex) {
    piece.lastIndex = at;
    const found = piece.exec(expression);
    if (found === null) return null;
    const letter = found[1] ?? found[2];
    current = letter === undefined ? '' : current + letter;
    if (current.length > longest.length) longest = current;
  }
  return longest.length < 3 ? null : longest;
}
