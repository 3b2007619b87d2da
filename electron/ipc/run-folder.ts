import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { importedFolder, mirroredFolder, runsFolder } from '../engine/data-folder.ts';

/**
 * The folder of a run: the checker's copy where there is one (it goes on after the pen was given away), else the run's
 * own, else what was taken up from somebody's zip. A run id names a folder and nothing else; throws for anything that does not.
 */
export function runFolder(data: string, runId: string): string {
  if (basename(runId) !== runId || runId.includes('\\') || runId.startsWith('.'))
    throw new Error(`No such run: ${runId}`);
  const copy = join(mirroredFolder(data), runId);
  const own = join(runsFolder(data), runId);
  const imported = join(importedFolder(data), runId);
  return existsSync(copy) ? copy : existsSync(own) || !existsSync(imported) ? own : imported;
}

/** True for a checker's copy and for an imported run: they can be read and verified, never worked on. */
export function isReadOnly(data: string, folder: string): boolean {
  return folder.startsWith(mirroredFolder(data)) || folder.startsWith(importedFolder(data));
}
