import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseChecklist } from '../../../shared/checklist/parse.ts';
import { planSchema } from '../../../shared/checklist/plan.ts';
import { resolvePlan } from '../../../shared/checklist/resolve.ts';
import type { Checklist } from '../../../shared/checklist/schema.ts';
import { processorTime } from '../../helpers/processor-time.ts';
import { fixture } from './fixtures.ts';

const fixtures = [fixture('trade-core'), fixture('registry'), fixture('example-release')];

/** One way to spoil a text: at a place between 0 and 1, with some characters or a line from elsewhere in it. */
const damage = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'cut', 'indent', 'move-line', 'repeat-line', 'repeat-lots'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  piece: fc.oneof(
    fc.constantFrom(
      ...'\t:-?*&!|>%@`"\'{}[],#\n\r\0~=',
      '<<: ',
      '&a ',
      '*a',
      '!!map ',
      '${',
      '$${',
      '---\n',
      '- ',
      ': ',
      '\ufeff',
      '\ud800',
      '[[[[',
    ),
    fc.string({ maxLength: 5 }),
  ),
});
type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never;

function spoil(text: string, { kind, at, to, piece }: Damage): string {
  const offset = Math.floor(at * text.length);
  const lines = text.split('\n');
  const line = Math.floor(at * (lines.length - 1));
  const other = Math.floor(to * (lines.length - 1));
  switch (kind) {
    case 'insert':
      return text.slice(0, offset) + piece + text.slice(offset);
    case 'delete':
      return text.slice(0, offset) + text.slice(offset + Math.ceil(to * 10));
    case 'cut':
      return text.slice(0, offset);
    case 'indent':
      lines[line] = ' '.repeat(Math.floor(to * 6)) + (lines[line] ?? '').trimStart();
      return lines.join('\n');
    case 'move-line':
      lines.splice(other, 0, ...lines.splice(line, 1));
      return lines.join('\n');
    case 'repeat-line':
      lines.splice(other, 0, lines[line] ?? '');
      return lines.join('\n');
    default:
      return text.slice(0, offset) + piece.repeat(2_000) + text.slice(offset);
  }
}

describe('spoilt files', () => {
  test('never make the parser throw, hang, or point outside of the file', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), fc.array(damage, { minLength: 1, maxLength: 6 }), (text, damages) => {
        const spoilt = damages.reduce(spoil, text);
        const spent = processorTime();
        const { checklist, problems } = parseChecklist(spoilt, 'a.yaml');
        expect(spent()).toBeLessThan(5_000);
        expect(checklist === null).toBe(problems.some((problem) => problem.severity === 'error'));
        for (const name of Object.keys(checklist?.environments ?? {})) {
          const plan = resolvePlan(checklist as Checklist, name);
          expect(planSchema.parse(plan)).toEqual(plan);
        }
        const lines = spoilt.split('\n');
        for (const { line, column } of problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual([...(lines[line - 1] ?? '')].length + 1);
        }
      }),
      { numRuns: 120, endOnFailure: true },
    );
  }, 120_000);

  test.each([': ', '- ', '? ', '[', '{', '? - '])('nested without end by %j are refused', (piece) => {
    const { checklist, problems } = parseChecklist(`title: a\n${piece.repeat(20_000)}x\n`, 'a.yaml');
    expect(checklist).toBeNull();
    expect(problems.map((problem) => problem.code)).toContain('yaml-too-deep');
  });

  test('are judged the same each time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), fc.array(damage, { minLength: 1, maxLength: 4 }), (text, damages) => {
        const spoilt = damages.reduce(spoil, text);
        expect(parseChecklist(spoilt, 'a.yaml').problems).toEqual(parseChecklist(spoilt, 'a.yaml').problems);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  }, 60_000);
});

describe('text taken as written', () => {
  const start = 'checklist: 1\ntitle: 3.10\nversion: 2.10\nenvironments: { e: { hosts: { h: { address: 1.10 } } } }\n';
  test('numbers and yes or no stay the characters they are', () => {
    const { checklist } = parseChecklist(
      `${start}vars: { port: 0o17, on: true }\nphases:\n  - cold: 1\n    steps:\n      - { id: 007, title: A, on: h, run: true, verify: { command: false, expect: { stdout: { contains: [1.0], equals: 2.50 } } } }\n`,
      'a.yaml',
    );
    expect(checklist).toMatchObject({
      title: '3.10',
      version: '2.10',
      vars: { port: '0o17', on: 'true' },
      environments: { e: { hosts: { h: { address: '1.10' } } } },
      phases: [
        {
          cold: '1',
          steps: [
            {
              id: '007',
              run: 'true',
              verify: { command: 'false', expect: { stdout: { contains: ['1.0'], equals: '2.50' } } },
            },
          ],
        },
      ],
    });
  });

  test('numbers stay the characters they are in what an environment declares and a condition compares', () => {
    const { checklist } = parseChecklist(
      `checklist: 1
title: T
vars: { port: 3.10 }
environments: { e: { hosts: { h: { address: a, identity: { hostname: 007, file: /r, contains: 1.0 } } }, databases: { d: { engine: mysql, address: 1.10, port: 3306, schema: 2024, tls: true } } } }
phases:
  - cold: 1
    steps:
      - { id: a, title: A, on: h, run: x, when: { variable: port, equals: 3.10 }, point-of-no-return: 5.0 }
      - { id: b, title: B, on: h, run: x, when: { variable: port, in: [3.1, 3.10] } }
`,
      'a.yaml',
    );
    expect(checklist?.environments.e).toMatchObject({
      hosts: { h: { identity: { hostname: '007', contains: '1.0' } } },
      databases: { d: { address: '1.10', port: 3306, schema: '2024', tls: true } },
    });
    expect(checklist?.phases[0]?.steps).toMatchObject([
      { when: { equals: '3.10' }, 'point-of-no-return': '5.0' },
      { when: { in: ['3.1', '3.10'] } },
    ]);
  });

  test('numbers stay numbers where they are compared', () => {
    const { checklist } = parseChecklist(
      `${start}phases:\n  - cold: 1\n    steps:\n      - { id: a, title: A, on: h, run: { command: x, expect: { stdout: { number: { equals: 5 }, json: { $.title: 5, $.run: true } } } } }\n`,
      'a.yaml',
    );
    expect(checklist?.phases[0]?.steps[0]).toMatchObject({
      run: { expect: { stdout: { number: { equals: 5 }, json: { '$.title': 5, '$.run': true } } } },
    });
  });

  test('aliases are followed', () => {
    const { checklist } = parseChecklist(
      `${start}phases:\n  - cold: 1\n    steps:\n      - { id: a, title: A, on: h, run: &r { command: x, expect: { exit: 3 } } }\n      - { id: b, title: B, on: h, run: *r }\n`,
      'a.yaml',
    );
    expect(checklist?.phases[0]?.steps[1]).toMatchObject({ run: { command: 'x', expect: { exit: 3 } } });
  });
});
