import { assertNever } from '../../shared/assert-never.ts';
import type { Comparison, Expectations, TextExpectation } from '../../shared/steps/expectations.ts';

/** A sentence to be looked up in the `ui` texts. */
export interface Phrase {
  readonly key: ExpectationKey;
  readonly params: Readonly<Record<string, string>>;
}

type ExpectationKey =
  | 'expect-exit'
  | 'expect-exit-any'
  | 'expect-equals'
  | 'expect-contains'
  | 'expect-lacks'
  | 'expect-matches'
  | 'expect-number'
  | 'expect-lines'
  | 'expect-json'
  | 'expect-json-exists';

/** What must hold for a command to count as done, one phrase each, exit code first. */
export function expectationWords(expectations: Expectations): readonly Phrase[] {
  const exit: Phrase =
    expectations.exit === null
      ? { key: 'expect-exit-any', params: {} }
      : { key: 'expect-exit', params: { codes: expectations.exit.join(', ') } };
  return [
    exit,
    ...expectations.stdout.map((one) => textWords('stdout', one)),
    ...expectations.stderr.map((one) => textWords('stderr', one)),
  ];
}

/** One expectation of a text; `stream` is where it looks. */
export function textWords(stream: string, expectation: TextExpectation): Phrase {
  switch (expectation.test) {
    case 'equals':
    case 'contains':
    case 'lacks':
    case 'matches':
      return { key: `expect-${expectation.test}`, params: { stream, value: expectation.value } };
    case 'number':
    case 'lines':
      return { key: `expect-${expectation.test}`, params: { stream, compare: comparisonWords(expectation.compare) } };
    case 'json':
      return jsonWords(stream, expectation);
    default:
      return assertNever(expectation);
  }
}

function jsonWords(stream: string, { path, equals, compare }: Extract<TextExpectation, { test: 'json' }>): Phrase {
  const conditions = [
    ...(equals === undefined ? [] : [`= ${JSON.stringify(equals)}`]),
    ...(compare === undefined ? [] : [comparisonWords(compare)]),
  ];
  if (conditions.length === 0) return { key: 'expect-json-exists', params: { stream, path } };
  return { key: 'expect-json', params: { stream, path, compare: conditions.join(', ') } };
}

const signs: Readonly<Record<keyof Comparison, string>> = {
  equals: '=',
  above: '>',
  below: '<',
  'at-least': '≥',
  'at-most': '≤',
};

/** `≥ 2, < 10`. */
export function comparisonWords(comparison: Comparison): string {
  const parts = Object.entries(comparison) as [keyof Comparison, number | undefined][];
  return parts.flatMap(([name, value]) => (value === undefined ? [] : [`${signs[name]} ${value}`])).join(', ');
}
