import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CutProxy, startCutProxy } from '../helpers/cut-proxy.ts';
import { ServiceKit } from '../helpers/service-kit.ts';
import { freePort } from '../helpers/sshd.ts';

describe('stopping a service on a real host', () => {
  let kit: ServiceKit;
  beforeAll(async () => {
    kit = await ServiceKit.open();
  });
  beforeEach(() => kit.begin());
  afterEach(() => kit.end());
  afterAll(() => kit.close());

  const stop = (more = '', within = '60s'): string =>
    `- id: stop\n  title: Stop it\n  on: app1\n  service: { stop: sh W/stop.sh, process: "perl W/server", settle: 600ms, within: ${within}${more} }`;

  it('waits until the process is gone, and says which it was and how long it took', async () => {
    const pid = await kit.serve('slow');
    await kit.run(stop());
    const ended = await kit.step('stop');
    expect(ended).toMatchObject({ verdict: 'passed', effectDone: 'full', exit: { code: 0 }, failure: null });
    expect(kit.pids('server.pl')).toEqual([]);
    const { before, left, after, stopMs } = kit.result('stop');
    expect(before).toMatchObject([{ pid }]);
    expect([left, after]).toEqual([[], []]);
    expect(stopMs).toBeGreaterThan(1_400);
    expect(ended.notes[0]?.text).toMatch(new RegExp(`^stop \\| boot \\S+ \\| pids ${pid}@\\d+ `));
    expect(ended.sent).toContain('stop.sh');
  });

  it('passes a script that failed when the process is gone, and says that it failed', async () => {
    await kit.serve();
    kit.file('stop.sh', `kill "$(cat ${kit.work}/pid)"; echo 'shutdown port is -1' >&2; exit 1`);
    await kit.run(stop());
    const ended = await kit.step('stop');
    expect(ended).toMatchObject({ verdict: 'passed', exit: { code: 1 } });
    expect(ended.checks).toContainEqual({
      subject: 'stop command',
      expected: 'any, for the process is gone',
      found: '1',
      holds: true,
    });
  });

  it('does not believe a script that claims success: fails while the process lives, and kills nothing unasked', async () => {
    const pid = await kit.serve();
    kit.file('stop.sh', 'exit 0');
    await kit.run(stop('', '1s'));
    const ended = await kit.step('stop');
    expect(ended).toMatchObject({ verdict: 'failed', effectDone: 'partial', offers: ['kill', 'kill-9'] });
    expect(ended.failure).toMatchObject({ code: 'service-still-there' });
    expect(ended.failure?.params['pids']).toContain(String(pid));
    expect(kit.pids('server.pl')).toEqual([pid]);
  });

  it('kills only what the person saw, first politely, then for good, each an attempt of its own', async () => {
    const pid = await kit.serve('deaf');
    await kit.run(stop('', '1s'));
    await kit.step('stop');
    const polite = await kit.step('stop', 'kill');
    expect(polite).toMatchObject({
      verdict: 'failed',
      choice: 'kill',
      command: 'kill -TERM',
      offers: ['kill', 'kill-9'],
    });
    expect(polite.notes[0]?.text).toMatch(new RegExp(`^kill \\| .* pids ${pid}@`));
    const hard = await kit.step('stop', 'kill-9');
    expect(hard).toMatchObject({ verdict: 'passed', choice: 'kill-9', effectDone: 'full', number: 3 });
    expect(kit.pids('server.pl')).toEqual([]);
    expect(kit.result('stop').before).toMatchObject([{ pid }]);
  });

  it('signals nothing when another process has taken the place of the one that was offered', async () => {
    await kit.serve('deaf');
    await kit.run(stop('', '1s'));
    await kit.step('stop');
    for (const old of kit.pids('server.pl')) process.kill(old, 'SIGKILL');
    const other = await kit.serve('deaf');
    const ended = await kit.step('stop', 'kill-9');
    expect(kit.pids('server.pl')).toEqual([other]);
    expect(ended).toMatchObject({ verdict: 'failed', failure: { code: 'service-came-back' } });
    expect(ended.checks).toContainEqual(
      expect.objectContaining({ subject: 'signal', found: 'nothing was left to signal' }),
    );
  });

  it('asks which one is meant when there is a second instance, and touches neither until then', async () => {
    const first = await kit.serve();
    const second = await kit.serve('second');
    await kit.run(stop());
    const asked = await kit.step('stop');
    expect(asked).toMatchObject({ verdict: 'failed', effectDone: 'none', failure: { code: 'service-several' } });
    expect(asked.offers).toEqual([first, second].sort((a, b) => a - b).map((pid) => `only-${pid}`));
    expect(asked.exit).toBeNull();
    expect(kit.pids('server.pl')).toHaveLength(2);
    // The pid file names the second, which was started last.
    const ended = await kit.step('stop', `only-${second}`);
    expect(ended).toMatchObject({ verdict: 'passed' });
    expect(kit.pids('server.pl')).toEqual([first]);
  });

  it('stops all of them where the checklist means several', async () => {
    await kit.serve();
    await kit.serve();
    kit.file('stop.sh', `pkill -f ${kit.work}/server.pl`);
    await kit.run(stop(', several: true'));
    expect(await kit.step('stop')).toMatchObject({ verdict: 'passed' });
    expect(kit.result('stop').before).toHaveLength(2);
  });

  it('notices that something starts it again, and by whom', async () => {
    const restarter = `while :; do perl ${kit.work}/server.pl ${kit.work}; sleep 0.1; done`;
    const keeper = spawn('sh', ['-c', restarter, 'the-keeper'], { stdio: 'ignore' });
    try {
      await kit.appears('up');
      kit.file('stop.sh', `kill "$(cat ${kit.work}/up)"`);
      await kit.run(stop().replace('perl W/server', '^perl W/server'));
      const ended = await kit.step('stop');
      expect(ended).toMatchObject({
        verdict: 'failed',
        effectDone: 'partial',
        failure: { code: 'service-came-back' },
        offers: [],
      });
      expect(ended.failure?.params['parent']).toContain(`${keeper.pid} (sh -c`);
      expect(kit.result('stop').after).toHaveLength(1);
    } finally {
      keeper.kill('SIGKILL');
    }
  });

  it('takes a zombie for gone, and names the parent that has not asked for it', async () => {
    const parent = spawn('perl', [
      '-e',
      'my $p = fork; if (!$p) { exec @ARGV } sleep 600',
      'perl',
      `${kit.work}/server.pl`,
      kit.work,
    ]);
    try {
      await kit.appears('up');
      kit.file('stop.sh', `kill "$(cat ${kit.work}/up)"`);
      await kit.run(stop().replace('perl W/server', '^perl W/server'));
      const ended = await kit.step('stop');
      expect(ended).toMatchObject({ verdict: 'passed' });
      const gone = ended.checks.find(({ subject }) => subject === 'process')?.found;
      expect(gone).toContain('(zombie)');
      expect(gone).toContain(`${parent.pid} (perl`);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('does not call it stopped when nothing matched before: the pattern may be wrong', async () => {
    const pid = await kit.serve();
    await kit.run(stop().replace('perl W/server', 'perl W/sever'));
    const ended = await kit.step('stop');
    expect(ended).toMatchObject({ verdict: 'inconclusive', effectDone: 'none', exit: null });
    expect(ended.failure?.code).toBe('service-not-there');
    expect(kit.pids('server.pl')).toEqual([pid]);
  });

  it('passes with nothing to stop where the checklist allows it, and after an attempt that saw it', async () => {
    await kit.run(stop(', may-be-gone: true'));
    expect(await kit.step('stop')).toMatchObject({ verdict: 'passed', effectDone: 'none' });
    await kit.end();

    await kit.serve('deaf');
    await kit.run(stop('', '1s'));
    expect(await kit.step('stop')).toMatchObject({ verdict: 'failed' });
    for (const old of kit.pids('server.pl')) process.kill(old, 'SIGKILL');
    expect(await kit.step('stop')).toMatchObject({ verdict: 'passed', effectDone: 'none', exit: null });
  });

  it('waits for the port too, and says who still holds it', async () => {
    const port = await freePort();
    await kit.serve(`port ${port}`);
    await kit.run(stop(`, port: ${port}`));
    expect(await kit.step('stop')).toMatchObject({ verdict: 'passed' });
    expect(kit.engine.lastAttempt('stop').checks).toContainEqual(
      expect.objectContaining({ subject: 'port', found: 'free', holds: true }),
    );
  });

  it('reads a pid file, and does not stop somebody else whose pid a stale one names', async () => {
    const pid = await kit.serve();
    await kit.run(stop().replace('process:', 'pid-file: W/pid, process:'));
    expect(await kit.step('stop')).toMatchObject({ verdict: 'passed' });
    expect(kit.result('stop').before).toMatchObject([{ pid }]);
    await kit.end();
    kit.file('pid', `${process.pid}\n`);
    await kit.run(stop().replace('process:', 'pid-file: W/pid, process:'));
    const ended = await kit.step('stop');
    expect(ended).toMatchObject({ verdict: 'inconclusive', effectDone: 'none' });
    expect(ended.checks[0]?.found).toContain('pid-file-other');
  });

  it('sends nothing where it cannot see', async () => {
    await kit.serve();
    kit.file('pid', 'starting up\n');
    await kit.run(stop().replace(/process: "[^"]*"/, 'pid-file: W/pid'));
    const ended = await kit.step('stop');
    expect(ended).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      exit: null,
      failure: { code: 'pid-file-empty' },
    });
    expect(kit.pids('server.pl')).toHaveLength(1);
  });

  describe('over a link that is cut', () => {
    let proxy: CutProxy;
    beforeEach(async () => {
      proxy = await startCutProxy({ address: kit.sshd.address, port: kit.sshd.port });
    });
    afterEach(() => proxy.close());

    const cutWhileAsked = async (): Promise<void> => {
      await kit.run(stop(), {}, proxy.port);
      await kit.engine.submit({ type: 'run-step', step: 'stop', targets: ['app1'], reason: null });
      await kit.appears('asked');
      proxy.cut();
      await kit.engine.run.controller.idle();
    };
    const probe = async (): Promise<string | null> => {
      await kit.engine.submit({ type: 'probe', step: 'stop', target: 'app1' });
      await kit.engine.run.controller.idle();
      return kit.engine.target('stop').probe;
    };
    const hold = (): string => `touch ${kit.work}/asked; while [ ! -e ${kit.work}/go ]; do sleep 0.05; done`;

    it('is unknown while the script is at work, and its own probe tells still running, then done', async () => {
      const pid = await kit.serve();
      kit.file('stop.sh', `${hold()}; kill ${pid}`);
      await cutWhileAsked();
      expect(kit.engine.target('stop')).toMatchObject({ status: 'unknown' });
      expect(kit.engine.lastAttempt('stop').failure?.code).toBe('link-lost');
      expect(await probe()).toBe('still-running');
      kit.file('go', '');
      await expect.poll(() => kit.pids('server.pl')).toEqual([]);
      await expect.poll(probe).toBe('done');
      expect(kit.engine.target('stop').status).toBe('passed');
    });

    it('finds by its own probe that it was not stopped, and may then be run again', async () => {
      await kit.serve();
      kit.file('stop.sh', `[ -e ${kit.work}/go ] && exec kill "$(cat ${kit.work}/pid)"; ${hold()}`);
      await cutWhileAsked();
      kit.file('go', '');
      await expect.poll(probe).toBe('not-done');
      expect(kit.engine.target('stop')).toMatchObject({ status: 'todo', clearToRun: true });
      expect(await kit.step('stop')).toMatchObject({ verdict: 'passed' });
    });

    it('looks on over a new link where only looks were under way: how the script ended is known', async () => {
      await kit.serve('held');
      kit.file('stop.sh', `kill "$(cat ${kit.work}/pid)"; touch ${kit.work}/asked`);
      let looked = 0;
      await kit.run(stop(), { progress: () => (looked += 1) }, proxy.port);
      await kit.engine.submit({ type: 'run-step', step: 'stop', targets: ['app1'], reason: null });
      await kit.appears('asked');
      // The script's end has been told once a look that began after it has come back.
      const before = looked;
      await expect.poll(() => looked).toBeGreaterThan(before + 1);
      proxy.cut();
      kit.file('let-go', '');
      await kit.engine.run.controller.idle();
      expect(kit.engine.target('stop').status).toBe('passed');
      expect(proxy.accepted()).toBeGreaterThan(1);
    });
  });

  it('ends the script and looks once more when a person cancels', async () => {
    await kit.serve();
    kit.file('stop.sh', `touch ${kit.work}/asked; exec perl -e "sleep 30" ${kit.work}`);
    await kit.run(stop());
    await kit.engine.submit({ type: 'run-step', step: 'stop', targets: ['app1'], reason: null });
    await kit.appears('asked');
    await kit.engine.submit({ type: 'cancel-attempt', attempt: kit.engine.lastAttempt('stop').attempt });
    await kit.engine.run.controller.idle();
    expect(kit.engine.lastAttempt('stop')).toMatchObject({
      verdict: 'failed',
      failure: { code: 'cancelled' },
      offers: ['kill', 'kill-9'],
    });
    expect(kit.pids('sleep 30')).toEqual([]);
    expect(existsSync(join(kit.work, 'up'))).toBe(true);
  });
});
