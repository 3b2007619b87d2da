import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';

import type { Language } from '../../shared/contract/ipc/settings.ts';
import { createTranslator } from '../../shared/text/translate.ts';
import startSql from './beside/start.sql?raw';
import { type DemoDatabase, openDemoDatabase } from './database.ts';
import { writeHostFiles } from './host-files.ts';
import { makeKeyPair } from './key-pair.ts';
import { hostPath } from './sftp-server.ts';
import { type SshHost, startSshHost } from './ssh-host.ts';
import { writeBeside } from './write-beside.ts';

/** The demo release, ready to be run: two real SSH hosts and a PostgreSQL on loopback, and a home folder that knows them. */
export interface Demo {
  /** Path of the demo checklist; its environments are `demoEnvironments`. */
  readonly checklist: string;
  /** To be used as the home folder: `.ssh/config` and `.ssh/known_hosts` know app1 and app2, so nothing is asked. */
  readonly home: string;
  /** Ends every process of the demo and removes its folder. Runs made with it stay readable. */
  close(): Promise<void>;
}

export interface DemoOptions {
  /** Where the demo may make its own folder; made when missing. Leftovers of crashed demos in it are removed. */
  readonly folder: string;
  readonly language: Language;
}

const USER = 'release';
const HOSTS = ['app1', 'app2'] as const;
const PREFIX = 'countersign-demo-';

/**
 * Opens the demo. Rejects with an `Error` whose message is a sentence in `language` when the machine lacks `sh` or
 * `perl` (both are part of every Debian and macOS; Git for Windows brings them).
 */
export async function openDemo({ folder, language }: DemoOptions): Promise<Demo> {
  await requireTools(language);
  await mkdir(folder, { recursive: true });
  await removeLeftovers(folder);
  const root = await mkdtemp(join(folder, PREFIX));
  await writeFile(join(root, 'pid'), String(process.pid));
  const hosts: SshHost[] = [];
  let database: DemoDatabase | null = null;
  const close = async () => {
    await Promise.all([...hosts.map((host) => host.close()), database?.close()]);
    await Promise.all(HOSTS.map((name) => endService(join(root, name))));
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    database = await openDemoDatabase(startSql);
    const client = makeKeyPair();
    const ports = await freePorts(HOSTS.length);
    const known: KnownHost[] = [];
    for (const [index, name] of HOSTS.entries()) {
      const hostFolder = join(root, name);
      await writeHostFiles(hostFolder, name, ports[index] ?? 0);
      const hostKey = makeKeyPair();
      const environment = environmentOf(name, hostFolder);
      const host = await startSshHost({
        hostKey: hostKey.private,
        clientKey: client.public,
        user: USER,
        folder: hostFolder,
        environment,
      });
      hosts.push(host);
      known.push({ name, port: host.port, publicKey: hostKey.public });
    }
    const services = HOSTS.map((name) => startService(join(root, name), environmentOf(name, join(root, name))));
    // Clients would wait for the database, but on a busy machine not as long as it takes.
    await Promise.all([...services, database.started()]);
    const home = join(root, 'home');
    await writeHome(home, client.private, known);
    const places = HOSTS.map((name, index) => ({ name, home: hostPath(join(root, name)), port: ports[index] ?? 0 }));
    const checklist = await writeBeside(root, language, { hosts: places, databasePort: database.port });
    return { checklist, home, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface KnownHost {
  readonly name: string;
  readonly port: number;
  readonly publicKey: string;
}

async function writeHome(home: string, clientKey: string, hosts: readonly KnownHost[]): Promise<void> {
  const ssh = join(home, '.ssh');
  await mkdir(ssh, { recursive: true, mode: 0o700 });
  const key = join(ssh, 'id_ed25519');
  const knownHosts = join(ssh, 'known_hosts');
  await writeFile(key, clientKey, { mode: 0o600 });
  const keys = hosts.map((host) => `[127.0.0.1]:${host.port} ${host.publicKey.split(' ').slice(0, 2).join(' ')}\n`);
  await writeFile(knownHosts, keys.join(''), { mode: 0o600 });
  const config = hosts.map((host) =>
    [
      `Host ${host.name}`,
      '  HostName 127.0.0.1',
      `  Port ${host.port}`,
      `  User ${USER}`,
      `  IdentityFile "${key}"`,
      '  IdentitiesOnly yes',
      // OpenSSH's own client takes ~ from the password file; with this line it can be pointed at the demo too.
      `  UserKnownHostsFile "${knownHosts}"`,
      '  StrictHostKeyChecking yes',
      '',
    ].join('\n'),
  );
  await writeFile(join(ssh, 'config'), config.join('\n'), { mode: 0o600 });
}

function environmentOf(name: string, folder: string): Readonly<Record<string, string>> {
  return {
    HOME: folder,
    USER,
    LOGNAME: USER,
    LANG: 'C',
    TMPDIR: join(folder, 'run'),
    PATH: [join(folder, 'bin'), process.env['PATH'] ?? '/usr/bin:/bin'].join(delimiter),
    COUNTERSIGN_DEMO_HOST: name,
    // The service ends by itself when this process is gone.
    COUNTERSIGN_DEMO_PID: String(process.pid),
  };
}

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, timeout: 20_000 }, (error, _stdout, stderr) => {
      resolve(error === null ? null : stderr.trim() || error.message);
    });
  });
}

async function requireTools(language: Language): Promise<void> {
  const cause =
    (await run('sh', ['-c', 'exit 0'], process.cwd(), process.env)) ??
    (await run('perl', ['-MSocket', '-MPOSIX', '-e', '1'], process.cwd(), process.env));
  if (cause !== null) throw new Error(createTranslator(language).t('demo:toolsMissing', { cause }));
}

/** Starts the old build as it would be found: answering. */
async function startService(folder: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const answering = 'until perl bin/get.pl /h5/ping >/dev/null 2>&1; do sleep 0.1; done';
  const hurry = { ...environment, COUNTERSIGN_DEMO_HURRY: '1' };
  const cause = await run('sh', ['-c', `sh bin/trade start && ${answering}`], folder, hurry);
  if (cause !== null) throw new Error(cause);
}

/** Ends the service that `bin/trade` started here, if one runs. Resolves when it is gone. */
async function endService(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, 'run', 'trade.pid'), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 1) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}

/** Loopback ports that were free a moment ago; all are held open until the last is found, so they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(PREFIX)) continue;
    const pid = Number(await readFile(join(folder, entry, 'pid'), 'utf8').catch(() => ''));
    // A folder without a readable pid is one that another process is just making, or one that it never finished.
    if (pid > 1 && !isAlive(pid)) await rm(join(folder, entry), { recursive: true, force: true, maxRetries: 5 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
