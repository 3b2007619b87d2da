import type { PlanStep } from '../../shared/checklist/plan.ts';
import { stepIndex } from '../../shared/checklist/plan-lookup.ts';
import type { JournalRecord } from '../../shared/contract/events.ts';
import type { Intent } from '../../shared/contract/intents.ts';
import { type HeadlessAnswers, nextMove } from '../../shared/run/autopilot.ts';
import type { OpenRun } from '../engine/open-run.ts';
import type { Clock } from '../engine/ports.ts';

export type HeadlessEnd =
  | { readonly type: 'ended' }
  | {
      readonly type: 'stopped';
      readonly why: 'failed' | 'needs-person';
      readonly step: string;
      readonly target: string;
    }
  | {
      readonly type: 'refused';
      readonly intent: Intent;
      readonly code: string;
      readonly params: Readonly<Record<string, string>>;
    };

/** How often an unknown command that is still under way is looked at again. */
const lookAgainMs = 1_000;

/**
 * Works a run to its end, or to where a person is needed, by sending the intents a person would send.
 * @param onRecord sees every durable record in order.
 */
export async function driveRun(
  { controller }: OpenRun,
  answers: HeadlessAnswers,
  clock: Clock,
  onRecord: (record: JournalRecord) => void,
): Promise<HeadlessEnd> {
  const tried = { run: new Set<string>(), probed: new Set<string>() };
  const giveUpAt = new Map<string, number>();
  const unsubscribe = controller.subscribe(onRecord);
  try {
    for (;;) {
      await controller.idle();
      const move = nextMove(controller.state, answers, tried);
      if (move.type === 'ended') return move;
      if (move.type === 'stop') return { ...move, type: 'stopped' };
      const { intent } = move;
      const answer = await controller.submit(intent);
      if (!answer.ok) return { type: 'refused', intent, code: answer.refusal.code, params: answer.refusal.params };
      if (intent.type === 'run-step') for (const target of intent.targets) tried.run.add(`${intent.step}@${target}`);
      if (intent.type === 'confirm-manual') tried.run.add(`${intent.step}@${intent.target}`);
      if (intent.type !== 'probe') continue;
      await controller.idle();
      const place = `${intent.step}@${intent.target}`;
      const { plan, steps } = controller.state;
      const index = stepIndex(plan, intent.step);
      const probe = steps[index]?.targets.find((one) => one.target === intent.target)?.probe;
      const deadline = giveUpAt.get(place) ?? clock.mono() + patience(plan.steps[index]);
      giveUpAt.set(place, deadline);
      if (probe !== 'still-running' || clock.mono() > deadline) tried.probed.add(place);
      else await clock.sleep(lookAgainMs, new AbortController().signal);
    }
  } finally {
    unsubscribe();
  }
}

/** As long as the step itself may take, its old command may still be under way. */
function patience(step: PlanStep | undefined): number {
  return step?.action.kind === 'run' ? step.action.timeoutMs : 0;
}
