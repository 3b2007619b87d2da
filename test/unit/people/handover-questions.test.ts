import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handoverQuestions, rightAnswers } from '../../../shared/people/handover-questions.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { en } from '../../../shared/text/en/index.ts';
import { zh } from '../../../shared/text/zh/index.ts';
import { Duo, somebody } from '../../helpers/duo.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { ada, anyMove, bo, take, walkPlan } from '../run/people-walk.ts';

const answersOf = (state: RunState) =>
  Object.fromEntries(handoverQuestions(state).map(({ id, answer }) => [id, answer]));

/** Every question as a person can answer it: two different choices at least, the right one among them. */
function expectSound(state: RunState): void {
  const questions = handoverQuestions(state);
  expect(questions.length).toBeGreaterThanOrEqual(3);
  for (const { options, answer } of questions) {
    expect(new Set(options).size).toBe(options.length);
    expect(options.length).toBeGreaterThanOrEqual(2);
    expect(options.length).toBeLessThanOrEqual(4);
    expect(options).toContain(answer);
    for (const option of options) expect(option.length).toBeLessThanOrEqual(500);
  }
  expect(handoverQuestions(state)).toEqual(questions);
  expect(rightAnswers(state, answersOf(state))).toBe(true);
  for (const { id, options, answer } of questions) {
    for (const wrong of options.filter((one) => one !== answer))
      expect(rightAnswers(state, { ...answersOf(state), [id]: wrong })).toBe(false);
  }
  expect(rightAnswers(state, {})).toBe(false);
}

describe('the questions before the pen changes hands', () => {
  it('are sound in every state of every walk', () => {
    const debts = new Set<string>();
    fc.assert(
      fc.property(fc.array(anyMove, { minLength: 20, maxLength: 120, size: 'max' }), (moves) => {
        const duo = new Duo(walkPlan, ada);
        duo.joins('p1', bo);
        duo.asks({ type: 'start-run' });
        for (const move of moves) {
          take(duo, move);
          expectSound(duo.state);
          debts.add(answersOf(duo.state)['open-debts'] ?? '').add(answersOf(duo.state)['hosts-out'] ?? '');
        }
      }),
      { numRuns: 40 },
    );
    expect([...debts]).toEqual(expect.arrayContaining(['0', '1', '', 'app1']));
  });

  it('ask where the run stands, what was put off, whether there is a way back, and which hosts are out', () => {
    const duo = new Duo(planOf([step('one', { targets: ['app1', 'app2'] }), step('two'), step('three')]), ada);
    duo.asks({ type: 'start-run' });
    duo.asks({ type: 'decide', step: 'one', target: 'app2', decision: 'excluded', reason: 'x', owner: null });
    duo.asks({ type: 'decide', step: 'one', target: 'app1', decision: 'deferred', reason: 'x', owner: 'y', due: 'z' });
    expect(answersOf(duo.state)).toEqual({
      'next-step': 'two',
      'open-debts': '1',
      'no-return': 'no',
      'hosts-out': 'app2',
    });
  });

  it('leave two choices where a run has one step, no step left, one host or none', () => {
    for (const hosts of [[], planOf([]).hosts.slice(0, 1)]) {
      const duo = new Duo(planOf([step('one', { effect: 'read' })], { hosts }), ada);
      duo.asks({ type: 'start-run' });
      expectSound(duo.state);
      duo.runs('one');
      expectSound(duo.state);
    }
  });

  it('ask nothing that nobody can read, where hundreds of hosts are out', () => {
    const hosts = Array.from({ length: 300 }, (_, index) => ({ ...planOf([]).hosts[0], name: `host-${index}` }));
    const targets = hosts.map((host) => host.name);
    const duo = new Duo(planOf([step('one', { targets })], { hosts: hosts as never }), somebody('Di'));
    duo.asks({ type: 'start-run' });
    for (const target of targets)
      duo.asks({ type: 'decide', step: 'one', target, decision: 'excluded', reason: 'x', owner: null });
    expectSound(duo.state);
    expect(handoverQuestions(duo.state).map(({ id }) => id)).not.toContain('hosts-out');
  });

  it('put the right answer elsewhere from record to record', () => {
    const duo = new Duo(walkPlan, ada);
    const places = Array.from({ length: 60 }, () => {
      duo.tells({ type: 'checkpoint', data: { records: 1 } });
      return handoverQuestions(duo.state).map(({ options, answer }) => options.indexOf(answer));
    });
    for (const [index, many] of [4, 4, 2, 3].entries())
      expect(new Set(places.map((one) => one[index])).size).toBe(many);
  });

  it('are put in words in both languages', () => {
    for (const { people } of [en, zh] as readonly { readonly people: Readonly<Record<string, string>> }[]) {
      for (const id of ['next-step', 'open-debts', 'no-return', 'hosts-out'])
        expect(people[`handover-question-${id}`]).toBeTruthy();
    }
  });
});
