/**
 * RFC 8785 (JSON Canonicalization Scheme): one JSON value, one sequence of bytes. Member names are sorted by UTF-16
 * code units, numbers are written as ECMAScript writes them, no white space, and only what must be escaped is.
 */

/** The value has no canonical form: not a finite number, half of a surrogate pair, or nothing that JSON knows. */
export class NotCanonicalError extends Error {
  override readonly name = 'NotCanonicalError';
}

const HALF_PAIR = /\p{Surrogate}/u;

function canonicalString(text: string): string {
  const quoted = JSON.stringify(text);
  // JSON.stringify writes half a pair as \udXXX; the cheap look first, because it is nearly always enough.
  if (quoted.includes('\\ud') && HALF_PAIR.test(text)) throw new NotCanonicalError('Text with half a surrogate pair');
  return quoted;
}

function canonicalObject(value: object): string {
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member: unknown = (value as Record<string, unknown>)[key];
    if (member !== undefined) members.push(`${canonicalString(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

/**
 * The canonical JSON text of a value; encode it as UTF-8 for hashing. Members that are `undefined` are left out, as
 * JSON.stringify does. Throws NotCanonicalError where RFC 8785 knows no form.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonicalError(`Not a JSON number: ${value}`);
      return JSON.stringify(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
      return canonicalObject(value);
    default:
      throw new NotCanonicalError(`Not a JSON value: ${typeof value}`);
  }
}

/**
 * The same value with every half surrogate pair replaced by U+FFFD. A text that was cut at a fixed length may end in
 * such a half, and a record must never be refused for it.
 */
export function wellFormed<T>(value: T): T {
  // JSON.stringify escapes exactly these halves (and, rarely, finds the same letters in a text).
  return JSON.stringify(value).includes('\\ud') ? (mend(value) as T) : value;
}

function mend(value: unknown): unknown {
  if (typeof value === 'string') return HALF_PAIR.test(value) ? value.replace(/\p{Surrogate}/gu, '\uFFFD') : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(mend);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [mend(key), mend(member)]));
}
