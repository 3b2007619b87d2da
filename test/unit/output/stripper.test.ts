import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineBuilder } from '../../../shared/output/line-builder.ts';
import { stripTerminal } from '../../../shared/output/strip-terminal.ts';
import { createStripper } from '../../../shared/output/stripper.ts';

const bits = fc.constantFrom(
  '\u001b',
  '[',
  ']',
  '0;',
  'P',
  '\u0007',
  '\u001b\\',
  '\\',
  'm',
  '31',
  'a',
  '世',
  '\n',
  '\r',
  '\u009b',
  '\u009d',
  '\u009c',
  ' ',
  '(',
  'B',
  '\b',
  '\u0000',
  '\u0090',
);
const noisy = fc.array(bits, { maxLength: 40 }).map((parts) => parts.join(''));

test('however terminal output is cut into pieces, the plain text is the same', () => {
  fc.assert(
    fc.property(noisy, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 10 }), (text, sizes) => {
      const stripper = createStripper();
      let out = '';
      for (let at = 0, n = 0; at < text.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1;
        out += stripper.write(text.slice(at, at + size));
        at += size;
      }
      expect(out).toBe(createStripper().write(text));
    }),
    { numRuns: 3_000 },
  );
});

test('no control character but newline and tab survives', () => {
  fc.assert(
    fc.property(noisy, (text) => {
      const control = [...stripTerminal(text)].find((c) => c !== '\n' && c !== '\t' && /\p{Cc}/u.test(c));
      expect(control).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
});

test('a title that never ends is swallowed without being kept', () => {
  const stripper = createStripper();
  stripper.write('\u001b]0;');
  for (let n = 0; n < 1_000; n += 1) expect(stripper.write('x'.repeat(1_000))).toBe('');
  expect(stripper.state()).toBe('string');
  expect(stripper.write('x\u0007shown')).toBe('shown');
});

test('an unfinished sequence hides nothing beyond its line', () => {
  expect(stripTerminal('a\u001b]0;title\nb\u001b[31\nc\u0090x\nd')).toBe('a\nb\nc\nd');
});

test('a line longer than the limit keeps its beginning and says how much is missing', () => {
  const builder = new LineBuilder(5);
  const lines: unknown[] = [];
  builder.write('abc', (line) => lines.push(line));
  builder.write('defgh\nxy', (line) => lines.push(line));
  expect(lines).toEqual([{ text: 'abcde', cut: 3 }]);
  expect(builder.open()).toEqual({ text: 'xy', cut: 0 });
});
