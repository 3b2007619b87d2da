import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ServiceKit } from '../helpers/service-kit.ts';
import { freePort, makeUser, type SystemUser, tempFolder } from '../helpers/sshd.ts';
import { makeTomcat, type Tomcat } from '../helpers/tomcat.ts';

describe('a real tomcat', () => {
  let kit: ServiceKit;
  let tomcat: Tomcat;
  beforeAll(async () => {
    kit = await ServiceKit.open();
  });
  beforeEach(async () => {
    kit.begin();
    tomcat = await makeTomcat(join(kit.work, 'tomcat'), 'hello');
  });
  afterEach(async () => {
    tomcat.kill();
    await kit.end();
  });
  afterAll(() => kit.close());

  const catalina = (words: string, environment = tomcat.environment): string =>
    `${environment} /usr/share/tomcat10/bin/catalina.sh ${words}`;
  /** The second tomcat of a host differs from the first by its base alone. */
  const pattern = (): string => `catalina.base=${tomcat.base} .*org.apache.catalina.startup.Bootstrap`;
  const steps = (): string => `
- id: start
  title: Start tomcat
  on: app1
  service: { start: "${catalina('start')}", process: "${pattern()}", log: W/tomcat/logs/catalina.out, ready: Server startup in, port: ${tomcat.port}, http: "http://localhost:${tomcat.port}/", within: 90s }
- id: same
  title: Still the same
  on: app1
  process: { pattern: "${pattern()}", same-as: start }
- id: stop
  title: Stop tomcat
  on: app1
  service: { stop: "${catalina('stop', tomcat.environment.replace(/ CATALINA_PID=\S+/, ''))}", process: "${pattern()}", port: ${tomcat.port}, within: 15s }
`;

  it('is started until it answers, is the same afterwards, and is stopped although its script cannot', async () => {
    await kit.run(steps());
    const started = await kit.step('start');
    expect(started).toMatchObject({ verdict: 'passed', effectDone: 'full' });
    expect(kit.result('start').startMs).toBeGreaterThan(500);
    expect(kit.result('start').lines.join('\n')).toContain('Server startup in');
    const [running] = kit.result('start').after;
    expect(running?.command).toContain('java');

    expect(await kit.step('same')).toMatchObject({ verdict: 'passed' });

    // Debian's shutdown port is -1: without CATALINA_PID the script does nothing, claims success, and tomcat lives on.
    const stopped = await kit.step('stop');
    expect(stopped).toMatchObject({ verdict: 'failed', failure: { code: 'service-still-there' } });
    expect(stopped.exit?.code).toBe(0);
    expect(stopped.failure?.params['pids']).toContain(String(running?.pid));
    const ended = await kit.step('stop', 'kill');
    expect(ended).toMatchObject({ verdict: 'passed', effectDone: 'full' });
    expect(ended.checks).toContainEqual(expect.objectContaining({ subject: 'port', found: 'free', holds: true }));
  });

  it('is stopped by its script where that knows the pid, while a second tomcat beside it lives on', async () => {
    const other = await makeTomcat(join(kit.work, 'other'), 'other');
    try {
      execFileSync('sh', ['-c', catalina('start', other.environment)], { stdio: 'ignore' });
      const stop = steps()
        .slice(steps().indexOf('- id: stop'))
        .replace(/ \/usr\/share\/tomcat10\/bin\/catalina.sh stop/, '$& 20');
      const start = steps().slice(0, steps().indexOf('- id: same'));
      await kit.run(
        `${start}${stop
          .replace('catalina.sh', 'catalina.sh')
          .replace('within: 15s', 'within: 40s')
          .replace(/stop: "/, `stop: "CATALINA_PID=${tomcat.base}/tomcat.pid `)}`,
      );
      expect(await kit.step('start')).toMatchObject({ verdict: 'passed' });
      const ended = await kit.step('stop');
      expect(ended).toMatchObject({ verdict: 'passed' });
      expect(kit.result('stop').before).toHaveLength(1);
      expect(kit.pids(`catalina.base=${other.base}`)).toHaveLength(1);
    } finally {
      other.kill();
    }
  });
});

