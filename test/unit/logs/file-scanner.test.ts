import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { EventAssembler, type LogEvent } from '../../../shared/logs/event-assembler.ts';
import { FileScanner } from '../../../shared/logs/file-scanner.ts';
import { lineFinder, neededText } from '../../../shared/logs/text-patterns.ts';
import { errorLine, javaTrace, plainLine, pythonTrace } from './samples.ts';

const anyLine = fc.oneof(
  fc.constantFrom(
    ...[javaTrace(1), pythonTrace(2)].flatMap((text) => text.split('\n')),
    'com.foo.Broken: no class name we know',
    'java.lang.Exception',
    '  at Object.<anonymous> (/app/x.js:1:2)',
    'panic: x',
    '{"level":"error","msg":"x"}',
    '[crit] y',
  ),
  fc.nat(50).map(plainLine),
  fc.nat(50).map(errorLine),
  fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
);

/** Every line looked at one by one. */
function slowly(lines: readonly string[]): readonly LogEvent[] {
  const events: LogEvent[] = [];
  const assembler = new EventAssembler((event) => events.push(event));
  for (const [number, line] of lines.entries()) assembler.line(line, number, () => lines[number - 1] ?? null);
  assembler.end();
  return events;
}

function scanned(pieces: readonly (readonly string[])[]): readonly LogEvent[] {
  const events: LogEvent[] = [];
  const scanner = new FileScanner([], (event) => events.push(event));
  let number = 0;
  for (const lines of pieces) {
    scanner.scan(lines.map((line) => `${line}\n`).join(''), number);
    number += lines.length;
  }
  scanner.settle();
  return events;
}

describe('reading a file in pieces', () => {
  test('finds exactly what looking at every line finds, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyLine, { maxLength: 12 }), { maxLength: 6 }), (pieces) => {
        expect(scanned(pieces)).toEqual(slowly(pieces.flat()));
      }),
      { numRuns: 2_000 },
    );
  });

  test('lines that end with carriage return and newline read the same', () => {
    const lines = javaTrace(3).split('\n');
    expect(scanned([lines.map((line) => `${line}\r`)])).toEqual(scanned([lines]));
  });

  test('a line without end is looked at by its beginning', () => {
    const events = scanned([[`2026-11-20 22:04:13 ERROR ${'x'.repeat(5_000_000)}`], [plainLine(1)]]);
    expect(events).toHaveLength(1);
    expect(events[0]?.lines[0]?.length).toBeLessThan(20_000);
  });
});

describe('patterns', () => {
  const found = (test: 'contains' | 'matches', value: string, lines: readonly string[]): readonly number[] => {
    const numbers: number[] = [];
    const sought = {
      finder: lineFinder({ test, value }),
      onLine: (_: string, number: number) => numbers.push(number) > 0,
    };
    new FileScanner([sought], () => undefined).scan(lines.map((line) => `${line}\n`).join(''), 100);
    return numbers;
  };

  test('a text is meant letter by letter and each fitting line is told once, with its number', () => {
    expect(
      found('contains', '==> Preparing:', ['a', '==> Preparing: ==> Preparing:', 'b', 'x ==> Preparing:']),
    ).toEqual([101, 103]);
  });

  test('a regular expression is held against each line', () => {
    expect(
      found('matches', '^Server startup in \\[?\\d+', ['Server startup in [12] ms', 'no Server startup in 1']),
    ).toEqual([100]);
    expect(found('matches', '(?i)ready|done', ['READY', 'x', 'done'])).toEqual([100, 102]);
  });

  test.each([
    ['Server startup in \\[?\\d+', null],
    ['Server startup in .*ms', 'Server startup in '],
    ['foo\\.bar\\d+ long words$', ' long words'],
    ['a|abc', null],
    ['(abc)', null],
    ['abcd*', null],
    ['[abc]def', null],
    ['ab', null],
  ])('every match of %j contains %j', (expression, needed) => {
    expect(neededText(expression)).toBe(needed);
  });

  test('no line that matches is missed because of the words it is searched for', () => {
    const part = fc.constantFrom('abc', '\\.', '.', '.*', '\\d+', 'x', '\\b', ' ', '^', '$', '\\[', 'Y?', 'é', '\\w');
    const expression = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    const line = fc
      .array(fc.constantFrom('abc', '.', 'x', ' ', '[', '7', 'Y', 'é'), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(expression, line, (words, text) => {
        const needed = neededText(words);
        if (needed !== null && RE2JS.compile(words).matcher(text).find()) expect(text).toContain(needed);
      }),
      { numRuns: 3_000 },
    );
  });
});
