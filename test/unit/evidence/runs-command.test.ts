import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../../../electron/cli/run-cli.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { appendRuns, runsChainPath } from '../../../electron/evidence/runs-file.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { tempData, wholeRun } from './evidence-run.ts';

const plan = planOf([manualStep('look')], { title: '升级 2.4' });
let data: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ data, remove } = await tempData()));
afterEach(() => remove());

async function runs(...more: string[]): Promise<{ readonly exit: number; readonly said: string }> {
  let said = '';
  const say = (text: string): void => {
    said += text;
  };
  const io = { stdout: say, stderr: say, env: { LANG: 'en_US.UTF-8' }, cwd: '/' };
  return { exit: await runCli(['runs', '--data', data, ...more], io), said };
}

it('lists all runs with the head of the chain, and answers 0 when all of them are there', async () => {
  const { runId } = await wholeRun(data, plan);
  const { exit, said } = await runs();
  expect(exit).toBe(0);
  expect(said).toContain(`${runId}  here  abandoned`);
  expect(said).toMatch(/Head of the chain of runs: [0-9a-f]{64} \(2 entries\)/);
});

it('names a run that vanished, in words and as JSON, and answers 3', async () => {
  const { runId, folder } = await wholeRun(data, plan);
  await rm(folder, { recursive: true });
  const { exit, said } = await runs();
  expect(exit).toBe(3);
  expect(said).toContain(`The run ${runId} (升级 2.4) has VANISHED`);
  const json = JSON.parse((await runs('--json')).said);
  expect(json).toMatchObject({
    verdict: 'incomplete',
    findings: [{ code: 'vanished' }],
    runs: [{ standing: 'vanished' }],
  });
});

it('does not wait for a pipe in the place of the chain, nor for a device, and says that it is no regular file', async () => {
  await wholeRun(data, plan);
  for (const lay of [
    (path: string) => execFileSync('mkfifo', [path]),
    (path: string) => symlink('/dev/zero', path),
    (path: string) => mkdir(path),
  ]) {
    await rm(runsChainPath(data), { recursive: true });
    await lay(runsChainPath(data));
    expect(await runs()).toEqual({
      exit: 2,
      said: expect.stringContaining(`${runsChainPath(data)} is no regular file`),
    });
    await expect(appendRuns(data, systemClock, () => [])).rejects.toThrow(/regular file|directory/);
  }
});
