import { RE2JS } from 're2js';
import { z } from 'zod';
import { asList, oneOrMany, shape, text } from '../checklist/parts.ts';
import type { Path } from '../checklist/problem.ts';
import type { Comparison, Expectations, TextExpectation } from './expectations.ts';
import { parseJsonPath } from './json-path.ts';
import type { ResolveContext } from './kind.ts';

/** How expectations are written in a checklist, and how they become the engine's. */

const comparison = shape({
  equals: z.number().optional(),
  above: z.number().optional(),
  below: z.number().optional(),
  'at-least': z.number().optional(),
  'at-most': z.number().optional(),
}).refine((value) => Object.keys(value).length > 0, 'comparison-empty');

/** A number as written: itself, or a comparison. */
export const numberSourceSchema = z
  .union([z.number(), comparison])
  .meta({ description: 'A number, or a comparison: equals, above, below, at-least, at-most.' });

/** What may be expected of a text; everything given must hold. */
export const streamKeys = {
  equals: text.optional().meta({ asWritten: true, description: 'All of it, white space at both ends ignored.' }),
  contains: oneOrMany(text).optional(),
  lacks: oneOrMany(text).optional(),
  matches: oneOrMany(text).optional().meta({ description: 'Regular expressions in RE2 syntax.' }),
  number: numberSourceSchema.optional().meta({ description: 'The output is one number, and compares like this.' }),
  lines: numberSourceSchema.optional().meta({ description: 'How many lines there are.' }),
  json: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), comparison]))
    .optional()
    .meta({ description: 'JSON paths such as $.items[0].status, each with its value or a comparison.' }),
};
const stream = shape(streamKeys).refine((value) => Object.keys(value).length > 0, 'expect-empty');

const exitCode = z.int('exit-invalid').min(0, 'exit-invalid').max(255, 'exit-invalid');

/** The `expect:` of a command. */
export const expectSourceSchema = shape({
  exit: z
    .union([exitCode, z.array(exitCode).min(1, 'list-empty'), z.literal('any', 'exit-invalid')])
    .optional()
    .meta({ description: 'The exit code, a list of them, or any. 0 when left out.' }),
  stdout: stream.optional(),
  stderr: stream.optional(),
}).meta({ id: 'expect', description: 'What must hold for the command to have passed.' });
export type ExpectSource = z.output<typeof expectSourceSchema>;
type StreamSource = z.output<typeof stream>;

/** Expectations with variables put in; a bad regular expression or JSON path is reported at its place. */
export function resolveExpect(source: ExpectSource | undefined, path: Path, context: ResolveContext): Expectations {
  const exit = source?.exit ?? 0;
  return {
    exit: exit === 'any' ? null : [...asList<number>(exit)],
    stdout: resolveStream(source?.stdout, [...path, 'stdout'], context),
    stderr: resolveStream(source?.stderr, [...path, 'stderr'], context),
  };
}

/** What is expected of one text; `path` is where its keys stand. */
export function resolveStream(
  source: StreamSource | undefined,
  path: Path,
  context: ResolveContext,
): TextExpectation[] {
  if (source === undefined) return [];
  const found: TextExpectation[] = [];
  if (source.equals !== undefined) {
    found.push({ test: 'equals', value: context.text(source.equals, [...path, 'equals']) });
  }
  for (const test of ['contains', 'lacks', 'matches'] as const) {
    const listed = Array.isArray(source[test]);
    for (const [index, value] of asList(source[test]).entries()) {
      const place = listed ? [...path, test, index] : [...path, test];
      if (test !== 'matches') found.push({ test, value: context.text(value, place) });
      else found.push({ test, value: resolvePattern(value, place, context) });
    }
  }
  if (source.number !== undefined) found.push({ test: 'number', compare: toComparison(source.number) });
  if (source.lines !== undefined) found.push({ test: 'lines', compare: toComparison(source.lines) });
  for (const [jsonPath, value] of Object.entries(source.json ?? {})) {
    const place = [...path, 'json', jsonPath];
    if (parseJsonPath(jsonPath) === null) context.report(place, 'json-path-invalid', { path: jsonPath });
    found.push(resolveJson(jsonPath, value, place, context));
  }
  return found;
}

function resolveJson(
  path: string,
  value: NonNullable<StreamSource['json']>[string],
  place: Path,
  context: ResolveContext,
): TextExpectation {
  if (typeof value === 'string') return { test: 'json', path, equals: context.text(value, place) };
  if (typeof value === 'object' && value !== null) return { test: 'json', path, compare: value };
  return { test: 'json', path, equals: value };
}

/** Patterns seen before: a checklist of 2,000 steps repeats the same few. */
const compiled = new Map<string, string | null>();

/** A regular expression with its variables put in; a bad one is reported at its place. */
export function resolvePattern(value: string, path: Path, context: ResolveContext): string {
  const pattern = context.pattern(value, path);
  let reason = compiled.get(pattern);
  if (reason === undefined) {
    reason = whyInvalid(pattern);
    if (compiled.size > 1_000) compiled.clear();
    compiled.set(pattern, reason);
  }
  if (reason !== null) context.report(path, 'regex-invalid', { reason });
  return pattern;
}

function whyInvalid(pattern: string): string | null {
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error))
      .replace(/^error parsing regexp: /, '')
      .slice(0, 200);
  }
}

/** A number as written, as a comparison. */
export function toComparison(value: number | Comparison): Comparison {
  return typeof value === 'number' ? { equals: value } : value;
}
