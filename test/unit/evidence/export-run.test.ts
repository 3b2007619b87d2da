import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { exportRun } from '../../../electron/evidence/export-run.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { beginRun, tempData, wholeRun } from './evidence-run.ts';

const plan = planOf([manualStep('look')], { title: '升级 2.4' });
let data: string;
let remove: () => Promise<void>;
let out: string;
beforeEach(async () => {
  ({ data, remove } = await tempData());
  out = await mkdtemp(join(tmpdir(), 'countersign-out-'));
});
afterEach(async () => {
  await remove();
  await rm(out, { recursive: true, force: true });
});

const print = async (html: string, path: string): Promise<void> =>
  writeFile(path, `%PDF-1.4 /CreationDate (D:${Date.now().toString().padEnd(14, '0')}+00'00') ${html.length}`);

function options(folder: string, to = join(out, 'run.zip')) {
  return { folder, to, language: 'zh', print, identity: null, progress: () => {} } as const;
}

async function exported(folder: string, to = join(out, 'run.zip')) {
  const done = await exportRun(options(folder, to));
  if (!done.ok) throw new Error(JSON.stringify(done.failure));
  return done.value;
}

it('holds the whole run, which both verifiers and sha256sum accept where it is unpacked', async () => {
  const { folder, runId } = await wholeRun(data, plan);
  const done = await exported(folder);
  expect(done.files.map(({ path }) => path)).toEqual([
    'checklist/release.yaml',
    'checklist/sql/1 first.sql',
    'journal.jsonl',
    'README.txt',
    'report.html',
    'report.pdf',
    'verify.mjs',
    'MANIFEST.sha256',
    'export.json',
  ]);
  expect(done).toMatchObject({ complete: true, leftOut: [] });
  const there = join(out, 'unpacked');
  execFileSync('python3', ['-m', 'zipfile', '-e', join(out, 'run.zip'), there]);
  expect(await readFile(join(there, 'journal.jsonl'))).toEqual(await readFile(join(folder, 'journal.jsonl')));
  execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'MANIFEST.sha256'], { cwd: there });
  expect(await verifyRun(there)).toMatchObject({ verdict: 'intact', runId });
  execFileSync(process.execPath, ['verify.mjs', '.'], { cwd: there });
  const readme = await readFile(join(there, 'README.txt'), 'utf8');
  expect(readme).toContain(runId);
  expect(readme).toContain('校验只需要 Node');
});

it('gives the same bytes for the same run, whenever and wherever the clock stands', async () => {
  const { folder } = await wholeRun(data, plan);
  await exported(folder, join(out, 'one.zip'));
  const zone = process.env['TZ'];
  process.env['TZ'] = 'Asia/Shanghai';
  await exported(folder, join(out, 'two.zip'));
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
  expect((await readFile(join(out, 'two.zip'))).equals(await readFile(join(out, 'one.zip')))).toBe(true);
});

it('leaves links, pipes and strange files out, and names them', async () => {
  const { folder } = await wholeRun(data, plan);
  await writeFile(join(out, 'passwd'), 'root');
  await mkdir(join(folder, 'evidence'));
  await symlink(join(out, 'passwd'), join(folder, 'evidence', 'a1-link.txt'));
  await symlink(out, join(folder, 'output'));
  execFileSync('mkfifo', [join(folder, 'evidence', 'pipe')]);
  await writeFile(join(folder, 'evidence', 'back\\slash'), '');
  await writeFile(join(folder, 'notes.txt'), 'mine');
  await writeFile(join(folder, 'report.pdf'), 'an older one');
  const { leftOut, files } = await exported(folder);
  expect(leftOut).toEqual([
    { path: 'evidence/a1-link.txt', why: 'link' },
    { path: 'evidence/back\\slash', why: 'name' },
    { path: 'evidence/pipe', why: 'special' },
    { path: 'notes.txt', why: 'strange' },
    { path: 'output', why: 'link' },
  ]);
  expect(files.some(({ path }) => path.startsWith('evidence') || path.startsWith('output'))).toBe(false);
});

it('refuses a run that is being written, and says of one that was left that it is not over', async () => {
  const run = await beginRun(data, plan);
  expect(await exportRun(options(run.folder))).toMatchObject({ ok: false, failure: { code: 'run-being-written' } });
  expect(await readdir(out)).toEqual([]);
  await run.close('left');
  expect(await exported(run.folder)).toMatchObject({ complete: false });
});

it('exports an altered run as it is, without a report', async () => {
  const { folder } = await wholeRun(data, plan);
  const journal = join(folder, 'journal.jsonl');
  await writeFile(journal, (await readFile(journal, 'utf8')).replace('that is enough', 'that is plenty'));
  const done = await exported(folder);
  expect(done.complete).toBe(false);
  const names = done.files.map(({ path }) => path);
  expect(names).toContain('journal.jsonl');
  expect(names).not.toContain('report.html');
});

it('leaves nothing behind when the disk is full, and says so', async () => {
  const { folder } = await wholeRun(data, plan);
  const small = join(out, 'small');
  await mkdir(small);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
  try {
    await writeFile(join(small, 'filled'), Buffer.alloc(56 * 1024));
    const refused = await exportRun(options(folder, join(small, 'run.zip')));
    expect(refused).toMatchObject({ ok: false, failure: { code: 'disk-full' } });
    expect(await readdir(small)).toEqual(['filled']);
  } finally {
    execFileSync('umount', [small]);
  }
});

it('prints the report where nobody else can read it, and leaves nothing there', async () => {
  const { folder } = await wholeRun(data, plan);
  let place = '';
  const aside = async (html: string, path: string): Promise<void> => {
    place = dirname(path);
    expect((await stat(place)).mode & 0o077).toBe(0);
    await print(html, path);
  };
  expect(await exportRun({ ...options(folder), print: aside })).toMatchObject({ ok: true });
  await expect(stat(place)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('tells how far it is, up to the end', async () => {
  const { folder } = await wholeRun(data, plan);
  const told: [number, number][] = [];
  await exportRun({ ...options(folder), progress: (done, of) => void told.push([done, of]) });
  const [last] = told.slice(-1);
  expect(last?.[0]).toBe(last?.[1]);
  expect(told.length).toBeGreaterThan(2);
});
