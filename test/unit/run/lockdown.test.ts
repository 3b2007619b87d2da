import { describe, expect, it } from 'vitest';
import type { PhaseKind, Plan, PlanStep } from '../../../shared/checklist/plan.ts';
import { found } from '../../../shared/contract/check-table.ts';
import type { JournalRecord, RunEvent } from '../../../shared/contract/events.ts';
import type { CheckCode, CheckStatus, PreflightItem } from '../../../shared/contract/lockdown.ts';
import { consequences } from '../../../shared/run/consequences.ts';
import { eventsFor } from '../../../shared/run/events-for.ts';
import { glassWaitsFor, lockdownWanted, openChecks } from '../../../shared/run/lockdown.ts';
import { mayFrom } from '../../../shared/run/people-policy.ts';
import { may } from '../../../shared/run/policy.ts';
import { applyRecord, startState } from '../../../shared/run/transition.ts';
import { Duo } from '../../helpers/duo.ts';
import { command, planOf, step } from '../../helpers/plans.ts';
import { createdEvent, recordOf, Story } from '../../helpers/story.ts';
import { askedGlass, lockedPlan, signsGlass } from './lockdown-walk.ts';
import { ada, bo, cy } from './people-walk.ts';

const undo = { action: command('undo'), perTarget: {}, plannedMs: null };

/** One step per phase, `s0`, `s1` …; a step in `blocks` lies in block 0. */
function phased(kinds: readonly PhaseKind[], blocks: readonly number[] = [], given: Partial<Plan> = {}): Plan {
  const steps = kinds.map((_, phase) =>
    step(`s${phase}`, { phase, block: blocks.includes(phase) ? 0 : null, rollback: undo }),
  );
  return planOf(steps, {
    phases: kinds.map((kind) => ({ kind, title: kind })),
    blocks: blocks.length > 0 ? [{ title: 'At once', phase: blocks[0] ?? 0, worstCaseMs: null }] : [],
    ...given,
  });
}

const on: RunEvent = { type: 'lockdown-chosen', data: { on: true, reason: null } };
const held: RunEvent = { type: 'run-held', data: { reason: 'phone', cause: 'operator', minutes: 5 } };
const entered: RunEvent = {
  type: 'lockdown-entered',
  data: { display: { width: 1600, height: 1000 }, displays: 1, sensed: true },
};
const left: RunEvent = { type: 'lockdown-left', data: { cause: 'held' } };
const asked: RunEvent = { type: 'glass-asked', data: { reason: 'fire' } };
const checked = (item: PreflightItem, status: CheckStatus, code: CheckCode): RunEvent => ({
  type: 'preflight-checked',
  data: { when: 'start', checks: [{ item, status, code, params: {} }] },
});
const low = checked('disk', 'warning', 'disk-low');

const chosen = (plan: Plan): Story => new Story(plan).happens(on).starts();

/** Where the lock is wanted while the steps pass one by one. */
function wantedAt(story: Story): readonly boolean[] {
  const all = story.state.plan.steps.map(({ id }) => {
    const wanted = lockdownWanted(story.state);
    story.attempts(id, 'passed');
    return wanted;
  });
  return [...all, lockdownWanted(story.state)];
}

