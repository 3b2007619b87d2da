import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hostTiming } from '../../electron/engine/hosts/timing.ts';
import { verifyRun } from '../../electron/engine/journal/verify-run.ts';
import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import type { Intent } from '../../shared/contract/intents.ts';
import { type CutProxy, startCutProxy } from '../helpers/cut-proxy.ts';
import { Engine, type EngineOptions } from '../helpers/engine-kit.ts';
import { command, planOf, step } from '../helpers/plans.ts';
import { processIdIn } from '../helpers/process-id.ts';
import { processorTime } from '../helpers/processor-time.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

/** One real sshd, reached as app1, directly or through a proxy that can be cut. */
describe('a run on a real server when things go wrong', () => {
  const folder = tempFolder('faults');
  const key = makeKey(join(folder, 'id_ed25519'));
  let sshd: Sshd;
  let home: Home;
  let engine: Engine | null = null;
  let proxy: CutProxy | null = null;
  let work = '';
  let number = 0;

  beforeAll(async () => {
    sshd = await startSshd({ authorized: [key.publicLine] });
  });
  beforeEach(() => {
    work = join(folder, `case-${number++}`);
    mkdirSync(work);
    home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
  });
  afterEach(async () => {
    await engine?.run.close('left');
    engine = null;
    await proxy?.close();
    proxy = null;
    home.close();
  });
  afterAll(async () => {
    await sshd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function plan(steps: readonly PlanStep[], port = sshd.port): Plan {
    const app1 = { name: 'app1', address: sshd.address, port, user: sshd.user, jump: null, groups: [], identity: null };
    return planOf(steps, { hosts: [app1] });
  }

  async function start(steps: readonly PlanStep[], given: Partial<EngineOptions> = {}, port?: number): Promise<Engine> {
    engine = await Engine.create({ plan: plan(steps, port), data: join(work, 'data'), home: home.path, ...given });
    return engine;
  }

  const counted = (text: string): string => `echo ran >> ${work}/count; ${text}`;
  const count = (): number => readFileSync(join(work, 'count'), 'utf8').trim().split('\n').length;
  const holdUntil = (file: string): string => `while [ ! -e ${file} ]; do sleep 0.05; done`;

  /** Resolves when a file appears; the host is this machine, so its files can be watched. */
  async function appears(file: string): Promise<void> {
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  it('says unknown when the link is cut in the middle, and the probe tells still running, then done', async () => {
    proxy = await startCutProxy({ address: sshd.address, port: sshd.port });
    writeFileSync(join(home.ssh, 'known_hosts'), sshd.knownHosts.replaceAll(`:${sshd.port} `, `:${proxy.port} `));
    const verify = { action: command(`test -e ${work}/done`), perTarget: {} };
    const action = command(counted(`${holdUntil(`${work}/go`)}; touch ${work}/done`));
    await start([step('write', { action, verify })], {}, proxy.port);
    const running = engine as Engine;
    await running.submit({ type: 'run-step', step: 'write', targets: ['app1'], reason: null });
    await appears(`${work}/count`);
    proxy.cut();
    await running.run.controller.idle();
    expect(running.target('write').status).toBe('unknown');
    expect(running.lastAttempt('write').failure?.code).toBe('link-lost');
    expect(await running.refusal({ type: 'run-step', step: 'write', targets: ['app1'], reason: 'again' })).toBe(
      'unknown-must-be-decided',
    );

    await running.submit({ type: 'probe', step: 'write', target: 'app1' });
    await running.run.controller.idle();
    // Not done yet, but still on its way: believing "not done" here would run it twice.
    expect(running.target('write')).toMatchObject({ status: 'unknown', probe: 'still-running' });

    writeFileSync(`${work}/go`, '');
    await appears(`${work}/done`);
    await expect
      .poll(async () => {
        await running.submit({ type: 'probe', step: 'write', target: 'app1' });
        await running.run.controller.idle();
        return running.target('write').probe;
      })
      .toBe('done');
    expect(running.target('write').status).toBe('passed');
    expect(count()).toBe(1);
  });

  it('believes "not done" when nothing of the command is left, and lets it run without calling it a repeat', async () => {
    const verify = { action: command(`test -e ${work}/done`), perTarget: {} };
    // The first time, the server's process for this session and the command itself die before anything was done.
    const dies = `[ -e ${work}/second ] || { touch ${work}/second; kill -9 $PPID $$; }`;
    await start([step('write', { action: command(`${dies}; ${counted(`touch ${work}/done`)}`), verify })]);
    const running = engine as Engine;
    await running.runStep('write');
    expect(running.target('write').status).toBe('unknown');
    await running.submit({ type: 'probe', step: 'write', target: 'app1' });
    await running.run.controller.idle();
    expect(running.target('write')).toMatchObject({ status: 'todo', probe: 'not-done', clearToRun: true });
    await running.runStep('write');
    expect(running.target('write').status).toBe('passed');
    expect(count()).toBe(1);
  });

  it('notices a frozen server by its silence and says unknown', async () => {
    const own = await startSshd({ authorized: [key.publicLine] });
    writeFileSync(join(home.ssh, 'known_hosts'), own.knownHosts);
    const timing = { ...hostTiming, keepaliveMs: 1_000, keepaliveMisses: 3 };
    await start([step('write', { action: command(`echo $PPID > ${work}/pid; sleep 600`) })], { timing }, own.port);
    const running = engine as Engine;
    await running.submit({ type: 'run-step', step: 'write', targets: ['app1'], reason: null });
    const session = await processIdIn(`${work}/pid`);
    process.kill(session, 'SIGSTOP');
    try {
      await running.run.controller.idle();
      expect(running.target('write').status).toBe('unknown');
      expect(running.lastAttempt('write').exit).toBeNull();
    } finally {
      process.kill(session, 'SIGKILL');
      await own.close();
    }
  });

  it('cancels with a signal and records what was sensed', async () => {
    await start([
      step('write', { action: command(`trap 'echo bye; exit 7' TERM; touch ${work}/up; ${holdUntil('/never')}`) }),
    ]);
    const running = engine as Engine;
    await running.submit({ type: 'run-step', step: 'write', targets: ['app1'], reason: null });
    await appears(`${work}/up`);
    await running.submit({ type: 'cancel-attempt', attempt: 'a1' });
    await running.run.controller.idle();
    const attempt = running.lastAttempt('write');
    expect(attempt).toMatchObject({ verdict: 'failed', cancelRequested: true, failure: { code: 'cancelled' } });
    expect(attempt.exit).not.toBeNull();
  });

  it('stops a command that takes too long and says so', async () => {
    await start([step('write', { action: command('sleep 600', { timeoutMs: 300 }) })]);
    await engine?.runStep('write');
    expect(engine?.lastAttempt('write')).toMatchObject({
      verdict: 'failed',
      failure: { code: 'timeout' },
    });
    expect(engine?.lastAttempt('write').exit).not.toBeNull();
  });

  it('ends the step when the host key has changed since the last connection', async () => {
    await start([step('write', { action: command(counted('true')) })]);
    writeFileSync(
      join(home.ssh, 'known_hosts'),
      sshd.knownHosts.replace(/AAAA\S+/, makeKey(join(work, 'other')).publicLine.split(' ')[1] ?? ''),
    );
    const intent: Intent = { type: 'run-step', step: 'write', targets: ['app1'], reason: null };
    expect(await engine?.refusal(intent)).toBe('host-not-connected');
    await engine?.run.controller.idle();
    expect(engine?.state.hosts[0]?.failure?.code).toBe('host-key-changed');
    expect(existsSync(join(work, 'count'))).toBe(false);
  });

  it('starts a step once when it is asked for twice at the same moment', async () => {
    await start([step('write', { action: command(counted('sleep 0.2')) })]);
    const intent: Intent = { type: 'run-step', step: 'write', targets: ['app1'], reason: null };
    const answers = await Promise.all([1, 2, 3].map(() => engine?.run.controller.submit(intent)));
    await engine?.run.controller.idle();
    expect(answers.filter((answer) => answer?.ok)).toHaveLength(1);
    expect(count()).toBe(1);
  });

  it('keeps 300,000 lines, binary bytes and terminal tricks out of the way and seals them', async () => {
    const tricks = `printf '\\033]0;pwned\\007\\033]52;c;cHduZWQ=\\007\\033[6n\\377\\376ok\\n'`;
    const action = command(`seq 1 300000; ${tricks}`, {
      expect: { exit: [0], stdout: [{ test: 'lines', compare: { equals: 300_001 } }], stderr: [] },
    });
    await start([step('read', { effect: 'read', action })]);
    await engine?.runStep('read');
    const { verdict, recording } = engine?.lastAttempt('read') ?? {};
    expect(verdict).toBe('passed');
    expect(recording).toMatchObject({ lines: 300_001, undecodable: 2 });
    expect(recording?.tail).not.toContain('pwned');
    expect(recording?.tail).toContain('ok');
  });

  it('takes 200 MB without a newline with bounded memory, and stays responsive', async () => {
    const before = process.memoryUsage().rss;
    let peak = before;
    let longestPause = 0;
    let spent = processorTime();
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
      longestPause = Math.max(longestPause, spent());
      spent = processorTime();
    }, 20);
    await start([step('read', { effect: 'read', action: command("head -c 209715200 /dev/zero | tr '\\0' x") })]);
    await engine?.runStep('read');
    clearInterval(watch);
    const attempt = engine?.lastAttempt('read');
    expect(attempt?.verdict).toBe('passed');
    expect(attempt?.recording?.bytes).toBeGreaterThan(209_715_200);
    expect(peak - before).toBeLessThan(300 * 1024 * 1024);
    expect(longestPause).toBeLessThan(1_000);
  });

  it('keeps a secret out of every byte on disk, even when the host prints it', async () => {
    const secret = 'Tr0ub4dor&3 horse';
    const action = command('printf "%s %s" "$CS_DB" "$(printf %s "$CS_DB" | base64)"; echo "$CS_DB" >&2; exit 3', {
      secrets: ['db'],
    });
    const withSecret = planOf([step('write', { action })], {
      hosts: plan([]).hosts,
      secrets: [{ name: 'db', prompt: 'Database password' }],
    });
    await start([], { plan: withSecret, prompter: { ask: async () => [secret] } });
    await engine?.runStep('write');
    await engine?.submit({
      type: 'decide',
      step: 'write',
      target: 'app1',
      decision: 'overridden',
      reason: `it is ${secret}`,
      owner: null,
    });
    const forms = [secret, Buffer.from(secret).toString('base64')].flatMap((form) => ['-e', form]);
    const found = spawnSync('grep', ['-rlaF', ...forms, work], { encoding: 'utf8' });
    expect([found.status, found.stdout]).toEqual([1, '']);
    const planted = spawnSync('grep', ['-rlaF', '-e', 'Database password', work], { encoding: 'utf8' });
    expect(planted.status, 'the search itself works').toBe(0);
  });

  it.runIf(process.getuid?.() === 0)(
    'runs nothing when the disk of the journal is full, and goes on when there is room',
    async () => {
      const disk = join(work, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
      try {
        // Longer than what may be left of the file's last page.
        const long = `# ${'x'.repeat(8_192)}\n${counted('true')}`;
        await start([step('write', { action: command(long) })], { data: join(disk, 'data') });
        const running = engine as Engine;
        await running.run.hosts.connect('app1');
        await running.run.controller.idle();
        fill(join(disk, 'filler'));
        const intent: Intent = { type: 'run-step', step: 'write', targets: ['app1'], reason: null };
        expect(await running.refusal(intent)).toBe('journal-unwritable');
        expect(existsSync(join(work, 'count'))).toBe(false);
        rmSync(join(disk, 'filler'));
        await running.runStep('write');
        expect(running.target('write').status).toBe('passed');
        expect(count()).toBe(1);
        const runFolder = running.run.folder;
        await running.submit({ type: 'finish' });
        await running.run.close('ended');
        engine = null;
        expect(await verifyRun(runFolder)).toMatchObject({ verdict: 'intact' });
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
    },
  );

  it.runIf(process.getuid?.() === 0)('fails the step when its recording no longer fits on the disk', async () => {
    const disk = join(work, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    try {
      await start(
        [step('read', { effect: 'read', action: command('head -c 20000000 /dev/zero | tr "\\0" x; sleep 30') })],
        { data: join(disk, 'data') },
      );
      const running = engine as Engine;
      // The end of the attempt cannot be written either until there is room again.
      const status = new Promise((resolve) => running.run.controller.onJournal((told) => resolve(told.writable)));
      await running.submit({ type: 'run-step', step: 'read', targets: ['app1'], reason: null });
      const ended = running.next('attempt-ended');
      await Promise.race([status, ended]);
      execFileSync('mount', ['-o', 'remount,size=16m', disk]);
      expect((await ended).data).toMatchObject({ verdict: 'failed', failure: { code: 'recording-unwritable' } });
      await running.run.close('left');
      engine = null;
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });

  it.runIf(process.getuid?.() === 0)(
    'can be taken up again after the disk was too full to do so the first time',
    async () => {
      const disk = join(work, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
      try {
        const steps = Array.from({ length: 12 }, (_, n) => step(`s${n}`, { action: command(counted('true')) }));
        const options = { plan: plan(steps), data: join(disk, 'data'), home: home.path };
        const first = await Engine.create(options);
        await first.run.close('left');
        const { folder: runFolder, runId } = first.run;
        // Sessions come and go until the journal's last page has no room for the record that the next one begins with.
        const room = (): number => 4096 - (statSync(join(runFolder, 'journal.jsonl')).size % 4096);
        for (let tries = 0; room() > 350; tries += 1) {
          expect(tries).toBeLessThan(100);
          await (await Engine.reopen(runId, options)).run.close('left');
        }
        fill(join(disk, 'filler'));
        // One page for the lock, none for the journal.
        truncateSync(join(disk, 'filler'), statSync(join(disk, 'filler')).size - 4096);
        await expect(Engine.reopen(runId, options)).rejects.toThrow(/ENOSPC/);
        rmSync(join(disk, 'filler'));
        engine = await Engine.reopen(runId, options);
        await engine.runStep('s0');
        expect(engine.target('s0').status).toBe('passed');
        await engine.run.close('left');
        engine = null;
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
    },
  );

  function fill(file: string): void {
    const chunk = Buffer.alloc(4096, 0x20);
    try {
      for (;;) appendFileSync(file, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
    expect(statSync(file).size).toBeGreaterThan(0);
  }
});