describe('a real supervisor', () => {
  let kit: ServiceKit;
  let supervisord: ChildProcess | null = null;
  beforeAll(async () => {
    kit = await ServiceKit.open();
  });
  beforeEach(() => kit.begin());
  afterEach(async () => {
    if (supervisord !== null) {
      const gone = new Promise((resolve) => supervisord?.once('exit', resolve));
      supervisord.kill('SIGTERM');
      await gone;
      supervisord = null;
    }
    await kit.end();
  });
  afterAll(() => kit.close());

  async function supervise(options = ''): Promise<void> {
    const { work } = kit;
    const config = kit.file(
      'supervisord.conf',
      `[supervisord]
logfile=${work}/supervisord.log
pidfile=${work}/supervisord.pid
[unix_http_server]
file=${work}/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${work}/s.sock
[program:trade]
command=perl ${work}/server.pl ${work} ${options}
autorestart=true
`,
    );
    supervisord = spawn('supervisord', ['-n', '-c', config], { stdio: 'ignore' });
    await kit.appears('up');
    // For its first second a program is STARTING, and its pid is not told.
    const status = () => spawnSync('supervisorctl', ['-c', config, 'status', 'trade'], { encoding: 'utf8' }).stdout;
    await expect.poll(status, { timeout: 30_000 }).toContain('RUNNING');
  }

  const asked = (verb: string): string =>
    `- id: ${verb}\n  title: ${verb}\n  on: app1\n  service: { do: ${verb}, supervisor: { program: trade, config: W/supervisord.conf }, settle: 1s, within: 60s }`;

  it('stops, starts and restarts what it keeps, by its own program', async () => {
    await supervise();
    const [pid] = kit.pids('server.pl');
    await kit.run(['stop', 'start', 'restart'].map(asked).join('\n'));
    expect(await kit.step('stop')).toMatchObject({ verdict: 'passed' });
    expect(kit.result('stop').before).toMatchObject([{ pid }]);
    expect(kit.pids('server.pl')).toEqual([]);
    expect(await kit.step('start')).toMatchObject({ verdict: 'passed' });
    const [started] = kit.result('start').after;
    expect(kit.pids('server.pl')).toEqual([started?.pid]);
    expect(await kit.step('restart')).toMatchObject({ verdict: 'passed' });
    expect(kit.result('restart').before).toMatchObject([{ pid: started?.pid }]);
    expect(kit.result('restart').after[0]?.pid).not.toBe(started?.pid);
  });

  it('is named as the one that brings back what was stopped behind its back', async () => {
    await supervise();
    kit.file('stop.sh', `kill "$(cat ${kit.work}/up)"`);
    await kit.run(
      `- id: stop\n  title: Stop it\n  on: app1\n  service: { stop: sh W/stop.sh, process: "perl W/server", settle: 3s, within: 10s }`,
    );
    const ended = await kit.step('stop');
    expect(ended).toMatchObject({ verdict: 'failed', failure: { code: 'service-came-back' } });
    expect(ended.failure?.params['parent']).toContain('supervisord');
  });

  it('is not asked to stop what it does not know', async () => {
    await supervise();
    await kit.run(asked('stop').replace('program: trade', 'program: trada'));
    const ended = await kit.step('stop');
    expect(ended).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      exit: null,
      failure: { code: 'manager-silent' },
    });
    expect(ended.failure?.cause).toContain('no such process');
  });
});

/**
 * systemd cannot be pid 1 here, but an account's own manager (`systemd --user`) is the same program with the same
 * systemctl. It wants `/run/systemd/system`, which it gets in a mount namespace of its own.
 */
