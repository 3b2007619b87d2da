import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../electron/engine/ports.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { dunstAdapter } from '../../electron/lockdown/notifications/dunst.ts';
import { xfceAdapter } from '../../electron/lockdown/notifications/xfce.ts';
import type { Quiet } from '../../electron/lockdown/ports.ts';
import { createQuiet } from '../../electron/lockdown/quiet.ts';
import { limits } from '../../shared/contract/limits.ts';
import { bundleForNode } from '../helpers/bundle.ts';
import { type DesktopSession, enterDesktop, startDesktopSession } from '../helpers/desktop-session.ts';
import { processId } from '../helpers/process-id.ts';
import { tempFolder } from '../helpers/sshd.ts';

/** How each real daemon says that it keeps notifications back, and is told so by a person. */
const daemons = {
  dunst: {
    paused: async (desktop: DesktopSession) => (await desktop.run('dunstctl', 'is-paused')) === 'true',
    pause: (desktop: DesktopSession, on: boolean) => desktop.run('dunstctl', 'set-paused', String(on)),
    /** It forgets its pause when it ends. */
    remembers: false,
  },
  xfce: {
    paused: async (desktop: DesktopSession) =>
      (await desktop.run('xfconf-query', '-c', 'xfce4-notifyd', '-p', '/do-not-disturb').catch(() => '')) === 'true',
    pause: (desktop: DesktopSession, on: boolean) =>
      desktop.run(
        'xfconf-query',
        ...['-c', 'xfce4-notifyd', '-p', '/do-not-disturb', '-n', '-t', 'bool', '-s', String(on)],
      ),
    remembers: true,
  },
} as const;

