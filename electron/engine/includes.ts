import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import { writtenId } from '../../shared/checklist/plan-lookup.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { Action } from '../../shared/steps/actions.ts';
import { stepKind } from '../../shared/steps/index.ts';
import type { Include } from '../../shared/steps/kind.ts';
import type { ChecklistFile } from './load-checklist.ts';
import { readAtMost, withFile } from './regular-file.ts';
import { reviewIncluded } from './steps/review.ts';

/** Something wrong with a file that a step includes. */
export interface IncludeFinding {
  /** The step's id as written. */
  readonly step: string;
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
  readonly severity: 'error' | 'warning';
}

export interface Included {
  readonly files: readonly ChecklistFile[];
  readonly findings: readonly IncludeFinding[];
}

/** Where a file beside a checklist lies. */
export function besideChecklist(checklist: string, path: string): string {
  return isAbsolute(path) ? path : resolve(checklist, '..', path);
}

/** Where included files lie inside the run's `checklist/` folder. */
export const frozenFolder = 'files/';

/** The name of an included file inside the run's `checklist/` folder; nothing in it can lead out of that folder. */
export function frozenName(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const safe = parts.map((part) => (part === '..' ? '__up__' : part));
  return `${frozenFolder}${path.startsWith('/') ? '__root__/' : ''}${safe.join('/')}`;
}

/** The way back from `frozenName`, as the checklist wrote it but for `.` and empty parts. */
export function originalPath(frozen: string): string {
  const inside = frozen.slice(frozenFolder.length).replace(/^__root__\//, '/');
  return inside
    .split('/')
    .map((part) => (part === '__up__' ? '..' : part))
    .join('/');
}

/** Reads every file that the steps of a plan include, each once. Never rejects. */
export async function loadIncludes(plan: Plan, checklist: string): Promise<Included> {
  const files = new Map<string, ChecklistFile>();
  const findings: IncludeFinding[] = [];
  let together = 0;
  const read = async (step: PlanStep, path: string, optional: boolean): Promise<void> => {
    const name = frozenName(path);
    if (files.has(name)) return;
    const say = (code: string, params: Record<string, string> = {}) =>
      findings.push({ step: writtenId(step), code, params: { path, ...params }, severity: 'error' });
    if (files.size >= limits.includedFiles) return void say('include-too-many', { most: String(limits.includedFiles) });
    try {
      const absolute = besideChecklist(checklist, path);
      const most = Math.min(limits.includedBytes, limits.includedBytesTogether - together);
      const tooLarge = (size: number) => say('include-too-large', { most: megabytes(most), size: megabytes(size) });
      await withFile(absolute, async (file, size) => {
        if (size > most) return void tooLarge(size);
        const bytes = await readAtMost(file, most + 1);
        if (bytes.length > most) return void tooLarge(bytes.length);
        together += bytes.length;
        files.set(name, { path: name, bytes });
      });
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (missing && optional) return;
      if (missing) say('include-missing');
      else say('include-unreadable', { reason: error instanceof Error ? error.message : String(error) });
    }
  };
  for (const step of [...plan.steps, ...plan.rollback.steps]) {
    for (const action of actionsOf(step)) {
      const door = stepKind(action.kind);
      for (const include of door.includes(action)) {
        const names = include.type === 'file' ? null : await namesIn(step, include, checklist, findings);
        if (names === null) {
          if (include.type === 'file') await read(step, include.path, include.optional);
          continue;
        }
        for (const name of names) await read(step, join(include.path, name), false);
        const text = (name: string): string | null =>
          files.get(frozenName(join(include.path, name)))?.bytes.toString('utf8') ?? null;
        door.reviewFolder?.(action, { path: include.path, names, text }, (code, params) => {
          findings.push({ step: writtenId(step), code, params, severity: 'error' });
        });
      }
      const included = {
        bytes: (path: string): Buffer | null => files.get(frozenName(path))?.bytes ?? null,
        names: (folder: string): readonly string[] => namesBelow(files.keys(), folder),
      };
      for await (const finding of reviewIncluded(step, action, included)) {
        findings.push({ step: writtenId(step), ...finding });
      }
    }
  }
  return { files: [...files.values()], findings };
}

/** Names of the frozen files directly in a folder, sorted. */
export function namesBelow(frozen: Iterable<string>, folder: string): readonly string[] {
  // The checklist's own folder (`.`) is the frozen folder itself, whose name ends in a slash already.
  const start = `${frozenName(folder).replace(/\/$/, '')}/`;
  const inside = [...frozen].filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
  return inside.filter((name) => !name.includes('/')).sort();
}

function actionsOf(step: PlanStep): readonly Action[] {
  const undo = step.rollback === null ? [] : [step.rollback.action, ...Object.values(step.rollback.perTarget)];
  return [step.action, ...Object.values(step.perTarget), ...undo];
}

/** Names of the files directly in a folder, sorted; null (and a finding) when it cannot be read. */
async function namesIn(
  step: PlanStep,
  { path, optional }: Include,
  checklist: string,
  findings: IncludeFinding[],
): Promise<readonly string[] | null> {
  try {
    const entries = await readdir(besideChecklist(checklist, path), { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'include-missing' : 'include-unreadable';
    const reason = error instanceof Error ? error.message : String(error);
    if (!optional) findings.push({ step: writtenId(step), code, params: { path, reason }, severity: 'error' });
    return null;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
