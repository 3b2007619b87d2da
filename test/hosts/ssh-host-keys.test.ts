import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostsKit, type Kit, type KitOptions, planHost, run } from '../helpers/hosts-kit.ts';
import {
  type Home,
  type KeyPair,
  knownHostsLine,
  makeHome,
  makeKey,
  type Sshd,
  startSshd,
  tempFolder,
} from '../helpers/sshd.ts';

let folder: string;
let key: KeyPair;
let other: KeyPair;
let sshd: Sshd;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  folder = tempFolder('keys');
  key = makeKey(join(folder, 'login'));
  other = makeKey(join(folder, 'other'));
  sshd = await startSshd({ authorized: [key.publicLine], hostKeys: ['ed25519', 'rsa'] });
});
afterAll(async () => {
  await sshd.close();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function kitKnowing(knownHosts: string | undefined, extra: Partial<KitOptions> = {}): Kit & { home: Home } {
  const home = makeHome({ keys: { id_ed25519: key }, ...(knownHosts === undefined ? {} : { knownHosts }) });
  const hosts = [planHost('app1', { address: sshd.address, port: sshd.port })];
  const kit = hostsKit({ home: home.path, hosts, ...extra });
  open.push(
    () => home.close(),
    () => kit.hosts.close(),
  );
  return { ...kit, home };
}

async function failureOf(kit: Kit) {
  const result = await kit.hosts.connect('app1');
  if (result.ok) throw new Error('expected a failure');
  return result.failure;
}

const ed25519 = () => sshd.hostKeys[0] as KeyPair;
const rsa = () => sshd.hostKeys[1] as KeyPair;
const line = (pair: KeyPair) => knownHostsLine(sshd.address, sshd.port, pair.publicLine);

describe('an unknown host key', () => {
  it('is shown, and accepting it is written down and told before the connection goes on', async () => {
    const kit = kitKnowing(undefined, { answer: () => ['accept'] });
    expect((await kit.hosts.connect('app1')).ok).toBe(true);
    const shown = {
      address: '127.0.0.1',
      port: sshd.port,
      keyType: 'ssh-ed25519',
      fingerprint: ed25519().fingerprint,
    };
    expect(kit.prompts).toEqual([
      {
        kind: 'host-key',
        host: 'app1',
        params: expect.objectContaining({ ...shown, port: String(sshd.port) }),
        fields: [],
      },
    ]);
    expect(kit.events.map((event) => event.type)).toEqual(['key-accepted', 'connected']);
    expect(kit.events[0]).toEqual({ type: 'key-accepted', host: 'app1', ...shown });
    const stored = readFileSync(join(kit.data, 'known_hosts'), 'utf8');
    expect(stored).toBe(line(ed25519()));
    expect(existsSync(join(kit.home.ssh, 'known_hosts'))).toBe(false);
    // The real ssh-keygen finds what was written.
    const found = execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', join(kit.data, 'known_hosts')]);
    expect(found.toString()).toContain('found: line 1');
  });

  it('once accepted is known to a later run', async () => {
    const first = kitKnowing(undefined, { answer: () => ['accept'] });
    await first.hosts.connect('app1');
    const second = hostsKit({
      home: first.home.path,
      hosts: [planHost('app1', { address: sshd.address, port: sshd.port })],
    });
    expect((await second.hosts.connect('app1')).ok).toBe(true);
    expect(second.prompts).toEqual([]);
    await second.hosts.close();
  });

  it.each([
    ['refused', ['refuse']],
    ['left unanswered', null],
    ['answered with anything else', ['yes']],
  ] as const)('when %s ends the connection and stores nothing', async (_how, answer) => {
    const kit = kitKnowing(undefined, { answer: () => answer });
    expect(await failureOf(kit)).toMatchObject({
      code: 'host-key-unknown',
      params: { host: 'app1', fingerprint: ed25519().fingerprint, keyType: 'ssh-ed25519' },
    });
    expect(existsSync(join(kit.data, 'known_hosts'))).toBe(false);
    expect(kit.events.map((event) => event.type)).toEqual(['failed']);
  });

  it('of one address is asked about once, even when two hosts want it at the same time', async () => {
    const hosts = ['app1', 'app2'].map((name) => planHost(name, { address: sshd.address, port: sshd.port }));
    const kit = kitKnowing(undefined, { hosts, answer: () => ['accept'] });
    await Promise.all(hosts.map((host) => kit.hosts.connect(host.name)));
    expect(kit.prompts).toHaveLength(1);
    expect(kit.events.map((event) => event.type)).toEqual(['key-accepted', 'connected', 'connected']);
  });

  it('is not accepted where it cannot be written down', async () => {
    const kit = kitKnowing(undefined, { answer: () => ['accept'] });
    writeFileSync(kit.data, 'a file where the folder should be');
    expect(await failureOf(kit)).toMatchObject({ code: 'local-error' });
    expect(kit.events.map((event) => event.type)).toEqual(['failed']);
  });
});

describe('a known host key', () => {
  it('in hashed form, as ssh-keygen -H writes it, is recognised', async () => {
    const kit = kitKnowing(line(ed25519()));
    execFileSync('ssh-keygen', ['-q', '-H', '-f', join(kit.home.ssh, 'known_hosts')], { stdio: 'ignore' });
    expect(readFileSync(join(kit.home.ssh, 'known_hosts'), 'utf8')).toMatch(/^\|1\|/);
    expect((await kit.hosts.connect('app1')).ok).toBe(true);
  });

  it('of another type than the favourite makes the server show that one', async () => {
    const kit = kitKnowing(line(rsa()));
    const connected = await kit.hosts.connect('app1');
    expect(connected).toMatchObject({ ok: true, value: { keyType: 'ssh-rsa', fingerprint: rsa().fingerprint } });
  });

  it('that has changed ends the connection without asking and before any login', async () => {
    const kit = kitKnowing(line(other));
    const before = sshd.log().length;
    expect(await failureOf(kit)).toMatchObject({
      code: 'host-key-changed',
      params: { fingerprint: ed25519().fingerprint, known: `ssh-ed25519 ${other.fingerprint}` },
    });
    expect(kit.prompts).toEqual([]);
    expect(sshd.log().slice(before)).not.toContain('Accepted');
  });

  it('that changes between two connections of one run ends the second', async () => {
    const home = makeHome({ keys: { id_ed25519: key } });
    const first = await startSshd({ authorized: [key.publicLine] });
    writeFileSync(join(home.ssh, 'known_hosts'), first.knownHosts);
    const kit = hostsKit({ home: home.path, hosts: [planHost('app1', { address: '127.0.0.1', port: first.port })] });
    expect((await kit.hosts.connect('app1')).ok).toBe(true);
    const lost = new Promise<void>((resolve) => {
      kit.hosts.subscribe((event) => event.type === 'lost' && resolve());
    });
    await run(kit.hosts, 'app1', 'kill $PPID');
    await lost;
    await first.close();
    const impostor = await startSshd({ port: first.port, authorized: [key.publicLine] });
    expect(await failureOf(kit)).toMatchObject({ code: 'host-key-changed' });
    await kit.hosts.close();
    await impostor.close();
    home.close();
  });

  it('that is revoked ends the connection even when another line trusts it', async () => {
    const kit = kitKnowing(`${line(ed25519())}@revoked * ${ed25519().publicLine}\n`);
    expect(await failureOf(kit)).toMatchObject({ code: 'host-key-revoked' });
    expect(kit.prompts).toEqual([]);
  });

  it('vouched for by a certificate authority only is refused with its own reason', async () => {
    const kit = kitKnowing(`@cert-authority * ${other.publicLine}\n`, { answer: () => ['accept'] });
    expect(await failureOf(kit)).toMatchObject({ code: 'host-key-certificate-authority' });
    expect(kit.prompts).toEqual([]);
  });

  it('in the app’s own file counts like one in the user’s', async () => {
    const kit = kitKnowing(undefined);
    mkdirSync(kit.data);
    // Without a last newline, as a crash may leave it.
    writeFileSync(join(kit.data, 'known_hosts'), line(ed25519()).trimEnd());
    expect((await kit.hosts.connect('app1')).ok).toBe(true);
  });
});
