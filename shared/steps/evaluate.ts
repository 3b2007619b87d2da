import { RE2JS } from 're2js';
import { assertNever } from '../assert-never.ts';
import type { Exit } from '../contract/events.ts';
import type { CheckResult, Comparison, Expectations, TextExpectation } from './expectations.ts';
import { parseJsonPath, valueAt } from './json-path.ts';

/** What was seen of one stream; `complete` is false when more came than could be kept. `lines` counts newlines. */
export interface ObservedStream {
  readonly text: string;
  readonly complete: boolean;
  readonly lines: number;
}

/** What was seen of a command; `exit` is null when we never learnt how it ended. */
export interface Observed {
  readonly exit: Exit | null;
  readonly stdout: ObservedStream;
  readonly stderr: ObservedStream;
}

export interface Evaluation {
  readonly checks: readonly CheckResult[];
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
}

/**
 * Holds what was expected against what was seen. Of a stream cut short only what the rest cannot change is decided.
 * A command whose end was not seen is inconclusive, whatever it printed.
 */
export function evaluate(expectations: Expectations, observed: Observed): Evaluation {
  const ended = observed.exit !== null;
  const seen = (stream: ObservedStream): ObservedStream => ({ ...stream, complete: stream.complete && ended });
  const checks = [
    checkExit(expectations.exit, observed.exit),
    ...expectations.stdout.map((wanted) => checkText('stdout', wanted, seen(observed.stdout))),
    ...expectations.stderr.map((wanted) => checkText('stderr', wanted, seen(observed.stderr))),
  ];
  if (!ended) return { checks, verdict: 'inconclusive' };
  if (checks.some((check) => check.holds === false)) return { checks, verdict: 'failed' };
  return { checks, verdict: checks.some((check) => check.holds === null) ? 'inconclusive' : 'passed' };
}

function checkExit(wanted: readonly number[] | null, exit: Exit | null): CheckResult {
  const expected = wanted === null ? 'any' : wanted.join(' or ');
  if (exit === null) return { subject: 'exit', expected, found: 'not seen', holds: null };
  const found = exit.code === null ? `signal ${exit.signal ?? '?'}` : String(exit.code);
  return {
    subject: 'exit',
    expected,
    found,
    holds: wanted === null || (exit.code !== null && wanted.includes(exit.code)),
  };
}

interface Answer {
  readonly holds: boolean | null;
  readonly found: string;
}

/** Holds one text against one expectation; `subject` says where it looked. */
export function checkText(subject: string, wanted: TextExpectation, stream: ObservedStream): CheckResult {
  const answer = answerFor(wanted, stream);
  return {
    subject,
    expected: shorten(expectedWords(wanted), 2_000),
    found: shorten(answer.found, 2_000),
    holds: answer.holds,
  };
}

function answerFor(wanted: TextExpectation, stream: ObservedStream): Answer {
  const { text, complete } = stream;
  switch (wanted.test) {
    case 'equals':
      return { holds: equals(text, wanted.value, complete), found: excerpt(text, complete) };
    case 'contains':
      return contains(wanted.value, stream, true);
    case 'lacks':
      return contains(wanted.value, stream, false);
    case 'matches':
      return matches(wanted.value, stream);
    case 'number':
      return asNumber(wanted.compare, stream);
    case 'lines':
      return lines(wanted.compare, stream);
    case 'json':
      return json(wanted, stream);
    default:
      return assertNever(wanted);
  }
}

function equals(text: string, value: string, complete: boolean): boolean | null {
  if (complete) return text.trim() === value.trim();
  return value.trim().startsWith(text.trim()) ? null : false;
}

function contains(value: string, { text, complete }: ObservedStream, wanted: boolean): Answer {
  const at = text.indexOf(value);
  if (at !== -1) return { holds: wanted, found: lineAround(text, at) };
  return { holds: complete ? !wanted : null, found: excerpt(text, complete) };
}

