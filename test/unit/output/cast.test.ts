import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_BYTES, LONGEST_LINE, parseCastEvent, writeCastOutput } from '../../../electron/engine/output/cast.ts';

function line(ms: number, text: Buffer): string {
  const page = Buffer.alloc(LONGEST_LINE + 3);
  return page.subarray(3, writeCastOutput(ms, text, page, 3)).toString();
}

describe('an output event', () => {
  it('is byte for byte what JSON.stringify would write', () => {
    const part = fc.oneof(...(['binary', 'grapheme', 'binary-ascii'] as const).map((unit) => fc.string({ unit })));
    fc.assert(
      fc.property(fc.array(part), fc.integer({ min: 0, max: 1e9 }), (parts, ms) => {
        const text = parts.join('');
        expect(line(ms, Buffer.from(text))).toBe(`[${(ms / 1_000).toFixed(3)},"o",${JSON.stringify(text)}]\n`);
        expect(parseCastEvent(line(ms, Buffer.from(text)))).toEqual({ interval: ms / 1_000, code: 'o', data: text });
      }),
    );
  });

  it('has room for the longest event of nothing but control characters', () => {
    const worst = Buffer.alloc(EVENT_BYTES, 1);
    expect(JSON.parse(line(1e9, worst))[2]).toBe(worst.toString());
  });
});
