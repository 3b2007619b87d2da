import type { RunState } from '../run/state.ts';

/** What a newcomer answers from what the run shows, before the pen is theirs. */
export interface HandoverQuestion {
  readonly id: 'next-step' | 'open-debts' | 'no-return' | 'hosts-out';
  /**
   * At least two different choices as data, the right one among them: step ids, numbers, `yes` and `no`, host names
   * joined by `, `; empty where there is no step left, or no host out.
   */
  readonly options: readonly string[];
  readonly answer: string;
}

const choices = 4;
/** A list of hosts longer than this is no question that a person can read. */
const longestList = 400;

/**
 * The questions for a state: the same state asks the same, in the same order, on both screens. Where the right answer
 * stands among the others changes with every record, so that nobody learns to press the second button.
 */
export function handoverQuestions(state: RunState): readonly HandoverQuestion[] {
  const asked = [nextStep(state), openDebts(state), noReturn(state), hostsOut(state)];
  return asked.flatMap((question, index) => {
    if (question === null || question.options.length < 2) return [];
    return [{ ...question, options: shuffled(question.options, state.head, index) }];
  });
}

/** True when every question is answered as the run shows it. */
export function rightAnswers(state: RunState, answers: Readonly<Record<string, string>>): boolean {
  return handoverQuestions(state).every(({ id, answer }) => answers[id] === answer);
}

function nextStep({ plan, current }: RunState): HandoverQuestion {
  const answer = plan.steps[current]?.id ?? '';
  const first = Math.max(0, Math.min(current - 1, plan.steps.length - choices));
  const near = plan.steps.slice(first, first + choices).map((step) => step.id);
  return { id: 'next-step', options: distinct([answer, ...near, '']), answer };
}

/** On how many hosts a step was deferred or overridden: what nobody may take for done. */
function openDebts({ steps, head }: RunState): HandoverQuestion {
  const targets = steps.flatMap((step) => step.targets);
  const debts = targets.filter(({ status }) => status === 'deferred' || status === 'overridden').length;
  const first = Math.max(0, debts - (seedOf(head, 1) % choices));
  const options = Array.from({ length: choices }, (_, index) => String(first + index));
  return { id: 'open-debts', options, answer: String(debts) };
}

function noReturn({ steps }: RunState): HandoverQuestion {
  const passed = steps.some((step) => step.noReturn !== null);
  return { id: 'no-return', options: ['yes', 'no'], answer: passed ? 'yes' : 'no' };
}

/** Which hosts were taken out. */
function hostsOut({ plan, steps }: RunState): HandoverQuestion | null {
  const out = new Set(
    steps.flatMap((step) => step.targets.filter(({ status }) => status === 'excluded').map(({ target }) => target)),
  );
  const names = plan.hosts.map((host) => host.name);
  const listed = (wanted: (name: string) => boolean) => names.filter(wanted).join(', ');
  const answer = listed((name) => out.has(name));
  if (answer.length > longestList) return null;
  // Each wrong answer takes one host for the other thing.
  const wrong = names.map((mistaken) => listed((name) => out.has(name) !== (name === mistaken)));
  const near = wrong.filter((one) => one.length <= longestList);
  return { id: 'hosts-out', options: distinct([answer, ...near]), answer };
}

function distinct(options: readonly string[]): readonly string[] {
  return [...new Set(options)].slice(0, choices);
}

/** A number from the head's hash, another for each question. */
function seedOf(head: string, index: number): number {
  return Number.parseInt(head.slice(index * 8, index * 8 + 8), 16) || 0;
}

/** Fisher and Yates, with the digits of the seed in the place of chance. */
function shuffled(options: readonly string[], head: string, index: number): readonly string[] {
  const order = [...options];
  let seed = seedOf(head, index);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = seed % (last + 1);
    seed = Math.floor(seed / (last + 1));
    [order[last], order[other]] = [order[other] ?? '', order[last] ?? ''];
  }
  return order;
}
