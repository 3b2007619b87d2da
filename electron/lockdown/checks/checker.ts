import { found } from '../../../shared/contract/check-table.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import type { CheckSubject } from '../ports.ts';

/** Whether the checker that the plan wants is there. Before the run nobody can have joined. */
export function checkChecker({ plan, checker }: Pick<CheckSubject, 'plan' | 'checker'>): PreflightCheck {
  const name = checker?.name ?? null;
  if (name !== null) return found('checker-here', { name });
  if (plan.people.checkers === 0) return found('checker-not-needed', {});
  return checker === null ? found('checker-to-come', {}) : found('checker-missing', {});
}
