import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Allowed, compareSnapshots, parseTolerance, within } from '../../../shared/snapshot/compare.ts';
import { fitsGlob } from '../../../shared/snapshot/glob.ts';
import { toleranceWords } from '../../../shared/snapshot/words.ts';
import { processorTime } from '../../helpers/processor-time.ts';

const nothing: Allowed = { added: [], missing: [], changed: [] };
const setOf = (...keys: string[]) => ({ keep: 'keys', keys }) as const;
const numbersOf = (numbers: Record<string, number>) => ({ keep: 'numbers', numbers: Object.entries(numbers) }) as const;
const percent = (most: number) => ({ type: 'percent', most }) as const;
const absolute = (most: number) => ({ type: 'absolute', most }) as const;

describe('comparing snapshots', () => {
  it('names what is missing and what was added', () => {
    const { unexpected } = compareSnapshots(setOf('a', 'b', 'd'), setOf('b', 'c'), nothing, null);
    expect(unexpected.map(({ what, key }) => `${what} ${key}`)).toEqual(['missing a', 'missing d', 'added c']);
  });

  it('keeps what was declared beforehand apart, and only in its own direction', () => {
    const allowed = { added: ['trade.new.*'], missing: ['old'], changed: [] };
    const before = setOf('old', 'trade.new.x');
    const { expected, unexpected } = compareSnapshots(before, setOf('trade.new.y'), allowed, null);
    expect(expected.map(({ key }) => key)).toEqual(['old', 'trade.new.y']);
    expect(unexpected.map(({ what, key }) => `${what} ${key}`)).toEqual(['missing trade.new.x']);
  });

  it('says what a number was and is, unless it stayed within the tolerance', () => {
    const after = numbersOf({ orders: 106, queue: 10, jobs: 105 });
    const { unexpected } = compareSnapshots(
      numbersOf({ orders: 100, queue: 10, jobs: 100 }),
      after,
      nothing,
      percent(5),
    );
    expect(unexpected).toEqual([{ what: 'changed', key: 'orders', before: 100, after: 106 }]);
  });

  it('gives a name a tolerance of its own, or any', () => {
    const changed = [
      { names: 'orders', tolerance: percent(10) },
      { names: 'seen.*', tolerance: null },
    ];
    const before = numbersOf({ orders: 100, 'seen.a': 1, jobs: 1 });
    const after = numbersOf({ orders: 110, 'seen.a': 999, jobs: 2 });
    const { expected, unexpected } = compareSnapshots(before, after, { ...nothing, changed }, null);
    expect(expected.map(({ key }) => key)).toEqual(['orders', 'seen.a']);
    expect(unexpected.map(({ key }) => key)).toEqual(['jobs']);
  });

  it('tolerates nothing around zero by percentage, and everything within an absolute tolerance', () => {
    expect(within(0, 1, percent(100))).toBe(false);
    expect(within(0, 1, absolute(1))).toBe(true);
    expect(within(-100, -105, percent(5))).toBe(true);
    expect(within(100, 103, percent(3))).toBe(true);
    expect(within(0.1, 0.11, percent(10))).toBe(true);
    expect(within(100, 103.01, percent(3))).toBe(false);
  });

  it('finds each difference between any two sets exactly once', () => {
    const some = fc.uniqueArray(fc.string({ maxLength: 4 }), { maxLength: 40 });
    fc.assert(
      fc.property(some, some, (before, after) => {
        const { unexpected } = compareSnapshots(setOf(...before), setOf(...after), nothing, null);
        const mended = new Set(before);
        for (const { what, key } of unexpected) {
          if (what === 'missing') expect(mended.delete(key)).toBe(true);
          else expect(mended.has(key)).toBe(false);
          if (what === 'added') mended.add(key);
        }
        expect([...mended].sort()).toEqual([...after].sort());
      }),
    );
  });
});

describe('globs', () => {
  it('knows star and question mark, and takes everything else as it stands', () => {
    expect(fitsGlob('trade.new.orders', 'trade.new.*')).toBe(true);
    expect(fitsGlob('trade.old', 'trade.new.*')).toBe(false);
    expect(fitsGlob('axb', 'a?b')).toBe(true);
    expect(fitsGlob('a(b)+[c]', 'a(b)+[c]')).toBe(true);
    expect(fitsGlob('ab', 'a.b')).toBe(false);
    expect(fitsGlob('', '*')).toBe(true);
  });

  it('agrees with the regular expression it stands for', () => {
    const small = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(small, small, (glob, key) => {
        const body = [...glob].map((one) => (one === '*' ? '[^]*' : one === '?' ? '[^]' : one)).join('');
        expect(fitsGlob(key, glob)).toBe(new RegExp(`^${body}$`).test(key));
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers at once where a backtracking matcher would run for years', () => {
    const spent = processorTime();
    expect(fitsGlob(`${'a'.repeat(5_000)}b`, `${'a*'.repeat(500)}c`)).toBe(false);
    expect(spent()).toBeLessThan(1_000);
  });
});

describe('tolerances', () => {
  it('are written as a number or a percentage and read back the same', () => {
    expect(parseTolerance('5%')).toEqual(percent(5));
    expect(parseTolerance(10)).toEqual(absolute(10));
    expect(parseTolerance(' 0.5 % ')).toEqual(percent(0.5));
    for (const wrong of ['', '%', '-1', '5 percent', '1e3', 'NaN']) expect(parseTolerance(wrong)).toBeNull();
    expect(toleranceWords(percent(0.5))).toBe('0.5%');
  });
});
