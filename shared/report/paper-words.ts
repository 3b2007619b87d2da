import type { ReportContext } from './html-context.ts';
import type { ReportAttempt } from './model.ts';

/** What must stand wherever the verdict of something done on paper is shown: that it is, whose word, and who entered it. */
export function paperWords({ say, moment }: ReportContext, { paper, actor, startedAt }: ReportAttempt): string | null {
  if (paper === null) return null;
  const { doneAt, doneBy, checkedBy } = paper;
  const done = say('paperDone', { at: moment(doneAt), by: doneBy });
  const checked = checkedBy === null ? say('paperNotChecked') : say('paperChecked', { by: checkedBy });
  return `${done} ${checked} ${say('paperEntered', { by: actor, at: moment(startedAt) })}`;
}

/** True where what stands here was told by paper: the last attempt at the step was made there. */
export function standsOnPaper({ attempts }: { readonly attempts: readonly ReportAttempt[] }): boolean {
  return (attempts.findLast(({ purpose }) => purpose === 'step')?.paper ?? null) !== null;
}
