import { describe, expect, it } from 'vitest';
import { checkChecker } from '../../../electron/lockdown/checks/checker.ts';
import { checkClock } from '../../../electron/lockdown/checks/clock.ts';
import { checkHosts } from '../../../electron/lockdown/checks/hosts.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import { manualStep, planOf, step } from '../../helpers/plans.ts';

/** A plan whose only step works on these hosts; one more host is named and not worked on. */
function planOn(hosts: readonly string[]): Plan {
  const host = (name: string) => ({ ...planOf([]).hosts[0], name }) as Plan['hosts'][number];
  return planOf([step('stop', { targets: [...hosts] }), manualStep('look')], {
    hosts: [...hosts.map(host), host('jump')],
  });
}

describe('the clocks', () => {
  const clocks = (offsets: Readonly<Record<string, number | null>>, hosts = Object.keys(offsets)) =>
    checkClock({ plan: planOn(hosts), clockOffsets: async () => new Map(Object.entries(offsets)) });

  it('agree when none is further off than the limit, and the furthest is named', async () => {
    expect(await clocks({ app1: 20, app2: -3_000 })).toEqual({
      item: 'clock',
      status: 'ok',
      code: 'clock-agrees',
      params: { furthest: 'app2 -3.0 s', limit: '3' },
    });
    expect(await clocks({ app1: -20 })).toMatchObject({ params: { furthest: 'app1 +0.0 s' } });
  });

  it('are off when one is ahead or behind, the furthest first', async () => {
    expect(await clocks({ app1: 4_200, app2: 10, app3: -90_000 })).toEqual({
      item: 'clock',
      status: 'failed',
      code: 'clock-off',
      params: { hosts: 'app3 -90.0 s, app1 +4.2 s', limit: '3' },
    });
  });

  it('name at most six hosts, and count the others', async () => {
    const offsets = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`app${index}`, 10_000 + index * 1_000]),
    );
    const { params } = await clocks(offsets);
    expect(params['hosts']).toBe(
      'app8 +18.0 s, app7 +17.0 s, app6 +16.0 s, app5 +15.0 s, app4 +14.0 s, app3 +13.0 s … +3',
    );
  });

  it('are unknown when a host does not say, or was not even asked', async () => {
    const unknown = { status: 'unknown', code: 'clock-unknown', params: { hosts: 'app2', reason: 'no answer' } };
    expect(await clocks({ app1: 5, app2: null })).toMatchObject(unknown);
    expect(await clocks({ app1: 5 }, ['app1', 'app2'])).toMatchObject(unknown);
  });

  it('say beside those that are off which hosts could not be asked', async () => {
    expect(await clocks({ app1: null, app2: 5_000 })).toMatchObject({ params: { hosts: 'app2 +5.0 s, app1 ?' } });
  });

  it('are no matter where no step works on a host', async () => {
    expect(await clocks({})).toMatchObject({ status: 'ok', code: 'clock-no-hosts' });
  });
});

describe('the hosts', () => {
  const hosts = (used: readonly string[], connected: readonly string[]): PreflightCheck =>
    checkHosts({ plan: planOn(used), connected: () => new Set(connected) });

  it('are reached when every one that a step works on is connected', () => {
    const reached = { item: 'hosts', status: 'ok', code: 'hosts-reached', params: { hosts: 'app1, app2' } };
    expect(hosts(['app1', 'app2'], ['app2', 'app1'])).toEqual(reached);
  });

  it('are missing by name', () => {
    const missing = { item: 'hosts', status: 'failed', code: 'hosts-missing', params: { hosts: 'app2' } };
    expect(hosts(['app1', 'app2'], ['app1', 'jump'])).toEqual(missing);
  });

  it('are no matter where no step works on one', () => {
    expect(hosts([], [])).toMatchObject({ status: 'ok', code: 'hosts-none' });
  });
});

describe('the checker', () => {
  const checker = (wanted: number, there: { readonly name: string | null } | null): PreflightCheck =>
    checkChecker({ plan: planOf([], { people: { checkers: wanted, challengeMs: null } }), checker: there });

  it('is to come before the run, and must be there during it', () => {
    expect(checker(1, null)).toMatchObject({ status: 'later', code: 'checker-to-come' });
    expect(checker(1, { name: null })).toMatchObject({ status: 'failed', code: 'checker-missing' });
    expect(checker(1, { name: 'Bo' })).toMatchObject({ status: 'ok', code: 'checker-here', params: { name: 'Bo' } });
  });

  it('is not needed where the plan wants none, and named where one came all the same', () => {
    expect(checker(0, null)).toMatchObject({ status: 'ok', code: 'checker-not-needed' });
    expect(checker(0, { name: null })).toMatchObject({ status: 'ok', code: 'checker-not-needed' });
    expect(checker(0, { name: 'Bo' })).toMatchObject({ status: 'ok', code: 'checker-here' });
  });
});
