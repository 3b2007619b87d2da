import { z } from 'zod';
import { filledText, shape } from '../checklist/parts.ts';
import type { StepKindDoor } from './kind.ts';

const role = filledText.max(100, 'text-too-long');
const needed = z.int('approval-count').min(1, 'approval-count').max(100, 'approval-count');
const schema = shape({
  roles: z
    .record(role, needed)
    .refine((roles) => Object.keys(roles).length > 0, 'list-empty')
    .meta({ description: 'How many people of each role must approve.' }),
}).meta({ description: 'People approve by role, each with a reason; whoever works the run cannot.' });

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
  resolve: ({ roles }) => ({
    kind: 'approval',
    roles: Object.entries(roles).map(([name, count]) => ({ role: name, needed: count })),
  }),
  describe: (action, text) =>
    action.roles.map(({ role: name, needed: count }) => text('approval', { role: name, count })),
};
