import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CheckSubject, DesktopSenses, Quiet } from '../../../electron/lockdown/ports.ts';
import { runProgram } from '../../../electron/lockdown/run-program.ts';
import { createSense } from '../../../electron/lockdown/sense.ts';
import { found } from '../../../shared/contract/check-table.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { type PreflightItem, preflightItems } from '../../../shared/contract/lockdown.ts';
import { planOf, step } from '../../helpers/plans.ts';

afterEach(() => vi.useRealTimers());

type Parts = Partial<DesktopSenses & Pick<Quiet, 'trial'>>;

function senseWith({ trial, ...senses }: Parts) {
  return createSense({
    platform: 'linux',
    run: runProgram,
    root: '/nonexistent',
    quiet: { trial: trial ?? (async () => found('notifications-blocked', { adapter: 'dunst', daemon: 'dunst 1.9' })) },
    senses: {
      desktop: async () => found('desktop-held', { manager: 'openbox' }),
      sleep: async () => found('sleep-asked', { by: 'X11' }),
      power: async () => ({ onBattery: false }),
      ...senses,
    },
  });
}

const subject: CheckSubject = {
  plan: planOf([step('stop')]),
  folder: '/tmp',
  clockOffsets: async () => new Map([['app1', 12]]),
  connected: () => new Set(['app1']),
  checker: null,
};

const never = (): Promise<never> => new Promise(() => undefined);
const broken = (): never => {
  throw new Error('broken');
};

describe('preflight', () => {
  it('gives a finding of its own item for every item', async () => {
    const sense = senseWith({});
    const checks = await Promise.all(preflightItems.map((item) => sense(item, subject)));
    expect(checks.map(({ item }) => item)).toEqual(preflightItems);
    const codes = checks.map(({ code }) => code);
    expect(codes).toEqual(
      expect.arrayContaining(['notifications-blocked', 'desktop-held', 'sleep-asked', 'power-mains']),
    );
    expect(codes).toEqual(expect.arrayContaining(['clock-agrees', 'hosts-reached', 'checker-not-needed']));
  });

  it('takes what does not answer for unknown once the time is over, not before', async () => {
    vi.useFakeTimers();
    const sense = senseWith({ trial: never, desktop: never, sleep: never, power: never });
    const items: PreflightItem[] = ['notifications', 'desktop', 'sleep', 'power', 'clock'];
    const ended: PreflightItem[] = [];
    const sensing = items.map(async (item) => {
      const check = await sense(item, { ...subject, clockOffsets: never });
      ended.push(item);
      return check;
    });
    await vi.advanceTimersByTimeAsync(limits.senseTimeoutMs - 1);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    for (const [index, check] of (await Promise.all(sensing)).entries()) {
      expect(check).toMatchObject({ item: items[index], status: 'unknown', code: `${items[index]}-unknown` });
      expect(check.params['reason']).toBe('no answer within 5 s');
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never rejects, whatever fails, and takes nothing of it for good', async () => {
    const sense = senseWith({ trial: broken, desktop: broken, sleep: () => Promise.reject('refused') });
    expect(await sense('notifications', subject)).toEqual(found('notifications-unknown', { reason: 'broken' }));
    expect(await sense('desktop', subject)).toEqual(found('desktop-unknown', { reason: 'broken' }));
    expect(await sense('sleep', subject)).toEqual(found('sleep-unknown', { reason: 'refused' }));
    const clock = await sense('clock', { ...subject, clockOffsets: broken });
    expect(clock).toEqual(found('clock-unknown', { hosts: 'app1', reason: 'broken' }));
    expect(await sense('hosts', { ...subject, connected: broken })).toMatchObject({ code: 'hosts-missing' });
  });

  it('leaves no timer behind that would keep the app from ending', async () => {
    vi.useFakeTimers();
    await senseWith({})('hosts', subject);
    expect(vi.getTimerCount()).toBe(0);
  });
});
