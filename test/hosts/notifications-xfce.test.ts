import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { xfceAdapter } from '../../electron/lockdown/notifications/xfce.ts';
import { type DesktopSession, enterDesktop, startDesktopSession } from '../helpers/desktop-session.ts';

/** A notification that is shown appears within a quarter of a second here; this long nothing must have appeared. */
const LONG_ENOUGH_MS = 1_000;

/** A real xfce4-notifyd with a real xfconfd; `xfconf-query` and the pixels of the display say what is so. */
describe('xfce4-notifyd', () => {
  const adapter = xfceAdapter();
  let desktop: DesktopSession;
  let leave: () => void;
  let empty: Buffer;

  beforeEach(async () => {
    desktop = await startDesktopSession({ daemon: 'xfce' });
    leave = enterDesktop(desktop);
    empty = await desktop.screenshot();
  });
  afterEach(async () => {
    leave();
    await desktop.stop();
  });

  const nothingShown = async () => (await desktop.screenshot()).equals(empty);
  const xfconf = (...args: string[]) => desktop.run('xfconf-query', '--channel', 'xfce4-notifyd', ...args);
  const isSet = (property: string) =>
    xfconf('--property', property).then(
      () => true,
      () => false,
    );
  const shown = () => vi.waitFor(async () => expect(await nothingShown()).toBe(false), { timeout: 15_000 });
  /** One notification, so that the daemon knows `notify-send`; then an empty display again. */
  const becomeKnown = async () => {
    await desktop.notify('Good morning', 'normal');
    await shown();
    await desktop.restartDaemon();
    await vi.waitFor(async () => expect(await nothingShown()).toBe(true), { timeout: 15_000 });
  };

  it('does not display critical notifications of programs it knows while blocked, and displays new ones afterwards', async () => {
    await becomeKnown();
    const prior = await adapter.read();
    expect(prior).toEqual({ quiet: null, denied: null });
    await adapter.block(prior);
    expect(await adapter.verify()).toBe('blocked');
    await desktop.notify('Disk almost full', 'critical');
    await desktop.notify('Lunch?', 'normal');
    await wait(LONG_ENOUGH_MS);
    expect(await nothingShown()).toBe(true);
    expect(await adapter.verify()).toBe('blocked');
    expect(await adapter.waiting()).toBeNull();

    await adapter.restore(prior);
    expect(await adapter.read()).toEqual(prior);
    await desktop.notify('Disk almost full', 'critical');
    await shown();
  });

  it('is found not blocked when a program it never heard of sent a critical one, and keeps the next one back', async () => {
    await becomeKnown();
    const prior = await adapter.read();
    await adapter.block(prior);
    const stranger = () => desktop.run('notify-send', '--app-name', 'stranger', '--urgency', 'critical', 'Look here');
    await stranger();
    await shown();
    expect(await adapter.verify()).toBe('not-blocked');
    await adapter.block(prior);
    expect(await adapter.verify()).toBe('blocked');
    await desktop.restartDaemon();
    await vi.waitFor(async () => expect(await nothingShown()).toBe(true), { timeout: 15_000 });
    await stranger();
    await wait(LONG_ENOUGH_MS);
    expect(await nothingShown()).toBe(true);
  });

  it('stays blocked when the daemon is killed and started again, because xfconf keeps it', async () => {
    await becomeKnown();
    await adapter.block(await adapter.read());
    await desktop.restartDaemon();
    expect(await adapter.verify()).toBe('blocked');
    await desktop.notify('Disk almost full', 'critical');
    await wait(LONG_ENOUGH_MS);
    expect(await nothingShown()).toBe(true);
  });

  it('leaves no property behind that the person had not set', async () => {
    await becomeKnown();
    const prior = await adapter.read();
    await adapter.block(prior);
    expect([await isSet('/do-not-disturb'), await isSet('/applications/denied-critical-notifications')]).toEqual([
      true,
      true,
    ]);
    await adapter.restore(prior);
    expect([await isSet('/do-not-disturb'), await isSet('/applications/denied-critical-notifications')]).toEqual([
      false,
      false,
    ]);
    expect(await isSet('/applications/known_applications')).toBe(true);
  });

  it('gives a person back the very settings they had, do not disturb among them', async () => {
    await becomeKnown();
    await xfconf('-p', '/do-not-disturb', '-n', '-t', 'bool', '-s', 'true');
    const denied = '/applications/denied-critical-notifications';
    await xfconf('-p', denied, '-n', '-a', '-t', 'string', '-s', 'Chat, the loud one', '-t', 'string', '-s', 'Mail');
    const before = await xfconf('-p', denied);
    const prior = await adapter.read();
    expect(prior).toEqual({ quiet: true, denied: '["Chat, the loud one","Mail"]' });
    await adapter.block(prior);
    expect(await xfconf('-p', denied)).not.toBe(before);
    await adapter.restore(prior);
    expect(await xfconf('-p', denied)).toBe(before);
    expect(await xfconf('-p', '/do-not-disturb')).toBe('true');
  });

  it('is found not blocked when somebody switches do not disturb off', async () => {
    await adapter.block(await adapter.read());
    expect(await adapter.verify()).toBe('blocked');
    await xfconf('-p', '/do-not-disturb', '-s', 'false');
    expect(await adapter.verify()).toBe('not-blocked');
  });

  it('says which daemon shows notifications, and is not here once it is gone', async () => {
    expect(await adapter.probe()).toMatchObject({
      type: 'here',
      daemon: expect.stringMatching(/^Xfce Notify Daemon \d/),
    });
    await desktop.stopDaemon();
    await vi.waitFor(async () => expect(await adapter.probe()).toEqual({ type: 'not-here' }), { timeout: 15_000 });
  });
});
