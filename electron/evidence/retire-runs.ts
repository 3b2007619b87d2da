import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { RunState } from '../../shared/run/state.ts';
import {
  archiveFolder,
  importedFolder,
  mirroredFolder,
  RUN_ID_PATTERN,
  supersededFolder,
} from '../engine/data-folder.ts';
import { acquireLock, isHeld, type Lock } from '../engine/journal/lock.ts';
import { journalPath } from '../engine/journal/read-run.ts';
import { syncFolder } from '../engine/journal/torn.ts';
import { isUntakenCopy } from '../engine/link-file.ts';
import { isClosed } from '../engine/open-run.ts';
import type { Clock, Result } from '../engine/ports.ts';
import { sha256OfFile } from '../engine/regular-file.ts';
import { viewRun } from '../engine/view-run.ts';
import { hashOf } from './audit-runs.ts';
import { type ExportOptions, exportFailure, exportLocked } from './export-run.ts';
import { runEnd, runFacts } from './keep-runs.ts';
import { type KnownRun, knownRuns } from './known-runs.ts';
import { readBack } from './read-zip.ts';
import { journalTail, placesOf, putAsideOf } from './run-places.ts';
import { appendRuns, readRunsChain } from './runs-file.ts';
import { beginAlike } from './same-bytes.ts';
import { surveyRunIn } from './survey.ts';
import { sayableName } from './zip-names.ts';

/** Why a run is not put away, thrown through the locks. */
class NotRetired extends Error {
  readonly failure: Failure;
  constructor(why: Failure) {
    super(why.code);
    this.failure = why;
  }
}

export interface Retiring extends Pick<ExportOptions, 'language' | 'print' | 'identity'> {
  readonly data: string;
  readonly runIds: readonly string[];
  readonly how: 'archive' | 'remove';
  /** Who does it, and why: both stay in the chain of runs for ever. */
  readonly by: string;
  readonly reason: string;
  /** The run on the screen, which stays. */
  readonly onScreen: string | null;
  readonly clock: Clock;
  /** Told how many runs are put away, a part of one counted as that. */
  readonly progress?: (done: number) => void;
  /** Ends it before the next run; the zip that is being written is given up, and its run stays. */
  readonly signal?: AbortSignal;
}

/**
 * Puts whole runs away, one after another; the first that cannot be stops it. To archive: a zip in `archive/`, read
 * back and compared, then as to remove: the tombstone goes into the chain of runs, durably, then the folder goes, first
 * under a name that is no run's. Killed in between, `finishRetiring` does the rest. Fails as `retire-refused`,
 * `run-being-written`, `runs-chain-unwritable`, `archive-unproved`, `disk-full`, `local-error`.
 */
export async function retireRuns(given: Retiring): Promise<Result<{ readonly retired: number }>> {
  let retired = 0;
  try {
    for (const runId of given.runIds) {
      if (given.signal?.aborted === true) break;
      const before = retired;
      await retire({ ...given, progress: (part) => given.progress?.(before + part) }, runId);
      retired += 1;
      given.progress?.(retired);
    }
    return { ok: true, value: { retired } };
  } catch (error) {
    if (given.signal?.aborted === true && error === given.signal.reason) return { ok: true, value: { retired } };
    const why = error instanceof NotRetired ? error.failure : exportFailure(error, given.data, given.data);
    return { ok: false, failure: why };
  }
}

function refused(run: string, what: string, more: { readonly name?: string } = {}): NotRetired {
  return new NotRetired(failure('retire-refused', { run, what: `retire-${what}`, ...more }));
}

/** Where a run lies: the folder that counts, and what lies elsewhere of it. */
type Where = Pick<Required<ExportOptions>, 'folder' | 'others'>;

