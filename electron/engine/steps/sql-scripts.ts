import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Lexing } from '../../../shared/sql/dialect.ts';
import { arrangeScripts, manifestName } from '../../../shared/sql/manifest.ts';
import { type Objection, objectionTo, type ScriptSurvey, Surveyor } from '../../../shared/sql/survey.ts';
import type { SqlAction } from '../../../shared/steps/actions/sql.ts';
import type { Result, RunFiles } from '../ports.ts';
import { decodeScript } from '../sql/decode-script.ts';

/** A script as it is about to be run. */
export interface ReadyScript {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: Buffer;
}

/** Name of a query among scripts. */
export const queryName = 'query';

/** The scripts of an action in working order, from the files frozen at the run's start. */
export async function frozenScripts(
  files: Pick<RunFiles, 'frozen' | 'frozenIn'>,
  { what }: SqlAction,
): Promise<Result<readonly ReadyScript[]>> {
  if (what.type === 'query') {
    const bytes = Buffer.from(what.text);
    return { ok: true, value: [{ path: queryName, sha256: sha256Of(bytes), bytes }] };
  }
  const arranged = what.type === 'script' ? { ok: true as const, value: [what.path] } : await arrangedIn(files, what);
  if (!arranged.ok) return arranged;
  const scripts: ReadyScript[] = [];
  for (const path of arranged.value) {
    const script = await readFrozen(files, path);
    if (script === null) return { ok: false, failure: failure('sql-script-missing', { script: path }) };
    scripts.push(script);
  }
  return { ok: true, value: scripts };
}

/** A frozen file whose bytes are still those that were sealed; null when they are not. */
export async function readFrozen(files: Pick<RunFiles, 'frozen'>, path: string): Promise<ReadyScript | null> {
  const frozen = await files.frozen(path);
  if (frozen === null) return null;
  const bytes = await readFile(frozen.absolute).catch(() => null);
  // Hashed again as read: what is executed are exactly these bytes.
  if (bytes === null || sha256Of(bytes) !== frozen.sha256) return null;
  return { path, sha256: frozen.sha256, bytes };
}

async function arrangedIn(
  files: Pick<RunFiles, 'frozen' | 'frozenIn'>,
  what: Extract<SqlAction['what'], { type: 'folder' }>,
): Promise<Result<readonly string[]>> {
  const names = files.frozenIn(what.folder);
  const manifest = names.includes(manifestName) ? await readFrozen(files, posix.join(what.folder, manifestName)) : null;
  const { order, problems } = arrangeScripts({
    names,
    order: what.order,
    exclude: what.exclude,
    manifest: manifest?.bytes.toString('utf8') ?? null,
  });
  const [problem] = problems;
  if (problem === undefined) return { ok: true, value: order.map((name) => posix.join(what.folder, name)) };
  const params = { folder: what.folder, why: problem.code, ...problem.params };
  return { ok: false, failure: failure('sql-folder-unclear', params) };
}

/** A script that can be cut and run, with its text; or what speaks against it. */
export type LookedThrough =
  | { readonly ok: true; readonly text: string; readonly survey: ScriptSurvey }
  | {
      readonly ok: false;
      readonly code: Objection | 'encoding-utf16' | 'encoding-other';
      readonly line: number;
      readonly detail: string;
    };

/** Decodes a script and looks through every statement, letting others have the processor in between. */
export async function lookThrough(
  bytes: Buffer,
  encoding: SqlAction['encoding'],
  lexing: Lexing,
  how: { readonly looks: boolean; readonly transaction: 'auto' | 'none' },
): Promise<LookedThrough> {
  const decoded = decodeScript(bytes, encoding);
  if (!decoded.ok) return { ...decoded, detail: encoding };
  const surveyor = new Surveyor(decoded.text, lexing);
  for (const count of surveyor.statements()) if (count % 5_000 === 0) await breathe();
  const survey = surveyor.survey();
  const objection = objectionTo(survey, how);
  return objection === null ? { ok: true, text: decoded.text, survey } : { ok: false, ...objection };
}

/** What speaks against a script, as a failure. */
export function unusable(script: string, found: Extract<LookedThrough, { ok: false }>): Failure {
  const { code, line, detail } = found;
  return failure('sql-script-unusable', { script, line: String(line), why: code, detail });
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
