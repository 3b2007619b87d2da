import { describe, expect, it } from 'vitest';
import { announcementFor } from '../../../renderer/model/announce.ts';
import { missingRoles, rolesOf } from '../../../renderer/model/approvals.ts';
import { batchOf, beginsBatch } from '../../../renderer/model/batches.ts';
import { exceptionsOf } from '../../../renderer/model/exceptions.ts';
import { findingsOf, nextFinding } from '../../../renderer/model/findings.ts';
import { shortFingerprint } from '../../../renderer/model/identity.ts';
import { offerText, offerWords } from '../../../renderer/model/offers.ts';
import { readiness } from '../../../renderer/model/preflight.ts';
import { actionIdentity, primaryAction } from '../../../renderer/model/primary-action.ts';
import { progress, stepStanding, targetStanding } from '../../../renderer/model/status.ts';
import { timeLine } from '../../../renderer/model/timeline.ts';
import { timeFor, wayBack } from '../../../renderer/model/way-back.ts';
import type { JournalRecord, Rehearsal, RunEvent } from '../../../shared/contract/events.ts';
import { may } from '../../../shared/run/policy.ts';
import { rollbackPreview } from '../../../shared/run/rollback-plan.ts';
import type { RunState, TargetState } from '../../../shared/run/state.ts';
import { ended, foldEvents, started } from '../../helpers/fake-countersign-api.ts';
import { command, planOf, step } from '../../helpers/plans.ts';

const undo = { action: command('undo'), perTarget: {}, plannedMs: 60_000 };
const batch = (index: number, ceiling: number | null = 0) => ({ index, of: 2, ceiling });
const plan = planOf([
  step('stop', { batch: batch(1), rollback: undo, targets: ['app1'] }),
  step('watch', { effect: 'read', batch: batch(1), targets: ['app1'] }),
  step('gate', {
    kind: 'manual',
    action: { kind: 'manual', evidence: [] },
    origin: 'gate',
    effect: 'read',
    batch: batch(1),
    targets: ['desk'],
  }),
  step('stop~2', { base: 'stop', batch: batch(2), rollback: undo, targets: ['app2'] }),
  step('drop', { pointOfNoReturn: 'The columns are gone.', targets: ['app1'] }),
]);
const planned = (id: string) => plan.steps.find((one) => one.id === id);
const begun: readonly RunEvent[] = [{ type: 'run-started', data: {} }];
const ran = (id: string, attempt: string, target: string): readonly RunEvent[] => [
  started(planned(id), attempt, target),
  ended(attempt, 'passed', { effect: 'full' }),
];
const fold = (events: readonly RunEvent[]): RunState => foldEvents(plan, [...begun, ...events], 0, 1_000);
const finding = (id: string) => ({ id, title: `Exception ${id}`, detail: '', count: 1 });
const found: readonly RunEvent[] = [
  ...ran('stop', 'a1', 'app1'),
  started(planned('watch'), 'a2', 'app1'),
  ended('a2', 'inconclusive', { findings: [finding('f1'), finding('f2')] }),
];
const judged = (id: string, judgement: 'known' | 'stop'): RunEvent => ({
  type: 'finding-judged',
  data: { step: 'watch', target: 'app1', attempt: 'a2', finding: id, judgement, reason: 'seen before' },
});
const toDrop: readonly RunEvent[] = [
  ...ran('stop', 'a1', 'app1'),
  ...ran('watch', 'a2', 'app1'),
  ...ran('gate', 'a3', 'desk'),
  ...ran('stop~2', 'a4', 'app2'),
];
const targetAt = (state: RunState, index: number): TargetState => {
  const target = state.steps[index]?.targets[0];
  if (target === undefined) throw new Error('no such target');
  return target;
};
const action = (events: readonly RunEvent[]) => primaryAction(fold(events), { selected: null });

describe('findings', () => {
  it('are judged one after the other, and then the target passes by itself', () => {
    expect(action(found)).toEqual({ type: 'judge', target: 'app1', finding: 'f1' });
    expect(action([...found, judged('f1', 'known')])).toEqual({ type: 'judge', target: 'app1', finding: 'f2' });
    const all = fold([...found, judged('f1', 'known'), judged('f2', 'known')]);
    expect(targetAt(all, 1).status).toBe('passed');
    expect(primaryAction(all, { selected: null })).toMatchObject({ type: 'answer', target: 'desk' });
  });

  it('put the open ones first and keep what was said of the others', () => {
    const target = targetAt(fold([...found, judged('f1', 'known')]), 1);
    expect(findingsOf(target).map(({ finding: { id }, judgement }) => [id, judgement?.judgement ?? null])).toEqual([
      ['f2', null],
      ['f1', 'known'],
    ]);
    expect(nextFinding(target)).toBe('f2');
  });

  it('ask nothing more once one of them stopped the step', () => {
    const state = fold([...found, judged('f1', 'stop')]);
    expect(nextFinding(targetAt(state, 1))).toBeNull();
    expect(exceptionsOf(state)).toContainEqual(expect.objectContaining({ kind: 'judged-stop', reason: 'seen before' }));
  });

  it('are each a primary action of their own, so that no press meets the next one unseen', () => {
    const identities = [found, [...found, judged('f1', 'known')]].map((events) =>
      actionIdentity(action(events), fold(events)),
    );
    expect(new Set(identities).size).toBe(2);
  });
});

