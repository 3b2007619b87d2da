import { describe, expect, it } from 'vitest';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import type { Finding } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { eventsFor, type PlainIntent } from '../../../shared/run/events-for.ts';
import { may } from '../../../shared/run/policy.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

const finding = (id: string): Finding => ({ id, title: `java.lang.${id}`, detail: 'at a.b.C', count: 3 });

function ask(story: Story, intent: PlainIntent): string | null {
  const refusal = may(story.state, intent);
  if (refusal === null) story.happens(...eventsFor(story.state, intent));
  return refusal?.code ?? null;
}

const judge = (id: string, judgement: 'known' | 'harmless' | 'stop', target = 'app1'): PlainIntent => ({
  type: 'judge',
  step: 'watch',
  target,
  finding: id,
  judgement,
  reason: 'seen in every release',
});

function watched(...findings: readonly Finding[]): Story {
  const watch = step('watch', { effect: 'read', targets: ['app1', 'app2'] });
  const story = new Story(planOf([watch])).starts();
  return story.begins('watch', 'app1').finds(findings);
}

describe('judging findings', () => {
  it('passes a step only when every finding was judged known or harmless, by name', () => {
    const story = watched(finding('A'), finding('B'));
    expect(story.status(0)).toBe('inconclusive');
    expect(ask(story, judge('A', 'known'))).toBeNull();
    expect(story.status(0)).toBe('inconclusive');
    expect(ask(story, judge('C', 'known'))).toBe('no-such-finding');
    expect(ask(story, judge('B', 'harmless'))).toBeNull();
    expect(story.status(0)).toBe('passed');
    expect(ask(story, judge('B', 'stop'))).toBe('already-settled');
  });

  it('fails at one that must stop, and a wrong click can be taken back', () => {
    const story = watched(finding('A'));
    ask(story, judge('A', 'stop'));
    expect(story.status(0)).toBe('failed');
    ask(story, judge('A', 'harmless'));
    expect(story.status(0)).toBe('passed');
  });

  it('lets no judgement speak for another host', () => {
    const story = watched(finding('A'));
    expect(ask(story, judge('A', 'known', 'app2'))).toBe('no-such-finding');
    story.begins('watch', 'app2').finds([finding('A')]);
    ask(story, judge('A', 'known', 'app1'));
    expect([story.status(0, 0), story.status(0, 1)]).toEqual(['passed', 'inconclusive']);
  });

  it('remembers on one host what was judged there before', () => {
    const story = watched(finding('A'), finding('B'));
    ask(story, judge('A', 'known'));
    story.begins('watch', 'app1').finds([finding('A')]);
    expect(story.status(0)).toBe('passed');
  });

  it('does not pass while a check fails beside the findings', () => {
    const story = watched();
    story.begins('watch', 'app1').finds([finding('A')], false);
    ask(story, judge('A', 'known'));
    expect(story.status(0)).toBe('inconclusive');
  });
});

describe('approvals', () => {
  const roles = [
    { role: 'owner', needed: 1 },
    { role: 'lead', needed: 2 },
  ];
  const action = { kind: 'approval' as const, roles };
  const plan = planOf([step('ok', { kind: 'approval', effect: 'read', targets: [DESK], action })]);
  const approve = (role: string, person: string, answer: 'approved' | 'refused' = 'approved'): PlainIntent => ({
    type: 'approve',
    step: 'ok',
    target: DESK,
    role,
    person,
    answer,
    reason: 'read the plan',
  });
  const opened = (): Story => {
    const story = new Story(plan).starts();
    const session = { session: 's', publicKey: 'k', machine: 'm', person: 'Li Wei', pid: 1, resumed: false };
    return story.happens({ type: 'session-opened', data: session });
  };

  it('pass when each role has its number of different people', () => {
    const story = opened();
    expect(ask(story, approve('owner', 'Zhang Min'))).toBeNull();
    expect(ask(story, approve('lead', 'zhang min '))).toBe('already-approved');
    expect(ask(story, approve('lead', 'Ada'))).toBeNull();
    expect(story.status(0)).toBe('todo');
    expect(ask(story, approve('lead', 'Grace'))).toBeNull();
    expect(story.status(0)).toBe('passed');
  });

  it('never come from whoever works the run', () => {
    expect(ask(opened(), approve('owner', ' li wei'))).toBe('own-approval');
    expect(ask(opened(), approve('janitor', 'Ada'))).toBe('no-such-role');
  });

  it('fail at one refusal, until that person changes their mind', () => {
    const story = opened();
    ask(story, approve('owner', 'Zhang Min', 'refused'));
    expect(story.status(0)).toBe('failed');
    ask(story, approve('lead', 'Ada'));
    ask(story, approve('lead', 'Grace'));
    expect(story.status(0)).toBe('failed');
    expect(ask(story, approve('owner', 'Zhang Min'))).toBeNull();
    expect(story.status(0)).toBe('passed');
  });

  it('are no command that could be run', () => {
    const run: Intent = { type: 'run-step', step: 'ok', targets: [DESK], reason: null };
    expect(may(opened().state, run)?.code).toBe('wrong-kind');
  });
});

describe('offers', () => {
  it('are taken only when the last attempt made them', () => {
    const story = new Story(planOf([step('stop')])).starts();
    const kill: Intent = { type: 'run-step', step: 'stop', targets: ['app1'], reason: 'hangs', choice: 'kill' };
    expect(may(story.state, kill)?.code).toBe('not-offered');
    story.begins('stop').offers(['kill']);
    expect(may(story.state, kill)).toBeNull();
    expect(may(story.state, { ...kill, reason: null })?.code).toBe('needs-reason');
    expect(may(story.state, { ...kill, choice: 'kill-9' })?.code).toBe('not-offered');
  });
});
