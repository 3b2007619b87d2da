import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { appendRuns } from '../../../electron/evidence/runs-file.ts';
import { historyHandlers } from '../../../electron/ipc/handlers/history.ts';
import { underWay } from '../../../electron/ipc/under-way.ts';
import { foldEvents } from '../../helpers/fake-countersign-api.ts';
import { writeRun } from '../../helpers/history-runs.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';

let data: string;
beforeEach(() => {
  data = tempFolder('history-ipc');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(data, { recursive: true, force: true });
});

const runId = '20261120T140000Z-00000a';
const everything = {
  text: '',
  ...{ environment: null, checklist: null, result: null, person: null, host: null },
  first: 0,
  count: 10,
};
const open = (busy: () => boolean) =>
  historyHandlers({ data, busy, push: () => {}, log: { warn: (message) => expect.fail(message) } });

test('while a run is begun, worked on or followed the past waits, and is asked again each second', async () => {
  writeRun({ data, runId });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let asked = 0;
  let going = true;
  const handlers = open(() => {
    asked += 1;
    return going;
  });
  let verdict: unknown = null;
  const answer = Promise.resolve(handlers['history:verdict']({ runId })).then((found) => {
    verdict = found;
  });
  await vi.waitUntil(() => asked >= 2, { timeout: 15_000 });
  await vi.advanceTimersByTimeAsync(5_000);
  expect([verdict, asked >= 6]).toEqual([null, true]);
  going = false;
  await vi.advanceTimersByTimeAsync(1_000);
  await answer;
  expect(verdict).toMatchObject({ verdict: 'intact' });
});

test('a run is under way from its preflight to its end, on pause as well', () => {
  const plan = planOf([step('1')]);
  const state = (...events: Parameters<typeof foldEvents>[1]) => foldEvents(plan, events, 0, 1_000);
  const running = state({ type: 'run-started', data: {} });
  const held = state(
    { type: 'run-started', data: {} },
    { type: 'run-held', data: { reason: 'lunch', cause: 'operator', minutes: null } },
  );
  const over = state(
    { type: 'run-started', data: {} },
    { type: 'run-ended', data: { result: 'abandoned', reason: 'enough' } },
  );
  const nothing = { preflight: null, held: null, followed: null };
  expect(underWay(nothing)).toBe(false);
  expect(underWay({ ...nothing, preflight: '/home/li/release.yaml' })).toBe(true);
  for (const run of [running, held]) {
    expect(underWay({ ...nothing, held: run })).toBe(true);
    expect(underWay({ ...nothing, followed: run })).toBe(true);
  }
  expect(underWay({ preflight: null, held: over, followed: over })).toBe(false);
});

test('a folder that is gone is told of at the next look, and so is what is wrong with the chain of runs', async () => {
  const other = '20261121T140000Z-00000b';
  const folder = writeRun({ data, runId });
  writeRun({ data, runId: other });
  const run = (id: string) => ({
    runId: id,
    title: `Release ${id}`,
    environment: 'pre',
    contentHash: null,
    startedAt: '',
  });
  await appendRuns(data, systemClock, () => [
    { type: 'begun', data: run(runId) },
    { type: 'begun', data: run(other) },
    { type: 'ended', data: { runId: other, head: 'ab'.repeat(32), records: 2, result: 'completed' } },
  ]);
  const handlers = open(() => false);
  const find = async () => await handlers['history:find'](everything);
  const before = await find();
  expect([before.absent, before.chain]).toEqual([[], 'altered']);
  expect(before.chainFindings).toEqual([{ code: 'differs', params: { run: other, title: `Release ${other}` } }]);
  rmSync(folder, { recursive: true });
  const after = await find();
  expect(after.absent).toMatchObject([{ runId, title: `Release ${runId}`, retired: null }]);
  expect(after.chainFindings).toHaveLength(1);
});

test('what is entered in the chain of runs is seen by the very next question', async () => {
  mkdirSync(join(data, 'runs'));
  const handlers = open(() => false);
  expect((await handlers['history:find'](everything)).absent).toEqual([]);
  const gone = { runId, title: 'Release', environment: 'pre', contentHash: null, startedAt: '' };
  await appendRuns(data, systemClock, () => [{ type: 'begun', data: gone }]);
  expect((await handlers['history:find'](everything)).absent).toHaveLength(1);
});
