import type { Finding } from '../../shared/contract/events.ts';
import { type FindingJudgement, lastAttempt, type TargetState } from '../../shared/run/state.ts';

/** One thing that a person must judge by name, with what was said of it. */
export interface JudgedFinding {
  readonly finding: Finding;
  readonly judgement: FindingJudgement | null;
}

/** The findings of the last attempt, open ones first; within each group in the order in which they were found. */
export function findingsOf(target: TargetState): readonly JudgedFinding[] {
  const found = (lastAttempt(target)?.findings ?? []).map((finding) => ({
    finding,
    judgement: target.judgements[finding.id] ?? null,
  }));
  return [
    ...found.filter(({ judgement }) => judgement === null),
    ...found.filter(({ judgement }) => judgement !== null),
  ];
}

/** The finding that has to be judged next, or null when none is open or the target needs no answer any more. */
export function nextFinding(target: TargetState): string | null {
  if (target.status !== 'inconclusive') return null;
  return findingsOf(target).find(({ judgement }) => judgement === null)?.finding.id ?? null;
}