describe('the point of no return', () => {
  it('is asked about before anything of the step runs, and policy refuses the step until then', () => {
    expect(action(toDrop)).toEqual({ type: 'ask', what: 'accept-no-return', targets: [] });
    expect(may(fold(toDrop), { type: 'run-step', step: 'drop', targets: ['app1'], reason: null })?.code).toBe(
      'no-return-not-accepted',
    );
    const accepted: RunEvent = { type: 'no-return-accepted', data: { step: 'drop', reason: 'all is well' } };
    expect(action([...toDrop, accepted])).toMatchObject({ what: 'run', targets: ['app1'] });
  });

  it('turns rolling back into fixing forward once the step may have taken effect', () => {
    expect(wayBack(fold(toDrop)).type).toBe('possible');
    const accepted: RunEvent = { type: 'no-return-accepted', data: { step: 'drop', reason: 'all is well' } };
    const behind = fold([...toDrop, accepted, started(planned('drop'), 'a5', 'app1')]);
    expect(wayBack(behind)).toMatchObject({ type: 'forward', step: { id: 'drop' } });
  });
});

describe('batches', () => {
  it('name their hosts, also at a gate that has none of its own', () => {
    const state = fold([]);
    const of = (id: string) => {
      const found = planned(id);
      return found === undefined ? null : batchOf(state, found);
    };
    expect(of('stop')).toMatchObject({ index: 1, of: 2, hosts: ['app1'] });
    expect(of('gate')).toMatchObject({ index: 1, hosts: ['app1'] });
    expect(of('stop~2')).toMatchObject({ index: 2, hosts: ['app2'] });
    expect(of('drop')).toBeNull();
    const begins = plan.steps.filter((one, index) => beginsBatch(one, plan.steps[index - 1])).map(({ id }) => id);
    expect(begins).toEqual(['stop', 'stop~2']);
  });

  it('stop at the ceiling of failed hosts, with the words of policy', () => {
    const events: readonly RunEvent[] = [
      started(planned('stop'), 'a1', 'app1'),
      ended('a1', 'failed'),
      {
        type: 'target-decided',
        data: { step: 'stop', target: 'app1', decision: 'failed', reason: 'dead', owner: null, due: null },
      },
      ...ran('gate', 'a3', 'desk'),
    ];
    const state = fold(events);
    const second = planned('stop~2');
    expect(second === undefined ? null : batchOf(state, second)).toMatchObject({ failed: ['app1'], stopped: true });
    expect(may(state, { type: 'run-step', step: 'stop~2', targets: ['app2'], reason: null })?.code).toBe(
      'failure-ceiling',
    );
    expect(exceptionsOf(state).filter(({ kind }) => kind === 'declared-failed')).toHaveLength(1);
  });
});

describe('the way back', () => {
  const steps = [...rollbackPreview(fold(found), 'run').steps];
  const turned: readonly RunEvent[] = [
    ...found,
    { type: 'rollback-begun', data: { scope: 'run', reason: 'new exception', steps } },
  ];
  const [first] = steps;

  it('counts its own steps and tells how long it takes', () => {
    const state = fold(turned);
    expect(progress(state)).toEqual({ settled: 0, total: 1 });
    expect(wayBack(state)).toMatchObject({ type: 'under-way', rollback: { scope: 'run' } });
    expect(timeFor(state, steps)).toEqual({ takesMs: 60_000, uncertain: false });
    expect(primaryAction(state, { selected: null })).toMatchObject({ what: 'run', targets: ['app1'] });
  });

  it('shows undone apart from done', () => {
    const state = fold([...turned, started(first, 'a9', 'app1'), ended('a9', 'passed', { effect: 'full' })]);
    const stop = state.steps[0];
    expect(targetStanding(targetAt(state, 0), false)).toBe('undone');
    expect(stop === undefined ? null : stepStanding(stop, { manual: false, current: false })).toBe('undone');
  });

  it('is no part of the plan, but of what happened', () => {
    const before = timeLine(fold(found), 60_000);
    const after = timeLine(fold(turned), 60_000);
    expect(after?.plannedMs).toBe(before?.plannedMs);
  });
});

