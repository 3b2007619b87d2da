import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listed } from '../../../electron/lockdown/checks/names.ts';
import { formatBytes, readBytes } from '../../../shared/config/bytes.ts';
import { found } from '../../../shared/contract/check-table.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import { covers } from '../../../shared/run/decision-covers.ts';

const disk = (free: string) => found('disk-low', { path: '/data', free, needed: '2.0 GB' });
const power = (percent: number) => found('power-low', { percent: String(percent), limit: '50' });
const clocks = (hosts: string) => found('clock-off', { hosts, limit: '3' });
const silent = (hosts: string) => found('clock-unknown', { hosts, reason: 'no answer' });
const missing = (...hosts: readonly string[]) => found('hosts-missing', { hosts: listed(hosts) });
const daemon = (name: string) => found('notifications-not-blocked', { adapter: 'dunst', daemon: name });
const eight = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

describe('a decision', () => {
  it.each<readonly [string, PreflightCheck, PreflightCheck]>([
    ['the same', disk('1.4 GB'), disk('1.4 GB')],
    ['half the room', disk('1.4 GB'), disk('0.7 GB')],
    ['room in another unit', disk('1.0 GB'), disk('600 MB')],
    ['a battery nine points lower', power(34), power(25)],
    ['a clock off by less than the limit again', clocks('app1 +4.2 s'), clocks('app1 -7.2 s')],
    ['a clock that says nothing now', clocks('app1 +4.2 s'), clocks('app1 ?')],
    ['fewer hosts', missing('app1', 'app2'), missing('app2')],
    ['one of the hosts that were not named', missing(...eight), missing(...eight.slice(1))],
    ['fewer silent hosts', silent('app1, app2'), silent('app1')],
    ['other updates', found('updates-waiting', { what: 'apt: 3' }), found('updates-waiting', { what: 'apt: 30' })],
    ['the same daemon', daemon('dunst 1.9.0'), daemon('dunst 1.9.0')],
  ])('covers %s', (_, before, now) => {
    expect(covers(before, now)).toBe(true);
  });

  it.each<readonly [string, PreflightCheck, PreflightCheck]>([
    ['something else', disk('1.4 GB'), found('disk-read-only', { path: '/data' })],
    ['less than half the room', disk('1.4 GB'), disk('699 MB')],
    ['no room at all', disk('1.4 GB'), disk('0 B')],
    ['a battery ten points lower', power(34), power(24)],
    ['a clock off by the limit again', clocks('app1 +4.2 s'), clocks('app1 +7.3 s')],
    ['the clock of another host', clocks('app1 +4.2 s'), clocks('app1 +4.2 s, app2 -3.1 s')],
    ['another host', missing('app1', 'app2'), missing('app1', 'app3')],
    ['more hosts than were not named', missing(...eight), missing('i', 'j', 'k', 'a')],
    ['more hosts, not named either', missing(...eight), missing(...eight, 'i')],
    ['another silent host', silent('app1'), silent('app2')],
    ['another daemon', daemon('dunst 1.9.0'), daemon('Plasma 5.27')],
  ])('does not cover %s', (_, before, now) => {
    expect(covers(before, now)).toBe(false);
  });

  it('without what was found is about the code alone, and what says nothing to compare is not compared', () => {
    expect(covers({ code: 'disk-low', params: null }, disk('1 B'))).toBe(true);
    expect(covers({ code: 'disk-low' }, disk('1 B'))).toBe(true);
    expect(covers({ code: 'disk-low', params: {} }, disk('1 B'))).toBe(true);
    expect(covers(disk('plenty'), disk('1 B'))).toBe(true);
    expect(covers({ code: 'disk-low', params: null }, power(3))).toBe(false);
  });
});

/** What `checkClock` says of these clocks, in milliseconds off; null where none is off any more. */
function clockCheck(offsets: Readonly<Record<string, number>>): PreflightCheck | null {
  const off = Object.entries(offsets)
    .filter(([, ms]) => Math.abs(ms) > limits.clockOffMs)
    .toSorted(([, one], [, other]) => Math.abs(other) - Math.abs(one));
  const words = off.map(([host, ms]) => `${host} ${ms >= 0 ? '+' : ''}${(Math.round(ms / 100) / 10).toFixed(1)} s`);
  return off.length === 0 ? null : clocks(listed(words));
}

describe('a decision covers what is equal or better', () => {
  /** `better` is at most `worse`. */
  const ordered = (most: number) =>
    fc.tuple(fc.nat(most), fc.nat(most)).map(([one, other]) => [Math.max(one, other), Math.min(one, other)] as const);

  it('of disks and batteries', () => {
    fc.assert(
      fc.property(ordered(2 ** 42), ordered(100), ([more, less], [charged, empty]) => {
        expect(covers(disk(formatBytes(less)), disk(formatBytes(more)))).toBe(true);
        expect(covers(power(empty), power(charged))).toBe(true);
      }),
    );
  });

  it('of hosts, however many are named', () => {
    const hosts = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        hosts.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all, { minLength: 1 }))),
        ([all, some]) => {
          expect(covers(missing(...all), missing(...some))).toBe(true);
          expect(covers(silent(listed(all)), silent(listed(some)))).toBe(true);
          expect(covers(missing(...all), missing(...all, 'Another'))).toBe(false);
        },
      ),
    );
  });

  it('of clocks that come nearer, in whatever order they are named then', () => {
    const clock = fc.tuple(fc.integer({ min: -90_000, max: 90_000 }), fc.double({ min: -1, max: 1, noNaN: true }));
    const offsets = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/), clock, { maxKeys: 10 });
    fc.assert(
      fc.property(offsets, (all) => {
        const before = clockCheck(Object.fromEntries(Object.entries(all).map(([host, [ms]]) => [host, ms])));
        const nearer = Object.entries(all).map(([host, [ms, share]]) => [host, Math.trunc(ms * share)] as const);
        const now = clockCheck(Object.fromEntries(nearer));
        fc.pre(before !== null && now !== null);
        expect(covers(before, now)).toBe(true);
      }),
    );
  });

  it('as far as a size says: it is read as it was written', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 45), (bytes) => {
        const text = formatBytes(bytes);
        expect(formatBytes(readBytes(text) ?? Number.NaN)).toBe(text);
      }),
    );
    for (const text of ['', '12', '1.4 PB', '-1 KB', 'GB', '1,4 GB']) expect(readBytes(text)).toBeNull();
  });
});
