/** What a benchmark found out. */
export interface Figure {
  /** Ours against the thing beside it, measured in the same run. */
  readonly ratio: number;
  readonly holds: boolean;
  /** The measured values behind the ratio, for a person, in one line. */
  readonly detail: string;
}

/** One measured claim. */
export interface Bench {
  /** Letter and words, e.g. `a-start`; `npm run bench -- a` runs every bench whose name begins with `a`. */
  readonly name: string;
  /** The goal in words, e.g. `<= 1.6`. */
  readonly goal: string;
  run(): Promise<Figure>;
}

/** The middle value; of an even number of values the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
