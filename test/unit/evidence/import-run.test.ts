import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { auditRuns } from '../../../electron/evidence/audit-runs.ts';
import { exportRun } from '../../../electron/evidence/export-run.ts';
import { clearIncoming, importRun } from '../../../electron/evidence/import-run.ts';
import { openZip } from '../../../electron/evidence/read-zip.ts';
import { firstNameFault, nameFault } from '../../../electron/evidence/zip-names.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { beginRun, tempData, wholeRun } from './evidence-run.ts';

const plan = planOf([manualStep('look')], { title: '升级 2.4' });
let data: string;
let other: string;
let out: string;
const removes: (() => Promise<void>)[] = [];
beforeEach(async () => {
  const [one, two] = [await tempData(), await tempData()];
  [data, other] = [one.data, two.data];
  out = await mkdtemp(join(tmpdir(), 'countersign-out-'));
  removes.push(one.remove, two.remove, () => rm(out, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const remove of removes.splice(0)) await remove();
});

const zip = () => join(out, 'run.zip');
async function exported(folder: string): Promise<string> {
  const rest = { language: 'en', print: null, identity: null, progress: () => {} } as const;
  const done = await exportRun({ folder, to: zip(), ...rest });
  if (!done.ok) throw new Error(JSON.stringify(done.failure));
  return zip();
}
const importIt = (path = zip(), to = other) => importRun({ zip: path, data: to, clock: systemClock });
const nothingKept = async () => expect(await readdir(join(other, 'imported'))).toEqual([]);

/** Makes a zip with Python, which writes whatever it is told. */
function pythonZip(program: string): string {
  const head = 'import zipfile, sys, io\nz = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED)\n';
  execFileSync('python3', ['-W', 'ignore', '-c', `${head}${program}\nz.close()`, zip()]);
  return zip();
}
/** Unpacks, changes and packs again without the lists that vouch for it. */
function repacked(change: string): string {
  return pythonZip(`
old = zipfile.ZipFile(sys.argv[1] + '.old')
for n in old.namelist():
  if n in ('MANIFEST.sha256', 'export.json'): continue
  b = old.read(n)
  ${change}
  z.writestr(n, b)`);
}
const keepOld = () => execFileSync('mv', [zip(), `${zip()}.old`]);

it('takes up a run as it was sent, verified, and enters it in the chain of runs', async () => {
  const { folder, runId } = await wholeRun(data, plan);
  await exported(folder);
  const taken = await importIt();
  expect(taken).toMatchObject({
    ok: true,
    value: { runId, known: false, leftOut: [], verdict: { verdict: 'intact' } },
  });
  const place = join(other, 'imported', runId);
  expect(await readFile(join(place, 'journal.jsonl'))).toEqual(await readFile(join(folder, 'journal.jsonl')));
  expect(await readdir(join(other, 'imported'))).toEqual([runId]);
  const audit = await auditRuns(other);
  expect(audit).toMatchObject({ verdict: 'intact', entries: 1, runs: [{ runId, standing: 'here' }] });
});

it('says that the same run is known, wherever it lies, and adds nothing', async () => {
  const { folder, runId } = await wholeRun(data, plan);
  await exported(folder);
  expect(await importIt(zip(), data)).toMatchObject({ ok: true, value: { known: true, folder } });
  await importIt();
  const again = await importIt();
  expect(again).toMatchObject({ ok: true, value: { known: true, folder: join(other, 'imported', runId) } });
  expect(await readdir(join(data, 'imported'))).toEqual([]);
  expect((await auditRuns(other)).entries).toBe(1);
});

it('refuses another history of a run that is here, with both heads', async () => {
  const run = await beginRun(data, plan);
  await run.close('left');
  const left = run.controller.state;
  await exported(run.folder);
  await importIt();
  const place = join(other, 'imported', run.runId, 'journal.jsonl');
  const lines = (await readFile(place, 'utf8')).trimEnd().split('\n');
  await writeFile(place, `${lines.slice(0, -1).join('\n')}\n`);
  const here = JSON.parse(lines.at(-2) ?? '{}').hash;
  const failure = { code: 'run-already-here', params: { run: run.runId, here, zip: left.head } };
  expect(await importIt()).toMatchObject({ ok: false, failure });
  expect(await readdir(join(other, 'imported'))).toEqual([run.runId]);
});

it('takes up an altered run to be looked at, and says that it is altered', async () => {
  await exported((await wholeRun(data, plan)).folder);
  keepOld();
  repacked(`if n == 'journal.jsonl': b = b.replace(b'that is enough', b'that is plenty')`);
  expect(await importIt()).toMatchObject({ ok: true, value: { verdict: { verdict: 'altered' } } });
});

it('refuses what is not what the list of hashes says', async () => {
  await exported((await wholeRun(data, plan)).folder);
  keepOld();
  pythonZip(`
old = zipfile.ZipFile(sys.argv[1] + '.old')
for n in old.namelist():
  z.writestr(n, old.read(n) + (b' ' if n == 'report.html' else b''))`);
  const failure = { code: 'zip-refused', params: { name: 'report.html', what: 'zip-manifest' } };
  expect(await importIt()).toMatchObject({ ok: false, failure });
  await nothingKept();
});

it.each([
  ['../x', 'zip-name-outside'],
  ['/etc/x', 'zip-name-outside'],
  ['checklist/../../x', 'zip-name-outside'],
  ['C:/x', 'zip-name-outside'],
  ['checklist\\\\..\\\\x', 'zip-name-outside'],
  ['checklist//x', 'zip-name-outside'],
  ['checklist/é\\nb', 'zip-name-control'],
])('refuses the name %s', async (name, what) => {
  pythonZip(`z.writestr('journal.jsonl', 'x')\ni = zipfile.ZipInfo('x')\ni.filename = '${name}'\nz.writestr(i, 'x')`);
  expect(await importIt()).toMatchObject({ ok: false, failure: { code: 'zip-refused', params: { what } } });
  await nothingKept();
  expect(await readdir(tmpdir())).not.toContain('x');
});

it.each([
  [`z.writestr('evidence/a', 'x')\nz.writestr('evidence/a', 'y')`, 'zip-name-twice'],
  [`z.writestr('evidence/a', 'x')\nz.writestr('evidence/A', 'y')`, 'zip-name-case'],
  [`z.writestr('evidence/a/b', 'x')\nz.writestr('Evidence/c', 'y')`, 'zip-name-case'],
  [`z.writestr('evidence/a', 'x')\nz.writestr('evidence/a/b', 'y')`, 'zip-name-nested'],
  [
    `i = zipfile.ZipInfo('evidence/a')\ni.create_system = 3\ni.external_attr = 0o120777 << 16\nz.writestr(i, '/etc')`,
    'zip-link',
  ],
  [`z.writestr('evidence/a', bytes(300 * 1024 * 1024))`, 'zip-ratio'],
  [
    `z.compression = zipfile.ZIP_BZIP2\nz.writestr(zipfile.ZipInfo('evidence/a'), 'x', zipfile.ZIP_BZIP2)`,
    'zip-method',
  ],
  [`z.writestr('report.html', 'x')`, 'zip-no-run'],
  [`z.writestr('journal.jsonl', 'x')`, 'zip-no-run'],
])('refuses %s', async (program, what) => {
  pythonZip(program);
  expect(await importIt()).toMatchObject({ ok: false, failure: { code: 'zip-refused', params: { what } } });
  await nothingKept();
});

it('refuses an encrypted zip, more files than allowed, and files that share their packed bytes', async () => {
  pythonZip(`z.writestr('journal.jsonl', 'x')`);
  const bytes = await readFile(zip());
  const flagged = Buffer.from(bytes);
  const central = flagged.lastIndexOf('PK\u0001\u0002');
  flagged.writeUInt16LE(1, central + 8);
  await writeFile(zip(), flagged);
  expect(await importIt()).toMatchObject({ ok: false, failure: { params: { what: 'zip-encrypted' } } });
  const most = { entries: 3, bytes: 10_000, freeBytes: 10_000, factor: 10 };
  pythonZip(`for n in range(4): z.writestr('evidence/%d' % n, 'x')`);
  await expect(openZip(zip(), 'linux', most)).rejects.toMatchObject({ what: 'zip-entries' });
  pythonZip(`for n in range(2): z.writestr('evidence/%d' % n, 'x' * 6000)`);
  await expect(openZip(zip(), 'linux', most)).rejects.toMatchObject({ what: 'zip-bytes' });
  pythonZip(`
z.compression = zipfile.ZIP_STORED
z.writestr('evidence/0', 'x' * 3000)
for n in range(1, 3):
  i = zipfile.ZipInfo('evidence/%d' % n); i.header_offset = 0
  i.file_size = i.compress_size = 3000; i.CRC = z.filelist[0].CRC
  z.filelist.append(i)`);
  await expect(openZip(zip(), 'linux', most)).rejects.toMatchObject({ what: 'zip-ratio' });
});

it('says that a file is no zip, is broken off, or is damaged, and keeps nothing of it', async () => {
  await exported((await wholeRun(data, plan)).folder);
  const whole = await readFile(zip());
  const failure = { code: 'zip-unreadable' };
  for (const bytes of [Buffer.alloc(0), Buffer.from('no zip'), whole.subarray(0, whole.length - 30)]) {
    await writeFile(zip(), bytes);
    expect(await importIt()).toMatchObject({ ok: false, failure });
  }
  const damaged = Buffer.from(whole);
  const at = damaged.indexOf('journal.jsonl') + 200;
  damaged[at] = (damaged[at] ?? 0) ^ 0x55;
  await writeFile(zip(), damaged);
  expect(await importIt()).toMatchObject({ ok: false });
  await nothingKept();
});

it('says that the disk is full, and leaves nothing of the run on it', async () => {
  const run = await wholeRun(data, plan);
  await writeFile(join(run.folder, 'torn-9.bin'), Buffer.alloc(200 * 1024, 'abc'));
  await exported(run.folder);
  const disk = join(out, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk]);
  try {
    expect(await importIt(zip(), disk)).toMatchObject({ ok: false, failure: { code: 'disk-full' } });
    expect(await readdir(join(disk, 'imported'))).toEqual([]);
  } finally {
    execFileSync('umount', [disk]);
  }
});

