import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Variant } from '@jellybrick/dbus-next';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dunstAdapter } from '../../electron/lockdown/notifications/dunst.ts';
import { notificationServer } from '../../electron/lockdown/notifications/server.ts';
import { limits } from '../../shared/contract/limits.ts';
import { type DesktopSession, enterDesktop, startDesktopSession } from '../helpers/desktop-session.ts';
import { type FakeServer, fakeNotificationServer } from '../helpers/fake-notification-server.ts';
import { processId } from '../helpers/process-id.ts';

/** A real dunst on a display and a bus of its own; `dunstctl` and the pixels of the display say what is so. */
describe('dunst', () => {
  const adapter = dunstAdapter();
  let desktop: DesktopSession;
  let leave: () => void;
  let empty: Buffer;

  beforeEach(async () => {
    desktop = await startDesktopSession({ daemon: 'dunst' });
    leave = enterDesktop(desktop);
    empty = await desktop.screenshot();
  });
  afterEach(async () => {
    leave();
    await desktop.stop();
  });

  const nothingShown = async () => (await desktop.screenshot()).equals(empty);
  const count = async (which: 'displayed' | 'waiting') => Number(await desktop.run('dunstctl', 'count', which));

  it('does not display a critical notification while blocked, and displays it afterwards', async () => {
    const prior = await adapter.read();
    await adapter.block(prior);
    expect(await adapter.verify()).toBe('blocked');
    await desktop.notify('Disk almost full', 'critical');
    await vi.waitFor(async () => expect(await count('waiting')).toBe(1), { timeout: 15_000 });
    expect(await count('displayed')).toBe(0);
    expect(await nothingShown()).toBe(true);
    expect(await adapter.waiting()).toBe(1);

    await adapter.restore(prior);
    await vi.waitFor(async () => expect([await count('displayed'), await nothingShown()]).toEqual([1, false]), {
      timeout: 15_000,
    });
    expect(await desktop.run('dunstctl', 'is-paused')).toBe('false');
  });

  it('takes back what is on the display at the moment of blocking', async () => {
    await desktop.notify('Lunch?', 'critical');
    await vi.waitFor(async () => expect(await nothingShown()).toBe(false), { timeout: 15_000 });
    await adapter.block(await adapter.read());
    await vi.waitFor(async () => expect([await adapter.verify(), await nothingShown()]).toEqual(['blocked', true]), {
      timeout: 15_000,
    });
  });

  it('leaves it paused for a person who had it paused', async () => {
    await desktop.run('dunstctl', 'set-paused', 'true');
    const prior = await adapter.read();
    expect(prior).toEqual({ paused: true, level: null });
    await adapter.block(prior);
    await adapter.restore(prior);
    expect(await desktop.run('dunstctl', 'is-paused')).toBe('true');
  });

  it('is found not blocked after dunst was killed and started again, and can be blocked again', async () => {
    const prior = await adapter.read();
    await adapter.block(prior);
    const first = await notificationServer();
    await desktop.restartDaemon();
    expect((await notificationServer())?.pid).not.toBe(first?.pid);
    expect(await adapter.verify()).toBe('not-blocked');
    await adapter.block(prior);
    expect(await adapter.verify()).toBe('blocked');
  });

  it('cannot be asked while dunst is gone, starts none itself, and has nothing to put back then', async () => {
    writeFileSync(
      join(desktop.services, 'dunst.service'),
      '[D-BUS Service]\nName=org.freedesktop.Notifications\nExec=/usr/bin/dunst\n',
    );
    await desktop.run(
      'dbus-send',
      '--print-reply',
      '--dest=org.freedesktop.DBus',
      '/',
      'org.freedesktop.DBus.ReloadConfig',
    );
    const prior = await adapter.read();
    await desktop.stopDaemon();
    await vi.waitFor(async () => expect(await notificationServer()).toBeNull(), { timeout: 15_000 });
    await expect(adapter.verify()).rejects.toThrow();
    await expect(adapter.block(prior)).rejects.toThrow();
    await adapter.restore(prior);
    expect(await adapter.probe()).toEqual({ type: 'not-here' });
    expect(await notificationServer()).toBeNull();
  });

  it('is not taken for blocked while dunst hangs, and nobody waits for it for long', async () => {
    await adapter.block(await adapter.read());
    const daemon = processId(`${desktop.daemonPid()}`);
    process.kill(daemon, 'SIGSTOP');
    const began = performance.now();
    await expect(adapter.verify()).rejects.toThrow('No answer');
    expect(performance.now() - began).toBeLessThan(4 * limits.senseTimeoutMs);
    process.kill(daemon, 'SIGCONT');
    expect(await adapter.verify()).toBe('blocked');
  });

  it('says which dunst shows notifications', async () => {
    const version = (await desktop.run('dunst', '--version')).match(/\d+\.\d+\.\d+/)?.[0];
    expect(await adapter.probe()).toEqual({ type: 'here', daemon: `dunst ${version}` });
  });
});

/** dunst 1.10 and newer is not in Debian 12: its levels are tried on a fake that only knows those properties. */
describe('a fake dunst with pause levels', () => {
  const adapter = dunstAdapter();
  let desktop: DesktopSession;
  let leave: () => void;
  let fake: FakeServer;
  let state: { pauseLevel: number; displayedLength: number };

  beforeEach(async () => {
    desktop = await startDesktopSession({ daemon: null });
    leave = enterDesktop(desktop);
    state = { pauseLevel: 30, displayedLength: 0 };
    fake = await fakeNotificationServer(['dunst', 'knopwob', '1.12.2 (2025-03-03)', '1.2'], (member, body) => {
      if (member === 'Set' && body[1] === 'pauseLevel') state.pauseLevel = (body[2] as Variant<number>).value;
      if (member !== 'GetAll') return { signature: '', body: [] };
      const number = (value: number) => new Variant('u', value);
      const lengths = { displayedLength: number(state.displayedLength), waitingLength: number(3) };
      const paused = new Variant('b', state.pauseLevel > 0);
      return { signature: 'a{sv}', body: [{ paused, pauseLevel: number(state.pauseLevel), ...lengths }] };
    });
  });
  afterEach(async () => {
    fake.stop();
    leave();
    await desktop.stop();
  });

  it('is raised to the level at which nothing comes through, and put back to the level it had', async () => {
    expect(await adapter.verify()).toBe('not-blocked');
    const prior = await adapter.read();
    expect(prior).toEqual({ paused: true, level: 30 });
    await adapter.block(prior);
    expect([state.pauseLevel, await adapter.verify(), await adapter.waiting()]).toEqual([100, 'blocked', 3]);
    await adapter.restore(prior);
    expect(state.pauseLevel).toBe(30);
  });

  it('is found not blocked while a rule shows something at every level', async () => {
    await adapter.block(await adapter.read());
    state.displayedLength = 1;
    expect(await adapter.verify()).toBe('not-blocked');
  });
});

describe('dunst that is only installed', () => {
  it('is not taken for the daemon of a desktop where nobody or somebody else shows notifications', async () => {
    for (const daemon of [null, 'xfce'] as const) {
      const desktop = await startDesktopSession({ daemon });
      const leave = enterDesktop(desktop);
      try {
        expect(await dunstAdapter().probe()).toEqual({ type: 'not-here' });
      } finally {
        leave();
        await desktop.stop();
      }
    }
  });

  it('is not looked for where there is no session bus', async () => {
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nowhere/at/all');
    expect(await notificationServer()).toBeNull();
    await expect(dunstAdapter().probe()).rejects.toThrow('no session bus');
    vi.unstubAllEnvs();
  });
});
