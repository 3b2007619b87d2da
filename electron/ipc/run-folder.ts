import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { importedFolder, mirroredFolder, placeFolder, runPlaces, runsFolder } from '../engine/data-folder.ts';

/**
 * The folder of a run in the first place that has it, else where it would lie as our own. A run id names a folder and
 * nothing else; throws for anything that does not.
 */
export function runFolder(data: string, runId: string): string {
  if (basename(runId) !== runId || runId.includes('\\') || runId.startsWith('.'))
    throw new Error(`No such run: ${runId}`);
  const folders = runPlaces.map((place) => join(placeFolder[place](data), runId));
  return folders.find((folder) => existsSync(folder)) ?? join(runsFolder(data), runId);
}

/** True for a checker's copy and for an imported run: they can be read and verified, never worked on. */
export function isReadOnly(data: string, folder: string): boolean {
  return folder.startsWith(mirroredFolder(data)) || folder.startsWith(importedFolder(data));
}
