import { describe, expect, it } from 'vitest';
import type { Prompt } from '../../../electron/engine/ports.ts';
import { createPromptDesk } from '../../../electron/ipc/prompt-desk.ts';

const password: Prompt = {
  kind: 'password',
  host: 'app1',
  params: { user: 'release' },
  fields: [{ label: 'Password', secret: true }],
};
const hostKey: Prompt = { kind: 'host-key', host: 'app1', params: { fingerprint: 'SHA256:x' }, fields: [] };

function setUp() {
  const pushed: [string, unknown][] = [];
  const desk = createPromptDesk((name, payload) => void pushed.push([name, payload]));
  return { desk, pushed };
}

describe('the prompt desk', () => {
  it('shows a question and resolves it with the answer of the same number', async () => {
    const { desk, pushed } = setUp();
    const { prompter } = desk.open();
    const first = prompter.ask(password);
    const second = prompter.ask(hostKey);
    expect(pushed).toEqual([
      ['prompt:ask', { id: 1, ...password }],
      ['prompt:ask', { id: 2, ...hostKey }],
    ]);
    desk.answer(2, ['accept']);
    desk.answer(1, ['secret']);
    expect(await first).toEqual(['secret']);
    expect(await second).toEqual(['accept']);
  });

  it('takes null as the person’s no', async () => {
    const { desk } = setUp();
    const asked = desk.open().prompter.ask(password);
    desk.answer(1, null);
    expect(await asked).toBeNull();
  });

  it('refuses a second answer, an answer to nothing and one with the wrong number of fields', async () => {
    const { desk } = setUp();
    const asked = desk.open().prompter.ask(password);
    expect(() => desk.answer(9, ['x'])).toThrow('no open question 9');
    expect(() => desk.answer(1, ['x', 'y'])).toThrow('1 fields');
    desk.answer(1, ['x']);
    expect(() => desk.answer(1, ['x'])).toThrow('no open question 1');
    expect(await asked).toEqual(['x']);
  });

  it('withdraws the questions of one piece of work and leaves those of another', async () => {
    const { desk, pushed } = setUp();
    const preflight = desk.open();
    const run = desk.open();
    const gone = preflight.prompter.ask(password);
    const kept = run.prompter.ask(hostKey);
    preflight.withdraw();
    expect(await gone).toBeNull();
    expect(pushed.at(-1)).toEqual(['prompt:withdraw', { id: 1 }]);
    expect(await preflight.prompter.ask(password)).toBeNull();
    desk.answer(2, ['refuse']);
    expect(await kept).toEqual(['refuse']);
  });

  it('asks open questions again on a screen that was loaded anew', () => {
    const { desk, pushed } = setUp();
    const { prompter } = desk.open();
    void prompter.ask(password);
    void prompter.ask(hostKey);
    desk.answer(1, ['x']);
    desk.repeat();
    expect(pushed.slice(2)).toEqual([['prompt:ask', { id: 2, ...hostKey }]]);
  });
});
