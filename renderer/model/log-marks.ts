import type { StepResult } from '../../shared/steps/results.ts';

/** Lines of a recording that tell of an exception; counted from 0, `to` included. */
export interface LogMark {
  readonly from: number;
  readonly to: number;
  readonly isNew: boolean;
  readonly name: string;
}

/** First and last occurrence of every exception that a watch found, in the order of the recording. */
export function logMarks(result: StepResult | null | undefined): readonly LogMark[] {
  if (result?.kind !== 'log') return [];
  const marks = result.groups.flatMap(({ first, last, known, name }) => {
    const mark = { isNew: known === null, name: known ?? name };
    return first.from === last.from
      ? [{ ...first, ...mark }]
      : [
          { ...first, ...mark },
          { ...last, ...mark },
        ];
  });
  return marks.sort((one, other) => one.from - other.from);
}

/** The mark on a line, or null. New ones come before known ones. */
export function markAt(marks: readonly LogMark[], line: number): LogMark | null {
  const found = marks.filter(({ from, to }) => from <= line && line <= to);
  return found.find(({ isNew }) => isNew) ?? found[0] ?? null;
}

/** The next new exception behind a line; from the end it goes on at the beginning. Null when there is none. */
export function nextNew(marks: readonly LogMark[], after: number | null): LogMark | null {
  const fresh = marks.filter(({ isNew }) => isNew);
  return fresh.find(({ from }) => after === null || from > after) ?? fresh[0] ?? null;
}
