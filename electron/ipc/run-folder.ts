import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mirroredFolder, runsFolder } from '../engine/data-folder.ts';

/**
 * The folder of a run: the checker's copy where there is one (it goes on after the pen was given away), else the run's
 * own. A run id names a folder and nothing else; throws for anything that does not.
 */
export function runFolder(data: string, runId: string): string {
  if (basename(runId) !== runId || runId.includes('\\') || runId.startsWith('.'))
    throw new Error(`No such run: ${runId}`);
  const copy = join(mirroredFolder(data), runId);
  return existsSync(copy) ? copy : join(runsFolder(data), runId);
}

/** True when the folder is a checker's copy: it can be read and verified, never worked on. */
export function isMirrored(data: string, folder: string): boolean {
  return folder.startsWith(mirroredFolder(data));
}
