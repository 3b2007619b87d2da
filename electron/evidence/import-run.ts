import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../shared/contract/failure.ts';
import { EXPORT_LIST } from '../../shared/journal/export-list.ts';
import type { RunState } from '../../shared/run/state.ts';
import { importedFolder, RUN_ID } from '../engine/data-folder.ts';
import { systemCode } from '../engine/journal/journal-error.ts';
import { acquireLock, isHeld } from '../engine/journal/lock.ts';
import { syncFolder } from '../engine/journal/torn.ts';
import { type VerifyResult, verifyRun } from '../engine/journal/verify-run.ts';
import type { Clock, Result } from '../engine/ports.ts';
import { viewRun } from '../engine/view-run.ts';
import { runEnd, runFacts } from './keep-runs.ts';
import { knownRuns } from './known-runs.ts';
import { readAsFar } from './read-as-far.ts';
import { openZip, placeOf, ZipRefused, ZipUnreadable } from './read-zip.ts';
import { placesOf } from './run-places.ts';
import { appendRuns, readRunsChain } from './runs-file.ts';
import type { Written, ZipProgress } from './write-zip.ts';
import { isBesideName, isTrailName, sayableName } from './zip-names.ts';

export interface Imported {
  readonly runId: string;
  /** Where the run lies now. */
  readonly folder: string;
  /** What the verifier says of what was in the zip. */
  readonly verdict: VerifyResult;
  /** True when this very history was here before; nothing was added. */
  readonly known: boolean;
  /** Files in the zip that belong to no run; they were not unpacked. */
  readonly leftOut: readonly string[];
}

export interface Importing {
  readonly zip: string;
  readonly data: string;
  readonly clock: Clock;
  /** Told how far it is, in bytes that were unpacked and then verified. */
  readonly progress?: ZipProgress;
  /** Ends it before anything is taken up; then it fails as `local-error`, and who aborted knows why. */
  readonly signal?: AbortSignal;
}

/** How a folder that is still being filled is called; no run is. */
const INCOMING = '.incoming-';

class OtherHistory extends Error {
  readonly params: { readonly run: string; readonly here: string; readonly zip: string };
  constructor(run: string, here: string, zip: string) {
    super(`${run}: ${here} here, ${zip} in the zip`);
    this.params = { run, here, zip };
  }
}

/**
 * Takes up a run that somebody exported, to be read: unpacked beside its place, verified, then renamed to
 * `imported/<run id>`. A run whose history is here already is not added again, and one with another history under the
 * same id is refused. Fails as `zip-unreadable`, `zip-refused`, `run-already-here`, `disk-full`, `local-error`; then
 * nothing is kept.
 */
