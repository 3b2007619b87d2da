import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Real OpenSSH servers and homes for tests: loopback only, own keys, nothing outside the temporary folder. */

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

export interface KeyPair {
  /** The private key's file; the public one is beside it as `.pub`. */
  readonly file: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicLine: string;
  /** `SHA256:…`. */
  readonly fingerprint: string;
}

/** Makes a key with the real ssh-keygen. */
export function makeKey(file: string, type: KeyType = 'ed25519', passphrase = ''): KeyPair {
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', 'test', '-f', file]);
  const [keyType, key] = readFileSync(`${file}.pub`, 'utf8').split(' ');
  const listed = execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' });
  return { file, publicLine: `${keyType} ${key}`, fingerprint: listed.split(' ')[1] ?? '' };
}

/** A fresh folder under the system's temporary folder. */
export function tempFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `countersign-${name}-`));
}

/**
 * A port that nobody listens on, and that the system gives to nobody by itself: those are higher (from 32768 on Linux,
 * from 49152 elsewhere), and any connection that is made between now and the port's use may get one of them.
 */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    if (await isFree(port, address)) return port;
  }
}

function isFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

export interface SshdOptions {
  /** At most 16 (sshd's own limit). Default: 127.0.0.1. */
  readonly addresses?: readonly string[];
  readonly port?: number;
  /** Public key lines that may log in. */
  readonly authorized?: readonly string[];
  /** One host key of each type; or existing key files to show. */
  readonly hostKeys?: readonly KeyType[];
  readonly hostKeyFiles?: readonly string[];
  /** Words before the program, to start it in surroundings of its own; it is killed then, for `unshare` heeds no SIGTERM. */
  readonly around?: readonly string[];
  /** Variables of every command on this host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further sshd_config lines; the first value of a keyword wins, and these come first. */
  readonly config?: readonly string[];
}

export interface Sshd {
  readonly address: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly user: string;
  readonly pid: number;
  readonly hostKeys: readonly KeyPair[];
  /** known_hosts lines for every address. */
  readonly knownHosts: string;
  /** What sshd has written to its log so far. */
  log(): string;
  close(): Promise<void>;
}

/** Starts `sshd -f` on loopback and waits until it listens. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = tempFolder('sshd');
  // authorized_keys is read as the account that logs in.
  chmodSync(folder, 0o755);
  mkdirSync('/run/sshd', { recursive: true });
  const addresses = options.addresses ?? ['127.0.0.1'];
  const address = addresses[0] ?? '127.0.0.1';
  const port = options.port ?? (await freePort(address));
  const given = options.hostKeyFiles ?? [];
  const types = options.hostKeys ?? (given.length > 0 ? [] : (['ed25519'] as const));
  const made = types.map((type) => makeKey(join(folder, `host_${type}`), type));
  const copied = given.map((file, index) => copyKey(file, join(folder, `given_${index}`)));
  const hostKeys = [...copied, ...made];
  // bash reads the account's ~/.bashrc for each command over SSH, unless it is no outermost shell (run_startup_files in
  // its shell.c): whose account it is would make every command slow, and change its PATH.
  const env = { SHLVL: '1', ...options.env };
  writeFileSync(join(folder, 'authorized_keys'), (options.authorized ?? []).map((line) => `${line}\n`).join(''));
  const config = [
    ...(options.config ?? []),
    ...addresses.map((each) => `ListenAddress ${each}`),
    `Port ${port}`,
    ...hostKeys.map((key) => `HostKey ${key.file}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'StrictModes no',
    'PidFile none',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'UseDNS no',
    'MaxStartups 1000',
    'PrintMotd no',
    `SetEnv ${Object.entries(env)
      .map((each) => each.join('='))
      .join(' ')}`,
    'LogLevel VERBOSE',
  ];
  writeFileSync(join(folder, 'sshd_config'), `${config.join('\n')}\n`);
  const [program = '', ...words] = [
    ...(options.around ?? []),
    '/usr/sbin/sshd',
    '-D',
    '-e',
    '-f',
    join(folder, 'sshd_config'),
  ];
  const child = spawn(program, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  await listening(child, addresses, port, () => log);
  return {
    address,
    addresses,
    port,
    user: userInfo().username,
    pid: child.pid ?? 0,
    hostKeys,
    knownHosts: addresses.flatMap((each) => hostKeys.map((key) => knownHostsLine(each, port, key.publicLine))).join(''),
    log: () => log,
    close: async () => {
      await stop(child, options.around === undefined ? 'SIGTERM' : 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A known_hosts line, newline included. */
