import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchesOf, partOf } from '../../../shared/checklist/batches.ts';
import { actionFor } from '../../../shared/checklist/plan-lookup.ts';
import { command, step } from '../../helpers/plans.ts';

const hosts = (count: number) => Array.from({ length: count }, (_, index) => `h${index + 1}`);

describe('hosts in batches', () => {
  const rows: readonly (readonly [string, Parameters<typeof batchesOf>, readonly (readonly string[])[]])[] = [
    ['a canary, then the rest', [hosts(4), { canary: 1, size: null, order: [] }], [['h1'], ['h2', 'h3', 'h4']]],
    ['a canary, then by size', [hosts(4), { canary: 1, size: 2, order: [] }], [['h1'], ['h2', 'h3'], ['h4']]],
    [
      'a share of all, rounded up',
      [hosts(5), { canary: 0, size: { percent: 25 }, order: [] }],
      [['h1', 'h2'], ['h3', 'h4'], ['h5']],
    ],
    ['a share of less than one host', [hosts(2), { canary: 0, size: { percent: 1 }, order: [] }], [['h1'], ['h2']]],
    [
      'group after group',
      [hosts(4), { canary: 0, size: null, order: [['h3', 'h2'], ['h4']] }],
      [['h2', 'h3'], ['h4'], ['h1']],
    ],
    [
      'the canary from the first group, and no batch of two groups',
      [
        hosts(5),
        {
          canary: 1,
          size: 2,
          order: [
            ['h1', 'h2'],
            ['h3', 'h4', 'h5'],
          ],
        },
      ],
      [['h1'], ['h2'], ['h3', 'h4'], ['h5']],
    ],
    [
      'a group of hosts that are not meant',
      [hosts(2), { canary: 1, size: null, order: [['x'], ['h2']] }],
      [['h2'], ['h1']],
    ],
    ['a canary larger than all', [hosts(2), { canary: 9, size: 1, order: [] }], [['h1', 'h2']]],
    ['no hosts', [[], { canary: 1, size: 2, order: [] }], []],
  ];
  test.each(rows)('%s', (_name, [targets, shape], expected) => {
    expect(batchesOf(targets, shape)).toEqual(expected);
  });

  test('every host comes exactly once, in its group, and no batch is empty or too large', () => {
    const shape = fc.record({
      canary: fc.nat(5),
      size: fc.oneof(
        fc.constant(null),
        fc.integer({ min: 1, max: 6 }),
        fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
      ),
      order: fc.array(fc.uniqueArray(fc.constantFrom(...hosts(20)), { maxLength: 8 }), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...hosts(20)), { maxLength: 20 }), shape, (targets, wanted) => {
        const batches = batchesOf(targets, wanted);
        expect(batches.flat().sort()).toEqual([...targets].sort());
        expect(batches.every((batch) => batch.length > 0)).toBe(true);
        const rankOf = (host: string) => {
          const at = wanted.order.findIndex((group) => group.includes(host));
          return at === -1 ? wanted.order.length : at;
        };
        const ranks = batches.flat().map(rankOf);
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
        const afterCanary = wanted.canary > 0 ? batches.slice(1) : batches;
        if (wanted.canary > 0 && targets.length > 0)
          expect(batches[0]).toHaveLength(Math.min(wanted.canary, targets.length));
        for (const batch of afterCanary) {
          expect(new Set(batch.map(rankOf)).size).toBe(1);
          if (typeof wanted.size === 'number') expect(batch.length).toBeLessThanOrEqual(wanted.size);
        }
      }),
    );
  });
});

describe('the part of a step in one batch', () => {
  test('does on each of its hosts exactly what the whole step does there', () => {
    const words = fc.constantFrom('a', 'b', 'c').map((text) => command(text));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...hosts(6)), { minLength: 1 }),
        words,
        fc.dictionary(fc.constantFrom(...hosts(6)), words),
        fc.nat(5),
        (targets, action, perTarget, count) => {
          const undo = { action, perTarget, plannedMs: null };
          const whole = step('s', { targets, action, perTarget, verify: { action, perTarget }, rollback: undo });
          const chosen = targets.slice(0, count + 1);
          const part = partOf(whole, chosen, 's~2', { index: 2, of: 3, ceiling: null });
          expect(part).toMatchObject({ id: 's~2', targets: chosen, batch: { index: 2, of: 3 } });
          for (const target of chosen) {
            expect(actionFor(part, target)).toEqual(actionFor(whole, target));
            const { verify, rollback } = part;
            expect(verify?.perTarget[target] ?? verify?.action).toEqual(actionFor(whole, target));
            expect(rollback?.perTarget[target] ?? rollback?.action).toEqual(actionFor(whole, target));
          }
          expect(Object.keys(part.perTarget).every((name) => chosen.slice(1).includes(name))).toBe(true);
        },
      ),
    );
  });
});
