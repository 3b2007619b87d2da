import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gnomeAdapter } from '../../electron/lockdown/notifications/gnome.ts';
import { runProgram } from '../../electron/lockdown/run-program.ts';
import { type DesktopSession, enterDesktop, startDesktopSession } from '../helpers/desktop-session.ts';
import { fakeNotificationServer } from '../helpers/fake-notification-server.ts';

const key = ['org.gnome.desktop.notifications', 'show-banners'];

/** The real gsettings with a keyfile of its own. GNOME's shell does not run here: nobody shows or hides anything. */
describe('GNOME without its shell', () => {
  const adapter = gnomeAdapter({ run: runProgram, env: { XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' } });
  let desktop: DesktopSession;
  let leave: () => void;

  beforeEach(async () => {
    desktop = await startDesktopSession({ daemon: null });
    leave = enterDesktop(desktop);
    mkdirSync(desktop.env['XDG_CONFIG_HOME'] ?? '', { recursive: true });
  });
  afterEach(async () => {
    leave();
    await desktop.stop();
  });
  const gsettings = (verb: string, ...value: string[]) => desktop.run('gsettings', verb, ...key, ...value);

  it('switches banners off, never claims quiet, and leaves nothing behind of what was the default', async () => {
    const prior = await adapter.read();
    expect(prior).toEqual({ banners: true, default: true });
    expect(await adapter.verify()).toBe('not-blocked');
    await adapter.block(prior);
    expect(await gsettings('get')).toBe('false');
    expect(await adapter.verify()).toBe('unverifiable');
    expect(await adapter.waiting()).toBeNull();
    await adapter.restore(prior);
    expect(await gsettings('get')).toBe('true');
    const { XDG_CONFIG_HOME: folder = '' } = desktop.env;
    expect(await desktop.run('cat', join(folder, 'glib-2.0', 'settings', 'keyfile'))).not.toContain('show-banners');
  });

  it('leaves banners off for a person who had them off', async () => {
    await gsettings('set', 'false');
    const prior = await adapter.read();
    expect(prior).toEqual({ banners: false, default: false });
    await adapter.block(prior);
    await adapter.restore(prior);
    expect(await gsettings('get')).toBe('false');
  });

  it('is here on a desktop that calls itself GNOME, and not on another', async () => {
    expect(await adapter.probe()).toEqual({ type: 'here', daemon: 'GNOME' });
    const other = gnomeAdapter({ run: runProgram, env: { XDG_CURRENT_DESKTOP: 'sway' } });
    expect(await other.probe()).toEqual({ type: 'not-here' });
  });

  it('is here where the bus says that GNOME shell shows notifications (a fake that only gives its name)', async () => {
    const fake = await fakeNotificationServer(['gnome-shell', 'GNOME', '43.9', '1.2']);
    try {
      const adapter = gnomeAdapter({ run: runProgram, env: {} });
      expect(await adapter.probe()).toEqual({ type: 'here', daemon: 'GNOME 43.9' });
    } finally {
      fake.stop();
    }
  });

  it('is lacking where gsettings is not installed, and not here where it does not know the setting', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(await adapter.probe()).toMatchObject({ type: 'lacking', code: 'notifications-unsupported' });
    await expect(adapter.read()).rejects.toThrow();
    vi.unstubAllEnvs();
    leave();
    leave = enterDesktop(desktop);
    vi.stubEnv('GSETTINGS_SCHEMA_DIR', '/nowhere');
    vi.stubEnv('XDG_DATA_DIRS', '/nowhere');
    expect(await adapter.probe()).toEqual({ type: 'not-here' });
    vi.unstubAllEnvs();
  });
});