describe.runIf(process.getuid?.() === 0)("a real systemd, as the account's own manager", () => {
  const runtime = tempFolder('systemd');
  let kit: ServiceKit;
  let systemd: ChildProcess;
  const systemctl = (...words: readonly string[]): number | null =>
    spawnSync('systemctl', ['--user', ...words], { env: { ...process.env, XDG_RUNTIME_DIR: runtime } }).status;

  beforeAll(async () => {
    chmodSync(runtime, 0o700);
    mkdirSync(join(runtime, 'config/systemd/user'), { recursive: true });
    const script =
      'mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system && exec "$0" --user';
    const env = { ...process.env, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: join(runtime, 'config') };
    systemd = spawn('unshare', ['-m', 'sh', '-c', script, '/lib/systemd/systemd'], { env, stdio: 'ignore' });
    kit = await ServiceKit.open({ env: { XDG_RUNTIME_DIR: runtime } });
    while (systemctl('list-units') !== 0) await new Promise((resolve) => setTimeout(resolve, 100));
  });
  beforeEach(() => {
    kit.begin();
    writeFileSync(
      join(runtime, 'config/systemd/user/trade.service'),
      `[Service]\nExecStart=/usr/bin/perl ${kit.work}/server.pl ${kit.work}\nRestart=always\nRestartSec=100ms\n`,
    );
    systemctl('daemon-reload');
  });
  afterEach(async () => {
    systemctl('stop', 'trade');
    await kit.end();
  });
  afterAll(async () => {
    const gone = new Promise((resolve) => systemd.once('exit', resolve));
    systemd.kill('SIGTERM');
    await gone;
    await kit.close();
    rmSync(runtime, { recursive: true, force: true });
  });

  const asked = (verb: string): string =>
    `- id: ${verb}\n  title: ${verb}\n  on: app1\n  service: { do: ${verb}, systemd: { unit: trade, scope: user }, settle: 1s, within: 60s }`;

  it('starts, restarts and stops a unit, proved by its main process', async () => {
    await kit.run(['start', 'restart', 'stop'].map(asked).join('\n'));
    expect(await kit.step('start')).toMatchObject({ verdict: 'passed', command: 'systemctl --user start -- trade' });
    const [started] = kit.result('start').after;
    expect(kit.pids('server.pl')).toEqual([started?.pid]);
    expect(await kit.step('restart')).toMatchObject({ verdict: 'passed' });
    expect(kit.result('restart').before).toMatchObject([{ pid: started?.pid }]);
    expect(await kit.step('stop')).toMatchObject({ verdict: 'passed' });
    expect(kit.pids('server.pl')).toEqual([]);
  });

  it('brings back what was killed behind its back, which is noticed', async () => {
    systemctl('start', 'trade');
    await kit.appears('up');
    kit.file('stop.sh', `kill "$(cat ${kit.work}/up)"`);
    await kit.run(
      `- id: stop\n  title: Stop it\n  on: app1\n  service: { stop: sh W/stop.sh, process: "perl W/server", settle: 2s, within: 10s }`,
    );
    const ended = await kit.step('stop');
    expect(ended).toMatchObject({ verdict: 'failed', failure: { code: 'service-came-back' } });
    expect(ended.failure?.params['parent']).toContain('systemd --user');
  });

  it('is not asked to stop a unit that it does not know', async () => {
    await kit.run(asked('stop').replace('unit: trade', 'unit: trada'));
    expect(await kit.step('stop')).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'manager-silent' },
    });
  });
});

describe.runIf(process.getuid?.() === 0)('a service of another account', () => {
  let kit: ServiceKit;
  let user: SystemUser;
  const sudoers = `/etc/sudoers.d/countersign-service-${process.pid}`;
  beforeAll(async () => {
    user = makeUser();
    writeFileSync(sudoers, `${user.name} ALL=(ALL) ALL\n`, { mode: 0o440 });
    kit = await ServiceKit.open();
  });
  beforeEach(() => {
    kit.begin();
    chmodSync(kit.folder, 0o755);
  });
  afterEach(() => kit.end());
  afterAll(async () => {
    await kit.close();
    rmSync(sudoers, { force: true });
    user.close();
  });

  const stop = (more: string): string =>
    `- id: stop\n  title: Stop it\n  on: app1\n  service: { stop: sh W/stop.sh, process: "perl W/server", settle: 600ms, within: 1s${more} }`;

  it('is not signalled without the right to, and is with sudo', async () => {
    const pid = await kit.serve();
    kit.file('stop.sh', 'exit 0');
    const prompter = { ask: async () => [user.password] };
    kit.user = user.name;
    await kit.run(stop(''), { prompter });
    expect(await kit.step('stop')).toMatchObject({ failure: { code: 'service-still-there' } });
    const refused = await kit.step('stop', 'kill-9');
    expect(refused).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'service-signal-refused' },
    });
    expect(kit.pids('server.pl')).toEqual([pid]);
    await kit.end(false);

    await kit.run(stop(', sudo: true'), { prompter });
    expect(await kit.step('stop')).toMatchObject({ failure: { code: 'service-still-there' } });
    expect(await kit.step('stop', 'kill-9')).toMatchObject({ verdict: 'passed', account: 'root' });
    expect(kit.pids('server.pl')).toEqual([]);
  });

  it('is not called gone by an account that sees only its own processes', async () => {
    // A /proc of its own that hides other accounts' processes, for this sshd alone.
    const hidden = await ServiceKit.open({
      around: ['unshare', '-m', 'sh', '-c', 'mount -t proc -o hidepid=2 proc /proc && exec "$@"', 'sh'],
    });
    try {
      hidden.begin();
      chmodSync(hidden.folder, 0o755);
      const pid = await hidden.serve();
      hidden.user = user.name;
      await hidden.run(stop(''), { prompter: { ask: async () => [user.password] } });
      expect(await hidden.step('stop')).toMatchObject({
        verdict: 'failed',
        effectDone: 'none',
        exit: null,
        failure: { code: 'processes-hidden' },
      });
      await hidden.end(false);
      await hidden.run(stop(', sudo: true').replace('within: 1s', 'within: 60s'), {
        prompter: { ask: async () => [user.password] },
      });
      hidden.file('stop.sh', `kill ${pid}`);
      expect(await hidden.step('stop')).toMatchObject({ verdict: 'passed', account: 'root' });
      expect(hidden.result('stop').before).toMatchObject([{ pid }]);
    } finally {
      await hidden.end();
      await hidden.close();
    }
  });
});

