import { describe, expect, it } from 'vitest';
import { actionIdentity, primaryAction, remainingAfterFirst } from '../../../renderer/model/primary-action.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { may } from '../../../shared/run/policy.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { ended, foldEvents, started } from '../../helpers/fake-countersign-api.ts';
import { picturePlan } from '../../pictures/plan.ts';

const plan = picturePlan('en', true);
const step = (id: string) => plan.steps[stepIndex(plan, id)];
const start: RunEvent = { type: 'run-started', data: {} };
const passed = (id: string, attempt: string, target: string): RunEvent[] => [
  started(step(id), attempt, target),
  ended(attempt, 'passed'),
];
const toStop: readonly RunEvent[] = [
  start,
  ...passed('artifact', 'a1', 'app1'),
  ...passed('tell-users', 'a2', 'desk'),
  ...passed('phone', 'a3', 'desk'),
];
const waived: RunEvent = {
  type: 'countersign-waived',
  data: { step: 'phone', reason: 'alone tonight', mode: 'after' },
};
const inBlock: readonly RunEvent[] = [...toStop, waived, { type: 'block-entered', data: { block: 0 } }];

const fold = (events: readonly RunEvent[], of: Plan = plan): RunState => foldEvents(of, events, 0, 1_000);
const primary = (events: readonly RunEvent[], selected: string | null = null) =>
  primaryAction(fold(events), { selected });

describe('the primary action', () => {
  it('starts a run that was created but not started', () => {
    expect(primary([])).toMatchObject({ type: 'intent', what: 'start' });
  });

  it('asks all hosts of a read step together', () => {
    const all = {
      ...plan,
      steps: plan.steps.map((one) => (one.id === 'artifact' ? { ...one, targets: ['app1', 'app2'] } : one)),
    };
    expect(primaryAction(fold([start], all), { selected: null })).toMatchObject({
      what: 'run',
      targets: ['app1', 'app2'],
    });
  });

  it('is the form of a manual step', () => {
    expect(primary([start, ...passed('artifact', 'a1', 'app1')])).toEqual({
      type: 'answer',
      target: 'desk',
      again: false,
    });
  });

  it('asks for the waiver when only the countersignature is missing', () => {
    expect(primary(toStop)).toEqual({ type: 'ask', what: 'waive', targets: [] });
  });

  it('enters the atomic block before anything in it runs', () => {
    expect(primary([...toStop, waived])).toMatchObject({
      what: 'enter-block',
      intent: { type: 'enter-block', block: 0 },
    });
  });

  it('runs a write on one host alone', () => {
    expect(primary(inBlock)).toMatchObject({ what: 'run', targets: ['app1'] });
  });

  it('never starts a second host while one is running', () => {
    expect(primary([...inBlock, started(step('stop'), 'a4', 'app1')])).toEqual({ type: 'wait', targets: ['app1'] });
  });

  it('asks the checker, with a reason, before a failed write runs again in production', () => {
    expect(primary([...inBlock, started(step('stop'), 'a4', 'app1'), ended('a4', 'failed')])).toEqual({
      type: 'ask',
      what: 'ask-permission',
      targets: ['app1'],
    });
  });

  it('leads with the probe of an unknown, even when another host failed first', () => {
    const events = [
      ...inBlock,
      started(step('stop'), 'a4', 'app1'),
      ended('a4', 'failed'),
      started(step('stop'), 'a5', 'app2'),
      ended('a5', 'unknown'),
    ];
    expect(primary(events)).toMatchObject({ what: 'probe', targets: ['app2'] });
    expect(primary(events, 'app1')).toMatchObject({ type: 'ask', what: 'ask-permission', targets: ['app1'] });
  });

  it('asks the person where the probe could not tell', () => {
    const events: RunEvent[] = [
      ...inBlock,
      started(step('stop'), 'a4', 'app1'),
      ended('a4', 'unknown'),
      { type: 'probe-concluded', data: { step: 'stop', target: 'app1', unknown: 'a4', probe: 'a5', says: 'unclear' } },
    ];
    expect(primary(events)).toEqual({ type: 'ask', what: 'decide', targets: ['app1'] });
  });

  it('runs without a reason what was found not to have run', () => {
    const events: RunEvent[] = [
      ...inBlock,
      started(step('stop'), 'a4', 'app1'),
      ended('a4', 'unknown'),
      { type: 'probe-concluded', data: { step: 'stop', target: 'app1', unknown: 'a4', probe: 'a5', says: 'not-done' } },
    ];
    expect(primary(events)).toMatchObject({ what: 'run', targets: ['app1'] });
  });

  it('continues a held run and offers nothing in an ended one', () => {
    expect(
      primary([start, { type: 'run-held', data: { reason: 'dinner', cause: 'operator', minutes: null } }]),
    ).toMatchObject({
      what: 'continue',
    });
    expect(primary([start, { type: 'run-ended', data: { result: 'abandoned', reason: 'x' } }])).toEqual({
      type: 'none',
    });
  });

  it('is always an intent that policy allows', () => {
    const stages = [[], [start], toStop, [...toStop, waived], inBlock, [...inBlock, ...passed('stop', 'a4', 'app1')]];
    for (const events of stages) {
      const action = primary(events);
      if (action.type === 'intent') expect(may(fold(events), action.intent)).toBeNull();
    }
  });

  it('has another identity after every attempt, so that a double press cannot reach the next host', () => {
    const before = fold(inBlock);
    const after = fold([...inBlock, ...passed('stop', 'a4', 'app1')]);
    const identity = (state: RunState) => actionIdentity(primaryAction(state, { selected: null }), state);
    expect(identity(before)).not.toBe(identity(after));
  });
});

describe('running the remaining hosts side by side', () => {
  const rest = (events: readonly RunEvent[]) => {
    const state = fold(events);
    const stands = state.steps[state.current];
    const planned = plan.steps[state.current];
    return stands === undefined || planned === undefined ? [] : remainingAfterFirst(planned, stands);
  };

  it('is offered for a write only after one host passed alone', () => {
    expect(rest(inBlock)).toEqual([]);
    expect(rest([...inBlock, ...passed('stop', 'a4', 'app1')])).toEqual(['app2', 'app3']);
  });
});
