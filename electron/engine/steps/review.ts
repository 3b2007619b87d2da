import type { PlanStep } from '../../../shared/checklist/plan.ts';
import type { Action } from '../../../shared/steps/actions.ts';
import { reviewLog } from './log-review.ts';
import { reviewSql } from './sql-review.ts';

/** The included files of one action, as they were read. */
export interface IncludedFiles {
  bytes(path: string): Buffer | null;
  /** Names of the files directly in a folder, sorted. */
  names(folder: string): readonly string[];
}

/** Something about an included file's content that a person should know before the run. */
export interface ContentFinding {
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
  readonly severity: 'error' | 'warning';
}

/** Looks into the included files of an action, for the kinds whose files have an inside to be checked. */
export async function* reviewIncluded(
  step: PlanStep,
  action: Action,
  files: IncludedFiles,
): AsyncGenerator<ContentFinding, void> {
  if (action.kind === 'log') yield* reviewLog(action, files);
  if (action.kind === 'sql') yield* reviewSql(step, action, files);
}
