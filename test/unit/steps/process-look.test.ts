import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isZombie, ourOwn, refOf, sense, whereabouts } from '../../../shared/steps/process-identity.ts';
import {
  anchorBytes,
  type LookRequest,
  lookScript,
  signalProcessesScript,
} from '../../../shared/steps/process-look.ts';
import { readSight, type Sight } from '../../../shared/steps/process-sight.ts';

/** In the words of this process's children only: the same tests may run beside these. */
const needle = `needle-${process.pid}-in-words`;
const nothing: LookRequest = { pidFile: null, ports: [], owners: false, manager: null, log: null };

/** Shells of real hosts; busybox brings every other program of its own too. */
const busybox = mkdtempSync(join(tmpdir(), 'countersign-busybox-'));
const shells = [
  { name: 'dash', command: '/bin/dash', env: process.env },
  { name: 'bash', command: '/bin/bash', env: process.env },
  { name: 'busybox', command: join(busybox, 'sh'), env: { PATH: busybox } },
];

beforeAll(() => {
  spawnSync('busybox', ['--install', '-s', busybox]);
});
afterAll(() => rmSync(busybox, { recursive: true, force: true }));

describe.each(shells)('a look with $name', ({ command, env }) => {
  let folder = '';
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-look-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function output(script: string, mark = 'countersign-none'): Buffer {
    const ran = spawnSync(command, ['-c', script, mark], { env, maxBuffer: 64 * 1024 * 1024 });
    expect(ran.stderr.toString()).toBe('');
    expect(ran.status).toBe(0);
    return ran.stdout;
  }

  function look(request: Partial<LookRequest> = {}): Sight {
    const seen = readSight(output(lookScript({ ...nothing, ...request })).toString());
    if (seen === null) throw new Error('not a look');
    return seen;
  }

  /** What a look prints of a log: the header's words and the bytes. */
  function log(request: LookRequest['log']): { readonly head: string; readonly bytes: string } {
    const all = output(lookScript({ ...nothing, log: request })).toString('latin1');
    const rest = all.slice(all.indexOf('\nend\n') + '\nend\n'.length);
    const line = rest.indexOf('\n');
    return { head: rest.slice(0, line), bytes: rest.slice(line + 1) };
  }

  /** A process with exactly these arguments after its own name. */
  async function start(...args: readonly string[]): Promise<number> {
    const child = spawn('perl', ['-e', '$| = 1; print "up\\n"; sleep 600', '--', ...args]);
    children.push(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return child.pid ?? 0;
  }

  it('sees a process by its arguments, whatever is in them', async () => {
    const odd = ["it's", 'two words', 'a\nb\n/proc/1/stat:1 (init) S', '', 'ünï', '$(touch x) `y`'];
    const pid = await start(`--${needle}`, ...odd);
    const seen = look();
    expect(seen.processes.get(pid)?.args.slice(4, 6)).toEqual([`--${needle}`, "it's"]);
    expect(seen.processes.get(1)?.parent).toBe(0);
    const sensed = sense(seen, { by: 'pattern', pattern: `--${needle} it.s two words` });
    expect(sensed).toMatchObject({ known: true, present: true, roots: [{ pid }] });
  });

  it('never finds itself, its own shells or what they start, whatever the pattern is', async () => {
    const mark = 'countersign-20261120T140000Z-abc123-a7.';
    const inner = `${lookScript(nothing)}`;
    // The look as the child of a shell that carries the mark and the pattern, as a stop script would be.
    const ran = spawnSync('/bin/sh', ['-c', `needle=${needle}; ${command} -c "$LOOK" x; exit $?`, mark], {
      env: { ...env, PATH: `${env['PATH']}:/bin:/usr/bin`, LOOK: inner },
    });
    const seen = readSight(ran.stdout.toString()) as Sight;
    expect([...seen.processes.values()].some((one) => one.args.join(' ').includes(needle))).toBe(true);
    expect(sense(seen, { by: 'pattern', pattern: needle })).toMatchObject({ present: false });
    expect(ourOwn(seen).has(seen.self)).toBe(true);
    expect(ourOwn(seen).has(process.pid), 'what merely started us is not ours').toBe(false);
  });

  it('tells the same process from another that got its pid, and a zombie from both', async () => {
    const pid = await start('--same');
    const before = look();
    const ref = refOf(before, before.processes.get(pid) as never);
    expect(whereabouts(look(), ref)).toBe('alive');
    expect(whereabouts(before, { ...ref, start: ref.start - 1 })).toBe('gone');
    expect(whereabouts(before, { ...ref, boot: 'another' })).toBe('gone');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => whereabouts(look(), ref)).toBe('gone');

    // A parent that never asks how its child ended.
    const parent = spawn('perl', ['-e', '$| = 1; my $c = fork; exit if !$c; print "$c\\n"; sleep 600']);
    children.push(parent);
    const child = Number(String(await new Promise((resolve) => parent.stdout.once('data', resolve))));
    await expect.poll(() => look().processes.get(child)?.state).toBe('Z');
    const seen = look().processes.get(child);
    expect(seen).toMatchObject({ parent: parent.pid, args: [] });
    expect(seen !== undefined && isZombie(seen)).toBe(true);
  });

  it('reads a pid file: absent, empty, stale, reused, somebody else’s, and right', async () => {
    const file = join(folder, "it's a.pid");
    const by = { by: 'pid-file', path: file, pattern: null } as const;
    expect(sense(look({ pidFile: file }), by)).toMatchObject({ known: true, present: false, remark: null });
    expect(sense(look({ pidFile: join(folder, 'no/such/dir.pid') }), by)).toMatchObject({ present: false });
    writeFileSync(file, '');
    expect(sense(look({ pidFile: file }), by)).toMatchObject({ known: false, why: 'pid-file-empty' });
    writeFileSync(file, 'pid=12\n');
    expect(sense(look({ pidFile: file }), by)).toMatchObject({ known: false, why: 'pid-file-empty' });
    writeFileSync(file, '4194304\n');
    expect(sense(look({ pidFile: file }), by)).toMatchObject({ present: false, remark: 'pid-file-stale' });
    const pid = await start('--with-pid-file');
    writeFileSync(file, `${pid}`);
    expect(sense(look({ pidFile: file }), by)).toMatchObject({ present: true, roots: [{ pid }] });
    const proved = { ...by, pattern: 'with-pid-file' };
    expect(sense(look({ pidFile: file }), proved)).toMatchObject({ present: true, roots: [{ pid }] });
    expect(sense(look({ pidFile: file }), { ...by, pattern: 'tomcat' })).toMatchObject({
      present: false,
      remark: 'pid-file-other',
    });
    const anHourAgo = Date.now() / 1000 - 3_600;
    utimesSync(file, anHourAgo, anHourAgo);
    expect(sense(look({ pidFile: file }), by)).toMatchObject({ present: false, remark: 'pid-file-reused' });
  });

  it('sees who listens on a port, and does not take a client for a listener', async () => {
    const server: Server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    );
    try {
      const seen = look({ ports: [port], owners: true });
      expect(sense(seen, { by: 'port', port })).toMatchObject({ present: true, roots: [{ pid: process.pid }] });
      const quick = look({ ports: [port] });
      expect(sense(quick, { by: 'port', port })).toMatchObject({ present: true, remark: 'owner-hidden' });
      expect(sense(look({ ports: [port - 1] }), { by: 'port', port })).toMatchObject({ present: false });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(sense(look({ ports: [port] }), { by: 'port', port })).toMatchObject({ known: true, present: false });
  });

  it('marks the end of a log and later reads only what is new, also after it was rotated or emptied', () => {
    const file = join(folder, 'catalina $1.out');
    expect(log(file).head).toBe('log absent');
    writeFileSync(file, `${'old line\n'.repeat(20)}`);
    const [, inode, size, from] = log(file).head.split(' ');
    expect([size, from]).toEqual(['180', String(180 - anchorBytes)]);
    const place = { path: file, inode: inode ?? '', from: 180, anchor: 9 };
    expect(log(place)).toEqual({ head: `log ${inode} 180 171`, bytes: 'old line\n' });
    writeFileSync(file, 'new \xff bytes\0\n', { flag: 'a', encoding: 'latin1' });
    expect(log(place).bytes).toBe('old line\nnew \xff bytes\0\n');
    expect(log({ ...place, inode: '1' }).bytes.startsWith('old line\nold line'), 'another file').toBe(true);
    writeFileSync(file, 'emptied\n');
    expect(log(place).bytes).toBe('emptied\n');
    expect(log({ ...place, inode: null }).bytes).toBe('emptied\n');
    mkdirSync(join(folder, 'dir'));
    expect(log(join(folder, 'dir')).head).toBe('log unreadable');
  });

  it('signals only the process that was meant', async () => {
    const pid = await start('--to-kill');
    const seen = look().processes.get(pid);
    const ref = { pid, start: seen?.start ?? 0 };
    const said = (start: number, target = pid): string =>
      output(signalProcessesScript([{ pid: target, start }], 'TERM')).toString();
    expect(said(ref.start - 1)).toBe(`changed ${pid}\n`);
    expect(look().processes.get(pid)?.state).not.toBe('Z');
    expect(look().processes.has(pid)).toBe(true);
    expect(said(ref.start)).toBe(`signalled ${pid}\n`);
    await expect.poll(() => look().processes.has(pid)).toBe(false);
    expect(said(ref.start)).toBe(`gone ${pid}\n`);
  });
});

