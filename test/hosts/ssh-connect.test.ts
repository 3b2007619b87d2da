import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostsKit, type Kit, type KitOptions, planHost, run } from '../helpers/hosts-kit.ts';
import {
  freePort,
  type Home,
  type HomeOptions,
  type KeyPair,
  makeHome,
  makeKey,
  makeUser,
  type SshAgent,
  type Sshd,
  type SystemUser,
  startAgent,
  startSshd,
  tempFolder,
} from '../helpers/sshd.ts';

let folder: string;
let sshd: Sshd;
let key: KeyPair;
let locked: KeyPair;
let stranger: KeyPair;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  folder = tempFolder('keys');
  key = makeKey(join(folder, 'plain'));
  locked = makeKey(join(folder, 'locked'), 'ed25519', 'open sesame');
  stranger = makeKey(join(folder, 'stranger'));
  sshd = await startSshd({ authorized: [key.publicLine, locked.publicLine] });
});
afterAll(async () => {
  await sshd.close();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function kitWith(
  home: HomeOptions,
  kit: Omit<KitOptions, 'home' | 'hosts'> & Partial<KitOptions> = {},
): Kit & { home: Home } {
  const place = makeHome({ knownHosts: sshd.knownHosts, ...home });
  const made = hostsKit({
    home: place.path,
    hosts: [planHost('app1', { address: sshd.address, port: sshd.port })],
    ...kit,
  });
  open.push(
    () => place.close(),
    () => made.hosts.close(),
  );
  return { ...made, home: place };
}

async function failureOf(kit: Kit, host = 'app1') {
  const result = await kit.hosts.connect(host);
  if (result.ok) throw new Error('expected a failure');
  expect(kit.events.filter((event) => event.type === 'failed')).toEqual([
    { type: 'failed', host, failure: result.failure },
  ]);
  return result.failure;
}

describe('a key file and a known host key', () => {
  it('run a command and tell its exit, its output and who it talked to', async () => {
    const kit = kitWith({ keys: { id_ed25519: key } });
    const ran = await run(kit.hosts, 'app1', 'echo out; echo err >&2; exit 3');
    expect(ran.stdout.toString()).toBe('out\n');
    expect(ran.stderr.toString()).toBe('err\n');
    expect(ran.end).toEqual({ type: 'exit', code: 3, signal: null });
    expect(kit.prompts).toEqual([]);
    const connection = {
      host: 'app1',
      address: '127.0.0.1',
      port: sshd.port,
      user: sshd.user,
      keyType: 'ssh-ed25519',
      fingerprint: sshd.hostKeys[0]?.fingerprint,
      method: 'publickey',
      via: [],
      latencyMs: expect.any(Number),
    };
    expect(kit.events).toEqual([{ type: 'connected', connection }]);
    expect(kit.hosts.connection('app1')).toEqual(connection);
  });

  it('are shared by every command that follows', async () => {
    const kit = kitWith({ keys: { id_ed25519: key } });
    const all = await Promise.all(['1', '2', '3', '4'].map((word) => run(kit.hosts, 'app1', `echo ${word}`)));
    expect(all.map((ran) => ran.stdout.toString())).toEqual(['1\n', '2\n', '3\n', '4\n']);
    expect(kit.events).toHaveLength(1);
  });

  it.each(['rsa', 'ecdsa'] as const)('work with an %s key', async (type) => {
    const other = makeKey(join(folder, `user-${type}`), type);
    const server = await startSshd({ authorized: [other.publicLine], hostKeys: [type] });
    open.push(() => server.close());
    const kit = kitWith(
      { keys: { [`id_${type}`]: other }, knownHosts: server.knownHosts },
      { hosts: [planHost('app1', { address: server.address, port: server.port })] },
    );
    expect((await run(kit.hosts, 'app1', 'echo ok')).stdout.toString()).toBe('ok\n');
  });
});

describe('ssh_config', () => {
  it('gives address, port, user, key and host key name of an alias', async () => {
    const known = sshd.knownHosts.replace(/^\S+/, 'trade-core');
    const config = [
      'Host trade',
      '  HostName 127.0.0.1',
      `  Port ${sshd.port}`,
      `  User ${sshd.user}`,
      '  IdentityFile %d/.ssh/%n_key',
      '  HostKeyAlias trade-core',
      '  UserKnownHostsFile ~/.ssh/release_hosts',
    ];
    const kit = kitWith(
      { keys: { trade_key: key }, config: config.join('\n'), knownHosts: '' },
      { hosts: [planHost('app1', { address: 'trade' })] },
    );
    writeFileSync(join(kit.home.ssh, 'release_hosts'), known);
    expect((await run(kit.hosts, 'app1', 'echo ok')).stdout.toString()).toBe('ok\n');
    expect(kit.hosts.connection('app1')).toMatchObject({ address: '127.0.0.1', port: sshd.port, user: sshd.user });
  });

  it('with a ProxyCommand stops instead of taking another way', async () => {
    const kit = kitWith({ keys: { id_ed25519: key }, config: 'Host *\n  ProxyCommand nc %h %p\n' });
    expect(await failureOf(kit)).toMatchObject({
      code: 'ssh-config-invalid',
      params: { host: 'app1' },
      cause: expect.stringContaining('ProxyCommand'),
    });
  });
});

describe('a key with a passphrase', () => {
  it('is asked for once for all hosts, and the answer is redacted from then on', async () => {
    const hosts = ['app1', 'app2', 'app3'].map((name) => planHost(name, { address: sshd.address, port: sshd.port }));
    const kit = kitWith({ keys: { id_ed25519: locked } }, { hosts, answer: () => ['open sesame'] });
    await Promise.all(hosts.map((host) => run(kit.hosts, host.name, 'true')));
    expect(kit.prompts).toEqual([
      {
        kind: 'passphrase',
        host: expect.any(String),
        params: { file: join(kit.home.ssh, 'id_ed25519'), try: '1' },
        fields: [{ label: '', secret: true }],
      },
    ]);
    expect(kit.secrets.values()).toContain('open sesame');
  });

  it('that stays wrong after three tries is named as the reason', async () => {
    const kit = kitWith({ keys: { id_ed25519: locked } }, { answer: () => ['no'] });
    expect(await failureOf(kit)).toMatchObject({
      code: 'key-passphrase-wrong',
      params: { host: 'app1', file: join(kit.home.ssh, 'id_ed25519') },
    });
    expect(kit.prompts).toHaveLength(3);
  });

  it('is not asked for when the server does not want that key', async () => {
    const unwanted = makeKey(join(folder, 'unwanted'), 'rsa', 'never asked');
    const kit = kitWith({ keys: { id_ed25519: key, id_rsa: unwanted } });
    expect((await run(kit.hosts, 'app1', 'true')).end).toMatchObject({ code: 0 });
    expect(kit.prompts).toEqual([]);
  });
});

describe('an agent', () => {
  let agent: SshAgent;
  beforeAll(async () => {
    agent = await startAgent();
  });
  afterAll(() => agent.close());

  it('logs in with a key that is in no file', async () => {
    agent.add(key);
    const kit = kitWith({}, { env: { SSH_AUTH_SOCK: agent.socket } });
    expect((await run(kit.hosts, 'app1', 'true')).end).toMatchObject({ code: 0 });
    expect(kit.hosts.connection('app1')?.method).toBe('agent');
  });

  it('that cannot be reached is the reason when there is no other key', async () => {
    const kit = kitWith({}, { env: { SSH_AUTH_SOCK: join(folder, 'nobody') } });
    expect(await failureOf(kit)).toMatchObject({ code: 'agent-unreachable', params: { file: join(folder, 'nobody') } });
  });

  it('is left alone by IdentitiesOnly', async () => {
    agent.add(key);
    const config = `Host *\n  IdentitiesOnly yes\n  IdentityFile ${stranger.file}\n`;
    const kit = kitWith({ config }, { env: { SSH_AUTH_SOCK: agent.socket } });
    expect(await failureOf(kit)).toMatchObject({
      code: 'auth-failed',
      params: { tried: `publickey ${stranger.file}`, offered: 'publickey' },
    });
  });
});

describe('passwords', () => {
  let user: SystemUser;
  let server: Sshd;
  let pam: Sshd;
  beforeAll(async () => {
    user = makeUser();
    server = await startSshd({ config: ['PasswordAuthentication yes'] });
    pam = await startSshd({ config: ['UsePAM yes', 'KbdInteractiveAuthentication yes'] });
  });
  afterAll(async () => {
    await Promise.all([server.close(), pam.close()]);
    user.close();
  });

  const kitFor = (to: Sshd, answer: KitOptions['answer'], extra: Partial<KitOptions> = {}) =>
    kitWith(
      { knownHosts: to.knownHosts },
      {
        hosts: [planHost('app1', { address: to.address, port: to.port, user: user.name })],
        ...(answer === undefined ? {} : { answer }),
        ...extra,
      },
    );

  it('are asked for, redacted, and not asked for again after the link was lost', async () => {
    const kit = kitFor(server, () => [user.password]);
    const lost = new Promise<void>((resolve) => {
      kit.hosts.subscribe((event) => event.type === 'lost' && resolve());
    });
    expect((await run(kit.hosts, 'app1', 'id -un')).stdout.toString().trim()).toBe(user.name);
    expect(kit.hosts.connection('app1')?.method).toBe('password');
    expect(kit.secrets.values()).toContain(user.password);
    await run(kit.hosts, 'app1', 'kill $PPID');
    await lost;
    expect((await run(kit.hosts, 'app1', 'id -un')).stdout.toString().trim()).toBe(user.name);
    expect(kit.prompts).toHaveLength(1);
    expect(kit.prompts[0]).toMatchObject({ kind: 'password', host: 'app1', params: { user: user.name, try: '1' } });
  });

  it('that are wrong three times end with what was tried', async () => {
    const kit = kitFor(server, () => ['wrong']);
    expect(await failureOf(kit)).toMatchObject({
      code: 'auth-failed',
      params: { host: 'app1', user: user.name, tried: 'password ×3', offered: 'publickey, password' },
    });
    expect(kit.prompts).toHaveLength(3);
  });

  it('may be right at the second try', async () => {
    const kit = kitFor(server, (prompt) => [prompt.params['try'] === '2' ? user.password : 'wrong']);
    expect((await run(kit.hosts, 'app1', 'true')).end).toMatchObject({ code: 0 });
    expect(kit.prompts).toHaveLength(2);
  });

  it('that nobody gives end without a second question', async () => {
    const kit = kitFor(server, () => null);
    expect(await failureOf(kit)).toMatchObject({ code: 'auth-failed', params: { tried: 'password (no answer)' } });
    expect(kit.prompts).toHaveLength(1);
  });

  it('work through keyboard-interactive with the fields that the server names', async () => {
    const kit = kitFor(pam, () => [user.password]);
    expect((await run(kit.hosts, 'app1', 'true')).end).toMatchObject({ code: 0 });
    expect(kit.hosts.connection('app1')?.method).toBe('keyboard-interactive');
    expect(kit.prompts).toMatchObject([
      { kind: 'keyboard-interactive', host: 'app1', fields: [{ label: 'Password:', secret: true }] },
    ]);
    expect(kit.secrets.values()).toContain(user.password);
  });

  it('that are wrong in keyboard-interactive end with what was tried', async () => {
    const kit = kitFor(pam, () => ['wrong']);
    expect(await failureOf(kit)).toMatchObject({
      code: 'auth-failed',
      params: { tried: 'keyboard-interactive ×3' },
    });
  });

  it('may take longer than the connect timeout and longer than the server waits', async () => {
    const slow = await startSshd({ config: ['PasswordAuthentication yes', 'LoginGraceTime 4'] });
    open.push(() => slow.close());
    let asked = 0;
    const kit = kitFor(
      slow,
      async () => {
        asked += 1;
        await new Promise((resolve) => setTimeout(resolve, 6_000));
        return [user.password];
      },
      { timing: { connectTimeoutMs: 5_000 } },
    );
    expect((await run(kit.hosts, 'app1', 'true')).end).toMatchObject({ code: 0 });
    expect(asked).toBe(1);
  });
});

describe('a connection that cannot be made says why', () => {
  const to = (address: string, port: number, extra: Partial<KitOptions> = {}) =>
    kitWith({ keys: { id_ed25519: key } }, { hosts: [planHost('app1', { address, port })], ...extra });

  it('when the name does not exist', async () => {
    expect(await failureOf(to('no-such-host.invalid', 22))).toMatchObject({
      code: 'name-not-found',
      params: { host: 'app1', address: 'no-such-host.invalid', port: '22' },
    });
  });

  it('when nobody listens', async () => {
    const port = await freePort();
    expect(await failureOf(to('127.0.0.1', port))).toMatchObject({
      code: 'connection-refused',
      params: { address: '127.0.0.1', port: String(port) },
      cause: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('when the other side accepts and never says a word', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const port = (silent.address() as { port: number }).port;
    const kit = to('127.0.0.1', port, { timing: { connectTimeoutMs: 300 } });
    expect(await failureOf(kit)).toMatchObject({ code: 'connect-timeout', params: { ms: '300' } });
    silent.close();
  });

  it('when the other side is no SSH server', async () => {
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const port = (web.address() as { port: number }).port;
    expect(await failureOf(to('127.0.0.1', port))).toMatchObject({ code: 'handshake-failed' });
    web.close();
  });

  it('when no key is accepted, with the keys that were tried', async () => {
    const kit = kitWith({ keys: { id_ed25519: stranger } });
    expect(await failureOf(kit)).toMatchObject({
      code: 'auth-failed',
      params: { tried: `publickey ${join(kit.home.ssh, 'id_ed25519')}`, offered: 'publickey', user: sshd.user },
    });
  });

  it('when the key file is damaged', async () => {
    const kit = kitWith({});
    const file = join(kit.home.ssh, 'id_ed25519');
    writeFileSync(file, '-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----\n');
    chmodSync(file, 0o600);
    expect(await failureOf(kit)).toMatchObject({ code: 'key-unreadable', params: { file } });
  });

  it('and a later try starts afresh', async () => {
    const port = await freePort();
    const kit = to('127.0.0.1', port);
    await failureOf(kit);
    const late = await startSshd({
      port,
      authorized: [key.publicLine],
      hostKeyFiles: sshd.hostKeys.map((each) => each.file),
    });
    open.push(() => late.close());
    writeFileSync(join(kit.home.ssh, 'known_hosts'), late.knownHosts);
    expect((await run(kit.hosts, 'app1', 'echo ok')).stdout.toString()).toBe('ok\n');
  });
});
