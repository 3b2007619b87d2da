import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startCutProxy } from '../helpers/cut-proxy.ts';
import { hostsKit, type Kit, type KitOptions, planHost, run, start } from '../helpers/hosts-kit.ts';
import { processId } from '../helpers/process-id.ts';
import {
  type KeyPair,
  knownHostsLine,
  makeHome,
  makeKey,
  makeUser,
  type Sshd,
  type SystemUser,
  startSshd,
  tempFolder,
} from '../helpers/sshd.ts';

let folder: string;
let key: KeyPair;
let sshd: Sshd;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  folder = tempFolder('exec');
  key = makeKey(join(folder, 'login'));
  sshd = await startSshd({ authorized: [key.publicLine] });
});
afterAll(async () => {
  await sshd.close();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function kitTo(
  to: { readonly address: string; readonly port: number },
  timing: KitOptions['timing'] = {},
  user: string | null = null,
): Kit {
  const knownHosts = knownHostsLine(to.address, to.port, sshd.hostKeys[0]?.publicLine ?? '');
  const home = makeHome({ keys: { id_ed25519: key }, knownHosts });
  const kit = hostsKit({
    home: home.path,
    hosts: [planHost('app1', { address: to.address, port: to.port, user })],
    timing,
  });
  open.push(
    () => home.close(),
    () => kit.hosts.close(),
  );
  return kit;
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

describe('output', () => {
  it('of 100 MB arrives whole while the reader is slow, and the host has to wait for it', async () => {
    const kit = kitTo(sshd);
    const megabytes = 100;
    const hash = createHash('sha256');
    let bytes = 0;
    let chunks = 0;
    let reading = 0;
    let overlapped = false;
    const started = await kit.hosts.exec('app1', {
      sent: `yes 0123456789abcdef | head -c ${megabytes * 1024 * 1024}`,
      stdin: null,
      pty: false,
      onOutput: async (_stream, chunk) => {
        reading += 1;
        if (reading > 1) overlapped = true;
        hash.update(chunk);
        bytes += chunk.length;
        chunks += 1;
        if (chunks % 200 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        reading -= 1;
      },
    });
    if (!started.ok) throw new Error(started.failure.code);
    expect(await started.value.ended).toEqual({ type: 'exit', code: 0, signal: null });
    expect(bytes).toBe(megabytes * 1024 * 1024);
    const expected = createHash('sha256')
      .update(Buffer.alloc(megabytes * 1024 * 1024, '0123456789abcdef\n'))
      .digest('hex');
    expect(hash.digest('hex')).toBe(expected);
    expect(overlapped).toBe(false);
  });

  it('stops being read while nobody takes it, so memory stays bounded', async () => {
    const kit = kitTo(sshd);
    let taken = 0;
    let letGo: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const marker = join(folder, 'wrote-all');
    const started = await kit.hosts.exec('app1', {
      sent: `head -c 50000000 /dev/zero && touch ${marker}`,
      stdin: null,
      pty: false,
      onOutput: async (_stream, chunk) => {
        taken += chunk.length;
        await gate;
      },
    });
    if (!started.ok) throw new Error(started.failure.code);
    const exec = started.value;
    const early = await Promise.race([
      exec.ended,
      new Promise((resolve) => setTimeout(() => resolve('waiting'), 1_500)),
    ]);
    expect(early).toBe('waiting');
    expect(existsSync(marker)).toBe(false);
    expect(taken).toBeLessThan(100_000);
    letGo?.();
    expect(await exec.ended).toMatchObject({ type: 'exit', code: 0 });
    expect(taken).toBe(50_000_000);
  });

  it('of any bytes stays as it is', async () => {
    const kit = kitTo(sshd);
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const ran = await run(kit.hosts, 'app1', 'cat', Buffer.concat([all, all]));
    expect(ran.stdout.equals(Buffer.concat([all, all]))).toBe(true);
  });

  it('of both streams is kept apart and in order', async () => {
    const kit = kitTo(sshd);
    const order: string[] = [];
    // The command says nothing more until what it said last has come.
    const heard = join(folder, 'heard');
    const turn = (word: string, to: string) =>
      `echo ${word} >&${to}; while [ ! -e ${heard}-${word} ]; do sleep 0.02; done`;
    const { done } = await start(
      kit.hosts,
      'app1',
      `for i in 1 2 3; do ${turn('o$i', '1')}; ${turn('e$i', '2')}; done`,
      {
        onChunk: (text) => {
          order.push(text.trim());
          writeFileSync(`${heard}-${text.trim()}`, '');
        },
      },
    );
    const ran = await done;
    expect(order).toEqual(['o1', 'e1', 'o2', 'e2', 'o3', 'e3']);
    expect(ran.stdout.toString()).toBe('o1\no2\no3\n');
    expect(ran.stderr.toString()).toBe('e1\ne2\ne3\n');
  });

  it('that cannot be recorded stops the command instead of letting it run on unseen', async () => {
    const kit = kitTo(sshd);
    const started = await kit.hosts.exec('app1', {
      sent: 'echo $$; exec yes',
      stdin: null,
      pty: false,
      onOutput: () => Promise.reject(new Error('disk full')),
    });
    if (!started.ok) throw new Error(started.failure.code);
    expect(await started.value.ended).toMatchObject({
      type: 'lost',
      failure: { code: 'recording-unwritable', cause: 'disk full' },
    });
  });

  it('held open by a daemon does not keep a finished command from ending', async () => {
    const kit = kitTo(sshd, { lingerMs: 300 });
    const ran = await run(kit.hosts, 'app1', 'sleep 300 & echo $!; exit 4');
    expect(ran.end).toEqual({ type: 'exit', code: 4, signal: null });
    const pid = processId(ran.stdout);
    expect(alive(pid)).toBe(true);
    process.kill(pid);
  });
});

describe('stdin', () => {
  it('is written whole and then closed', async () => {
    const kit = kitTo(sshd);
    const input = Buffer.alloc(5_000_000, 'x');
    expect((await run(kit.hosts, 'app1', 'wc -c', input)).stdout.toString().trim()).toBe('5000000');
    expect((await run(kit.hosts, 'app1', 'wc -c')).stdout.toString().trim()).toBe('0');
  });
});

describe('a terminal', () => {
  it('is there only when asked for', async () => {
    const kit = kitTo(sshd);
    const { done } = await start(kit.hosts, 'app1', 'tty', { pty: true });
    expect((await done).stdout.toString()).toMatch(/^\/dev\/pts\//);
    expect((await run(kit.hosts, 'app1', 'tty')).stdout.toString()).toContain('not a tty');
  });
});

/** Starts a shell that answers the signal, and waits until it listens. Its first line is its process id. */
async function startTrap(kit: Kit, name: string) {
  let ready: (() => void) | undefined;
  const up = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const trap = name === 'KILL' ? '' : `trap 'echo got ${name}; exit 42' ${name};`;
  const started = await start(kit.hosts, 'app1', `${trap} echo $$; while :; do sleep 0.1; done`, {
    onChunk: () => ready?.(),
  });
  await up;
  return started;
}

describe('the end of a command', () => {
  let user: SystemUser;
  beforeAll(() => {
    user = makeUser();
  });
  afterAll(() => user.close());

  it('by a signal is told as that signal', async () => {
    const kit = kitTo(sshd);
    expect((await run(kit.hosts, 'app1', 'kill -9 $$')).end).toEqual({ type: 'exit', code: null, signal: 'SIGKILL' });
  });

  it.each(['TERM', 'INT', 'HUP', 'KILL'] as const)('can be asked for by %s, which the process sees', async (name) => {
    const { exec, done } = await startTrap(kitTo(sshd, {}, user.name), name);
    exec.signal(name);
    const ran = await done;
    if (name === 'KILL') {
      expect(ran.end).toEqual({ type: 'exit', code: null, signal: 'SIGKILL' });
    } else {
      expect(ran.end).toEqual({ type: 'exit', code: 42, signal: null });
      expect(ran.stdout.toString()).toContain(`got ${name}`);
    }
  });

  it('cannot be asked for where the server refuses signals (OpenSSH for root), and then nothing is claimed', async () => {
    const { exec, done } = await startTrap(kitTo(sshd), 'TERM');
    exec.signal('TERM');
    exec.close();
    const ran = await done;
    expect(ran.end).toMatchObject({ type: 'lost', failure: { code: 'cancelled' } });
    expect(ran.stdout.toString()).not.toContain('got TERM');
    await expect.poll(() => sshd.log()).toContain('session signalling requires privilege separation');
    process.kill(processId(/\d+/.exec(ran.stdout.toString())?.[0] ?? ''), 'SIGKILL');
  });

  it('is unknown after closing its channel while it still ran', async () => {
    const kit = kitTo(sshd);
    let pid = 0;
    let ready: (() => void) | undefined;
    const up = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const { exec, done } = await start(kit.hosts, 'app1', "trap '' HUP PIPE; echo $$; exec sleep 300", {
      onChunk: (text) => {
        pid = processId(text);
        ready?.();
      },
    });
    await up;
    exec.close();
    expect((await done).end).toMatchObject({ type: 'lost', failure: { code: 'cancelled', params: { host: 'app1' } } });
    expect(alive(pid)).toBe(true);
    process.kill(pid);
    expect((await run(kit.hosts, 'app1', 'echo still here')).stdout.toString()).toBe('still here\n');
    expect(kit.events.map((event) => event.type)).toEqual(['connected']);
  });

  it('is unknown when the run’s connections are closed under it', async () => {
    const kit = kitTo(sshd);
    const { done } = await start(kit.hosts, 'app1', 'exec sleep 2');
    await kit.hosts.close();
    expect((await done).end).toMatchObject({ type: 'lost', failure: { code: 'cancelled' } });
    expect(kit.events.map((event) => event.type)).toEqual(['connected']);
  });
});

describe('a link that is cut in the middle of a command', () => {
  it('leaves its end unknown, tells the loss once, and the next command reconnects', async () => {
    const proxy = await startCutProxy(sshd);
    open.push(() => proxy.close());
    const kit = kitTo(proxy);
    const done = join(folder, 'finished');
    let ready: (() => void) | undefined;
    const up = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const go = join(folder, 'go');
    const held = `trap '' HUP PIPE; echo before; while [ ! -e ${go} ]; do sleep 0.05; done; touch ${done}`;
    const running = await start(kit.hosts, 'app1', held, { onChunk: () => ready?.() });
    await up;
    proxy.cut();
    const ran = await running.done;
    expect(ran.stdout.toString()).toBe('before\n');
    expect(ran.end).toMatchObject({ type: 'lost', failure: { code: 'link-lost', params: { host: 'app1' } } });
    expect(kit.events.filter((event) => event.type === 'lost')).toHaveLength(1);
    expect(kit.hosts.connection('app1')).toBeNull();
    writeFileSync(go, '');
    expect(
      (await run(kit.hosts, 'app1', `while ! test -e ${done}; do sleep 0.1; done; echo back`)).stdout.toString(),
    ).toBe('back\n');
    expect(kit.events.map((event) => event.type)).toEqual(['connected', 'lost', 'connected']);
    expect(proxy.accepted()).toBe(2);
  });

  it('is noticed by keepalives when nobody says that it broke', async () => {
    const proxy = await startCutProxy(sshd);
    open.push(() => proxy.close());
    const kit = kitTo(proxy, { keepaliveMs: 1_000, keepaliveMisses: 2 });
    const running = await start(kit.hosts, 'app1', 'echo before; exec sleep 30');
    proxy.freeze();
    expect((await running.done).end).toMatchObject({
      type: 'lost',
      failure: { code: 'link-lost', cause: expect.stringContaining('Keepalive') },
    });
  });
});

describe('a server that is frozen', () => {
  it('is noticed by keepalives and the command’s end is unknown', async () => {
    const kit = kitTo(sshd, { keepaliveMs: 1_000, keepaliveMisses: 2, closeMs: 300 });
    const session = processId((await run(kit.hosts, 'app1', 'echo $PPID')).stdout);
    const running = await start(kit.hosts, 'app1', 'exec sleep 30');
    process.kill(session, 'SIGSTOP');
    expect((await running.done).end).toMatchObject({ type: 'lost', failure: { code: 'link-lost' } });
    process.kill(session, 'SIGKILL');
    expect((await run(kit.hosts, 'app1', 'echo back')).stdout.toString()).toBe('back\n');
  });

  it('while a new command is being sent leaves that command unknown or unsent, never silently gone', async () => {
    const kit = kitTo(sshd, { keepaliveMs: 1_000, keepaliveMisses: 2 });
    const session = processId((await run(kit.hosts, 'app1', 'echo $PPID')).stdout);
    process.kill(session, 'SIGSTOP');
    const ran = await run(kit.hosts, 'app1', 'echo second');
    process.kill(session, 'SIGKILL');
    // The channel was never opened, so the words were not sent and a new connection could send them.
    expect(ran.stdout.toString()).toBe('second\n');
    expect(kit.events.map((event) => event.type)).toEqual(['connected', 'lost', 'connected']);
  });
});

describe('more commands than the server allows at once', () => {
  it('are refused with a reason, and the others go on', async () => {
    const strict = await startSshd({
      authorized: [key.publicLine],
      hostKeyFiles: sshd.hostKeys.map((each) => each.file),
      config: ['MaxSessions 1'],
    });
    open.push(() => strict.close());
    const kit = kitTo(strict);
    const over = join(folder, 'over');
    const first = await start(kit.hosts, 'app1', `while [ ! -e ${over} ]; do sleep 0.05; done; echo one`);
    const second = await kit.hosts.exec('app1', { sent: 'true', stdin: null, pty: false, onOutput: () => undefined });
    expect(second).toMatchObject({ ok: false, failure: { code: 'channel-refused', params: { host: 'app1' } } });
    writeFileSync(over, '');
    expect((await first.done).stdout.toString()).toBe('one\n');
  });
});
