import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { JournalRecord, SealedFile } from '../../../shared/contract/events.ts';
import type { VerifyFinding } from '../../../shared/journal/finding.ts';
import { NotAFile } from '../regular-file.ts';
import { systemCode } from './journal-error.ts';
import { type Breath, sealFile } from './seal.ts';
import { tornFiles } from './torn.ts';

/** Checks the files that the records of a run seal, and finds those that no record tells of. */

type Found = Omit<VerifyFinding, 'at'>;

/** Where sealed files may lie. */
const FOLDERS = ['checklist', 'output', 'evidence'] as const;
const SEALED_PATH = /^(?:(?:checklist|output|evidence)\/|torn-\d+\.bin$)/;

/** The files that one record seals. */
export function sealedFilesOf(record: JournalRecord): readonly SealedFile[] {
  switch (record.type) {
    case 'run-created':
      return record.data.files;
    case 'journal-repaired':
      return [record.data.cut];
    case 'attempt-ended': {
      const files = Object.values(record.data.evidence).filter((value) => typeof value === 'object');
      return record.data.recording === null ? files : [record.data.recording, ...files];
    }
    default:
      return [];
  }
}

/** True when the path goes through a link: then one file would be shown here and another one judged. */
export async function leadsElsewhere(folder: string, path: string): Promise<boolean> {
  const [from, to] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
  return relative(from, to).split(sep).join('/') !== path;
}

/** What is wrong with one sealed file, or null. Reads it once, in constant memory. */
export async function checkSealedFile(folder: string, sealed: SealedFile, breath?: Breath): Promise<Found | null> {
  const altered = (code: string, params: Readonly<Record<string, string>> = {}): Found => ({
    severity: 'altered',
    code,
    params: { path: sealed.path, ...params },
  });
  if (!SEALED_PATH.test(sealed.path) || sealed.path.split('/').includes('..')) return altered('path-outside');
  try {
    if (await leadsElsewhere(folder, sealed.path)) return altered('path-outside');
    const now = await sealFile(folder, sealed.path, breath);
    if (now.bytes !== sealed.bytes) {
      return altered('file-size', { sealed: String(sealed.bytes), found: String(now.bytes) });
    }
    return now.sha256 === sealed.sha256 ? null : altered('file-changed', { sealed: sealed.sha256, found: now.sha256 });
  } catch (error) {
    // Nobody wants to know any more: that says nothing of the file.
    if (error instanceof Error && error.name === 'AbortError') throw error;
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return altered('file-missing');
    if (error instanceof NotAFile) return altered('not-a-file');
    return altered('file-unreadable', { cause: error instanceof Error ? error.message : String(error) });
  }
}

async function filesBelow(folder: string, name: string): Promise<string[]> {
  const entries = await readdir(join(folder, name), { withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const nested = await Promise.all(
    entries.map((entry) =>
      entry.isDirectory() ? filesBelow(folder, `${name}/${entry.name}`) : [`${name}/${entry.name}`],
    ),
  );
  return nested.flat().sort();
}

/** What the journal says about files: sealed ones, and recordings that were announced. */
export interface KnownFiles {
  readonly sealed: ReadonlySet<string>;
  readonly announced: ReadonlySet<string>;
}

/** What lies in the run's folder where sealed files may lie, and no record seals. */
export async function findUnsealedFiles(folder: string, known: KnownFiles): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const place of FOLDERS) {
    const paths = await filesBelow(folder, place).catch((error: unknown) => {
      if (systemCode(error) === 'ENOTDIR') return null;
      throw error;
    });
    if (paths === null) found.push({ severity: 'altered', code: 'not-a-folder', params: { path: place } });
    for (const path of paths ?? []) {
      if (known.sealed.has(path)) continue;
      const params = { path };
      if (known.announced.has(path)) found.push({ severity: 'incomplete', code: 'recording-unsealed', params });
      // A file is copied before it is recorded; a crash in between leaves one that nothing rests on.
      else if (place === 'evidence') found.push({ severity: 'note', code: 'evidence-unrecorded', params });
      else found.push({ severity: 'altered', code: 'file-unexpected', params });
    }
  }
  for (const path of await tornFiles(folder)) {
    if (!known.sealed.has(path)) found.push({ severity: 'incomplete', code: 'torn-unrecorded', params: { path } });
  }
  return found;
}
