import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLines } from '../../../electron/engine/output/read-recording.ts';
import { viewRun } from '../../../electron/engine/view-run.ts';
import { openReplay } from '../../../electron/evidence/replay.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { begins, ends, type Timed, writeJournal, writeRecording } from '../../helpers/past-run.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';
import { createdEvent } from '../../helpers/story.ts';

const plan = planOf([step('one'), step('two')]);
const entered = (id: string): RunEvent => ({ type: 'step-entered', data: { step: id } });
const started: RunEvent = { type: 'run-started', data: {} };
const over: RunEvent = { type: 'run-ended', data: { result: 'completed', reason: null } };
const noted: RunEvent = {
  type: 'note-added',
  data: { note: 'n1', text: 'It was slow.', step: null, target: null, corrects: null },
};

describe('a run that is replayed', () => {
  let folder: string;
  beforeEach(() => {
    folder = tempFolder('replay');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** One attempt that writes three times, the last after a minute, and ends; then the end, and a note the day after. */
  function story(): void {
    const seal = writeRecording(folder, 'a1', [
      [500, 'unpacking\r\n'],
      [500, '\u001b[32mhalf'],
      [60_000, ' done\u001b[0m\r\nERROR none\r\n'],
    ]);
    writeJournal(folder, [
      [0, createdEvent(plan)],
      [1_000, started],
      [2_000, entered('one')],
      [3_000, begins('a1', 'one')],
      [65_000, ends('a1', 'passed', 62_000, seal)],
      [66_000, over],
      [86_400_000, noted],
    ]);
  }

  it('stands at every record as the same fold would have it there', async () => {
    story();
    const replay = await openReplay(folder);
    expect(replay.state(0).status).toBe('created');
    expect(replay.state(3).steps[0]?.targets[0]?.status).toBe('running');
    expect(replay.state(4).steps[0]?.targets[0]?.status).toBe('passed');
    expect(replay.state(99)).toEqual(await viewRun(folder));
  });

  it('keeps every n-th state of a very long run and folds the ones between again', async () => {
    const long: Timed[] = Array.from({ length: 4_500 }, (_, n) => [
      n,
      n % 2 === 0
        ? { type: 'run-held', data: { reason: `pause ${n}`, cause: 'operator', minutes: null } }
        : { type: 'run-continued', data: {} },
    ]);
    writeJournal(folder, [[0, createdEvent(plan)], [0, started], ...long]);
    const replay = await openReplay(folder);
    for (const n of [0, 2, 1_232, 2_998, 4_498]) {
      expect(replay.state(n + 2).holdReason).toBe(`pause ${n}`);
      expect(replay.state(n + 2).seq).toBe(n + 2);
      expect(replay.state(n + 3).status).toBe('running');
    }
  });

  it('has a moment for every record; what was recorded afterwards stands at the end and does not stretch the time', async () => {
    story();
    const { view } = await openReplay(folder);
    expect(view.durationMs).toBe(66_000);
    expect(view.marks.map(({ ms }) => ms)).toEqual([0, 1_000, 2_000, 3_000, 65_000, 66_000, 66_000]);
    expect(view.marks[4]).toEqual({
      ...{ seq: 4, ms: 65_000, type: 'attempt-ended', step: 'one', target: 'app1', attempt: 'a1', verdict: 'passed' },
      presence: null,
    });
  });

  it('never goes back in time where the clock of another computer did', async () => {
    writeJournal(folder, [
      [0, createdEvent(plan)],
      [5_000, started],
      [2_000, entered('one')],
      [6_000, over],
    ]);
    const { view } = await openReplay(folder);
    expect(view.marks.map(({ ms }) => ms)).toEqual([0, 5_000, 5_000, 6_000]);
  });

  it('tells the quiet stretches, and a host that writes is not quiet', async () => {
    story();
    // Written at 3.5 s, 4 s and 64 s.
    expect((await openReplay(folder)).view.quiet).toEqual([{ from: 4_000, until: 64_000 }]);
  });

  it('shows a terminal as it was at any moment, colours and half lines included', async () => {
    story();
    const replay = await openReplay(folder);
    expect(replay.view.recordings).toEqual([
      { attempt: 'a1', ms: 3_000, durationMs: 61_000, lines: 3, standing: 'sealed' },
    ]);
    expect(await replay.output('a1', 499, null)).toMatchObject({ text: '', lines: 0 });
    expect(await replay.output('a1', 500, null)).toMatchObject({ text: 'unpacking\r\n', lines: 1, skipped: 0 });
    const half = await replay.output('a1', 60_999, null);
    expect(half.text).toBe('unpacking\r\n\u001b[32mhalf');
    expect(await replay.output('a1', 61_000, half.at)).toMatchObject({
      ...{ text: ' done\u001b[0m\r\nERROR none\r\n', goesOn: true, lines: 3 },
    });
    // Backwards it is given anew.
    expect(await replay.output('a1', 500, half.at)).toMatchObject({ text: 'unpacking\r\n', goesOn: false });
    expect(await replay.output('a7', 500, null)).toMatchObject({ text: '', at: 0 });
  });

  it('finds every line with a text and the moment it was written', async () => {
    story();
    expect(await (await openReplay(folder)).search('error')).toEqual({
      matches: [{ attempt: 'a1', line: 2, ms: 64_000, text: 'ERROR none' }],
      truncated: false,
      missing: [],
    });
  });

  it('stops at a thousand finds and says that there are more', async () => {
    const seal = writeRecording(folder, 'a1', [[1, 'hit\n'.repeat(700)]]);
    writeRecording(folder, 'a2', [[1, 'hit\n'.repeat(301)]]);
    writeJournal(folder, [
      [0, createdEvent(plan)],
      [1, started],
      [2, begins('a1', 'one')],
      [9, ends('a1', 'failed', 7, seal)],
      [10, begins('a2', 'one', 'app1', 2)],
    ]);
    const found = await (await openReplay(folder)).search('hit');
    expect(found.matches).toHaveLength(1_000);
    expect(found.matches.at(-1)).toMatchObject({ attempt: 'a2', line: 299, ms: 11, text: 'hit' });
    expect(found.truncated).toBe(true);
  });

  it('plays a recording that was torn off as far as it goes, and says so of each kind', async () => {
    story();
    const cast = join(folder, 'output', 'a1.cast');
    const whole = readFileSync(cast, 'utf8');
    writeFileSync(cast, whole.slice(0, whole.indexOf('half') + 2));
    let replay = await openReplay(folder);
    expect(replay.view.recordings[0]).toMatchObject({ durationMs: 500, standing: 'cut' });
    expect(await replay.output('a1', 60_000, null)).toMatchObject({ text: 'unpacking\r\n' });
    writeJournal(folder, [
      [0, createdEvent(plan)],
      [1, started],
      [2, entered('one')],
      [3, begins('a1', 'one')],
    ]);
    replay = await openReplay(folder);
    expect(replay.view.recordings[0]).toMatchObject({ durationMs: 500, standing: 'unsealed' });
    rmSync(cast);
    replay = await openReplay(folder);
    expect(replay.view.recordings[0]).toMatchObject({ durationMs: 0, standing: 'missing' });
    expect(await replay.output('a1', 60_000, null)).toMatchObject({ text: '' });
    expect(await replay.search('x')).toEqual({ matches: [], truncated: false, missing: ['a1'] });
    story();
    writeFileSync(cast, whole.replace('unpacking', 'unloading'));
    replay = await openReplay(folder);
    expect(replay.view.recordings[0]).toMatchObject({ durationMs: 61_000, standing: 'altered' });
  });

  it('stands on when its folder is removed meanwhile, and never takes that for silence', async () => {
    story();
    const replay = await openReplay(folder);
    const shown = await replay.output('a1', 61_000, null);
    expect(shown).toMatchObject({ lines: 3, gone: false });
    rmSync(folder, { recursive: true });
    expect(replay.state(4).steps[0]?.targets[0]?.status).toBe('passed');
    expect(await replay.output('a1', 500, shown.at)).toMatchObject({ text: '', gone: true });
    expect(await replay.search('error')).toEqual({ matches: [], truncated: false, missing: ['a1'] });
    await expect(openReplay(folder)).rejects.toMatchObject({ code: 'missing' });
  });

  it('waits for no pipe in the place of a recording, and calls it missing', async () => {
    story();
    const cast = join(folder, 'output', 'a1.cast');
    rmSync(cast);
    execFileSync('mkfifo', [cast]);
    const replay = await openReplay(folder);
    expect(replay.view.recordings).toMatchObject([{ attempt: 'a1', standing: 'missing' }]);
    expect(await replay.search('error')).toEqual({ matches: [], truncated: false, missing: ['a1'] });
    expect(await readLines(folder, 'a1', 0, 10)).toEqual({ lines: [], first: 0, total: 0 });
  });

  it('reads a very long recording only when it is looked at, and no line that is longer than any of ours', async () => {
    story();
    const cast = join(folder, 'output', 'a1.cast');
    appendFileSync(cast, '[0.100,"o","');
    // A hole in the file: hundreds of megabytes without a newline.
    truncateSync(cast, 300 * 1024 * 1024);
    appendFileSync(cast, '"]\n[0.200,"o","behind it\\r\\n"]\n');
    const before = process.memoryUsage().rss;
    const replay = await openReplay(folder);
    expect(replay.view.recordings[0]).toMatchObject({ standing: 'unchecked', durationMs: 62_000, lines: 3 });
    const end = await replay.output('a1', 62_000, null);
    expect(end).toMatchObject({ lines: 4, gone: false });
    expect(end.text.endsWith('ERROR none\r\nbehind it\r\n')).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('leaves out a journal line that was torn off, and shows nothing from where the journal was altered', async () => {
    story();
    const journal = join(folder, 'journal.jsonl');
    appendFileSync(journal, '{"seq":7,"at":"20');
    expect((await openReplay(folder)).view.marks).toHaveLength(7);
    const whole = readFileSync(journal, 'utf8');
    writeFileSync(journal, whole.replace('"verdict":"passed"', '"verdict":"failed"'));
    const { view, state } = await openReplay(folder);
    expect(view.fault).toMatchObject({ line: 5, what: 'wrong-hash', expected: 4 });
    expect(view.marks.map(({ type }) => type)).toEqual([
      ...['run-created', 'run-started', 'step-entered', 'attempt-started'],
    ]);
    expect(state(9).steps[0]?.targets[0]?.status).toBe('running');
    expect(view.recordings).toMatchObject([{ attempt: 'a1', standing: 'unsealed' }]);
    writeFileSync(journal, whole.replace('/home/li/', '/home/lx/'));
    await expect(openReplay(folder)).rejects.toMatchObject({ code: 'altered' });
  });

  it('gives the end of a long output, from the beginning of a line, and says how much was before it', async () => {
    const lines = Array.from({ length: 300 }, (_, block): readonly [number, string] => [
      10,
      Array.from({ length: 1_000 }, (_, n) => `line ${block * 1_000 + n} of a long log\r\n`).join(''),
    ]);
    const seal = writeRecording(folder, 'a1', lines);
    writeJournal(folder, [
      [0, createdEvent(plan)],
      [0, started],
      [0, begins('a1', 'one')],
      [3_000, ends('a1', 'passed', 3_000, seal)],
    ]);
    const replay = await openReplay(folder);
    for (const block of [300, 1, 150, 77, 299]) {
      const shown = await replay.output('a1', block * 10, null);
      expect(shown.lines).toBe(block * 1_000);
      expect(shown.text.endsWith(`line ${block * 1_000 - 1} of a long log\r\n`)).toBe(true);
      expect(shown.text).toMatch(/^line \d+ of/);
      expect(shown.text.length).toBeLessThanOrEqual(256 * 1024);
      expect(shown.skipped > 0).toBe(block > 9);
    }
  });
});
