import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Demo, openDemo } from '../../electron/demo/open-demo.ts';
import { processId, processIdIn } from '../helpers/process-id.ts';

let folder: string;
let demo: Demo;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-test-demo-'));
  demo = await openDemo({ folder, language: 'en' });
});

afterEach(async () => {
  await demo.close();
  await rm(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** OpenSSH's own client with nothing but the demo's home. */
function ssh(
  host: string,
  command: string,
  more: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const args = ['-F', join(demo.home, '.ssh', 'config'), '-o', 'BatchMode=yes', ...more, host, command];
  return new Promise((resolve) => {
    execFile('ssh', args, { env: { ...process.env, ...env }, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

async function until(host: string, command: string, holds: (outcome: Outcome) => boolean): Promise<Outcome> {
  const end = Date.now() + 15_000;
  for (;;) {
    const outcome = await ssh(host, command);
    if (holds(outcome)) return outcome;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(outcome)}`);
  }
}

const pidOf = async (host: string) =>
  processId(await readFile(join(dirname(demo.checklist), host, 'run', 'trade.pid'), 'utf8'));

const lives = (pid: number) => {
  try {
    process.kill(pid, 0);
    // A zombie nobody reaps has ended too.
    return !execStat(pid).includes(') Z ');
  } catch {
    return false;
  }
};

function execStat(pid: number): string {
  return existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
}

test('a real ssh client gets in with the one-time key and is asked nothing', async () => {
  const one = await ssh('app1', 'echo "$HOME"; pwd; whoami >/dev/null; echo "$COUNTERSIGN_DEMO_HOST"');
  expect(one.stderr).toBe('');
  expect(one.stdout).toBe(`${`${join(dirname(demo.checklist), 'app1')}\n`.repeat(2)}app1\n`);
  expect((await ssh('app2', 'echo "$COUNTERSIGN_DEMO_HOST"')).stdout).toBe('app2\n');
});

test('a key that is not the demo’s is refused', async () => {
  const stranger = join(folder, 'stranger');
  await new Promise((resolve) => execFile('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger], resolve));
  const config = join(folder, 'stranger.conf');
  const own = await readFile(join(demo.home, '.ssh', 'config'), 'utf8');
  await writeFile(config, own.replace(/IdentityFile .*/g, `IdentityFile ${stranger}`));
  const outcome = await ssh('app1', 'true', ['-F', config]);
  expect(outcome.code).toBe(255);
  expect(outcome.stderr).toContain('Permission denied');
});

test('each host shows its own host key', async () => {
  const known = await readFile(join(demo.home, '.ssh', 'known_hosts'), 'utf8');
  const keys = known
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[2]);
  expect(new Set(keys).size).toBe(2);
  // With the two keys exchanged, neither host gets through.
  await writeFile(join(demo.home, '.ssh', 'known_hosts'), known.replace(/(\S+)\n(.* )(\S+)\n/, '$3\n$2$1\n'));
  expect((await ssh('app1', 'true')).stderr).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED');
});

test('exit codes, both streams, stdin, signals and accepted variables come through as from sshd', async () => {
  expect(await ssh('app1', 'echo out; echo err >&2; exit 3')).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
  const variables = await ssh(
    'app1',
    'echo "$COUNTERSIGN_RUN/$SECRET_THING"',
    ['-o', 'SendEnv=COUNTERSIGN_RUN SECRET_THING'],
    {
      COUNTERSIGN_RUN: 'r1',
      SECRET_THING: 'x',
    },
  );
  expect(variables.stdout).toBe('r1/\n');
  expect((await ssh('app1', 'kill -TERM $$')).code).toBe(255);
  const large = await ssh('app1', 'head -c 600000 /dev/zero | tr "\\0" x');
  expect(large.stdout.length).toBe(600_000);
});

test('the service really stops, frees its port, starts with the new build and answers with its version', async () => {
  const before = await ssh('app1', 'trade get /h5/ping');
  expect(JSON.parse(before.stdout)).toMatchObject({ status: 'UP', version: '3.3.2', host: 'app1' });
  const pid = await pidOf('app1');
  expect(lives(pid)).toBe(true);

  expect((await ssh('app1', 'trade start')).code).toBe(1);
  expect((await ssh('app1', 'trade stop')).stdout).toContain(`pid ${pid} has ended`);
  expect(lives(pid)).toBe(false);
  expect((await ssh('app1', 'trade status')).stdout).toBe('process: gone\nport: closed\n');
  expect((await ssh('app1', 'trade get /h5/ping')).code).toBe(7);
  // The other host is not touched.
  expect((await ssh('app2', 'trade get /flex/ping')).code).toBe(0);

  await ssh('app1', `cp ${join(dirname(demo.checklist), 'trade-3.4.0.war')} webapps/trade.war && trade start`);
  const after = await until('app1', 'trade get /h5/ping', (outcome) => outcome.code === 0);
  expect(JSON.parse(after.stdout)).toMatchObject({ status: 'UP', version: '3.4.0' });
  expect((await ssh('app1', 'trade get /nothing')).code).toBe(22);
  expect((await ssh('app2', 'trade get /services')).stdout).not.toContain('"channel"');
  expect((await ssh('app1', 'trade get /services')).stdout).toContain('"channel"');
});

test('each host says its own name and role, and brings the old build', async () => {
  const said = await ssh('app2', "hostname && cat conf/role && grep -a '^Implementation-Version' webapps/trade.war");
  expect(said.stdout).toMatch(/^app2\ntrade app2,.*\nImplementation-Version: 3\.3\.2\n$/);
});

test('closing ends every process and leaves nothing behind', async () => {
  const pids = [await pidOf('app1'), await pidOf('app2')];
  const long = ssh('app1', 'echo $$ >run/long.pid; sleep 60 & wait');
  const command = await processIdIn(join(dirname(demo.checklist), 'app1', 'run', 'long.pid'));
  await demo.close();
  await long;
  expect([...pids, command].filter(lives)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('what a crashed demo left is removed by the next one, and its services end by themselves', async () => {
  const root = dirname(demo.checklist);
  const left = join(folder, 'countersign-demo-crashed');
  await mkdir(left);
  const gone = await new Promise<number>((resolve) => {
    const child = execFile('true', () => resolve(child.pid ?? 0));
  });
  await writeFile(join(left, 'pid'), String(gone));
  await writeFile(join(left, 'junk'), '');
  const next = await openDemo({ folder, language: 'zh' });
  try {
    expect(existsSync(left)).toBe(false);
    expect(existsSync(root)).toBe(true);
    // A demo that vanished without closing: its service sees that the folder is gone and ends.
    const pid = processId(await readFile(join(dirname(next.checklist), 'app2', 'run', 'trade.pid'), 'utf8'));
    await rm(dirname(next.checklist), { recursive: true, force: true });
    await expect.poll(() => lives(pid), { interval: 100 }).toBe(false);
  } finally {
    await next.close();
  }
});
