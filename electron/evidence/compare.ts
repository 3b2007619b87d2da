import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompareView } from '../../shared/contract/ipc.ts';
import { comparedAttempts, compareRuns, type TextHashes } from '../../shared/evidence/compare.ts';
import type { RunState } from '../../shared/run/state.ts';
import { systemCode } from '../engine/journal/journal-error.ts';
import { eventsFrom } from '../engine/output/line-index.ts';
import { viewRun } from '../engine/view-run.ts';

/** Two runs, by their folders, side by side. Throws JournalError `missing`, `empty`, `altered`. */
export async function compareFolders(left: string, right: string): Promise<CompareView> {
  const [mine, theirs] = [await viewRun(left), await viewRun(right)];
  return compareRuns(mine, theirs, { left: await hashesOf(left, mine), right: await hashesOf(right, theirs) });
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
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const hash = createHash('sha256');
    for await (const events of eventsFrom(file, 0)) for (const { text } of events) hash.update(text);
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}
