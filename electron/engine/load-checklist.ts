import { type ParsedChecklist, parseChecklist } from '../../shared/checklist/parse.ts';
import type { Problem } from '../../shared/checklist/problem.ts';
import { resolvePlan } from '../../shared/checklist/resolve.ts';
import { allSteps } from '../../shared/checklist/rules.ts';
import { limits } from '../../shared/contract/limits.ts';
import { loadIncludes } from './includes.ts';
import { NotAFile, readAtMost, withFile } from './regular-file.ts';

/** A file that belongs to a checklist, as it was read; `path` is relative to the run's `checklist/` folder. */
export interface ChecklistFile {
  readonly path: string;
  readonly bytes: Buffer;
}

export interface LoadedChecklist extends Omit<ParsedChecklist, 'placeOf'> {
  /** The checklist itself first. Empty when it could not be read. */
  readonly files: readonly ChecklistFile[];
}

/**
 * Reads and checks a checklist file. The size is looked at before the content. Never rejects: a file that cannot be
 * read is a problem like any other.
 */
export async function loadChecklist(path: string, environment: string | null = null): Promise<LoadedChecklist> {
  const read = await readBounded(path);
  if ('code' in read) return { checklist: null, problems: [problem(path, read.code, read.params)], files: [] };
  const decoded = decode(read.bytes, path);
  if ('problem' in decoded) return { checklist: null, problems: [decoded.problem], files: [] };
  const parsed = parseChecklist(decoded.text, path, environment);
  const files = [{ path: 'checklist.yaml', bytes: read.bytes }];
  const { checklist } = parsed;
  if (checklist === null) return { ...parsed, files };
  const included = new Map<string, ChecklistFile>();
  const problems = new Map<string, Problem>();
  for (const name of environment === null ? Object.keys(checklist.environments) : [environment]) {
    const found = await loadIncludes(resolvePlan(checklist, name), path);
    for (const file of found.files) included.set(file.path, file);
    for (const { step, code, params, severity } of found.findings) {
      const at = allSteps(checklist).find(({ source }) => source.id === step)?.path ?? ['phases'];
      const place = parsed.placeOf([...at, 'id']);
      problems.set(JSON.stringify([place, code, params]), { file: path, ...place, severity, code, params });
    }
  }
  return {
    ...parsed,
    checklist: [...problems.values()].some(({ severity }) => severity === 'error') ? null : checklist,
    problems: [...parsed.problems, ...problems.values()],
    files: [...files, ...included.values()],
  };
}

interface ReadProblem {
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
}

async function readBounded(path: string): Promise<{ readonly bytes: Buffer } | ReadProblem> {
  const tooLarge = (size: number): ReadProblem => ({
    code: 'file-too-large',
    params: { most: '5 MB', size: `${(size / 1024 / 1024).toFixed(1)} MB` },
  });
  try {
    return await withFile(path, async (file, size) => {
      if (size > limits.checklistBytes) return tooLarge(size);
      const bytes = await readAtMost(file, limits.checklistBytes + 1);
      return bytes.length > limits.checklistBytes ? tooLarge(bytes.length) : { bytes };
    });
  } catch (error) {
    if (error instanceof NotAFile) return { code: 'file-not-a-file', params: {} };
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT') return { code: 'file-missing', params: {} };
    return { code: 'file-unreadable', params: { reason: error instanceof Error ? error.message : String(error) } };
  }
}

function decode(bytes: Buffer, path: string): { readonly text: string } | { readonly problem: Problem } {
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { problem: problem(path, 'encoding-utf16', {}) };
  }
  const marked = first === 0xef && second === 0xbb && third === 0xbf;
  const content = marked ? bytes.subarray(3) : bytes;
  const text = content.toString('utf8');
  const bad = firstBadCharacter(content, text);
  if (bad === null) return { text };
  const before = text.slice(0, bad.index).split('\n');
  const column = [...(before.at(-1) ?? '')].length + 1;
  const params = { byte: `0x${bad.byte.toString(16).toUpperCase().padStart(2, '0')}` };
  return { problem: { ...problem(path, 'encoding-not-utf8', params), line: before.length, column } };
}

/** The first place where bytes are not UTF-8: a replacement character that the file itself does not hold. */
function firstBadCharacter(bytes: Buffer, text: string): { readonly index: number; readonly byte: number } | null {
  let offset = 0;
  let from = 0;
  for (let index = text.indexOf('\ufffd'); index !== -1; index = text.indexOf('\ufffd', from)) {
    offset += Buffer.byteLength(text.slice(from, index));
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) {
      return { index, byte: bytes[offset] ?? 0 };
    }
    offset += 3;
    from = index + 1;
  }
  return null;
}

function problem(file: string, code: string, params: Readonly<Record<string, string>>): Problem {
  return { file, line: 1, column: 1, severity: 'error', code, params };
}
