import type { ClientChannel } from 'ssh2';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Clock, Exec, ExecEnd, ExecRequest } from '../ports.ts';
import { deadline, type HostTiming } from './timing.ts';

/** Output kept in memory before the host is told to wait, so that stdout and stderr keep their order. Bytes. */
const queueBytes = 256 * 1024;

export interface ExecLink {
  readonly host: string;
  /** Calls once, at the moment the connection is gone; at once when it already is. */
  readonly onLost: (listener: (reason: Failure) => void) => void;
  readonly clock: Clock;
  readonly timing: HostTiming;
}

interface Chunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

/** ssh2 keeps these to itself; the version is pinned and tests watch what we use of them. */
interface ChannelInside {
  readonly incoming: { readonly state: string };
  readonly outgoing: { readonly id: number; readonly state: string };
  readonly _client: { readonly _protocol: { signal(id: number, name: string): void } };
}

/** Follows a started command to its end: delivers output in order and under backpressure, and says how it ended. */
export function followExec(channel: ClientChannel, request: ExecRequest, link: ExecLink): Exec {
  const inside = channel as unknown as ChannelInside;
  let exit: { code: number | null; signal: string | null } | null = null;
  /** Why nothing more will come, when that was not the host's own doing. */
  let broken: Failure | null = null;
  /** The link went before the host had said that all output was sent. */
  let cut = false;
  let closed = false;
  let givenUp = false;
  let streamsOpen = 2;
  let delivering = false;
  let settle: (end: ExecEnd) => void;
  const ended = new Promise<ExecEnd>((resolve) => {
    settle = resolve;
  });

  const finish = (): void => {
    if (delivering || output.waiting() || !(givenUp || (closed && streamsOpen === 0))) return;
    linger.stop();
    closeLimit.stop();
    if (exit !== null && !cut && broken?.code !== 'recording-unwritable') settle({ type: 'exit', ...exit });
    else settle({ type: 'lost', failure: broken ?? noStatus(link.host) });
  };
  const closeLimit = deadline(link.clock, link.timing.closeMs, () => {
    givenUp = true;
    finish();
  });
  const close = (reason: Failure): void => {
    broken ??= reason;
    channel.close();
    closeLimit.start();
  };
  /** The command has ended, but something it started still holds its output open and says nothing. */
  const linger = deadline(link.clock, link.timing.lingerMs, () => close(noStatus(link.host)));

  const output = outputQueue(channel);
  const deliver = async (): Promise<void> => {
    delivering = true;
    try {
      for (let next = output.take(); next !== null; next = output.take()) {
        const pending = request.onOutput(next.stream, next.data);
        if (pending !== undefined) await pending;
      }
    } catch (error) {
      // Rather no command than one that runs on unrecorded.
      output.discard();
      close(failure('recording-unwritable', { host: link.host }, error));
    }
    delivering = false;
    if (exit !== null && !closed) linger.start();
    finish();
  };
  const receive = (stream: Chunk['stream']) => (data: Buffer) => {
    linger.stop();
    output.put({ stream, data });
    if (!delivering) void deliver();
  };
  const drained = (): void => {
    streamsOpen -= 1;
    finish();
  };

  channel.on('data', receive('stdout'));
  channel.stderr.on('data', receive('stderr'));
  channel.on('end', drained);
  channel.stderr.on('end', drained);
  channel.on('error', () => undefined);
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = { code, signal: signal ?? null };
    if (!delivering) linger.start();
  });
  channel.on('close', () => {
    closed = true;
    finish();
  });
  link.onLost((reason) => {
    broken ??= reason;
    cut = inside.incoming.state === 'open';
    // What has arrived is still delivered; the rest will never come.
    closeLimit.start();
  });
  channel.end(request.stdin ?? undefined);

  return {
    ended,
    close: () => close(failure('cancelled', { host: link.host })),
    signal: (name) => sendSignal(inside, name),
  };
}

function noStatus(host: string): Failure {
  return failure('link-lost', { host }, 'the channel closed without an exit status');
}

/** One queue for both streams, so that their order survives; the host is told to wait while it is full. */
function outputQueue(channel: ClientChannel) {
  const chunks: Chunk[] = [];
  let bytes = 0;
  let paused = false;
  let discarding = false;

  const pause = (wanted: boolean): void => {
    if (paused === wanted) return;
    paused = wanted;
    for (const stream of [channel, channel.stderr]) {
      if (wanted) stream.pause();
      else stream.resume();
    }
  };
  return {
    waiting: () => chunks.length > 0,
    put: (chunk: Chunk): void => {
      if (discarding) return;
      chunks.push(chunk);
      bytes += chunk.data.length;
      if (bytes >= queueBytes) pause(true);
    },
    take: (): Chunk | null => {
      const next = chunks.shift() ?? null;
      if (next !== null) bytes -= next.data.length;
      else pause(false);
      return next;
    },
    discard: (): void => {
      discarding = true;
      chunks.length = 0;
      pause(false);
    },
  };
}

/**
 * ssh2's own `signal()` does nothing once stdin has been closed, which it always has been here, although SSH allows
 * it (RFC 4254, 6.9); so the request is written one layer below.
 */
function sendSignal(inside: ChannelInside, name: string): void {
  if (inside.outgoing.state === 'open' || inside.outgoing.state === 'eof') {
    inside._client._protocol.signal(inside.outgoing.id, name);
  }
}
