/**
 * A browser can scroll about 33 million pixels. A recording longer than this many lines is shown in parts, so that
 * every line can be reached.
 */
export const SEGMENT_LINES = 1_000_000;

/** Which part a line lies in, and where in it. */
export function placeOf(line: number): { readonly segment: number; readonly row: number } {
  return { segment: Math.floor(line / SEGMENT_LINES), row: line % SEGMENT_LINES };
}

/** Rows of a part. */
export function rowsIn(segment: number, total: number): number {
  return Math.max(0, Math.min(SEGMENT_LINES, total - segment * SEGMENT_LINES));
}

/** The match after (or before) a line, going round at the ends; null when there are none. */
export function nextMatch(matches: readonly number[], from: number | null, backwards: boolean): number | null {
  if (matches.length === 0) return null;
  if (from === null) return (backwards ? matches.at(-1) : matches[0]) ?? null;
  const found = backwards ? matches.findLast((line) => line < from) : matches.find((line) => line > from);
  return found ?? (backwards ? matches.at(-1) : matches[0]) ?? null;
}
