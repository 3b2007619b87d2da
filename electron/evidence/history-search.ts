import type { HistoryPage, HistoryRow } from '../../shared/contract/ipc/history.ts';
import type { RequestOf } from '../../shared/contract/ipc.ts';
import type { RunFacts } from './history-row.ts';

/** What is asked of the history. */
export type HistoryQuery = RequestOf<'history:find'>;

/** A run with what it can be found by. */
export interface Searchable {
  readonly facts: RunFacts;
  /** One saying a line. */
  readonly words: string;
  /** The same, as `foldText` makes it. */
  readonly folded: string;
}

/** Upper and lower case, full and half width are the same letter to whoever searches. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Characters of what was found that are shown, and how many of them before the place. */
const SHOWN = 140;
const BEFORE = 40;

/** The words of a search, as they are compared. */
export function wordsOf(text: string): readonly string[] {
  return foldText(text)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** The runs that every filter and every word lets through, in the order given. */
export function search<T extends Searchable>(
  runs: readonly T[],
  query: Omit<HistoryQuery, 'first' | 'count'>,
): readonly T[] {
  const words = wordsOf(query.text);
  return runs.filter(({ facts, folded }) => passes(facts, query) && words.every((word) => folded.includes(word)));
}

function passes(facts: RunFacts, query: Omit<HistoryQuery, 'first' | 'count'>): boolean {
  const { environment, checklist, result, person, host } = query;
  if (environment !== null && facts.environment !== environment) return false;
  if (checklist !== null && facts.checklist !== checklist) return false;
  if (person !== null && !facts.people.includes(person)) return false;
  if (host !== null && !facts.hosts.includes(host)) return false;
  return result === null || resultOf(facts) === result;
}

function resultOf({ status, result }: RunFacts): HistoryQuery['result'] {
  return status === 'unreadable' ? 'unreadable' : (result ?? 'open');
}

/** The saying that holds most of the words, cut around the first of them; null when nothing was searched for. */
export function excerptOf(words: string, wanted: readonly string[]): string | null {
  if (wanted.length === 0) return null;
  let best = '';
  let most = 0;
  for (const saying of words.split('\n')) {
    const folded = foldText(saying);
    const held = wanted.filter((word) => folded.includes(word)).length;
    if (held > most) {
      best = saying;
      most = held;
    }
  }
  const folded = foldText(best);
  const places = wanted.map((word) => folded.indexOf(word)).filter((place) => place !== -1);
  return cut(best, Math.min(...places, best.length));
}

function cut(saying: string, place: number): string {
  const from = saying.length <= SHOWN ? 0 : Math.max(0, Math.min(place - BEFORE, saying.length - SHOWN));
  const shown = saying.slice(from, from + SHOWN);
  return `${from > 0 ? '…' : ''}${shown}${from + SHOWN < saying.length ? '…' : ''}`;
}

/** What can be filtered by, of all runs. */
export function facetsOf(
  runs: readonly Pick<HistoryRow, 'environment' | 'checklist' | 'people' | 'hosts'>[],
): Pick<HistoryPage, 'environments' | 'checklists' | 'people' | 'hosts'> {
  const each = (of: (run: (typeof runs)[number]) => readonly string[]): readonly string[] =>
    [...new Set(runs.flatMap(of))].filter((one) => one !== '').sort();
  return {
    environments: each(({ environment }) => [environment]),
    checklists: each(({ checklist }) => [checklist]),
    people: each(({ people }) => people),
    hosts: each(({ hosts }) => hosts),
  };
}
