import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunHistory } from '../../../electron/evidence/history.ts';
import type { HistoryQuery } from '../../../electron/evidence/history-search.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { HistoryPage } from '../../../shared/contract/ipc/history.ts';
import { ended, started } from '../../helpers/fake-countersign-api.ts';
import { writeRun } from '../../helpers/history-runs.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';

let data: string;
const indexed = (runId: string): string => join(data, 'index', `${runId}.json`);
beforeEach(() => {
  data = tempFolder('history');
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const anything: HistoryQuery = {
  text: '',
  ...{ environment: null, checklist: null, result: null, person: null, host: null },
  first: 0,
  count: 100,
};

function open(quiet: () => Promise<void> = async () => {}) {
  const told: HistoryPage['reading'][] = [];
  const warned: string[] = [];
  const history = new RunHistory({
    data,
    quiet,
    onReading: (reading) => told.push(reading),
    log: { warn: (message) => warned.push(message) },
  });
  /** What is known at once, however little of it was read yet. */
  const glance = (some: Partial<HistoryQuery> = {}) => history.find({ ...anything, ...some });
  const find = async (some: Partial<HistoryQuery> = {}) => {
    let page = await glance(some);
    while (page.reading !== null) page = await glance(some);
    return page;
  };
  const ids = async (some: Partial<HistoryQuery> = {}) => (await find(some)).rows.map(({ runId }) => runId);
  return { history, glance, find, ids, told, warned };
}

const first = '20261120T140000Z-00000a';
const second = '20261121T140000Z-00000b';
const third = '20261122T140000Z-00000c';
const work = step('stop', { title: '停止交易服务 Tomcat', code: '2.3' });

describe('searching all runs', () => {
  test('every word has to be there, in any case and wherever it was said', async () => {
    const note = 'Process 4711 was killed by hand';
    const plan = planOf([work], { environment: 'pre', name: 'trade-core', title: 'Trade core 3.4.0' });
    writeRun({ data, runId: first, plan, events: [started(work, 'a1', 'app1'), ended('a1', 'passed', { note })] });
    writeRun({ data, runId: second, plan });
    const { ids } = open();
    expect(await ids({ text: 'KILLED 4711' })).toEqual([first]);
    expect(await ids({ text: 'killed nobody' })).toEqual([]);
    expect(await ids({ text: 'echo' })).toEqual([first]);
    expect(await ids({ text: '交易服务' })).toEqual([second, first]);
    expect(await ids({ text: 'li\u3000wei trade-core' })).toEqual([second, first]);
    expect(await ids({ text: 'ＴＯＭＣＡＴ' })).toEqual([second, first]);
  });

  test('findings, judgements, reasons, fields and corrections of a run are found', async () => {
    const finding = { id: 'f00dfeed00000001', title: 'java.lang.OutOfMemoryError: heap', detail: 'x', count: 2 };
    writeRun({
      data,
      runId: first,
      plan: planOf([work]),
      events: [
        started(work, 'a1', 'app1', 'The first try hung'),
        ended('a1', 'inconclusive', { findings: [finding], evidence: { ticket: 'CHG-20391' } }),
        { type: 'run-held', data: { reason: 'Fire alarm', cause: 'operator', minutes: 5 } },
        {
          type: 'note-added',
          data: { note: 'n1', text: 'It was app3, not app2', step: null, target: null, corrects: null },
        },
      ],
    });
    const { ids, find } = open();
    for (const text of ['f00dfeed', 'outofmemory', 'chg-20391', 'first try', 'fire alarm', 'not app2'])
      expect([text, await ids({ text })]).toEqual([text, [first]]);
    expect((await find({ text: 'alarm' })).rows[0]?.excerpt).toBe('Fire alarm');
  });

  test('the end of each output is found, after what people said', async () => {
    const tail = (text: string) => ({ path: 'output/a1.cast', sha256: '0'.repeat(64), bytes: 1, lines: 3, tail: text });
    const attempt = (text: string, note: string): RunEvent[] => [
      started(work, 'a1', 'app1'),
      ended('a1', 'passed', { note, recording: { ...tail(text), undecodable: 0 } }),
    ];
    writeRun({
      data,
      runId: first,
      plan: planOf([work]),
      events: attempt('copied\nDeployed build 8817 to /opt', 'well'),
    });
    const lines = (n: number) => Array.from({ length: 30 }, (_, line) => `${'x'.repeat(30)} ${n}.${line}\n`).join('');
    const long = Array.from({ length: 60 }, (_, n) => attempt(lines(n), 'seen')).flat();
    writeRun({
      data,
      runId: second,
      plan: planOf([work]),
      events: [...attempt('the first of many', 'looked'), ...long],
    });
    const { find, ids } = open();
    expect(await ids({ text: 'BUILD 8817' })).toEqual([first]);
    expect((await find({ text: '8817' })).rows[0]?.excerpt).toBe('Deployed build 8817 to /opt');
    expect(await ids({ text: 'looked' })).toEqual([second]);
    expect(readFileSync(indexed(second)).length).toBeLessThan(30_000);
  });

  test('filters narrow it, pages cut it, and both say how many there are', async () => {
    writeRun({ data, runId: first, plan: planOf([work], { environment: 'pre' }), person: '王芳' });
    writeRun({ data, runId: second, plan: planOf([work], { environment: 'prod' }), result: 'rolled-back' });
    writeRun({ data, runId: third, plan: planOf([work], { environment: 'prod' }), result: null });
    const { find, ids } = open();
    expect(await ids({ environment: 'prod' })).toEqual([third, second]);
    expect(await ids({ result: 'rolled-back' })).toEqual([second]);
    expect(await ids({ result: 'open' })).toEqual([third]);
    expect(await ids({ person: '王芳' })).toEqual([first]);
    expect(await ids({ host: 'app9' })).toEqual([]);
    const page = await find({ first: 1, count: 1 });
    expect([page.total, page.rows.map(({ runId }) => runId)]).toEqual([3, [second]]);
    expect([page.environments, page.people]).toEqual([
      ['pre', 'prod'],
      ['Li Wei', '王芳'],
    ]);
  });

  test('a run that cannot be read is listed as that and can be found by it', async () => {
    const folder = writeRun({ data, runId: first });
    const journal = join(folder, 'journal.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"run-started"', '"run-statred"'));
    mkdirSync(join(data, 'runs', second));
    const { find, ids } = open();
    expect((await find()).rows.map(({ runId, status }) => [runId, status])).toEqual([
      [second, 'unreadable'],
      [first, 'unreadable'],
    ]);
    expect(await ids({ result: 'unreadable', text: '00000A' })).toEqual([first]);
  });

  test('the copy of a run stands for it, and what came out of a zip is marked', async () => {
    writeRun({ data, runId: first });
    writeRun({ data, runId: first, place: 'mirrored' });
    writeRun({ data, runId: second, place: 'imported' });
    const { rows } = await open().find();
    expect(rows.map(({ runId, mirrored, imported }) => [runId, mirrored, imported])).toEqual([
      [second, false, true],
      [first, true, false],
    ]);
  });
});

describe('the index of runs', () => {
  test('what is indexed is not read again', async () => {
    const folder = writeRun({ data, runId: first });
    await open().find();
    const kept = JSON.parse(readFileSync(indexed(first), 'utf8'));
    writeFileSync(indexed(first), JSON.stringify({ ...kept, facts: { ...kept.facts, title: 'Out of the index' } }));
    expect((await open().find()).rows[0]?.title).toBe('Out of the index');
    appendFileSync(join(folder, 'journal.jsonl'), '{"torn');
    expect((await open().find()).rows[0]?.title).not.toBe('Out of the index');
  });

  test.each([
    ['is no JSON', () => '{"format":1,'],
    ['is of another version', (text: string) => text.replace('"format":1', '"format":2')],
    ['has a field too many', (text: string) => text.replace('"format":1', '"format":1,"more":1')],
    ['is of another run', (text: string) => text.replaceAll(first, second)],
    ['is longer than an index can be', (text: string) => text + ' '.repeat(2_000_000)],
  ])('an index that %s is made again', async (_, damage) => {
    writeRun({ data, runId: first });
    await open().find();
    const whole = readFileSync(indexed(first), 'utf8');
    writeFileSync(indexed(first), damage(whole));
    const { rows } = await open().find();
    expect(rows.map(({ runId, status }) => [runId, status])).toEqual([[first, 'ended']]);
    expect(readFileSync(indexed(first), 'utf8')).toBe(whole);
  });

  test('a run that is being written is read again, and one that vanishes is forgotten', async () => {
    writeRun({ data, runId: first, result: null });
    const { find, ids } = open();
    expect((await find()).rows[0]).toMatchObject({ status: 'running', result: null });
    writeRun({ data, runId: first, result: 'abandoned' });
    expect((await find()).rows[0]).toMatchObject({ status: 'ended', result: 'abandoned' });
    rmSync(join(data, 'runs', first), { recursive: true });
    writeRun({ data, runId: second });
    expect(await ids()).toEqual([second]);
    expect(readdirSync(join(data, 'index'))).toEqual([`${second}.json`]);
  });

  test('a history that cannot be written down is still a history', async () => {
    writeRun({ data, runId: first });
    writeFileSync(join(data, 'index'), 'a file where the folder should be');
    const { ids, warned } = open();
    expect(await ids({ text: 'Li' })).toEqual([first]);
    expect(warned).toHaveLength(1);
  });

  test('while runs are read for the first time, those that are here are shown, and the end is told', async () => {
    const runs = Array.from({ length: 5 }, (_, n) => `2026112${n}T140000Z-00000${n}`);
    for (const runId of runs) writeRun({ data, runId });
    let left = 2;
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { find, glance, told } = open(async () => {
      left -= 1;
      if (left < 0) await gate;
    });
    await glance();
    await expect.poll(() => left).toBe(-1);
    const early = await glance();
    expect(early.rows.map(({ runId }) => runId)).toEqual(runs.slice(3).reverse());
    expect(early.reading).toEqual({ done: 2, of: 5 });
    release();
    await expect.poll(() => told.at(-1)).toBeNull();
    const late = await find();
    expect([late.total, late.reading]).toEqual([5, null]);
  });

  test('what one run can fill of the index is bounded', async () => {
    const long = Array.from({ length: 200 }, (_, n) => `${n} ${'long '.repeat(300)}`);
    const held = long.map(
      (reason) => ({ type: 'run-held', data: { reason, cause: 'operator', minutes: null } }) as const,
    );
    writeRun({ data, runId: first, events: held });
    await open().find();
    expect(readFileSync(indexed(first)).length).toBeLessThan(80_000);
  });
});
