import { z } from 'zod';
import { shape } from '../checklist/parts.ts';
import { approvalCount, roleName } from '../checklist/schema-environment.ts';
import type { StepKindDoor } from './kind.ts';

const schema = shape({
  roles: z
    .record(roleName, approvalCount)
    .refine((roles) => Object.keys(roles).length > 0, 'approvals-empty')
    .optional()
    .meta({
      description: 'How many people of each role must approve; the environment’s people.approvals if left out.',
    }),
})
  .nullable()
  .meta({ description: 'People approve by role, each with a reason; whoever works the run cannot.' });

/** `approval:` N people of each role say yes. */
export const approval: StepKindDoor<'approval', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: () => false,
  probes: () => [],
  includes: () => [],
  probe: () => null,
  resolve(source, { environment, report }) {
    const written = Object.entries(source?.roles ?? {}).map(([role, needed]) => ({ role, needed }));
    const roles = written.length > 0 ? written : environment.approvals;
    if (roles.length === 0) report([], 'approval-without-roles', { environment: environment.environment });
    return { kind: 'approval', roles: [...roles] };
  },
  describe: (action, text) =>
    action.roles.map(({ role: name, needed: count }) => text('approval', { role: name, count })),
};