describe('approvals', () => {
  const roles = { kind: 'approval' as const, roles: [{ role: 'lead', needed: 2 }] };
  const by = (person: string, answer: 'approved' | 'refused') => ({
    role: 'lead',
    person,
    answer,
    reason: 'ok',
    by: 'Li Wei',
    at: '2026-11-20T22:00:00.000Z',
  });

  it('are missing until enough people of a role have approved; a refusal is no approval', () => {
    expect(missingRoles(roles, [by('Zhang San', 'approved'), by('Chen Jie', 'refused')])).toEqual(['lead']);
    expect(missingRoles(roles, [by('Zhang San', 'approved'), by('Chen Jie', 'approved')])).toEqual([]);
    expect(rolesOf(roles, [by('Zhang San', 'approved')])[0]).toMatchObject({ approved: 1, needed: 2 });
  });

  it('are entered with Enter', () => {
    const approval = planOf([step('go', { kind: 'approval', effect: 'read', action: roles, targets: ['desk'] })]);
    const state = foldEvents(approval, begun, 0, 1_000);
    expect(primaryAction(state, { selected: null })).toEqual({ type: 'ask', what: 'approve', targets: ['desk'] });
  });
});

describe('the start', () => {
  const production = { ...plan, production: true, rehearsal: 'refuse' as const };
  const rehearsal: Rehearsal = {
    runId: 'r1',
    environment: 'pre',
    endedAt: '2026-11-18T20:40:00.000Z',
    contentHash: 'ab'.repeat(32),
    sameContent: false,
    changed: ['checklist/release.yaml'],
    durations: {},
  };

  const unsensed = { checks: {}, decisions: {} };

  it('is refused without a rehearsal of the same content, where the environment says so', () => {
    const before = { rehearsal, unexplained: null };
    expect(readiness(production, {}, before, unsensed).type).toBe('unrehearsed');
    expect(readiness({ ...production, rehearsal: 'warn' }, {}, before, unsensed).type).toBe('connect');
    const same = { rehearsal: { ...rehearsal, sameContent: true }, unexplained: null };
    expect(readiness(production, {}, same, unsensed).type).toBe('connect');
  });

  it('leads to the run that has to be explained before anything else', () => {
    expect(readiness(production, {}, { rehearsal: null, unexplained: { runId: 'r0' } }, unsensed)).toEqual({
      type: 'unexplained',
      runId: 'r0',
    });
  });
});

describe('what is heard', () => {
  const hear = (events: readonly RunEvent[]) => {
    const state = fold(events);
    const last = events.at(-1);
    if (last === undefined) return null;
    return announcementFor(state, { ...last, actor: { kind: 'operator', name: 'Li Wei' } } as JournalRecord);
  };

  it('interrupts with findings to judge, a wrong host and a rollback', () => {
    expect(hear(found)).toMatchObject({ urgent: true, key: 'hear-findings', params: { open: '2' } });
    expect(hear([...found, judged('f1', 'known')])).toMatchObject({
      urgent: false,
      key: 'hear-judged',
      params: { open: '1' },
    });
    const identified = { host: 'app1', fingerprint: 'SHA256:x', hostname: 'db1', checks: [], holds: false };
    expect(hear([{ type: 'host-identified', data: identified }])).toMatchObject({
      urgent: true,
      key: 'hear-wrong-host',
    });
    expect(hear([{ type: 'host-identified', data: { ...identified, holds: true } }])).toBeNull();
    expect(
      hear([
        ...found,
        {
          type: 'rollback-begun',
          data: { scope: 'run', reason: 'x', steps: [...rollbackPreview(fold(found), 'run').steps] },
        },
        { type: 'step-entered', data: { step: 'undo-stop' } },
      ]),
    ).toMatchObject({ urgent: false, key: 'hear-undo-step', params: { title: 'Step stop' } });
    expect(hear([{ type: 'rollback-begun', data: { scope: 'block', reason: 'x', steps: [] } }])).toMatchObject({
      urgent: true,
      key: 'hear-restore-begun',
    });
  });
});

describe('names', () => {
  const t = ((key: string, params: object) => `${key} ${JSON.stringify(params)}`) as Parameters<typeof offerWords>[2];

  it('name a move that has no words by its own word', () => {
    expect(offerWords('leap', { thing: 'tomcat', place: ' on app1' }, t)).toMatch(/^offer-other .*"choice":"leap"/);
    expect(offerText('leap', {}, t)).toBe('');
  });

  it('shorten a fingerprint so that both its ends can be compared', () => {
    expect(shortFingerprint('SHA256:uNiVztksCsDhcc0u9e8BrZQXV1OaU5Xl1rgNYbD8pYc')).toBe('SHA256:uNiVztks…bD8pYc');
    expect(shortFingerprint('SHA256:short')).toBe('SHA256:short');
  });
});
