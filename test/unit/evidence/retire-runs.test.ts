import { cp, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock } from '../../../electron/engine/journal/lock.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { auditRuns } from '../../../electron/evidence/audit-runs.ts';
import { importRun } from '../../../electron/evidence/import-run.ts';
import { finishRetiring, type Retiring, retireRuns } from '../../../electron/evidence/retire-runs.ts';
import { runsChainPath } from '../../../electron/evidence/runs-file.ts';
import { tidyRuns } from '../../../electron/ipc/handlers/evidence.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { writeTamperedRun } from '../journal/tampered-run.ts';
import { beginRun, tempData, wholeRun } from './evidence-run.ts';

const plan = planOf([manualStep('look')], { title: '升级 2.4' });
let data: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ data, remove } = await tempData()));
afterEach(() => remove());

const retire = (how: Retiring['how'], runIds: readonly string[], given: Partial<Retiring> = {}) =>
  retireRuns({
    ...{ data, runIds, how, by: 'Li Wei', reason: 'older than a year', onScreen: null, clock: systemClock },
    ...{ language: 'en', print: null, identity: null },
    ...given,
  });
const there = (...parts: string[]) =>
  stat(join(data, ...parts)).then(
    () => true,
    () => false,
  );

it('removes a run whole and keeps its tombstone', async () => {
  const { runId } = await wholeRun(data, plan);
  expect(await retire('remove', [runId])).toEqual({ ok: true, value: { retired: 1 } });
  expect(await readdir(join(data, 'runs'))).toEqual([]);
  expect(await readdir(join(data, 'trash'))).toEqual([]);
  const audit = await auditRuns(data);
  expect(audit).toMatchObject({ verdict: 'intact', findings: [] });
  expect(audit.runs[0]).toMatchObject({
    standing: 'removed',
    end: { result: 'abandoned' },
    retired: { how: 'remove', by: 'Li Wei', reason: 'older than a year' },
  });
});

it('archives a run in a zip that can be taken up again, as the very same run', async () => {
  const { runId, folder } = await wholeRun(data, plan);
  const journal = await readFile(join(folder, 'journal.jsonl'));
  expect(await retire('archive', [runId])).toMatchObject({ ok: true });
  expect(await there('runs', runId)).toBe(false);
  expect((await auditRuns(data)).runs[0]).toMatchObject({ standing: 'archived' });
  const zip = join(data, 'archive', `${runId}.zip`);
  expect(await importRun({ zip, data, clock: systemClock })).toMatchObject({ ok: true, value: { known: false } });
  expect(await readFile(join(data, 'imported', runId, 'journal.jsonl'))).toEqual(journal);
  expect((await auditRuns(data)).runs[0]).toMatchObject({ standing: 'here' });
  expect(await retire('archive', [runId])).toMatchObject({ ok: true });
  expect(await readdir(join(data, 'archive'))).toEqual([`${runId}-2.zip`, `${runId}.zip`]);
});

it('notices an archive that is gone or was changed', async () => {
  const [one, two] = [await wholeRun(data, plan), await wholeRun(data, plan)];
  await retire('archive', [one.runId, two.runId]);
  await rm(join(data, 'archive', `${one.runId}.zip`));
  await writeFile(join(data, 'archive', `${two.runId}.zip`), 'x');
  const audit = await auditRuns(data);
  expect(audit.verdict).toBe('altered');
  expect(audit.findings.map(({ code }) => code)).toEqual(['archive-missing', 'archive-changed']);
});

it('refuses what is not over, is being written, is on the screen, is unreadable or not here, and stops there', async () => {
  const held = await beginRun(data, plan);
  const left = await beginRun(data, plan);
  await left.close('left');
  const [shown, bad] = [await wholeRun(data, plan), await wholeRun(data, plan)];
  await writeFile(join(bad.folder, 'journal.jsonl'), 'x\n');
  const refusal = (what: string) => ({ ok: false, failure: { code: 'retire-refused', params: { what } } });
  expect(await retire('remove', [held.runId])).toMatchObject({ ok: false, failure: { code: 'run-being-written' } });
  expect(await retire('remove', [left.runId])).toMatchObject(refusal('retire-not-over'));
  expect(await retire('remove', [shown.runId], { onScreen: shown.runId })).toMatchObject(refusal('retire-on-screen'));
  expect(await retire('archive', [bad.runId])).toMatchObject(refusal('retire-unreadable'));
  expect(await retire('remove', ['20260101T000000Z-abcdef', shown.runId])).toMatchObject(refusal('retire-missing'));
  expect((await readdir(join(data, 'runs'))).length).toBe(4);
  expect(await readdir(shown.folder)).not.toContain('journal.lock');
  await held.close('left');
});

