import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makoAdapter } from '../../electron/lockdown/notifications/mako.ts';
import { type DesktopSession, enterDesktop, startDesktopSession } from '../helpers/desktop-session.ts';

const hides = '[mode=away]\ninvisible=1\n';

/** A real mako under a headless sway; `makoctl` and the pixels of its display say what is so. */
describe('mako', () => {
  const adapter = makoAdapter();
  let desktop: DesktopSession;
  let leave = () => {};
  let empty: Buffer;

  afterEach(async () => {
    leave();
    await desktop.stop();
  });
  const start = async (config: Readonly<Record<string, string>>) => {
    desktop = await startDesktopSession({ daemon: 'mako', config });
    leave = enterDesktop(desktop);
    empty = await desktop.screenshot();
  };
  const nothingShown = async () => (await desktop.screenshot()).equals(empty);
  const modes = async () => (await desktop.run('makoctl', 'mode')).split('\n');

  it('does not display a critical notification while blocked, and displays it afterwards', async () => {
    await start({ 'mako/config': hides });
    const prior = await adapter.read();
    expect(prior).toEqual({ mode: 'away', on: false });
    await adapter.block(prior);
    expect([await adapter.verify(), await modes()]).toEqual(['blocked', ['default', 'away']]);
    await desktop.notify('Disk almost full', 'critical');
    expect(await adapter.waiting()).toBe(1);
    expect(await nothingShown()).toBe(true);

    await adapter.restore(prior);
    await vi.waitFor(async () => expect(await nothingShown()).toBe(false), { timeout: 15_000 });
    expect(await modes()).toEqual(['default']);
    expect(await adapter.read()).toEqual(prior);
  });

  it('leaves the mode on for a person who had it on, and other modes as they are', async () => {
    await start({ 'mako/config': hides });
    await desktop.run('makoctl', 'mode', '-a', 'away', '-a', 'other');
    const prior = await adapter.read();
    await adapter.block(prior);
    await adapter.restore(prior);
    expect((await modes()).toSorted()).toEqual(['away', 'default', 'other']);
  });

  it('is found not blocked after mako was killed and started again, and can be blocked again', async () => {
    await start({ 'mako/config': hides });
    const prior = await adapter.read();
    await adapter.block(prior);
    await desktop.restartDaemon();
    expect(await adapter.verify()).toBe('not-blocked');
    await adapter.block(prior);
    expect(await adapter.verify()).toBe('blocked');
  });

  it('says that it cannot keep them back where no mode hides notifications, and changes nothing', async () => {
    await start({});
    expect(await adapter.probe()).toEqual({
      type: 'lacking',
      code: 'notifications-unsupported',
      params: { daemon: 'mako' },
    });
    await expect(adapter.read()).rejects.toThrow('no mode');
    expect(await modes()).toEqual(['default']);
  });

  it('does not claim quiet where the configuration was written after mako had started', async () => {
    await start({ 'mako/config': '' });
    writeFileSync(join(desktop.env['XDG_CONFIG_HOME'] ?? '', 'mako', 'config'), hides);
    expect(await adapter.probe()).toEqual({ type: 'here', daemon: 'mako' });
    await adapter.block(await adapter.read());
    expect(await adapter.verify()).toBe('unverifiable');
    await desktop.notify('Disk almost full', 'critical');
    await vi.waitFor(async () => expect(await nothingShown()).toBe(false), { timeout: 15_000 });
  });
});