describe('the lock', () => {
  it('is wanted from the first hot step to the last, whatever lies between', () => {
    expect(wantedAt(chosen(phased(['cold', 'hot', 'observe'])))).toEqual([false, true, false, false]);
    expect(wantedAt(chosen(phased(['cold', 'hot', 'cold', 'hot', 'wrap-up'])))).toEqual([
      ...[false, true, true, true, false, false],
    ]);
    expect(wantedAt(chosen(phased(['hot'])))).toEqual([true, false]);
  });

  it('is not wanted where nothing is hot, except inside an atomic block', () => {
    const story = chosen(phased(['cold', 'observe'], [0]));
    expect(lockdownWanted(story.state)).toBe(false);
    expect(lockdownWanted(story.happens({ type: 'block-entered', data: { block: 0 } }).state)).toBe(true);
    expect(
      lockdownWanted(story.attempts('s0', 'passed').happens({ type: 'block-left', data: { block: 0 } }).state),
    ).toBe(false);
  });

  it('is wanted on the way back, also from the looking afterwards, and no more when that is done', () => {
    const story = chosen(phased(['cold', 'hot', 'observe']))
      .attempts('s0', 'passed')
      .attempts('s1', 'passed');
    expect(lockdownWanted(story.state)).toBe(false);
    const events = eventsFor(story.state, { type: 'begin-rollback', scope: 'run', reason: 'wrong', include: [] });
    story.happens(...events);
    const back = story.state.plan.steps.slice(3);
    expect(back.length).toBe(2);
    for (const { id } of back) {
      expect(lockdownWanted(story.state)).toBe(true);
      story.attempts(id, 'passed');
    }
    expect(lockdownWanted(story.state)).toBe(false);
  });

  it('is not wanted before the start, on hold, after the end, once the pen was given away, or where it was not chosen', () => {
    const plan = phased(['hot', 'hot']);
    expect(lockdownWanted(new Story(plan).happens(on).state)).toBe(false);
    expect(lockdownWanted(chosen(plan).happens(held).state)).toBe(false);
    const ended: RunEvent = { type: 'run-ended', data: { result: 'abandoned', reason: 'x' } };
    expect(lockdownWanted(chosen(plan).happens(ended).state)).toBe(false);
    const given: RunEvent = {
      type: 'handed-over',
      data: { participant: 'p1', head: { seq: 1, hash: 'a'.repeat(64) }, signature: 's' },
    };
    expect(lockdownWanted(chosen(plan).happens(given).state)).toBe(false);
    expect(lockdownWanted(new Story(plan).starts().state)).toBe(false);
  });

  it('is never wanted by a run without a window, whatever its journal says', () => {
    const created = createdEvent(phased(['hot']));
    const headless = { ...created, data: { ...created.data, mode: 'headless' as const } };
    let state = startState(recordOf(headless, 0) as Extract<JournalRecord, { type: 'run-created' }>);
    for (const event of [on, { type: 'run-started', data: {} } as const])
      state = applyRecord(state, recordOf(event, state.seq + 1));
    expect(lockdownWanted(state)).toBe(false);
    expect(may(state, { type: 'run-step', step: 's0', targets: ['app1'], reason: null })).toBeNull();
  });

  it('lets nothing of a hot phase begin before it is in place', () => {
    const story = chosen(phased(['cold', 'hot', 'hot'], [2]));
    const run = (id: string) => may(story.state, { type: 'run-step', step: id, targets: ['app1'], reason: null })?.code;
    expect(run('s0')).toBeUndefined();
    story.attempts('s0', 'passed');
    expect(run('s1')).toBe('lockdown-to-come');
    story.happens(entered);
    expect(run('s1')).toBeUndefined();
    story.attempts('s1', 'unknown').happens(held, left, { type: 'run-continued', data: {} });
    expect(run('s1')).toBe('lockdown-to-come');
    const decision = { decision: 'was-done', reason: 'seen', owner: null } as const;
    // What is only about what was done is not held up.
    expect(may(story.state, { type: 'decide', step: 's1', target: 'app1', ...decision })).toBeNull();
    story.happens({ type: 'target-decided', data: { step: 's1', target: 'app1', ...decision, due: null } });
    expect(may(story.state, { type: 'enter-block', block: 0 })?.code).toBe('lockdown-to-come');
    expect(may(story.happens(entered).state, { type: 'enter-block', block: 0 })).toBeNull();
  });

  it('lets no probe of a hot step out either', () => {
    const verify = { action: command('is it up'), perTarget: {} };
    const story = chosen(planOf([step('start', { verify })]))
      .happens(entered)
      .attempts('start', 'unknown');
    const probe = { type: 'probe', step: 'start', target: 'app1' } as const;
    expect(may(story.state, probe)).toBeNull();
    story.happens(held, left, { type: 'run-continued', data: {} });
    expect(may(story.state, probe)?.code).toBe('lockdown-to-come');
  });

  it('opens for a pause only when it is said for how long; without a lock nobody need say', () => {
    const story = chosen(phased(['hot']));
    expect(may(story.state, { type: 'hold', reason: 'x' })).toBeNull();
    story.happens(entered);
    expect(may(story.state, { type: 'hold', reason: 'x' })?.code).toBe('minutes-missing');
    expect(may(story.state, { type: 'hold', reason: 'x', minutes: 5 })).toBeNull();
    expect(may(story.begins('s0').state, { type: 'hold', reason: 'x', minutes: 5 })?.code).toBe('attempt-running');
    story.ends('passed').happens(held);
    expect(story.state).toMatchObject({ holdMinutes: 5, heldSince: story.state.at });
  });

  it('dies with the process, and what it left open ends with it, without anybody having sensed when', () => {
    const gap: RunEvent = { type: 'lockdown-gap-opened', data: { gap: 'focus-lost', detail: '' } };
    const burst: RunEvent = { type: 'lockdown-gap-opened', data: { gap: 'notifications-unblocked', detail: '' } };
    const story = chosen(phased(['hot'])).happens(entered, gap, burst);
    const session = { session: 's2', publicKey: 'k', machine: 'm', person: 'Li Wei', pid: 2, resumed: true };
    story.happens({ type: 'session-opened', data: session });
    expect(may(story.state, { type: 'run-step', step: 's0', targets: ['app1'], reason: null })?.code).toBe(
      'lockdown-to-come',
    );
    story.happens({ type: 'lockdown-left', data: { cause: 'crashed' } });
    expect(story.state.lockdown.spans).toMatchObject([{ until: story.state.at, end: 'crashed' }]);
    expect(story.state.lockdown.gaps).toMatchObject([{ until: story.state.at, durationMs: null }, { until: null }]);
    const released = { cause: 'crashed', verified: true, waiting: null } as const;
    story.happens({ type: 'notifications-released', data: released });
    expect(story.state.lockdown.gaps[1]).toMatchObject({ until: story.state.at, durationMs: null });
    expect(lockdownWanted(story.state)).toBe(true);
  });

  it('is asked for after every record of a plan of five thousand steps, and the steps are looked through once', () => {
    const written = Array.from({ length: 5_000 }, (_, index) => step(`s${index}`, { phase: index % 2 }));
    let reads = 0;
    const get = (all: PlanStep[], key: string | symbol): unknown => {
      reads += 1;
      return Reflect.get(all, key);
    };
    const phases = (['cold', 'observe'] as const).map((kind) => ({ kind, title: kind }));
    const state = {
      ...chosen(phased(['hot'])).state,
      plan: { ...planOf([], { phases }), steps: new Proxy(written, { get }) },
    };
    for (let record = 0; record < 1_000; record += 1)
      expect(lockdownWanted({ ...state, current: 2_000 + record })).toBe(false);
    expect(reads).toBeLessThan(5 * 5_000);
  });
});

