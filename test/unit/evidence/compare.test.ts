import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareSides, sideToCompare } from '../../../electron/evidence/compare.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { begins, ends, writeJournal, writeRecording } from '../../helpers/past-run.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';
import { createdEvent } from '../../helpers/story.ts';

const compareFolders = async (left: string, right: string) =>
  compareSides(await sideToCompare(left), await sideToCompare(right));

const started: RunEvent = { type: 'run-started', data: {} };

describe('two runs side by side', () => {
  let folder: string;
  beforeEach(() => {
    folder = tempFolder('compare');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function run(name: string, ids: readonly string[], text: string, slow: number, again = false): string {
    const path = join(folder, name);
    const seal = writeRecording(path, 'a1', [[slow, text]]);
    const plan = planOf(ids.map((id) => step(id)));
    writeJournal(path, [
      [0, createdEvent(plan)],
      [1, started],
      [2, begins('a1', ids[0] ?? '')],
      [slow, ends('a1', again ? 'failed' : 'passed', slow, seal)],
      ...(again ? ([[slow + 1, begins('a2', ids[0] ?? '', 'app1', 2)]] as const) : []),
    ]);
    return path;
  }

  it('finds no difference where only the times of the recordings differ', async () => {
    const view = await compareFolders(run('l', ['one'], 'done\n', 3_000), run('r', ['one'], 'done\n', 3_400));
    expect(view).toMatchObject({ sameContent: true, sameChecklist: true });
    expect(view.targets).toHaveLength(1);
    expect(view.targets[0]).toMatchObject({ differs: [], left: { durationMs: 3_000 }, right: { durationMs: 3_400 } });
  });

  it('names what differs: outcome, duration, output and attempts', async () => {
    const view = await compareFolders(run('l', ['one'], 'done\n', 3_000), run('r', ['one'], 'oops\n', 9_000, true));
    expect(view.targets[0]?.differs).toEqual(['verdict', 'duration', 'output', 'attempts']);
    expect(view.targets[0]?.right?.attempts).toBe(2);
  });

  it('says of a step that only one of them ran that its outcome differs, and no more', async () => {
    const idle = join(folder, 'idle');
    writeJournal(idle, [
      [0, createdEvent(planOf([step('one')]))],
      [1, started],
    ]);
    const view = await compareFolders(run('l', ['one'], 'done\n', 3_000), idle);
    expect(view.targets[0]?.differs).toEqual(['verdict']);
  });

  it('waits for no pipe in the place of a recording', async () => {
    const [left, right] = [run('l', ['one'], 'done\n', 1), run('r', ['one'], 'done\n', 1)];
    const cast = join(left, 'output', 'a1.cast');
    rmSync(cast);
    execFileSync('mkfifo', [cast]);
    expect((await compareFolders(left, right)).targets[0]).toMatchObject({
      differs: ['output'],
      left: { sha256: null },
    });
  });

  it('keeps the order of both, and shows what only one of them has', async () => {
    const left = run('l', ['one', 'two', 'four'], 'x', 1);
    const right = run('r', ['one', 'three', 'four', 'five'], 'x', 1);
    const { targets } = await compareFolders(left, right);
    expect(targets.map((target) => [target.step, target.left !== null, target.right !== null])).toEqual([
      ['one', true, true],
      ['two', true, false],
      ['three', false, true],
      ['four', true, true],
      ['five', false, true],
    ]);
  });
});
