import { z } from 'zod';
import { limits } from '../../contract/limits.ts';
import { expectationsSchema } from '../expectations.ts';

/**
 * A command in the exact words of the checklist, variables already put in and quoted.
 * Secrets are not in it: `${db-password}` became the shell expansion `"$CS_DB_PASSWORD"`, and the value travels
 * on stdin (see `electron/engine/steps/wire.ts`), so neither the host's process list nor any record can show it.
 */
export const commandActionSchema = z.strictObject({
  kind: z.literal('run'),
  command: z.string().min(1).max(limits.command),
  /** Names of the plan's secrets that this command uses. */
  secrets: z.array(z.string().max(limits.name)),
  /** Account to become with sudo, or null. */
  sudo: z.string().max(255).nullable(),
  pty: z.boolean(),
  timeoutMs: z.number().min(1),
  expect: expectationsSchema,
});
export type CommandAction = z.infer<typeof commandActionSchema>;
