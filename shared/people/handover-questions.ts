import { isSettled, type RunState } from '../run/state.ts';

/** What a newcomer answers from what the run shows, before the pen is theirs. */
export interface HandoverQuestion {
  readonly id: 'next-step' | 'open-debts' | 'no-return' | 'hosts-out';
  /** Choices as data: step ids, numbers, yes/no, host names joined by `, ` (empty: none). */
  readonly options: readonly string[];
  readonly answer: string;
}

const choices = 4;

/** The questions for a state; the same state asks the same on both screens. */
export function handoverQuestions(state: RunState): readonly HandoverQuestion[] {
  return [nextStep(state), openDebts(state), noReturn(state)];
}

/** True when every question is answered as the run shows it. */
export function rightAnswers(state: RunState, answers: Readonly<Record<string, string>>): boolean {
  return handoverQuestions(state).every(({ id, answer }) => answers[id] === answer);
}

function nextStep({ plan, current }: RunState): HandoverQuestion {
  const first = Math.max(0, Math.min(current - 1, plan.steps.length - choices));
  const near = plan.steps.slice(first, first + choices).map((step) => step.id);
  return { id: 'next-step', options: near, answer: plan.steps[current]?.id ?? '' };
}

/** How many targets were deferred or overridden: what nobody may take for done. */
function openDebts({ steps }: RunState): HandoverQuestion {
  const debts = steps.flatMap((step) => step.targets.filter(({ status }) => isSettled(status) && status !== 'passed'));
  const first = Math.max(0, debts.length - 1);
  const options = Array.from({ length: choices }, (_, index) => String(first + index));
  return { id: 'open-debts', options, answer: String(debts.length) };
}

function noReturn({ steps }: RunState): HandoverQuestion {
  const passed = steps.some((step) => step.noReturn !== null);
  return { id: 'no-return', options: ['yes', 'no'], answer: passed ? 'yes' : 'no' };
}
