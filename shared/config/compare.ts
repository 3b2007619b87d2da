import type { ConfigAction, ConfigDifference } from '../steps/actions/config.ts';
import type { CheckResult } from '../steps/expectations.ts';
import type { ConfigEntries, ConfigValue } from './entries.ts';
import { looksSecret, matchesKey } from './keys.ts';

/** What is needed beside the checklist's words to judge a file. */
export interface ConfigJudging {
  /** The wanted value of an expectation with its secrets filled in; null where it is only known by its hash. */
  readonly wanted: (expected: ConfigAction['expect'][number]) => string | null;
  /** SHA-256 of a text's UTF-8 bytes, lower-case hexadecimal. */
  readonly sha256: (text: string) => string;
}

export interface ConfigJudgement {
  readonly checks: readonly CheckResult[];
  readonly differences: readonly ConfigDifference[];
}

/** Whether the value of a key must never be shown: so marked, expected as a secret, or named like one. */
export function isSecretKey(action: ConfigAction, key: string): boolean {
  return (
    looksSecret(key) ||
    action.secret.some((pattern) => matchesKey(pattern, key)) ||
    action.expect.some((expected) => expected.secret && expected.key === key)
  );
}

/** Holds what a file says against what is expected of it. Values of keys nobody expects are never shown. */
export function judgeConfig(action: ConfigAction, entries: ConfigEntries, judging: ConfigJudging): ConfigJudgement {
  const checks: CheckResult[] = [];
  const differences: ConfigDifference[] = [];
  const tell = (check: CheckResult, difference: ConfigDifference | null): void => {
    checks.push(check);
    if (difference !== null) differences.push(difference);
  };
  for (const expected of action.expect) {
    const values = entries.get(expected.key) ?? [];
    const difference = differenceOf(expected, values, judging);
    const words = expected.secret ? hidden : wordsOf(judging.wanted(expected) ?? '');
    tell(checkOf(expected.key, `= ${words}`, difference, values), difference);
  }
  for (const pattern of action.absent) {
    const found = [...entries].filter(([key]) => matchesKey(pattern, key));
    if (found.length === 0)
      tell({ subject: 'absent', expected: `no ${shortKey(pattern)}`, found: notThere, holds: true }, null);
    for (const [key, values] of found) {
      const difference = strange(key, 'forbidden', values, isSecretKey(action, key));
      tell({ subject: 'absent', expected: `no ${shortKey(key)}`, found: linesOf(values), holds: false }, difference);
    }
  }
  if (action.noOthers) {
    const others = [...entries].filter(([key]) => !isKnown(action, key));
    if (others.length === 0) tell({ subject: 'no others', expected: 'none', found: 'none', holds: true }, null);
    for (const [key, values] of others) {
      const difference = strange(key, 'unknown', values, isSecretKey(action, key));
      tell({ subject: 'no others', expected: `no ${shortKey(key)}`, found: linesOf(values), holds: false }, difference);
    }
  }
  return { checks, differences };
}

const hidden = '••••';
const notThere = 'not there';

function isKnown(action: ConfigAction, key: string): boolean {
  return (
    action.expect.some((expected) => expected.key === key) ||
    action.known.some((pattern) => matchesKey(pattern, key)) ||
    // A forbidden key has been told already.
    action.absent.some((pattern) => matchesKey(pattern, key))
  );
}

function differenceOf(
  expected: ConfigAction['expect'][number],
  values: readonly ConfigValue[],
  judging: ConfigJudging,
): ConfigDifference | null {
  const { key, secret, wanted } = expected;
  const fits = (value: string): boolean =>
    wanted.type === 'sha256' ? judging.sha256(value) === wanted.sha256 : value === judging.wanted(expected);
  const all = [...new Set(values.map((one) => one.value))];
  const [only] = all;
  if (all.length === 1 && only !== undefined && fits(only)) return null;
  const state = values.length === 0 ? 'missing' : all.length > 1 ? 'twice' : 'different';
  return {
    key,
    state,
    secret,
    expected: secret ? null : shorten(judging.wanted(expected) ?? ''),
    found: secret || values.length === 0 ? null : shorten(all.join(' | ')),
    line: values.find((one) => !fits(one.value))?.line ?? null,
  };
}

function checkOf(
  key: string,
  expected: string,
  difference: ConfigDifference | null,
  values: readonly ConfigValue[],
): CheckResult {
  const subject = shortKey(key);
  if (difference === null) {
    const found = expected === `= ${hidden}` ? hidden : wordsOf(values[0]?.value ?? '');
    return { subject, expected: shorten(expected), found, holds: true };
  }
  const found =
    difference.state === 'missing'
      ? notThere
      : `${difference.secret ? hidden : (difference.found ?? '')} (${linesOf(values)})`;
  return { subject, expected: shorten(expected), found: shorten(found), holds: false };
}

function strange(
  key: string,
  state: 'forbidden' | 'unknown',
  values: readonly ConfigValue[],
  secret: boolean,
): ConfigDifference {
  return { key, state, secret, expected: null, found: null, line: values[0]?.line ?? null };
}

function linesOf(values: readonly ConfigValue[]): string {
  const lines = values.slice(0, 10).map(({ line }) => line);
  return `line ${lines.join(', ')}${values.length > 10 ? ' …' : ''}`;
}

/** Values are shown on one line; an empty one as `""`. */
function wordsOf(value: string): string {
  return value === '' ? '""' : shorten(value.replaceAll(/[\r\n]+/g, '⏎'));
}

function shorten(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 499).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function shortKey(key: string): string {
  return key.length <= 100 ? key : `${key.slice(0, 99)}…`;
}
