import type { z } from 'zod';
import { stepKindNames } from '../steps/index.ts';
import type { Finding, Path } from './problem.ts';
import { nearest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** What a schema error means for people, and how to take it out of the data so that the rest can be looked at. */
export interface SchemaFinding {
  /** Null where another finding says it already. */
  readonly finding: Finding | null;
  readonly repair:
    | { readonly type: 'remove'; readonly path: Path }
    | { readonly type: 'fill'; readonly path: Path; readonly value: unknown };
}

/** Turns the schema's issues into findings, one for each thing that is wrong. */
export function schemaFindings(issues: readonly Issue[], root: unknown): readonly SchemaFinding[] {
  const found = issues.flatMap((issue) => findingsOf(issue, [], root));
  // A misspelt key and the key it leaves missing are one mistake.
  const meant = new Set(found.map(({ finding }) => placeOf(finding.path.slice(0, -1), finding.params.nearest)));
  return found.map((one) => {
    const { code, path, params } = one.finding;
    return code === 'key-missing' && meant.has(placeOf(path, params.key)) ? { ...one, finding: null } : one;
  });
}

function placeOf(container: Path, key: string | undefined): string {
  return JSON.stringify([...container, key]);
}

type Found = SchemaFinding & { readonly finding: Finding };

function findingsOf(issue: Issue, base: Path, root: unknown): readonly Found[] {
  const path = [...base, ...(issue.path as Path)];
  const value = valueIn(root, path);
  if (issue.code === 'invalid_union') return unionFindings(issue, path, root, value);
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, path, value);
  if (issue.code === 'invalid_key') {
    const [code = 'name-invalid'] = (issue.issues[0]?.message ?? '').split(':');
    const finding = error(path, code, { value: shown(path.at(-1)) }, true);
    return [{ finding, repair: { type: 'remove', path } }];
  }
  if (value === undefined && path.length > 0) return [missingKey(issue, path)];
  const fill = fillerFor(issue);
  const repair = fill === undefined ? { type: 'remove' as const, path } : { type: 'fill' as const, path, value: fill };
  return [{ finding: wrongValue(issue, path, value), repair }];
}

/** The branch the writer most likely meant: the one with the fewest strangers, then the fewest complaints. */
function unionFindings(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  root: unknown,
  value: unknown,
): readonly Found[] {
  if (value === undefined) return [missingKey(issue, path)];
  const branches = issue.errors.filter(
    (branch) => !branch.some((inner) => inner.path.length === 0 && isWrongType(inner)),
  );
  const ranked = branches
    .map((branch) => ({ branch, strangers: strangersIn(branch), complaints: branch.length }))
    .sort((a, b) => a.strangers - b.strangers || a.complaints - b.complaints);
  const best = ranked[0]?.branch;
  if (best !== undefined) return best.flatMap((inner) => findingsOf(inner, path, root));
  const first = issue.errors.flat().find((inner) => isCode(inner.message));
  const types = new Set(
    issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : [])),
  );
  const code = first?.message ?? mixedTypeCode(types);
  const [type] = types;
  const fill = type === undefined ? undefined : fillers[type];
  return [
    {
      finding: error(path, code, { value: shown(value), found: shown(value) }),
      repair: fill === undefined ? { type: 'remove', path } : { type: 'fill', path, value: fill() },
    },
  ];
}

function mixedTypeCode(types: ReadonlySet<string>): string {
  if (types.size === 1 && types.has('object')) return 'type-mapping';
  if (types.has('boolean')) return types.has('number') ? 'type-single' : 'type-text-or-boolean';
  if (types.has('string')) return types.has('array') ? 'type-text-or-list' : 'type-text-or-mapping';
  return types.has('number') ? 'type-number-or-comparison' : 'type-list-or-mapping';
}

function isWrongType(issue: Issue): boolean {
  return issue.code === 'invalid_type' || (issue.code === 'invalid_value' && typeof issue.values[0] !== 'string');
}