describe('what a look tells and what it does not', () => {
  const stat = (pid: number, parent: number, name: string, state = 'S'): string =>
    `/proc/${pid}/stat:${pid} (${name}) ${state} ${parent} 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 ${pid * 10} 0 0`;
  const args = (pid: number, ...words: readonly string[]): string => `/proc/${pid}/cmdline:${words.join('\0')}\0`;
  const sight = (...lines: readonly string[]): Sight | null =>
    readSight(
      [
        'countersign-look 1',
        'uptime 1000.00',
        'boot b',
        'now 5000',
        'self 9',
        'listed 0',
        stat(9, 1, 'sh'),
        ...lines,
      ].join('\n'),
    );

  it('counts a server and its workers as one, and a second server as another', () => {
    const seen = sight(
      'others seen',
      stat(1, 0, 'init'),
      stat(20, 1, 'nginx'),
      args(20, 'nginx: master'),
      stat(21, 20, 'nginx'),
      args(21, 'nginx: worker'),
      stat(30, 1, 'nginx'),
      args(30, 'nginx: master'),
    ) as Sight;
    const sensed = sense(seen, { by: 'pattern', pattern: 'nginx' });
    expect(sensed.known && sensed.roots.map((one) => one.pid)).toEqual([20, 30]);
    expect(sensed.known && sensed.processes.map((one) => one.pid)).toEqual([20, 21, 30]);
  });

  it('does not say "none" where the account sees only its own', () => {
    const seen = sight('others hidden', stat(50, 1, 'sh'), args(50, 'sh')) as Sight;
    expect(sense(seen, { by: 'pattern', pattern: 'tomcat' })).toMatchObject({ known: false, why: 'others-hidden' });
    expect(sense(seen, { by: 'pattern', pattern: 'sh' })).toMatchObject({
      known: true,
      present: true,
      roots: [{ pid: 50 }],
    });
    expect(sense(seen, { by: 'port', port: 80 })).toMatchObject({ known: false, why: 'no-socket-list' });
  });

  it('leaves out the connection it came by, but not the listener of sshd', () => {
    const seen = sight(
      'others seen',
      stat(1, 0, 'init'),
      stat(5, 1, 'sshd'),
      args(5, 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'),
      stat(7, 5, 'sshd'),
      args(7, 'sshd: tomcat [priv]'),
      stat(8, 7, 'sshd'),
      args(8, 'sshd: tomcat@notty'),
      stat(9, 8, 'sh'),
      args(9, 'sh', '-c', 'look'),
    ) as Sight;
    expect([...ourOwn(seen)].sort()).toEqual([7, 8, 9]);
    expect(sense(seen, { by: 'pattern', pattern: 'sshd' })).toMatchObject({ roots: [{ pid: 5 }] });
  });

  it('survives a host that claims processes are each other’s parents', () => {
    const seen = sight('others seen', stat(11, 12, 'a'), args(11, 'x'), stat(12, 11, 'b'), args(12, 'x')) as Sight;
    expect(sense(seen, { by: 'pattern', pattern: 'x' })).toMatchObject({ known: true });
  });

  it('is no look without /proc, or when something else answered', () => {
    expect(readSight('countersign-look 1\nself 9\n')).toBeNull();
    expect(readSight('Welcome to app1!\ncountersign-look 1\n')).toBeNull();
    expect(readSight('')).toBeNull();
  });

  it.each([
    [['trade RUNNING   pid 50, uptime 0:00:05'], { known: true, present: true, roots: [{ pid: 50 }] }],
    [['trade   STOPPED   Nov 21 03:00 AM'], { known: true, present: false }],
    [['trade   BACKOFF   Exited too quickly'], { known: true, present: true, roots: [] }],
    [['trade   FATAL     Exited too quickly'], { known: true, present: false }],
    [['trade: ERROR (no such process)'], { known: false, why: 'manager-silent' }],
    [['unix:///var/run/supervisor.sock no such file'], { known: false, why: 'manager-silent' }],
  ])('understands supervisorctl when it says %j', (said, wanted) => {
    const lines = said.map((line) => `manager ${line}`);
    const seen = sight('others seen', ...lines, stat(50, 1, 'java'), args(50, 'java')) as Sight;
    expect(sense(seen, { by: 'supervisor', program: 'trade', config: null })).toMatchObject(wanted);
  });

  it.each([
    ['loaded', 'active', 50, { known: true, present: true, roots: [{ pid: 50 }] }],
    ['loaded', 'inactive', 0, { known: true, present: false }],
    ['loaded', 'activating', 0, { known: true, present: true, roots: [] }],
    ['not-found', 'inactive', 0, { known: false, why: 'manager-silent' }],
  ])('understands systemctl when a unit is %s and %s with main pid %d', (load, active, main, wanted) => {
    const lines = [`manager LoadState=${load}`, `manager ActiveState=${active}`, `manager MainPID=${main}`];
    const seen = sight('others seen', ...lines, stat(50, 1, 'java'), args(50, 'java')) as Sight;
    expect(sense(seen, { by: 'systemd', unit: 'trade', user: false })).toMatchObject(wanted);
  });
});
