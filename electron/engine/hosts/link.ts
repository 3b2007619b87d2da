import type { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Clock, Exec, ExecRequest, Result, SftpSession } from '../ports.ts';
import type { Dialled } from './dial.ts';
import { followExec } from './exec.ts';
import { type Destination, destinationParams, onwardFailure } from './failures.ts';
import { holdSftp } from './sftp.ts';
import type { HostTiming } from './timing.ts';

/** One held connection. */
export interface Link {
  readonly dialled: Dialled;
  readonly to: Destination;
  /** Why it is gone, or null while it stands. */
  gone(): Failure | null;
  onLost(listener: (reason: Failure) => void): void;
  /**
   * Starts a command. `not-sent` means that the link broke before the command left this machine, so that it may
   * safely be sent again over a new one.
   */
  exec(request: ExecRequest): Promise<Result<Exec> | 'not-sent'>;
  /** Opens an SFTP session; `not-sent` as for a command. */
  sftp(): Promise<Result<SftpSession> | 'not-sent'>;
  /** A way onwards to another address, through this host. */
  forward(to: Destination): Promise<Result<Duplex>>;
  close(): Promise<void>;
}

export function holdLink(dialled: Dialled, to: Destination, clock: Clock, timing: HostTiming): Link {
  const { client } = dialled;
  const listeners = new Set<(reason: Failure) => void>();
  let gone: Failure | null = null;
  let closing = false;
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));

  const lose = (cause: unknown): void => {
    if (gone !== null) return;
    gone = failure(closing ? 'cancelled' : 'link-lost', destinationParams(to), closing ? null : cause);
    for (const listener of listeners) listener(gone);
    listeners.clear();
    client.destroy();
  };
  client.on('error', (error) => lose(error));
  client.on('close', () => lose('the connection closed'));
  client.on('end', () => lose('the host ended the connection'));

  const onLost = (listener: (reason: Failure) => void): void => {
    if (gone === null) listeners.add(listener);
    else listener(gone);
  };
  const follow = (channel: ClientChannel, request: ExecRequest): Exec =>
    followExec(channel, request, { host: to.host, onLost, clock, timing });

  return {
    dialled,
    to,
    gone: () => gone,
    onLost,
    exec: (request) =>
      new Promise((resolve) => {
        if (gone !== null) return resolve('not-sent');
        client.exec(request.sent, { pty: request.pty }, (error, channel) => {
          if (error === undefined) return resolve({ ok: true, value: follow(channel, request) });
          // The words were on their way when the link broke: they may have arrived.
          if (gone !== null && /unable to exec/i.test(error.message))
            return resolve({ ok: true, value: lostExec(gone) });
          if (gone !== null) return resolve('not-sent');
          resolve({ ok: false, failure: failure('channel-refused', destinationParams(to), error) });
        });
      }),
    sftp: () =>
      new Promise((resolve) => {
        if (gone !== null) return resolve('not-sent');
        client.sftp((error, wrapper) => {
          if (error === undefined) return resolve({ ok: true, value: holdSftp(wrapper, to.host, onLost) });
          // Asking for a session changes nothing on the host, so it may be asked for again.
          if (gone !== null) return resolve('not-sent');
          resolve({ ok: false, failure: failure('sftp-unavailable', destinationParams(to), error) });
        });
      }),
    forward: (next) =>
      new Promise((resolve) => {
        if (gone !== null) return resolve({ ok: false, failure: gone });
        client.forwardOut('127.0.0.1', 0, next.address, next.port, (error, channel) => {
          if (error === undefined) return resolve({ ok: true, value: channel });
          const onward =
            gone ?? onwardFailure(error, next) ?? failure('channel-refused', destinationParams(next), error);
          resolve({ ok: false, failure: onward });
        });
      }),
    close: async () => {
      closing = true;
      if (gone === null) client.end();
      const patience = new AbortController();
      const late = clock.sleep(timing.closeMs, patience.signal).catch(() => undefined);
      await Promise.race([closed, late]);
      patience.abort();
      lose(null);
    },
  };
}

/** A command of which nobody knows whether it ever started. */
function lostExec(reason: Failure): Exec {
  return {
    ended: Promise.resolve({ type: 'lost', failure: reason }),
    signal: () => undefined,
    close: () => undefined,
  };
}
