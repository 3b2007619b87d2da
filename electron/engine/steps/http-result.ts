import { limits } from '../../../shared/contract/limits.ts';
import type { ObservedAnswer } from '../../../shared/http/judge.ts';
import type { HttpAction, HttpResult } from '../../../shared/steps/actions/http.ts';
import type { HttpAnswer } from './http-exchange.ts';
import type { Fetched } from './http-fetch.ts';

/** An answer as expectations and people see it: its body as text, where its encoding is one we know. */
export function observed(fetched: Fetched, answer: HttpAnswer): ObservedAnswer {
  const header = (name: string) => answer.headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? null;
  const encoding = header('content-encoding');
  const packed = encoding !== null && encoding.toLowerCase() !== 'identity';
  return {
    status: answer.status,
    headers: answer.headers,
    body: packed ? null : decoded(answer.body, header('content-type') ?? ''),
    complete: answer.complete,
    certificate: fetched.last.certificate,
  };
}

function decoded(body: Buffer, contentType: string): string | null {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return null;
  }
}

/** What was asked and what came, for the journal. */
export function resultOf(fetched: Fetched, requests: number, inARow: number): HttpResult {
  const { answer, certificate, ms } = fetched.last;
  return {
    kind: 'http',
    url: fetched.url.href,
    requests,
    inARow,
    status: answer?.status ?? null,
    headers: (answer?.headers ?? [])
      .slice(0, 100)
      .map(([name, value]) => [name.slice(0, 500), value.slice(0, limits.excerptChars)]),
    bytes: answer?.body.length ?? 0,
    ms: Math.round(ms),
    certificate,
    redirects: fetched.redirects.map(({ status, to }) => ({ status, to: to.slice(0, limits.excerptChars) })),
  };
}

/** The request in the form of HTTP, secrets by name only. */
export function requestWords(action: HttpAction, url: URL): string {
  const headers = action.headers.map(({ name, value }) => `> ${name}: ${value.map(partWords).join('')}\n`);
  return `> GET ${url.pathname}${url.search}\n> Host: ${url.host}\n${headers.join('')}`;
}

function partWords(part: string | { readonly secret: string }): string {
  return typeof part === 'string' ? part : `\${${part.secret}}`;
}

/** Characters of a body that go into the recording; all of a status page, the beginning of a download. */
const recordedBody = 200_000;

/** The answer in the form of HTTP. */
export function answerWords(fetched: Fetched, answer: HttpAnswer): string {
  const { body, complete } = observed(fetched, answer);
  const headers = answer.headers.map(([name, value]) => `< ${name}: ${value}\n`).join('');
  const shown = body === null ? `(${answer.body.length} bytes)` : body.slice(0, recordedBody);
  const cut = complete && (body === null || body.length <= recordedBody) ? '' : '\n(…)';
  return `< ${answer.status} ${answer.reason} (${Math.round(fetched.last.ms)} ms)\n${headers}\n${shown}${cut}\n`;
}