export function knownHostsLine(address: string, port: number, publicLine: string): string {
  return `${port === 22 ? address : `[${address}]:${port}`} ${publicLine}\n`;
}

function copyKey(from: string, to: string): KeyPair {
  copyFileSync(from, to);
  copyFileSync(`${from}.pub`, `${to}.pub`);
  chmodSync(to, 0o600);
  const [keyType, key] = readFileSync(`${to}.pub`, 'utf8').split(' ');
  const listed = execFileSync('ssh-keygen', ['-l', '-f', `${to}.pub`], { encoding: 'utf8' });
  return { file: to, publicLine: `${keyType} ${key}`, fingerprint: listed.split(' ')[1] ?? '' };
}

async function listening(
  child: ChildProcess,
  addresses: readonly string[],
  port: number,
  log: () => string,
): Promise<void> {
  const last = addresses.at(-1) ?? '127.0.0.1';
  for (let tries = 0; tries < 2_400; tries++) {
    if (child.exitCode !== null) throw new Error(`sshd did not start: ${log()}`);
    if (await answers(last, port)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`sshd does not listen on ${last}:${port}: ${log()}`);
}

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

export interface HomeOptions {
  /** ssh_config text. */
  readonly config?: string;
  readonly knownHosts?: string;
  /** Key files to copy as `.ssh/<name>` with their `.pub`. */
  readonly keys?: Readonly<Record<string, KeyPair>>;
}

export interface Home {
  readonly path: string;
  readonly ssh: string;
  close(): void;
}

/** A home folder of our own: `.ssh/config`, `.ssh/known_hosts` and keys. */
export function makeHome(options: HomeOptions = {}): Home {
  const path = tempFolder('home');
  const ssh = join(path, '.ssh');
  mkdirSync(ssh, { mode: 0o700 });
  if (options.config !== undefined) writeFileSync(join(ssh, 'config'), options.config);
  if (options.knownHosts !== undefined) writeFileSync(join(ssh, 'known_hosts'), options.knownHosts);
  for (const [name, key] of Object.entries(options.keys ?? {})) {
    copyFileSync(key.file, join(ssh, name));
    copyFileSync(`${key.file}.pub`, join(ssh, `${name}.pub`));
    chmodSync(join(ssh, name), 0o600);
  }
  return { path, ssh, close: () => rmSync(path, { recursive: true, force: true }) };
}

export interface SshAgent {
  readonly socket: string;
  add(key: KeyPair): void;
  close(): Promise<void>;
}

/** A real ssh-agent on a socket of its own. */
export async function startAgent(): Promise<SshAgent> {
  const folder = tempFolder('agent');
  const socket = join(folder, 'socket');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return {
    socket,
    add: (key) => {
      execFileSync('ssh-add', ['-q', key.file], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    },
    close: async () => {
      await stop(child, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface SystemUser {
  readonly name: string;
  readonly password: string;
  close(): void;
}

/** A throwaway account with a password; needs root. */
export function makeUser(): SystemUser {
  const name = `cs-test-${process.pid}`;
  const password = 'correct horse 4711';
  execFileSync('useradd', ['--create-home', '--base-dir', tmpdir(), '--shell', '/bin/sh', name]);
  execFileSync('chpasswd', { input: `${name}:${password}\n` });
  // By force, for a session of the account may still be on its way out.
  const close = () => void execFileSync('userdel', ['--force', '--remove', name], { stdio: 'ignore' });
  return { name, password, close };
}
