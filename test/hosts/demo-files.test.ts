import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Demo, openDemo } from '../../electron/demo/open-demo.ts';
import type { Result } from '../../electron/engine/ports.ts';
import { hostsKit, type Kit, planHost } from '../helpers/hosts-kit.ts';

/** Files and ports of a demo host, reached as the engine reaches a real one and with OpenSSH's own client. */

let folder: string;
let demo: Demo;
let kit: Kit;
let host: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-test-demo-'));
  demo = await openDemo({ folder, language: 'en' });
  host = join(dirname(demo.checklist), 'app1');
  kit = hostsKit({ home: demo.home, hosts: [planHost('app1')] });
});
afterAll(async () => {
  await kit.hosts.close();
  await demo.close();
  await rm(folder, { recursive: true, force: true });
});

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

test('a file travels in pieces side by side, is read back, resumed without being emptied, and removed', async () => {
  const sftp = value(await kit.hosts.sftp('app1'));
  const content = randomBytes(1_000_001);
  const path = join(host, 'webapps', 'pieces');
  const file = value(await sftp.open(path, 'write'));
  const size = 200_000;
  const starts = Array.from({ length: Math.ceil(content.length / size) }, (_, index) => index * size);
  for (const one of await Promise.all(starts.map((at) => file.write(at, content.subarray(at, at + size))))) value(one);
  expect(value(await file.sync())).toBe(false);
  value(await file.close());
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);

  // The same file by the way that begins at HOME.
  const again = value(await sftp.open('webapps/pieces', 'write'));
  value(await again.write(1_000_001, Buffer.from('more')));
  value(await again.close());
  const back = value(await sftp.open('webapps/pieces', 'read'));
  expect(value(await back.read(0, 2_000_000)).equals(Buffer.concat([content, Buffer.from('more')]))).toBe(true);
  expect(value(await sftp.stat(path))).toEqual({ size: 1_000_005, mode: 0o600 });
  value(await sftp.remove(path));
  expect(value(await sftp.stat(path))).toBeNull();
  sftp.close();
});

test('what is missing, a folder, or a handle that was closed is refused by name', async () => {
  const sftp = value(await kit.hosts.sftp('app1'));
  expect(await sftp.open('nowhere/at-all', 'write')).toMatchObject({ failure: { code: 'remote-not-found' } });
  expect(await sftp.open('conf', 'write')).toMatchObject({ failure: { code: 'sftp-failed' } });
  expect(await sftp.remove('conf')).toMatchObject({ failure: { code: 'sftp-failed' } });
  expect(existsSync(join(host, 'conf/app.properties'))).toBe(true);
  const file = value(await sftp.open('closed', 'write'));
  value(await file.close());
  expect(await file.write(0, Buffer.from('x'))).toMatchObject({ failure: { code: 'sftp-failed' } });
  sftp.close();
});

/** OpenSSH's `sftp`, fed with a batch; it stops at the first command that fails. */
function sftpBatch(commands: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const config = join(demo.home, '.ssh', 'config');
  return new Promise((resolve) => {
    const child = execFile('sftp', ['-F', config, '-b', '-', 'app1'], { timeout: 20_000 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
    child.stdin?.end(`${commands.join('\n')}\n`);
  });
}

test('OpenSSH’s own sftp lists, makes, puts, changes, renames, gets and removes', async () => {
  const local = join(folder, 'local');
  const content = randomBytes(300_000);
  writeFileSync(local, content);
  symlinkSync('conf', join(host, 'link'));
  const worked = await sftpBatch([
    'pwd',
    'mkdir parcel',
    `put -p ${local} parcel/one`,
    'chmod 640 parcel/one',
    'rename parcel/one parcel/two',
    'ls -l parcel',
    `get parcel/two ${local}.back`,
    'rm parcel/two',
    'rmdir parcel',
    'ls -1',
  ]);
  expect(worked, worked.err).toMatchObject({ code: 0 });
  expect(worked.out).toContain(`Remote working directory: ${host}`);
  expect(worked.out).toMatch(/-rw-r-----.* 300000 .*two/);
  expect(worked.out).toMatch(/^link$/m);
  expect(readFileSync(`${local}.back`).equals(content)).toBe(true);
  expect(existsSync(join(host, 'parcel'))).toBe(false);

  await mkdir(join(host, 'full'));
  for (const name of ['a', 'b']) writeFileSync(join(host, 'full', name), name);
  expect((await sftpBatch(['rename full/a full/b'])).err).toContain('Failure');
  expect(readFileSync(join(host, 'full/b'), 'utf8')).toBe('b');
  expect((await sftpBatch(['rmdir full'])).code).toBe(1);
  expect((await sftpBatch(['get missing'])).err).toContain('not found');
});

async function echoServer(): Promise<Server> {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('a port of the host is reached through the host, and no other address is', async () => {
  const server = await echoServer();
  const { port } = server.address() as AddressInfo;
  const stream = value(await kit.hosts.forward('app1', { address: '127.0.0.1', port }));
  const content = 'x'.repeat(500_000);
  stream.end(content);
  expect(await text(stream)).toBe(content);
  expect(await kit.hosts.forward('app1', { address: '127.0.0.2', port })).toMatchObject({ ok: false });
  server.close();
  await once(server, 'close');
  expect(await kit.hosts.forward('app1', { address: '127.0.0.1', port })).toMatchObject({ ok: false });
  // The connection itself has not suffered.
  expect(value(await value(await kit.hosts.sftp('app1')).stat('conf'))).not.toBeNull();
});

test('closing a demo ends what is still being forwarded', async () => {
  const server = await echoServer();
  const own = await openDemo({ folder, language: 'en' });
  const ownKit = hostsKit({ home: own.home, hosts: [planHost('app1')] });
  try {
    const address = '127.0.0.1';
    const arrived = once(server, 'connection');
    const stream = value(await ownKit.hosts.forward('app1', { address, port: (server.address() as AddressInfo).port }));
    stream.on('error', () => {});
    const ended = once(stream, 'close');
    stream.resume();
    await arrived;
    await own.close();
    await ended;
    await new Promise<void>((resolve) => server.close(() => resolve()));
  } finally {
    await ownKit.hosts.close();
    await own.close();
  }
});
