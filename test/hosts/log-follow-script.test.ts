import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FollowFrom, followScript } from '../../electron/engine/steps/log-follow-script.ts';
import { type FollowWord, FrameReader } from '../../electron/engine/steps/log-frames.ts';
import { tempFolder } from '../helpers/sshd.ts';

const root = tempFolder('follow-script');
const busybox = join(root, 'busybox');
mkdirSync(busybox);
execFileSync('busybox', ['--install', '-s', busybox]);

const shells = [
  { name: 'dash with GNU tools', shell: ['dash'], path: '/usr/bin:/bin' },
  { name: 'bash with GNU tools', shell: ['bash', '--posix'], path: '/usr/bin:/bin' },
  { name: 'busybox sh with nothing but busybox', shell: [join(busybox, 'sh')], path: busybox },
] as const;

/** The script as hosts run it: different shells, different tools, real files. */
describe.each(shells)('the follower in $name', ({ shell: [program, ...args], path }) => {
  let child: ChildProcess | null = null;
  let folder = '';
  let log = '';
  let said: string[] = [];
  let number = 0;
  let read = '';

  beforeEach(() => {
    folder = join(root, `${program?.replaceAll('/', '_')}-${number++}`);
    mkdirSync(folder);
    log = join(folder, "app's log");
    said = [];
    read = '';
  });
  afterEach(() => void child?.kill());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function follow(from: FollowFrom): Promise<number | null> {
    const script = followScript([{ path: log, from }], null, { a: 'aaaa', b: 'bbbb' });
    const running = spawn(program ?? 'sh', [...args, '-c', script], {
      env: { PATH: path },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = running;
    const words = (word: FollowWord): void => {
      if (word.type !== 'data') said.push([word.type, ...Object.values(word).slice(1)].join(' '));
    };
    const bytesOf = (bytes: Buffer): void => {
      read += bytes.toString('latin1');
    };
    const frames = new FrameReader('aaaabbbb', bytesOf, words);
    running.stdout?.on('data', (chunk: Buffer) => frames.write(chunk));
    return new Promise((resolve) => running.on('exit', (code) => resolve(code)));
  }
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const inode = (file = log): number => statSync(file).ino;

  it('sends what is new, keeps to the old file until it is read out, and then turns to the new one', async () => {
    writeFileSync(log, 'old\n');
    void follow({ type: 'now' });
    await until(() => said.includes('idle'));
    expect([said[0], read]).toEqual([`opened 0 ${inode()} 0 4`, 'old\n']);
    appendFileSync(log, 'one\n');
    renameSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, 'two\n');
    writeFileSync(log, '');
    appendFileSync(`${log}.1`, 'three\n');
    await until(() => read.includes('three'));
    writeFileSync(log, 'four\n');
    await until(() => read.includes('four'));
    expect(read).toBe('old\none\ntwo\nthree\nfour\n');
    expect(said.filter((word) => word !== 'idle').at(-1)).toBe(`replaced 0 ${inode()}`);
  });

  it('waits for a file that is not there, and reads all of it once it is', async () => {
    void follow({ type: 'now' });
    await until(() => said.includes('missing 0'));
    writeFileSync(log, 'first\n');
    await until(() => read !== '');
    expect([read, said.filter((word) => word === 'missing 0').length]).toEqual(['first\n', 1]);
  });

  it('ends when the file is truncated, and goes on from the copy when it is begun again', async () => {
    writeFileSync(log, 'a'.repeat(300));
    const ended = follow({ type: 'start-of-file' });
    await until(() => read.length === 300);
    copyFileSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, 'late\n');
    truncateSync(log);
    expect(await ended).toBe(0);
    expect(said.at(-1)).toBe('truncated');
    appendFileSync(log, 'fresh\n');
    read = '';
    said = [];
    void follow({ type: 'position', position: { inode: String(inode()), offset: 300, checked: 256 } });
    await until(() => read.includes('fresh'));
    expect(read).toBe(`${'a'.repeat(256)}late\nfresh\n`);
    expect(said.slice(0, 2)).toEqual(['copy 0 44 256', `replaced 0 ${inode()}`]);
  });

  it('finds the file it had read under its new name, and says so when another came between', async () => {
    writeFileSync(log, 'first\nsecond\n');
    const from: FollowFrom = { type: 'position', position: { inode: String(inode()), offset: 6, checked: 6 } };
    renameSync(log, `${log}.2`);
    execFileSync('touch', ['-d', '2 hours ago', `${log}.2`]);
    writeFileSync(`${log}.1`, 'never seen\n');
    writeFileSync(log, 'third\n');
    void follow(from);
    await until(() => read.includes('third'));
    expect(read).toBe('first\nsecond\nthird\n');
    expect(said.slice(0, 2)).toEqual([`opened 0 ${inode(`${log}.2`)} 0 6`, 'gap 0 replaced']);
  });

  it('sends every byte of a file that grows while it is read, binary ones too', async () => {
    const bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => (index * 7919) % 256));
    writeFileSync(log, bytes);
    void follow({ type: 'start-of-file' });
    await until(() => said.some((word) => word.startsWith('opened')));
    for (let round = 0; round < 20; round += 1) appendFileSync(log, 'x'.repeat(1_000_000));
    await until(() => read.length >= statSync(log).size);
    expect(read === readFileSync(log, 'latin1')).toBe(true);
  });

  it('ends when nobody listens any more', async () => {
    writeFileSync(log, '');
    const ended = follow({ type: 'now' });
    await until(() => said.includes('idle'));
    child?.stdout?.destroy();
    await ended;
  });
});
