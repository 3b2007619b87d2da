import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import type { OutputSink } from '../ports.ts';

/** What sudo itself prints when it says no; sudoers(5) and sudo's own messages. A name it cannot resolve is a warning. */
const refusals = [/^sudo: (?!unable to resolve host )/m, /^Sorry, user /m, / is not in the sudoers file/m];

/** The failure when it was sudo that said no, and the command never began; null when it began or there is no sudo. */
export function sudoRefusal(
  { sudo, pty }: Pick<CommandAction, 'sudo' | 'pty'>,
  host: string,
  exitCode: number | null,
  output: Pick<OutputSink, 'captured'>,
): Failure | null {
  if (sudo === null || exitCode !== 1) return null;
  // A terminal has one stream for both.
  const said = output.captured(pty ? 'stdout' : 'stderr').text;
  if (!refusals.some((words) => words.test(said))) return null;
  return failure('sudo-refused', { host, account: sudo }, said);
}