describe('what was found before', () => {
  const production = { production: true };

  it('is mended or decided before production starts, and holds up nobody elsewhere', () => {
    const start = { type: 'start-run', lockdown: { on: true, reason: null } } as const;
    const found = new Story(phased(['hot'], [], production)).happens(low).state;
    expect(may(found, start)?.code).toBe('check-open');
    expect(may(found, { ...start, decisions: [{ item: 'disk', reason: 'enough for us' }] })).toBeNull();
    expect(may(found, { ...start, decisions: [{ item: 'power', reason: 'x' }] })?.code).toBe('no-such-check');
    expect(may(new Story(phased(['hot'])).happens(low).state, start)).toBeNull();
    const later = new Story(phased(['hot'], [], production)).happens(checked('checker', 'later', 'checker-to-come'));
    expect(may(later.state, start)).toBeNull();
  });

  it('needs a reason to be worked without lockdown in production', () => {
    const state = new Story(phased(['hot'], [], production)).state;
    expect(may(state, { type: 'start-run', lockdown: { on: false, reason: null } })?.code).toBe('needs-reason');
    expect(may(state, { type: 'start-run', lockdown: { on: false, reason: 'two screens' } })).toBeNull();
    expect(
      may(new Story(phased(['hot'])).state, { type: 'start-run', lockdown: { on: false, reason: null } }),
    ).toBeNull();
  });

  it('is decided as it was found, and stands open again when something else is found about it', () => {
    const story = new Story(phased(['hot'], [], production)).happens(low);
    const decisions = [{ item: 'disk' as const, reason: 'enough' }];
    story.happens(...eventsFor(story.state, { type: 'start-run', decisions }));
    expect(openChecks(story.state)).toEqual([]);
    story.happens(checked('disk', 'unknown', 'disk-unknown'));
    expect(openChecks(story.state).map(({ code }) => code)).toEqual(['disk-unknown']);
    const decide = { type: 'decide-check', item: 'disk', reason: 'looked myself' } as const;
    expect(may(story.happens(held).state, decide)).toBeNull();
    story.happens(...eventsFor(story.state, decide));
    expect(may(story.state, decide)?.code).toBe('no-such-check');
  });
});

