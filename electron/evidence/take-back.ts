import { basename, join } from 'node:path';
import { failure } from '../../shared/contract/failure.ts';
import { archiveFolder } from '../engine/data-folder.ts';
import type { Result } from '../engine/ports.ts';
import { sha256OfFile } from '../engine/regular-file.ts';
import { type Imported, type Importing, importRun } from './import-run.ts';
import { knownRuns } from './known-runs.ts';
import { readRunsChain } from './runs-file.ts';

/**
 * Takes an archived run up again, to be read; its zip stays in the archive. Only the very file that the chain of runs
 * names is taken. Fails as `zip-refused` for another one, and as `importRun` does.
 */
export async function takeBack({
  runId,
  ...given
}: Omit<Importing, 'zip'> & { readonly runId: string }): Promise<Result<Imported>> {
  const { archive } = knownRuns((await readRunsChain(given.data)).entries).get(runId) ?? { archive: null };
  // Whatever the chain claims, nothing outside of the archive is looked at.
  const name = basename(archive?.path ?? `${runId}.zip`);
  const zip = join(archiveFolder(given.data), name);
  try {
    if (archive === null || (await sha256OfFile(zip, given.signal)) !== archive.sha256)
      return { ok: false, failure: failure('zip-refused', { name, what: 'zip-archive-changed' }) };
  } catch (error) {
    return { ok: false, failure: failure('local-error', { path: zip }, error) };
  }
  return await importRun({ ...given, zip });
}
