import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readLines } from '../../electron/engine/output/read-recording.ts';
import { baselineFile, emptyBaseline } from '../../shared/logs/baseline.ts';
import { readWatchProgress, type WatchProgress } from '../../shared/logs/watch-progress.ts';
import type { LogAction, LogResult, LogWatch } from '../../shared/steps/actions/log.ts';
import { type CutProxy, startCutProxy } from '../helpers/cut-proxy.ts';
import { Engine, type EngineOptions } from '../helpers/engine-kit.ts';
import { SkippingClock } from '../helpers/hosts-kit.ts';
import { planOf, step } from '../helpers/plans.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

const trace = (order: number, name = 'IllegalStateException'): string =>
  `2026-11-20 22:04:12,123 ERROR [exec-${order}] trade.Orders - order ${order}\njava.lang.${name}: pool ${order} exhausted\n\tat com.foo.Orders.save(Orders.java:12)\n\tat com.foo.Web.post(Web.java:9)\nCaused by: java.sql.SQLException: no\n\tat com.foo.Db.open(Db.java:3)\n\t... 2 more\n`;
/** Far longer than anything here takes; nobody waits for it. */
const forMs = 60_000;
const info = (order: number): string => `2026-11-20 22:04:13,001 INFO [main] trade.Orders - order ${order} accepted\n`;

