import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSettings } from '../../../electron/app/settings.ts';
import { createMachineRoom } from '../../../electron/ipc/machine-room.ts';
import { FakeLock } from '../../helpers/fake-lock.ts';
import { writeRun } from '../../helpers/history-runs.ts';
import { tempFolder } from '../../helpers/sshd.ts';

const checklist = join(import.meta.dirname, '../../fixtures/checklists/trade-core.yaml');
const runId = '20261120T140000Z-00000a';
const nobody = (): never => expect.fail('Nobody is asked here.');

function roomOn(data: string) {
  const folder = (name: string): string => {
    mkdirSync(join(data, name));
    return join(data, name);
  };
  return createMachineRoom({
    data,
    demoFolder: folder('demos'),
    own: { home: folder('home'), env: {} },
    vault: null,
    info: { version: '0', runtime: 'test', dataDir: data, systemLanguage: 'en', login: 'li' },
    language: () => 'en',
    say: () => (key) => key,
    settings: createSettings({ read: () => ({}), write: () => {} }, () => {}),
    desktop: {
      ...{ chooseChecklist: nobody, chooseEvidence: nobody, chooseReportPlace: nobody, chooseRunZip: nobody },
      ...{ show: nobody, attention: nobody, printPdf: nobody },
    },
    lock: Object.assign(new FakeLock(), { displays: () => [], chooseDisplay: () => {} }),
    senses: { desktop: nobody, sleep: nobody, power: nobody },
    push: () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
}

test('a page that is loaded anew leaves no preflight behind, for which the past would wait', async () => {
  const data = tempFolder('machine-room');
  writeRun({ data, runId });
  const room = roomOn(data);
  try {
    expect(await room.handlers['preflight:open']({ path: checklist, environment: 'pre' })).toMatchObject({ ok: true });
    room.screenLoaded();
    expect(await room.handlers['history:verdict']({ runId })).toMatchObject({ verdict: 'intact' });
  } finally {
    await room.leave();
    // What an earlier process left is being tidied up meanwhile.
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
});
