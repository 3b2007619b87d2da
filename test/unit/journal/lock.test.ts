import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock } from '../../../electron/engine/journal/lock.ts';
import { removeFolder, tempFolder } from './sample-run.ts';

let folder: string;
const path = () => join(folder, 'journal.lock');

beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => removeFolder(folder));

const holder = (given: object) =>
  JSON.stringify({ id: 'someone', pid: process.pid, started: null, machine: hostname(), ...given });

test('a lock whose process has ended is taken over, and nothing is left behind', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  await writeFile(path(), holder({ pid: child.pid }));
  const lock = await acquireLock(path());
  expect(JSON.parse(await readFile(path(), 'utf8')).pid).toBe(process.pid);
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test.skipIf(process.platform !== 'linux')(
  'a process id that was given to another process does not keep a lock',
  async () => {
    await writeFile(path(), holder({ started: '1' }));
    await (await acquireLock(path())).release();
  },
);

test('a lock without content, as a crash may leave it, is taken over', async () => {
  await writeFile(path(), '');
  await (await acquireLock(path())).release();
});

test('a lock of a living process, or of another computer, is respected', async () => {
  const child = spawn('sleep', ['60']);
  try {
    await writeFile(path(), holder({ pid: child.pid }));
    await expect(acquireLock(path())).rejects.toMatchObject({ code: 'locked' });
    await writeFile(path(), holder({ pid: 2 ** 31 - 1, machine: 'another-computer' }));
    await expect(acquireLock(path())).rejects.toMatchObject({ code: 'locked' });
  } finally {
    child.kill();
  }
});

test('of many that find a dead lock at the same time exactly one gets it', async () => {
  for (let round = 0; round < 20; round += 1) {
    await writeFile(path(), holder({ id: `dead-${round}`, pid: 2 ** 31 - 1 }));
    const tries = await Promise.allSettled(Array.from({ length: 12 }, () => acquireLock(path())));
    const won = tries.filter((one) => one.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]?.value.release();
    expect(await readdir(folder)).toEqual([]);
  }
});
