import { describe, expect, it } from 'vitest';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { may } from '../../../shared/run/policy.ts';
import type { EvidenceField } from '../../../shared/steps/actions.ts';
import { command, manualStep, planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

const runStep = (id: string, targets = ['app1'], reason: string | null = null): Intent => ({
  type: 'run-step',
  step: id,
  targets,
  reason,
});
const code = (story: Story, intent: Intent): string | null => may(story.state, intent)?.code ?? null;
const verify = { action: command('test -e done'), perTarget: {} };

describe('policy', () => {
  it('runs nothing before the run was started and nothing after it ended', () => {
    const story = new Story(planOf([step('one')]));
    expect(code(story, runStep('one'))).toBe('not-started');
    expect(code(story, { type: 'finish' })).toBe('not-started');
    expect(code(story, { type: 'start-run' })).toBeNull();
    story.starts();
    expect(code(story, { type: 'start-run' })).toBe('already-started');
    story.happens({ type: 'run-ended', data: { result: 'abandoned', reason: 'no' } });
    expect(code(story, runStep('one'))).toBe('run-ended');
    expect(code(story, { type: 'continue' })).toBe('run-ended');
  });

  it('runs only the current step, on its own targets, once at a time', () => {
    const story = new Story(planOf([step('one', { targets: ['app1', 'app2'] }), step('two')])).starts();
    expect(code(story, runStep('two'))).toBe('not-the-current-step');
    expect(code(story, runStep('nine'))).toBe('no-such-step');
    expect(code(story, runStep('one', ['app3']))).toBe('no-such-target');
    expect(code(story, runStep('one', ['app1', 'app1']))).toBe('attempt-running');
    story.begins('one', 'app1');
    expect(code(story, runStep('one', ['app1']))).toBe('attempt-running');
    expect(code(story, runStep('one', ['app2']))).toBeNull();
    story.ends('passed').attempts('one', 'passed', 'app2');
    expect(code(story, runStep('one'))).toBe('not-the-current-step');
    expect(code(story, runStep('two'))).toBeNull();
  });

  it('lets a write run a second time only with a reason, and a read as often as wanted', () => {
    const story = new Story(planOf([step('one')])).starts().attempts('one', 'failed');
    expect(code(story, runStep('one'))).toBe('needs-reason');
    expect(code(story, runStep('one', ['app1'], 'the disk was full'))).toBeNull();
    const reading = new Story(planOf([step('one', { effect: 'read' })])).starts().attempts('one', 'failed');
    expect(code(reading, runStep('one'))).toBeNull();
  });

  it('never runs an unknown write again before a probe or a person has decided', () => {
    const story = new Story(planOf([step('one', { verify })])).starts().attempts('one', 'unknown');
    expect(code(story, runStep('one', ['app1'], 'I am impatient'))).toBe('unknown-must-be-decided');
    expect(code(story, { type: 'probe', step: 'one', target: 'app1' })).toBeNull();
    const data = { step: 'one', target: 'app1', unknown: 'a1', probe: 'a2' };
    story.happens({ type: 'probe-concluded', data: { ...data, says: 'still-running' } });
    expect(code(story, runStep('one', ['app1'], 'still impatient'))).toBe('unknown-must-be-decided');
    story.happens({ type: 'probe-concluded', data: { ...data, says: 'not-done' } });
    expect(code(story, runStep('one'))).toBeNull();
  });

  it('probes only what is unknown and has a probe', () => {
    const story = new Story(planOf([step('one'), step('two', { verify })])).starts().attempts('one', 'unknown');
    expect(code(story, { type: 'probe', step: 'one', target: 'app1' })).toBe('no-probe');
    const decided = {
      step: 'one',
      target: 'app1',
      decision: 'was-done',
      reason: 'seen it',
      owner: null,
      due: null,
    } as const;
    story.happens({ type: 'target-decided', data: decided });
    expect(code(story, { type: 'probe', step: 'two', target: 'app1' })).toBe('not-unknown');
  });

  it('neither holds nor abandons inside an atomic block, and defers nothing there', () => {
    const story = new Story(planOf([step('one', { block: 0 }), step('two')])).starts();
    expect(code(story, runStep('one'))).toBe('block-not-entered');
    expect(code(story, { type: 'enter-block', block: 0 })).toBeNull();
    story.happens({ type: 'block-entered', data: { block: 0 } });
    expect(code(story, { type: 'enter-block', block: 0 })).toBe('block-already-entered');
    expect(code(story, { type: 'hold', reason: 'phone' })).toBe('in-atomic-block');
    expect(code(story, { type: 'abandon', reason: 'phone' })).toBe('in-atomic-block');
    const deferred = {
      type: 'decide',
      step: 'one',
      target: 'app1',
      decision: 'deferred',
      reason: 'x',
      owner: 'me',
    } as const;
    expect(code(story, deferred)).toBe('in-atomic-block');
    story.attempts('one', 'passed').happens({ type: 'block-left', data: { block: 0 } });
    expect(code(story, { type: 'hold', reason: 'phone' })).toBeNull();
  });

  it('holds only where nothing is running, and a held run does nothing but go on or end', () => {
    const story = new Story(planOf([step('one')])).starts().begins('one');
    expect(code(story, { type: 'hold', reason: 'phone' })).toBe('attempt-running');
    expect(code(story, { type: 'cancel-attempt', attempt: 'a1' })).toBeNull();
    story.ends('failed').happens({ type: 'run-held', data: { reason: 'phone', cause: 'operator', minutes: null } });
    expect(code(story, runStep('one', ['app1'], 'again'))).toBe('run-held');
    expect(code(story, { type: 'continue' })).toBeNull();
    expect(code(story, { type: 'abandon', reason: 'enough' })).toBeNull();
  });

  it('lets a failed target be overridden or deferred with an owner, and a passed one not at all', () => {
    const story = new Story(planOf([step('one', { targets: ['app1', 'app2'] })])).starts();
    story.attempts('one', 'failed', 'app1').attempts('one', 'passed', 'app2');
    const decide = (
      target: string,
      decision: 'overridden' | 'deferred' | 'was-done',
      owner: string | null = null,
      due = '',
    ) => code(story, { type: 'decide', step: 'one', target, decision, reason: 'because', owner, due });
    expect(decide('app1', 'overridden')).toBeNull();
    expect(decide('app1', 'deferred')).toBe('owner-missing');
    expect(decide('app1', 'deferred', 'Zhang Min')).toBe('due-missing');
    expect(decide('app1', 'deferred', 'Zhang Min', 'before Monday')).toBeNull();
    expect(decide('app1', 'was-done')).toBe('decision-not-possible');
    expect(decide('app2', 'overridden')).toBe('decision-not-possible');
  });

  it('asks for every required piece of evidence, of the right type', () => {
    const evidence: EvidenceField[] = [
      { name: 'ticket', type: 'link', label: 'Ticket', options: [], required: true },
      { name: 'count', type: 'number', label: 'Users told', options: [], required: false },
    ];
    const plan = planOf([manualStep('tell', { action: { kind: 'manual', evidence } })]);
    const story = new Story(plan).starts();
    const confirm = (answers: Record<string, string | number>) =>
      code(story, {
        type: 'confirm-manual',
        step: 'tell',
        target: DESK,
        verdict: 'passed',
        evidence: answers,
        note: null,
        reason: null,
      });
    expect(confirm({})).toBe('evidence-missing');
    expect(confirm({ ticket: 'T-1' })).toBe('evidence-wrong-type');
    expect(confirm({ ticket: 'https://tickets/1', count: 'many' })).toBe('evidence-wrong-type');
    expect(confirm({ ticket: 'https://tickets/1', stray: 'x' })).toBe('evidence-wrong-type');
    expect(confirm({ ticket: 'https://tickets/1', count: 3 })).toBeNull();
    expect(code(story, runStep('tell', [DESK]))).toBe('wrong-kind');
  });

  it('waits for the countersignature of a step that asks for one', () => {
    const story = new Story(planOf([step('one', { countersign: 'after' }), step('two')])).starts();
    expect(code(story, { type: 'waive-countersignature', step: 'one', reason: 'x' })).toBe(
      'no-countersignature-waiting',
    );
    story.attempts('one', 'passed');
    expect(story.state.current).toBe(0);
    expect(code(story, runStep('two'))).toBe('not-the-current-step');
    expect(code(story, { type: 'waive-countersignature', step: 'one', reason: 'x' })).toBeNull();
    story.happens({ type: 'countersign-waived', data: { step: 'one', reason: 'no checker', mode: 'after' } });
    expect(story.state.current).toBe(1);
  });

  it('finishes only when every step is settled', () => {
    const story = new Story(planOf([step('one')])).starts();
    expect(code(story, { type: 'finish' })).toBe('steps-open');
    story.attempts('one', 'passed');
    expect(code(story, { type: 'finish' })).toBeNull();
  });
});
