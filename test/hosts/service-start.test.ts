import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CutProxy, startCutProxy } from '../helpers/cut-proxy.ts';
import { ServiceKit } from '../helpers/service-kit.ts';
import { freePort } from '../helpers/sshd.ts';

describe('starting a service on a real host', () => {
  let kit: ServiceKit;
  beforeAll(async () => {
    kit = await ServiceKit.open();
  });
  beforeEach(() => {
    kit.begin();
    looks = 0;
  });
  afterEach(() => kit.end());
  afterAll(() => kit.close());

  /** How often it was looked whether it is ready: every half a second, or less often where the machine is slow. */
  let looks = 0;
  const counted = { progress: () => (looks += 1) };
  const logged = ', log: W/log, ready: Server startup in';
  const start = (more = logged, within = '60s'): string =>
    `- id: start\n  title: Start it\n  on: app1\n  service: { start: sh W/start.sh, process: "perl W/server", settle: 600ms, within: ${within}${more} }`;

  it('is ready when a new line of the log says so, and records how long that took', async () => {
    kit.file('log', 'Server startup in [99] milliseconds, of last week\n'.repeat(3_000));
    kit.file('start.sh', kit.startScript('late'));
    await kit.run(start());
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'passed', effectDone: 'full', exit: { code: 0 } });
    const { before, after, startMs, lines } = kit.result('start');
    expect(before).toEqual([]);
    expect(after).toMatchObject([{ pid: kit.pids('server.pl')[0] }]);
    expect(startMs).toBeGreaterThan(1_100);
    expect(lines).toEqual([`starting ${after[0]?.pid}`, 'Server startup in [123] milliseconds']);
    expect(ended.notes[0]?.text).toMatch(/^start \| boot \S+ \| pids - \| log \d+:150000$/);
  });

  it('reads the new log when the start rotates or empties it', async () => {
    for (const how of ['mv W/log W/log.1', ': >W/log'].map((words) => words.replaceAll('W/', `${kit.work}/`))) {
      kit.file('log', 'Server startup in [99] milliseconds, of last week\n');
      kit.file('start.sh', `${how}\n${kit.startScript()}`);
      await kit.run(start());
      expect(await kit.step('start')).toMatchObject({ verdict: 'passed' });
      expect(kit.result('start').lines).toHaveLength(2);
      await kit.end();
    }
  });

  it('is refused while the old process lives, and leaves it alone', async () => {
    const pid = await kit.serve();
    await kit.run(start());
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'failed', effectDone: 'none', exit: null, offers: [] });
    expect(ended.failure).toMatchObject({ code: 'service-already-running' });
    expect(ended.failure?.params['pids']).toContain(String(pid));
    expect(kit.pids('server.pl')).toEqual([pid]);
  });

  it('is refused while somebody else has its port, and says who', async () => {
    const port = await freePort();
    await kit.serve(`port ${port}`);
    const other = start(`, port: ${port}`).replace('perl W/server', 'java W/server');
    await kit.run(other);
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'failed', effectDone: 'none', failure: { code: 'service-port-taken' } });
    expect(ended.failure?.params['pids']).toContain('server.pl');
  });

  it('is refused when the log could not be read, for then nobody would see that it is ready', async () => {
    await kit.run(start(', log: W/, ready: Server'));
    expect(await kit.step('start')).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'service-log-unreadable' },
    });
    expect(kit.pids('server.pl')).toEqual([]);
  });

  it('knows the process from the stop before it where it does not say itself', async () => {
    const pid = await kit.serve();
    const stop = `- id: stop\n  title: Stop it\n  on: app1\n  service: { stop: "true", process: "perl W/server", within: 1s }\n`;
    await kit.run(`${stop}${start().replace(', process: "perl W/server"', '')}`);
    await kit.step('stop');
    await kit.engine.submit({
      type: 'decide',
      step: 'stop',
      target: 'app1',
      decision: 'overridden',
      reason: 'It will be fine',
      owner: null,
    });
    expect(await kit.step('start')).toMatchObject({ verdict: 'failed', failure: { code: 'service-already-running' } });
    expect(kit.pids('server.pl')).toEqual([pid]);
  });

  it('waits for the port as the host sees it, and for an answer over HTTP asked from the host', async () => {
    const port = await freePort();
    kit.file('ill', '');
    kit.file('start.sh', kit.startScript(`late port ${port}`));
    await kit.run(start(`, port: ${port}, http: { get: "http://localhost:${port}/ping", contains: UP }`));
    const running = kit.step('start');
    await kit.appears('up');
    await expect.poll(() => kit.read('log')).toContain('Server startup');
    kit.file('well', '');
    const { rmSync } = await import('node:fs');
    rmSync(`${kit.work}/ill`);
    expect(await running).toMatchObject({ verdict: 'passed' });
    const checks = kit.engine.lastAttempt('start').checks;
    expect(checks.map(({ subject, holds }) => [subject, holds])).toEqual([
      ['start command', true],
      ['process', true],
      ['port', true],
      ['http', true],
    ]);
    expect(checks.at(-1)?.found).toBe('200');
  });

  it('fails at once when the process dies while starting, with the last lines of its log', async () => {
    kit.file('start.sh', kit.startScript('dies'));
    await kit.run(start().replace('Server startup in', 'never comes'), counted);
    const ended = await kit.step('start');
    expect(ended).toMatchObject({
      verdict: 'failed',
      effectDone: 'partial',
      failure: { code: 'service-died' },
      offers: [],
    });
    expect(looks).toBeLessThan(20);
    expect(kit.result('start').lines.at(-1)).toBe('Exception: no database');
  });

  it('fails at once when the log says that it failed, and offers to end what came up', async () => {
    kit.file('start.sh', kit.startScript('fails'));
    await kit.run(start(`${logged}, failed: { matches: "SEVERE.*startup failed" }`), counted);
    const ended = await kit.step('start');
    expect(ended).toMatchObject({
      verdict: 'failed',
      failure: { code: 'service-failure-line' },
      offers: ['kill', 'kill-9'],
    });
    expect(ended.failure?.params['line']).toBe('SEVERE Context [/trade] startup failed');
    expect(looks).toBeLessThan(20);

    // A second try beside the first would be refused, so the way is cleared first; that alone is no start.
    expect(await kit.step('start')).toMatchObject({ failure: { code: 'service-already-running' } });
  });

  it('does not wait for a script that still waits for what has failed, and signals neither', async () => {
    kit.file(
      'start.sh',
      `${kit.startScript('fails')}touch ${kit.work}/asked; exec sleep 30 ${kit.work}`.replace(
        'sleep 30',
        'perl -e "sleep 30"',
      ),
    );
    await kit.run(start(`${logged}, failed: startup failed`), counted);
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'failed', failure: { code: 'service-failure-line' } });
    expect(looks).toBeLessThan(20);
    const waiting = kit.pids('sleep 30');
    expect(waiting).not.toEqual([]);
    for (const pid of waiting) process.kill(pid, 'SIGKILL');
  });

  it('clears what a failed start left behind only when told so, and may then be started', async () => {
    kit.file('start.sh', kit.startScript('fails'));
    await kit.run(start(`${logged}, failed: startup failed`));
    await kit.step('start');
    const cleared = await kit.step('start', 'kill');
    expect(cleared).toMatchObject({ verdict: 'failed', effectDone: 'none', failure: { code: 'service-cleared' } });
    expect(kit.pids('server.pl')).toEqual([]);
    kit.file('start.sh', kit.startScript());
    expect(await kit.step('start')).toMatchObject({ verdict: 'passed' });
  });

  it('fails when the start command fails and leaves nothing behind', async () => {
    kit.file('start.sh', 'echo "no java" >&2; exit 127');
    await kit.run(start(), counted);
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'failed', exit: { code: 127 }, failure: { code: 'service-start-failed' } });
    expect(ended.failure?.params['exit']).toBe('127');
    expect(looks).toBeLessThan(20);
  });

  it('passes when the start command fails but what it started is ready, and says so', async () => {
    kit.file('start.sh', `${kit.startScript()}exit 3`);
    await kit.run(start());
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'passed', exit: { code: 3 } });
    expect(ended.checks[0]).toMatchObject({ subject: 'start command', found: '3', holds: true });
  });

  it('is late when readiness never comes, says what is missing and leaves it running', async () => {
    await kit.run(start(logged.replace('Server startup in', 'Never said'), '2s'));
    const ended = await kit.step('start');
    expect(ended).toMatchObject({
      verdict: 'failed',
      failure: { code: 'service-not-ready' },
      offers: ['kill', 'kill-9'],
    });
    expect(ended.failure?.params['missing']).toContain('Never said');
    expect(kit.pids('server.pl')).toHaveLength(1);
  });

  it('lets go of a start that keeps our connection open, kills nothing, and does not call it passed', async () => {
    kit.file('start.sh', `perl ${kit.work}/server.pl ${kit.work} &\necho started\n`);
    await kit.run(start());
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'inconclusive', failure: { code: 'service-holds-channel' } });
    expect(kit.pids('server.pl')).toHaveLength(1);
  });

  it('ends a start command that runs in the foreground when time is up', async () => {
    kit.file('start.sh', `exec perl ${kit.work}/server.pl ${kit.work}`);
    await kit.run(start(logged, '2s'));
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'failed', failure: { code: 'service-not-ready' } });
    await expect.poll(() => kit.pids('server.pl')).toEqual([]);
  });

  it('notices that it is restarted again and again', async () => {
    const crash = `perl ${kit.work}/server.pl ${kit.work} dies >/dev/null 2>&1 </dev/null`;
    kit.file('start.sh', `nohup sh -c 'for i in 1 2 3 4 5 6; do ${crash}; done' keeper >/dev/null 2>&1 </dev/null &`);
    await kit.run(
      start(logged.replace('Server startup in', 'never')).replace('perl W/server', '^perl W/server'),
      counted,
    );
    const ended = await kit.step('start');
    expect(['service-restarting', 'service-died']).toContain(ended.failure?.code);
    expect(ended.verdict).toBe('failed');
    expect(looks).toBeLessThan(30);
  });

  it('restarts with one command: the old process gone, a new one ready', async () => {
    const pid = await kit.serve('slow');
    kit.file('restart.sh', `sh ${kit.work}/stop.sh\nsleep 3\nsh ${kit.work}/start.sh`);
    await kit.run(start().replace('start: sh W/start.sh', 'restart: sh W/restart.sh'));
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'passed' });
    expect(kit.result('start').before).toMatchObject([{ pid }]);
    expect(kit.result('start').after).toHaveLength(1);
    expect(kit.pids('server.pl')).toEqual(kit.result('start').after.map((one) => one.pid));
  });

  it('does not take a restart that restarted nothing for one', async () => {
    const pid = await kit.serve();
    await kit.run(start('', '2s').replace('start: sh W/start.sh', 'restart: "true"'));
    const ended = await kit.step('start');
    expect(ended).toMatchObject({ verdict: 'failed', failure: { code: 'service-not-replaced' } });
    expect(kit.pids('server.pl')).toEqual([pid]);
  });

  it('restarts with a stop and a start, and never starts beside what would not stop', async () => {
    const pair = (within: string): string =>
      start(logged, within).replace('start: sh', 'stop: sh W/stop.sh, start: sh');
    const pid = await kit.serve('slow');
    await kit.run(pair('60s'));
    expect(await kit.step('start')).toMatchObject({ verdict: 'passed' });
    const { before, after, stopMs, startMs } = kit.result('start');
    expect(before).toMatchObject([{ pid }]);
    expect(after).toMatchObject([{ pid: kit.pids('server.pl')[0] }]);
    expect([stopMs, startMs].every((ms) => ms !== null && ms > 0)).toBe(true);
    await kit.end();

    const deaf = await kit.serve('deaf');
    await kit.run(pair('6s'));
    const stuck = await kit.step('start');
    expect(stuck).toMatchObject({
      verdict: 'failed',
      failure: { code: 'service-still-there' },
      offers: ['kill', 'kill-9'],
    });
    expect(kit.pids('server.pl')).toEqual([deaf]);
    expect(await kit.step('start', 'kill-9')).toMatchObject({ failure: { code: 'service-cleared' } });
    expect(await kit.step('start')).toMatchObject({ verdict: 'passed' });
  });

  it('leaves what is starting alone when a person cancels after the script has come back', async () => {
    await kit.run(start(logged.replace('Server startup in', 'never'), '30s'));
    await kit.engine.submit({ type: 'run-step', step: 'start', targets: ['app1'], reason: null });
    await kit.appears('up');
    await expect.poll(() => kit.read('log')).toContain('Server startup');
    await kit.engine.submit({ type: 'cancel-attempt', attempt: kit.engine.lastAttempt('start').attempt });
    await kit.engine.run.controller.idle();
    const ended = kit.engine.lastAttempt('start');
    expect(ended).toMatchObject({ verdict: 'failed', failure: { code: 'cancelled' }, offers: ['kill', 'kill-9'] });
    expect(kit.pids('server.pl')).toHaveLength(1);
  });

  describe('over a link that is cut', () => {
    let proxy: CutProxy;
    beforeEach(async () => {
      proxy = await startCutProxy({ address: kit.sshd.address, port: kit.sshd.port });
    });
    afterEach(() => proxy.close());

    const cutWhileAsked = async (): Promise<void> => {
      await kit.run(start(), {}, proxy.port);
      await kit.engine.submit({ type: 'run-step', step: 'start', targets: ['app1'], reason: null });
      await kit.appears('asked');
      proxy.cut();
      await kit.engine.run.controller.idle();
    };
    const probe = async (): Promise<string | null> => {
      await kit.engine.submit({ type: 'probe', step: 'start', target: 'app1' });
      await kit.engine.run.controller.idle();
      return kit.engine.target('start').probe;
    };
    const hold = (): string => `touch ${kit.work}/asked; while [ ! -e ${kit.work}/go ]; do sleep 0.05; done\n`;

    it('is unknown, and its own probe decides by the new process and the new line of the log', async () => {
      kit.file('log', 'Server startup in [99] milliseconds, of last week\n');
      kit.file('start.sh', `${hold()}${kit.startScript('told')}`);
      await cutWhileAsked();
      expect(kit.engine.target('start').status).toBe('unknown');
      expect(await probe()).toBe('still-running');
      kit.file('go', '');
      await kit.appears('up');
      // There, but the line of this start is not: neither done nor not done.
      await expect.poll(probe).toBe('unclear');
      kit.file('be-ready', '');
      await expect.poll(() => kit.read('log')).toContain('[123]');
      expect(await probe()).toBe('done');
      expect(kit.engine.target('start').status).toBe('passed');
    });

    it('finds by its own probe that nothing was started', async () => {
      kit.file('start.sh', hold());
      await cutWhileAsked();
      kit.file('go', '');
      await expect.poll(probe).toBe('not-done');
      expect(kit.engine.target('start')).toMatchObject({ status: 'todo', clearToRun: true });
    });
  });
});
