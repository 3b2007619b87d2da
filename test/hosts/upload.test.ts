import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProgressTap } from '../../electron/engine/ports.ts';
import { type CutProxy, startCutProxy } from '../helpers/cut-proxy.ts';
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

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Uploads to a real sshd, directly or through a proxy that can be cut. */
describe('uploading to a real server', () => {
  const folder = tempFolder('upload');
  const key = makeKey(join(folder, 'id_ed25519'));
  /** Stands before the host's own programs, so that a test can slow one down or let it lie. */
  const shims = join(folder, 'shims');
  let sshd: Sshd;
  let home: Home;
  let engine: Engine | null = null;
  let proxy: CutProxy | null = null;
  let work = '';
  let number = 0;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    mkdirSync(shims);
    sshd = await startSshd({
      authorized: [key.publicLine],
      config: ['Subsystem sftp internal-sftp'],
      env: { PATH: `${shims}:/usr/sbin:/usr/bin:/sbin:/bin` },
    });
  });
  beforeEach(() => {
    work = join(folder, `case-${number++}`);
    mkdirSync(join(work, 'desk'), { recursive: true });
    mkdirSync(join(work, 'host'));
    home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
  });
  afterEach(async () => {
    await engine?.run.close('left');
    engine = null;
    await proxy?.close();
    proxy = null;
    home.close();
    for (const name of readdirSync(shims)) rmSync(join(shims, name));
  });
  afterAll(async () => {
    await sshd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const onHost = (name: string): string => join(work, 'host', name);
  const atDesk = (name: string): string => join(work, 'desk', name);
  const text = (path: string): string => readFileSync(path, 'utf8');

  async function start(steps: string, given: Partial<EngineOptions> = {}): Promise<Engine> {
    const plan = writtenPlan(steps, { ...sshd, port: (proxy ?? sshd).port });
    const source = atDesk('release.yaml');
    engine = await Engine.create({ plan, data: join(work, 'data'), home: home.path, source, ...given });
    return engine;
  }

  /** An upload of `war` to `trade.war`, its hash given. */
  function upload(content: Buffer | string, more = 'keep-old: true'): string {
    writeFileSync(atDesk('war'), content);
    const hash = sha256(content);
    return `
      - id: upload
        title: Upload
        on: app1
        upload: { from: war, to: ${onHost('trade.war')}, sha256: "${hash}", ${more} }`;
  }

  const undo = () => `
      - { id: undo, title: Put it back, on: app1, upload: { restore: "${onHost('trade.war')}" } }`;

  async function throughProxy(): Promise<CutProxy> {
    proxy = await startCutProxy(sshd);
    writeFileSync(join(home.ssh, 'known_hosts'), sshd.knownHosts.replaceAll(`:${sshd.port} `, `:${proxy.port} `));
    return proxy;
  }

  it('keeps the old file, moves the new one in with owner and rights of the old, and proves both', async () => {
    writeFileSync(onHost('trade.war'), 'old');
    chmodSync(onHost('trade.war'), 0o640);
    chownSync(onHost('trade.war'), 1, 1);
    const content = randomBytes(1_500_000);
    const running = await start(upload(content));
    await running.runStep('upload');
    const attempt = running.lastAttempt('upload');
    expect(attempt).toMatchObject({ verdict: 'passed', effectDone: 'full', failure: null });
    expect(attempt.result).toEqual({
      kind: 'upload',
      did: 'put',
      to: onHost('trade.war'),
      now: { sha256: sha256(content), size: content.length },
      before: { sha256: sha256('old'), size: 3 },
      kept: onHost('trade.war.old'),
      sent: content.length,
      resumed: 0,
    });
    expect(readFileSync(onHost('trade.war')).equals(content)).toBe(true);
    expect(text(onHost('trade.war.old'))).toBe('old');
    const { mode, uid, gid } = statSync(onHost('trade.war'));
    expect([mode & 0o777, uid, gid]).toEqual([0o640, 1, 1]);
    expect(readdirSync(join(work, 'host')).sort()).toEqual(['trade.war', 'trade.war.old']);
    expect(attempt.notes.map((note) => note.text.slice(0, 24))).toEqual([
      'upload: sending to /tmp/',
      'upload: about to move {"',
    ]);
  });

  function shim(name: string, script: string): void {
    writeFileSync(join(shims, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Does something once, when that share of the bytes has been sent. */
  function whenSent(share: number, act: () => void): ProgressTap {
    let done = false;
    return ({ done: bytes, of, label }) => {
      if (done || of === null || label !== 'war' || hashing(bytes, of) || bytes / of < share) return;
      done = true;
      act();
    };
  }
  /** The file is hashed here first: the first time that all of it is done is not the sending. */
  let hashed = false;
  function hashing(bytes: number, of: number): boolean {
    const before = hashed;
    if (bytes === of) hashed = true;
    return !before;
  }

  it('finds the file in place already and moves nothing', async () => {
    writeFileSync(onHost('trade.war'), 'same');
    const { ino, mtimeMs, ctimeMs } = statSync(onHost('trade.war'));
    const running = await start(upload('same'));
    await running.runStep('upload');
    const attempt = running.lastAttempt('upload');
    expect(attempt).toMatchObject({ verdict: 'passed', effectDone: 'none', result: { did: 'was-there', sent: 0 } });
    expect(attempt.notes).toEqual([]);
    expect(statSync(onHost('trade.war'))).toMatchObject({ ino, mtimeMs, ctimeMs });
    expect(readdirSync(join(work, 'host'))).toEqual(['trade.war']);
  });

  it('puts a new file where there was none, readable for all', async () => {
    const running = await start(upload('', ''));
    await running.runStep('upload');
    expect(running.lastAttempt('upload')).toMatchObject({
      verdict: 'passed',
      result: { before: null, kept: null, now: { size: 0 } },
    });
    expect(statSync(onHost('trade.war')).mode & 0o777).toBe(0o644);
  });

  it.each([
    ['a folder', 'upload-target-folder', () => mkdirSync(onHost('trade.war'))],
    ['a link', 'upload-target-link', () => symlinkSync('elsewhere', onHost('trade.war'))],
    ['a pipe', 'upload-target-special', () => execFileSync('mkfifo', [onHost('trade.war')])],
    ['a missing folder', 'upload-folder-missing', () => rmSync(join(work, 'host'), { recursive: true })],
    ['a folder where the old one is kept', 'upload-target-special', () => mkdirSync(onHost('trade.war.old'))],
  ])('refuses %s before anything is sent', async (_, code, prepare) => {
    prepare();
    const running = await start(upload('new'));
    await running.runStep('upload');
    const attempt = running.lastAttempt('upload');
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'none', failure: { code }, notes: [] });
  });

  it('sends only what was proved: by the hash given, or by the artifact step of this run', async () => {
    const steps = upload('right');
    writeFileSync(atDesk('war'), 'wrong');
    const running = await start(steps);
    await running.runStep('upload');
    expect(running.lastAttempt('upload')).toMatchObject({
      effectDone: 'none',
      failure: { code: 'upload-other-file', params: { expected: sha256('right'), found: sha256('wrong') } },
    });
    rmSync(atDesk('war'));
    await running.runStep('upload', ['app1'], 'again');
    expect(running.lastAttempt('upload').failure?.code).toBe('local-file-unreadable');
    expect(readdirSync(join(work, 'host'))).toEqual([]);
  });

  it('holds the file to what the artifact step proved', async () => {
    writeFileSync(atDesk('war'), 'proved');
    const running = await start(`
      - { id: artifact, title: Prove it, artifact: { file: war, size: 6 } }
      - { id: upload, title: Upload, on: [app1, app2], upload: { from: war, to: "${onHost('$')}{host.name}.war" } }`);
    await running.runStep('artifact', ['desk']);
    await running.runStep('upload');
    expect(running.lastAttempt('upload').verdict).toBe('passed');
    expect(text(onHost('app1.war'))).toBe('proved');
    writeFileSync(atDesk('war'), 'change');
    await running.runStep('upload', ['app2']);
    expect(running.lastAttempt('upload', 'app2').failure?.code).toBe('upload-other-file');
    expect(existsSync(onHost('app2.war'))).toBe(false);
  });

  it('goes on where a lost link broke off, after proving what is there', async () => {
    const cut = await throughProxy();
    const content = randomBytes(40_000_000);
    writeFileSync(onHost('trade.war'), 'old');
    hashed = false;
    const running = await start(upload(content), { progress: whenSent(0.6, () => cut.cut()) });
    await running.runStep('upload');
    expect(running.lastAttempt('upload')).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'link-lost' },
    });
    expect(text(onHost('trade.war'))).toBe('old');
    await running.runStep('upload', ['app1'], 'the link is back');
    const attempt = running.lastAttempt('upload');
    expect(attempt).toMatchObject({ verdict: 'passed', result: { did: 'put' } });
    const result = attempt.result as { sent: number; resumed: number };
    expect(result.resumed).toBeGreaterThan(10_000_000);
    expect(result.sent + result.resumed).toBe(content.length);
    expect(readFileSync(onHost('trade.war')).equals(content)).toBe(true);
    expect(readdirSync(join(work, 'host')).sort()).toEqual(['trade.war', 'trade.war.old']);
  });

  it('does not believe what an earlier attempt left when it is not the beginning of the file', async () => {
    const content = randomBytes(20_000_000);
    const steps = upload(content);
    const left = onHost(`.trade.war.${sha256(content).slice(0, 16)}.countersign.part`);
    writeFileSync(left, randomBytes(15_000_000));
    const running = await start(steps);
    await running.runStep('upload');
    expect(running.lastAttempt('upload')).toMatchObject({ verdict: 'passed', result: { resumed: 0 } });
    expect(readFileSync(onHost('trade.war')).equals(content)).toBe(true);
  });

  it('is unknown when the link goes during the move, until the hash at the target decides', async () => {
    const cut = await throughProxy();
    writeFileSync(onHost('trade.war'), 'old');
    const busy = join(work, 'busy');
    shim(
      'mv',
      `case "$4" in */trade.war) touch ${busy}; while [ ! -e ${work}/go ]; do sleep 0.05; done;; esac; exec /bin/mv "$@"`,
    );
    const running = await start(upload('new') + undo());
    await running.submit({ type: 'run-step', step: 'upload', targets: ['app1'], reason: null });
    await vi.waitUntil(() => existsSync(busy), { timeout: 30_000 });
    cut.cut();
    await running.run.controller.idle();
    expect(running.target('upload').status).toBe('unknown');
    expect(text(onHost('trade.war'))).toBe('old');
    const probe = async () => {
      await running.submit({ type: 'probe', step: 'upload', target: 'app1' });
      await running.run.controller.idle();
      return running.target('upload').probe;
    };
    expect(await probe()).toBe('still-running');
    writeFileSync(join(work, 'go'), '');
    await vi.waitUntil(() => text(onHost('trade.war')) === 'new', { timeout: 30_000 });
    await expect.poll(probe, { timeout: 30_000 }).toBe('done');
    expect(running.target('upload').status).toBe('passed');

    // What was written down before the move is enough to put the old file back.
    expect(running.lastAttempt('upload').result).toBeNull();
    await running.runStep('undo');
    expect(running.lastAttempt('undo')).toMatchObject({ verdict: 'passed', result: { did: 'restored' } });
    expect(text(onHost('trade.war'))).toBe('old');
  });

  it('changes nothing when what arrived is not what was sent', async () => {
    writeFileSync(onHost('trade.war'), 'old');
    shim('openssl', `/usr/bin/openssl "$@" | sed 's/^${sha256('new').slice(0, 8)}/00000000/'`);
    const running = await start(upload('new'));
    await running.runStep('upload');
    expect(running.lastAttempt('upload')).toMatchObject({
      effectDone: 'none',
      failure: { code: 'upload-hash-differs' },
    });
    expect(readdirSync(join(work, 'host'))).toEqual(['trade.war']);
  });

  it('reads the file back where the host has no tool for hashes', async () => {
    const tools = join(work, 'tools');
    mkdirSync(tools);
    for (const name of 'sh cat stat head tail df mv cp ln rm chmod chown cmp wc tr cut dirname readlink sync mktemp grep sleep'.split(
      ' ',
    )) {
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(tools, name));
    }
    const bare = await startSshd({
      authorized: [key.publicLine],
      config: ['Subsystem sftp internal-sftp'],
      env: { PATH: tools },
    });
    const other = makeHome({ knownHosts: bare.knownHosts, keys: { id_ed25519: key } });
    try {
      writeFileSync(onHost('trade.war'), 'old');
      const plan = writtenPlan(upload(Buffer.alloc(3_000_000, 'x')), bare);
      engine = await Engine.create({
        plan,
        data: join(work, 'data'),
        home: other.path,
        source: atDesk('release.yaml'),
      });
      await engine.runStep('upload');
      expect(engine.lastAttempt('upload')).toMatchObject({
        verdict: 'passed',
        failure: null,
        result: { before: { sha256: sha256('old') }, kept: onHost('trade.war.old') },
      });
      expect(statSync(onHost('trade.war')).size).toBe(3_000_000);
    } finally {
      await engine?.run.close('left');
      engine = null;
      await bare.close();
      other.close();
    }
  });

  it('stops when somebody else writes to the target meanwhile', async () => {
    writeFileSync(onHost('trade.war'), 'old');
    hashed = false;
    const meddle = whenSent(0.5, () => writeFileSync(onHost('trade.war'), 'somebody was here'));
    const running = await start(upload(randomBytes(10_000_000)), { progress: meddle });
    await running.runStep('upload');
    expect(running.lastAttempt('upload')).toMatchObject({
      effectDone: 'none',
      failure: { code: 'upload-target-changed' },
    });
    expect(text(onHost('trade.war'))).toBe('somebody was here');
    expect(existsSync(onHost('trade.war.old'))).toBe(false);
  });

  it('stops at once when it is cancelled, and leaves the old file alone', async () => {
    writeFileSync(onHost('trade.war'), 'old');
    hashed = false;
    const cancel = whenSent(0.3, () => void engine?.submit({ type: 'cancel-attempt', attempt: 'a1' }));
    const running = await start(upload(randomBytes(60_000_000)), { progress: cancel });
    await running.runStep('upload');
    expect(running.lastAttempt('upload')).toMatchObject({ effectDone: 'none', failure: { code: 'cancelled' } });
    expect(text(onHost('trade.war'))).toBe('old');
  });

  it('refuses what the disk would not hold, and survives a disk that fills up while it sends', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', join(work, 'host')]);
    try {
      writeFileSync(onHost('trade.war'), 'old');
      const steps = upload(randomBytes(45_000_000));
      hashed = false;
      const running = await start(steps);
      await running.runStep('upload');
      expect(running.lastAttempt('upload')).toMatchObject({
        effectDone: 'none',
        notes: [],
        failure: { code: 'upload-no-space', params: { needed: '42.9 MB', available: '40.0 MB' } },
      });
      await running.run.close('left');

      // Large enough that it is still being sent when the first news of it is heard.
      execFileSync('mount', ['-o', 'remount,size=160m', join(work, 'host')]);
      const fill = whenSent(0.1, () => {
        try {
          writeFileSync(onHost('filler'), Buffer.alloc(160_000_000));
        } catch (error) {
          // As much of it as there was room for: then the disk is full.
          expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
        }
      });
      const smaller = upload(randomBytes(120_000_000));
      hashed = false;
      const second = await start(smaller, { progress: fill });
      await second.runStep('upload');
      expect(second.lastAttempt('upload')).toMatchObject({
        verdict: 'failed',
        effectDone: 'none',
        failure: { code: 'sftp-failed' },
      });
      expect(text(onHost('trade.war'))).toBe('old');
      rmSync(onHost('filler'));
      await second.runStep('upload', ['app1'], 'room was made');
      expect(second.lastAttempt('upload').verdict).toBe('passed');
      expect(text(onHost('trade.war.old'))).toBe('old');
    } finally {
      execFileSync('umount', [join(work, 'host')]);
    }
  });

  it('keeps the file from before the run, however often this run uploads', async () => {
    writeFileSync(onHost('trade.war'), 'old');
    writeFileSync(onHost('trade.war.old'), 'of an earlier release');
    writeFileSync(atDesk('second'), 'second');
    const running = await start(`${upload('first')}
      - id: mend
        title: Upload the mended one
        on: app1
        upload: { from: second, to: ${onHost('trade.war')}, sha256: "${sha256('second')}", keep-old: true }
      - id: undo
        title: Put it back
        on: app1
        upload: { restore: ${onHost('trade.war')} }`);
    await running.runStep('upload');
    expect(text(onHost('trade.war.old'))).toBe('old');
    await running.runStep('mend');
    expect(running.lastAttempt('mend').result).toMatchObject({ before: { sha256: sha256('old') } });
    expect(text(onHost('trade.war'))).toBe('second');
    expect(text(onHost('trade.war.old'))).toBe('old');
    await running.runStep('undo');
    expect(running.lastAttempt('undo')).toMatchObject({
      verdict: 'passed',
      effectDone: 'full',
      result: { did: 'restored' },
    });
    expect(text(onHost('trade.war'))).toBe('old');
    expect(existsSync(onHost('trade.war.old'))).toBe(false);
  });

  it('takes away what it put where nothing had been', async () => {
    const running = await start(upload('new') + undo());
    await running.runStep('upload');
    await running.runStep('undo');
    expect(running.lastAttempt('undo')).toMatchObject({ verdict: 'passed', result: { did: 'removed', now: null } });
    expect(readdirSync(join(work, 'host'))).toEqual([]);
  });

  it('puts nothing back that is not the file it kept, and keeps what it does not know', async () => {
    writeFileSync(onHost('trade.war'), 'old');
    const running = await start(upload('new') + undo());
    await running.runStep('upload');
    writeFileSync(onHost('trade.war'), 'edited on the host');
    writeFileSync(onHost('trade.war.old'), 'tampered');
    await running.runStep('undo');
    expect(running.lastAttempt('undo')).toMatchObject({
      effectDone: 'none',
      failure: { code: 'restore-other-file', params: { found: sha256('tampered') } },
    });
    writeFileSync(onHost('trade.war.old'), 'old');
    await running.runStep('undo', ['app1'], 'found the right one');
    expect(text(onHost('trade.war'))).toBe('old');
    expect(text(onHost('trade.war.before-restore'))).toBe('edited on the host');
  });

  it('has nothing to put back where the upload changed nothing, and says when there was no upload', async () => {
    writeFileSync(onHost('trade.war'), 'same');
    const running = await start(upload('same') + undo());
    await running.runStep('upload');
    await running.runStep('undo');
    expect(running.lastAttempt('undo')).toMatchObject({ verdict: 'passed', effectDone: 'none' });
    await running.run.close('left');
    const other = await start(undo());
    await other.runStep('undo');
    expect(other.lastAttempt('undo').failure?.code).toBe('restore-nothing');
  });

  it('undoes an upload as its rollback, host by host', async () => {
    writeFileSync(onHost('app1.war'), 'old 1');
    writeFileSync(onHost('app2.war'), 'old 2');
    writeFileSync(atDesk('war'), 'new');
    const to = `"${onHost('$')}{host.name}.war"`;
    const running = await start(`
      - id: upload
        title: Upload
        on: [app1, app2]
        upload: { from: war, to: ${to}, sha256: "${sha256('new')}", keep-old: true }
        rollback: { upload: { restore: ${to} } }
      - { id: after, title: After, manual: {} }`);
    await running.runStep('upload', ['app1', 'app2']);
    expect([text(onHost('app1.war')), text(onHost('app2.war'))]).toEqual(['new', 'new']);
    await running.submit({ type: 'begin-rollback', scope: 'run', reason: 'alarms', include: [] });
    const undoing = running.state.plan.steps.filter((step) => step.origin === 'rollback');
    for (const step of undoing) await running.runStep(step.id, step.targets);
    expect([text(onHost('app1.war')), text(onHost('app2.war'))]).toEqual(['old 1', 'old 2']);
  });

  describe('as an account that is not root', () => {
    let user: SystemUser;
    const sudoers = `/etc/sudoers.d/countersign-upload-${process.pid}`;
    beforeAll(() => {
      user = makeUser();
      writeFileSync(sudoers, `${user.name} ALL=(ALL) ALL\n`, { mode: 0o440 });
    });
    afterAll(() => {
      rmSync(sudoers);
      user.close();
    });

    async function startAs(steps: string, given: Partial<EngineOptions> = {}): Promise<Engine> {
      const plan = writtenPlan(steps, { ...sshd, user: user.name });
      const source = atDesk('release.yaml');
      engine = await Engine.create({ plan, data: join(work, 'data'), home: home.path, source, ...given });
      return engine;
    }
    const own = (path: string): void => {
      execFileSync('chown', ['-R', user.name, path]);
    };
    /** What this account has put where all accounts may: other tests are there with accounts of their own. */
    const staged = (): string =>
      execFileSync('find', ['/var/tmp', '-maxdepth', '1', '-name', 'countersign-*', '-user', user.name], {
        encoding: 'utf8',
      });

    it('refuses a folder it may not write to', async () => {
      const running = await startAs(upload('new'));
      await running.runStep('upload');
      expect(running.lastAttempt('upload').failure).toMatchObject({ code: 'upload-folder-denied' });
    });

    it('does not replace a file whose owner it could not keep', async () => {
      own(join(work, 'host'));
      writeFileSync(onHost('trade.war'), 'old');
      const running = await startAs(upload('new'));
      await running.runStep('upload');
      expect(running.lastAttempt('upload')).toMatchObject({
        effectDone: 'none',
        failure: { code: 'upload-owner', params: { owner: 'root:root' } },
      });
      expect(text(onHost('trade.war'))).toBe('old');
    });

    it.each(['root', 'daemon'])(
      'reaches a folder that only %s may enter by sudo, and leaves nothing behind',
      async (account) => {
        writeFileSync(onHost('trade.war'), 'old');
        execFileSync('chown', ['-R', `${account}:`, join(work, 'host')]);
        chmodSync(join(work, 'host'), 0o700);
        const before = staged();
        const running = await startAs(upload('new', `keep-old: true, sudo: ${account}`), {
          prompter: { ask: async () => [user.password] },
        });
        await running.runStep('upload');
        expect(running.lastAttempt('upload')).toMatchObject({ verdict: 'passed', failure: null });
        expect(text(onHost('trade.war'))).toBe('new');
        expect(text(onHost('trade.war.old'))).toBe('old');
        expect(execFileSync('stat', ['-c', '%U', onHost('trade.war')], { encoding: 'utf8' }).trim()).toBe(account);
        expect(staged()).toEqual(before);
      },
    );

    it('says when sudo refuses', async () => {
      const running = await startAs(upload('new', 'sudo: true'), { prompter: { ask: async () => ['wrong'] } });
      await running.runStep('upload');
      expect(running.lastAttempt('upload')).toMatchObject({ effectDone: 'none', failure: { code: 'sudo-refused' } });
    });
  });
});
