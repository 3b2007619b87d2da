import type { z } from 'zod';

/** A place in a value, with `[]` for every item: `data.checks[].found`. */
export type Place = string;

/** Says what stands at a place that takes any of these texts. */
export type TextAt = (place: Place) => string;

/**
 * Examples of a contract that together show every option of every union and every field: one example is made per
 * option, so that there are as many as the widest union has.
 * @param text What stands where free text may; elsewhere stands the first thing that the contract allows.
 */
export function examplesOf(schema: z.ZodType, text: TextAt, place: Place = ''): readonly unknown[] {
  const def = schema.def as unknown as Definition;
  switch (def.type) {
    case 'string':
      return [[text(place), ...formats].find((given) => schema.safeParse(given).success)];
    case 'number':
      return [[7, 100].find((given) => schema.safeParse(given).success)];
    case 'boolean':
      return [true];
    case 'null':
      return [null];
    case 'enum':
      return [Object.values(def.entries ?? {})[0]];
    case 'literal':
      return [def.values?.[0]];
    case 'nullable':
    case 'optional':
    case 'default':
      return examplesOf(def.innerType as z.ZodType, text, place);
    case 'pipe':
      return examplesOf((def.in?.def.type === 'transform' ? def.out : def.in) as z.ZodType, text, place);
    case 'union':
      return (def.options ?? []).flatMap((option) => examplesOf(option, text, place));
    case 'array':
      return [examplesOf(def.element as z.ZodType, text, `${place}[]`)];
    case 'tuple':
      return zipped((def.items ?? []).map((item) => examplesOf(item, text, `${place}[]`)));
    case 'record':
      return [
        Object.fromEntries(
          examplesOf(def.valueType as z.ZodType, text, `${place}{}`).map((value, index) => [`field${index}`, value]),
        ),
      ];
    case 'object': {
      const fields = Object.entries(def.shape ?? {});
      const values = fields.map(([name, field]) => examplesOf(field, text, place === '' ? name : `${place}.${name}`));
      return zipped(values).map((row) => Object.fromEntries(row.map((value, index) => [fields[index]?.[0], value])));
    }
    default:
      throw new Error(`No example is known for ${def.type} at ${place}.`);
  }
}

interface Definition {
  readonly type: string;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly values?: readonly unknown[];
  readonly innerType?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly element?: z.ZodType;
  readonly items?: readonly z.ZodType[];
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

/** Texts of the closed forms that contracts ask for. */
const formats = [
  ...['a1', 'p1', 'i1', 'n1', '12', '644', '2026-11-20T14:00:00.000Z'],
  ...[88, 64, 44, 32, 16].map((length) => 'a'.repeat(length)),
];

/** As many rows as the longest list has; the shorter ones repeat their last. */
function zipped(lists: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  const longest = Math.max(1, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, row) => lists.map((list) => list[Math.min(row, list.length - 1)]));
}
