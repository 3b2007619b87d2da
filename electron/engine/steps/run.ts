import type { CommandAction } from '../../../shared/steps/actions.ts';
import { evaluate } from '../../../shared/steps/evaluate.ts';
import { type CommandEnd, runCommand } from './command.ts';
import {
  commandSending,
  type Outcome,
  outcome,
  type StepContext,
  type StepEngine,
  type StepRunner,
} from './step-runner.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** Runs one command and judges it by its expectations. */
const runRun: StepRunner<CommandAction> = async (context, action) => {
  return judge(context, action, await runCommand(context, action));
};

function judge(context: StepContext, action: CommandAction, { end, stopped }: CommandEnd): Outcome {
  if (end.type === 'lost') return outcome('unknown', { failure: stopped ?? end.failure });
  if (end.type === 'not-sent') return outcome('failed', { effect: 'none', failure: end.failure });
  const exit = { code: end.code, signal: end.signal };
  if (stopped !== null) return outcome('failed', { exit, failure: stopped });
  const stderr = context.output.captured('stderr');
  const refused = sudoRefusal(action, context.target, exit.code, context.output);
  if (refused !== null) return outcome('failed', { effect: 'none', exit, failure: refused });
  const { verdict, checks } = evaluate(action.expect, { exit, stdout: context.output.captured('stdout'), stderr });
  return outcome(verdict, { exit, checks });
}

/** The engine's door of `run`. */
export const runEngine: StepEngine<CommandAction> = {
  sending: (action, { target }) => commandSending(target, action),
  run: runRun,
};
