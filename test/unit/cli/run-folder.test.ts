import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findRun, findRunOrCopy } from '../../../electron/cli/run-folder.ts';
import { placesOf } from '../../../electron/evidence/run-places.ts';
import { runFolder } from '../../../electron/ipc/run-folder.ts';
import { tempFolder } from '../../helpers/sshd.ts';

const data = tempFolder('run-folder');
afterAll(() => rmSync(data, { recursive: true }));

const runId = '20261121T120000Z-abc123';

test('a run named by its id is looked at in the place that counts first, the same in the app and without a screen', async () => {
  const folders = ['mirrored', 'runs', 'imported'].map((place) => join(data, place, runId));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  // What is gone on with is never a copy.
  expect(await findRun(runId, data, data)).toBe(join(data, 'runs', runId));
  for (const folder of folders) {
    expect([await findRunOrCopy(runId, data, data), runFolder(data, runId)]).toEqual([folder, folder]);
    expect((await placesOf(data, runId))[0]).toBe(folder);
    rmSync(folder, { recursive: true });
  }
  expect(await findRunOrCopy(runId, data, data)).toBe(null);
});
