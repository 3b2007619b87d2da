import { describe, expect, test } from 'vitest';
import { evaluate, type Observed } from '../../../shared/steps/evaluate.ts';
import type { TextExpectation } from '../../../shared/steps/expectations.ts';
import { describe as describeAction } from '../../../shared/steps/index.ts';
import { parseJsonPath } from '../../../shared/steps/json-path.ts';
import { createTranslator } from '../../../shared/text/translate.ts';

const stream = (text: string, complete = true) => ({ text, complete, lines: text.split('\n').length - 1 });
const seen = (text: string, more: Partial<Observed> = {}): Observed => ({
  exit: { code: 0, signal: null },
  stdout: stream(text),
  stderr: stream(''),
  ...more,
});
const holds = (wanted: TextExpectation, text: string, complete = true) =>
  evaluate({ exit: null, stdout: [wanted], stderr: [] }, seen('', { stdout: stream(text, complete) })).checks[1]?.holds;

const json = '{"a":{"b":[{"x y":5}]},"n":null,"s":"5"}';
const table: readonly (readonly [string, TextExpectation, string, boolean | null, boolean | null])[] = [
  ['equals, blanks aside', { test: 'equals', value: 'up' }, ' up\n', true, null],
  ['equals something else', { test: 'equals', value: 'up' }, 'down', false, false],
  ['contains', { test: 'contains', value: 'UP' }, 'it is UP', true, true],
  ['contains not', { test: 'contains', value: 'UP' }, 'down', false, null],
  ['lacks', { test: 'lacks', value: 'ERROR' }, 'fine', true, null],
  ['lacks not', { test: 'lacks', value: 'ERROR' }, 'an ERROR', false, false],
  ['matches', { test: 'matches', value: '(?m)^b$' }, 'a\nb\nc', true, true],
  ['matches at the very end', { test: 'matches', value: 'c$' }, 'a\nb\nc', true, null],
  ['matches not', { test: 'matches', value: 'x+' }, 'abc', false, null],
  ['number', { test: 'number', compare: { 'at-least': 3, below: 4 } }, ' 3.5\n', true, null],
  ['number out of bounds', { test: 'number', compare: { above: 4 } }, '4', false, null],
  ['number that is none', { test: 'number', compare: { above: 4 } }, '83%', false, null],
  ['number of nothing', { test: 'number', compare: { equals: 0 } }, '', false, null],
  ['lines', { test: 'lines', compare: { equals: 2 } }, 'a\nb\n', true, null],
  ['lines without a last newline', { test: 'lines', compare: { equals: 2 } }, 'a\nb', true, null],
  ['no lines', { test: 'lines', compare: { equals: 0 } }, '', true, null],
  ['at least so many lines', { test: 'lines', compare: { 'at-least': 2 } }, 'a\nb\n', true, true],
  ['too many lines', { test: 'lines', compare: { 'at-most': 1 } }, 'a\nb\n', false, false],
  ['a number in JSON', { test: 'json', path: '$.a.b[0]["x y"]', equals: 5 }, json, true, null],
  ['a comparison in JSON', { test: 'json', path: '$.a.b[0]["x y"]', compare: { above: 5 } }, json, false, null],
  ['null in JSON', { test: 'json', path: '$.n', equals: null }, json, true, null],
  ['a text is not a number', { test: 'json', path: '$.s', equals: 5 }, json, false, null],
  ['nothing at the path', { test: 'json', path: '$.constructor', equals: 5 }, json, false, null],
  ['no JSON', { test: 'json', path: '$.a', equals: 5 }, 'oops', false, null],
];

describe('an expectation', () => {
  test.each(table)('%s', (_name, wanted, text, whole, cut) => {
    expect(holds(wanted, text)).toBe(whole);
    expect(holds(wanted, text, false)).toBe(cut);
  });

  test('says what was expected and what was found', () => {
    const { checks } = evaluate(
      { exit: [0, 3], stdout: [{ test: 'contains', value: 'UP' }], stderr: [] },
      seen('a\nit is UP now\nb'),
    );
    expect(checks).toEqual([
      { subject: 'exit', expected: '0 or 3', found: '0', holds: true },
      { subject: 'stdout', expected: 'contains "UP"', found: 'it is UP now', holds: true },
    ]);
  });

  test('of endless output stays short', () => {
    const { checks } = evaluate(
      { exit: [0], stdout: [{ test: 'equals', value: 'y'.repeat(5_000) }], stderr: [] },
      seen('x'.repeat(100_000)),
    );
    expect(checks[1]?.found.length).toBeLessThanOrEqual(2_000);
    expect(checks[1]?.expected.length).toBeLessThanOrEqual(2_000);
  });
});

describe('a verdict', () => {
  const expectations = { exit: [0], stdout: [{ test: 'contains', value: 'UP' } as const], stderr: [] };

  test('is passed when everything holds, failed when anything does not', () => {
    expect(evaluate(expectations, seen('UP')).verdict).toBe('passed');
    expect(evaluate(expectations, seen('down')).verdict).toBe('failed');
    expect(evaluate(expectations, seen('UP', { exit: { code: 1, signal: null } })).verdict).toBe('failed');
    expect(evaluate(expectations, seen('UP', { exit: { code: null, signal: 'KILL' } })).verdict).toBe('failed');
  });

  test('is inconclusive when the capture was cut before it could be decided', () => {
    expect(evaluate(expectations, seen('', { stdout: stream('down', false) })).verdict).toBe('inconclusive');
    expect(
      evaluate(expectations, seen('', { stdout: stream('down', false), exit: { code: 1, signal: null } })).verdict,
    ).toBe('failed');
  });

  test('is inconclusive when the end was not seen, whatever was printed', () => {
    expect(evaluate(expectations, seen('UP', { exit: null })).verdict).toBe('inconclusive');
    expect(evaluate({ ...expectations, exit: null }, seen('UP', { exit: null })).verdict).toBe('inconclusive');
  });
});

test('a JSON path is small and strict', () => {
  expect(parseJsonPath('$')).toEqual([]);
  expect(parseJsonPath('$.a.b-c[10]["x\\"y"]')).toEqual(['a', 'b-c', 10, 'x"y']);
  for (const wrong of ['', 'a', '.a', '$a', '$.', '$..a', '$[a]', '$[-1]', '$[*]', '$.a b', "$['a']", '$["a]']) {
    expect(parseJsonPath(wrong), wrong).toBeNull();
  }
});

test.each(['en', 'zh'] as const)('%s: an action reads in short lines without a gap', (language) => {
  const instance = createTranslator(language);
  const probe = {
    kind: 'run',
    command: 'ls',
    secrets: [],
    sudo: 'root',
    pty: false,
    timeoutMs: 60_000,
    expect: { exit: [0], stdout: [{ test: 'lines', compare: { 'at-least': 2 } }], stderr: [] },
  } as const;
  const actions = [
    { kind: 'manual', evidence: [{ name: 'a', type: 'choice', label: 'A', options: ['x', 'y'], required: true }] },
    { ...probe, secrets: [] },
    { kind: 'wait', mode: { type: 'for', ms: 90_000 } },
    { kind: 'wait', mode: { type: 'until', probe, everyMs: 1_000, withinMs: 5_000 } },
    { kind: 'wait', mode: { type: 'settled', probe, everyMs: 1_000, withinMs: 5_000, forMs: 2_000 } },
  ];
  for (const action of actions) {
    const lines = describeAction(action as never, (key, params) => instance.t(`steps:${key}`, { ...params }));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toMatch(/steps:|\{\{|undefined/);
  }
});
