import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { LockdownDesk } from '../../../electron/ipc/lockdown-desk.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import type { EventType, JournalRecord } from '../../../shared/contract/events.ts';
import type { LockView } from '../../../shared/contract/ipc/lock.ts';
import type { PreflightCheck, PreflightItem } from '../../../shared/contract/lockdown.ts';
import { Engine } from '../../helpers/engine-kit.ts';
import { FakeLock, FakeQuiet, fakeSense, statuses } from '../../helpers/fake-lock.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';

const phases: Plan['phases'] = [
  { kind: 'cold', title: 'Before' },
  { kind: 'hot', title: 'Release' },
  { kind: 'wrap-up', title: 'After' },
];
const steps = [manualStep('ready'), manualStep('swap', { phase: 1 }), manualStep('told', { phase: 2 })];
const low: PreflightCheck = { item: 'power', status: 'failed', code: 'power-low', params: { percent: '12' } };

/** Everything that lockdown, notifications and holds wrote, in order. */
const told: ReadonlySet<EventType> = new Set<EventType>([
  'run-held',
  'preflight-checked',
  'notifications-blocked',
  'notifications-released',
  'lockdown-entered',
  'lockdown-left',
  'lockdown-gap-opened',
  'lockdown-gap-closed',
  'way-out-refused',
  'glass-broken',
  'session-closed',
]);

