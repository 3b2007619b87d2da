import { execFileSync, fork } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Afterwards, type Appending, appendToRun, whyNotAppend } from '../../../electron/engine/append-to-run.ts';
import { verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { viewRun } from '../../../electron/engine/view-run.ts';
import { auditRuns } from '../../../electron/evidence/audit-runs.ts';
import { saidRecords } from '../../../electron/evidence/said-records.ts';
import { manualStep } from '../../helpers/plans.ts';
import { linesOf, PeopleRun, parse, person, rebuild, receiptLine, writeLines } from '../journal/people-run.ts';
import { removeFolder, tempFolder } from '../journal/sample-run.ts';

/** What is said of a run after its end is put behind it, and only where all before it holds. */

const eva = person('Eva');
let base: string;
let run: PeopleRun;
let data: string;
let folder: string;

beforeAll(async () => {
  base = await tempFolder();
  run = await PeopleRun.start(join(base, 'made'), [manualStep('prepare'), manualStep('switch', { effect: 'write' })]);
  await run.confirms('prepare');
  await run.confirms('switch');
  await run.engine.submit({ type: 'finish' });
  await run.engine.run.close('ended');
  const lines = linesOf(await readFile(join(run.folder, 'journal.jsonl')));
  // Bo's receipts up to the end.
  const receipts = lines.map((line) => receiptLine(run.bo, run.engine.run.runId, parse(line)));
  await writeLines(run.folder, 'receipts.jsonl', receipts);
});
afterAll(() => removeFolder(base));
beforeEach(async () => {
  data = join(base, 'data');
  await cp(join(base, 'made'), data, { recursive: true });
  folder = join(data, 'runs', basename(run.folder));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const note = (text: string, corrects: number | null = null): Afterwards => ({
  ...{ type: 'add-note', text, corrects },
  step: corrects === null ? null : 'switch',
  target: corrects === null ? null : 'desk',
});
const say = (intent: Afterwards, more: Partial<Appending> = {}) =>
  appendToRun({
    ...{ data, runId: run.engine.run.runId, person: 'Eva', identity: eva, clock: systemClock, intent },
    ...more,
  });
const journal = () => readFile(join(folder, 'journal.jsonl'));
const refused = (code: string) => ({ ok: false, failure: { code } });

test('a note stands behind the end in a signed session of its own, vouched for by the person’s own key', async () => {
  const before = linesOf(await journal());
  expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact', receipts: { toEnd: true } });
  expect(await say(note('The disk had been cleaned by hand.'))).toEqual({ ok: true, value: null });
  const after = linesOf(await journal());
  expect(after.slice(0, before.length)).toEqual(before);
  const added = after.slice(before.length).map(parse);
  expect(added.map(({ type }) => type)).toEqual([
    ...['session-opened', 'session-identified', 'note-added', 'session-closed'],
  ]);
  expect(added[2]).toMatchObject({ actor: { kind: 'operator', name: 'Eva' }, data: { note: 'n1', corrects: null } });
  const state = await viewRun(folder);
  expect(state).toMatchObject({ status: 'ended', result: 'completed', notes: [{ by: 'Eva' }] });
  expect(state.sessions.at(-1)).toMatchObject({ person: 'Eva', identity: { publicKey: eva.person.publicKey } });
  expect(await readdir(folder)).not.toContain('journal.lock');
});

test('who has no key unlocked says it under their name alone', async () => {
  expect(await say(note('x'), { identity: null })).toMatchObject({ ok: true });
  expect((await viewRun(folder)).sessions.at(-1)?.identity).toBeNull();
  expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact', completeness: 'complete' });
});

test('behind the checker’s last receipt a note is “not covered”, never “altered”, with their own receipts as well', async () => {
  const covered = linesOf(await journal()).length;
  await say(note('afterwards'));
  const receipts = join(folder, 'receipts.jsonl');
  for (const given of [{}, { receipts }]) {
    const found = await verifyRun(folder, given);
    expect(found).toMatchObject({ verdict: 'intact', identity: 'proved', firstBad: null });
    expect(found.receipts).toMatchObject({ lastSeq: covered - 1, toEnd: false });
    const left = { seq: String(covered - 1), left: '4' };
    for (const one of found.findings)
      expect(one).toMatchObject({ severity: 'note', code: 'receipts-behind', params: left });
    expect(found.findings).not.toEqual([]);
  }
});

test('the installation’s chain of runs knows the new head', async () => {
  await say(note('afterwards'));
  const { verdict, findings } = await auditRuns(data);
  expect({ verdict, findings }).toEqual({ verdict: 'intact', findings: [] });
});

test('a correction names the record it corrects, and both are given', async () => {
  const at = linesOf(await journal())
    .map(parse)
    .findLast(({ type }) => type === 'attempt-ended');
  expect(await say(note('It was the standby, not the primary.', at?.seq ?? -1))).toMatchObject({ ok: true });
  const said = await saidRecords(folder, { step: null, target: null });
  expect(said.find(({ seq }) => seq === at?.seq)).toMatchObject({
    ...{ type: 'attempt-ended', step: 'switch', target: 'desk', word: 'passed', by: 'Countersign' },
  });
  const here = await saidRecords(folder, { step: 'switch', target: 'desk' });
  expect(here.map(({ type, word }) => [type, word])).toEqual([
    ['attempt-ended', 'passed'],
    ['note-added', null],
  ]);
  expect(here.at(-1)?.text).toBe('It was the standby, not the primary.');
});

test('a correction of what is not there, and an analysis where none is needed, leave no trace', async () => {
  const before = await journal();
  expect(await say(note('x', 9_999))).toMatchObject({
    ...refused('append-refused'),
    failure: { cause: 'no-such-record' },
  });
  expect(await say({ ...note('x'), step: 'nowhere' } as Afterwards)).toMatchObject(refused('append-refused'));
  const analysis = { type: 'file-analysis', what: 'a', cause: 'b', fix: 'c', confirmedBy: 'd' } as const;
  expect(await say(analysis)).toMatchObject({ failure: { cause: 'no-analysis-needed' } });
  expect(await journal()).toEqual(before);
});

test('two at once come one after the other, and a hundred are numbered without a gap', async () => {
  const answers = await Promise.all([say(note('one')), say(note('two')), say(note('three'))]);
  expect(answers).toEqual(Array.from({ length: 3 }, () => ({ ok: true, value: null })));
  for (let n = 4; n <= 100; n += 1) await say(note(`number ${n}`));
  const { notes } = await viewRun(folder);
  expect(notes.map((one) => one.note)).toEqual(Array.from({ length: 100 }, (_, n) => `n${n + 1}`));
  expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact', completeness: 'complete' });
}, 60_000);

test('while somebody else goes on writing it is refused with that reason', async () => {
  const holder = fork('-e', ['process.on("message", () => process.exit())'], { execArgv: [] });
  try {
    const lock = { id: 'x', pid: holder.pid, started: null };
    await writeFile(join(folder, 'journal.lock'), JSON.stringify(lock));
    expect(await say(note('x'))).toMatchObject(refused('run-being-written'));
  } finally {
    holder.kill();
  }
});

describe('a session that was cut off by a crash', () => {
  let whole: string[];
  let was: number;
  beforeEach(async () => {
    was = linesOf(await journal()).length;
    await say(note('cut off'));
    whole = linesOf(await journal());
  });

  test('between any two of its lines counts as incomplete, and the next one closes it', async () => {
    for (let left = was + 1; left < whole.length; left += 1) {
      await writeLines(folder, 'journal.jsonl', whole.slice(0, left));
      expect(await verifyRun(folder)).toMatchObject({ verdict: 'incomplete', integrity: 'intact' });
      expect(await say(note('the next'))).toMatchObject({ ok: true });
      expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact', completeness: 'complete' });
      expect((await viewRun(folder)).notes.at(-1)?.text).toBe('the next');
    }
  });

  test('within a line is incomplete as well; the next one keeps the torn bytes and tells of them', async () => {
    const text = `${whole.join('\n')}\n`;
    const kept = `${whole.slice(0, was).join('\n')}\n`;
    for (let at = kept.length + 12; at < text.length; at += 211) {
      await rm(folder, { recursive: true });
      await cp(run.folder, folder, { recursive: true });
      await writeFile(join(folder, 'journal.jsonl'), text.slice(0, at));
      expect(await verifyRun(folder)).toMatchObject({ verdict: 'incomplete', integrity: 'intact' });
      expect(await say(note('the next'))).toMatchObject({ ok: true });
      expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact', completeness: 'complete' });
      expect((await viewRun(folder)).repairs).toBe(1);
    }
  });
});

describe('nothing is added to', () => {
  const later = (record: ReturnType<typeof parse>) => ({ ...record, at: '2026-11-20T14:00:00.001Z' });

  test('a journal with one changed byte, and it is left as it is', async () => {
    const bytes = Buffer.from((await journal()).toString('latin1').replace('prepare', 'prepaid'), 'latin1');
    await writeFile(join(folder, 'journal.jsonl'), bytes);
    expect(await say(note('x'))).toMatchObject(refused('run-altered'));
    expect(await journal()).toEqual(bytes);
  });

  test('a history whose chain was made anew but whose signatures are not the session’s, torn or not', async () => {
    const lines = linesOf(await journal());
    const session = lines.map(parse).findIndex(({ type }) => type === 'session-opened');
    // The key that the session says it has stays the old one.
    const forged = rebuild(lines, run.ada, -1, later);
    const opened = parse(lines[session] ?? '');
    const renamed = rebuild(forged, person('Mallory'), session, (record) => ({
      ...record,
      data: { ...record.data, publicKey: opened.data['publicKey'] },
    }));
    const text = `${renamed.join('\n')}\n{"actor":`;
    await writeFile(join(folder, 'journal.jsonl'), text);
    expect(await say(note('x'))).toMatchObject(refused('run-altered'));
    expect(String(await journal())).toBe(text);
    expect((await readdir(folder)).filter((name) => name.startsWith('torn'))).toEqual([]);
  });

  test('a checker’s copy, or somebody’s zip that was taken up', async () => {
    for (const [place, code] of [
      ['mirrored', 'run-is-copy'],
      ['imported', 'run-is-imported'],
    ] as const) {
      const other = join(data, place, basename(folder));
      await mkdir(dirname(other), { recursive: true });
      await cp(run.folder, other, { recursive: true });
      if (place === 'imported') await rm(folder, { recursive: true });
      const before = await readFile(join(other, 'journal.jsonl'));
      expect(await say(note('x'))).toMatchObject(refused(code));
      // And it is known before anybody has typed anything.
      expect(await whyNotAppend(data, basename(folder))).toMatchObject({ code });
      expect(await readFile(join(other, 'journal.jsonl'))).toEqual(before);
      await rm(other, { recursive: true });
    }
  });

  test('a copy that lies among the own runs, because taking the pen was cut off half way', async () => {
    expect(await whyNotAppend(data, basename(folder))).toBeNull();
    const link = { certificate: 'a'.repeat(64), addresses: ['localhost:1'], participant: 'p9', role: 'checker' };
    await writeFile(join(folder, 'link.json'), JSON.stringify({ format: 'countersign-link-1', ...link }));
    expect(await say(note('x'))).toMatchObject(refused('run-is-copy'));
    expect(await whyNotAppend(data, basename(folder))).toMatchObject({ code: 'run-is-copy' });
  });

  test('a run that is not over, is not there, or whose name is a path', async () => {
    const lines = linesOf(await journal());
    const end = lines.map(parse).findIndex(({ type }) => type === 'run-ended');
    await writeLines(folder, 'journal.jsonl', lines.slice(0, end));
    expect(await say(note('x'))).toMatchObject(refused('run-not-over'));
    expect(await say(note('x'), { runId: '20200101T000000Z-aaaaaa' })).toMatchObject(refused('local-error'));
    expect(await say(note('x'), { runId: `../runs/${basename(folder)}` })).toMatchObject(refused('local-error'));
  });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

describe.skipIf(!canMount)('on a disk of its own (needs root on Linux to mount a small tmpfs)', () => {
  beforeEach(async () => {
    await rm(data, { recursive: true });
    await mkdir(data);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', data]);
    await cp(join(base, 'made'), data, { recursive: true });
  });
  afterEach(() => {
    execFileSync('umount', [data]);
  });

  test('where there is no room for all of it nothing is added, and with room again it is', async () => {
    const before = await journal();
    // As much as a lock needs is left, and less than the session does.
    execFileSync('sh', ['-c', `dd if=/dev/zero of=${join(data, 'ballast')} bs=1k 2>/dev/null || true`]);
    await rm(join(folder, 'receipts.jsonl'));
    expect(await say(note('x'.repeat(19_000)))).toMatchObject(refused('disk-full'));
    expect(await journal()).toEqual(before);
    await rm(join(data, 'ballast'));
    expect(await say(note('room again'))).toMatchObject({ ok: true });
    expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact' });
  });

  test('where nothing may be written it says so', async () => {
    execFileSync('mount', ['-o', 'remount,ro', data]);
    try {
      expect(await say(note('x'))).toMatchObject(refused('run-read-only'));
      expect(await whyNotAppend(data, basename(folder))).toMatchObject({ code: 'run-read-only' });
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', data]);
    }
  });
});
