import type { Approval } from '../../shared/run/state.ts';
import type { ApprovalAction } from '../../shared/steps/actions/approval.ts';

/** How one role stands. */
export interface RoleStanding {
  readonly role: string;
  readonly needed: number;
  readonly approved: number;
  readonly answers: readonly Approval[];
}

/** Every role of an approval with its answers, in the checklist's order. */
export function rolesOf(action: ApprovalAction, approvals: readonly Approval[]): readonly RoleStanding[] {
  return action.roles.map(({ role, needed }) => {
    const answers = approvals.filter((one) => one.role === role);
    return { role, needed, approved: answers.filter((one) => one.answer === 'approved').length, answers };
  });
}

/** The roles of which more people have to approve. */
export function missingRoles(action: ApprovalAction, approvals: readonly Approval[]): readonly string[] {
  return rolesOf(action, approvals)
    .filter(({ approved, needed }) => approved < needed)
    .map(({ role }) => role);
}
