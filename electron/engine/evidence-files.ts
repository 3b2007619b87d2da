import { createHash } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { SealedFile } from '../../shared/contract/events.ts';
import { withFile } from './regular-file.ts';

/**
 * Copies a person's evidence into `evidence/` of the run, durably, and seals it. The copy is new or it fails: nothing
 * already in a run is ever overwritten.
 * @throws {NotAFile} and what the disk said (missing, unreadable, no space).
 */
export async function keepEvidenceFile(
  folder: string,
  attempt: string,
  field: string,
  source: string,
): Promise<SealedFile> {
  await mkdir(join(folder, 'evidence'), { recursive: true });
  const extension = extname(source)
    .replace(/[^.A-Za-z0-9]/g, '')
    .slice(0, 12);
  const path = `evidence/${attempt}-${field.replace(/[^A-Za-z0-9_-]/g, '_')}${extension}`;
  return await withFile(source, async (file) => {
    const copy = await open(join(folder, path), 'wx');
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
        await copy.writeFile(chunk);
      }
      await copy.sync();
      return { path, sha256: hash.digest('hex'), bytes };
    } finally {
      await copy.close();
    }
  });
}

/**
 * Keeps bytes as `evidence/<attempt>-<name>`, durably, and seals them; the file is new or it fails.
 * @throws what the disk said.
 */
export async function keepEvidenceBytes(
  folder: string,
  attempt: string,
  name: string,
  bytes: Buffer,
): Promise<SealedFile> {
  await mkdir(join(folder, 'evidence'), { recursive: true });
  const path = `evidence/${attempt}-${name.replace(/[^A-Za-z0-9._-]/g, '_')}`;
  const file = await open(join(folder, path), 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
    return { path, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  } finally {
    await file.close();
  }
}

/** What a sealed file of the run holds; null when it cannot be read or is not what was sealed. */
export async function keptEvidence(folder: string, file: SealedFile): Promise<Buffer | null> {
  const bytes = await readFile(join(folder, file.path)).catch(() => null);
  if (bytes === null) return null;
  return createHash('sha256').update(bytes).digest('hex') === file.sha256 ? bytes : null;
}
