import { type ChildProcess, spawn } from 'node:child_process';
import { timingSafeEqual } from 'node:crypto';
import { type AddressInfo, connect, type Socket } from 'node:net';
import ssh2, { type Connection, type ParsedKey, type ServerChannel, type Session } from 'ssh2';
import { serveSftp } from './sftp-server.ts';

/** A running demo host: a real SSH server on loopback whose commands a real `sh` runs. */
export interface SshHost {
  readonly port: number;
  /** Cuts the connections, kills what its commands still run, stops listening. */
  close(): Promise<void>;
}

export interface SshHostOptions {
  /** OpenSSH private key, made for this demo only. */
  readonly hostKey: string;
  /** The one public key that gets in, in OpenSSH form. */
  readonly clientKey: string;
  readonly user: string;
  /** HOME and working folder of every command. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Variables a client may set, as sshd's `AcceptEnv COUNTERSIGN_*` would. */
const ACCEPTED_VARIABLE = /^COUNTERSIGN_[A-Z0-9_]+$/;

/** Starts one demo host on a free loopback port. Rejects when the port cannot be opened. */
export async function startSshHost(options: SshHostOptions): Promise<SshHost> {
  const allowed = ssh2.utils.parseKey(options.clientKey);
  if (allowed instanceof Error) throw allowed;
  const connections = new Set<Connection>();
  const commands = new Set<ChildProcess>();
  const forwarded = new Set<Socket>();

  const server = new ssh2.Server({ hostKeys: [options.hostKey], ident: 'countersign-demo' }, (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    // A client that goes away mid-handshake is no news here.
    connection.on('error', () => connections.delete(connection));
    admit(connection, options.user, allowed);
    connection.on('ready', () => {
      connection.on('session', (accept) => serveSession(accept(), options, commands));
      connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
        // As sshd with `PermitOpen 127.0.0.1:*`: a demo host leads nowhere else.
        if (destIP === '127.0.0.1' || destIP === 'localhost') forward(accept, reject, destPort, forwarded);
        else reject();
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const connection of connections) connection.end();
      for (const socket of forwarded) socket.destroy();
      await Promise.all([...commands].map(kill));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function admit(connection: Connection, user: string, allowed: ParsedKey): void {
  connection.on('authentication', (context) => {
    if (context.method !== 'publickey' || context.username !== user) return context.reject(['publickey']);
    const offered = context.key.data;
    const known = allowed.getPublicSSH();
    const same = offered.length === known.length && timingSafeEqual(offered, known);
    if (!same || context.key.algo !== allowed.type) return context.reject(['publickey']);
    // The first question carries no signature: it only asks whether the key would do.
    if (context.signature === undefined || context.blob === undefined) return context.accept();
    if (allowed.verify(context.blob, context.signature) === true) return context.accept();
    return context.reject(['publickey']);
  });
}

/** Joins a channel to a port of this computer; refused, as by sshd, when nobody listens there. */
function forward(accept: () => ServerChannel, reject: () => void, port: number, forwarded: Set<Socket>): void {
  const socket = connect(port, '127.0.0.1');
  forwarded.add(socket);
  socket.once('connect', () => {
    const channel = accept();
    socket.pipe(channel).pipe(socket);
    channel.on('error', () => socket.destroy());
    channel.on('close', () => socket.destroy());
    socket.on('close', () => channel.end());
  });
  socket.on('error', () => {
    // Harmless once the channel is open; before that it is the refusal.
    reject();
  });
  socket.on('close', () => forwarded.delete(socket));
}

function serveSession(session: Session, options: SshHostOptions, commands: Set<ChildProcess>): void {
  const sent: Record<string, string> = {};
  let running: ChildProcess | null = null;
  session.on('env', (accept, reject, info) => {
    if (!ACCEPTED_VARIABLE.test(info.key)) return reject?.();
    sent[info.key] = info.val;
    return accept?.();
  });
  // There is no terminal here: commands get pipes, as with `ssh -T`.
  session.on('pty', (_accept, reject) => reject?.());
  session.on('signal', (accept, _reject, info) => {
    if (running !== null) signalGroup(running, `SIG${info.name}` as NodeJS.Signals);
    accept?.();
  });
  session.on('sftp', (accept) => serveSftp(accept(), options.folder));
  session.on('exec', (accept, _reject, info) => {
    running = runCommand(accept(), info.command, sent, options);
    track(running, commands);
  });
}

function track(child: ChildProcess, commands: Set<ChildProcess>): void {
  commands.add(child);
  child.on('exit', () => commands.delete(child));
  child.on('error', () => commands.delete(child));
}

function runCommand(
  channel: ServerChannel,
  command: string,
  sent: Readonly<Record<string, string>>,
  options: SshHostOptions,
): ChildProcess {
  const child = spawn('sh', ['-c', command], {
    cwd: options.folder,
    env: { ...options.environment, ...sent },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that a signal reaches what the command started too.
    detached: true,
  });
  channel.pipe(child.stdin);
  // A command that reads no stdin closes it early; what the client still sends is then simply not wanted.
  child.stdin.on('error', () => channel.unpipe(child.stdin));
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on('error', () => channel.destroy());
  child.on('error', (error) => {
    channel.stderr.write(`cannot run sh: ${error.message}\n`);
    channel.exit(127);
    channel.end();
  });
  child.on('close', (code, signal) => {
    if (!channel.writable) return;
    if (signal === null) channel.exit(code ?? 0);
    else channel.exit(signal.replace(/^SIG/, ''), false, '');
    channel.end();
  });
  return child;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It ended in the meantime.
  }
}

function kill(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    signalGroup(child, 'SIGKILL');
  });
}
