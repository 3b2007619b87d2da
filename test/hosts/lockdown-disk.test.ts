import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { checkDisk } from '../../electron/lockdown/checks/disk.ts';
import { tempFolder } from '../helpers/sshd.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

/** A real file system in memory, of this size; needs root. */
function memoryDisk(size: string): string {
  const folder = tempFolder('disk');
  open.push(() => rmSync(folder, { recursive: true }));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'countersign-test', folder]);
  open.push(() => void execFileSync('umount', [folder]));
  return folder;
}

it('finds room enough, and says how much there is for whom', async () => {
  const folder = memoryDisk('3g');
  expect(await checkDisk(folder)).toEqual({
    item: 'disk',
    status: 'ok',
    code: 'disk-enough',
    params: { path: folder, free: '3.0 GB', needed: '2.0 GB' },
  });
});

it('finds a small disk too small, and one that filled up', async () => {
  const folder = memoryDisk('64m');
  expect(await checkDisk(folder)).toMatchObject({ status: 'failed', code: 'disk-low', params: { free: '64.0 MB' } });
  writeFileSync(join(folder, 'recording'), Buffer.alloc(60 * 1024 * 1024));
  expect(await checkDisk(folder)).toMatchObject({ status: 'failed', code: 'disk-low', params: { free: '4.0 MB' } });
});

it('looks at the disk on which a folder that does not exist yet will be', async () => {
  const folder = memoryDisk('64m');
  const runs = join(folder, 'countersign', 'runs', '2026-11-21');
  expect(await checkDisk(runs)).toMatchObject({ code: 'disk-low', params: { path: runs, free: '64.0 MB' } });
});

it('finds a read-only disk of no use, however empty', async () => {
  const folder = memoryDisk('3g');
  mkdirSync(join(folder, 'runs'));
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  const runs = join(folder, 'runs');
  const readOnly = { item: 'disk', status: 'failed', code: 'disk-read-only', params: { path: runs } };
  expect(await checkDisk(runs)).toEqual(readOnly);
  expect(await checkDisk(join(folder, 'not-made'))).toMatchObject({ code: 'disk-read-only' });
});

it('says what stands in the way when it cannot look', async () => {
  const folder = tempFolder('disk');
  open.push(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), '');
  const check = await checkDisk(join(folder, 'file', 'runs'));
  expect(check).toMatchObject({
    status: 'unknown',
    code: 'disk-unknown',
    params: { path: join(folder, 'file', 'runs') },
  });
  expect(check.params['reason']).toContain('ENOTDIR');
});
