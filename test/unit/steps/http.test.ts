import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHttpUrl, parsePlace, placeWords } from '../../../shared/http/address.ts';
import { judgeAnswer, type ObservedAnswer } from '../../../shared/http/judge.ts';
import type { HttpAction } from '../../../shared/steps/actions/http.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-21T00:00:00Z');

const action = (expect: Partial<HttpAction['expect']> = {}, given: Partial<HttpAction> = {}): HttpAction => ({
  kind: 'http',
  url: 'https://h5.test/ping',
  from: 'host',
  address: null,
  headers: [],
  expect: { status: [{ from: 200, to: 299 }], headers: [], body: [], ...expect },
  certificateMs: null,
  ca: null,
  follow: false,
  timeoutMs: 1_000,
  repeat: null,
  ...given,
});
const answer = (given: Partial<ObservedAnswer> = {}): ObservedAnswer => ({
  status: 200,
  headers: [['Content-Type', 'application/json']],
  body: '{"status":"UP"}',
  complete: true,
  certificate: null,
  ...given,
});
const verdict = (...[wanted, seen]: [HttpAction, ObservedAnswer]) => judgeAnswer(wanted, seen, now).verdict;

describe('judging an answer', () => {
  it('takes any of the statuses that were named', () => {
    const wanted = action({
      status: [
        { from: 200, to: 204 },
        { from: 302, to: 302 },
      ],
    });
    for (const status of [200, 204, 302]) expect(verdict(wanted, answer({ status }))).toBe('passed');
    for (const status of [199, 205, 301, 500]) expect(verdict(wanted, answer({ status }))).toBe('failed');
  });

  it('looks at headers whatever their spelling, and misses one that is not there', () => {
    const test = { test: 'contains', value: 'json' } as const;
    const wanted = action({ headers: [{ name: 'content-type', tests: [test] }] });
    expect(verdict(wanted, answer())).toBe('passed');
    expect(judgeAnswer(wanted, answer({ headers: [] }), now).checks[1]).toMatchObject({ found: '–', holds: false });
  });

  it('joins a header that came several times', () => {
    const wanted = action({ headers: [{ name: 'Set-Cookie', tests: [{ test: 'contains', value: 'b=2' }] }] });
    expect(
      verdict(
        wanted,
        answer({
          headers: [
            ['set-cookie', 'a=1'],
            ['Set-Cookie', 'b=2'],
          ],
        }),
      ),
    ).toBe('passed');
  });

  it('judges the body by text, pattern and JSON path', () => {
    const body: HttpAction['expect']['body'] = [
      { test: 'contains', value: 'UP' },
      { test: 'matches', value: '"status":"(UP|OK)"' },
      { test: 'json', path: '$.status', equals: 'UP' },
    ];
    expect(verdict(action({ body }), answer())).toBe('passed');
    expect(verdict(action({ body }), answer({ body: '{"status":"DOWN"}' }))).toBe('failed');
  });

  it('decides nothing about a body that was cut short or could not be decoded', () => {
    const wanted = action({ body: [{ test: 'lacks', value: 'ERROR' }] });
    expect(verdict(wanted, answer({ complete: false }))).toBe('inconclusive');
    expect(verdict(wanted, answer({ body: null }))).toBe('inconclusive');
    expect(verdict(action(), answer({ body: null }))).toBe('passed');
  });

  it('counts the days that a certificate has left', () => {
    const certificate = (days: number) => ({
      subject: 'h5.test',
      issuer: 'ca',
      validFrom: new Date(now - day).toISOString(),
      validTo: new Date(now + days * day).toISOString(),
      fingerprint: 'AA',
    });
    const wanted = action({}, { certificateMs: 14 * day });
    expect(verdict(wanted, answer({ certificate: certificate(14) }))).toBe('passed');
    expect(verdict(wanted, answer({ certificate: certificate(13.9) }))).toBe('failed');
    expect(judgeAnswer(wanted, answer({ certificate: certificate(13.95) }), now).checks[1]).toMatchObject({
      expected: 'at least 14 d',
      found: expect.stringMatching(/^13\.9 d /),
    });
    expect(verdict(wanted, answer())).toBe('failed');
  });
});

describe('web addresses', () => {
  it('reads what can be asked', () => {
    expect(parseHttpUrl('http://10.1.0.11:8080/h5/ping?x=1')).toEqual({ secure: false, host: '10.1.0.11', port: 8080 });
    expect(parseHttpUrl('https://h5.example.com')).toEqual({ secure: true, host: 'h5.example.com', port: 443 });
    expect(parseHttpUrl('http://[::1]/')).toEqual({ secure: false, host: '::1', port: 80 });
    expect(parseHttpUrl('https://中文.example/')).toMatchObject({ host: '中文.example' });
  });

  it('refuses what cannot, credentials and white space above all', () => {
    for (const wrong of [
      'h5/ping',
      'ftp://x/',
      'http://',
      'http://u:p@x/',
      'http://x/a b',
      'http://x:0/',
      'http://x:70000/',
    ]) {
      expect(parseHttpUrl(wrong), wrong).toBeNull();
    }
  });

  it('agrees with the URL that will really be asked', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ validSchemes: ['http', 'https'], withQueryParameters: true, withFragments: true }),
        (written) => {
          const found = parseHttpUrl(written);
          const url = new URL(written);
          expect(found?.host.toLowerCase()).toBe(url.hostname.replace(/^\[(.*)\]$/, '$1'));
          expect(found?.secure).toBe(url.protocol === 'https:');
        },
      ),
    );
  });

  it('reads places with and without a port, and writes them back', () => {
    expect(parsePlace('10.1.0.11:8080', 80)).toEqual({ address: '10.1.0.11', port: 8080 });
    expect(parsePlace('app1', 443)).toEqual({ address: 'app1', port: 443 });
    expect(parsePlace('[::1]:81', 80)).toEqual({ address: '::1', port: 81 });
    for (const wrong of ['', ':80', 'a b', 'x:0', 'http://x']) expect(parsePlace(wrong, 80), wrong).toBeNull();
    expect(placeWords({ address: '::1', port: 81 })).toBe('[::1]:81');
  });
});
