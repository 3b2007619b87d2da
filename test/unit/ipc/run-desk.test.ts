import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { MirrorDesk } from '../../../electron/ipc/mirror-desk.ts';
import { createPromptDesk } from '../../../electron/ipc/prompt-desk.ts';
import { RunDesk } from '../../../electron/ipc/run-desk.ts';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { Engine } from '../../helpers/engine-kit.ts';
import { fakeLockdown } from '../../helpers/fake-lock.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';

/** A desk to which nobody was ever invited. */
function nobodyFollows(): MirrorDesk {
  return new MirrorDesk({
    clock: systemClock,
    machine: 'here',
    push: () => {},
    identity: () => ({ ok: false, failure: failure('identity-missing') }),
    pinned: () => false,
    onInvited: () => {},
  });
}

describe('the run on the screen', () => {
  let data: string;
  beforeEach(() => {
    data = tempFolder('run-desk');
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  it('closes a run whose process died between its end and the end of its session', async () => {
    const engine = await Engine.create({ plan: planOf([manualStep('told')], { hosts: [] }), data, home: data });
    const answered = { step: 'told', target: DESK, verdict: 'passed', evidence: {}, note: null, reason: null } as const;
    await engine.submit({ type: 'confirm-manual', ...answered });
    await engine.run.controller.idle();
    await engine.submit({ type: 'finish' });
    await engine.run.close('ended');
    const { folder, runId } = engine.run;
    const journal = join(folder, 'journal.jsonl');
    const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'session-closed' });
    writeFileSync(journal, `${lines.slice(0, -1).join('\n')}\n`);
    expect(await verifyRun(folder)).toMatchObject({ verdict: 'incomplete' });

    const desk = new RunDesk({
      data,
      surroundingsFor: () => ({ home: data, env: {} }),
      clock: systemClock,
      prompts: createPromptDesk(() => {}),
      push: () => {},
      person: () => 'Li Wei',
      identity: () => null,
      mirror: nobodyFollows(),
      lockdown: fakeLockdown(),
      log: { error: (message) => expect.fail(message) },
    });
    const opened = await desk.open(runId);
    expect(opened).toMatchObject({ ok: true, value: { live: false, state: { status: 'ended', result: 'completed' } } });
    expect(desk.held()).toBeNull();
    expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact' });
  });
});
