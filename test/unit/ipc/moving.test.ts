import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evidenceHandlers } from '../../../electron/ipc/handlers/evidence.ts';
import type { Moving } from '../../../shared/contract/ipc/evidence.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { tempData, wholeRun } from '../evidence/evidence-run.ts';

const plan = planOf([manualStep('look')], { title: '升级 2.4' });
let data: string;
let out: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  // However fast it goes here, every word about the way is long enough after the one before.
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1_000));
  ({ data, remove } = await tempData());
  out = await mkdtemp(join(tmpdir(), 'cs-moved-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await remove();
  await rm(out, { recursive: true, force: true });
});

/** The handlers; `stopAt` says at which word about the way somebody presses Stop. */
function open(to = data, stopAt: (moving: Moving) => boolean = () => false) {
  const told: (Moving | null)[] = [];
  const handlers = evidenceHandlers({
    data: to,
    desktop: {
      chooseReportPlace: async (name) => join(out, name),
      chooseRunZip: async () => join(out, (await readdir(out)).find((name) => name.endsWith('.zip')) ?? ''),
      printPdf: async (_html, path) => await writeFile(path, '%PDF-1.4\n'),
    },
    push: (name, payload) => {
      if (name !== 'run:moving') return;
      const moving = payload as Moving | null;
      told.push(moving);
      if (moving !== null && stopAt(moving)) void handlers['run:stop-moving']({});
    },
    language: () => 'en',
    person: () => 'Li Wei',
    identity: () => null,
    settled: async () => {},
    onScreen: () => null,
  });
  return { handlers, told };
}

test('an export tells how far it is, from its beginning to its end', async () => {
  const { runId } = await wholeRun(data, plan);
  const { handlers, told } = open();
  expect(await handlers['run:export']({ runId })).toMatchObject({ ok: true, value: { complete: true } });
  expect(told[0]).toEqual({ what: 'export', done: 0, of: 0 });
  const last = told.at(-2);
  expect(last?.done).toBe(last?.of);
  expect([last?.what, told.at(-1)]).toEqual(['export', null]);
});

test('an export that is stopped leaves nothing where it was to be, and the run as it was', async () => {
  const { runId } = await wholeRun(data, plan);
  const { handlers, told } = open(data, ({ what }) => what === 'export');
  expect(await handlers['run:export']({ runId })).toBe('stopped');
  expect(await readdir(out)).toEqual([]);
  expect(told.at(-1)).toBeNull();
  expect(await open().handlers['run:export']({ runId })).toMatchObject({ ok: true });
});

test.each([
  ['before anything was unpacked', 0],
  ['while it is verified', 0.5],
])('an import that is stopped %s keeps nothing, and can be made again', async (_when, from) => {
  const { runId } = await wholeRun(data, plan);
  await open().handlers['run:export']({ runId });
  const other = await mkdtemp(join(tmpdir(), 'cs-other-'));
  try {
    const { handlers, told } = open(other, ({ done, of }) => (from === 0 ? of === 0 : done / of > from));
    expect(await handlers['run:import']({})).toBe('stopped');
    // Nothing more was read from there on.
    expect(told.filter((moving) => moving !== null && moving.of > 0 && moving.done / moving.of > from)).toHaveLength(
      from === 0 ? 0 : 1,
    );
    expect(await readdir(join(other, 'imported'))).toEqual([]);
    expect(told.at(-1)).toBeNull();
    const again = open(other);
    expect(await again.handlers['run:import']({})).toMatchObject({ ok: true, value: { runId, known: false } });
    expect(again.told.at(-2)?.done).toBe(again.told.at(-2)?.of);
    expect(await again.handlers['run:import']({})).toMatchObject({ ok: true, value: { runId, known: true } });
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});

test('archiving that is stopped gives up the zip that is being written, and its run stays', async () => {
  const [one, two] = [await wholeRun(data, plan), await wholeRun(data, plan)];
  const { handlers, told } = open(data, ({ done }) => done > 1 && done < 2);
  const runIds = [one.runId, two.runId];
  expect(await handlers['run:retire']({ runIds, how: 'archive', reason: 'old' })).toEqual({
    ok: true,
    value: { retired: 1 },
  });
  expect(told.find((moving) => moving?.done === 1)).toEqual({ what: 'archive', done: 1, of: 2 });
  expect(await readdir(join(data, 'archive'))).toEqual([`${one.runId}.zip`]);
  expect(await readdir(join(data, 'runs'))).toEqual([two.runId]);
});

test('an archived run is taken back from the very file that was written, and from no other', async () => {
  const { runId } = await wholeRun(data, plan);
  const { handlers } = open();
  const refused = { ok: false, failure: { code: 'zip-refused', params: { what: 'zip-archive-changed' } } };
  expect(await handlers['run:take-back']({ runId })).toMatchObject(refused);
  await handlers['run:retire']({ runIds: [runId], how: 'archive', reason: 'old' });
  expect(await readdir(join(data, 'runs'))).toEqual([]);
  expect(await handlers['run:take-back']({ runId })).toMatchObject({ ok: true, value: { runId, known: false } });
  expect(await readdir(join(data, 'imported'))).toEqual([runId]);
  await handlers['run:retire']({ runIds: [runId], how: 'remove', reason: 'older' });
  expect(await handlers['run:take-back']({ runId })).toMatchObject(refused);
  const other = await wholeRun(data, plan);
  await handlers['run:retire']({ runIds: [other.runId], how: 'archive', reason: 'old' });
  await writeFile(join(data, 'archive', `${other.runId}.zip`), 'something else');
  expect(await handlers['run:take-back']({ runId: other.runId })).toMatchObject(refused);
});
