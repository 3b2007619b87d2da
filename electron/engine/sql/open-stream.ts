import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PlanDatabase } from '../../../shared/checklist/plan.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { defaultPort } from '../../../shared/steps/sql.ts';
import { connectFailure } from '../hosts/failures.ts';
import type { Hosts, Result } from '../ports.ts';

/** A stream to a database: through the SSH connection of its `via`, or straight from this computer. */
export async function openStream(hosts: Pick<Hosts, 'forward'>, database: PlanDatabase): Promise<Result<Duplex>> {
  const to = addressOf(database);
  const opened = database.via === null ? await connectTo(database) : await hosts.forward(database.via, to);
  if (opened.ok) {
    const stream = opened.value;
    // A server that has ended its side has gone; the drivers would go on waiting for an answer.
    stream.once('end', () => stream.destroy());
  }
  return opened;
}

function connectTo(database: PlanDatabase): Promise<Result<Duplex>> {
  const to = addressOf(database);
  return new Promise((resolve) => {
    const socket = connect({
      host: to.address,
      port: to.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: limits.keepaliveMs,
    });
    const destination = { host: database.name, ...to, user: database.user ?? '' };
    const late = setTimeout(() => {
      socket.destroy();
      const params = { host: database.name, address: to.address, port: String(to.port) };
      resolve({ ok: false, failure: failure('connect-timeout', params) });
    }, limits.connectTimeoutMs);
    const failed = (error: Error): void => {
      clearTimeout(late);
      resolve({ ok: false, failure: connectFailure(error, destination) });
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      clearTimeout(late);
      socket.off('error', failed);
      resolve({ ok: true, value: socket });
    });
  });
}

/** Where a database listens. */
export function addressOf({ address, port, engine }: PlanDatabase): {
  readonly address: string;
  readonly port: number;
} {
  return { address: address ?? '127.0.0.1', port: port ?? defaultPort(engine) };
}