it('removes our own part together with its copy, and neither where they tell different histories', async () => {
  const [run, other] = [await wholeRun(data, plan), await wholeRun(data, plan)];
  await cp(run.folder, join(data, 'mirrored', run.runId), { recursive: true });
  const journal = join(run.folder, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  await writeFile(journal, await readFile(join(other.folder, 'journal.jsonl'), 'utf8'));
  const refusal = { ok: false, failure: { params: { what: 'retire-two-histories' } } };
  expect(await retire('remove', [run.runId])).toMatchObject(refusal);
  await writeFile(journal, `${lines.slice(0, 3).join('\n')}\n`);
  expect(await retire('remove', [run.runId])).toMatchObject({ ok: true });
  expect([await there('runs', run.runId), await there('mirrored', run.runId)]).toEqual([false, false]);
});

it('archives nothing of which something would not be in the zip, and names it', async () => {
  const { runId, folder } = await wholeRun(data, plan);
  const refusal = (name: string) => ({
    ok: false,
    failure: { code: 'retire-refused', params: { what: 'retire-left-out', name } },
  });
  await writeFile(join(folder, 'notes $t(ui:x).txt'), 'mine');
  expect(await retire('archive', [runId])).toMatchObject(refusal('notes $ t(ui:x).txt'));
  await rm(join(folder, 'notes $t(ui:x).txt'));
  // A copy in which a file broke off on its way.
  const copied = join(data, 'mirrored', runId);
  await cp(folder, copied, { recursive: true });
  await truncate(join(copied, 'checklist', 'release.yaml'), 3);
  expect(await retire('archive', [runId])).toMatchObject(refusal('checklist/release.yaml'));
  expect([await there('archive'), await there('runs', runId), await there('mirrored', runId)]).toEqual([
    ...[false, true, true],
  ]);
  // Who removes it wants nothing of it to stay.
  expect(await retire('remove', [runId])).toMatchObject({ ok: true });
});

it('archives the whole of a run of which each folder has a part', async () => {
  const { run, folder, receipts } = await writeTamperedRun(data);
  const { runId } = run.engine.run;
  const copied = join(data, 'mirrored', runId);
  await cp(folder, copied, { recursive: true });
  // Who gives the pen away and follows on as an observer copies no recordings; each has the receipts of its own time.
  await rm(join(copied, 'output'), { recursive: true });
  const written = (some: readonly string[]) => some.map((line) => `${line}\n`).join('');
  await writeFile(join(folder, 'receipts.jsonl'), `${written(receipts.slice(0, 4))}{"torn`);
  await writeFile(join(copied, 'receipts.jsonl'), written(receipts.slice(3)));
  expect(await retire('archive', [runId])).toMatchObject({ ok: true });
  expect([await there('runs', runId), await there('mirrored', runId)]).toEqual([false, false]);
  const taken = await importRun({ zip: join(data, 'archive', `${runId}.zip`), data, clock: systemClock });
  expect(taken).toMatchObject({
    ok: true,
    value: { known: false, verdict: { verdict: 'intact', identity: 'proved' } },
  });
  expect(await readFile(join(data, 'imported', runId, 'receipts.jsonl'), 'utf8')).toBe(written(receipts));
});

/** Puts a run's own part aside, as it stood behind record `last`: what is left of its lines, and all its files. */
async function putAside({ runId, folder }: { runId: string; folder: string }, last: number): Promise<string> {
  const aside = join(data, 'superseded', `${runId}-${last}`);
  await cp(folder, aside, { recursive: true });
  const lines = (await readFile(join(folder, 'journal.jsonl'), 'utf8')).split('\n');
  await writeFile(join(aside, 'journal.jsonl'), `${lines.slice(0, last + 1).join('\n')}\n`);
  return aside;
}

it('archives with a run its own parts that were put aside: what only they have, and their receipts', async () => {
  const { run, folder, receipts } = await writeTamperedRun(data);
  const { runId } = run.engine.run;
  const [early, late] = [await putAside({ runId, folder }, 5), await putAside({ runId, folder }, 9)];
  // The copy that came back has no recordings; a crash tore the end of our own part.
  await rm(join(folder, 'output'), { recursive: true });
  await rm(join(early, 'output'), { recursive: true });
  await writeFile(join(late, 'journal.jsonl'), '{"actor":{"kind":"app","name":"Other', { flag: 'a' });
  const written = (some: readonly string[]) => some.map((line) => `${line}\n`).join('');
  await writeFile(join(early, 'receipts.jsonl'), written(receipts.slice(0, 1)));
  await writeFile(join(late, 'receipts.jsonl'), written(receipts.slice(1, 3)));
  await writeFile(join(folder, 'receipts.jsonl'), written(receipts.slice(3)));
  // Another run's part, and what is none, stay.
  const other = await wholeRun(data, plan);
  const kept = await putAside(other, 2);
  await mkdir(join(data, 'superseded', runId));
  expect(await retire('archive', [runId])).toMatchObject({ ok: true });
  expect(await there('runs', runId)).toBe(false);
  expect(await readdir(join(data, 'superseded'))).toEqual([runId, basename(kept)].sort());
  const zip = join(data, 'archive', `${runId}.zip`);
  expect(await importRun({ zip, data, clock: systemClock })).toMatchObject({
    ok: true,
    value: { verdict: { verdict: 'intact', identity: 'proved' } },
  });
  expect(await readFile(join(data, 'imported', runId, 'receipts.jsonl'), 'utf8')).toBe(written(receipts));
});

it('removes with a run its own parts that were put aside', async () => {
  const run = await wholeRun(data, plan);
  const aside = await putAside(run, 2);
  await writeFile(join(aside, 'notes.txt'), 'mine');
  expect(await retire('remove', [run.runId])).toMatchObject({ ok: true });
  expect(await readdir(join(data, 'superseded'))).toEqual([]);
  expect(await auditRuns(data)).toMatchObject({ verdict: 'intact', findings: [] });
});

it('keeps a run of which a part that was put aside would not be in the zip, and names what', async () => {
  const run = await wholeRun(data, plan);
  const aside = await putAside(run, 2);
  const name = `superseded/${run.runId}-2`;
  const refusal = (what: string, of: string) => ({
    ok: false,
    failure: { code: 'retire-refused', params: { what, name: of } },
  });
  await writeFile(join(aside, 'notes.txt'), 'mine');
  expect(await retire('archive', [run.runId])).toMatchObject(refusal('retire-left-out', `${name}/notes.txt`));
  await rm(join(aside, 'notes.txt'));
  // As long as its counterpart, and another one.
  const sealed = join(aside, 'checklist', 'release.yaml');
  const bytes = await readFile(sealed);
  await writeFile(sealed, bytes.toString('latin1').toUpperCase(), 'latin1');
  expect(await retire('archive', [run.runId])).toMatchObject(
    refusal('retire-left-out', `${name}/checklist/release.yaml`),
  );
  await writeFile(sealed, bytes);
  // A line before the last one that was changed: by its head it is the beginning of the run.
  const journal = await readFile(join(aside, 'journal.jsonl'), 'utf8');
  await writeFile(join(aside, 'journal.jsonl'), journal.replace('Li Wei', 'Li Wai'));
  expect(await retire('archive', [run.runId])).toMatchObject(refusal('retire-left-out', `${name}/journal.jsonl`));
  expect([await there('archive'), await there('runs', run.runId), await there(name)]).toEqual([false, true, true]);
});

it('neither archives nor removes a run of which a part that was put aside tells another history, and names it', async () => {
  const [run, other] = [await wholeRun(data, plan), await wholeRun(data, plan)];
  const aside = await putAside(run, 2);
  await cp(join(other.folder, 'journal.jsonl'), join(aside, 'journal.jsonl'));
  const name = `superseded/${run.runId}-2`;
  for (const how of ['archive', 'remove'] as const)
    expect(await retire(how, [run.runId])).toMatchObject({
      failure: { code: 'retire-refused', params: { what: 'retire-other-part', name } },
    });
  expect([await there('runs', run.runId), await there(name)]).toEqual([true, true]);
});

it('does not put away a run while one of its parts that were put aside is being written', async () => {
  const run = await wholeRun(data, plan);
  const lock = await acquireLock(join(await putAside(run, 2), 'journal.lock'));
  expect(await retire('remove', [run.runId])).toMatchObject({ failure: { code: 'run-being-written' } });
  await lock.release();
  expect(await retire('remove', [run.runId])).toMatchObject({ ok: true });
});

it('finishes at the next start also what was put aside of a run that is on its way out', async () => {
  const run = await wholeRun(data, plan);
  await putAside(run, 2);
  await writeFile(join(data, 'trash'), 'in the way, as a killed process would be');
  expect(await retire('remove', [run.runId])).toMatchObject({ ok: false });
  await rm(join(data, 'trash'));
  await finishRetiring(data);
  expect([await readdir(join(data, 'runs')), await readdir(join(data, 'superseded'))]).toEqual([[], []]);
});

it('clears away what it can of the trash, finishes the runs behind it, and names in the log what stays', async () => {
  const run = await wholeRun(data, plan);
  await writeFile(join(data, 'trash'), 'in the way, as a killed process would be');
  expect(await retire('remove', [run.runId])).toMatchObject({ ok: false });
  await rm(join(data, 'trash'));
  // Folders so deep that no path reaches their end, whoever asks: they were put together from two halves.
  const deep = Array.from({ length: 12 }, () => 'd'.repeat(200)).join('/');
  const halves = [join(data, 'trash', 'b-too-deep', deep), join(data, 'half', deep)] as const;
  for (const half of [...halves, join(data, 'trash', 'a'), join(data, 'trash', 'c')])
    await mkdir(half, { recursive: true });
  await rename(join(data, 'half'), join(halves[0], 'half'));
  const said: string[] = [];
  await tidyRuns(data, { warn: (message) => void said.push(message) });
  expect(await readdir(join(data, 'trash'))).toEqual(['b-too-deep']);
  expect(await readdir(join(data, 'runs'))).toEqual([]);
  expect(said).toEqual([expect.stringContaining(join(data, 'trash', 'b-too-deep'))]);
  await rename(join(halves[0], 'half'), join(data, 'half'));
  await tidyRuns(data, { warn: (message) => void said.push(message) });
  expect([await readdir(join(data, 'trash')), said.length]).toEqual([[], 1]);
});

it('removes nothing when the tombstone cannot be written', async () => {
  const { runId } = await wholeRun(data, plan);
  await rm(runsChainPath(data));
  await mkdir(runsChainPath(data));
  expect(await retire('remove', [runId])).toMatchObject({ ok: false, failure: { code: 'runs-chain-unwritable' } });
  expect(await there('runs', runId, 'journal.jsonl')).toBe(true);
});

it('finishes at the next start what was killed behind its tombstone, and only that', async () => {
  const [run, kept] = [await wholeRun(data, plan), await wholeRun(data, plan)];
  await writeFile(join(data, 'trash'), 'in the way, as a killed process would be');
  expect(await retire('remove', [run.runId])).toMatchObject({ ok: false });
  expect((await auditRuns(data)).findings.map(({ code }) => code)).toEqual(['retire-unfinished']);
  await rm(join(data, 'trash'));
  await mkdir(join(data, 'trash', 'half-removed'), { recursive: true });
  await finishRetiring(data);
  expect(await readdir(join(data, 'runs'))).toEqual([kept.runId]);
  expect(await readdir(join(data, 'trash'))).toEqual([]);
  expect((await auditRuns(data)).verdict).toBe('intact');
});

it('does not take another history for the one that was buried', async () => {
  const [run, other] = [await wholeRun(data, plan), await wholeRun(data, plan)];
  await retire('remove', [run.runId]);
  await cp(other.folder, run.folder, { recursive: true });
  await finishRetiring(data);
  expect(await there('runs', run.runId)).toBe(true);
  expect((await auditRuns(data)).findings.map(({ code }) => code)).toEqual(['retire-unfinished']);
});

it('takes nothing up that cannot be entered behind its tombstone: the next start would put it away again', async () => {
  const { runId } = await wholeRun(data, plan);
  await retire('archive', [runId]);
  const zip = join(data, 'archive', `${runId}.zip`);
  const writing = await acquireLock(join(data, 'runs.lock'));
  const taken = await importRun({ zip, data, clock: systemClock });
  await writing.release();
  expect(taken).toMatchObject({ ok: false, failure: { code: 'local-error' } });
  expect(await readdir(join(data, 'imported'))).toEqual([]);
  expect(await importRun({ zip, data, clock: systemClock })).toMatchObject({ ok: true, value: { known: false } });
  await finishRetiring(data);
  expect(await readdir(join(data, 'imported'))).toEqual([runId]);
});

it('keeps a run that was taken up again while it was still on its way out', async () => {
  const { runId, folder } = await wholeRun(data, plan);
  await writeFile(join(data, 'trash'), 'in the way, as a killed process would be');
  expect(await retire('archive', [runId])).toMatchObject({ ok: false });
  const zip = join(data, 'archive', `${runId}.zip`);
  expect(await importRun({ zip, data, clock: systemClock })).toMatchObject({
    ok: true,
    value: { known: true, folder },
  });
  await rm(join(data, 'trash'));
  await finishRetiring(data);
  expect(await there('runs', runId)).toBe(true);
  expect(await auditRuns(data)).toMatchObject({ verdict: 'intact', findings: [] });
});
