import { createHash } from 'node:crypto';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOutputStore } from '../../../electron/engine/output/output-store.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { removeFolder, tempFolder, testClock } from '../journal/sample-run.ts';

let folder: string;
let shown: { data: string; skipped: number }[];
let values: string[];

beforeEach(async () => {
  folder = await tempFolder();
  shown = [];
  values = [];
});
afterEach(() => removeFolder(folder));

const store = () =>
  createOutputStore({
    folder,
    clock: testClock(),
    secrets: { values: () => values },
    tap: (chunk) => shown.push(chunk),
  });

async function events(attempt = 'a1'): Promise<unknown[][]> {
  const lines = (await readFile(join(folder, 'output', `${attempt}.cast`), 'utf8')).trimEnd().split('\n');
  return lines.slice(1).map((line) => JSON.parse(line) as unknown[]);
}

const output = (list: unknown[][]) =>
  list
    .filter(([, code]) => code === 'o')
    .map(([, , data]) => data)
    .join('');

test('a recording is asciicast v3: header, output with relative times, exit code; sealed by its hash', async () => {
  const sink = await store().open('a1', 'uname -a');
  await sink.write('stdout', Buffer.from('one\ntwo '));
  await sink.write('stderr', Buffer.from('three\n'));
  const seal = await sink.seal(3);
  const bytes = await readFile(join(folder, 'output', 'a1.cast'));
  const [header] = bytes.toString('utf8').split('\n');
  expect(JSON.parse(header ?? '')).toEqual({
    version: 3,
    term: { cols: 80, rows: 24 },
    timestamp: 1_795_183_200,
    title: 'uname -a',
  });
  const all = await events();
  expect(output(all)).toBe('one\ntwo three\n');
  expect(all.at(-1)).toEqual([expect.any(Number), 'x', '3']);
  expect(all.every(([interval]) => typeof interval === 'number' && interval >= 0 && interval < 1)).toBe(true);
  expect(seal).toEqual({
    path: 'output/a1.cast',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    lines: 2,
    tail: 'one\ntwo three\n',
    undecodable: 0,
  });
  expect(sink.captured('stdout')).toEqual({ text: 'one\ntwo ', complete: true, lines: 1 });
  expect(sink.captured('stderr')).toEqual({ text: 'three\n', complete: true, lines: 1 });
  expect(shown.map((chunk) => chunk.data).join('')).toBe('one\ntwo three\n');
});

test('an attempt is never recorded over', async () => {
  const one = await store().open('a1', '');
  await one.seal(0);
  await expect(store().open('a1', '')).rejects.toMatchObject({ code: 'EEXIST' });
});

test('a character split between chunks is whole; bytes that are no UTF-8 are counted', async () => {
  const sink = await store().open('a1', '');
  const text = Buffer.from('世界😀');
  for (const byte of text) await sink.write('stdout', Buffer.from([byte]));
  await sink.write('stdout', Buffer.from([0xff, 0x41, 0xe4, 0xb8, 0x41, 0xed, 0xa0, 0x80, 0xf0, 0x9f]));
  const seal = await sink.seal(null);
  expect(output(await events())).toBe('世界😀\uFFFDA\uFFFDA\uFFFD\uFFFD\uFFFD\uFFFD');
  expect(seal.undecodable).toBe(1 + 2 + 3 + 2);
});

test('only the head of a stream is captured, and it says so; lines are counted to the end', async () => {
  const sink = await store().open('a1', '');
  const chunk = Buffer.from(`${'世'.repeat(349_525)}\n`);
  for (let n = 0; n < 20; n += 1) await sink.write('stdout', chunk);
  await sink.seal(0);
  const captured = sink.captured('stdout');
  expect(captured.complete).toBe(false);
  expect(captured.lines).toBe(20);
  expect(Buffer.byteLength(captured.text)).toBeLessThanOrEqual(limits.captureBytes);
  expect(Buffer.byteLength(captured.text)).toBeGreaterThan(limits.captureBytes - 4);
  expect(captured.text).not.toContain('\uFFFD');
});

test('a secret is neither recorded nor shown nor captured, and the held-back rest comes out at the end', async () => {
  values = ['hunter22'];
  const sink = await store().open('a1', '');
  await sink.write('stdout', Buffer.from('password hun'));
  await sink.write('stderr', Buffer.from('hunt'));
  await sink.write('stdout', Buffer.from('ter22 hunte'));
  const seal = await sink.seal(0);
  for (const text of [output(await events()), shown.map((chunk) => chunk.data).join(''), seal.tail]) {
    expect(text).toBe('password hunt•••• hunte'.replace('hunt•', '•').replace(' hunte', ' huntehunt'));
  }
  expect(sink.captured('stdout').text).toBe('password •••• hunte');
});

test('a screen that cannot keep up is told how much was left out, and gets the newest text', async () => {
  const sink = await store().open('a1', '');
  const line = `${'x'.repeat(99)}\n`;
  // One chunk, so that no timer can run in between.
  await sink.write('stdout', Buffer.from(line.repeat(10_000)));
  await sink.write('stdout', Buffer.from('the end'));
  await sink.seal(0);
  const text = shown.map((chunk) => chunk.data).join('');
  expect(text.length).toBeLessThan(200_000);
  expect(text.endsWith('the end')).toBe(true);
  expect(text.length + shown.reduce((sum, chunk) => sum + chunk.skipped, 0)).toBe(1_000_007);
  expect(output(await events())).toHaveLength(1_000_007);
});

test('a recording left by a crash is cut to its last whole event at any byte and sealed', async () => {
  const sink = await store().open('a1', 'title');
  for (const word of ['one\n', 'two\n', 'thr界e\n']) {
    await sink.write('stdout', Buffer.from(word));
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await sink.seal(0);
  const path = join(folder, 'output', 'a1.cast');
  const bytes = await readFile(path);
  for (let length = 0; length <= bytes.length; length += 1) {
    await writeFile(path, bytes.subarray(0, length));
    const seal = await store().sealLeftover('a1');
    const left = await readFile(path);
    const whole = bytes.subarray(0, bytes.subarray(0, length).lastIndexOf(10) + 1);
    if (whole.length > 0) expect(left).toEqual(whole);
    else expect(JSON.parse(left.toString('utf8'))).toMatchObject({ version: 3 });
    expect(seal).toMatchObject({ sha256: createHash('sha256').update(left).digest('hex'), bytes: left.length });
    expect(seal?.lines).toBe((await events()).filter(([, code]) => code === 'o').length);
  }
  await truncate(path, 200);
  await appendFile(path, Buffer.alloc(5_000));
  const seal = await store().sealLeftover('a1');
  expect(seal?.bytes).toBeLessThanOrEqual(200);
  expect(await store().sealLeftover('a2')).toBeNull();
});