function matches(pattern: string, { text, complete }: ObservedStream): Answer {
  const matcher = RE2JS.compile(pattern).matcher(text);
  // A match that ends where the capture was cut might have ended otherwise in the whole text.
  while (matcher.find()) {
    if (complete || matcher.end() < text.length) return { holds: true, found: lineAround(text, matcher.start()) };
  }
  return { holds: complete ? false : null, found: excerpt(text, complete) };
}

const numeric = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function asNumber(compare: Comparison, { text, complete }: ObservedStream): Answer {
  const found = excerpt(text, complete);
  if (!complete) return { holds: null, found };
  return { holds: numeric.test(text.trim()) && compares(Number(text), compare), found };
}

function lines(compare: Comparison, { text, complete, lines: newlines }: ObservedStream): Answer {
  if (!complete) return { holds: comparesAtLeast(newlines, compare), found: `at least ${newlines}` };
  const count = text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0);
  return { holds: compares(count, compare), found: String(count) };
}

function json(wanted: Extract<TextExpectation, { test: 'json' }>, { text, complete }: ObservedStream): Answer {
  if (!complete) return { holds: null, found: excerpt(text, complete) };
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return { holds: false, found: `not JSON: ${excerpt(text, complete)}` };
  }
  const keys = parseJsonPath(wanted.path);
  const value = keys === null ? undefined : valueAt(root, keys);
  if (value === undefined) return { holds: false, found: `nothing at ${wanted.path}` };
  const found = JSON.stringify(value);
  if (wanted.compare !== undefined) {
    return { holds: typeof value === 'number' && compares(value, wanted.compare), found };
  }
  return { holds: wanted.equals === undefined || value === wanted.equals, found };
}

/** Whether a number stands every comparison. */
export function compares(value: number, compare: Comparison): boolean {
  return (
    (compare.equals === undefined || value === compare.equals) &&
    (compare.above === undefined || value > compare.above) &&
    (compare.below === undefined || value < compare.below) &&
    (compare['at-least'] === undefined || value >= compare['at-least']) &&
    (compare['at-most'] === undefined || value <= compare['at-most'])
  );
}

/** As `compares` for a number known only to be at least `least`: null where a larger one would change the answer. */
function comparesAtLeast(least: number, compare: Comparison): boolean | null {
  const highest = Math.min(compare.equals ?? Infinity, compare['at-most'] ?? Infinity);
  if (least > highest || least >= (compare.below ?? Infinity)) return false;
  if (highest !== Infinity || compare.below !== undefined) return null;
  return compares(least, compare) ? true : null;
}

/** An expectation in the checklist's own words, e.g. `contains "UP"`. */
export function expectedWords(wanted: TextExpectation): string {
  switch (wanted.test) {
    case 'number':
    case 'lines':
      return `${wanted.test} ${comparisonWords(wanted.compare)}`;
    case 'json':
      return `json ${wanted.path} ${
        wanted.compare === undefined ? JSON.stringify(wanted.equals ?? null) : comparisonWords(wanted.compare)
      }`;
    default:
      return `${wanted.test} ${JSON.stringify(wanted.value)}`;
  }
}

/** A comparison in the checklist's own words, e.g. `at-least 3`. */
export function comparisonWords(compare: Comparison): string {
  return Object.entries(compare)
    .map(([word, value]) => `${word} ${value}`)
    .join(' and ');
}

/** The beginning of a text on one line; says so when the text goes on. */
function excerpt(text: string, complete: boolean): string {
  const trimmed = text.trim();
  const shown = shorten(trimmed, 200);
  return complete ? shown : `${shown} (cut short)`;
}

function lineAround(text: string, at: number): string {
  const start = Math.max(text.lastIndexOf('\n', at - 1) + 1, at - 100);
  const newline = text.indexOf('\n', at);
  return shorten(text.slice(start, newline === -1 ? undefined : newline).trim(), 200);
}

function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
