import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { noteHandlers } from '../../../electron/ipc/handlers/notes.ts';
import { MirrorDesk } from '../../../electron/ipc/mirror-desk.ts';
import { createPromptDesk } from '../../../electron/ipc/prompt-desk.ts';
import { RunDesk } from '../../../electron/ipc/run-desk.ts';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { Engine } from '../../helpers/engine-kit.ts';
import { fakeLockdown } from '../../helpers/fake-lock.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';

let data: string;
beforeEach(() => {
  data = tempFolder('notes');
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

function desk(): RunDesk {
  return new RunDesk({
    data,
    surroundingsFor: () => ({ home: data, env: {} }),
    clock: systemClock,
    prompts: createPromptDesk(() => {}),
    push: () => {},
    person: () => 'Li Wei',
    identity: () => null,
    mirror: new MirrorDesk({
      clock: systemClock,
      machine: 'here',
      push: () => {},
      identity: () => ({ ok: false, failure: failure('identity-missing') }),
      pinned: () => false,
      onInvited: () => {},
    }),
    lockdown: fakeLockdown(),
    log: { error: (message) => expect.fail(message) },
  });
}

it('records a note while the run goes on, and shows on the screen at once what is added after its end', async () => {
  const engine = await Engine.create({ plan: planOf([manualStep('told')], { hosts: [] }), data, home: data });
  const place = { step: 'told', target: DESK };
  await engine.submit({ type: 'add-note', ...place, text: 'nobody answers the phone', corrects: null });
  await engine.submit({
    ...{ type: 'confirm-manual', ...place, verdict: 'passed', evidence: {}, note: 'all told', reason: null },
  });
  await engine.run.controller.idle();
  await engine.submit({ type: 'finish' });
  await engine.run.close('ended');
  const { folder, runId } = engine.run;

  const runs = desk();
  const notes = noteHandlers({
    ...{ data, person: () => 'Chen Jie', identity: () => null, settled: () => runs.settled() },
  });
  expect(await runs.open(runId)).toMatchObject({ ok: true, value: { state: { notes: [{ note: 'n1' }] } } });
  const said = await notes['note:records']({ runId, ...place });
  if (!said.ok) throw new Error(JSON.stringify(said.failure));
  expect(said.value.map(({ type, text }) => [type, text])).toEqual([
    ['note-added', 'nobody answers the phone'],
    ['attempt-ended', 'all told'],
  ]);
  const corrects = said.value.at(-1)?.seq ?? -1;
  expect(await notes['note:add']({ runId, ...place, text: 'all but one', corrects })).toEqual({
    ok: true,
    value: null,
  });
  expect(await runs.open(runId)).toMatchObject({
    ok: true,
    value: { live: false, state: { notes: [{ by: 'Li Wei' }, { note: 'n2', by: 'Chen Jie', corrects }] } },
  });
  expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact', completeness: 'complete' });
});
