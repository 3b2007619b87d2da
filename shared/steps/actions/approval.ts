import { z } from 'zod';
import { limits } from '../../contract/limits.ts';

/** Which roles must approve, and how many people of each. */
export const approvalActionSchema = z.strictObject({
  kind: z.literal('approval'),
  roles: z.array(z.strictObject({ role: z.string().min(1).max(limits.name), needed: z.int().min(1).max(100) })).min(1),
});
export type ApprovalAction = z.infer<typeof approvalActionSchema>;
