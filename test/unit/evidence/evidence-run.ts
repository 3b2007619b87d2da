import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHosts } from '../../../electron/engine/hosts/index.ts';
import { createRun, type OpenRun } from '../../../electron/engine/open-run.ts';
import { createSecretStore } from '../../../electron/engine/secrets.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';

/** Real runs in a data folder of their own, made by the engine, that need no host. */

export async function tempData(): Promise<{ readonly data: string; remove(): Promise<void> }> {
  const data = await mkdtemp(join(tmpdir(), 'countersign-evidence-'));
  return { data, remove: () => rm(data, { recursive: true, force: true }) };
}

const files = [
  { path: 'release.yaml', bytes: Buffer.from('checklist: 1\nname: 发布\n') },
  { path: 'sql/1 first.sql', bytes: Buffer.from('select 1;\n') },
];

/** A run that was begun. */
export async function beginRun(data: string, plan: Plan): Promise<OpenRun> {
  const secrets = createSecretStore();
  const prompter = { ask: async () => null };
  const clock = systemClock;
  const hosts = createHosts({ hosts: plan.hosts, home: data, data, env: {}, prompter, secrets, clock });
  const made = await createRun({
    ...{ data, secrets, prompter, clock, hosts, plan, files, source: '/test/release.yaml', mode: 'app', earlier: [] },
    person: 'Li Wei',
    tap: () => {},
    progress: () => {},
  });
  if (!made.ok) throw new Error(JSON.stringify(made.failure));
  const started = await made.value.controller.submit({ type: 'start-run' });
  if (!started.ok) throw new Error(JSON.stringify(started.refusal));
  return made.value;
}

/** A run that was begun, abandoned and closed; its folder. */
export async function wholeRun(data: string, plan: Plan): Promise<{ readonly runId: string; readonly folder: string }> {
  const run = await beginRun(data, plan);
  const ended = await run.controller.submit({ type: 'abandon', reason: 'that is enough' });
  if (!ended.ok) throw new Error(JSON.stringify(ended.refusal));
  await run.close('ended');
  return run;
}
