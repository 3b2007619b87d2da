import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactText } from '../../../electron/engine/output/redact-text.ts';
import { createMatcherSource, REDACTED, Redactor } from '../../../electron/engine/output/redactor.ts';

function redact(chunks: readonly Buffer[], secrets: readonly string[]): string {
  const redactor = new Redactor(createMatcherSource({ values: () => secrets }));
  return Buffer.concat([...chunks.map((chunk) => redactor.write(chunk)), redactor.end()]).toString('utf8');
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const size = sizes.length === 0 ? bytes.length : (sizes[n % sizes.length] ?? 1);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** Ways in which a program may print a secret; each is checked to hide it whatever stands around it. */
const spellings: Record<string, (secret: string) => string> = {
  raw: (s) => s,
  'base64, with padding': (s) => Buffer.from(s).toString('base64'),
  'base64, without padding': (s) => Buffer.from(s).toString('base64').replace(/=+$/, ''),
  base64url: (s) => Buffer.from(s).toString('base64url'),
  'base64 one byte later': (s) => Buffer.from(`:${s}`).toString('base64'),
  'base64 two bytes later': (s) => Buffer.from(`u:${s}`).toString('base64'),
  'base64 inside a longer text': (s) => Buffer.from(`user:${s}@host:22/path`).toString('base64'),
  'base64url inside a longer text': (s) => Buffer.from(`user:${s}~~~???`).toString('base64url'),
  'percent-encoded': (s) => encodeURIComponent(s),
  'percent-encoded, small letters': (s) => encodeURIComponent(s).replace(/%../g, (hex) => hex.toLowerCase()),
  'form-encoded': (s) => new URLSearchParams({ p: s }).toString().slice(2),
  json: (s) => JSON.stringify(s).slice(1, -1),
  hex: (s) => Buffer.from(s).toString('hex'),
  HEX: (s) => Buffer.from(s).toString('hex').toUpperCase(),
  'shell-quoted': (s) => s.replaceAll("'", `'\\''`),
};

const secret = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 40 }).filter((s) => Buffer.byteLength(s) >= 6);
const around = fc.string({ unit: 'grapheme-ascii', maxLength: 80 });
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 });

for (const [name, spell] of Object.entries(spellings)) {
  test(`no secret gets through as ${name}, however the output is cut`, () => {
    fc.assert(
      fc.property(secret, around, around, sizes, (value, before, after, chunkSizes) => {
        const text = `${before} ${spell(value)} ${after}`;
        const out = redact(cut(Buffer.from(text), chunkSizes), [value]);
        expect(out).toContain(REDACTED);
        // How it is cut must not matter.
        expect(out).toBe(redact([Buffer.from(text)], [value]));
        if (!`${before} ${after}${REDACTED}`.includes(value)) expect(out).not.toContain(value);
      }),
      { numRuns: 150 },
    );
  });
}

test('text of two bytes a letter hides the secret too, in either order and however it is cut', () => {
  fc.assert(
    fc.property(secret, sizes, (value, chunkSizes) => {
      const little = Buffer.from(`pass=${value};`, 'utf16le');
      for (const bytes of [little, Buffer.from(little).swap16()]) {
        const out = redact(cut(bytes, chunkSizes), [value]);
        expect(out).toContain(REDACTED);
        expect(out.replaceAll('\0', '')).not.toContain(value);
      }
    }),
    { numRuns: 100 },
  );
});

test('what stands around a secret is left alone', () => {
  expect(redact([Buffer.from('user=ada pass=s3cret! host=x')], ['s3cret!'])).toBe('user=ada pass=•••• host=x');
});

test('the digits of base64 that hold some bits of the secret are hidden with it', () => {
  const value = 'correct horse';
  for (const before of ['', 'x', 'xy', 'xyz']) {
    for (const after of ['', 'a', 'ab', 'abc']) {
      const line = Buffer.from(before + value + after).toString('base64');
      const out = redact([Buffer.from(line)], [value]);
      const left = out.indexOf(REDACTED);
      expect(out.slice(0, left)).toBe(
        Buffer.from(before)
          .toString('base64')
          .slice(0, Math.floor((before.length * 8) / 6)),
      );
      const [, right = ''] = out.split(REDACTED);
      const bitsAfter =
        (before.length + value.length + after.length) * 8 - Math.ceil(((before.length + value.length) * 8) / 6) * 6;
      expect(right.replace(/=+$/, '').length).toBeLessThanOrEqual(Math.max(0, Math.ceil(bitsAfter / 6)));
    }
  }
});

test('base64 that a tool broke into lines hides the secret too', () => {
  for (const [width, newline] of [
    [76, '\n'],
    [64, '\r\n'],
  ] as const) {
    for (let before = 0; before < 90; before += 1) {
      const plain = `${'p'.repeat(before)}correct horse battery staple${'q'.repeat(60)}`;
      const digits = Buffer.from(plain).toString('base64');
      const lines = digits.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
      const out = redact([Buffer.from(lines.join(newline))], ['correct horse battery staple']);
      expect(out).toContain(REDACTED);
      expect(Buffer.from(out.replace(/[^A-Za-z0-9+/=]/g, ''), 'base64').toString('latin1')).not.toContain('horse');
    }
  }
});

test('overlapping secrets leave nothing of either', () => {
  const text = Buffer.from('<abcdefghi>');
  for (let size = 1; size <= text.length; size += 1) {
    expect(redact(cut(text, [size]), ['abcdef', 'defghi'])).toBe(`<${REDACTED}>`);
  }
});

test('random secrets over a tiny alphabet: every occurrence is hidden and nothing else, in any chunks', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(letters, { maxLength: 4 }),
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.'), maxLength: 60 }),
      sizes,
      (secrets, text, chunkSizes) => {
        const hidden = new Array<boolean>(text.length).fill(false);
        for (const one of secrets) {
          for (let at = text.indexOf(one); at !== -1; at = text.indexOf(one, at + 1))
            hidden.fill(true, at, at + one.length);
        }
        const out = redact(cut(Buffer.from(text), chunkSizes), secrets);
        const visible = [...text].filter((_, index) => !hidden[index]).join('');
        expect(out.replaceAll(REDACTED, '')).toBe(visible);
      },
    ),
    { numRuns: 500 },
  );
});

test('a secret learnt in the middle of an output is hidden from then on', () => {
  const secrets: string[] = [];
  const redactor = new Redactor(createMatcherSource({ values: () => secrets }));
  expect(redactor.write(Buffer.from('token-1 ')).toString()).toBe('token-1 ');
  secrets.push('token-1');
  expect(redactor.write(Buffer.from('token-1 ')).toString()).toBe('•••• ');
});

test('output that cannot be the beginning of a secret is not held back', () => {
  const redactor = new Redactor(createMatcherSource({ values: () => ['hunter22', 'a very long secret indeed'] }));
  expect(redactor.write(Buffer.from('Proceed? [y/N] ')).toString()).toBe('Proceed? [y/N] ');
});

test('a single text is redacted like a stream', () => {
  expect(redactText('x hunter22 y aHVudGVyMjI= z', ['hunter22'])).toMatch(/^x •••• y ••••=? z$/);
  expect(redactText('plain', [])).toBe('plain');
});