describe('what was found before and gets worse', () => {
  const disk = (free: string): RunEvent => ({
    type: 'preflight-checked',
    data: { when: 'entry', checks: [found('disk-low', { path: '/data', free, needed: '2.0 GB' })] },
  });

  it('stands open again, is decided as it is then, and stays decided when it gets better', () => {
    const story = new Story(phased(['hot'], [], { production: true })).happens(disk('1.4 GB'));
    const decisions = [{ item: 'disk' as const, reason: 'enough' }];
    story.happens(...eventsFor(story.state, { type: 'start-run', decisions })).happens(disk('0.7 GB'));
    expect(openChecks(story.state)).toEqual([]);
    story.happens(disk('200 MB'), held);
    expect(openChecks(story.state).map(({ code }) => code)).toEqual(['disk-low']);
    story.happens(...eventsFor(story.state, { type: 'decide-check', item: 'disk', reason: 'still' }));
    expect(openChecks(story.state)).toEqual([]);
    for (const free of ['1.4 GB', '150 MB']) expect(openChecks(story.happens(disk(free)).state)).toEqual([]);
  });

  it('is covered by a decision that nothing was recorded before, as ever', () => {
    const decided: RunEvent = { type: 'preflight-decided', data: { item: 'disk', code: 'disk-low', reason: 'x' } };
    const story = new Story(phased(['hot'], [], { production: true })).happens(decided, disk('1 B'));
    expect(openChecks(story.state)).toEqual([]);
  });
});

