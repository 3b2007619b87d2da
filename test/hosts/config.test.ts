import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConfigResult } from '../../shared/steps/actions/config.ts';
import { startCutProxy } from '../helpers/cut-proxy.ts';
import { Engine, type EngineOptions } from '../helpers/engine-kit.ts';
import {
  type Home,
  makeHome,
  makeKey,
  makeUser,
  type Sshd,
  type SystemUser,
  startSshd,
  tempFolder,
} from '../helpers/sshd.ts';
import { writtenPlan } from '../helpers/written-plan.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Configuration files on a real sshd. */
describe('checking configuration on a real server', () => {
  const folder = tempFolder('config');
  const key = makeKey(join(folder, 'id_ed25519'));
  let sshd: Sshd;
  let home: Home;
  let user: SystemUser;
  let engine: Engine | null = null;
  let work = '';
  let number = 0;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    sshd = await startSshd({ authorized: [key.publicLine] });
    user = makeUser();
  });
  beforeEach(() => {
    work = join(folder, `case-${number++}`);
    mkdirSync(work);
    home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
  });
  afterEach(async () => {
    await engine?.run.close('left');
    engine = null;
    home.close();
  });
  afterAll(async () => {
    await sshd.close();
    user.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (name: string): string => join(work, name);

  async function start(
    steps: string,
    given: Partial<EngineOptions> = {},
    as = sshd.user,
    environment = '',
  ): Promise<Engine> {
    const plan = writtenPlan(steps, { ...sshd, user: as }, { environment });
    engine = await Engine.create({ plan, data: join(work, 'data'), home: home.path, ...given });
    return engine;
  }

  const check = (id: string, rest: string, on = 'app1'): string => `
      - id: ${id}
        title: Parameters
        on: ${on}
        config: { file: "${at('$')}{host.name}.properties", ${rest} }`;

  const resultOf = (running: Engine, step: string, target = 'app1'): ConfigResult => {
    const { result } = running.lastAttempt(step, target);
    if (result?.kind !== 'config') throw new Error(JSON.stringify(running.lastAttempt(step, target).failure));
    return result;
  };

  it('passes on one host and names what is missing, different and unknown on the other', async () => {
    writeFileSync(at('app1.properties'), 'db.url=jdbc:mysql://10.1.0.21/trade\nsql.debug=false\nlog.dir=/var/log\n');
    writeFileSync(at('app2.properties'), 'db.url=jdbc:mysql://10.9.0.21/trade\nnew.switch=on\nlog.dir=/var/log\n');
    const expected = 'db.url: "jdbc:mysql://10.1.0.21/trade", sql.debug: false';
    const running = await start(
      check('params', `expect: { ${expected} }, no-others: true, known: log.*`, '[app1, app2]'),
    );
    await running.runStep('params', ['app1', 'app2']);
    expect(running.lastAttempt('params', 'app1')).toMatchObject({ verdict: 'passed', effectDone: 'none' });
    const failed = running.lastAttempt('params', 'app2');
    expect(failed.verdict).toBe('failed');
    expect(resultOf(running, 'params', 'app2').differences).toEqual([
      {
        key: 'db.url',
        state: 'different',
        secret: false,
        expected: 'jdbc:mysql://10.1.0.21/trade',
        found: 'jdbc:mysql://10.9.0.21/trade',
        line: 1,
      },
      { key: 'sql.debug', state: 'missing', secret: false, expected: 'false', found: null, line: null },
      { key: 'new.switch', state: 'unknown', secret: false, expected: null, found: null, line: 2 },
    ]);
    expect(failed.checks.filter(({ holds }) => holds === false).map(({ subject }) => subject)).toEqual([
      'db.url',
      'sql.debug',
      'no others',
    ]);
  });

  it('writes no value of the file down that the checklist does not expect in the open', async () => {
    const hush = 'tOp-sEcReT-4711';
    writeFileSync(
      at('app1.properties'),
      `db.password=${hush}\napi.token=${hush}2\nmail.from=nobody-${hush}\nname=shown\n`,
    );
    const running = await start(
      check(
        'params',
        `expect: { db.password: "\${db-password}", api.token: "sha256:${sha256(`${hush}2`)}", name: shown }, absent: mail.*, secret: mail.*`,
      ),
      { secrets: { 'db-password': hush } },
      sshd.user,
      'secrets: [db-password]',
    );
    await running.runStep('params');
    const attempt = running.lastAttempt('params');
    expect(attempt.checks.map(({ holds }) => holds)).toEqual([false, true, true, true]);
    const everything = readdirSync(running.run.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');
    expect(everything).not.toContain(hush);
    expect(everything).not.toContain(sha256(hush));
    expect(everything).toContain('shown');
  });

  it('tells a wrong secret without showing it', async () => {
    writeFileSync(at('app1.properties'), 'db.password=wrong-one\n');
    const running = await start(check('params', `expect: { db.password: "sha256:${sha256('right')}" }`));
    await running.runStep('params');
    expect(running.lastAttempt('params').verdict).toBe('failed');
    expect(resultOf(running, 'params').differences).toMatchObject([
      { key: 'db.password', state: 'different', secret: true, expected: null, found: null, line: 1 },
    ]);
    expect(running.journal()).not.toContain('wrong-one');
  });

  it('tells what changed since the step before, and since an earlier run', async () => {
    writeFileSync(at('app1.properties'), 'a=1\nb=1\npassword=one\nsame=x\n');
    const steps = `${check('before', 'expect: { a: "1" }')}${check('after', 'expect: { a: "2" }')}`;
    const first = await start(steps);
    await first.runStep('before');
    expect(resultOf(first, 'before').drift).toBeNull();
    writeFileSync(at('app1.properties'), 'a=2\npassword=two\nsame=x\nc=1\n');
    await first.runStep('after');
    const drift = resultOf(first, 'after').drift;
    expect(drift).toMatchObject({ step: 'before', runId: first.state.runId, more: 0 });
    expect(drift?.changes).toEqual([
      { key: 'a', change: 'changed', secret: false, before: '1', now: '2', line: 1 },
      { key: 'password', change: 'changed', secret: true, before: null, now: null, line: 2 },
      { key: 'c', change: 'added', secret: false, before: null, now: null, line: 4 },
      { key: 'b', change: 'removed', secret: false, before: null, now: null, line: null },
    ]);
    await first.run.close('left');

    const second = await start(check('next', 'expect: { a: "2" }'));
    await second.runStep('next');
    expect(resultOf(second, 'next').drift).toMatchObject({ step: 'after', runId: first.state.runId, changes: [] });
  });

  it.each([
    ['a file that is not there', 'remote-not-found', () => {}],
    ['a folder', 'remote-not-found', () => mkdirSync(at('app1.properties'))],
    ['a file of 20 MB', 'config-too-large', () => writeFileSync(at('app1.properties'), Buffer.alloc(20 << 20, 'a'))],
    ['GBK where UTF-8 was promised', 'config-encoding', () => writeFileSync(at('app1.properties'), gbk)],
    ['a broken escape', 'config-syntax', () => writeFileSync(at('app1.properties'), 'a=1\nb=\\uXY')],
  ])('fails clearly on %s', async (_, code, prepare) => {
    prepare();
    const running = await start(check('params', 'expect: { a: "1" }'));
    await running.runStep('params');
    expect(running.lastAttempt('params')).toMatchObject({ verdict: 'failed', effectDone: 'none', failure: { code } });
  });

  /** `a=1\nname=交易` in GBK. */
  const gbk = Buffer.from('613d310a6e616d653dbdbbd2d7', 'hex');

  it('reads GBK when it is told so', async () => {
    writeFileSync(at('app1.properties'), gbk);
    const running = await start(check('params', 'encoding: gbk, expect: { name: 交易 }'));
    await running.runStep('params');
    expect(running.lastAttempt('params').verdict).toBe('passed');
  });

  it('says when the account may not read it, and reads it by sudo', async () => {
    writeFileSync(at('app1.properties'), 'a=1\n', { mode: 0o600 });
    const sudoers = `/etc/sudoers.d/countersign-config-${process.pid}`;
    writeFileSync(sudoers, `${user.name} ALL=(ALL) ALL\n`, { mode: 0o440 });
    try {
      const steps = `${check('plain', 'expect: { a: "1" }')}${check('root', 'sudo: true, expect: { a: "1" }')}`;
      const running = await start(steps, { prompter: { ask: async () => [user.password] } }, user.name);
      await running.runStep('plain');
      expect(running.lastAttempt('plain').failure?.code).toBe('remote-denied');
      await running.submit({
        type: 'decide',
        step: 'plain',
        target: 'app1',
        decision: 'overridden',
        reason: 'x',
        owner: 'x',
      });
      await running.runStep('root');
      expect(running.lastAttempt('root')).toMatchObject({ verdict: 'passed', failure: null });
    } finally {
      rmSync(sudoers);
    }
  });

  it('is unknown when the link is lost while it reads, and may simply be repeated', async () => {
    const shims = at('shims');
    mkdirSync(shims);
    writeFileSync(
      join(shims, 'cat'),
      `#!/bin/sh\ntouch ${at('reading')}\nwhile [ ! -e ${at('go')} ]; do sleep 0.05; done\n`,
      { mode: 0o755 },
    );
    const slow = await startSshd({ authorized: [key.publicLine], env: { PATH: `${shims}:/usr/bin:/bin` } });
    const through = await startCutProxy(slow);
    writeFileSync(join(home.ssh, 'known_hosts'), slow.knownHosts.replaceAll(`:${slow.port} `, `:${through.port} `));
    writeFileSync(at('app1.properties'), 'a=1\n');
    try {
      const plan = writtenPlan(check('params', 'expect: { a: "1" }'), { ...slow, port: through.port });
      engine = await Engine.create({ plan, data: join(work, 'data'), home: home.path });
      const running = engine;
      await running.submit({ type: 'run-step', step: 'params', targets: ['app1'], reason: null });
      await vi.waitUntil(() => existsSync(at('reading')), { timeout: 30_000 });
      through.cut();
      await running.run.controller.idle();
      expect(running.lastAttempt('params')).toMatchObject({ verdict: 'unknown', failure: { code: 'link-lost' } });
      writeFileSync(at('go'), '');
      rmSync(join(shims, 'cat'));
      await running.runStep('params');
      expect(running.lastAttempt('params').verdict).toBe('passed');
    } finally {
      await engine?.run.close('left');
      engine = null;
      await through.close();
      await slow.close();
    }
  });
});
