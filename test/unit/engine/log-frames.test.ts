import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FollowedFile, followScript } from '../../../electron/engine/steps/log-follow-script.ts';
import { type FollowWord, FrameReader, parseWord } from '../../../electron/engine/steps/log-frames.ts';
import { LogLines } from '../../../electron/engine/steps/log-lines.ts';
import { LogPlace } from '../../../electron/engine/steps/log-place.ts';

const token = 'aaaabbbb';

/** What a reader hears of a stream that comes in these chunks: data joined between words. */
function heard(chunks: readonly Buffer[]): readonly (string | FollowWord)[] {
  const all: (string | FollowWord)[] = [];
  const reader = new FrameReader(
    token,
    (bytes) => {
      const last = all.at(-1);
      if (typeof last === 'string') all[all.length - 1] = last + bytes.toString('latin1');
      else all.push(bytes.toString('latin1'));
    },
    (word) => all.push(word),
  );
  for (const chunk of chunks) reader.write(chunk);
  return all;
}

const words = [`\u001e${token} d 1\n`, `\u001e${token} o 0 12345 100 56\n`, `\u001e${token} .\n`, `\u001e${token} t\n`];
const noise = ['line\n', 'no end', '\u001e', `\u001e${token}`, `\u001e${token} x\n`, '\u0000\u00ff', '\u001eaaaa'];

describe('what a follower says', () => {
  test('is told from what the files say, however the stream is cut', () => {
    const part = fc.constantFrom(...words, ...noise);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(200), { maxLength: 8 }), (parts, cuts) => {
        // A word at the end: what could become one is held back until something decides it.
        const whole = Buffer.from(`${parts.join('')}${words[2]}`, 'latin1');
        const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const chunks = places.slice(1).map((end, index) => whole.subarray(places[index] ?? 0, end));
        expect(heard(chunks)).toEqual(heard([whole]));
      }),
    );
  });

  test('a log cannot speak for it without the token', () => {
    expect(heard([Buffer.from('\u001eaaaacccc t\n')])).toEqual(['\u001eaaaacccc t\n']);
    const [line] = followScript([{ path: '/a', from: { type: 'now' } }], null, { a: 'aaaa', b: 'bbbb' }).split('\n');
    expect(line).not.toContain(token);
  });

  test('anything but its own words is no word', () => {
    expect(['d', 'd x', 'd 1 2', 'o 0 1 2', 'g 0 why', 'p', 't 1', '. 1', ''].map(parseWord)).toEqual(
      Array(9).fill(null),
    );
    expect(parseWord('p -')).toEqual({ type: 'pid', pid: '-' });
  });

  test('no file name becomes part of the script', () => {
    const files: FollowedFile[] = [{ path: "/a'; rm -rf /; '$(x)`y`", from: { type: 'start-of-file' } }];
    expect(followScript(files, "/p'q", { a: 'a', b: 'b' })).toContain(
      `begin 0 '/a'\\''; rm -rf /; '\\''$(x)\`y\`' start`,
    );
  });
});

describe('the place in a file', () => {
  const position = { inode: '7', offset: 4, checked: 4, sha256: '' };

  test('goes on behind what was read, and knows when that has changed', () => {
    const first = new LogPlace(null);
    first.opened('7', 0, 0);
    first.take(Buffer.from('abcd'));
    const noted = first.position();
    expect(noted).toMatchObject({ inode: '7', offset: 4, checked: 4 });
    const again = new LogPlace(noted);
    again.opened('7', 0, 4);
    expect(again.take(Buffer.from('ab'))).toEqual({ fresh: Buffer.alloc(0), mismatch: false });
    expect(again.take(Buffer.from('cdef'))).toEqual({ fresh: Buffer.from('ef'), mismatch: false });
    expect(again.position()).toMatchObject({ offset: 6, checked: 6 });
    const other = new LogPlace(noted);
    other.opened('7', 0, 4);
    expect(other.take(Buffer.from('abXdef')).mismatch).toBe(true);
  });

  test('begins at nothing when the file is replaced', () => {
    const place = new LogPlace({ ...position, sha256: 'x' });
    place.replaced('8');
    place.take(Buffer.from('new'));
    expect(place.position()).toMatchObject({ inode: '8', offset: 3, checked: 3 });
  });
});

describe('several files in one recording', () => {
  const write = (steps: readonly (readonly [number, string])[], paths = ['/a', '/b']) => {
    const recorded: Buffer[] = [];
    const events: string[] = [];
    const lines = new LogLines(
      paths,
      [],
      (event, path) => events.push(`${path}:${event.first}-${event.last}`),
      (bytes) => recorded.push(bytes),
    );
    for (const [file, text] of steps) lines.write(file, Buffer.from(text));
    for (const file of paths.keys()) lines.close(file);
    return { text: Buffer.concat(recorded).toString(), events, lines };
  };

  test('are told apart by headings, whole lines only, and numbered as they stand there', () => {
    const { text, events, lines } = write([
      [0, 'one\nERROR tw'],
      [1, 'ERROR b\n'],
      [0, 'o\nthree'],
    ]);
    expect(text.split('\n')).toEqual([
      '==> /a <==',
      'one',
      '==> /b <==',
      'ERROR b',
      '==> /a <==',
      'ERROR two',
      'three',
      '',
    ]);
    expect(events.sort()).toEqual(['/a:5-5', '/b:3-3']);
    expect([lines.lines, lines.bytes]).toEqual([4, 27]);
  });

  test('a line of ten megabytes is recorded whole in bounded memory, and does not shift the numbers behind it', () => {
    const long = Array.from({ length: 160 }, (): [number, string] => [0, 'x'.repeat(65_536)]);
    const { text, events } = write([[0, 'ERROR a\n'], ...long, [0, ' ERROR in its tail\nERROR b\n']], ['/a']);
    expect(text).toBe(`ERROR a\n${'x'.repeat(160 * 65_536)} ERROR in its tail\nERROR b\n`);
    expect(events).toEqual(['/a:0-0', '/a:2-2']);
  });
});
