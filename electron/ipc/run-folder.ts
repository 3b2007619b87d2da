import { basename, join } from 'node:path';
import { runsFolder } from '../engine/data-folder.ts';

/** The folder of a run. A run id names a folder below `runs/` and nothing else; throws for anything that does not. */
export function runFolder(data: string, runId: string): string {
  if (basename(runId) !== runId || runId.includes('\\') || runId.startsWith('.'))
    throw new Error(`No such run: ${runId}`);
  return join(runsFolder(data), runId);
}
