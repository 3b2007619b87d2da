import type { AbsentRun, HistoryRow } from '../../shared/contract/ipc/history.ts';
import type { HistoryFilters, VerdictStanding } from '../store/app-state.ts';

/** The one word that a badge says of a run. */
export type VerdictWord =
  | 'proved'
  | 'intact'
  | 'incomplete'
  | 'altered'
  | 'mismatch'
  | 'unreadable'
  | 'asking'
  | 'changed'
  | 'unknown'
  | 'failed';

/** The verifier's three answers in one word; what is worst outweighs the rest. */
export function verdictWord(standing: VerdictStanding | 'changed' | 'unknown'): VerdictWord {
  if (typeof standing === 'string') return standing;
  const { verdict, integrity, identity } = standing;
  if (verdict === 'altered') return identity === 'mismatch' && integrity === 'intact' ? 'mismatch' : 'altered';
  if (verdict === 'intact') return identity === 'proved' ? 'proved' : 'intact';
  return verdict;
}

/** How a row's verdict stands: what main knows of these very bytes, else what it has answered since. */
export function rowStanding(
  { verdict, changed }: Pick<HistoryRow, 'verdict' | 'changed'>,
  answered: VerdictStanding | undefined,
): VerdictStanding | 'changed' | 'unknown' {
  return verdict ?? answered ?? (changed ? 'changed' : 'unknown');
}

/** True when nothing narrows the list. */
export function isEverything({ text, ...filters }: HistoryFilters): boolean {
  return text.trim() === '' && Object.values(filters).every((filter) => filter === null);
}

/** True when exactly two runs of the same checklist are chosen. */
export function canCompare(chosen: readonly HistoryRow[]): boolean {
  const [left, right] = chosen;
  if (left === undefined || right === undefined || chosen.length !== 2) return false;
  return left.checklist !== '' && left.checklist === right.checklist;
}

/** Runs that nobody removed here, and those that somebody did. */
export function splitAbsent(absent: readonly AbsentRun[]): {
  readonly vanished: readonly AbsentRun[];
  readonly retired: readonly (AbsentRun & { readonly retired: NonNullable<AbsentRun['retired']> })[];
} {
  const retired = absent.flatMap((run) => (run.retired === null ? [] : [{ ...run, retired: run.retired }]));
  return { vanished: absent.filter((run) => run.retired === null), retired };
}

/** A text cut where one of the words of a search stands, so that these can be marked. */
export function markWords(text: string, search: string): readonly { readonly text: string; readonly found: boolean }[] {
  const words = search.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [{ text, found: false }];
  const any = new RegExp(`(${words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'giu');
  return text.split(any).flatMap((part, index) => (part === '' ? [] : [{ text: part, found: index % 2 === 1 }]));
}
