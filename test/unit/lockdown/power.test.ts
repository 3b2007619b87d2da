import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkPower } from '../../../electron/lockdown/checks/power.ts';
import { runProgram } from '../../../electron/lockdown/run-program.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import { tempFolder } from '../../helpers/sshd.ts';

type Files = Readonly<Record<string, string>>;

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder as the kernel's `/sys/class/power_supply`. */
function suppliesOf(supplies: Readonly<Record<string, Files>>): string {
  const folder = tempFolder('power');
  made.push(folder);
  for (const [name, files] of Object.entries(supplies)) {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`);
  }
  return folder;
}

const mains = (online: 0 | 1): Files => ({ type: 'Mains', online: String(online) });
const battery = (capacity: number, status: string, more: Files = {}): Files => ({
  type: 'Battery',
  present: '1',
  capacity: String(capacity),
  status,
  ...more,
});

/** What Linux says, with Electron's own opinion beside it. */
function onLinux(supplies: Readonly<Record<string, Files>>, onBattery: boolean | null = null): Promise<PreflightCheck> {
  const senses = { power: async () => ({ onBattery }) };
  return checkPower({ platform: 'linux', run: runProgram, senses, supplies: suppliesOf(supplies) });
}

const low = (percent: number) => ({
  code: 'power-low',
  status: 'failed',
  params: { percent: `${percent}`, limit: '50' },
});

describe('power on Linux', () => {
  it('is mains where there is no battery at all', async () => {
    expect(await onLinux({})).toMatchObject({ code: 'power-mains', status: 'ok' });
  });

  it('is mains while the supply is plugged in, however empty the battery', async () => {
    expect(await onLinux({ AC: mains(1), BAT0: battery(7, 'Charging') }, false)).toMatchObject({ code: 'power-mains' });
  });

  it('is a battery that holds enough, or one that does not, to the percent', async () => {
    expect(await onLinux({ AC: mains(0), BAT0: battery(50, 'Discharging') })).toEqual({
      item: 'power',
      status: 'ok',
      code: 'power-battery',
      params: { percent: '50', limit: '50' },
    });
    expect(await onLinux({ AC: mains(0), BAT0: battery(49, 'Discharging') })).toMatchObject(low(49));
  });

  it('believes a battery that drains although something is plugged in', async () => {
    expect(await onLinux({ AC: mains(1), BAT0: battery(20, 'Discharging') })).toMatchObject(low(20));
  });

  it('believes whoever says battery when kernel and desktop differ', async () => {
    expect(await onLinux({ AC: mains(1), BAT0: battery(20, 'Charging') }, true)).toMatchObject(low(20));
    expect(await onLinux({ AC: mains(0), BAT0: battery(20, 'Unknown') }, false)).toMatchObject(low(20));
    expect(await onLinux({}, true)).toMatchObject({ code: 'power-unknown', status: 'unknown' });
  });

  it('knows a laptop that is charged by USB, and one that names no supply but charges', async () => {
    const usb = { type: 'USB', online: '1' };
    expect(await onLinux({ 'ucsi-1': usb, BAT0: battery(9, 'Charging') })).toMatchObject({ code: 'power-mains' });
    expect(await onLinux({ BAT0: battery(9, 'Not charging') })).toMatchObject({ code: 'power-mains' });
  });

  it('does not guess from a status that says nothing', async () => {
    expect(await onLinux({ BAT0: battery(90, 'Unknown') })).toMatchObject({ code: 'power-unknown', status: 'unknown' });
    expect(await onLinux({ BAT0: battery(90, 'Unknown') }, false)).toMatchObject({ code: 'power-mains' });
  });

  it('leaves the battery of a mouse, and an empty bay, out', async () => {
    const mouse = { ...battery(3, 'Discharging'), scope: 'Device' };
    const bay = { ...battery(0, 'Discharging'), present: '0' };
    expect(await onLinux({ hidpp_battery_0: mouse, BAT1: bay })).toMatchObject({ code: 'power-mains' });
  });

  it('takes two batteries for one store, by their size', async () => {
    const large = battery(80, 'Discharging', { energy_full: '72000000' });
    const small = battery(0, 'Discharging', { energy_full: '24000000' });
    expect(await onLinux({ BAT0: small, BAT1: large })).toMatchObject({ params: { percent: '60' } });
  });

  it('names the file when the charge cannot be read', async () => {
    const check = await onLinux({ BAT0: { type: 'Battery', status: 'Discharging', capacity: 'full' } });
    expect(check).toMatchObject({ code: 'power-unknown', status: 'unknown' });
    expect(check.params['reason']).toContain('BAT0/capacity');
  });

  it('is unknown where the kernel lists nothing and the desktop does not say', async () => {
    const parts = { platform: 'linux', run: runProgram, supplies: '/nonexistent/power_supply' } as const;
    const check = await checkPower({ ...parts, senses: { power: async () => ({ onBattery: null }) } });
    expect(check).toMatchObject({ code: 'power-unknown', status: 'unknown' });
    expect(check.params['reason']).toContain('/nonexistent/power_supply');
    const refusing = { power: () => Promise.reject(new Error('no UPower')) };
    expect(await checkPower({ ...parts, senses: refusing })).toMatchObject({ code: 'power-unknown' });
  });
});

describe('power elsewhere', () => {
  /** The words of a real pmset (macOS 14), as a fake. */
  const fakePmset = (stdout: string) => async () => ({ code: 0, stdout, stderr: '' });
  const battery85 = ` -InternalBattery-0 (id=22413411)\t85%; discharging; 3:21 remaining present: true\n`;
  const onMac = (stdout: string, onBattery: boolean | null = null): Promise<PreflightCheck> => {
    const senses = { power: async () => ({ onBattery }) };
    return checkPower({ platform: 'darwin', run: fakePmset(stdout), senses, supplies: '' });
  };

  it('is read from pmset on macOS', async () => {
    expect(await onMac(`Now drawing from 'Battery Power'\n${battery85}`)).toMatchObject({ params: { percent: '85' } });
    expect(await onMac(`Now drawing from 'AC Power'\n${battery85}`)).toMatchObject({ code: 'power-mains' });
    expect(await onMac(`Now drawing from 'UPS Power'\n`)).toMatchObject({ code: 'power-unknown' });
    expect(await onMac('', true)).toMatchObject({ code: 'power-unknown' });
  });

  it('is only mains or not on Windows, where the charge is not told', async () => {
    const onWindows = (onBattery: boolean | null): Promise<PreflightCheck> =>
      checkPower({ platform: 'win32', run: runProgram, senses: { power: async () => ({ onBattery }) }, supplies: '' });
    expect(await onWindows(false)).toMatchObject({ code: 'power-mains', status: 'ok' });
    expect(await onWindows(true)).toMatchObject({ code: 'power-unknown', status: 'unknown' });
    expect(await onWindows(null)).toMatchObject({ code: 'power-unknown', status: 'unknown' });
  });
});
