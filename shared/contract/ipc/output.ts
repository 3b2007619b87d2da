/** A stretch of a recording. */
export interface OutputLines {
  /** Plain text lines (terminal escapes removed) from `first`. */
  readonly lines: readonly string[];
  readonly first: number;
  /** Lines in the whole recording so far. */
  readonly total: number;
}

/** Where a recording has what was searched for. */
export interface OutputMatches {
  /** Line numbers, ascending, at most 1,000. */
  readonly matches: readonly number[];
  readonly truncated: boolean;
}
