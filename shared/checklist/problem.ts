/**
 * One finding in a checklist. `code` has a sentence and a remedy in both languages
 * (`shared/text/*\/problems.ts`); `params` fill them.
 */
export interface Problem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
}