describe('the desk that carries out the lockdown (window and desktop faked)', () => {
  let data: string;
  let lock: FakeLock;
  let quiet: FakeQuiet;
  let found: Map<PreflightItem, PreflightCheck>;
  let views: (LockView | null)[];
  let desk: LockdownDesk;
  let engine: Engine;

  const makeDesk = (): LockdownDesk =>
    new LockdownDesk({
      clock: systemClock,
      lock,
      quiet,
      sense: (item, subject) => fakeSense(found)(item, subject),
      push: (name, payload) => {
        if (name === 'lock:view') views.push(payload as LockView | null);
      },
      language: () => 'en',
      log: { error: (message) => (lock.broken === null ? expect.fail(message) : undefined) },
    });

  beforeEach(() => {
    data = tempFolder('lockdown-desk');
    lock = new FakeLock();
    quiet = new FakeQuiet();
    found = new Map();
    views = [];
    desk = makeDesk();
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  const start = async (given: Partial<Plan> = {}): Promise<void> => {
    const plan = planOf(steps, { hosts: [], phases, ...given });
    engine = await Engine.create({ plan, data, home: data, lockdown: true });
    await desk.attach(engine.run);
  };
  const answer = (step: string) =>
    ({
      type: 'confirm-manual',
      step,
      target: DESK,
      verdict: 'passed',
      evidence: {},
      note: null,
      reason: null,
    }) as const;
  const confirm = async (step: string): Promise<void> => {
    await engine.submit(answer(step));
    await engine.run.controller.idle();
  };
  const records = (): JournalRecord[] =>
    engine
      .journal()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalRecord);
  const written = (): string[] =>
    records().flatMap(({ type, data: said }) => {
      if (!told.has(type)) return [];
      const cause = (said as { cause?: string }).cause ?? (said as { gap?: string }).gap;
      return [cause === undefined ? type : `${type} ${cause}`];
    });
  const locked = (): Promise<void> => expect.poll(() => engine.state.lockdown.status).toBe('locked');
  const until = (last: string): Promise<void> => expect.poll(() => written().at(-1)).toBe(last);

  /** The folder as a process that dies now leaves it, taken up by a new one. */
  const afterDeath = async (recovered: FakeQuiet['recovered']): Promise<void> => {
    const { runId, folder } = engine.run;
    const left = tempFolder('lockdown-left');
    cpSync(folder, join(left, 'runs', runId), { recursive: true });
    rmSync(join(left, 'runs', runId, 'journal.lock'));
    rmSync(data, { recursive: true });
    data = left;
    lock = new FakeLock();
    quiet = new FakeQuiet();
    quiet.recovered = recovered;
    desk = makeDesk();
    engine = await Engine.reopen(runId, { plan: engine.state.plan, data, home: data });
    await desk.attach(engine.run);
  };

  it('locks when the hot phase begins, and refuses its steps until the lock is in place', async () => {
    await start();
    expect(lock.calls).toEqual([]);
    await confirm('ready');
    await locked();
    expect(written()).toEqual(['preflight-checked', 'notifications-blocked', 'lockdown-entered']);
    expect(statuses(views)).toEqual(['checking', 'entering', 'locked']);
    await confirm('swap');
    await until('lockdown-left phases-over');
    expect(lock.calls).toEqual(['enter', 'leave']);
    // What was kept back waits for the end of the run.
    expect(quiet.calls).toEqual(['recover', 'block']);
  });

  it('says that the lock is to come while it is being checked', async () => {
    let go: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    await start();
    const original = quiet.block.bind(quiet);
    quiet.block = async () => {
      await held;
      return original();
    };
    await confirm('ready');
    expect(await engine.refusal(answer('swap'))).toBe('lockdown-to-come');
    go();
    await locked();
    await confirm('swap');
  });

  it('holds production for what was found, and goes on when a person has decided it', async () => {
    found.set('power', low);
    await start({ production: true });
    await confirm('ready');
    await until('run-held lockdown');
    expect(lock.calls).toEqual([]);
    expect(await engine.refusal({ type: 'decide-check', item: 'disk', reason: 'x' })).toBe('no-such-check');
    await engine.submit({ type: 'decide-check', item: 'power', reason: 'The charger is on its way' });
    await engine.submit({ type: 'continue' });
    await locked();
    expect(written()).toEqual([
      'preflight-checked',
      'run-held lockdown',
      'preflight-checked',
      'notifications-blocked',
      'lockdown-entered',
    ]);
  });

  it('holds production again when something else is found', async () => {
    found.set('power', low);
    await start({ production: true });
    await confirm('ready');
    await until('run-held lockdown');
    await engine.submit({ type: 'decide-check', item: 'power', reason: 'The charger is on its way' });
    found.set('disk', { item: 'disk', status: 'failed', code: 'disk-low', params: {} });
    await engine.submit({ type: 'continue' });
    await expect.poll(() => written().filter((one) => one === 'run-held lockdown').length).toBe(2);
    expect(engine.state).toMatchObject({ status: 'held', holdReason: 'disk' });
  });

  it('holds production again when it is clearly worse than what was decided, and not when it is better', async () => {
    const charge = (percent: string) => found.set('power', { ...low, params: { percent, limit: '50' } });
    const holds = (count: number) =>
      expect.poll(() => written().filter((one) => one === 'run-held lockdown').length).toBe(count);
    charge('34');
    await start({ production: true });
    await confirm('ready');
    await until('run-held lockdown');
    const decide = { type: 'decide-check', item: 'power', reason: 'The charger is on its way' } as const;
    await engine.submit(decide);
    charge('24');
    await engine.submit({ type: 'continue' });
    await holds(2);
    await engine.submit(decide);
    charge('40');
    await engine.submit({ type: 'continue' });
    await locked();
    await holds(2);
  });

  it('does not hold anything outside production', async () => {
    found.set('power', low);
    await start();
    await confirm('ready');
    await locked();
  });

  it('opens for a pause and locks anew, while notifications stay back', async () => {
    await start();
    await confirm('ready');
    await locked();
    expect(await engine.refusal({ type: 'hold', reason: 'fire drill' })).toBe('minutes-missing');
    await engine.submit({ type: 'hold', reason: 'fire drill', minutes: 15 });
    await until('lockdown-left held');
    expect(engine.state).toMatchObject({ status: 'held', holdMinutes: 15 });
    await engine.submit({ type: 'continue' });
    await locked();
    expect(lock.calls).toEqual(['enter', 'leave', 'enter']);
    expect(written().filter((one) => one === 'notifications-blocked')).toHaveLength(1);
    expect(quiet.calls).not.toContain('release');
  });

  it('lets through what waited when the run has ended, before the session is closed', async () => {
    await start();
    await confirm('ready');
    await locked();
    await engine.submit({ type: 'abandon', reason: 'not today' });
    await desk.detach('ended');
    await engine.run.close('ended');
    expect(written().slice(-3)).toEqual(['lockdown-left ended', 'notifications-released ended', 'session-closed']);
    expect(engine.state.lockdown.releases).toMatchObject([{ verified: true, waiting: 2 }]);
    expect(await verifyRun(engine.run.folder)).toMatchObject({ verdict: 'intact' });
  });

  it('opens and lets everything through when the glass is broken, and pauses the run', async () => {
    await start();
    await confirm('ready');
    await locked();
    await engine.submit({ type: 'break-glass', reason: 'The building is burning' });
    await until('notifications-released glass');
    expect(written().slice(-4)).toEqual([
      'glass-broken',
      'run-held glass',
      'lockdown-left glass',
      'notifications-released glass',
    ]);
    await engine.submit({ type: 'continue' });
    await locked();
    expect(quiet.calls.filter((call) => call === 'block')).toHaveLength(2);
  });

  it('records gaps from beginning to end, and closes those that are open when the lock is left', async () => {
    await start();
    await confirm('ready');
    await locked();
    lock.gap('focus-lost');
    lock.gap('focus-lost');
    lock.gap('focus-lost', 1_234);
    quiet.lost('lost');
    quiet.lost('blocked-again');
    lock.gap('minimized');
    await confirm('swap');
    await until('lockdown-left phases-over');
    const gaps = engine.state.lockdown.gaps.map(({ gap, durationMs }) => [gap, typeof durationMs]);
    expect(gaps).toEqual([
      ['focus-lost', 'number'],
      ['notifications-unblocked', 'number'],
      ['minimized', 'number'],
    ]);
    expect(engine.state.lockdown.gaps[0]?.durationMs).toBe(1_234);
  });

  it('counts a way out that is tried again and again as one record', async () => {
    await start();
    await confirm('ready');
    lock.tries('close');
    await locked();
    for (let times = 0; times < 5; times += 1) lock.tries('quit');
    lock.tries('reload');
    await confirm('swap');
    await until('lockdown-left phases-over');
    expect(engine.state.lockdown.refused).toEqual({ quit: 5, reload: 1 });
    expect(written().filter((one) => one === 'way-out-refused')).toHaveLength(2);
  });

  it('goes on unsensed, and says so, when the window cannot be locked', async () => {
    lock.broken = new Error('no display');
    await start();
    await confirm('ready');
    await until('lockdown-gap-opened not-full-screen');
    expect(engine.state.lockdown.spans).toMatchObject([{ sensed: false, until: null }]);
    await confirm('swap');
  });

  it('locks inside a block although the check before it and the notifications fail', async () => {
    lock.broken = new Error('expected');
    await start();
    quiet.block = () => Promise.reject(new Error('the bus is gone'));
    found.get = () => {
      throw new Error('sensing fell over');
    };
    await confirm('ready');
    await until('lockdown-gap-opened not-full-screen');
    expect(engine.state.lockdown).toMatchObject({ status: 'locked', notifications: null });
    await confirm('swap');
  });

  it('says that the lock is left before it lets go of the window', async () => {
    await start();
    await confirm('ready');
    await locked();
    let then = '';
    lock.leave = async () => {
      then = engine.state.lockdown.status;
    };
    await engine.submit({ type: 'hold', reason: 'fire drill', minutes: 15 });
    await expect.poll(() => then).toBe('open');
  });

  it('takes up a run whose process died while locked: records the gap, and locks again', async () => {
    await start();
    await confirm('ready');
    await locked();
    const { runId } = engine.run;
    const journal = engine.journal();
    expect(journal).not.toContain('session-closed');
    await afterDeath({ runId, verified: true, waiting: 3 });
    await locked();
    expect(written().slice(3)).toEqual([
      'lockdown-gap-opened app-died',
      'lockdown-gap-closed app-died',
      'lockdown-left crashed',
      'notifications-released crashed',
      'preflight-checked',
      'notifications-blocked',
      'lockdown-entered',
    ]);
    expect(engine.state.lockdown.releases).toMatchObject([{ verified: true, waiting: 3 }]);
  });

  it('never claims that notifications were let through on a desktop it did not see', async () => {
    await start();
    await confirm('ready');
    await locked();
    await afterDeath({ runId: 'another run', verified: true, waiting: 3 });
    expect(engine.state.lockdown.releases).toMatchObject([{ cause: 'crashed', verified: false, waiting: null }]);
  });

  it('lets notifications through when the pen is offered, for the newcomer keeps back their own', async () => {
    await start();
    await confirm('ready');
    await locked();
    await engine.run.controller.recordSensed(() => [
      { type: 'run-held', data: { reason: 'shift', cause: 'handover', minutes: null } },
      { type: 'handover-offered', data: { participant: 'p1', reason: 'shift' } },
    ]);
    await until('notifications-released handed-over');
    expect(lock.calls).toEqual(['enter', 'leave']);
  });
});
