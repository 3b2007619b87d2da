import type { Duplex } from 'node:stream';
import { failure } from '../../../shared/contract/failure.ts';
import { type HttpAction, httpBodyBytes, mostRedirects } from '../../../shared/steps/actions/http.ts';
import type { Result } from '../ports.ts';
import { dialFromHere, type Place } from './http-dial.ts';
import { bareHost, type Exchanged, exchange } from './http-exchange.ts';
import type { StepContext } from './step-runner.ts';

/** One look at an address: the last request made for it, and the redirects before. */
export interface Fetched {
  readonly url: URL;
  readonly last: Exchanged;
  readonly redirects: readonly { readonly status: number; readonly to: string }[];
}

/** Asks once, following redirects where the checklist says so. */
export async function fetchOnce(
  context: StepContext,
  action: HttpAction,
  authorities: readonly string[],
): Promise<Fetched> {
  const first = new URL(action.url);
  let url = first;
  const redirects: { status: number; to: string }[] = [];
  for (;;) {
    const here = url.origin === first.origin;
    const last = await exchange({
      method: 'GET',
      url,
      to: here ? placeOf(action, url) : defaultPlace(url),
      // What was meant for one server, secrets above all, is not told to another.
      headers: here ? headersOf(context, action) : [],
      body: null,
      authorities,
      timeoutMs: action.timeoutMs,
      mostBytes: httpBodyBytes,
      clock: context.clock,
      cancelled: context.cancelled,
      dial: dialOf(context, action),
    });
    const onwards = action.follow ? redirectOf(last, url) : null;
    if (onwards === null) return { url, last, redirects };
    if (redirects.length === mostRedirects) {
      const problem = failure('http-redirects', { most: String(mostRedirects), url: onwards.href });
      return { url, last: { ...last, answer: null, failure: problem }, redirects };
    }
    redirects.push({ status: last.answer?.status ?? 0, to: onwards.href });
    url = onwards;
  }
}

function redirectOf({ answer }: Exchanged, from: URL): URL | null {
  if (answer === null || ![301, 302, 303, 307, 308].includes(answer.status)) return null;
  const to = answer.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (to === undefined || !URL.canParse(to, from.href)) return null;
  const url = new URL(to, from.href);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/** Where the connection really goes. */
export function placeOf(action: Pick<HttpAction, 'address'>, url: URL): Place {
  return action.address ?? defaultPlace(url);
}

/** The host and the port of an address. */
export function defaultPlace(url: URL): Place {
  return { address: bareHost(url), port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port) };
}

function headersOf(context: StepContext, action: HttpAction): readonly (readonly [string, string])[] {
  return action.headers.map(({ name, value }) => {
    const whole = value.map((part) => (typeof part === 'string' ? part : (context.secret(part.secret) ?? ''))).join('');
    return [name, whole];
  });
}

function dialOf(context: StepContext, action: HttpAction): (to: Place, abort: AbortSignal) => Promise<Result<Duplex>> {
  if (action.from === 'desk') return dialFromHere;
  return async (to) => {
    const dialled = await context.hosts.forward(context.target, to);
    if (dialled.ok || dialled.failure.code !== 'connection-refused') return dialled;
    return { ok: false, failure: { ...dialled.failure, code: 'http-refused' } };
  };
}
