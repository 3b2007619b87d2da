import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PlanHost } from '../../shared/checklist/plan.ts';
import { startCutProxy } from '../helpers/cut-proxy.ts';
import { hostsKit, type Kit, type KitOptions, planHost, run } from '../helpers/hosts-kit.ts';
import {
  freePort,
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
let bastion: Sshd;
let second: Sshd;
let inner: Sshd;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  folder = tempFolder('keys');
  key = makeKey(join(folder, 'login'));
  bastion = await startSshd({ addresses: ['127.0.0.2'], authorized: [key.publicLine] });
  second = await startSshd({ addresses: ['127.0.0.3'], authorized: [key.publicLine] });
  inner = await startSshd({ addresses: ['127.0.0.4'], authorized: [key.publicLine] });
});
afterAll(async () => {
  await Promise.all([bastion.close(), second.close(), inner.close()]);
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function aliases(): string {
  const block = (name: string, sshd: Sshd) => `Host ${name}\n  HostName ${sshd.address}\n  Port ${sshd.port}\n`;
  return block('bastion', bastion) + block('second', second) + block('inner', inner);
}

function kitWith(
  hosts: readonly PlanHost[],
  config: string,
  extra: Partial<KitOptions> & { knownHosts?: string } = {},
): Kit {
  const knownHosts = extra.knownHosts ?? bastion.knownHosts + second.knownHosts + inner.knownHosts;
  const home = makeHome({ keys: { id_ed25519: key }, config, knownHosts });
  const kit = hostsKit({ home: home.path, hosts, ...extra });
  open.push(
    () => home.close(),
    () => kit.hosts.close(),
  );
  return kit;
}

const label = (sshd: Sshd) => `${sshd.user}@${sshd.address}:${sshd.port}`;
const logins = (sshd: Sshd) => sshd.log().split('Accepted publickey').length - 1;

describe('a host behind a jump host', () => {
  it('of ssh_config is reached through it', async () => {
    const before = logins(bastion);
    const kit = kitWith([planHost('app1', { address: 'inner' })], `${aliases()}Host inner\n  ProxyJump bastion\n`);
    expect((await run(kit.hosts, 'app1', 'echo ok')).stdout.toString()).toBe('ok\n');
    expect(kit.hosts.connection('app1')).toMatchObject({ address: '127.0.0.4', via: [label(bastion)] });
    expect(logins(bastion)).toBe(before + 1);
    expect(kit.events.map((event) => event.type)).toEqual(['connected']);
  });

  it('may have several hops, each through the one before', async () => {
    const kit = kitWith([planHost('app1', { address: 'inner', jump: 'bastion,second' })], aliases());
    expect((await run(kit.hosts, 'app1', 'echo ok')).stdout.toString()).toBe('ok\n');
    expect(kit.hosts.connection('app1')?.via).toEqual([label(bastion), label(second)]);
  });

  it('may be named in the checklist with user, address and port', async () => {
    const jump = label(bastion);
    const kit = kitWith([planHost('app1', { address: inner.address, port: inner.port, jump })], '');
    expect((await run(kit.hosts, 'app1', 'echo ok')).stdout.toString()).toBe('ok\n');
  });

  it('shares the connection to it with every other host behind it', async () => {
    const before = logins(bastion);
    const hosts = ['app1', 'app2', 'app3'].map((name) => planHost(name, { address: 'inner', jump: 'bastion' }));
    const kit = kitWith(hosts, aliases());
    await Promise.all(hosts.map((host) => run(kit.hosts, host.name, 'true')));
    expect(logins(bastion)).toBe(before + 1);
  });

  it('may name another host of the environment, which is then held and told like any other', async () => {
    const hosts = [
      planHost('gate', { address: bastion.address, port: bastion.port }),
      planHost('app1', { address: 'inner', jump: 'gate' }),
    ];
    const kit = kitWith(hosts, aliases());
    await run(kit.hosts, 'app1', 'true');
    const connected = kit.events.map((event) => event.type === 'connected' && event.connection.host);
    expect(connected).toEqual(['gate', 'app1']);
    const before = logins(bastion);
    await run(kit.hosts, 'gate', 'true');
    expect(logins(bastion)).toBe(before);
  });

  it('that cannot be reached names the hop and what happened there', async () => {
    const port = await freePort('127.0.0.2');
    const kit = kitWith([planHost('app1', { address: 'inner', jump: `127.0.0.2:${port}` })], aliases());
    expect(await kit.hosts.connect('app1')).toMatchObject({
      ok: false,
      failure: {
        code: 'jump-failed',
        params: { host: 'app1', hop: `${bastion.user}@127.0.0.2:${port}`, reason: 'connection-refused' },
      },
    });
  });

  it('that the jump host cannot reach names the hop and the address', async () => {
    const port = await freePort('127.0.0.4');
    const kit = kitWith([planHost('app1', { address: '127.0.0.4', port, jump: 'bastion' })], aliases());
    expect(await kit.hosts.connect('app1')).toMatchObject({
      failure: {
        code: 'jump-failed',
        params: { hop: label(bastion), reason: 'connection-refused', address: '127.0.0.4', port: String(port) },
      },
    });
  });

  it('that forbids forwarding is named', async () => {
    const closed = await startSshd({
      addresses: ['127.0.0.5'],
      authorized: [key.publicLine],
      config: ['AllowTcpForwarding no'],
    });
    open.push(() => closed.close());
    const kit = kitWith([planHost('app1', { address: 'inner', jump: label(closed) })], aliases(), {
      knownHosts: closed.knownHosts + inner.knownHosts,
    });
    expect(await kit.hosts.connect('app1')).toMatchObject({
      failure: {
        code: 'jump-failed',
        params: { host: 'app1', hop: label(closed), reason: 'channel-refused' },
      },
    });
  });

  it('has its host key checked like every hop before it', async () => {
    const stranger = makeKey(join(folder, `stranger-${Date.now()}`));
    const changed = `[${bastion.address}]:${bastion.port} ${stranger.publicLine}\n${inner.knownHosts}`;
    const hosts = [planHost('app1', { address: 'inner', jump: 'bastion' })];
    const viaChanged = kitWith(hosts, aliases(), { knownHosts: changed });
    expect(await viaChanged.hosts.connect('app1')).toMatchObject({
      failure: { code: 'host-key-changed', params: { host: 'app1', hop: label(bastion), address: bastion.address } },
    });
    const innerUnknown = kitWith(hosts, aliases(), { knownHosts: bastion.knownHosts });
    expect(await innerUnknown.hosts.connect('app1')).toMatchObject({
      failure: { code: 'host-key-unknown', params: { host: 'app1', address: inner.address } },
    });
    expect(innerUnknown.prompts).toMatchObject([{ kind: 'host-key', params: { address: inner.address } }]);
  });

  it('is lost together with it and comes back with it', async () => {
    const proxy = await startCutProxy(bastion);
    open.push(() => proxy.close());
    const knownHosts =
      knownHostsLine(proxy.address, proxy.port, bastion.hostKeys[0]?.publicLine ?? '') + inner.knownHosts;
    const hosts = [planHost('app1', { address: 'inner', jump: `${proxy.address}:${proxy.port}` })];
    const kit = kitWith(hosts, aliases(), { knownHosts });
    await kit.hosts.connect('app1');
    const lost = new Promise<void>((resolve) => {
      kit.hosts.subscribe((event) => event.type === 'lost' && resolve());
    });
    proxy.cut();
    await lost;
    expect(kit.hosts.connection('app1')).toBeNull();
    expect((await run(kit.hosts, 'app1', 'echo back')).stdout.toString()).toBe('back\n');
    expect(kit.events.map((event) => event.type)).toEqual(['connected', 'lost', 'connected']);
  });

  it('that leads in a circle is refused', async () => {
    const config = `${aliases()}Host bastion\n  ProxyJump second\nHost second\n  ProxyJump bastion\n`;
    const kit = kitWith([planHost('app1', { address: 'inner', jump: 'bastion' })], config);
    expect(await kit.hosts.connect('app1')).toMatchObject({ failure: { code: 'ssh-config-invalid' } });
  });
});
