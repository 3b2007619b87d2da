import type { Certificate, HttpAction } from '../steps/actions/http.ts';
import { checkText } from '../steps/evaluate.ts';
import type { CheckResult } from '../steps/expectations.ts';
import { statusWords } from './address.ts';

/** An answer as expectations see it. */
export interface ObservedAnswer {
  readonly status: number;
  /** Names in their own spelling; a name may come several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded text; null when it could not be decoded. */
  readonly body: string | null;
  /** False when more came than was kept. */
  readonly complete: boolean;
  readonly certificate: Certificate | null;
}

export interface JudgedAnswer {
  readonly checks: readonly CheckResult[];
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
}

/** Holds an answer against what was expected of it. `now` is for the certificate, milliseconds since 1970. */
export function judgeAnswer(action: HttpAction, answer: ObservedAnswer, now: number): JudgedAnswer {
  const { expect } = action;
  const body = { text: answer.body ?? '', complete: answer.complete && answer.body !== null, lines: 0 };
  const checks = [
    checkStatus(expect.status, answer.status),
    ...expect.headers.flatMap(({ name, tests }) => {
      const values = answer.headers
        .filter(([one]) => one.toLowerCase() === name.toLowerCase())
        .map(([, value]) => value);
      if (values.length === 0) return [missingHeader(name)];
      const whole = { text: values.join(', '), complete: true, lines: 0 };
      return tests.map((test) => checkText(`header ${name}`, test, whole));
    }),
    ...expect.body.map((test) => checkText('body', test, body)),
    ...(action.certificateMs === null ? [] : [checkCertificate(action.certificateMs, answer.certificate, now)]),
  ];
  if (checks.some((check) => check.holds === false)) return { checks, verdict: 'failed' };
  return { checks, verdict: checks.some((check) => check.holds === null) ? 'inconclusive' : 'passed' };
}

function checkStatus(wanted: HttpAction['expect']['status'], status: number): CheckResult {
  return {
    subject: 'status',
    expected: statusWords(wanted),
    found: String(status),
    holds: wanted.some(({ from, to }) => status >= from && status <= to),
  };
}

function missingHeader(name: string): CheckResult {
  return { subject: `header ${name}`.slice(0, 100), expected: 'there', found: '–', holds: false };
}

const dayMs = 86_400_000;

/** Without TLS there is no certificate to speak of: that is not what was asked for. */
function checkCertificate(leastMs: number, certificate: Certificate | null, now: number): CheckResult {
  const subject = 'certificate';
  const expected = `at least ${days(leastMs)} d`;
  if (certificate === null) return { subject, expected, found: '–', holds: false };
  const left = Date.parse(certificate.validTo) - now;
  return { subject, expected, found: `${days(left)} d (${certificate.validTo})`, holds: left >= leastMs };
}

/** Whole days read best; a shorter time keeps one decimal. */
function days(ms: number): string {
  const exact = ms / dayMs;
  return String(Number.isInteger(exact) ? exact : Math.floor(exact * 10) / 10);
}
