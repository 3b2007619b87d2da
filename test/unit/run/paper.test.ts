import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import type { EventOf } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { countersignStatement, statementHash, waitingFor } from '../../../shared/people/statements.ts';
import { nextMove } from '../../../shared/run/autopilot.ts';
import { eventsFor } from '../../../shared/run/events-for.ts';
import { may } from '../../../shared/run/policy.ts';
import { pastNoReturn, rollbackPreview, wholeRollback } from '../../../shared/run/rollback-plan.ts';
import { command, manualStep, planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

type Paper = Extract<Intent, { type: 'record-paper' }>;

const paper = (of: string, given: Partial<Paper> = {}): Paper => ({
  type: 'record-paper',
  step: of,
  target: 'app1',
  verdict: 'passed',
  doneAt: '2026-11-20T14:00:00.000Z',
  doneBy: 'Li Wei',
  checkedBy: null,
  note: null,
  sheet,
  ...given,
});
/** How the hash of the story's checklist begins. */
const sheet = new Story(planOf([])).state.contentHash.slice(0, 8);
const told = (steps: readonly PlanStep[]) => new Story(planOf(steps)).starts();
const entered = (id: string) => ({ type: 'step-entered', data: { step: id } }) as const;
const recorded = (story: Story, intent: Paper): Story => {
  expect(may(story.state, intent)).toBeNull();
  return story.happens(...eventsFor(story.state, intent));
};
const code = (story: Story, intent: Intent) => may(story.state, intent)?.code ?? null;
const targetOf = (story: Story, index = 0) => story.state.steps[index]?.targets[0];
const undo = { action: command('undo'), perTarget: {}, plannedMs: null };

describe('what was done on paper', () => {
  it('settles the target with an attempt of its own that nothing can be taken for sensed', () => {
    const story = recorded(told([step('stop'), step('start')]).happens(entered('stop')), paper('stop'));
    expect(targetOf(story)).toMatchObject({ status: 'passed' });
    expect(targetOf(story)?.attempts).toMatchObject([
      { attempt: 'a1', number: 1, verdict: 'passed', effectDone: 'full', recording: null, durationMs: null },
    ]);
    expect(targetOf(story)?.attempts[0]?.paper).toEqual({
      doneAt: '2026-11-20T14:00:00.000Z',
      doneBy: 'Li Wei',
      checkedBy: null,
    });
    expect(story.state).toMatchObject({ current: 1, attempts: 1 });
  });

  it('is undone by a rollback like what ran, and a failed one is left to a person', () => {
    const steps = [step('stop', { rollback: undo }), step('start', { rollback: undo }), step('last')];
    const story = recorded(told(steps).happens(entered('stop')), paper('stop')).happens(entered('start'));
    recorded(story, paper('start', { verdict: 'failed', note: 'no answer' }));
    const { steps: way, uncertain } = rollbackPreview(story.state, 'run');
    expect(way.map(({ undoes }) => undoes)).toEqual([['stop']]);
    expect(uncertain).toEqual([{ step: 'start', target: 'app1' }]);
  });

  it('counts as having passed a point of no return', () => {
    const story = told([step('drop', { pointOfNoReturn: 'gone' }), step('last')]).happens(entered('drop'));
    expect(pastNoReturn(recorded(story, paper('drop')).state)?.id).toBe('drop');
  });

  it('changes nothing where it was a look, even a failed one', () => {
    const story = told([step('look', { effect: 'read', pointOfNoReturn: 'x' })]).happens(entered('look'));
    recorded(story, paper('look', { verdict: 'failed', note: 'not there' }));
    expect(targetOf(story)?.attempts[0]?.effectDone).toBe('none');
  });

  it('marks undone what a rollback step undoes', () => {
    const story = recorded(
      told([step('stop', { rollback: undo }), step('last')]).happens(entered('stop')),
      paper('stop'),
    );
    const { steps: added } = rollbackPreview(story.state, 'run');
    const [first] = added;
    story.happens({ type: 'rollback-begun', data: { scope: 'run', reason: 'bad', steps: [...added] } });
    story.happens(entered(first?.id ?? ''));
    recorded(story, paper(first?.id ?? ''));
    expect(targetOf(story)?.undone).toMatchObject({ by: first?.id });
    expect(rollbackPreview(story.state, 'run').steps).toEqual([]);
  });

  it('decides an unknown, but only with words and only of a time after it began', () => {
    const story = told([step('stop')])
      .happens(entered('stop'))
      .begins('stop')
      .ends('unknown');
    expect(code(story, paper('stop', { doneAt: '2026-11-20T14:05:00.000Z' }))).toBe('needs-reason');
    const late = '2026-11-20T13:50:00.000Z';
    expect(code(story, paper('stop', { doneAt: late, note: 'seen' }))).toBe('paper-before-attempt');
    recorded(story, paper('stop', { doneAt: '2026-11-20T14:05:00.000Z', note: 'the process was gone' }));
    expect(targetOf(story)?.attempts.map(({ attempt, number, verdict }) => [attempt, number, verdict])).toEqual([
      ['a1', 1, 'unknown'],
      ['a2', 2, 'passed'],
    ]);
  });
});

describe('paper is refused', () => {
  it('while something runs, once something is settled, and for another step than the current one', () => {
    const story = told([step('stop'), step('start')]).happens(entered('stop'));
    expect(code(story, paper('start'))).toBe('not-the-current-step');
    expect(code(story, paper('stop', { target: 'app9' }))).toBe('no-such-target');
    expect(code(story.begins('stop'), paper('stop', { note: '-' }))).toBe('attempt-running');
    const two = told([step('stop', { targets: ['app1', 'app2'] })]).happens(entered('stop'));
    expect(code(recorded(two, paper('stop')), paper('stop', { note: '-' }))).toBe('already-settled');
  });

  it('for a step of a block that was not entered', () => {
    const story = told([step('stop', { block: 0 }), step('start', { block: 0 })]).happens(entered('stop'));
    expect(code(story, paper('stop'))).toBe('block-not-entered');
    story.happens({ type: 'block-entered', data: { block: 0 } });
    expect(code(story, paper('stop'))).toBeNull();
  });

  it('for approvals, which are entered person by person', () => {
    const action = { kind: 'approval', roles: [{ role: 'owner', needed: 1 }] } as const;
    const story = told([manualStep('go', { kind: 'approval', action: { ...action, roles: [...action.roles] } })]);
    expect(code(story.happens(entered('go')), paper('go', { target: 'desk' }))).toBe('wrong-kind');
  });

  it('when it speaks of what is to come, fails without a word, or was checked by who did it', () => {
    const story = told([step('stop')]).happens(entered('stop'));
    expect(code(story, paper('stop', { doneAt: '2026-11-22T14:05:00.000Z' }))).toBe('paper-in-future');
    expect(code(story, paper('stop', { verdict: 'failed' }))).toBe('needs-reason');
    expect(code(story, paper('stop', { verdict: 'failed', note: '  ' }))).toBe('needs-reason');
    expect(code(story, paper('stop', { checkedBy: ' li wei' }))).toBe('paper-own-check');
  });

  it('from the sheet of another checklist, where the same code may stand for another step', () => {
    const story = told([step('stop')]).happens(entered('stop'));
    expect(code(story, paper('stop'))).toBeNull();
    expect(may(story.state, paper('stop', { sheet: '0123abcd' }))).toEqual({
      code: 'paper-of-another',
      params: { sheet: '0123abcd', hash: sheet },
    });
    expect(code(story, paper('stop', { sheet: '' }))).toBe('paper-of-another');
    // What was compared is no part of what is recorded.
    expect(JSON.stringify(eventsFor(story.state, paper('stop')))).not.toContain('sheet');
  });

  it('once the run has ended, whatever is left to do in it', () => {
    const story = told([step('stop'), step('start')]).happens(entered('stop'));
    story.happens({ type: 'run-ended', data: { result: 'abandoned', reason: 'power cut' } });
    expect(code(story, paper('stop'))).toBe('run-ended');
  });

  it('while the run is held', () => {
    expect(
      code(
        told([step('stop')])
          .happens(entered('stop'))
          .holds(),
        paper('stop'),
      ),
    ).toBe('run-held');
  });
});

describe('paper and the checker', () => {
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

  it('leaves the signature afterwards waiting, and the signature binds what the paper said', () => {
    const signed = (checkedBy: string | null) => {
      const story = told([step('stop', { countersign: 'after' }), step('last')]).happens(entered('stop'));
      recorded(story, paper('stop', { checkedBy }));
      expect(story.state.current).toBe(0);
      expect(waitingFor(story.state, 'stop')).toBe('after');
      const statement = countersignStatement(story.state, 'stop', 'after') ?? {};
      return { statement, hash: statementHash(statement, sha) };
    };
    const one = signed(null);
    expect(JSON.stringify(one.statement)).toContain('"doneBy":"Li Wei"');
    expect(signed('Zhao Min').hash).not.toBe(one.hash);
  });

  it('says nothing new in the statement of an attempt without paper', () => {
    const story = told([step('stop', { countersign: 'after' })])
      .happens(entered('stop'))
      .begins('stop')
      .ends('passed');
    expect(JSON.stringify(countersignStatement(story.state, 'stop', 'after'))).not.toContain('paper');
  });

  it('asks no more beforehand for what was done on paper, but for a signature that it is so', () => {
    const story = told([step('stop', { countersign: 'before', targets: ['app1', 'app2'] })]).happens(entered('stop'));
    expect(waitingFor(story.state, 'stop')).toBe('before');
    recorded(story, paper('stop'));
    expect(story.state.steps[0]?.permission?.targets.map(({ target }) => target)).toEqual(['app2']);
    recorded(story, paper('stop', { target: 'app2' }));
    expect(story.state.steps[0]?.permission).toBeNull();
    expect(waitingFor(story.state, 'stop')).toBe('after');
    expect(story.state.current).toBe(0);
  });
});

describe('a headless run after paper', () => {
  const tried = { run: new Set<string>(), probed: new Set<string>() };

  it('does not do again what paper says was done, and stops at what paper says failed', () => {
    const story = recorded(told([step('stop'), step('start')]).happens(entered('stop')), paper('stop'));
    expect(nextMove(story.happens(entered('start')).state, {}, tried)).toMatchObject({ intent: { step: 'start' } });
    recorded(story, paper('start', { verdict: 'failed', note: 'no' }));
    expect(nextMove(story.state, {}, tried)).toMatchObject({ type: 'stop', why: 'failed', step: 'start' });
  });
});

describe('the whole way back', () => {
  it('is what a rollback after everything would be', () => {
    const steps = [
      step('stop', { rollback: undo, targets: ['app1', 'app2'] }),
      step('look', { effect: 'read' }),
      step('swap', { rollback: undo, targets: ['app2'] }),
      step('bare'),
    ];
    const own = step('R', { origin: 'rollback', code: 'R.1', targets: ['app1', 'app2'] });
    const plan = planOf(steps, { rollback: { order: ['app2', 'app1'], steps: [own] } });
    const story = new Story(plan).starts();
    for (const one of steps) {
      story.happens(entered(one.id));
      for (const target of one.targets) recorded(story, paper(one.id, { target }));
    }
    const { steps: way, notUndone } = rollbackPreview(story.state, 'run');
    expect(wholeRollback(plan)).toEqual({ steps: way, notUndone });
    expect(way.map(({ id, targets }) => [id, ...targets])).toEqual([
      ['R', 'app2'],
      ['undo-swap', 'app2'],
      ['undo-stop', 'app2'],
      ['R~2', 'app1'],
      ['undo-stop~2', 'app1'],
    ]);
    const data: EventOf<'rollback-begun'>['data'] = { scope: 'run', reason: 'x', steps: [...way] };
    expect(data.steps).toHaveLength(5);
  });
});
