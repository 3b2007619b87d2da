import { connect as connectSocket, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type CipherAlgorithm, type Client, type ServerHostKeyAlgorithm } from 'ssh2';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Clock, Prompter, SecretStore } from '../ports.ts';
import { authenticate } from './auth.ts';
import { connectFailure, type Destination, destinationParams } from './failures.ts';
import type { HostKeys } from './host-keys.ts';
import { listIdentities } from './identities.ts';
import type { KeyFiles, WhileAsking } from './key-files.ts';
import { fingerprintOf, type KnownHostResult, keyTypeOf } from './known-hosts.ts';
import type { HostSettings } from './ssh-config.ts';
import { deadline, type HostTiming } from './timing.ts';

/** What every connection of a run shares. */
export interface DialWorld {
  readonly prompter: Prompter;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly timing: HostTiming;
  readonly hostKeys: HostKeys;
  readonly keyFiles: KeyFiles;
}

export interface DialRequest {
  readonly to: Destination;
  readonly settings: HostSettings;
  /** An open way through a jump host, or null to connect directly. */
  readonly through: Duplex | null;
  /** Gives up the place among the connecting while a person is asked. */
  readonly stepAside: WhileAsking;
  readonly cancelled: AbortSignal;
}

export interface Dialled {
  readonly client: Client;
  readonly keyType: string;
  readonly fingerprint: string;
  readonly method: string;
  /** Until the TCP connection stood. */
  readonly latencyMs: number;
}

export type DialOutcome =
  | { readonly type: 'up'; readonly dialled: Dialled }
  /** The host key stands in the way; nothing was sent to the host but the handshake. */
  | { readonly type: 'host-key'; readonly result: Exclude<KnownHostResult, { type: 'match' }>; readonly key: Buffer }
  /** The server hung up while a person was answering; the answers are kept, so dialling again makes sense. */
  | { readonly type: 'asked-too-long'; readonly failure: Failure }
  | { readonly type: 'failed'; readonly failure: Failure };

/** Fast ones first; chacha20 is left out because naming it throws where it is unavailable (Electron). */
const ciphers: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];

const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

/** Known key types first, as OpenSSH does, so that a server with several keys shows the one we know. */
function orderedAlgorithms(known: readonly string[]): ServerHostKeyAlgorithm[] {
  const isKnown = (name: ServerHostKeyAlgorithm) => known.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name);
  return [...hostKeyAlgorithms.filter(isKnown), ...hostKeyAlgorithms.filter((name) => !isKnown(name))];
}

/** One attempt to connect and log in. Never rejects. */
export async function dial(request: DialRequest, world: DialWorld): Promise<DialOutcome> {
  const { to, settings, cancelled } = request;
  try {
    const preferred = world.hostKeys.preferred(settings);
    const identities = await listIdentities(settings, world.keyFiles, to.host, world.clock);
    if (cancelled.aborted) return { type: 'failed', failure: failure('cancelled', destinationParams(to)) };
    return await handshake(request, world, preferred, identities);
  } catch (error) {
    return { type: 'failed', failure: failure('local-error', destinationParams(to), error) };
  }
}

function handshake(
  { to, settings, through, stepAside, cancelled }: DialRequest,
  world: DialWorld,
  preferred: readonly string[],
  identities: Awaited<ReturnType<typeof listIdentities>>,
): Promise<DialOutcome> {
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    const startedAt = world.clock.mono();
    const socket: Duplex = through ?? connectSocket({ host: settings.hostName, port: settings.port, noDelay: true });
    let latencyMs = 0;
    let shown: Buffer | null = null;
    let asking = 0;
    let hungUp: Failure | null = null;
    let settled = false;

    const settle = (outcome: DialOutcome): void => {
      if (settled) return;
      settled = true;
      limit.stop();
      cancelled.removeEventListener('abort', onCancelled);
      if (outcome.type !== 'up') {
        client.on('error', () => undefined);
        client.end();
        socket.destroy();
      }
      resolve(outcome);
    };
    const fail = (reason: Failure): void => {
      if (asking > 0 && reason.code !== 'cancelled') hungUp ??= reason;
      else settle(hungUp === null ? { type: 'failed', failure: reason } : { type: 'asked-too-long', failure: hungUp });
    };
    const onCancelled = (): void => fail(failure('cancelled', destinationParams(to)));
    const limit = deadline(world.clock, world.timing.connectTimeoutMs, () =>
      fail(failure('connect-timeout', { ...destinationParams(to), ms: String(world.timing.connectTimeoutMs) })),
    );
    const whileAsking: WhileAsking = async (work) => {
      limit.stop();
      asking += 1;
      try {
        return await stepAside(work);
      } finally {
        asking -= 1;
        if (hungUp !== null) fail(hungUp);
        else if (!settled) limit.start();
      }
    };
    const login = authenticate({ to, identities, whileAsking, stillOpen: () => !settled, ...world });

    const verify = (key: Buffer): boolean => {
      // Called again at every re-keying: the key must stay the one that was checked.
      if (shown !== null) return shown.equals(key);
      const result = checkKey(world.hostKeys, settings, key);
      if (result instanceof Error)
        settle({ type: 'failed', failure: failure('local-error', destinationParams(to), result) });
      else if (result.type !== 'match') settle({ type: 'host-key', result, key: Buffer.from(key) });
      else shown = Buffer.from(key);
      return shown !== null;
    };

    client.on('connect', () => {
      latencyMs = Math.max(0, world.clock.mono() - startedAt);
    });
    client.on('ready', () => {
      if (shown === null) fail(failure('handshake-failed', destinationParams(to), 'the host key was not checked'));
      else
        settle({
          type: 'up',
          dialled: {
            client,
            keyType: keyTypeOf(shown) ?? '',
            fingerprint: fingerprintOf(shown),
            method: login.method(),
            latencyMs,
          },
        });
    });
    client.on('error', (error: Error & { level?: string }) => {
      // A key that could not sign is not the end: the next method follows.
      if (error.level === 'agent') return;
      if (error.level === 'client-authentication') fail(login.failure(error));
      else if (/authentication failures/i.test(error.message)) fail(login.failure(error));
      else fail(connectFailure(error, to));
    });
    client.on('close', () => fail(connectFailure(new Error('the host closed the connection'), to)));
    cancelled.addEventListener('abort', onCancelled, { once: true });
    limit.start();
    client.connect({
      sock: socket as Socket,
      username: to.user,
      // Our own deadline stands still while a person is asked.
      readyTimeout: 0,
      keepaliveInterval: world.timing.keepaliveMs,
      keepaliveCountMax: world.timing.keepaliveMisses,
      algorithms: { cipher: ciphers, serverHostKey: orderedAlgorithms(preferred) },
      hostVerifier: verify,
      authHandler: login.handler,
    });
  });
}

function checkKey(keys: HostKeys, settings: HostSettings, key: Buffer): KnownHostResult | Error {
  try {
    return keys.check(settings, key);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
