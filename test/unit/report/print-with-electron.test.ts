import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printWithElectron } from '../../../electron/report/print-with-electron.ts';
import { tempFolder } from '../../helpers/sshd.ts';

test('a page that fails before the printing program is there is told once, to whoever wanted it', async () => {
  const folder = tempFolder('print');
  const unheard: unknown[] = [];
  const hear = (reason: unknown): void => void unheard.push(reason);
  process.on('unhandledRejection', hear);
  try {
    const out = join(folder, 'report.pdf');
    const env = { DISPLAY: ':9', COUNTERSIGN_ELECTRON: join(folder, 'not-there') };
    const gone = new Error('the journal is gone');
    await expect(printWithElectron(Promise.reject(gone), out, env)).rejects.toBe(gone);
    expect(unheard).toEqual([]);
    expect(existsSync(out)).toBe(false);
  } finally {
    process.off('unhandledRejection', hear);
    rmSync(folder, { recursive: true, force: true });
  }
});
