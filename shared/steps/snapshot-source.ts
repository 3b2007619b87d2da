import { RE2JS } from 're2js';
import { z } from 'zod';
import { filledText, shape, text } from '../checklist/parts.ts';
import type { Path } from '../checklist/problem.ts';
import { limits } from '../contract/limits.ts';
import type { KeysReading, NumbersReading, Reading } from '../snapshot/reading.ts';
import { parseJsonPath } from './json-path.ts';
import type { ResolveContext } from './kind.ts';

/** How a snapshot's reading is written in a checklist, and how it becomes the engine's. */

const column = z.int('column-invalid').min(1, 'column-invalid').max(1_000, 'column-invalid');
const table = {
  separator: text
    .min(1, 'text-empty')
    .max(10, 'text-too-long')
    .optional()
    .meta({ description: 'What stands between columns; white space when left out.' }),
  skip: z.int('column-invalid').min(0, 'column-invalid').max(1_000, 'column-invalid').optional().meta({
    description: 'Heading lines to leave out.',
  }),
};
const jsonPath = filledText.meta({ description: 'A JSON path such as $.services.' });
const pattern = filledText.meta({ description: 'A regular expression in RE2 syntax, looked for in every line.' });

const keys = z
  .union([
    z.literal('lines'),
    shape({ column: column.meta({ description: 'The column that holds the key, from 1.' }), ...table }),
    shape({ json: jsonPath, field: jsonPath.optional() }),
    shape({ matches: pattern }),
  ])
  .meta({ description: 'lines, a column, a json path (with field: inside each item), or matches (its first group).' });

const place = z.union([shape({ json: jsonPath }), shape({ matches: pattern })]);
const numbers = z
  .union([z.literal('one'), z.record(filledText.max(limits.name, 'text-too-long'), place)])
  .meta({ description: 'one: the output is one number. Otherwise each name with json or matches.' });

const pairs = z
  .union([
    z.literal('lines'),
    shape({ name: column, number: column, ...table }),
    shape({ json: jsonPath }),
    shape({ matches: pattern }),
  ])
  .meta({ description: 'Names with numbers: lines, columns, a json object, or matches with two groups.' });

/** The three ways to read, of which a snapshot has exactly one. */
export const readingKeys = { keys: keys.optional(), numbers: numbers.optional(), pairs: pairs.optional() };
export interface ReadingSource {
  readonly keys?: z.output<typeof keys> | undefined;
  readonly numbers?: z.output<typeof numbers> | undefined;
  readonly pairs?: z.output<typeof pairs> | undefined;
}

/**
 * A reading with variables put in; what is wrong with it is reported at its place.
 * @param separator what stands between columns when nothing is written; null for white space.
 */
export function resolveReading(source: ReadingSource, separator: string | null, context: ResolveContext): Reading {
  const written = (['keys', 'numbers', 'pairs'] as const).filter((key) => source[key] !== undefined);
  if (written.length === 0) context.report([], 'snapshot-without-reading');
  else if (written[1] !== undefined) {
    context.report([written[1]], 'snapshot-two-readings', { first: written[0] ?? '', second: written[1] });
  }
  if (source.numbers !== undefined) return { keep: 'numbers', how: resolveNumbers(source.numbers, context) };
  if (source.pairs !== undefined) return { keep: 'numbers', how: resolvePairs(source.pairs, separator, context) };
  return { keep: 'keys', how: resolveKeys(source.keys ?? 'lines', separator, context) };
}

function resolveKeys(
  source: NonNullable<ReadingSource['keys']>,
  separator: string | null,
  context: ResolveContext,
): KeysReading {
  if (source === 'lines') return { by: 'lines' };
  if ('column' in source)
    return { by: 'column', column: source.column, ...tableOf(source, ['keys'], separator, context) };
  if ('matches' in source)
    return { by: 'matches', pattern: patternAt(source.matches, ['keys', 'matches'], 0, context) };
  const field = source.field === undefined ? null : pathAt(source.field, ['keys', 'field'], context);
  return { by: 'json', path: pathAt(source.json, ['keys', 'json'], context), field };
}

function resolveNumbers(source: NonNullable<ReadingSource['numbers']>, context: ResolveContext): NumbersReading {
  if (source === 'one') return { by: 'one' };
  const names = Object.entries(source).map(([name, one]) =>
    'json' in one
      ? { name, at: 'json' as const, path: pathAt(one.json, ['numbers', name, 'json'], context) }
      : { name, at: 'matches' as const, pattern: patternAt(one.matches, ['numbers', name, 'matches'], 0, context) },
  );
  if (names.length === 0) context.report(['numbers'], 'list-empty', { key: 'numbers' });
  return { by: 'named', names };
}

function resolvePairs(
  source: NonNullable<ReadingSource['pairs']>,
  separator: string | null,
  context: ResolveContext,
): NumbersReading {
  if (source === 'lines') return { by: 'lines' };
  if ('number' in source) {
    return {
      by: 'columns',
      name: source.name,
      number: source.number,
      ...tableOf(source, ['pairs'], separator, context),
    };
  }
  if ('json' in source) return { by: 'json', path: pathAt(source.json, ['pairs', 'json'], context) };
  return { by: 'matches', pattern: patternAt(source.matches, ['pairs', 'matches'], 2, context) };
}

function tableOf(
  source: { readonly separator?: string | undefined; readonly skip?: number | undefined },
  path: Path,
  otherwise: string | null,
  context: ResolveContext,
): { separator: string | null; skip: number } {
  const separator = source.separator === undefined ? otherwise : context.text(source.separator, [...path, 'separator']);
  return { separator, skip: source.skip ?? 0 };
}

function pathAt(written: string, path: Path, context: ResolveContext): string {
  const found = context.text(written, path);
  if (parseJsonPath(found) === null) context.report(path, 'json-path-invalid', { path: found });
  return found;
}

/** @param groups how many groups the pattern must have at least. */
function patternAt(written: string, path: Path, groups: number, context: ResolveContext): string {
  const found = context.pattern(written, path);
  try {
    const count = RE2JS.compile(found).matcher('').groupCount();
    if (count < groups) context.report(path, 'regex-groups', { needed: String(groups), found: String(count) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.report(path, 'regex-invalid', { reason: reason.replace(/^error parsing regexp: /, '').slice(0, 200) });
  }
  return found;
}
