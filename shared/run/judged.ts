import type { ApprovalAction } from '../steps/actions/approval.ts';
import type { Approval, AttemptState, FindingJudgement, TargetStatus } from './state.ts';

/**
 * Where an ended attempt leaves its target, once people have judged its findings: one `stop` fails it, and it passes
 * when nothing but the findings stood in the way and every one was judged known or harmless.
 */
export function judgedStatus(
  attempt: AttemptState,
  judgements: Readonly<Record<string, FindingJudgement>>,
): TargetStatus {
  const verdict = attempt.verdict ?? 'running';
  if (verdict !== 'inconclusive' || attempt.findings.length === 0) return verdict;
  const judged = attempt.findings.map((finding) => judgements[finding.id]?.judgement);
  if (judged.includes('stop')) return 'failed';
  const clean = attempt.failure === null && attempt.checks.every((check) => check.holds);
  return clean && judged.every((one) => one !== undefined) ? 'passed' : 'inconclusive';
}

/** People are told apart by name until they have keys of their own; capitals and spaces around it do not matter. */
export function samePerson(one: string, other: string): boolean {
  return one.trim().toLocaleLowerCase() === other.trim().toLocaleLowerCase();
}

/** Where the answers so far leave an approval step. */
export function approved(action: ApprovalAction, approvals: readonly Approval[]): TargetStatus {
  if (approvals.some((one) => one.answer === 'refused')) return 'failed';
  const enough = action.roles.every(
    ({ role, needed }) => approvals.filter((one) => one.role === role).length >= needed,
  );
  return enough ? 'passed' : 'todo';
}
