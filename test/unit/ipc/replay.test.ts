import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runsFolder } from '../../../electron/engine/data-folder.ts';
import { outputHandlers } from '../../../electron/ipc/handlers/output.ts';
import { createReplayDesk, type ReplayDesk } from '../../../electron/ipc/handlers/replay.ts';
import { begins, ends, writeJournal, writeRecording } from '../../helpers/past-run.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';
import { createdEvent } from '../../helpers/story.ts';

let data: string;
beforeEach(() => {
  data = tempFolder('replay-desk');
  for (const run of ['first', 'second']) pastRun(run);
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const folderOf = (run: string): string => join(runsFolder(data), run);

/** A run whose one attempt wrote the run's name. */
function pastRun(run: string): void {
  const seal = writeRecording(folderOf(run), 'a1', [[500, `${run}\r\n`]]);
  writeJournal(folderOf(run), [
    [0, createdEvent(planOf([step('one')]))],
    [1_000, { type: 'run-started', data: {} }],
    [2_000, { type: 'step-entered', data: { step: 'one' } }],
    [3_000, begins('a1', 'one')],
    [4_000, ends('a1', 'passed', 1_000, seal)],
    [5_000, { type: 'run-ended', data: { result: 'completed', reason: null } }],
  ]);
}

/** What is awaited before a run is read waits for the test. */
function slowDesk(): { readonly desk: ReplayDesk; readonly settle: (() => void)[] } {
  const settle: (() => void)[] = [];
  const settled = () => new Promise<void>((resolve) => settle.push(resolve));
  return { desk: createReplayDesk({ data, busy: () => false, settled }), settle };
}

const quickDesk = () => createReplayDesk({ data, busy: () => false, settled: async () => {} });

test('a replay that was left before it was read does not take the screen: recordings are those of the run that is shown', async () => {
  const { desk, settle } = slowDesk();
  const opening = desk.handlers['replay:open']({ runId: 'first' });
  desk.handlers['replay:close']({});
  settle[0]?.();
  await opening;
  expect(desk.folder()).toBeNull();
});

test('of two replays the one that was asked for last is open, whichever was read first', async () => {
  const { desk, settle } = slowDesk();
  const first = desk.handlers['replay:open']({ runId: 'first' });
  const second = desk.handlers['replay:open']({ runId: 'second' });
  settle[1]?.();
  await second;
  expect(desk.folder()).toBe(folderOf('second'));
  settle[0]?.();
  await first;
  expect(desk.folder()).toBe(folderOf('second'));
});

test('a recording that was there and is not any more is missing, not empty: for lines, for a search, for a comparison', async () => {
  const desk = quickDesk();
  await desk.handlers['replay:open']({ runId: 'first' });
  const output = outputHandlers({ folder: () => desk.folder() ?? '', feed: () => null });
  const read = () => output['output:read']({ attempt: 'a1', first: 0, count: 10 });
  const search = () => output['output:search']({ attempt: 'a1', text: 'first' });
  const compare = () => desk.handlers['compare:output']({ runId: 'first', attempt: 'a1' });
  const lines = { ok: true, value: { lines: ['first'], first: 0, total: 1 } };
  expect([await read(), await search(), await compare()]).toEqual([
    lines,
    { ok: true, value: { matches: [0], truncated: false } },
    lines,
  ]);
  rmSync(folderOf('first'), { recursive: true });
  const missing = { ok: false, failure: { code: 'recording-missing', params: { attempt: 'a1' } } };
  expect([await read(), await search(), await compare()]).toMatchObject([missing, missing, missing]);
});

test('a recording in which nothing was written is empty, not missing', async () => {
  writeRecording(folderOf('second'), 'a2', []);
  expect(await quickDesk().handlers['compare:output']({ runId: 'second', attempt: 'a2' })).toEqual({
    ok: true,
    value: { lines: [], first: 0, total: 0 },
  });
});
