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

/** Keys and indexes from the top of the checklist down to one value. */
export type Path = readonly (string | number)[];

/** A finding before it has a place in the file: the path of the value it is about. */
export interface Finding {
  readonly path: Path;
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
  readonly severity: Problem['severity'];
  /** Points at the key instead of the value. */
  readonly atKey?: boolean;
  /** Points at the first place inside the value where these characters stand. */
  readonly needle?: string;
}

/** Where findings go. */
export type Report = (finding: Finding) => void;

/** `a, b, c`, cut short when there are very many. */
export function listNames(names: Iterable<string>, most = 20): string {
  const all = [...names];
  return all.length <= most ? all.join(', ') : `${all.slice(0, most).join(', ')}, … (${all.length})`;
}
