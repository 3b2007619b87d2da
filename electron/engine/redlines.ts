import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent, SealedFile } from '../../shared/contract/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import { besideChecklist, frozenFolder, originalPath } from './includes.ts';
import type { Clock } from './ports.ts';

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
      const now = await changed(file, sourceOf(state, file.path), looked);
      if (now === undefined) continue;
      const known = Object.hasOwn(state.redlines, file.path) ? state.redlines[file.path] : file.sha256;
      if (now !== known) seen.push({ type: 'redline-seen', data: { path: file.path, now } });
    }
    // A disk that refuses says so elsewhere; the next look finds the same change again.
    if (seen.length > 0 && !watch.closed.aborted) await watch.record(seen).catch(() => looked.clear());
    await watch.clock.sleep(everyMs, watch.closed).catch(() => {});
  }
}

/** The hash on disk now (null when the file is gone), or undefined when it was not touched since the last look. */
async function changed(
  file: SealedFile,
  path: string,
  looked: Map<string, string>,
): Promise<string | null | undefined> {
  const found = await stat(path).catch(() => null);
  const stamp = found === null ? 'gone' : `${found.ino} ${found.size} ${found.mtimeMs}`;
  if (looked.get(file.path) === stamp) return undefined;
  looked.set(file.path, stamp);
  if (found === null) return null;
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}

/** A redline's two sides as text, for people: null where there is no file. At most 200,000 characters each. */
export async function redlineText(
  folder: string,
  state: RunState,
  path: string,
): Promise<{ readonly frozen: string | null; readonly now: string | null }> {
  if (!state.files.some((file) => file.path === path)) throw new Error(`The run froze no file ${path}.`);
  const read = async (from: string) => (await readFile(from, 'utf8').catch(() => null))?.slice(0, 200_000) ?? null;
  return { frozen: await read(join(folder, path)), now: await read(sourceOf(state, path)) };
}
