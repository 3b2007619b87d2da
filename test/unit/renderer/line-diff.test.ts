import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../../renderer/model/line-diff.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 30 })
  .map((lines) => lines.join('\n'));

describe('comparing two texts line by line', () => {
  it('shows what went and what came, with a few lines around', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const rows = lineDiff(before.join('\n'), before.with(10, 'line ten').join('\n'));
    expect(rows).toEqual([
      { type: 'skipped', count: 7 },
      ...[7, 8, 9].map((index) => ({ type: 'same', text: `line ${index}` })),
      { type: 'gone', text: 'line 10' },
      { type: 'new', text: 'line ten' },
      ...[11, 12, 13].map((index) => ({ type: 'same', text: `line ${index}` })),
      { type: 'skipped', count: 6 },
    ]);
  });

  it('loses no line of either side', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const rows = lineDiff(before, after) ?? [];
        const count = (types: readonly string[]): number =>
          rows.reduce((sum, row) => {
            if (row.type === 'skipped') return sum + row.count;
            return types.includes(row.type) ? sum + 1 : sum;
          }, 0);
        expect(count(['same', 'gone'])).toBe(before.split('\n').length);
        expect(count(['same', 'new'])).toBe(after.split('\n').length);
        const changed = (type: string, side: string) =>
          rows.every((row) => row.type === 'skipped' || row.type !== type || side.split('\n').includes(row.text));
        expect(changed('gone', before) && changed('new', after)).toBe(true);
      }),
    );
  });

  it('says so instead of holding up the screen when the texts are too long', () => {
    const long = (word: string): string => Array.from({ length: 3_000 }, (_, index) => `${word} ${index}`).join('\n');
    expect(lineDiff(long('a'), long('b'))).toBeNull();
  });
});
