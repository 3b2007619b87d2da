import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Clock, Result } from '../ports.ts';
import { type Certificate, type Place, placeParams, secure } from './http-dial.ts';

/** One request and its answer. */
export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** Where the connection really goes. */
  readonly to: Place;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
  /** Further certificate authorities, each as PEM. */
  readonly authorities: readonly string[];
  readonly timeoutMs: number;
  /** Bytes of the answer's body that are kept; the rest is not read. */
  readonly mostBytes: number;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  dial(to: Place, abort: AbortSignal): Promise<Result<Duplex>>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  /** As they came, names in their own spelling. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** False when more came than is kept. */
  readonly complete: boolean;
}

export interface Exchanged {
  readonly answer: HttpAnswer | null;
  /** Set when there is no whole answer. */
  readonly failure: Failure | null;
  /** Part of the request may have left this computer. False is certain. */
  readonly sent: boolean;
  readonly certificate: Certificate | null;
  readonly ms: number;
}

/** Makes one request over a connection of its own. Never rejects; redirects are answers like any other. */
export async function exchange(wanted: Exchange): Promise<Exchanged> {
  const began = wanted.clock.mono();
  const abort = new AbortController();
  const over = new AbortController();
  let reason: Failure | null = null;
  const stop = (why: Failure): void => {
    reason ??= why;
    abort.abort();
  };
  const onCancel = (): void => stop(failure('cancelled'));
  if (wanted.cancelled.aborted) onCancel();
  wanted.cancelled.addEventListener('abort', onCancel, { once: true });
  const silent = failure('http-silent', { ...placeParams(wanted.to), seconds: String(wanted.timeoutMs / 1000) });
  wanted.clock.sleep(wanted.timeoutMs, over.signal).then(
    () => stop(silent),
    () => {},
  );
  try {
    const done = await converse(wanted, abort.signal);
    return {
      ...done,
      failure: done.answer === null ? (reason ?? done.failure) : null,
      ms: wanted.clock.mono() - began,
    };
  } finally {
    over.abort();
    wanted.cancelled.removeEventListener('abort', onCancel);
  }
}

type Conversed = Omit<Exchanged, 'ms'>;

async function converse(wanted: Exchange, abort: AbortSignal): Promise<Conversed> {
  const nothing = { answer: null, sent: false, certificate: null };
  const dialled = await orAborted(wanted.dial(wanted.to, abort), abort);
  if (dialled === null) return { ...nothing, failure: failure('cancelled') };
  if (!dialled.ok) return { ...nothing, failure: dialled.failure };
  const stream = dialled.value;
  stream.on('error', () => undefined);
  const giveUp = (): void => void stream.destroy();
  if (abort.aborted) giveUp();
  abort.addEventListener('abort', giveUp, { once: true });
  try {
    if (wanted.url.protocol === 'http:') return { ...(await speak(wanted, stream)), certificate: null };
    const secured = await secure(stream, bareHost(wanted.url), wanted.authorities, wanted.to);
    if ('failure' in secured) return { ...nothing, ...secured };
    return { ...(await speak(wanted, secured.socket)), certificate: secured.certificate };
  } finally {
    abort.removeEventListener('abort', giveUp);
    stream.destroy();
  }
}

/** A stream that arrives after we gave up is closed again. */
async function orAborted(dialling: Promise<Result<Duplex>>, abort: AbortSignal): Promise<Result<Duplex> | null> {
  const late = new Promise<null>((resolve) => {
    if (abort.aborted) resolve(null);
    abort.addEventListener('abort', () => resolve(null), { once: true });
  });
  const first = await Promise.race([dialling, late]);
  if (first === null) void dialling.then((dialled) => dialled.ok && dialled.value.destroy());
  return first;
}

/** The host of an address without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

async function speak(wanted: Exchange, stream: Duplex): Promise<Omit<Conversed, 'certificate'>> {
  return await new Promise((resolve) => {
    const broken = (error: unknown): void => {
      const invalid = error instanceof Error && 'code' in error && String(error.code).startsWith('HPE_');
      const code = invalid ? 'http-invalid' : 'http-broken';
      resolve({ answer: null, failure: failure(code, placeParams(wanted.to), error), sent: true });
    };
    let request: ReturnType<typeof httpRequest>;
    try {
      request = httpRequest({
        method: wanted.method,
        path: `${wanted.url.pathname}${wanted.url.search}`,
        headers: headersOf(wanted),
        setHost: false,
        createConnection: () => stream,
      });
    } catch (error) {
      // A header that HTTP does not allow; nothing was sent.
      resolve({ answer: null, failure: failure('http-header', {}, error), sent: false });
      return;
    }
    request.once('error', broken);
    request.once('response', (response) => {
      collect(response, wanted.mostBytes).then((answer) => resolve({ answer, failure: null, sent: true }), broken);
    });
    request.end(wanted.body ?? undefined);
  });
}

function headersOf(wanted: Exchange): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {
    Host: wanted.url.host,
    Accept: '*/*',
    'Accept-Encoding': 'identity',
    'User-Agent': 'Countersign',
    Connection: 'close',
    ...(wanted.body === null ? {} : { 'Content-Length': String(wanted.body.length) }),
  };
  for (const [name, value] of wanted.headers) {
    const same = Object.keys(headers).find((one) => one.toLowerCase() === name.toLowerCase());
    headers[same ?? name] = value;
  }
  return headers;
}

async function collect(response: IncomingMessage, mostBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let complete = true;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, mostBytes - bytes));
    bytes += chunk.length;
    if (bytes <= mostBytes) continue;
    complete = false;
    break;
  }
  const headers: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < response.rawHeaders.length; at += 2) {
    headers.push([response.rawHeaders[at] ?? '', response.rawHeaders[at + 1] ?? '']);
  }
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    headers,
    body: Buffer.concat(chunks),
    complete,
  };
}