async function retire(given: Retiring, runId: string): Promise<void> {
  if (runId === given.onScreen) throw refused(runId, 'on-screen');
  const [folder, ...elsewhere] = await placesOf(given.data, runId);
  if (folder === undefined) throw refused(runId, 'missing');
  const others = [...elsewhere, ...(await putAsideOf(given.data, runId))];
  const locks: Lock[] = [];
  try {
    for (const one of [folder, ...others]) locks.push(await acquireLock(join(one, 'journal.lock')));
    const state = await wholeState(given.data, folder, runId);
    for (const other of others) await mustBegin(given.data, other, folder, runId);
    if (given.how === 'archive') await mustHoldAll(given, [folder, ...others], runId);
    await bury(given, { folder, others }, state);
    // The one that was buried goes last: as long as it is there, what is left can still be told.
    for (const one of [...others, folder]) await remove(given.data, one);
  } finally {
    // A lock that went with its folder has nothing to release.
    for (const lock of locks) await lock.release().catch(() => undefined);
  }
}

/** The run, which has to be over; a copy or somebody's zip may end where it ends. */
async function wholeState(data: string, folder: string, runId: string): Promise<RunState> {
  const state = await viewRun(folder).catch(() => null);
  if (state === null || state.runId !== runId) throw refused(runId, 'unreadable');
  const place = dirname(folder);
  const foreign = place === mirroredFolder(data) || place === importedFolder(data);
  const over = isClosed(state) || state.penWith !== null || foreign || (await isUntakenCopy(folder, state));
  if (!over) throw refused(runId, 'not-over');
  return state;
}

/** What is removed together has to be one history: the other folder's is a beginning of this one's. */
async function mustBegin(data: string, other: string, folder: string, runId: string): Promise<void> {
  const tail = await journalTail(other);
  if (tail !== null && (await hashOf(folder, tail.records - 1)) === tail.head) return;
  if (!isPutAside(data, other)) throw refused(runId, 'two-histories');
  throw refused(runId, 'other-part', { name: nameIn(data, other) });
}

/** Whatever goes with the folders has to be in the zip: as it is, or as the beginning of what is taken for it. */
async function mustHoldAll({ data, signal }: Retiring, folders: readonly string[], runId: string): Promise<void> {
  const { leftOut, doubles } = await surveyRunIn(folders);
  const lost = (folder: string, path: string): NotRetired =>
    refused(runId, 'left-out', {
      name: isPutAside(data, folder) ? nameIn(data, join(folder, path)) : sayableName(path),
    });
  for (const { folder, path } of leftOut) throw lost(folder, path);
  for (const { file, taken } of doubles) {
    const { folder, path, bytes } = file;
    // What a crash tore behind the last line of a journal never counted.
    const tail = join(folder, path) === journalPath(folder) ? await journalTail(folder) : null;
    const alike = await beginAlike(join(folder, path), join(taken.folder, path), tail?.bytes ?? bytes, signal);
    if (!alike) throw lost(folder, path);
  }
}

/** True for an own part that was put aside when the pen came back. */
function isPutAside(data: string, folder: string): boolean {
  return dirname(folder) === supersededFolder(data);
}

/** A path in the data folder as a sentence can hold it. */
function nameIn(data: string, path: string): string {
  return sayableName(relative(data, path).split(sep).join('/'));
}

/** Writes the tombstone, for an archive after its zip was proved. */
async function bury(given: Retiring, where: Where, state: RunState): Promise<void> {
  const { data, how, by, reason, clock } = given;
  const stone = { ...runFacts(state), ...runEnd(state), by, reason };
  const file = how === 'archive' ? await archived(given, where, state.runId) : null;
  const event =
    file === null
      ? ({ type: 'removed', data: stone } as const)
      : ({ type: 'archived', data: { ...stone, file } } as const);
  await appendRuns(data, clock, () => [event]).catch((error: unknown) => {
    throw new NotRetired(failure('runs-chain-unwritable', { path: data }, error));
  });
}

