import type { SqlTable } from './session.ts';
import type { Statement } from './statement-batches.ts';

/** For the recording: which statements the server confirmed, what they changed, how long they took. */
export function doneWords(
  done: readonly [Statement, ...Statement[]],
  { affected, ms, committed }: { readonly affected: number; readonly ms: number; readonly committed: boolean },
): string {
  const [first] = done;
  const last = done.at(-1) ?? first;
  const what =
    first === last
      ? `[${first.number}] line ${first.line}: ${oneLine(first.text, 200)}`
      : `[${first.number}–${last.number}] lines ${first.line}–${last.line}: ${first.verb} …`;
  const commits = committed ? ' · COMMITTED BY THE SERVER' : '';
  return `${what}\n    ${affected} rows changed · ${Math.round(ms)} ms${commits}`;
}

/** For the recording: a result's first rows, tabs between its columns, and how many there are. */
export function tableWords({ columns, rows, rowCount }: SqlTable): string {
  const lines = [columns, ...rows].map(
    (row) => `    ${row.map((cell) => oneLine(String(cell ?? 'NULL'), 200)).join('\t')}`,
  );
  const more = rowCount > rows.length ? [`    … ${rowCount - rows.length} more rows`] : [];
  return [...lines, ...more, `    (${rowCount} rows)`].join('\n');
}

/** Text on one line, shortened. */
export function oneLine(text: string, most: number): string {
  const flat = text
    .slice(0, most * 4)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return flat.length <= most ? flat : `${flat.slice(0, most - 1)}…`;
}
