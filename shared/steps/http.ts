import { z } from 'zod';
import { durationPattern, formatDuration, parseDuration } from '../checklist/duration.ts';
import { asList, filledText, oneOrMany, positiveDuration, shape, text } from '../checklist/parts.ts';
import { DESK } from '../checklist/plan-lookup.ts';
import { parseHttpUrl, parsePlace, placeWords, statusWords } from '../http/address.ts';
import type { HttpAction } from './actions/http.ts';
import { expectedWords } from './evaluate.ts';
import { resolveStream, streamKeys } from './expect-source.ts';
import type { ResolveContext, StepKindDoor } from './kind.ts';

const defaultTimeoutMs = 10_000;
const defaultEveryMs = 2_000;

const statusCode = z.int('status-invalid').min(100, 'status-invalid').max(999, 'status-invalid');
const status = z.union([statusCode, z.string('status-invalid').regex(/^[1-9]xx$/, 'status-invalid')]);
const headerName = filledText.max(100, 'text-too-long').regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'header-invalid');

const schema = shape({
  get: filledText.meta({ description: 'The address to ask: http:// or https://.' }),
  from: z
    .enum(['desk', 'host'])
    .optional()
    .meta({ description: "desk: from this computer. host: from the step's host, through SSH; so when on: is given." }),
  address: filledText
    .optional()
    .meta({ description: 'Where to connect instead, such as 10.1.0.11:8080; Host and TLS name stay those of get.' }),
  headers: z
    .record(headerName, text)
    .optional()
    .meta({ description: 'Headers to send. Secrets may stand in them and are never recorded.' }),
  status: oneOrMany(status)
    .optional()
    .meta({ description: 'The status, a list, or 2xx for any of 200 to 299, which is so when left out.' }),
  'expect-headers': z
    .record(headerName, z.union([text, shape(streamKeys)]))
    .optional()
    .meta({ description: 'Headers of the answer, each with its whole value or what it must contain or match.' }),
  ...streamKeys,
  certificate: z
    .string('duration-invalid')
    .regex(durationPattern, 'duration-invalid')
    .optional()
    .meta({ description: 'How much longer the certificate must be valid, such as 14d.' }),
  ca: filledText.optional().meta({ description: 'A PEM file beside the checklist with further authorities to trust.' }),
  follow: z.boolean().optional().meta({ description: 'true: redirects are followed. Otherwise they are the answer.' }),
  timeout: positiveDuration.optional().meta({ description: 'How long one request may take; 10s when left out.' }),
  within: positiveDuration.optional().meta({ description: 'Ask again until it holds, at most this long.' }),
  every: positiveDuration.optional().meta({ description: 'The time between requests; 2s when left out.' }),
  settled: z
    .int('settled-invalid')
    .min(1, 'settled-invalid')
    .max(1_000, 'settled-invalid')
    .optional()
    .meta({ description: 'How many requests in a row must hold; needs within.' }),
}).meta({ description: 'Ask a web address and judge the answer.' });
type Source = z.output<typeof schema>;

/** `http:` one request, from here or from the host, repeated until it holds where that is wanted. */
export const http: StepKindDoor<'http', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: ({ from }) => from === 'host',
  probes: () => [],
  includes: ({ ca }) => (ca === null ? [] : [{ type: 'file', path: ca, optional: false }]),
  probe: () => null,
  resolve(source, context): HttpAction {
    const url = context.text(source.get, ['get']);
    const target = parseHttpUrl(url);
    if (target === null) context.report(['get'], 'http-url-invalid', { url: url.slice(0, 200) });
    if (source.certificate !== undefined && target?.secure === false) {
      context.report(['certificate'], 'http-certificate-without-tls');
    }
    return {
      kind: 'http',
      url,
      from: source.from ?? (context.targets[0] === DESK ? 'desk' : 'host'),
      address: addressOf(source, target?.port ?? 80, context),
      headers: Object.entries(source.headers ?? {}).map(([name, value]) => ({
        name,
        value: [...context.withSecrets(value, ['headers', name])],
      })),
      expect: {
        status: statusesOf(source.status ?? '2xx'),
        headers: headersOf(source, context),
        body: resolveStream(source, [], context),
      },
      certificateMs: source.certificate === undefined ? null : parseDuration(source.certificate),
      ca: source.ca === undefined ? null : context.text(source.ca, ['ca']),
      follow: source.follow ?? false,
      timeoutMs: source.timeout === undefined ? defaultTimeoutMs : (parseDuration(source.timeout) ?? 1),
      repeat: repeatOf(source, context),
    };
  },
  describe(action, words) {
    const { expect, repeat, certificateMs } = action;
    return [
      words(action.from === 'desk' ? 'http-from-desk' : 'http-from-host', { url: action.url }),
      ...(action.address === null ? [] : [words('http-address', { address: placeWords(action.address) })]),
      words('http-status', { status: statusWords(expect.status) }),
      ...expect.headers.flatMap(({ name, tests }) =>
        tests.map((test) => words('expects', { stream: name, expected: expectedWords(test) })),
      ),
      ...expect.body.map((test) => words('expects', { stream: 'body', expected: expectedWords(test) })),
      ...(certificateMs === null ? [] : [words('http-certificate', { time: formatDuration(certificateMs) })]),
      repeat === null
        ? words('within', { time: formatDuration(action.timeoutMs) })
        : words('http-repeat', {
            every: formatDuration(repeat.everyMs),
            within: formatDuration(repeat.withinMs),
            count: repeat.inARow,
          }),
    ];
  },
};

function addressOf(source: Source, port: number, context: ResolveContext): HttpAction['address'] {
  if (source.address === undefined) return null;
  const written = context.text(source.address, ['address']);
  const found = parsePlace(written, port);
  if (found === null) context.report(['address'], 'http-address-invalid', { address: written.slice(0, 200) });
  return found ?? { address: '?', port };
}

function statusesOf(written: NonNullable<Source['status']>): HttpAction['expect']['status'] {
  return asList<number | string>(written).map((one) => {
    if (typeof one === 'number') return { from: one, to: one };
    const from = Number(one[0]) * 100;
    return { from, to: from + 99 };
  });
}

function headersOf(source: Source, context: ResolveContext): HttpAction['expect']['headers'] {
  return Object.entries(source['expect-headers'] ?? {}).map(([name, wanted]) => {
    const path = ['expect-headers', name];
    const tests =
      typeof wanted === 'string'
        ? [{ test: 'equals' as const, value: context.text(wanted, path) }]
        : resolveStream(wanted, path, context);
    return { name, tests };
  });
}

function repeatOf(source: Source, context: ResolveContext): HttpAction['repeat'] {
  if (source.within === undefined) {
    if (source.settled !== undefined) context.report(['settled'], 'http-settled-without-within');
    if (source.every !== undefined) context.report(['every'], 'http-every-without-within');
    return null;
  }
  const withinMs = parseDuration(source.within) ?? 1;
  const everyMs =
    source.every === undefined ? Math.min(defaultEveryMs, withinMs) : (parseDuration(source.every) ?? 100);
  if (everyMs < 100) context.report(['every'], 'every-too-short', { value: source.every ?? source.within });
  const inARow = source.settled ?? 1;
  if (everyMs * (inARow - 1) > withinMs) {
    const longer = inARow === 1 ? 'every' : 'settled';
    context.report([longer], 'wait-impossible', { longer, within: source.within });
  }
  return { everyMs: Math.max(100, everyMs), withinMs, inARow };
}
