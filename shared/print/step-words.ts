import type { PlanStep } from '../checklist/plan.ts';
import { actionFor } from '../checklist/plan-lookup.ts';
import type { Action } from '../steps/actions.ts';
import { describe as inWords } from '../steps/index.ts';
import type { StepText } from '../steps/kind.ts';

/** One line of what a step does, and the exact words that belong to it, or null. */
export interface WordsLine {
  readonly line: string;
  readonly exact: string | null;
}

/** What is done on some of a step's targets: the same words on each of them. */
export interface PrintedAction {
  readonly targets: readonly string[];
  readonly lines: readonly WordsLine[];
}

/** What a step does, once for all targets that have it done in the same words. */
export function printedActions(step: PlanStep, text: StepText): readonly PrintedAction[] {
  return grouped(step.targets, (target) => actionWords(actionFor(step, target), text));
}

/** The read-only look that decides whether a step was done, in the same way; empty where there is none. */
export function printedProbes({ targets, verify }: PlanStep, text: StepText): readonly PrintedAction[] {
  if (verify === null) return [];
  return grouped(targets, (target) => actionWords(verify.perTarget[target] ?? verify.action, text));
}

function grouped(
  targets: readonly string[],
  wordsFor: (target: string) => readonly WordsLine[],
): readonly PrintedAction[] {
  const groups = new Map<string, { readonly targets: string[]; readonly lines: readonly WordsLine[] }>();
  for (const target of targets) {
    const lines = wordsFor(target);
    const key = JSON.stringify(lines);
    const group = groups.get(key) ?? { targets: [], lines };
    group.targets.push(target);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The kind's own description; commands and queries stand apart from their sentence, where no letter can be lost. */
function actionWords(action: Action, text: StepText): readonly WordsLine[] {
  const apart: string[] = [];
  const setApart: StepText = (key, params = {}) => {
    const put = { ...params };
    for (const name of ['command', 'query']) {
      const exact = put[name];
      if (typeof exact !== 'string') continue;
      put[name] = `${mark}${apart.length}${mark}`;
      apart.push(exact);
    }
    return text(key, put);
  };
  return [...inWords(action, setApart).map((line) => withExact(line, apart)), ...beyond(action)];
}

/** Stands in a sentence for what is put apart from it; no sentence of ours has such a character. */
const mark = '\u0001';

function withExact(line: string, apart: readonly string[]): WordsLine {
  const [before = '', number = '', after = ''] = line.split(mark);
  const exact = apart[Number(number || Number.NaN)];
  return exact === undefined ? { line, exact: null } : { line: `${before.trimEnd()}${after}`, exact };
}

/** What a kind's description leaves to the screen. */
function beyond(action: Action): readonly WordsLine[] {
  if (action.kind !== 'http' || action.headers.length === 0) return [];
  const headers = action.headers.map(
    ({ name, value }) =>
      `${name}: ${value.map((part) => (typeof part === 'string' ? part : `\${${part.secret}}`)).join('')}`,
  );
  return [{ line: '', exact: headers.join('\n') }];
}
