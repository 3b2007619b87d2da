import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent, SealedFile } from '../../shared/contract/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import { besideChecklist, frozenFolder, originalPath } from './includes.ts';
import type { Clock } from './ports.ts';
import { NotAFile, readAtMost, sha256OfFile, withFile } from './regular-file.ts';

/** How often the files on disk are looked at, in milliseconds. */
const everyMs = 5_000;

/** Where a frozen file came from on this computer. */
export function sourceOf(state: Pick<RunState, 'source'>, frozen: string): string {
  const inside = frozen.replace(/^checklist\//, '');
  return inside.startsWith(frozenFolder) ? besideChecklist(state.source, originalPath(inside)) : state.source;
}

/**
 * Looks, as long as the run is held, whether the files it froze still equal those on disk, and records each change
 * once. The run keeps to what is frozen; people see that the two differ.
 */
export async function watchRedlines(watch: {
  readonly state: () => RunState;
  readonly record: (events: readonly RunEvent[]) => Promise<void>;
  readonly clock: Clock;
  readonly closed: AbortSignal;
}): Promise<void> {
  const looked = new Map<string, string>();
  while (!watch.closed.aborted) {
    const state = watch.state();
    if (state.status === 'ended') return;
    const seen: RunEvent[] = [];
    for (const file of state.files) {
      const now = await changed(file, sourceOf(state, file.path), looked, watch.closed);
      if (now === undefined) continue;
      const known = Object.hasOwn(state.redlines, file.path) ? state.redlines[file.path] : file.sha256;
      if (now !== known) seen.push({ type: 'redline-seen', data: { path: file.path, now } });
    }
    // A disk that refuses says so elsewhere; the next look finds the same change again.
    if (seen.length > 0 && !watch.closed.aborted) await watch.record(seen).catch(() => looked.clear());
    await watch.clock.sleep(everyMs, watch.closed).catch(() => {});
  }
}

/**
 * The hash on disk now (null where no file is any more), or undefined when it was not touched since the last look, or
 * cannot be told: what may not be read at the moment is neither gone nor changed.
 */
async function changed(
  file: SealedFile,
  path: string,
  looked: Map<string, string>,
  closed: AbortSignal,
): Promise<string | null | undefined> {
  let stamp = 'gone';
  let now: string | null = null;
  try {
    const found = await stat(path);
    stamp = `${found.ino} ${found.size} ${found.mtimeMs}`;
    if (looked.get(file.path) === stamp) return undefined;
    now = await sha256OfFile(path, closed);
  } catch (error) {
    if (!isGone(error) || looked.get(file.path) === stamp) return undefined;
  }
  looked.set(file.path, stamp);
  return now;
}

/** Nothing is there, or something that is no file: a folder, a pipe. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof NotAFile || code === 'ENOENT' || code === 'ENOTDIR';
}

/** A redline's two sides as text, for people: null where no file can be read. At most 200,000 characters each. */
export async function redlineText(
  folder: string,
  state: RunState,
  path: string,
): Promise<{ readonly frozen: string | null; readonly now: string | null }> {
  if (!state.files.some((file) => file.path === path)) throw new Error(`The run froze no file ${path}.`);
  return { frozen: await startOf(join(folder, path)), now: await startOf(sourceOf(state, path)) };
}

/** Characters of a file that people are shown; none has more than four bytes. */
const shown = 200_000;

async function startOf(path: string): Promise<string | null> {
  const bytes = await withFile(path, (file) => readAtMost(file, shown * 4)).catch(() => null);
  return bytes === null ? null : bytes.toString('utf8').slice(0, shown);
}
