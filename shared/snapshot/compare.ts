import { z } from 'zod';
import { limits } from '../contract/limits.ts';
import { fitsGlob } from './glob.ts';
import { inOrder } from './read.ts';
import type { Snapshot } from './reading.ts';

const glob = z.string().min(1).max(limits.text);

/** How far a number may be from what it was: in its own unit, or in hundredths of what it was. */
export const toleranceSchema = z.strictObject({ type: z.enum(['absolute', 'percent']), most: z.number().min(0) });
export type Tolerance = z.infer<typeof toleranceSchema>;

/** Differences that were declared beforehand; anything else is unexpected. Simple globs: `*` and `?`. */
export const allowedSchema = z.strictObject({
  added: z.array(glob),
  missing: z.array(glob),
  /** Names whose number may change: within a tolerance of their own, or (null) to anything. */
  changed: z.array(z.strictObject({ names: glob, tolerance: toleranceSchema.nullable() })),
});
export type Allowed = z.infer<typeof allowedSchema>;

/** One key that is not as it was. Numbers are null for a set of keys, and on the side where the key is not. */
export const differenceSchema = z.strictObject({
  what: z.enum(['missing', 'added', 'changed']),
  key: z.string().max(1_000),
  before: z.number().nullable(),
  after: z.number().nullable(),
});
export type Difference = z.infer<typeof differenceSchema>;

export interface Comparison {
  /** Missing first, then added, then changed, each sorted by key. */
  readonly unexpected: readonly Difference[];
  readonly expected: readonly Difference[];
}

/**
 * Everything in which two snapshots of the same kind differ, told apart by what was allowed. A number that changed
 * within its tolerance is no difference at all.
 */
export function compareSnapshots(
  before: Snapshot,
  after: Snapshot,
  allowed: Allowed,
  tolerance: Tolerance | null,
): Comparison {
  const unexpected: Difference[] = [];
  const expected: Difference[] = [];
  for (const difference of differences(before, after, tolerance)) {
    (isAllowed(difference, allowed) ? expected : unexpected).push(difference);
  }
  return { unexpected, expected };
}

const places = { missing: 0, added: 1, changed: 2 } as const;

function differences(before: Snapshot, after: Snapshot, tolerance: Tolerance | null): readonly Difference[] {
  const was = valuesOf(before);
  const is = valuesOf(after);
  const found: Difference[] = [];
  for (const [key, value] of was) {
    const now = is.get(key);
    if (now === undefined) found.push({ what: 'missing', key, before: value, after: null });
    else if (value !== null && now !== null && !within(value, now, tolerance)) {
      found.push({ what: 'changed', key, before: value, after: now });
    }
  }
  for (const [key, value] of is) {
    if (!was.has(key)) found.push({ what: 'added', key, before: null, after: value });
  }
  return found.sort((a, b) => places[a.what] - places[b.what] || inOrder(a.key, b.key));
}

function valuesOf(snapshot: Snapshot): ReadonlyMap<string, number | null> {
  return snapshot.keep === 'keys' ? new Map(snapshot.keys.map((key) => [key, null])) : new Map(snapshot.numbers);
}

/**
 * Whether a number is still where it may be; without a tolerance it must be the same. Hundredths are taken of the
 * number's own size before, so that nothing is tolerated around 0.
 */
export function within(before: number, after: number, tolerance: Tolerance | null): boolean {
  if (before === after) return true;
  if (tolerance === null) return false;
  const most = tolerance.type === 'absolute' ? tolerance.most : (Math.abs(before) * tolerance.most) / 100;
  const apart = Math.abs(after - before);
  // 103 is exactly 3 % above 100, whatever binary fractions make of it.
  return apart <= most || apart - most <= Number.EPSILON * 4 * Math.max(Math.abs(before), Math.abs(after));
}

function isAllowed(difference: Difference, allowed: Allowed): boolean {
  const { what, key, before, after } = difference;
  if (what !== 'changed') return allowed[what].some((names) => fitsGlob(key, names));
  return allowed.changed.some(
    ({ names, tolerance }) =>
      fitsGlob(key, names) && (tolerance === null || within(before ?? 0, after ?? 0, tolerance)),
  );
}

/** `5%`, `10`, `0.5%`; null for anything else. */
export function parseTolerance(written: string | number): Tolerance | null {
  const match = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*$/.exec(String(written));
  if (match === null) return null;
  return { type: match[2] === '%' ? 'percent' : 'absolute', most: Number(match[1]) };
}
