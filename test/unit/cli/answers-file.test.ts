import { describe, expect, test } from 'vitest';
import { fitAnswers } from '../../../electron/cli/answers-file.ts';
import { manualStep, planOf, step } from '../../helpers/plans.ts';

const batch = (index: number) => ({ index, of: 2, ceiling: null });
const plan = planOf(
  [
    step('stop', { base: 'stop', batch: batch(1) }),
    manualStep('stop-gate~2', { base: 'stop-gate', origin: 'gate' }),
    step('stop~2', { base: 'stop', batch: batch(2), targets: ['app2'] }),
  ],
  { omitted: [{ id: 'skip-pre', title: 'Skip', because: 'when: { kind: emergency } · kind = requirement' }] },
);

describe('an answers file', () => {
  test('answers for batches and what stands between them by the ids as written', () => {
    const answers = { 'stop@app2': { retry: 'x' }, 'stop-gate': { done: true }, 'stop~2': { override: 'y' } };
    expect(Object.keys(fitAnswers(answers, plan, 'a.yaml'))).toEqual(Object.keys(answers));
  });

  test('may answer for a step that this run leaves out', () => {
    expect(fitAnswers({ 'skip-pre': { done: true } }, plan, 'a.yaml')).toEqual({});
  });

  test.each(['nope', 'stop@app3', 'stop-gate@app1'])('answers for nothing with %s', (key) => {
    expect(() => fitAnswers({ [key]: { done: true } }, plan, 'a.yaml')).toThrow(`a.yaml: "${key}" answers for no step`);
  });
});