describe.each(['dunst', 'xfce'] as const)('notifications of a real %s', (name) => {
  const daemon = daemons[name];
  const children: ChildProcess[] = [];
  let desktop: DesktopSession;
  let leave: () => void = () => {};
  let bundle: string;
  let folder: string;
  let quiet: Quiet;
  let told: { readonly type: string; readonly detail: string }[];
  /** How often it has waited to look at the desktop again: two seconds each time. */
  let waits: number;
  const clock: Clock = {
    ...systemClock,
    sleep: (ms, signal) => {
      if (ms === limits.quietPollMs) waits += 1;
      return systemClock.sleep(ms, signal);
    },
  };

  beforeAll(async () => {
    bundle = await bundleForNode(resolve('test/helpers/quiet-child.ts'), resolve('out/quiet-child'));
    desktop = await startDesktopSession({ daemon: name });
    leave = enterDesktop(desktop);
  });
  afterAll(async () => {
    leave();
    await desktop?.stop();
  });
  beforeEach(() => {
    folder = tempFolder('quiet');
    told = [];
    waits = 0;
    const log = { info: () => {}, error: () => {} };
    quiet = createQuiet({ folder, adapters: [dunstAdapter(), xfceAdapter()], clock, log });
    quiet.subscribe((change) => void told.push(change));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    if (desktop.daemonPid() === null) await desktop.restartDaemon();
    await quiet.release();
    await quiet.close();
    await daemon.pause(desktop, false);
    rmSync(folder, { recursive: true, force: true });
  });

  function start(words: readonly string[], dies = ''): ChildProcess {
    const child = spawn(process.execPath, [bundle, folder, ...words], {
      env: { ...desktop.env, DIES: dies },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  }
  /** What a process says that runs to its end, a result a line. */
  async function run(...words: string[]): Promise<unknown[]> {
    const child = start(words);
    const out: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    await once(child, 'close');
    return Buffer.concat(out)
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
  const file = () => join(folder, 'notifications.json');
  const untilTold = async (type: string): Promise<void> => {
    if (told.some((change) => change.type === type)) return;
    await new Promise<void>((heard) => {
      quiet.subscribe((change) => {
        if (change.type === type) heard();
      });
    });
  };

  it('are kept back, and let through again', async () => {
    expect(await quiet.block('run-1')).toMatchObject({ adapter: name, state: 'blocked' });
    expect([await daemon.paused(desktop), existsSync(file())]).toEqual([true, true]);
    expect(await quiet.release()).toMatchObject({ verified: true });
    expect([await daemon.paused(desktop), existsSync(file())]).toEqual([false, false]);
  });

  it('can be tried without leaving a trace', async () => {
    expect(await quiet.trial()).toMatchObject({
      status: 'ok',
      code: 'notifications-blocked',
      params: { adapter: name },
    });
    expect([await daemon.paused(desktop), existsSync(file())]).toEqual([false, false]);
  });

  it('stay kept back for a person who had them so before', async () => {
    await daemon.pause(desktop, true);
    expect((await quiet.block('run-1'))?.state).toBe('blocked');
    expect(await quiet.release()).toMatchObject({ verified: true });
    expect(await daemon.paused(desktop)).toBe(true);
  });

  it('are kept back again within seconds when a person switches them on', async () => {
    await quiet.block('run-1');
    await daemon.pause(desktop, false);
    const before = waits;
    await untilTold('blocked-again');
    expect(waits - before).toBeLessThanOrEqual(2);
    expect(told.map(({ type }) => type)).toEqual(['lost', 'blocked-again']);
    expect(await daemon.paused(desktop)).toBe(true);
  });

  it('are kept back again within seconds when the daemon was killed and started anew', async () => {
    await quiet.block('run-1');
    await desktop.restartDaemon();
    const before = waits;
    if (!daemon.remembers) {
      await untilTold('blocked-again');
      expect(waits - before).toBeLessThanOrEqual(2);
    }
    expect((await quiet.trial()).code).toBe('notifications-blocked');
    expect(await daemon.paused(desktop)).toBe(true);
    await quiet.release();
    expect(await daemon.paused(desktop)).toBe(false);
  });

  it('are lost while nobody shows them, and kept back as soon as somebody does', async () => {
    await quiet.block('run-1');
    await desktop.stopDaemon();
    await untilTold('lost');
    expect(quiet.view()?.state).toBe('lost');
    await desktop.restartDaemon();
    await untilTold('blocked-again');
    expect(told.map(({ type }) => type)).toEqual(['lost', 'blocked-again']);
    expect([await daemon.paused(desktop), quiet.view()?.state]).toEqual([true, 'blocked']);
  });

  it.runIf(name === 'dunst')('are lost while the daemon hangs, and kept back again when it goes on', async () => {
    await quiet.block('run-1');
    const pid = processId(`${desktop.daemonPid()}`);
    process.kill(pid, 'SIGSTOP');
    try {
      await untilTold('lost');
      expect((await quiet.trial()).code).toBe('notifications-unknown');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await untilTold('blocked-again');
    expect(told.map(({ type }) => type)).toEqual(['lost', 'blocked-again']);
    expect(quiet.view()?.state).toBe('blocked');
  });

  it('cannot be kept back where nobody shows them', async () => {
    await desktop.stopDaemon();
    expect(await quiet.trial()).toMatchObject({ status: 'failed', code: 'notifications-no-daemon' });
    expect(await quiet.block('run-1')).toBeNull();
    expect(existsSync(file())).toBe(false);
  });

  it('are let through at the next start of an app that was killed', async () => {
    const child = start(['block']);
    await once(child.stdout ?? child, 'data');
    expect(await daemon.paused(desktop)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect([await daemon.paused(desktop), existsSync(file())]).toEqual([true, true]);
    expect(await run('recover', 'recover')).toEqual([
      expect.objectContaining({ runId: 'run-1', verified: true }),
      null,
    ]);
    expect([await daemon.paused(desktop), existsSync(file())]).toEqual([false, false]);
  });

  it.each([
    [['block'], 'block:before', false],
    [['block'], 'block:after', true],
    [['block', 'release'], 'restore:before', true],
    [['block', 'release'], 'restore:after', false],
    [['trial'], 'block:after', true],
    [['trial'], 'restore:after', false],
  ] as const)('are as before at the next start of an app killed in %s at %s', async (words, dies, paused) => {
    for (const before of name === 'dunst' ? [false, true] : [false]) {
      await daemon.pause(desktop, before);
      const [, signal] = (await once(start(words, dies), 'close')) as [null, string];
      expect(signal).toBe('SIGKILL');
      expect([await daemon.paused(desktop), existsSync(file())]).toEqual([paused || before, true]);
      await run('recover');
      expect([await daemon.paused(desktop), existsSync(file())]).toEqual([before, false]);
    }
  });

  it.runIf(name === 'dunst')('are counted while they wait, critical ones too, and then shown', async () => {
    await quiet.block('run-1');
    await desktop.notify('All is lost', 'critical');
    await desktop.notify('Lunch', 'normal');
    expect(await desktop.run('dunstctl', 'count', 'displayed')).toBe('0');
    expect((await quiet.block('run-1'))?.waiting).toBe(2);
    expect(await quiet.release()).toEqual({ verified: true, waiting: 2 });
    await expect.poll(() => desktop.run('dunstctl', 'count', 'displayed')).toBe('2');
    await desktop.run('dunstctl', 'close-all');
  });
});