describe('looking at processes on a real host', () => {
  let kit: ServiceKit;
  beforeAll(async () => {
    kit = await ServiceKit.open();
  });
  beforeEach(() => kit.begin());
  afterEach(() => kit.end());
  afterAll(() => kit.close());

  const check = (id: string, what: string): string => `- id: ${id}\n  title: ${id}\n  on: app1\n  process: ${what}\n`;

  it('tells present, absent, how many, and the same as before', async () => {
    const port = await freePort();
    const pid = await kit.serve(`port ${port}`);
    const before = existsSync(join(kit.work, 'pid'));
    expect(before).toBe(true);
    await kit.run(
      [
        check('there', '"perl W/server"'),
        check('by-file', '{ pid-file: W/pid }'),
        check('by-port', `{ port: ${port}, count: 1 }`),
        check('not-there', '{ pattern: "perl W/other", is: absent }'),
        check('one', '{ pattern: "perl W/server", count: 1 }'),
        check('same', '{ pattern: "perl W/server", same-as: there }'),
        check('gone', '{ pattern: "perl W/server", is: absent }'),
        check('two', '{ pattern: "perl W/server", count: { at-least: 2 } }'),
        check('changed', '{ pattern: "perl W/server", same-as: there }'),
      ].join(''),
    );
    for (const id of ['there', 'by-file', 'by-port', 'not-there', 'one', 'same']) {
      const ended = await kit.step(id);
      expect([id, ended.verdict, ended.effectDone, ended.failure]).toEqual([id, 'passed', 'none', null]);
    }
    expect(kit.engine.lastAttempt('there').result).toMatchObject({
      kind: 'process',
      processes: [{ pid }],
      instances: 1,
    });

    expect(await kit.step('gone')).toMatchObject({ verdict: 'failed' });
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => kit.pids('server.pl')).toEqual([]);
    // A look may be repeated freely.
    await kit.engine.submit({ type: 'run-step', step: 'gone', targets: ['app1'], reason: null });
    await kit.engine.run.controller.idle();
    expect(kit.engine.target('gone').status).toBe('passed');

    await kit.serve();
    expect(await kit.step('two')).toMatchObject({ verdict: 'failed' });
    const second = await kit.serve();
    expect(await kit.step('two')).toMatchObject({ verdict: 'passed' });
    process.kill(second, 'SIGKILL');
    await expect.poll(() => kit.pids('server.pl')).toHaveLength(1);
    const changed = await kit.step('changed');
    expect(changed).toMatchObject({
      verdict: 'failed',
      failure: { code: 'service-not-the-same', params: { step: 'there' } },
    });
  });

  it('never finds its own look, whatever is looked for', async () => {
    // With no other processes than its own, or it would see what other tests look for.
    const alone = await ServiceKit.open({ around: ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] });
    try {
      alone.begin();
      await alone.run(
        [
          check('sh', '{ pattern: "countersign-look", is: absent }'),
          check('mark', '{ pattern: "countersign-2.*-a[0-9]+[.]", is: absent }'),
          check('grep', '{ pattern: "^grep -Has", is: absent }'),
          check('session', '{ pattern: "^sshd: .*@notty", is: absent }'),
          check('daemon', '{ pattern: "/usr/sbin/sshd -D" }'),
        ].join(''),
      );
      for (const id of ['sh', 'mark', 'grep', 'session', 'daemon']) {
        expect([id, await alone.step(id)]).toMatchObject([id, { verdict: 'passed' }]);
      }
    } finally {
      await alone.end();
      await alone.close();
    }
  });
});
