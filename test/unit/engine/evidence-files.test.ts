import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepEvidenceFile } from '../../../electron/engine/evidence-files.ts';
import { NotAFile } from '../../../electron/engine/regular-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-evidence-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('copies a file of evidence into the run and seals the copy', async () => {
  const bytes = Buffer.alloc(300_000, 'picture');
  writeFileSync(join(folder, 'shot.png'), bytes);
  const seal = await keepEvidenceFile(folder, 'a1', 'proof', join(folder, 'shot.png'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(seal).toEqual({ path: 'evidence/a1-proof.png', sha256, bytes: bytes.length });
  expect(readFileSync(join(folder, seal.path)).equals(bytes)).toBe(true);
});

it('takes no pipe or folder for evidence, and leaves nothing behind', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  for (const source of [join(folder, 'pipe'), folder]) {
    await expect(keepEvidenceFile(folder, 'a1', 'proof', source)).rejects.toBeInstanceOf(NotAFile);
  }
  expect(existsSync(join(folder, 'evidence/a1-proof'))).toBe(false);
});
