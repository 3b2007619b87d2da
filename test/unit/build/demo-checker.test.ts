import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../../build/demo-checker.mjs');

test.runIf(process.platform === 'linux')('without a display the second window says why it does not open', async () => {
  const home = mkdtempSync(join(tmpdir(), 'demo-checker-'));
  try {
    const env = { PATH: process.env['PATH'] ?? '', HOME: home };
    const said = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, [script], { env }, (error, _out, stderr) => resolve({ code: error?.code, stderr }));
    });
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/^There is no display here .*, and the checker needs a window\./);
    expect(readdirSync(home)).toEqual([]);
  } finally {
    rmSync(home, { recursive: true });
  }
});
