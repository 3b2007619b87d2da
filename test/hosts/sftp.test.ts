import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Result, SftpSession } from '../../electron/engine/ports.ts';
import { startCutProxy } from '../helpers/cut-proxy.ts';
import { hostsKit, type Kit, planHost } from '../helpers/hosts-kit.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

/** SFTP on a held connection to a real sshd. */
describe('an SFTP session', () => {
  const folder = tempFolder('sftp');
  const key = makeKey(join(folder, 'id_ed25519'));
  let sshd: Sshd;
  let home: Home;
  let kit: Kit | null = null;

  beforeAll(async () => {
    sshd = await startSshd({ authorized: [key.publicLine], config: ['Subsystem sftp internal-sftp'] });
    home = makeHome({ keys: { id_ed25519: key }, knownHosts: sshd.knownHosts });
  });
  afterEach(async () => {
    await kit?.hosts.close();
    kit = null;
  });
  afterAll(async () => {
    await sshd.close();
    home.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function kitFor(port: number): Kit {
    kit = hostsKit({ home: home.path, hosts: [planHost('app1', { address: sshd.address, port, user: sshd.user })] });
    return kit;
  }

  function value<T>(result: Result<T>): T {
    if (!result.ok) throw new Error(JSON.stringify(result.failure));
    return result.value;
  }

  async function session(port = sshd.port): Promise<SftpSession> {
    return value(await kitFor(port).hosts.sftp('app1'));
  }

  it('writes many pieces side by side, brings them to the disk and reads them back', async () => {
    const sftp = await session();
    const path = join(folder, 'pieces');
    const content = randomBytes(3_000_001);
    const file = value(await sftp.open(path, 'write'));
    const size = 100_000;
    const pieces = Array.from({ length: Math.ceil(content.length / size) }, (_, index) => index * size);
    const written = await Promise.all(pieces.map((at) => file.write(at, content.subarray(at, at + size))));
    expect(written.every((one) => one.ok)).toBe(true);
    expect(value(await file.sync())).toBe(true);
    value(await file.close());
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = value(await sftp.open(path, 'read'));
    expect(value(await again.read(2_999_000, 5_000)).equals(content.subarray(2_999_000))).toBe(true);
    expect(value(await again.read(content.length, 10)).length).toBe(0);
  });

  it('opens an existing file for writing without emptying it', async () => {
    const sftp = await session();
    const path = join(folder, 'kept');
    writeFileSync(path, 'abcdef');
    const file = value(await sftp.open(path, 'write'));
    value(await file.write(3, Buffer.from('XYZ!')));
    value(await file.close());
    expect(readFileSync(path, 'utf8')).toBe('abcXYZ!');
    expect(value(await sftp.stat(path))).toEqual({ size: 7, mode: statSync(path).mode & 0o7777 });
    value(await sftp.remove(path));
    expect(value(await sftp.stat(path))).toBeNull();
  });

  it('says by name what is missing and what may not be touched', async () => {
    const sftp = await session();
    const missing = await sftp.open(join(folder, 'nowhere/at-all'), 'read');
    expect(missing).toMatchObject({ ok: false, failure: { code: 'remote-not-found' } });
    const isFolder = await sftp.open(folder, 'write');
    expect(isFolder).toMatchObject({ ok: false, failure: { code: 'sftp-failed', params: { path: folder } } });
  });

  it('ends everything under way with the link, and everything asked afterwards', async () => {
    const proxy = await startCutProxy(sshd);
    const known = makeHome({
      keys: { id_ed25519: key },
      knownHosts: sshd.knownHosts.replaceAll(`:${sshd.port} `, `:${proxy.port} `),
    });
    const own = hostsKit({
      home: known.path,
      hosts: [planHost('app1', { address: '127.0.0.1', port: proxy.port, user: sshd.user })],
    });
    try {
      const sftp = value(await own.hosts.sftp('app1'));
      const file = value(await sftp.open(join(folder, 'cut'), 'write'));
      proxy.freeze();
      const pending = Promise.all(
        Array.from({ length: 20 }, (_, at) => file.write(at * 200_000, randomBytes(200_000))),
      );
      proxy.cut();
      for (const one of await pending) expect(one).toMatchObject({ ok: false, failure: { code: 'link-lost' } });
      expect(await file.write(0, Buffer.from('x'))).toMatchObject({ ok: false, failure: { code: 'link-lost' } });
      expect(await sftp.stat('/')).toMatchObject({ ok: false, failure: { code: 'link-lost' } });
      // A new session finds a new link.
      expect(value(await value(await own.hosts.sftp('app1')).stat(folder))).not.toBeNull();
    } finally {
      await own.hosts.close();
      await proxy.close();
      known.close();
    }
  });

  it('says that a host offers no SFTP', async () => {
    const bare = await startSshd({ authorized: [key.publicLine] });
    const own = makeHome({ keys: { id_ed25519: key }, knownHosts: bare.knownHosts });
    const { hosts } = hostsKit({
      home: own.path,
      hosts: [planHost('app1', { address: bare.address, port: bare.port, user: bare.user })],
    });
    try {
      expect(await hosts.sftp('app1')).toMatchObject({ ok: false, failure: { code: 'sftp-unavailable' } });
    } finally {
      await hosts.close();
      own.close();
      await bare.close();
    }
  });

  it('ends what is under way when it is closed by us', async () => {
    const sftp = await session();
    const path = join(folder, 'closed');
    const file = value(await sftp.open(path, 'write'));
    sftp.close();
    expect(await file.write(0, Buffer.from('x'))).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
  });
});
