import { type Failure, failure } from '../../../shared/contract/errors.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';

/** What sudo itself prints when it says no; sudoers(5) and sudo's own messages. A name it cannot resolve is a warning. */
const refusals = [/^sudo: (?!unable to resolve host )/m, /^Sorry, user /m, / is not in the sudoers file/m];

/** The failure when it was sudo that said no, and the command never began; null when it began or there is no sudo. */
export function sudoRefusal(
  action: Pick<CommandAction, 'sudo'>,
  host: string,
  exitCode: number | null,
  stderr: string,
): Failure | null {
  if (action.sudo === null || exitCode !== 1 || !refusals.some((words) => words.test(stderr))) return null;
  return failure('sudo-refused', { host, account: action.sudo }, stderr);
}
