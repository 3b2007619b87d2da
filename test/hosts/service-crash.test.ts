import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleForNode } from '../helpers/bundle.ts';
import { ServiceKit } from '../helpers/service-kit.ts';

describe('an app that is killed in the middle of a service step', () => {
  let kit: ServiceKit;
  let cli: string;
  beforeAll(async () => {
    kit = await ServiceKit.open();
    cli = await bundleForNode(resolve('test/helpers/crash-cli.ts'), resolve('out/service-crash-cli'));
  });
  beforeEach(() => kit.begin());
  afterEach(() => kit.end());
  afterAll(() => kit.close());

  /** Runs the checklist in a process of its own, kills that when the file appears, and takes the run up again. */
  async function killedWhen(appears: string, steps: string): Promise<void> {
    const file = kit.file('release.yaml', kit.checklist(steps));
    const data = join(kit.work, 'data');
    mkdirSync(data, { recursive: true });
    const env = { ...process.env, HOME: kit.home().path };
    const app = spawn(process.execPath, [cli, 'rehearse', file, '--env', 'test', '--data', data], {
      env,
      stdio: 'ignore',
    });
    const gone = once(app, 'exit');
    await kit.appears(appears);
    app.kill('SIGKILL');
    await gone;
    const [runId = ''] = readdirSync(join(data, 'runs'));
    await kit.reopen(runId, steps);
  }

  async function probe(id: string): Promise<string | null> {
    await kit.engine.submit({ type: 'probe', step: id, target: 'app1' });
    await kit.engine.run.controller.idle();
    return kit.engine.target(id).probe;
  }

  const hold = (): string => `touch ${kit.work}/asked; while [ ! -e ${kit.work}/go ]; do sleep 0.05; done\n`;

  it('does not know what became of a stop, and finds out by looking', async () => {
    const pid = await kit.serve();
    kit.file('stop.sh', `${hold()}kill ${pid}`);
    await killedWhen(
      'asked',
      '- id: stop\n  title: Stop it\n  on: app1\n  service: { stop: sh W/stop.sh, process: "perl W/server", settle: 600ms, within: 60s }',
    );
    expect(kit.engine.target('stop').status).toBe('unknown');
    kit.file('go', '');
    await expect.poll(() => kit.pids('server.pl')).toEqual([]);
    await expect.poll(() => probe('stop')).toBe('done');
    expect(kit.engine.target('stop').status).toBe('passed');
  });

  it('does not start a second one: what was started is found by its new process and its new line in the log', async () => {
    kit.file('log', 'Server startup in [99] milliseconds, of last week\n');
    kit.file('start.sh', `${hold()}${kit.startScript()}`);
    await killedWhen(
      'asked',
      '- id: start\n  title: Start it\n  on: app1\n  service: { start: sh W/start.sh, process: "perl W/server", log: W/log, ready: Server startup in, within: 60s }',
    );
    expect(kit.engine.target('start').status).toBe('unknown');
    expect(await kit.engine.refusal({ type: 'run-step', step: 'start', targets: ['app1'], reason: 'Try again' })).toBe(
      'unknown-must-be-decided',
    );
    kit.file('go', '');
    await expect.poll(() => kit.read('log')).toContain('[123]');
    await expect.poll(() => probe('start')).toBe('done');
    expect(kit.pids('server.pl')).toHaveLength(1);
  });
});