export async function importRun(given: Importing): Promise<Result<Imported>> {
  const { zip, data } = given;
  const incoming = join(importedFolder(data), `${INCOMING}${randomUUID()}`);
  try {
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    const lock = await acquireLock(join(incoming, 'journal.lock'));
    try {
      return { ok: true, value: await take(given, incoming) };
    } finally {
      // Gone with its folder, or moved with it and of no use there.
      await lock.release().catch(() => undefined);
    }
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (error instanceof ZipUnreadable) return { ok: false, failure: failure('zip-unreadable', { path: zip }, error) };
    if (error instanceof ZipRefused) {
      const params = { name: sayableName(error.entry), what: error.what };
      return { ok: false, failure: failure('zip-refused', params, error) };
    }
    if (error instanceof OtherHistory) return { ok: false, failure: failure('run-already-here', error.params) };
    if (['ENOSPC', 'EDQUOT'].includes(code)) return { ok: false, failure: failure('disk-full', { path: data }, error) };
    return { ok: false, failure: failure('local-error', { path: zip }, error) };
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}

async function take(given: Importing, incoming: string) {
  const { signal, progress } = given;
  const { leftOut, bytes } = await unpack(given, incoming);
  const state = await viewOf(incoming);
  let verified = 0;
  const verdict = await verifyRun(incoming, {
    breath: (some) => {
      signal?.throwIfAborted();
      verified += some;
      progress?.(Math.min(2 * bytes, bytes + verified), 2 * bytes);
      return undefined;
    },
  });
  signal?.throwIfAborted();
  // What lies beside the trail was not read a second time.
  progress?.(2 * bytes, 2 * bytes);
  const { runId } = state;
  const entering = { ...given, state, verdict, retired: await isRetired(given.data, runId) };
  const [here] = await placesOf(given.data, runId);
  if (here !== undefined) {
    const head = (await viewRun(here).catch(() => null))?.head ?? '?';
    if (head !== verdict.head) throw new OtherHistory(runId, head, verdict.head);
    // It was about to be put away: what hindered that would be tried again.
    if (entering.retired) await enter(entering);
    return { runId, folder: here, verdict, known: true, leftOut };
  }
  await rm(join(incoming, 'journal.lock'), { force: true });
  const folder = join(importedFolder(given.data), runId);
  await rename(incoming, folder);
  await syncFolder(importedFolder(given.data));
  await enter(entering).catch(async (error: unknown) => {
    await rename(folder, incoming);
    throw error;
  });
  return { runId, folder, verdict, known: false, leftOut };
}

/** True when the last that the chain of runs tells of a run is its tombstone. */
async function isRetired(data: string, runId: string): Promise<boolean> {
  const known = knownRuns((await readRunsChain(data)).entries).get(runId);
  return known !== undefined && known.retired !== null;
}

interface Entering extends Pick<Importing, 'data' | 'clock'> {
  readonly state: RunState;
  readonly verdict: VerifyResult;
  readonly retired: boolean;
}

/**
 * Entered at the next start where it cannot be now; but a run behind its tombstone would be put away again then, so
 * that one has to be entered. Rejects only there.
 */
async function enter({ data, clock, state, verdict: { verdict, head, records }, retired }: Entering): Promise<void> {
  const facts = { ...runFacts(state), ...runEnd(state), head, records, verdict };
  const entered = appendRuns(data, clock, () => [{ type: 'imported', data: facts }]);
  await (retired ? entered : entered.catch(() => undefined));
}

/** Unpacks what belongs to a run; gives the names of what does not, and the bytes of what does. Every file is what the list of hashes says. */
async function unpack({ zip: path, progress, signal }: Importing, incoming: string) {
  const zip = await openZip(path);
  try {
    const wanted = zip.entries.filter(({ fileName }) => isTrailName(fileName) || isBesideName(fileName));
    if (!wanted.some(({ fileName }) => fileName === 'journal.jsonl')) throw new ZipRefused(path, 'zip-no-run');
    const written: Written[] = [];
    let done = 0;
    const onBytes = (bytes: number): void => {
      done += bytes;
      progress?.(done, 2 * zip.bytes);
    };
    const watch = { onBytes, signal: signal ?? new AbortController().signal };
    for (const entry of wanted) written.push(await zip.read(entry, placeOf(incoming, entry), watch));
    await holdAgainstManifest(incoming, written);
    const leftOut = zip.entries.filter((entry) => !wanted.includes(entry)).map(({ fileName }) => fileName);
    return { leftOut, bytes: zip.bytes };
  } finally {
    zip.close();
  }
}

const MANIFEST = 'MANIFEST.sha256';

/**
 * What came otherwise than it was sent is not taken up: it was damaged on its way, or somebody changed it without the
 * list. A zip without a list has only the journal's own seals.
 */
async function holdAgainstManifest(folder: string, written: readonly Written[]): Promise<void> {
  if (!written.some(({ path }) => path === MANIFEST)) return;
  const listed = new Map<string, string>();
  for (const line of (await readFile(join(folder, MANIFEST), 'utf8')).split('\n')) {
    const [, sha256, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sha256 !== undefined && path !== undefined) listed.set(path, sha256);
  }
  for (const { path, sha256 } of written) {
    // Neither can list itself; the second vouches for the first.
    if (path === MANIFEST || path === EXPORT_LIST) continue;
    if (listed.get(path) !== sha256) throw new ZipRefused(path, 'zip-manifest');
    listed.delete(path);
  }
  const [missing] = listed.keys();
  if (missing !== undefined) throw new ZipRefused(missing, 'zip-manifest');
}

/** The run as far as its journal holds; without its first record it is no run. */
async function viewOf(folder: string): Promise<RunState> {
  const { state } = await readAsFar(folder);
  if (state === null || !RUN_ID.test(state.runId)) throw new ZipRefused('journal.jsonl', 'zip-no-run');
  return state;
}

/** Folders that an import left half filled when its process died are removed. For the start of the app. */
export async function clearIncoming(data: string): Promise<void> {
  const names = await readdir(importedFolder(data)).catch(() => []);
  for (const name of names) {
    const folder = join(importedFolder(data), name);
    if (!name.startsWith(INCOMING) || (await isHeld(join(folder, 'journal.lock')))) continue;
    await rm(folder, { recursive: true, force: true });
  }
}
