import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock } from '../../../electron/engine/journal/lock.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { absentRuns, auditRuns } from '../../../electron/evidence/audit-runs.ts';
import { reconcileRuns } from '../../../electron/evidence/reconcile-runs.ts';
import { appendRuns, readRunsChain, runsChainPath } from '../../../electron/evidence/runs-file.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { beginRun, tempData, wholeRun } from './evidence-run.ts';

const plan = planOf([manualStep('look')], { title: '升级 2.4' });
let data: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ data, remove } = await tempData()));
afterEach(() => remove());

const types = async () => (await readRunsChain(data)).entries.map(({ type }) => type);

it('tells of the beginning and the end of every run, and finds all of them intact', async () => {
  const first = await wholeRun(data, plan);
  await wholeRun(data, plan);
  const left = await beginRun(data, plan);
  await left.close('left');
  expect(await types()).toEqual(['begun', 'ended', 'begun', 'ended', 'begun']);
  const audit = await auditRuns(data);
  expect(audit.findings).toEqual([]);
  expect(audit.verdict).toBe('intact');
  expect(audit.runs.map(({ standing }) => standing)).toEqual(['here', 'here', 'here']);
  const known = audit.runs.find(({ runId }) => runId === first.runId);
  expect(known).toMatchObject({ title: '升级 2.4', environment: plan.environment, end: { result: 'abandoned' } });
});

it('names a run that vanished, whether it had ended or not', async () => {
  const gone = await wholeRun(data, plan);
  await wholeRun(data, plan);
  const open = await beginRun(data, plan);
  await open.close('left');
  await rm(gone.folder, { recursive: true });
  await rm(open.folder, { recursive: true });
  const audit = await auditRuns(data);
  expect(audit.verdict).toBe('incomplete');
  expect(audit.findings.map(({ code, params }) => [code, params['run']])).toEqual([
    ['vanished', gone.runId],
    ['vanished', open.runId],
  ]);
  // Newest first by run id, which says only the second it began in.
  expect(absentRuns(audit).map(({ runId, retired }) => [runId, retired])).toEqual(
    [gone.runId, open.runId]
      .sort()
      .reverse()
      .map((runId) => [runId, null]),
  );
});

it('notices a run that was cut, or put in the place of another', async () => {
  const [one, two] = [await wholeRun(data, plan), await wholeRun(data, plan)];
  const journal = join(one.folder, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n');
  await writeFile(journal, `${lines.slice(0, -2).join('\n')}\n`);
  await rm(join(two.folder, 'journal.jsonl'));
  const other = await wholeRun(data, plan);
  await cp(join(other.folder, 'journal.jsonl'), join(two.folder, 'journal.jsonl'));
  const audit = await auditRuns(data);
  expect(audit.verdict).toBe('altered');
  expect(audit.findings.map(({ code, params }) => [code, params['run']])).toEqual([
    ['cut', one.runId],
    ['differs', two.runId],
  ]);
});

it('finds every change of a line of the chain', async () => {
  for (let run = 0; run < 3; run += 1) await wholeRun(data, plan);
  const path = runsChainPath(data);
  const good = await readFile(path, 'utf8');
  const lines = good.trimEnd().split('\n');
  const at = fc.nat({ max: good.length - 2 });
  const line = fc.nat({ max: lines.length - 2 });
  const tampering = fc.oneof(
    at.map((index) => `${good.slice(0, index)}${good[index] === 'x' ? 'y' : 'x'}${good.slice(index + 1)}`),
    line.map((index) =>
      lines
        .filter((_, other) => other !== index)
        .join('\n')
        .concat('\n'),
    ),
    line.map((index) =>
      lines
        .flatMap((one, other) => (other === index ? [one, one] : [one]))
        .join('\n')
        .concat('\n'),
    ),
    line.map((index) =>
      lines
        .with(index, lines[index + 1] ?? '')
        .with(index + 1, lines[index] ?? '')
        .join('\n')
        .concat('\n'),
    ),
  );
  await fc.assert(
    fc.asyncProperty(tampering, async (changed) => {
      await writeFile(path, changed);
      const audit = await auditRuns(data);
      expect(audit.verdict, changed).toBe('altered');
    }),
    { numRuns: 300 },
  );
  await writeFile(path, good);
  expect((await auditRuns(data)).verdict).toBe('intact');
});

it('keeps what a crash left of the last line, and goes on', async () => {
  await wholeRun(data, plan);
  await appendFile(runsChainPath(data), '{"at":"2026-1');
  expect((await auditRuns(data)).findings.map(({ code }) => code)).toEqual(['chain-torn']);
  await wholeRun(data, plan);
  const chain = await readRunsChain(data);
  expect(chain.faults).toEqual([]);
  expect(await types()).toEqual(['begun', 'ended', 'repaired', 'begun', 'ended']);
  const repaired = chain.entries[2];
  if (repaired?.type !== 'repaired') throw new Error('no repair');
  expect(await readFile(join(data, repaired.data.path), 'utf8')).toBe('{"at":"2026-1');
});

it('enters at the next start what could not be entered in its time', async () => {
  await mkdir(runsChainPath(data));
  const run = await wholeRun(data, plan);
  await rm(runsChainPath(data), { recursive: true });
  expect((await auditRuns(data)).findings.map(({ code }) => code)).toEqual(['chain-missing', 'unlisted']);
  expect((await reconcileRuns(data, systemClock)).map(({ type }) => type)).toEqual(['found']);
  expect(await reconcileRuns(data, systemClock)).toEqual([]);
  const audit = await auditRuns(data);
  expect(audit.verdict).toBe('intact');
  expect(audit.runs[0]).toMatchObject({ runId: run.runId, end: { result: 'abandoned' } });
});

it('leaves a run alone that somebody is writing, and never takes an altered one for an end', async () => {
  const open = await beginRun(data, plan);
  const ended = await wholeRun(data, plan);
  await rm(runsChainPath(data));
  expect(
    (await reconcileRuns(data, systemClock)).map((event) => event.type !== 'repaired' && event.data.runId),
  ).toEqual([ended.runId]);
  await open.close('left');
  const other = await wholeRun(data, plan);
  await cp(join(other.folder, 'journal.jsonl'), join(ended.folder, 'journal.jsonl'));
  await reconcileRuns(data, systemClock);
  expect((await auditRuns(data)).findings.map(({ code }) => code)).toContain('differs');
});

it('does not hold up a run while another process keeps the chain', async () => {
  const lock = await acquireLock(join(data, 'runs.lock'));
  // Who waited for the chain in here would have given it up before the lock is released, and entered nothing.
  const run = await beginRun(data, plan);
  await lock.release();
  await run.close('left');
  expect(await types()).toEqual(['begun']);
});

it('takes entries that come at the same time one after another', async () => {
  const event = (n: number) =>
    ({
      type: 'ended',
      data: { runId: `20261120T15000${n}Z-00000${n}`, head: null, records: 0, result: null },
    }) as const;
  await Promise.all([1, 2, 3, 4].map((n) => appendRuns(data, systemClock, () => [event(n)])));
  const chain = await readRunsChain(data);
  expect(chain.faults).toEqual([]);
  expect(chain.entries).toHaveLength(4);
});
