import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOutputStore } from '../../../electron/engine/output/output-store.ts';
import { readLines, searchLines, tailText } from '../../../electron/engine/output/read-recording.ts';
import type { OutputSink } from '../../../electron/engine/ports.ts';
import { stripTerminal } from '../../../shared/output/strip-terminal.ts';
import { processorTime } from '../../helpers/processor-time.ts';
import { removeFolder, tempFolder, testClock } from '../journal/sample-run.ts';

let folder: string;
let sink: OutputSink;

beforeEach(async () => {
  folder = await tempFolder();
  const store = createOutputStore({ folder, clock: testClock(), secrets: { values: () => [] }, tap: () => undefined });
  sink = await store.open('a1', 'test');
});
afterEach(() => removeFolder(folder));

const write = async (text: string) => sink.write('stdout', Buffer.from(text));

test('300,000 lines are paged anywhere, each page quickly once the recording was indexed', async () => {
  for (let block = 0; block < 300; block += 1) {
    await write(
      Array.from({ length: 1_000 }, (_, n) => `line ${block * 1_000 + n} \u001b[31mred\u001b[0m\r\n`).join(''),
    );
  }
  await sink.seal(0);
  expect((await readLines(folder, 'a1', 0, 1)).total).toBe(300_000);
  const spent = processorTime();
  for (const first of [299_990, 0, 150_000, 77_777, 299_999, 1_000, 999]) {
    const page = await readLines(folder, 'a1', first, 10);
    expect(page.first).toBe(first);
    expect(page.lines[0]).toBe(`line ${first} red`);
    expect(page.lines).toHaveLength(Math.min(10, 300_000 - first));
  }
  expect(spent() / 7).toBeLessThan(100);
  expect((await readLines(folder, 'a1', 300_000, 10)).lines).toEqual([]);
  expect(await searchLines(folder, 'a1', 'LINE 123456 RED')).toEqual({ matches: [123_456], truncated: false });
  const many = await searchLines(folder, 'a1', 'red');
  expect(many.matches).toHaveLength(1_000);
  expect(many.truncated).toBe(true);
});

test('a recording that grows is read on from where the index ended, the line that has begun included', async () => {
  expect(await readLines(folder, 'a2', 0, 10)).toEqual({ lines: [], first: 0, total: 0 });
  await write(`${'x'.repeat(70_000)}\npart`);
  await write('');
  await expect.poll(() => readLines(folder, 'a1', 1, 10)).toEqual({ lines: ['part'], first: 1, total: 2 });
  await write('ial\nlast');
  await sink.seal(0);
  expect(await readLines(folder, 'a1', 1, 10)).toEqual({ lines: ['partial', 'last'], first: 1, total: 3 });
});

test('a line of 200 MB is cut where it is shown, searched to its end, and never held whole', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'abcdefgh');
  for (let n = 0; n < 200; n += 1) await sink.write('stdout', piece);
  await write('needle\nnext\n');
  await sink.seal(0);
  const before = process.memoryUsage();
  const page = await readLines(folder, 'a1', 0, 5);
  expect(page.total).toBe(2);
  expect(page.lines).toEqual([`${'abcdefgh'.repeat(500)} … +${200 * 1024 * 1024 + 6 - 4_000}`, 'next']);
  expect(await searchLines(folder, 'a1', 'hneedle')).toEqual({ matches: [0], truncated: false });
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(150 * 1024 * 1024);
}, 60_000);

test('the tail is what the terminal got last, and says when there is more before it', async () => {
  await write('first\n\u001b[1mbold\u001b[0m');
  await sink.seal(0);
  expect(await tailText(folder, 'a1', 1_000)).toEqual({ text: 'first\n\u001b[1mbold\u001b[0m', skipped: 0 });
  const short = await tailText(folder, 'a1', 14);
  expect(short.text).toBe('\u001b[1mbold\u001b[0m');
  expect(short.skipped).toBeGreaterThan(0);
  expect(await tailText(folder, 'none', 10)).toEqual({ text: '', skipped: 0 });
});

test('a spoiled recording is shown as far as it makes sense', async () => {
  await write('good\n');
  await sink.seal(0);
  const path = join(folder, 'output', 'a1.cast');
  await writeFile(path, '{"version":3}\nnonsense\n[0.1,"o","fine\\n"]\n[0.1,"o"]\n\xff\n[0.1,"o","end"]\n', 'latin1');
  expect((await readLines(folder, 'a1', 0, 10)).lines).toEqual(['fine', 'end']);
});

test('escape sequences are taken out of plain text whatever they try', () => {
  expect(
    stripTerminal('\u001b]0;evil title\u0007a\u001b]52;c;ZXZpbA==\u001b\\b\u001b[2J\u001b[1;31mc\u001bPq#0\u001b\\d'),
  ).toBe('abcd');
  expect(stripTerminal('x\u001b[c\u001b[6n\u0005y\u0000\u0007z\u009b31mw')).toBe('xyzw');
  expect(stripTerminal('10%\r50%\r100%\ndone')).toBe('100%\ndone');
  expect(stripTerminal('abc\b\bX')).toBe('aXc');
  expect(stripTerminal('one\r\ntwo\ttabs 世界😀')).toBe('one\ntwo\ttabs 世界😀');
  expect(stripTerminal('cut\u001b[3')).toBe('cut');
  expect(stripTerminal('cut\u001b]0;half a title')).toBe('cut');
});