/** Writes the zip and reads it back: every file of it has to be what was read from the run. */
async function archived(given: Retiring, where: Where, runId: string) {
  const { data, language, print, identity } = given;
  await mkdir(archiveFolder(data), { recursive: true, mode: 0o700 });
  await syncFolder(data);
  const to = await freeName(archiveFolder(data), runId);
  const progress = (done: number, of: number): void => {
    given.signal?.throwIfAborted();
    // Then it is read back, which takes a while as well.
    if (of > 0) given.progress?.((0.6 * done) / of);
  };
  const { files } = await exportLocked({ ...where, to, language, print, identity, progress });
  const back = await readBack(to).catch(() => []);
  const same = back.length === files.length && files.every((file, at) => back[at]?.sha256 === file.sha256);
  if (!same) {
    await rm(to, { force: true });
    throw new NotRetired(failure('archive-unproved', { path: to }));
  }
  const path = relative(data, to).split(sep).join('/');
  return { path, sha256: await sha256OfFile(to), bytes: (await stat(to)).size };
}

/** A run that was archived, taken up again and is archived once more gets a zip of its own. */
async function freeName(folder: string, runId: string): Promise<string> {
  const taken = new Set(await readdir(folder));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `${runId}.zip` : `${runId}-${number}.zip`;
    if (!taken.has(name)) return join(folder, name);
  }
}

/** Folders on their way out. */
function trashFolder(data: string): string {
  return join(data, 'trash');
}

/** The folder vanishes whole from where runs are looked for, then from the disk. */
async function remove(data: string, folder: string): Promise<void> {
  const trash = trashFolder(data);
  await mkdir(trash, { recursive: true, mode: 0o700 });
  const out = join(trash, `${basename(folder)}-${randomUUID()}`);
  await rename(folder, out);
  await syncFolder(dirname(folder));
  await rm(out, { recursive: true, force: true });
}

/** What could not be cleared away, and why. */
interface Uncleared {
  readonly path: string;
  readonly cause: unknown;
}

/**
 * Finishes what was killed between a tombstone and the end of removing. A folder goes only if it still holds the very
 * history that the tombstone names. Gives what could not be cleared away; the rest is. For the start of the app.
 */
export async function finishRetiring(data: string): Promise<readonly Uncleared[]> {
  const left: Uncleared[] = [];
  const clear = async (path: string, work: Promise<void>): Promise<void> =>
    await work.catch((cause: unknown) => void left.push({ path, cause }));
  for (const path of await unwrittenZips(data)) await clear(path, rm(path, { force: true }));
  const names = await readdir(trashFolder(data)).catch(() => []);
  for (const path of names.map((name) => join(trashFolder(data), name)))
    await clear(path, rm(path, { recursive: true, force: true }));
  for (const run of knownRuns((await readRunsChain(data)).entries).values())
    if (run.retired !== null) await clear(run.runId, finishOne(data, run));
  return left;
}

async function finishOne(data: string, { runId, end }: KnownRun): Promise<void> {
  const [folder, ...elsewhere] = await placesOf(data, runId);
  if (folder === undefined || end === null || (await journalTail(folder))?.head !== end.head) return;
  const others = [...elsewhere, ...(await putAsideOf(data, runId))];
  const mine = await Promise.all(
    others.map((other) =>
      mustBegin(data, other, folder, runId).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (!mine.includes(false)) for (const one of [...others, folder]) await remove(data, one);
}

/** A zip under its name while it is written: `.<its name>.<any id>`, see `writeZip`. */
const unwritten = new RegExp(`^\\.(${RUN_ID_PATTERN})(?:-\\d+)?\\.zip\\.[0-9a-f-]{36}$`);

/** Zips whose process was killed while it wrote them, and none of a run that somebody puts away right now. */
async function unwrittenZips(data: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await readdir(archiveFolder(data)).catch(() => [])) {
    const runId = unwritten.exec(name)?.[1];
    if (runId === undefined) continue;
    const locks = (await placesOf(data, runId)).map((folder) => isHeld(join(folder, 'journal.lock')));
    if (!(await Promise.all(locks)).includes(true)) found.push(join(archiveFolder(data), name));
  }
  return found;
}