describe('breaking the glass', () => {
  /** A run of two (and an observer), locked at its first hot step. */
  function locked(plan = lockedPlan, checker: 'here' | 'none' = 'here'): Duo {
    const duo = new Duo(plan, ada);
    if (checker === 'here') duo.joins('p1', bo);
    duo.joins('p2', cy, 'observer');
    duo.asks({ type: 'start-run', lockdown: { on: true, reason: null } });
    duo.runs('look', 'passed', ['app1', 'app2']);
    return duo.tells(entered);
  }
  const ask = { type: 'break-glass', reason: 'fire' } as const;

  it('is possible only where something is locked, once at a time, and never inside an atomic block', () => {
    const duo = locked();
    expect(duo.asks(ask)).toBeNull();
    expect(duo.asks(ask)).toBe('glass-asked-already');
    // Who asks to get out does not first go where there is no way out.
    duo.answers('p1');
    expect(duo.asks({ type: 'enter-block', block: 0 })).toBe('glass-asked-already');
    expect(duo.asks({ type: 'withdraw-glass' })).toBeNull();
    expect(duo.asks({ type: 'enter-block', block: 0 })).toBeNull();
    expect(duo.asks(ask)).toBe('in-atomic-block');
    expect(new Duo(lockedPlan, ada).asks(ask)).toBe('not-started');
    const cold = new Duo(lockedPlan, ada);
    cold.asks({ type: 'start-run', lockdown: { on: true, reason: null } });
    expect(cold.asks(ask)).toBe('not-locked');
  });

  it('happens at once where nobody is there to sign, pauses the run, and locks anew when it goes on', () => {
    const duo = locked(lockedPlan, 'none');
    expect(duo.asks(ask)).toBeNull();
    expect(duo.state).toMatchObject({ status: 'held', holdCause: 'glass', holdReason: 'fire' });
    expect(duo.state.lockdown).toMatchObject({ status: 'broken', glass: null });
    expect(duo.state.lockdown.glasses).toMatchObject([{ outcome: 'broken', participant: null, reason: 'fire' }]);
    duo.tells({ type: 'lockdown-left', data: { cause: 'glass' } });
    expect(duo.state.lockdown.status).toBe('broken');
    expect(duo.asks({ type: 'continue' })).toBeNull();
    expect([duo.state.lockdown.status, lockdownWanted(duo.state)]).toEqual(['open', true]);
  });

  it('waits for the checker who is there: their yes opens, their no does not, and nobody else’s word counts', () => {
    const duo = locked();
    duo.asks(ask);
    expect(duo.state.lockdown.status).toBe('locked');
    expect(signsGlass(duo, 'p2', cy)).toBe('not-allowed');
    expect(signsGlass(duo, 'p1', ada)).toBe('signature-wrong');
    expect(duo.hears('p1', { type: 'refuse-glass', reason: 'ten more minutes' })).toBeNull();
    expect(duo.state.lockdown.glasses).toMatchObject([
      { outcome: 'refused', participant: 'p1', answer: 'ten more minutes' },
    ]);
    expect(signsGlass(duo, 'p1')).toBe('glass-not-asked');
    duo.asks(ask);
    expect(signsGlass(duo, 'p1')).toBeNull();
    expect(duo.state).toMatchObject({ status: 'held', holdCause: 'glass' });
    expect(duo.state.lockdown.glasses[1]).toMatchObject({ outcome: 'signed', participant: 'p1' });
  });

  it('takes no signature that was given for an earlier asking', () => {
    const duo = locked();
    duo.asks(ask);
    const statement = askedGlass(duo);
    duo.asks({ type: 'withdraw-glass' });
    duo.asks(ask);
    expect(duo.hears('p1', { type: 'sign-glass', statement, signature: bo.sign(statement) })).toBe('statement-changed');
  });

  it('does not wait for somebody who is gone, dismissed, or the same person in production', () => {
    for (const goes of [
      (duo: Duo) => void duo.presence('p1', 'gone'),
      (duo: Duo) => void duo.asks({ type: 'dismiss', participant: 'p1', reason: 'asleep' }),
      (duo: Duo) => void duo.hears('p1', { type: 'leave' }),
      (duo: Duo) => void duo.tells({ type: 'mirror-closed', data: {} }),
    ]) {
      const duo = locked();
      duo.asks(ask);
      expect(duo.state.lockdown.glass).not.toBeNull();
      goes(duo);
      expect(duo.state.lockdown.glasses).toMatchObject([{ outcome: 'broken', participant: null }]);
      expect(duo.state.status).toBe('held');
    }
    const duo = locked();
    duo.opens(bo).tells(entered);
    expect(glassWaitsFor(duo.state)).toBeNull();
    duo.asks(ask);
    expect(duo.state.lockdown.glasses).toMatchObject([{ outcome: 'broken' }]);
  });

  it('lets what runs come to its end and nothing new begin, and only then pauses', () => {
    const plan = { ...lockedPlan, steps: lockedPlan.steps.map((one) => ({ ...one, block: null })) };
    const duo = locked(plan, 'none');
    duo.asks({ type: 'waive-countersignature', step: 'stop', reason: 'nobody here' });
    expect(duo.asks({ type: 'run-step', step: 'stop', targets: ['app1'], reason: null })).toBeNull();
    duo.asks(ask);
    expect([duo.state.status, duo.state.lockdown.status]).toEqual(['running', 'broken']);
    expect(duo.asks({ type: 'run-step', step: 'stop', targets: ['app2'], reason: null })).toBe('lockdown-to-come');
    expect(lockdownWanted(duo.state)).toBe(false);
    duo.ends('passed');
    expect(duo.state).toMatchObject({ status: 'held', holdCause: 'glass' });
  });

  it('is no longer asked for when the lock is gone for another reason', () => {
    const paused = locked();
    paused.asks(ask);
    expect(paused.asks({ type: 'hold', reason: 'x', minutes: 5 })).toBeNull();
    paused.tells(left);
    expect(paused.state.lockdown).toMatchObject({ glass: null, status: 'open', glasses: [{ outcome: 'withdrawn' }] });
    expect(signsGlass(paused, 'p1')).toBe('glass-not-asked');
    const crashed = locked();
    crashed.asks(ask);
    crashed.opens(ada);
    expect(crashed.state.lockdown).toMatchObject({ glass: null, status: 'open' });
    expect(crashed.state.status).toBe('running');
  });

  it('holds when it was signed but the app died before it broke', () => {
    const signed: RunEvent = {
      type: 'glass-signed',
      data: { participant: 'p1', statement: 'a'.repeat(64), signature: 's'.repeat(88) },
    };
    const story = chosen(phased(['hot'])).happens(entered, asked, signed);
    expect(may(story.state, { type: 'withdraw-glass' })?.code).toBe('glass-not-asked');
    const session = { session: 's2', publicKey: 'k', machine: 'm', person: 'Li Wei', pid: 2, resumed: true };
    story.happens({ type: 'session-opened', data: session });
    expect(story.state.lockdown.glass?.signedBy).toBe('p1');
  });

  it('does not break inside an atomic block, whatever stands in the journal, but behind it', () => {
    const story = chosen(phased(['hot', 'hot'], [0])).happens(entered, asked);
    story.happens({ type: 'block-entered', data: { block: 0 } });
    expect(consequences(story.state).map(({ type }) => type)).not.toContain('glass-broken');
    story.happens({ type: 'block-left', data: { block: 0 } });
    expect(consequences(story.state).map(({ type }) => type)).toEqual(['glass-broken']);
  });

  it('is not signed in production by a checker with the operator’s own key', () => {
    const duo = locked();
    duo.asks(ask);
    const statement = askedGlass(duo);
    const sessions = duo.state.sessions.map((one) => ({
      ...one,
      identity: { name: 'Bo', contact: '', publicKey: bo.publicKey },
    }));
    const intent = { type: 'sign-glass', statement, signature: bo.sign(statement) } as const;
    expect(mayFrom({ ...duo.state, sessions }, 'p1', intent)?.code).toBe('own-key');
    expect(mayFrom(duo.state, 'p1', intent)).toBeNull();
  });

  it('is not given along: a handover waits until the lock is open', () => {
    const duo = locked();
    expect(duo.asks({ type: 'offer-handover', participant: 'p1', reason: 'shift' })).toBeNull();
    expect(duo.accepts('p1')).toBe('lock-still-on');
    duo.tells(left);
    expect(duo.accepts('p1')).toBeNull();
  });
});
