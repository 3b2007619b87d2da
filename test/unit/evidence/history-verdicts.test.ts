import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { type Quiet, RunHistory } from '../../../electron/evidence/history.ts';
import { shortVerdict, Verdicts } from '../../../electron/evidence/verdicts.ts';
import type { FindingSeverity, VerifyFinding } from '../../../shared/journal/finding.ts';
import { NO_RECEIPTS } from '../../../shared/journal/receipts.ts';
import { ended, started } from '../../helpers/fake-countersign-api.ts';
import { writeRun } from '../../helpers/history-runs.ts';
import { writeRecording } from '../../helpers/past-run.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';

let data: string;
beforeEach(() => {
  data = tempFolder('verdicts');
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const runId = '20261120T140000Z-00000a';
const everything = {
  text: '',
  ...{ environment: null, checklist: null, result: null, person: null, host: null },
  first: 0,
  count: 10,
};

function open(quiet: Quiet = async () => {}) {
  const found: string[] = [];
  const log = { warn: (message: string) => expect.fail(message) };
  const history = new RunHistory({ data, quiet: async () => {}, onReading: () => {}, log });
  const verdicts = new Verdicts({ history, quiet, onVerdict: (id, { verdict }) => found.push(`${id} ${verdict}`) });
  const row = async () => {
    for (;;) {
      const page = await history.find(everything);
      if (page.reading === null) return page.rows[0];
    }
  };
  return { history, verdicts, found, row };
}

test('the badge says what the verifier says', async () => {
  const folder = writeRun({ data, runId });
  const { verdict, integrity, completeness, identity } = await verifyRun(folder);
  expect(verdict).toBe('intact');
  expect(await open().verdicts.of(runId)).toEqual({ verdict, integrity, completeness, identity, first: null });
});

test('the same bytes are verified once, by whichever process', async () => {
  writeRun({ data, runId });
  const one = open();
  expect((await one.row())?.verdict).toBeNull();
  await Promise.all([one.verdicts.of(runId), one.verdicts.of(runId)]);
  expect(one.found).toEqual([`${runId} intact`]);
  expect(await one.row()).toMatchObject({ verdict: { verdict: 'intact' }, changed: false });
  const later = open();
  expect(await later.row()).toMatchObject({ verdict: { verdict: 'intact' }, changed: false });
  await later.verdicts.of(runId);
  expect(later.found).toEqual([]);
});

test('whatever file of a run changes, its verdict is gone until it is verified anew', async () => {
  const folder = writeRun({ data, runId });
  const { verdicts, row } = open();
  await verdicts.of(runId);
  const frozen = join(folder, 'checklist', 'release.yaml');
  appendFileSync(frozen, '# one more line\n');
  expect(await row()).toMatchObject({ verdict: null, changed: true });
  expect(await verdicts.of(runId)).toMatchObject({ verdict: 'altered', integrity: 'altered' });
  writeFileSync(join(folder, 'output.txt'), 'put in');
  expect(await row()).toMatchObject({ verdict: null, changed: true });
});

test('a file of the same size whose time was set back is seen to have changed', async () => {
  const folder = writeRun({ data, runId });
  const { verdicts, row } = open();
  await verdicts.of(runId);
  const journal = join(folder, 'journal.jsonl');
  const { atime, mtime } = statSync(journal);
  writeFileSync(journal, readFileSync(journal, 'utf8').replace('Li Wei', 'Li Wai'));
  utimesSync(journal, atime, mtime);
  expect(await row()).toMatchObject({ verdict: null, changed: true, status: 'unreadable' });
  expect(await verdicts.of(runId)).toMatchObject({ verdict: 'altered' });
});

test('a run that goes on is incomplete, and a folder without a journal is unreadable', async () => {
  writeRun({ data, runId, result: null });
  const empty = '20261121T140000Z-00000b';
  mkdirSync(join(data, 'runs', empty));
  const { verdicts } = open();
  expect(await verdicts.of(runId)).toMatchObject({ verdict: 'incomplete', integrity: 'intact' });
  expect(await verdicts.of(empty)).toMatchObject({ verdict: 'unreadable', completeness: 'incomplete' });
});

test('nothing outside of the runs is looked at', async () => {
  const { verdicts } = open();
  mkdirSync(join(data, 'runs'));
  for (const id of ['../runs', '..', '20261120T140000Z-00000a/../..', runId]) {
    await expect(verdicts.of(id)).rejects.toThrow('No such run');
  }
});

test('nothing is verified while a run is worked on, and then one after another', async () => {
  const other = '20261121T140000Z-00000b';
  writeRun({ data, runId });
  writeRun({ data, runId: other });
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let waiting = 0;
  const { verdicts, found } = open(() => {
    waiting += 1;
    return gate;
  });
  const both = [verdicts.of(runId), verdicts.of(other)];
  await expect.poll(() => waiting).toBe(1);
  expect(found).toEqual([]);
  release();
  await Promise.all(both);
  expect(found).toEqual([`${runId} intact`, `${other} intact`]);
});

test('a verification under way stops in the middle of a file while a run begins, and goes on after it', async () => {
  const folder = join(data, 'runs', runId);
  const recording = writeRecording(
    folder,
    'a1',
    Array.from({ length: 24 }, (_, n) => [n, 'x'.repeat(512 * 1024)]),
  );
  const work = step('stop');
  writeRun({
    data,
    runId,
    plan: planOf([work]),
    events: [started(work, 'a1', 'app1'), ended('a1', 'passed', { recording })],
  });
  let over = (): void => {};
  let asked = 0;
  let release: Promise<void> | undefined;
  const { verdicts, found } = open(() => {
    asked += 1;
    // Once the journal and some of the recording were read.
    if (asked === 5) release = new Promise((resolve) => (over = resolve));
    return release;
  });
  const verdict = verdicts.of(runId);
  await expect.poll(() => asked).toBe(5);
  const later = new Promise((resolve) => setTimeout(resolve, 100, 'nothing'));
  expect(await Promise.race([verdict, later])).toBe('nothing');
  expect([asked, found]).toEqual([5, []]);
  release = undefined;
  over();
  expect(await verdict).toMatchObject({ verdict: 'intact' });
  expect(asked).toBeGreaterThan(8);
});

test('an altered run names the first thing that speaks against it, and the index keeps it', async () => {
  const folder = writeRun({ data, runId });
  const journal = join(folder, 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(
    journal,
    lines.map((line, at) => (at === 2 ? line.replace('Li Wei', 'x'.repeat(5_000)) : line)).join('\n'),
  );
  const { verdicts } = open();
  const { first } = await verdicts.of(runId);
  expect(first).toMatchObject({ severity: 'altered', at: { line: 3 } });
  expect((await open().row())?.verdict?.first).toEqual(first);
});

test('of what was found only the worst is kept, notes are none, and no journal can make it long', () => {
  const result = { verdict: 'altered', integrity: 'altered' } as const;
  const long = 'x'.repeat(5_000);
  const found = (severity: FindingSeverity, code: string): VerifyFinding => ({
    ...{ severity, code, params: { name: long } },
    at: { line: 3, seq: 2, type: long },
  });
  const rest = { completeness: 'complete', identity: 'unproved', people: [], receipts: NO_RECEIPTS } as const;
  const whole = { ...result, ...rest, runId, records: 9, head: '', firstBad: null };
  const all = [found('note', 'receipts-missing'), found('incomplete', 'line-torn'), found('altered', 'wrong-hash')];
  const { first } = shortVerdict({ ...whole, findings: all });
  expect(first).toMatchObject({ code: 'wrong-hash', at: { line: 3 } });
  expect(JSON.stringify(first).length).toBeLessThan(1_500);
  expect(shortVerdict({ ...whole, findings: all.slice(0, 1) }).first).toBeNull();
});

test('a run that is written while it is verified is not remembered as verified', async () => {
  const folder = writeRun({ data, runId, result: null });
  const { history, verdicts, row } = open();
  const asked = verdicts.of(runId);
  const watched = history.remember.bind(history);
  const remembered: string[] = [];
  history.remember = async (id, verified) => {
    remembered.push(id);
    await watched(id, verified);
  };
  let over = false;
  const write = (): void => {
    if (over) return;
    appendFileSync(join(folder, 'journal.jsonl'), ' ');
    setImmediate(write);
  };
  write();
  await asked.finally(() => {
    over = true;
  });
  expect(remembered).toEqual([]);
  expect(await row()).toMatchObject({ verdict: null });
});
