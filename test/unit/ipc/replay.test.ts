import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runsFolder } from '../../../electron/engine/data-folder.ts';
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
