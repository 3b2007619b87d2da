import { z } from 'zod';
import { limits } from '../contract/limits.ts';
import { durationPattern, longestDurationMs, parseDuration } from './duration.ts';

/**
 * The building blocks of the format's schema. Here a schema's error message is the code of a problem
 * (`shared/text/*\/problems.ts`); what follows a colon are the details the sentence needs.
 */

/** A mapping that knows exactly these keys. */
export function shape<Fields extends z.ZodRawShape>(fields: Fields) {
  const known = Object.keys(fields).join(' ');
  return z.strictObject(fields, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `key-unknown:${known}` : undefined),
  });
}

/** Text; where a number or a yes/no was written without quotes, the characters as they stand. */
export const text = z.string().max(limits.text, 'text-too-long').meta({ asWritten: true });
/** Text of at least one character. */
export const filledText = text.refine((value) => value.trim() !== '', 'text-empty');

/** Step ids, hosts, groups, environments. */
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u;
export const name = z
  .string()
  .max(limits.name, 'text-too-long')
  .regex(namePattern, 'name-invalid')
  .meta({ asWritten: true });

/** Variables and secrets: letters, digits, `_` and `-`, so that a secret can become a shell variable. */
const variablePattern = /^[A-Za-z_][A-Za-z0-9_-]*$/;
export const variableName = z
  .string()
  .max(limits.name, 'text-too-long')
  .regex(variablePattern, 'variable-name-invalid');

/** A shell command. */
export const command = z
  .string()
  .max(limits.command, 'text-too-long')
  .refine((value) => value.trim() !== '', 'text-empty')
  .meta({ asWritten: true, description: 'A shell command. Variables are put in quoted for their place.' });

/** `30s`, `5m`, `1h30m`, `500ms`. */
export const duration = z
  .string('duration-invalid')
  .regex(durationPattern, { error: 'duration-invalid', abort: true })
  .refine((value) => (parseDuration(value) ?? 0) <= longestDurationMs, 'duration-too-long')
  .meta({ description: 'A duration such as 30s, 5m, 1h30m or 500ms.' });

/** A duration that is longer than nothing. */
export const positiveDuration = duration.refine((value) => (parseDuration(value) ?? 1) > 0, 'duration-zero');

/** One value or a list of them. */
export function oneOrMany<T extends z.ZodType>(item: T) {
  return z.union([item, z.array(item).min(1, 'list-empty')]);
}

/** The list form of `oneOrMany`. */
export function asList<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
