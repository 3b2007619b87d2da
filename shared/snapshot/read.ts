import { RE2JS } from 're2js';
import { parseJsonPath, valueAt } from '../steps/json-path.ts';
import type { KeysReading, NamedNumber, NumbersReading, Reading, ReadingProblem, ReadSnapshot } from './reading.ts';

/** A key longer than this is no key but a mistake in the reading. Characters. */
export const longestKey = 500;
/** More keys than any list that people could answer for. */
export const mostKeys = 1_000_000;

/** Stops the reading at the first thing that is not as it was declared: half a snapshot would hide what is missing. */
class Unreadable extends Error {
  readonly problem: ReadingProblem;

  constructor(code: ReadingProblem['code'], where: string, found = '') {
    super(code);
    this.problem = { code, where: shorten(where), found: shorten(found) };
  }
}

/**
 * Reads a whole output. Keys are taken as they stand but for white space at both ends; empty ones are left out and
 * repeated ones count once. Anything that does not fit the declared shape is a problem, never skipped.
 */
export function readSnapshot(reading: Reading, output: string): ReadSnapshot {
  try {
    const text = output.startsWith('\uFEFF') ? output.slice(1) : output;
    if (reading.keep === 'keys')
      return { ok: true, snapshot: { keep: 'keys', keys: sortedKeys(keysIn(reading.how, text)) } };
    return { ok: true, snapshot: { keep: 'numbers', numbers: sortedNumbers(numbersIn(reading.how, text)) } };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Whole characters only. */
function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

/** Sorted by code unit, so that every machine sorts alike. */
export function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortedKeys(found: Iterable<string>): readonly string[] {
  const keys = new Set<string>();
  for (const raw of found) {
    const key = raw.trim();
    if (key === '') continue;
    if (key.length > longestKey) throw new Unreadable('key-too-long', String(keys.size + 1), key);
    keys.add(key);
    if (keys.size > mostKeys) throw new Unreadable('too-many', String(mostKeys));
  }
  return [...keys].sort(inOrder);
}

function sortedNumbers(found: Iterable<NamedNumber>): readonly NamedNumber[] {
  const numbers = new Map<string, number>();
  for (const [raw, number] of found) {
    const name = raw.trim();
    if (name.length > longestKey) throw new Unreadable('key-too-long', String(numbers.size + 1), name);
    if (numbers.has(name)) throw new Unreadable('name-twice', name, String(number));
    numbers.set(name, number);
    if (numbers.size > mostKeys) throw new Unreadable('too-many', String(mostKeys));
  }
  return [...numbers].sort(([a], [b]) => inOrder(a, b));
}

function* keysIn(how: KeysReading, text: string): Iterable<string> {
  switch (how.by) {
    case 'lines':
      for (const { line } of linesOf(text, 0)) yield line;
      return;
    case 'column':
      for (const { line, number } of linesOf(text, how.skip)) yield cell(line, how.column, how.separator, number);
      return;
    case 'json':
      yield* jsonKeys(text, how.path, how.field);
      return;
    case 'matches':
      for (const groups of matchesIn(text, how.pattern)) yield groups[1] ?? groups[0] ?? '';
      return;
  }
}

function* numbersIn(how: NumbersReading, text: string): Iterable<NamedNumber> {
  switch (how.by) {
    case 'one':
      yield ['value', numberFrom(text.trim(), 'value')];
      return;
    case 'named':
      yield* namedNumbers(how.names, text);
      return;
    case 'lines':
      for (const { line, number } of linesOf(text, 0)) {
        // A name may hold U+2028, which a dot does not match by itself.
        const parts = /^(.*\S)\s+(\S+)$/s.exec(line.trim());
        if (parts === null) throw new Unreadable('column-missing', String(number), line);
        yield [parts[1] ?? '', numberFrom(parts[2] ?? '', String(number))];
      }
      return;
    case 'columns':
      for (const { line, number } of linesOf(text, how.skip)) {
        const name = cell(line, how.name, how.separator, number);
        yield [name, numberFrom(cell(line, how.number, how.separator, number), String(number))];
      }
      return;
    case 'json':
      yield* jsonNumbers(text, how.path);
      return;
    case 'matches':
      for (const [, name = '', number = ''] of matchesIn(text, how.pattern)) yield [name, numberFrom(number, name)];
      return;
  }
}

function* namedNumbers(names: Extract<NumbersReading, { by: 'named' }>['names'], text: string): Iterable<NamedNumber> {
  const root = names.some(({ at }) => at === 'json') ? parseJson(text) : null;
  for (const wanted of names) {
    if (wanted.at === 'json') yield [wanted.name, jsonNumber(at(root, wanted.path), wanted.path)];
    else {
      const [first] = matchesIn(text, wanted.pattern);
      if (first === undefined) throw new Unreadable('no-match', wanted.name, wanted.pattern);
      yield [wanted.name, numberFrom(first[1] ?? first[0] ?? '', wanted.name)];
    }
  }
}

/** Lines that are not empty, with their numbers from 1. */
function* linesOf(text: string, skip: number): Iterable<{ readonly line: string; readonly number: number }> {
  let number = 0;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    number += 1;
    const line = text.slice(start, end).replace(/\r$/, '');
    if (number > skip && line.trim() !== '') yield { line, number };
    start = end + 1;
  }
}

function cell(line: string, column: number, separator: string | null, number: number): string {
  const cells = separator === null ? line.trim().split(/\s+/) : line.split(separator);
  const found = cells[column - 1];
  if (found === undefined) throw new Unreadable('column-missing', String(number), line);
  return found.trim();
}

/** Every match with its groups, line by line, so that a pattern never runs over a line's end by accident. */
function* matchesIn(text: string, pattern: string): Iterable<readonly (string | undefined)[]> {
  const compiled = RE2JS.compile(pattern);
  for (const { line } of linesOf(text, 0)) {
    const matcher = compiled.matcher(line);
    while (matcher.find()) {
      yield Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
    }
  }
}

const numeric = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function numberFrom(text: string, where: string): number {
  const number = numeric.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) throw new Unreadable('not-a-number', where, text);
  return number;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable('not-json', '1', text.trim());
  }
}

function at(root: unknown, path: string): unknown {
  const value = valueAt(root, parseJsonPath(path) ?? []);
  if (value === undefined) throw new Unreadable('nothing-there', path);
  return value;
}

function* jsonKeys(text: string, path: string, field: string | null): Iterable<string> {
  const value = at(parseJson(text), path);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const key: unknown = field === null ? item : valueAt(item, parseJsonPath(field) ?? []);
      if (typeof key !== 'string' && typeof key !== 'number') {
        throw new Unreadable(
          'wrong-shape',
          `${path}[${index}]${field === null ? '' : ` ${field}`}`,
          JSON.stringify(item),
        );
      }
      yield String(key);
    }
  } else if (typeof value === 'object' && value !== null && field === null) yield* Object.keys(value);
  else throw new Unreadable('wrong-shape', path, JSON.stringify(value));
}

function jsonNumber(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Unreadable('not-a-number', path, JSON.stringify(value));
}

function* jsonNumbers(text: string, path: string): Iterable<NamedNumber> {
  const value = at(parseJson(text), path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Unreadable('wrong-shape', path, JSON.stringify(value));
  }
  for (const [name, number] of Object.entries(value)) yield [name, jsonNumber(number, `${path}.${name}`)];
}
