import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { FeedSettings } from '../../shared/contract/ipc/feed.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { Result } from '../engine/ports.ts';
import { dialFromHere, placeParams, secure } from '../engine/steps/http-dial.ts';
import { certificatesIn } from '../engine/steps/http-trust.ts';
import type { Parcel, Place } from './place.ts';
import type { RecordLine } from './record-line.ts';
import { sentenceOf } from './sentence.ts';
import { severityOf } from './severity.ts';
import { framed, syslogMessage } from './syslog-message.ts';

type SyslogSettings = NonNullable<FeedSettings['syslog']>;

/**
 * A syslog receiver. Syslog over TCP has no acknowledgement, and what was handed to the system may still be lost with
 * the connection; so each batch has a connection of its own, which we end and the receiver has to end too: it does so
 * when it has read to the end. Only that counts as taken.
 */
export function syslogPlace(
  settings: SyslogSettings,
  machine: string,
  timeoutMs: number = limits.feedTimeoutMs,
): Place {
  const deliver = async (messages: Buffer, signal: AbortSignal): Promise<Failure | null> => {
    const to = { address: settings.host, port: settings.port };
    // One timer of our own: `late` tells the time that is up from the caller who lets go.
    const over = new AbortController();
    const stop = (): void => over.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const waited = { ...placeParams(to), seconds: String(Math.ceil(timeoutMs / 1_000)) };
    try {
      const opened = await connected(settings, over.signal);
      if (!opened.ok) return late ? failure('http-silent', waited) : opened.failure;
      const trouble = await handOver(opened.value, messages, over.signal);
      if (trouble === null) return null;
      return failure(late ? 'feed-unconfirmed' : 'http-broken', waited, trouble);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  };
  return {
    send: (parcel, signal) =>
      deliver(Buffer.concat(parcel.lines.map((line) => messageOf(parcel, line, machine))), signal),
    test: (at, signal) => deliver(testMessage(at, machine), signal),
  };
}

/** How long what was written stands before we end: whoever ends first had not read it because of us. */
const graceMs = 200;

/** Writes, ends, and waits for the other side to end; null when it did, else what happened instead. */
async function handOver(socket: Duplex, messages: Buffer, over: AbortSignal): Promise<Error | null> {
  const giveUp = (): void => void socket.destroy(new Error('Given up.'));
  over.addEventListener('abort', giveUp, { once: true });
  const done = finished(socket);
  let early = false;
  socket.once('end', () => {
    early = !socket.writableEnded;
  });
  // Receivers say nothing; whatever comes is read away so that their end is seen.
  socket.resume();
  socket.write(messages);
  const ending = setTimeout(() => socket.end(), graceMs);
  try {
    if (over.aborted) giveUp();
    await done;
    return early ? new Error('The receiver closed the connection before we did.') : null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(ending);
    over.removeEventListener('abort', giveUp);
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

async function connected(settings: SyslogSettings, signal: AbortSignal): Promise<Result<Duplex>> {
  const to = { address: settings.host, port: settings.port };
  const authorities = settings.tls && settings.ca !== null ? await authoritiesOf(settings.ca) : [];
  if (authorities === null) return { ok: false, failure: failure('http-ca-unreadable', { file: settings.ca ?? '' }) };
  const dialled = await dialFromHere(to, signal);
  if (!dialled.ok || !settings.tls) return dialled;
  const giveUp = (): void => void dialled.value.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  const secured = await secure(dialled.value, settings.host, authorities, to, []);
  signal.removeEventListener('abort', giveUp);
  return 'failure' in secured ? { ok: false, failure: secured.failure } : { ok: true, value: secured.socket };
}

async function authoritiesOf(file: string): Promise<readonly string[] | null> {
  const found = await readFile(file, 'utf8').then(certificatesIn, () => []);
  return found.length === 0 ? null : found;
}

function messageOf({ run, environment }: Parcel, line: RecordLine, machine: string): Buffer {
  const { at, type, seq, actor, hash, data } = line;
  const about = (['step', 'target', 'attempt', 'verdict'] as const).flatMap((name) => {
    const value = data[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const params = [
    ['run', run] as const,
    ['seq', String(seq)] as const,
    ['type', type] as const,
    ['actor', actor.name] as const,
    ['kind', actor.kind] as const,
    ['environment', environment] as const,
    ['hash', hash] as const,
    ...about,
  ];
  const text = sentenceOf(type, data);
  return framed(syslogMessage({ severity: severityOf(type, data), at, machine, run, type, params, text }));
}

function testMessage(at: string, machine: string): Buffer {
  const text = 'A test message from Countersign: it belongs to no run.';
  return framed(syslogMessage({ severity: 'info', at, machine, run: '-', type: 'test', params: [], text }));
}