function strangersIn(branch: readonly Issue[]): number {
  let count = 0;
  for (const issue of branch) {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) count += issue.keys.length;
  }
  return count;
}

/** Codes are our own words; the library's own messages begin with a capital letter. */
function isCode(message: string): boolean {
  return /^[a-z][a-z-]+(?::|$)/.test(message);
}

function unknownKeys(
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  path: Path,
  value: unknown,
): readonly Found[] {
  const known = (issue.message.split(':')[1] ?? '').split(' ');
  const present = new Set(Object.keys(value ?? {}));
  const wantsKind =
    stepKindNames.every((kind) => known.includes(kind)) && !stepKindNames.some((kind) => present.has(kind));
  let kindNamed = false;
  return issue.keys.map((key) => {
    const at = [...path, key];
    const near = nearest(
      key,
      known.filter((candidate) => !present.has(candidate)),
    );
    const params = { key: shown(key), known: known.join(', ') };
    let finding: Finding;
    if (near !== null) finding = error(at, 'key-misspelt', { ...params, nearest: near }, true);
    else if (wantsKind && !kindNamed) {
      kindNamed = true;
      finding = error(at, 'kind-unknown', { kind: shown(key), known: stepKindNames.join(', ') }, true);
    } else finding = error(at, 'key-unknown', params, true);
    return { finding, repair: { type: 'remove', path: at } };
  });
}

function missingKey(issue: Issue, path: Path): Found {
  const finding = error(path.slice(0, -1), 'key-missing', { key: String(path.at(-1)) });
  return { finding, repair: { type: 'fill', path, value: fillerFor(issue) ?? 'missing' } };
}

/** Something the schema accepts, by the type that was expected. */
const fillers: Readonly<Record<string, () => unknown>> = {
  string: () => 'missing',
  array: () => [],
  object: () => ({}),
  record: () => ({}),
};

function fillerFor(issue: Issue): unknown {
  if (issue.message === 'environments-empty') return { missing: {} };
  if (issue.message.startsWith('duration-')) return '1m';
  if (issue.code === 'invalid_value') return issue.values[0];
  return issue.code === 'invalid_type' ? fillers[issue.expected]?.() : undefined;
}

const typeCodes: Readonly<Record<string, string>> = {
  string: 'type-text',
  number: 'type-number',
  int: 'type-number',
  boolean: 'type-boolean',
  array: 'type-list',
  object: 'type-mapping',
  record: 'type-mapping',
};

function wrongValue(issue: Issue, path: Path, value: unknown): Finding {
  const params: Record<string, string> = { value: shown(value), key: String(path.at(-1) ?? '') };
  if (isCode(issue.message)) {
    const [code = '', details] = issue.message.split(':');
    if (issue.code === 'too_big') params.most = String(issue.maximum);
    return error(path, code, details === undefined ? params : { ...params, details });
  }
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const near = typeof value === 'string' ? nearest(value, allowed) : null;
    const all = { ...params, allowed: allowed.join(', ') };
    return near === null ? error(path, 'value-unknown', all) : error(path, 'value-misspelt', { ...all, nearest: near });
  }
  if (issue.code === 'invalid_type')
    return error(path, typeCodes[issue.expected] ?? 'type-single', { ...params, found: shown(value) });
  return error(path, 'value-invalid', { ...params, reason: issue.message });
}

function error(path: Path, code: string, params: Readonly<Record<string, string>>, atKey = false): Finding {
  return { path, code, params, severity: 'error', atKey };
}

function valueIn(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** A value as it may stand in a sentence: short, on one line. */
export function shown(value: unknown): string {
  const words = typeof value === 'string' ? value : describeValue(value);
  const line = words.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return value.length > 5 ? '[…]' : `[${value.map(scalarOrDots).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{ ${Object.keys(value).slice(0, 5).join(', ')} }`;
  return String(value);
}

function scalarOrDots(value: unknown): string {
  return typeof value === 'object' && value !== null ? '…' : String(value);
}
