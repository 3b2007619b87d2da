import { parse } from 'yaml';

/** The name of the file that may list a folder's scripts. */
export const manifestName = 'manifest.yaml';

export interface ManifestProblem {
  readonly code:
    | 'sql-unlisted'
    | 'sql-listed-missing'
    | 'sql-listed-twice'
    | 'sql-order-unclear'
    | 'sql-folder-empty'
    | 'sql-manifest-invalid'
    | 'sql-manifest-twice';
  readonly params: Readonly<Record<string, string>>;
}

export interface Arrangement {
  /** File names in working order. */
  readonly order: readonly string[];
  readonly problems: readonly ManifestProblem[];
}

/**
 * Which files of a folder are run, and in which order. The order is explicit: listed in the checklist (`order:`), or in
 * the folder's `manifest.yaml` (`order:` and `exclude:`), or told by the number that every name begins with. A file
 * that is neither run nor excluded is a problem, so that none is forgotten.
 * @param manifest the text of `manifest.yaml`, or null when there is none.
 */
export function arrangeScripts(folder: {
  readonly names: readonly string[];
  readonly order: readonly string[] | null;
  readonly exclude: readonly string[];
  readonly manifest: string | null;
}): Arrangement {
  const present = folder.names.filter((name) => name !== manifestName && !name.startsWith('.'));
  const problems: ManifestProblem[] = [];
  const written = folder.manifest === null ? null : readManifest(folder.manifest);
  if (written === 'invalid') {
    return { order: [], problems: [{ code: 'sql-manifest-invalid', params: { path: manifestName } }] };
  }
  if (written !== null && folder.order !== null) problems.push({ code: 'sql-manifest-twice', params: {} });
  const exclude = new Set([...folder.exclude, ...(written?.exclude ?? [])]);
  const listed = folder.order ?? written?.order ?? null;
  const wanted = present.filter((name) => !exclude.has(name));
  for (const name of exclude) if (!present.includes(name)) problems.push(missing(name));
  if (wanted.length === 0) problems.push({ code: 'sql-folder-empty', params: {} });
  if (listed === null) return { order: byNumber(wanted, problems), problems };
  for (const [index, name] of listed.entries()) {
    if (!present.includes(name)) problems.push(missing(name));
    if (listed.indexOf(name) !== index || exclude.has(name)) {
      problems.push({ code: 'sql-listed-twice', params: { script: name } });
    }
  }
  for (const name of wanted) {
    if (!listed.includes(name)) problems.push({ code: 'sql-unlisted', params: { script: name } });
  }
  return { order: listed.filter((name) => wanted.includes(name)), problems };
}

function missing(name: string): ManifestProblem {
  return { code: 'sql-listed-missing', params: { script: name } };
}

/** Numbers at the beginning of every name, each once, make an order; a single script needs none. */
function byNumber(names: readonly string[], problems: ManifestProblem[]): readonly string[] {
  if (names.length <= 1) return names;
  const numbered = names.map((name) => ({
    name,
    parts: /^[vV]?(\d+(?:[._]\d+)*)/.exec(name)?.[1]?.split(/[._]/) ?? null,
  }));
  const bare = numbered.find(({ parts }) => parts === null);
  if (bare !== undefined) {
    problems.push({ code: 'sql-order-unclear', params: { script: bare.name } });
    return [];
  }
  const sorted = [...numbered].sort((left, right) => compareNumbers(left.parts ?? [], right.parts ?? []));
  for (const [index, { name, parts }] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined && compareNumbers(before.parts ?? [], parts ?? []) === 0) {
      problems.push({ code: 'sql-order-unclear', params: { script: name } });
    }
  }
  return sorted.map(({ name }) => name);
}

/** `1.9` before `1.10`, `1` before `1.1`. */
function compareNumbers(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = Number(left[index] ?? -1) - Number(right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

interface Manifest {
  readonly order: readonly string[] | null;
  readonly exclude: readonly string[];
}

function readManifest(text: string): Manifest | 'invalid' {
  let found: unknown;
  try {
    found = parse(text, { maxAliasCount: 0, schema: 'failsafe' });
  } catch {
    return 'invalid';
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return 'invalid';
  const { order = null, exclude = [], ...others } = found as { order?: unknown; exclude?: unknown };
  if (Object.keys(others).length > 0 || !isNames(exclude) || !(order === null || isNames(order))) return 'invalid';
  return { order, exclude };
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '');
}
