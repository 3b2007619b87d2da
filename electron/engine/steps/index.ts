import type { Action, StepKind } from '../../../shared/steps/actions.ts';
import { runManual } from './manual.ts';
import { runRun } from './run.ts';
import type { Outcome, StepContext, StepRunner } from './step-runner.ts';
import { runWait } from './wait.ts';

type ActionOf<K extends StepKind> = Extract<Action, { kind: K }>;

/** The engine's door of every step kind; a new kind is one more line here. */
const runners: { readonly [K in StepKind]: StepRunner<ActionOf<K>> } = {
  manual: runManual,
  run: runRun,
  wait: runWait,
};

/** Does one action on one target. */
export async function runAction(context: StepContext, action: Action): Promise<Outcome> {
  const runner = runners[action.kind] as StepRunner<Action>;
  return await runner(context, action);
}