/** One real sshd; the logs are files of this machine. */
describe('a log watch on a real server, whose time is skipped', () => {
  const folder = tempFolder('log-watch');
  const key = makeKey(join(folder, 'id_ed25519'));
  let sshd: Sshd;
  let home: Home;
  let engine: Engine;
  let proxy: CutProxy | null = null;
  let work = '';
  let log = '';
  let number = 0;
  let told: WatchProgress[] = [];
  let clock: SkippingClock;

  beforeAll(async () => {
    sshd = await startSshd({ authorized: [key.publicLine] });
  });
  beforeEach(() => {
    work = join(folder, `case-${number++}`);
    mkdirSync(work);
    log = join(work, 'catalina.out');
    told = [];
    home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
  });
  afterEach(async () => {
    await engine.run.close('left');
    await proxy?.close();
    proxy = null;
    home.close();
  });
  afterAll(async () => {
    await sshd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const watching = (given: Partial<LogWatch> = {}, action: Partial<LogAction> = {}): LogAction => ({
    kind: 'log',
    files: [log],
    sudo: null,
    watch: {
      forMs,
      baseline: null,
      expect: [],
      forbid: [],
      silenceMs: null,
      from: { type: 'now' },
      restart: null,
      ...given,
    },
    ...action,
  });

  async function begin(
    actions: Readonly<Record<string, LogAction>>,
    given: Partial<EngineOptions> = {},
    port = sshd.port,
  ) {
    const app1 = { name: 'app1', address: sshd.address, port, user: sshd.user, jump: null, groups: [], identity: null };
    const steps = Object.entries(actions).map(([id, action]) => step(id, { kind: 'log', effect: 'read', action }));
    const progress: EngineOptions['progress'] = ({ label }) => {
      const read = readWatchProgress(label);
      if (read !== null) told.push(read);
    };
    clock = new SkippingClock();
    engine = await Engine.create({
      plan: planOf(steps, { hosts: [app1] }),
      data: join(work, 'data'),
      home: home.path,
      progress,
      clock,
      ...given,
    });
  }

  async function go(id = 'watch'): Promise<void> {
    told = [];
    await engine.submit({ type: 'run-step', step: id, targets: ['app1'], reason: null });
  }
  const over = () => engine.run.controller.idle();
  const result = (id = 'watch'): LogResult => {
    const found = engine.lastAttempt(id).result;
    if (found?.kind !== 'log') throw new Error(`no result: ${JSON.stringify(engine.lastAttempt(id))}`);
    return found;
  };
  /** Resolves when the watch has told something that fits. */
  async function until(fits: (progress: WatchProgress) => boolean): Promise<void> {
    while (!told.some(fits)) {
      if (Object.keys(engine.state.running).length === 0) {
        const ended = engine.state.steps
          .flatMap(({ targets }) => targets)
          .flatMap(({ attempts }) => attempts)
          .at(-1);
        const shown = await readLines(engine.run.folder, ended?.attempt ?? '', 0, 1_000);
        throw new Error(`over too early: ${JSON.stringify(ended?.result)}\n${shown.lines.join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  const started = () => until(({ state }) => state === 'watching');
  const lines = (count: number) => until(({ lines: seen }) => seen >= count);
  /** The time of the watch passes, once so many lines have been read. */
  async function timePasses(count: number): Promise<void> {
    await until(({ state, lines: seen }) => state === 'watching' && seen >= count);
    clock.skip(forMs);
    await over();
  }
  const counts = (id = 'watch') => result(id).groups.map(({ name, count }) => [name.split(/\W/)[0], count]);

  it('finds a new exception, names it, counts it, and shows where it stands in the recording', async () => {
    writeFileSync(log, trace(1) + info(1));
    await begin({ watch: watching() });
    await go();
    await started();
    appendFileSync(log, info(2) + trace(3) + info(4) + trace(5));
    await timePasses(16);
    const attempt = engine.lastAttempt('watch');
    expect([attempt.verdict, attempt.failure, engine.target('watch').status]).toEqual([
      'inconclusive',
      null,
      'inconclusive',
    ]);
    expect(attempt.findings).toMatchObject([{ title: 'IllegalStateException ← SQLException: no (Db.open)', count: 2 }]);
    expect(attempt.findings[0]?.detail).toContain('java.lang.IllegalStateException: pool 3 exhausted');
    const [group] = result().groups;
    expect([group?.first, group?.last]).toEqual([
      { from: 1, to: 7 },
      { from: 9, to: 15 },
    ]);
    const { lines: shown } = await readLines(engine.run.folder, attempt.attempt, group?.first.from ?? 0, 2);
    expect(shown[1]).toBe('java.lang.IllegalStateException: pool 3 exhausted');
    const finding = attempt.findings[0]?.id ?? '';
    await engine.submit({
      type: 'judge',
      step: 'watch',
      target: 'app1',
      finding,
      judgement: 'harmless',
      reason: 'OPS-1',
    });
    expect(engine.target('watch').status).toBe('passed');
  });

  it('lets the usual exceptions of a recorded baseline pass and stops at the one that is new', async () => {
    writeFileSync(log, '');
    await begin({ rehearsal: watching({ from: { type: 'start-of-file' } }) });
    appendFileSync(log, trace(1) + trace(2) + info(1));
    await go('rehearsal');
    await timePasses(15);
    const baseline = baselineFile(
      result('rehearsal').groups.map((group) => ({ ...group, why: null })),
      emptyBaseline,
      [],
      'rehearsal',
    );
    await engine.run.close('left');

    const files = [{ path: 'files/known.yaml', bytes: Buffer.from(baseline) }];
    const known = { path: 'known.yaml', required: true };
    await begin(
      { quiet: watching({ baseline: known }), watch: watching({ baseline: known }) },
      { files, data: join(work, 'data2') },
    );
    await go('quiet');
    await started();
    appendFileSync(log, trace(77) + trace(78));
    await timePasses(14);
    expect(engine.target('quiet').status).toBe('passed');
    expect([result('quiet').events, result('quiet').knownEvents]).toEqual([2, 2]);
    await go('watch');
    await started();
    appendFileSync(log, trace(79) + trace(80, 'NullPointerException') + trace(81));
    await timePasses(21);
    expect(engine.lastAttempt('watch').findings.map(({ title }) => title)).toEqual([
      'NullPointerException ← SQLException: no (Db.open)',
    ]);
    expect(counts()).toEqual([
      ['NullPointerException', 1],
      ['IllegalStateException', 2],
    ]);
  });

  it('follows a file that is renamed and made anew, and one that is copied and truncated, without losing a line', async () => {
    writeFileSync(log, info(0));
    await begin({ watch: watching() });
    await go();
    await started();
    appendFileSync(log, info(1));
    renameSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, info(2) + trace(1));
    writeFileSync(log, info(3));
    await lines(10);
    appendFileSync(log, info(4));
    await lines(11);
    copyFileSync(log, `${log}.2`);
    appendFileSync(`${log}.2`, trace(2));
    truncateSync(log);
    await lines(18);
    appendFileSync(log, info(5));
    await timePasses(19);
    expect(result()).toMatchObject({ lines: 19, gaps: [], events: 2 });
    expect(counts()).toEqual([['IllegalStateException', 2]]);
  });

  it('follows real logrotate, both ways', async () => {
    writeFileSync(log, info(0));
    const other = join(work, 'gc.log');
    writeFileSync(other, info(0).repeat(9));
    const conf = join(work, 'rotate.conf');
    writeFileSync(conf, `su root root\n${log} { rotate 3\ncreate 0644\n }\n${other} { rotate 3\ncopytruncate\n }\n`);
    await begin({ watch: watching({}, { files: [log, other] }) });
    await go();
    await started();
    for (let round = 1; round <= 2; round += 1) {
      appendFileSync(log, info(round));
      appendFileSync(other, trace(round));
      execFileSync('/usr/sbin/logrotate', ['-f', '-s', join(work, 'state'), conf]);
      appendFileSync(log, info(round));
      appendFileSync(other, info(round).repeat(4 - round));
      await lines([0, 12, 23][round] ?? 0);
    }
    await timePasses(23);
    expect(result()).toMatchObject({ lines: 23, gaps: [], events: 2 });
  });

  it('says that something may be missing when a file is emptied and no copy is left', async () => {
    writeFileSync(log, info(0) + info(1));
    await begin({ watch: watching() });
    await go();
    await started();
    appendFileSync(log, info(2));
    await lines(1);
    writeFileSync(log, '');
    appendFileSync(log, info(3));
    await timePasses(2);
    expect(result().gaps).toEqual([{ file: log, why: 'truncated' }]);
    expect(engine.target('watch').status).toBe('inconclusive');
  });

  it('goes on at the very byte after the link was cut, although the file was rotated meanwhile', async () => {
    proxy = await startCutProxy({ address: sshd.address, port: sshd.port });
    writeFileSync(join(home.ssh, 'known_hosts'), sshd.knownHosts.replaceAll(`:${sshd.port} `, `:${proxy.port} `));
    writeFileSync(log, info(0));
    await begin({ watch: watching() }, {}, proxy.port);
    await go();
    await started();
    appendFileSync(log, info(1) + trace(1).slice(0, 150));
    await lines(3);
    proxy.cut();
    appendFileSync(log, trace(1).slice(150) + info(2));
    renameSync(log, `${log}.1`);
    writeFileSync(log, info(3) + trace(2));
    await lines(17);
    proxy.cut();
    appendFileSync(log, info(4));
    await timePasses(18);
    const text = (await readLines(engine.run.folder, engine.lastAttempt('watch').attempt, 0, 100)).lines.join('\n');
    expect(text).toBe(`${info(1)}${trace(1)}${info(2)}${info(3)}${trace(2)}${info(4)}`.trimEnd());
    expect(result()).toMatchObject({ gaps: [], events: 2, lines: 18 });
    expect(proxy.accepted()).toBe(3);
  });

  it('is unknown when the link stays away, and tells what it had seen', async () => {
    proxy = await startCutProxy({ address: sshd.address, port: sshd.port });
    writeFileSync(join(home.ssh, 'known_hosts'), sshd.knownHosts.replaceAll(`:${sshd.port} `, `:${proxy.port} `));
    writeFileSync(log, '');
    await begin({ watch: watching() }, {}, proxy.port);
    await go();
    await started();
    appendFileSync(log, trace(1) + info(1));
    await lines(8);
    // The key that answers is another one now: nobody lets us back in unasked.
    writeFileSync(join(home.ssh, 'known_hosts'), '');
    rmSync(join(home.path, 'data', 'known_hosts'), { force: true });
    const other = await startSshd({ authorized: [key.publicLine] });
    await proxy.close();
    proxy = await startCutProxy({ address: other.address, port: other.port }, proxy.port);
    await over();
    await other.close();
    const attempt = engine.lastAttempt('watch');
    expect([attempt.verdict, attempt.failure?.code]).toEqual(['unknown', 'host-key-unknown']);
    expect(counts()).toEqual([['IllegalStateException', 1]]);
  });

  it('fails where a forbidden line is seen or an expected one is not, with the line', async () => {
    writeFileSync(log, '');
    const expected = [
      { test: 'contains' as const, value: 'OrderPage ready' },
      { test: 'matches' as const, value: 'started in \\d+ ms' },
    ];
    await begin({ watch: watching({ expect: expected, forbid: [{ test: 'contains', value: '==> Preparing:' }] }) });
    await go();
    await started();
    appendFileSync(log, `${info(1)}DEBUG ==>  Preparing: x\nDEBUG ==> Preparing: SELECT 1\nOrderPage ready\n`);
    await timePasses(4);
    expect(engine.target('watch').status).toBe('failed');
    expect(
      engine.lastAttempt('watch').checks.map(({ expected: wanted, found, holds }) => [wanted, found, holds]),
    ).toEqual([
      ['says "OrderPage ready"', 'line 4: OrderPage ready', true],
      ['says /started in \\d+ ms/', 'not seen', false],
      ['never says "==> Preparing:"', 'line 3: DEBUG ==> Preparing: SELECT 1', false],
      ['a new line at least every 1m', expect.stringMatching(/^longest silence/), true],
    ]);
  });

  it('calls silence inconclusive, and a file that is not there a failure', async () => {
    writeFileSync(log, info(0));
    await begin({ watch: watching({ silenceMs: 500 }), gone: watching({}, { files: [`${log}.nowhere`, log] }) });
    await go();
    await timePasses(0);
    expect(engine.target('watch').status).toBe('inconclusive');
    expect(engine.lastAttempt('watch').checks).toMatchObject([{ subject: 'silence', holds: null }]);
    await engine.submit({
      type: 'decide',
      step: 'watch',
      target: 'app1',
      decision: 'overridden',
      reason: 'quiet',
      owner: 'Li',
      due: 'now',
    });
    await go('gone');
    await timePasses(0);
    expect(engine.target('gone').status).toBe('failed');
    expect(engine.lastAttempt('gone').checks[0]).toMatchObject({ expected: `${log}.nowhere is there`, holds: false });
  });

  it('begins the time anew when the service restarts, seen by a line or by its pid file', async () => {
    writeFileSync(log, '');
    const pidFile = join(work, 'tomcat.pid');
    writeFileSync(pidFile, '100');
    const restart = { line: { test: 'contains' as const, value: 'Server startup in' }, pidFile };
    await begin({ watch: watching({ restart }) });
    await go();
    await started();
    clock.skip(40_000);
    appendFileSync(log, 'INFO Server startup in 12 ms\n');
    await until(({ restarts }) => restarts === 1);
    clock.skip(40_000);
    writeFileSync(pidFile, '200\n');
    await until(({ restarts }) => restarts === 2);
    clock.skip(40_000);
    // Since the first restart more than its time has passed, and it still reads.
    appendFileSync(log, info(1));
    await lines(2);
    clock.skip(20_000);
    await over();
    expect(result()).toMatchObject({ restarts: 2 });
    expect(result().watchedMs).toBeLessThan(100_000);
  });

  it('reads from a mark made before, through what was rotated since, and from the start of a file not there then', async () => {
    writeFileSync(log, trace(1));
    const late = join(work, 'late.log');
    const from = { type: 'step' as const, step: 'mark' };
    await begin({
      mark: { kind: 'log', files: [log, late], sudo: null, watch: null },
      watch: watching({ from }, { files: [log, late] }),
    });
    await go('mark');
    await over();
    expect(engine.target('mark').status).toBe('passed');
    appendFileSync(log, trace(2));
    renameSync(log, `${log}.1`);
    writeFileSync(log, trace(3));
    writeFileSync(late, trace(4));
    await go();
    await timePasses(21);
    expect(counts()).toEqual([['IllegalStateException', 3]]);
    expect(result().gaps).toEqual([]);
  });

  it('stops when it is cancelled, and leaves nothing behind on the host', async () => {
    writeFileSync(log, '');
    await begin({ watch: watching() });
    await go();
    await started();
    const { attempt } = engine.lastAttempt('watch');
    const mark = `[c]ountersign-${engine.state.runId}-${attempt}[.]`;
    const followers = (): string => execFileSync('sh', ['-c', `pgrep -f '${mark}' || true`], { encoding: 'utf8' });
    expect(followers()).not.toBe('');
    await engine.submit({ type: 'cancel-attempt', attempt });
    await over();
    expect(engine.lastAttempt('watch')).toMatchObject({ verdict: 'failed', failure: { code: 'cancelled' } });
    while (followers() !== '') await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('reads as another account where it is asked to, and says so when that account may not', async () => {
    chmodSync(folder, 0o755);
    writeFileSync(log, '');
    const secret = join(work, 'secret.log');
    writeFileSync(secret, '', { mode: 0o600 });
    const asked: string[] = [];
    const prompter = {
      ask: async ({ kind }: { readonly kind: string }) => {
        asked.push(kind);
        return ['not needed by root'];
      },
    };
    await begin({ watch: watching({}, { sudo: 'nobody', files: [log, secret] }) }, { prompter });
    await go();
    await started();
    appendFileSync(log, info(1));
    await timePasses(1);
    expect(asked).toEqual(['sudo']);
    expect(result()).toMatchObject({ lines: 1 });
    expect(engine.lastAttempt('watch').checks.filter(({ holds }) => holds === false)).toMatchObject([
      { expected: `${secret} is there`, found: 'not there, or not readable for this account' },
    ]);
  });

  it('keeps secrets out of findings, results and the recording', async () => {
    writeFileSync(log, '');
    await begin({ watch: watching() }, { secrets: { 'db-password': 'correct-horse-4711' } });
    await go();
    await started();
    appendFileSync(
      log,
      'ERROR login with correct-horse-4711 refused\njava.lang.BadException: correct-horse-4711\n\tat a.B.c(B.java:1)\n',
    );
    await timePasses(3);
    expect(result().events).toBe(1);
    expect(engine.journal()).not.toContain('correct-horse');
    expect(
      readFileSync(join(engine.run.folder, 'output', `${engine.lastAttempt('watch').attempt}.cast`), 'utf8'),
    ).not.toContain('correct-horse');
  });

  it('refuses a baseline with a mistake in it before anything is followed', async () => {
    const files = [{ path: 'files/known.yaml', bytes: Buffer.from('known-exceptions: 1\nexceptions:\n  - name: x\n') }];
    await begin({ watch: watching({ baseline: { path: 'known.yaml', required: true } }) }, { files });
    await go();
    await over();
    expect(engine.lastAttempt('watch')).toMatchObject({
      verdict: 'failed',
      failure: { code: 'log-baseline-invalid', params: { file: 'known.yaml', where: '3:5' } },
    });
    expect(existsSync(dirname(log))).toBe(true);
  });
});
