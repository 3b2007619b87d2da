import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { clockOffset, readClock } from '../../electron/engine/hosts/clock-offset.ts';
import type { Clock } from '../../electron/engine/ports.ts';
import { limits } from '../../shared/contract/limits.ts';
import { startCutProxy } from '../helpers/cut-proxy.ts';
import { hostsKit, type Kit, planHost, realClock } from '../helpers/hosts-kit.ts';
import { type KeyPair, knownHostsLine, makeHome, makeKey, startSshd, tempFolder } from '../helpers/sshd.ts';

let folder: string;
let key: KeyPair;
const open: (() => unknown)[] = [];

beforeAll(() => {
  folder = tempFolder('clock');
  chmodSync(folder, 0o755);
  key = makeKey(join(folder, 'login'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/**
 * A real sshd on which `date` is this script: the clock of the machine cannot be moved here, so the host's answer
 * lies instead. Without a script it is the system's own `date`.
 */
async function hostWhoseDateIs(script: string | null, before = ''): Promise<{ kit: Kit; port: number; cut(): void }> {
  const bin = join(tempFolder('bin'), 'bin');
  mkdirSync(bin);
  chmodSync(join(bin, '..'), 0o755);
  if (script !== null) writeFileSync(join(bin, 'date'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const forced = join(bin, 'forced-command');
  writeFileSync(forced, `#!/bin/sh\n${before}\nPATH=${bin}:$PATH exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n`, {
    mode: 0o755,
  });
  const sshd = await startSshd({ authorized: [key.publicLine], config: [`ForceCommand ${forced}`] });
  const proxy = await startCutProxy(sshd);
  const home = makeHome({
    keys: { id_ed25519: key },
    knownHosts: knownHostsLine('127.0.0.1', proxy.port, sshd.hostKeys[0]?.publicLine ?? ''),
  });
  const kit = hostsKit({ home: home.path, hosts: [planHost('app1', { address: '127.0.0.1', port: proxy.port })] });
  open.push(
    () => rmSync(join(bin, '..'), { recursive: true }),
    () => home.close(),
    () => sshd.close(),
    () => proxy.close(),
    () => kit.hosts.close(),
  );
  expect((await kit.hosts.connect('app1')).ok).toBe(true);
  return { kit, port: proxy.port, cut: () => proxy.cut() };
}

/**
 * Reads, and gives what the reading may be wrong by, beyond half of the time it took. It must cover what is really so:
 * this machine is both ends, so the truth is known.
 */
async function beyondHalfTheWay(script: string | null, trueOffsetMs: number, before = ''): Promise<number> {
  const { kit } = await hostWhoseDateIs(script, before);
  const start = performance.now();
  const reading = await readClock(kit.hosts, 'app1', realClock);
  const took = performance.now() - start;
  if (reading === null) throw new Error('no reading');
  expect(Math.abs(reading.offsetMs - trueOffsetMs)).toBeLessThanOrEqual(reading.errorMs);
  return reading.errorMs - took / 2;
}

it('reads the clock of a host to within half the round trip', async () => {
  expect(await beyondHalfTheWay(null, 0)).toBeLessThanOrEqual(1);
});

it('reads a host that is ahead, and one that is behind', async () => {
  expect(await beyondHalfTheWay(`exec /bin/date -d '90 seconds' "$@"`, 90_000)).toBeLessThanOrEqual(1);
  expect(await beyondHalfTheWay(`exec /bin/date -d '7 seconds ago' "$@"`, -7_000)).toBeLessThanOrEqual(1);
});

it('reads busybox, and widens the error by half a second where no fraction is told', async () => {
  await beyondHalfTheWay('exec busybox date "$@"', 0);
  for (const noFraction of ['N', '%N', '']) {
    const beyond = await beyondHalfTheWay(`exec /bin/date -u +now:%s.${noFraction.replace('%', '%%')}`, 0);
    expect(beyond).toBeLessThanOrEqual(501);
    expect(beyond).toBeGreaterThan(250);
  }
});

it('takes a slow answer into account instead of calling the host slow', async () => {
  await beyondHalfTheWay('sleep 0.7; exec /bin/date "$@"', 0);
});

it('is not misled by what a login shell prints first', async () => {
  await beyondHalfTheWay(null, 0, `echo 'Welcome. It is now: 12 o clock'; printf 'no newline '; echo 'trouble' >&2`);
});

it('says nothing for a host whose answer is no time', async () => {
  const { kit } = await hostWhoseDateIs('echo "date: illegal option"; exit 1');
  expect(await clockOffset(kit.hosts, 'app1', realClock)).toBeNull();
});

it('gives up on a host that does not answer, and leaves nothing open', async () => {
  const { kit } = await hostWhoseDateIs('exec sleep 30');
  const hurried: Clock = { ...realClock, sleep: (ms, signal) => realClock.sleep(ms / 10, signal) };
  expect(await clockOffset(kit.hosts, 'app1', hurried)).toBeNull();
  expect(kit.hosts.connection('app1')).not.toBeNull();
});

it('says nothing when the link goes while the host is asked', async () => {
  const running = join(folder, 'running');
  const { kit, cut } = await hostWhoseDateIs(`touch ${running}; exec sleep 30`);
  // For this clock the time that an answer may take is never over: only the link can end it.
  const patient: Clock = { ...realClock, sleep: (_, signal) => realClock.sleep(3_600_000, signal) };
  const asked = clockOffset(kit.hosts, 'app1', patient);
  await expect.poll(() => existsSync(running)).toBe(true);
  const lost = new Promise<void>((resolve) => {
    kit.hosts.subscribe((event) => event.type === 'lost' && resolve());
  });
  cut();
  await lost;
  expect(await asked).toBeNull();
});

it('does not connect to a host that is not connected', async () => {
  const { port } = await hostWhoseDateIs(null);
  const home = makeHome({ keys: { id_ed25519: key } });
  const kit = hostsKit({ home: home.path, hosts: [planHost('app1', { address: '127.0.0.1', port })] });
  expect(await clockOffset(kit.hosts, 'app1', realClock)).toBeNull();
  expect(kit.events).toEqual([]);
  expect(kit.prompts).toEqual([]);
  await kit.hosts.close();
  home.close();
});

it('says nothing rather than a number that may be wrong by more than what is a finding', async () => {
  const { kit } = await hostWhoseDateIs(null);
  let calls = 0;
  // The answer seems to have taken as long as twice what is a finding, and a little.
  const slow: Clock = { ...realClock, mono: () => (calls++ === 0 ? 0 : 2 * limits.clockOffMs + 10) };
  expect(await readClock(kit.hosts, 'app1', slow)).not.toBeNull();
  calls = 0;
  expect(await clockOffset(kit.hosts, 'app1', slow)).toBeNull();
});
