import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../../../electron/cli/run-cli.ts';
import { verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { auditRuns } from '../../../electron/evidence/audit-runs.ts';
import { finishRetiring } from '../../../electron/evidence/retire-runs.ts';
import { bundleForNode } from '../../helpers/bundle.ts';
import { fastFolder } from '../../helpers/fast-folder.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { wholeRun } from './evidence-run.ts';

/** Putting a run away is killed (a real SIGKILL) at every touch of the disk: the run is there whole, or its tombstone. */

const base = fastFolder('killed');
const whole = join(base, 'whole');
let entry: string;
let runId: string;
let kept: string;
beforeAll(async () => {
  mkdirSync(whole);
  const plan = planOf([manualStep('look')]);
  runId = (await wholeRun(whole, plan)).runId;
  kept = (await wholeRun(whole, plan)).runId;
  entry = await bundleForNode(resolve('test/helpers/crash-retire.ts'), resolve('out/crash-retire'));
}, 60_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const ran = (args: readonly string[]) =>
  new Promise<{ code: unknown; signal: unknown }>((done) => {
    execFile(process.execPath, [entry, ...args], (error) => done({ code: error?.code ?? 0, signal: error?.signal }));
  });

async function said(data: string): Promise<{ exit: number; text: string }> {
  let text = '';
  const say = (more: string): void => {
    text += more;
  };
  const io = { stdout: say, stderr: say, env: { LANG: 'C' }, cwd: '/' };
  return { exit: await runCli(['runs', '--data', data], io), text };
}

const intact = async (data: string, id: string) => (await verifyRun(join(data, 'runs', id))).verdict;

/** Kills it at its n-th touch of the disk; how the run stands then, or null where it came to its end before. */
async function killedAt(how: 'archive' | 'remove', n: number): Promise<string | null> {
  const data = join(base, `${how}-${n}`);
  cpSync(whole, data, { recursive: true });
  const { code, signal } = await ran([data, how, runId, String(n)]);
  if (signal !== 'SIGKILL') {
    expect({ n, code }).toEqual({ n, code: 0 });
    return null;
  }
  const gone = how === 'archive' ? 'archived' : 'removed';
  const audit = await auditRuns(data);
  const standing = audit.runs.find((one) => one.runId === runId)?.standing ?? 'unknown';
  expect({ n, standing: ['here', gone].includes(standing), verdict: audit.verdict }).toEqual({
    ...{ n, standing: true, verdict: 'intact' },
  });
  // Whatever still stands where runs are looked for is whole, and the other run was not touched.
  for (const one of readdirSync(join(data, 'runs'))) expect([n, await intact(data, one)]).toEqual([n, 'intact']);
  expect(await said(data)).toEqual({ exit: 0, text: expect.stringContaining(`${runId}  ${standing}`) });

  await finishRetiring(data);
  expect({ n, runs: readdirSync(join(data, 'runs')).sort() }).toEqual({
    ...{ n, runs: [...(standing === 'here' ? [runId] : []), kept].sort() },
  });
  const left = (folder: string) => readdirSync(data).includes(folder) && readdirSync(join(data, folder));
  expect({ n, trash: left('trash') || [] }).toEqual({ n, trash: [] });
  expect((left('archive') || []).filter((name) => name.startsWith('.'))).toEqual([]);
  expect((await auditRuns(data)).findings.filter(({ code: what }) => what !== 'chain-torn')).toEqual([]);
  rmSync(data, { recursive: true });
  return standing;
}

it.each(['remove', 'archive'] as const)(
  'to %s a run, killed at any moment, leaves all of it or its tombstone',
  async (how) => {
    const standings: string[] = [];
    for (let n = 1; ; n += 2) {
      const [one, next] = await Promise.all([killedAt(how, n), killedAt(how, n + 1)]);
      standings.push(...[one, next].filter((standing) => standing !== null));
      if (next === null) break;
    }
    // It was killed before its tombstone and behind it, and never went back.
    const first = standings.findIndex((standing) => standing !== 'here');
    expect(first).toBeGreaterThan(3);
    expect(standings.slice(first).every((standing) => standing !== 'here')).toBe(true);
    expect(standings.length - first).toBeGreaterThan(2);
  },
  240_000,
);
