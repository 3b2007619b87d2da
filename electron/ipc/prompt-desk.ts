import type { Prompt, Prompter } from '../engine/ports.ts';
import type { Push } from './push.ts';

/** Questions that wait for the person at the screen. Answers stay in memory and are never logged. */
export interface PromptDesk {
  /** A prompter for one piece of work (a preflight, a run) whose questions can be withdrawn together. */
  open(): { readonly prompter: Prompter; withdraw(): void };
  /** Null cancels. An answer to a question that is gone, or with the wrong number of fields, is refused by throwing. */
  answer(id: number, values: readonly string[] | null): void;
  /** Asks the open questions again on a screen that was reloaded. */
  repeat(): void;
}

interface Waiting {
  readonly prompt: Prompt;
  readonly settle: (values: readonly string[] | null) => void;
}

/** Pushes each question as `prompt:ask` and resolves it with the `prompt:answer` of the same id. */
export function createPromptDesk(push: Push): PromptDesk {
  const waiting = new Map<number, Waiting>();
  let last = 0;

  const show = (id: number, prompt: Prompt): void => push('prompt:ask', { id, ...prompt });

  return {
    open: () => {
      const own = new Set<number>();
      let closed = false;
      return {
        prompter: {
          ask: (prompt) => {
            if (closed) return Promise.resolve(null);
            last += 1;
            const id = last;
            own.add(id);
            return new Promise((resolve) => {
              waiting.set(id, {
                prompt,
                settle: (values) => {
                  waiting.delete(id);
                  own.delete(id);
                  resolve(values);
                },
              });
              show(id, prompt);
            });
          },
        },
        withdraw: () => {
          closed = true;
          for (const id of [...own]) {
            push('prompt:withdraw', { id });
            waiting.get(id)?.settle(null);
          }
        },
      };
    },
    answer: (id, values) => {
      const question = waiting.get(id);
      if (question === undefined) throw new Error(`There is no open question ${id}.`);
      const expected = question.prompt.kind === 'host-key' ? 1 : question.prompt.fields.length;
      if (values !== null && values.length !== expected) {
        throw new Error(`Question ${id} has ${expected} fields, the answer ${values.length}.`);
      }
      question.settle(values);
    },
    repeat: () => {
      for (const [id, { prompt }] of waiting) show(id, prompt);
    },
  };
}
