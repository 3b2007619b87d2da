import { failure } from '../../../shared/contract/errors.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import { evaluate } from '../../../shared/steps/evaluate.ts';
import { type CommandEnd, runCommand } from './command.ts';
import { type Outcome, outcome, type StepContext, type StepRunner } from './step-runner.ts';

/** Runs one command and judges it by its expectations. */
export const runRun: StepRunner<CommandAction> = async (context, action) => {
  return judge(context, action, await runCommand(context, action));
};

function judge(context: StepContext, action: CommandAction, { end, stopped }: CommandEnd): Outcome {
  if (end.type === 'lost') return outcome('unknown', { failure: stopped ?? end.failure });
  if (end.type === 'not-sent') return outcome('failed', { failure: end.failure });
  const exit = { code: end.code, signal: end.signal };
  if (stopped !== null) return outcome('failed', { exit, failure: stopped });
  const stderr = context.output.captured('stderr');
  const refused = action.sudo !== null && exit.code === 1 && /^sudo: /m.test(stderr.text);
  if (refused) {
    const params = { host: context.target, account: action.sudo ?? '' };
    return outcome('failed', { exit, failure: failure('sudo-refused', params, stderr.text) });
  }
  const { verdict, checks } = evaluate(action.expect, { exit, stdout: context.output.captured('stdout'), stderr });
  return outcome(verdict, { exit, checks });
}
