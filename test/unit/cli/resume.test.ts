import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from '../../../electron/cli/cli-io.ts';
import { resume } from '../../../electron/cli/resume.ts';
import { Engine } from '../../helpers/engine-kit.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { tempFolder } from '../../helpers/sshd.ts';

/** A run at its first hot step, left by the app, and taken up without a window; what people were told. */
async function takenUp(lockdown: boolean): Promise<{ readonly code: number; readonly told: string }> {
  const data = tempFolder('resume');
  const plan = planOf([manualStep('tell')], { hosts: [] });
  const engine = await Engine.create({ plan, data, home: data, lockdown });
  await engine.run.close('left');
  const answers = join(data, 'answers.yaml');
  writeFileSync(answers, 'tell: { done: true, note: told them }\n');
  let told = '';
  const io = {
    stdout: () => {},
    stderr: (text: string) => {
      told += text;
    },
    env: { ...process.env, LANG: 'en_US.UTF-8' },
    cwd: data,
  };
  return { code: await resume([engine.state.runId, '--data', data, '--answers', answers], io), told };
}

test('without a window no hot step is worked that was to be worked locked, and the app is named as the way on', async () => {
  const { code, told } = await takenUp(true);
  expect(code).toBe(exitCodes.needsPerson);
  expect(told).toContain('in the app');
  expect(told).not.toContain('countersign resume');
});

test('without a window a run that is not to be locked goes on to its end', async () => {
  expect(await takenUp(false)).toMatchObject({ code: exitCodes.ok });
});
