import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { kdeAdapter } from '../../electron/lockdown/notifications/kde.ts';
import type { NotificationAdapter, Ran } from '../../electron/lockdown/ports.ts';
import { createQuiet } from '../../electron/lockdown/quiet.ts';
import { connectSessionBus } from '../../electron/lockdown/session-bus.ts';
import { type DesktopSession, enterDesktop, startDesktopSession } from '../helpers/desktop-session.ts';
import { FakePlasma } from '../helpers/fake-plasma.ts';
import { tempFolder } from '../helpers/sshd.ts';

/** A real bus; Plasma and its `kreadconfig6` are fakes, because KDE does not run here. */
describe('notifications of a FAKE Plasma on a real session bus', () => {
  let desktop: DesktopSession;
  let leave: () => void = () => {};
  let plasma: FakePlasma;
  let adapter: NotificationAdapter;
  let asked: (readonly string[])[];
  let critical: Ran | Error;

  beforeAll(async () => {
    desktop = await startDesktopSession({ daemon: null });
    leave = enterDesktop(desktop);
  });
  afterAll(async () => {
    leave();
    await desktop?.stop();
  });
  beforeEach(async () => {
    plasma = await FakePlasma.start(desktop.env['DBUS_SESSION_BUS_ADDRESS'] ?? '');
    critical = { code: 0, stdout: 'false\n', stderr: '' };
    adapter = kde();
  });
  afterEach(async () => {
    await adapter.close();
    await plasma.stop();
  });

  function kde(): NotificationAdapter {
    asked = [];
    return kdeAdapter({
      connect: connectSessionBus,
      run: async (program, args) => {
        asked.push([program, ...args]);
        if (critical instanceof Error) throw critical;
        return critical;
      },
    });
  }

  it('are held back by one inhibition, and let through again', async () => {
    expect(await adapter.probe()).toEqual({ type: 'here', daemon: 'Plasma 6.1.5' });
    const prior = await adapter.read();
    expect(prior).toEqual({ inhibited: false });
    await adapter.block(prior);
    await adapter.block(prior);
    expect(plasma.calls).toEqual([['Inhibit', 'countersign', 'A release is under way', {}]]);
    expect(await adapter.verify()).toBe('blocked');
    await adapter.restore(prior);
    expect(plasma.calls.slice(1)).toEqual([['UnInhibit', 1]]);
    expect(await adapter.verify()).toBe('not-blocked');
    expect(await adapter.read()).toEqual(prior);
  });

  it.each([
    ['Plasma shows critical ones all the same', { code: 0, stdout: 'true\n', stderr: '' }],
    ['that cannot be asked for', new Error('kreadconfig6 is not installed')],
  ])('are never called quiet where %s', async (_, answer) => {
    critical = answer;
    await adapter.block({ inhibited: false });
    expect(await adapter.verify()).toBe('unverifiable');
    const setting = ['--file', 'plasmanotifyrc', '--group', 'Notifications', '--key', 'CriticalInDndMode'];
    expect(asked[0]).toEqual(['kreadconfig6', ...setting, '--default', 'true']);
  });

  it('are inhibited again after a person switched them on', async () => {
    await adapter.block({ inhibited: false });
    plasma.clear();
    expect(await adapter.verify()).toBe('not-blocked');
    await adapter.block({ inhibited: false });
    expect(await adapter.verify()).toBe('blocked');
    expect(plasma.inhibitions).toBe(1);
  });

  it('are let through altogether after a Plasma that was slow to say that it inhibits', async () => {
    plasma.slow = true;
    await adapter.block({ inhibited: false });
    await adapter.block({ inhibited: false });
    plasma.slow = false;
    expect(plasma.inhibitions).toBe(1);
    await adapter.restore({ inhibited: false });
    expect(plasma.inhibited).toBe(false);
  });

  it('are inhibited again by a Plasma that was started anew, and nobody else loses an inhibition', async () => {
    await adapter.block({ inhibited: false });
    await plasma.stop();
    await expect(adapter.verify()).rejects.toThrow();
    plasma = await FakePlasma.start(desktop.env['DBUS_SESSION_BUS_ADDRESS'] ?? '');
    const other = kde();
    await other.block({ inhibited: false });
    await adapter.block({ inhibited: false });
    expect(plasma.inhibitions).toBe(2);
    expect(plasma.calls.map(([member]) => member)).toEqual(['Inhibit', 'Inhibit']);
    await adapter.restore({ inhibited: false });
    expect(plasma.inhibitions).toBe(1);
    await other.close();
  });

  it('are let through by Plasma itself when our connection goes', async () => {
    await adapter.block({ inhibited: false });
    const gone = plasma.gone();
    await adapter.close();
    await gone;
    expect(plasma.inhibited).toBe(false);
  });

  it('stay held back for a person who had them so before', async () => {
    plasma.doNotDisturb = true;
    const prior = await adapter.read();
    await adapter.block(prior);
    await adapter.restore(prior);
    expect(plasma.inhibited).toBe(true);
    expect(await adapter.read()).toEqual(prior);
  });

  it('are not its business where somebody else shows them, or nobody', async () => {
    plasma.name = 'Other';
    expect(await adapter.probe()).toEqual({ type: 'not-here' });
    await plasma.stop();
    expect(await adapter.probe()).toEqual({ type: 'not-here' });
    plasma = await FakePlasma.start(desktop.env['DBUS_SESSION_BUS_ADDRESS'] ?? '');
  });

  it('cannot be held back by a Plasma without inhibitions', async () => {
    plasma.capabilities = ['body'];
    expect(await adapter.probe()).toMatchObject({ type: 'lacking', code: 'notifications-unsupported' });
  });

  it('are put back once the app that died is started again: there is nothing left to do', async () => {
    const folder = tempFolder('kde');
    const log = { info: () => {}, error: () => {} };
    const parts = { folder, clock: systemClock, log };
    const dying = createQuiet({ ...parts, adapters: [adapter] });
    expect(await dying.block('run-1')).toMatchObject({ adapter: 'kde', state: 'blocked' });
    const gone = plasma.gone();
    // Its connection ends with it, as with a process that is killed.
    await dying.close();
    await gone;
    const quiet = createQuiet({ ...parts, adapters: [kde()] });
    expect(await quiet.recover()).toEqual({ runId: 'run-1', verified: true, waiting: null });
    expect(plasma.calls.map(([member]) => member)).toEqual(['Inhibit']);
    expect(await quiet.trial()).toMatchObject({ status: 'ok', code: 'notifications-blocked' });
    await quiet.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