it('clears away what an import left that was killed, and not one that is under way', async () => {
  await mkdir(join(other, 'imported', '.incoming-dead'), { recursive: true });
  await mkdir(join(other, 'imported', '.incoming-alive'), { recursive: true });
  const holder = JSON.stringify({ id: 'x', pid: process.pid, started: null });
  await writeFile(join(other, 'imported', '.incoming-alive', 'journal.lock'), holder);
  await clearIncoming(other);
  expect(await readdir(join(other, 'imported'))).toEqual(['.incoming-alive']);
});

it('lets no name lead out of a folder, on any system, whatever it is made of', () => {
  const part = fc.constantFrom(
    '.',
    '..',
    '',
    'a',
    'A',
    'é',
    'e\u0301',
    'C:',
    'CON',
    'nul.txt',
    'x ',
    '\\',
    'a\\b',
    '\0',
  );
  const name = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.oneof(name, fc.string({ maxLength: 30 })), fc.constantFrom('linux', 'win32'), (given, system) => {
      if (nameFault(given, system) !== null) return;
      expect(given.split(/[\\/]/)).not.toContain('..');
      expect(given).not.toMatch(/^([\\/]|[A-Za-z]:)/);
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(fc.array(name, { maxLength: 6 }), (names) => {
      if (firstNameFault(names, 'linux') !== null) return;
      const seen = names.map((one) => one.normalize('NFC').toLowerCase());
      expect(new Set(seen).size).toBe(names.length);
      for (const one of seen) for (const more of seen) expect(more.startsWith(`${one}/`)).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});
