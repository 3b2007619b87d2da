import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CompareView } from '../../shared/contract/ipc/compare.ts';
import { comparedAttempts, compareRuns, type TextHashes } from '../../shared/evidence/compare.ts';
import type { RunState } from '../../shared/run/state.ts';
import { eventsFrom } from '../engine/output/line-index.ts';
import { withFileIfThere } from '../engine/regular-file.ts';
import { viewRun } from '../engine/view-run.ts';

/** One of two runs that are compared, with what its hosts wrote. */
export interface SideToCompare {
  readonly state: RunState;
  readonly hashes: TextHashes;
}

/** Reads a run's folder. Throws JournalError `missing`, `empty`, `altered`. */
export async function sideToCompare(folder: string): Promise<SideToCompare> {
  const state = await viewRun(folder);
  return { state, hashes: await hashesOf(folder, state) };
}

/** Two runs side by side. */
export function compareSides(left: SideToCompare, right: SideToCompare): CompareView {
  return compareRuns(left.state, right.state, { left: left.hashes, right: right.hashes });
}

/** One recording after the other: they may be long, and the disk is one. */
async function hashesOf(folder: string, run: RunState): Promise<TextHashes> {
  const hashes = new Map<string, string | null>();
  for (const attempt of comparedAttempts(run)) {
    hashes.set(attempt, await textHash(join(folder, 'output', `${attempt}.cast`)));
  }
  return hashes;
}

async function textHash(path: string): Promise<string | null> {
  return await withFileIfThere(path, async (file) => {
    const hash = createHash('sha256');
    for await (const events of eventsFrom(file, 0)) for (const { text } of events) hash.update(text);
    return hash.digest('hex');
  });
}
