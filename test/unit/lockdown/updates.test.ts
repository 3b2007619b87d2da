import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkUpdates } from '../../../electron/lockdown/checks/updates.ts';
import type { Ran, RunProgram } from '../../../electron/lockdown/ports.ts';
import { runProgram } from '../../../electron/lockdown/run-program.ts';
import { tempFolder } from '../../helpers/sshd.ts';

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** A tree with these files, in place of `/`. */
function rootWith(files: Readonly<Record<string, string>>): string {
  const root = tempFolder('root');
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

type Said = readonly [code: number, stdout: string];

/** Programs that say what real ones said (Debian 12, Fedora 40, macOS 14, Windows 11); any other is not installed. */
function fakePrograms(said: Readonly<Record<string, Said>>): RunProgram {
  return async (program, args): Promise<Ran> => {
    const answer = said[[program, ...args].join(' ')];
    const known = Object.keys(said).some((line) => line.split(' ')[0] === program);
    if (answer === undefined && !known) throw new Error(`spawn ${program} ENOENT`);
    const [code, stdout] = answer ?? [1, ''];
    return { code, stdout, stderr: '' };
  };
}

describe('updates on Debian and Ubuntu', () => {
  const config = 'apt-config dump APT::Periodic::Unattended-Upgrade';
  const timer = 'systemctl is-active apt-daily-upgrade.timer';
  const on: Said = [0, 'APT::Periodic::Unattended-Upgrade "1";\n'];
  const teller = { 'etc/kernel/postinst.d/unattended-upgrades': '' };
  const debian = (said: Readonly<Record<string, Said>>, files: Readonly<Record<string, string>> = {}) =>
    checkUpdates({ platform: 'linux', run: fakePrograms(said), root: rootWith(files) });

  it('ask for a restart, naming the packages once', async () => {
    const files = {
      'var/run/reboot-required': '*** System restart required ***\n',
      'var/run/reboot-required.pkgs': 'linux-image-6.1.0-18-amd64\nlibc6\nlibc6\n',
    };
    expect(await debian({}, files)).toEqual({
      item: 'updates',
      status: 'warning',
      code: 'restart-needed',
      params: { why: 'linux-image-6.1.0-18-amd64, libc6' },
    });
    const bare = { 'var/run/reboot-required': '' };
    expect(await debian({}, bare)).toMatchObject({ params: { why: '/var/run/reboot-required' } });
  });

  it('wait where update-notifier has counted some', async () => {
    const counted = { 'var/lib/update-notifier/updates-available': '\n12 updates can be applied immediately.\n' };
    expect(await debian({ [config]: [0, ''] }, counted)).toMatchObject({
      status: 'warning',
      code: 'updates-waiting',
      params: { what: 'apt: 12' },
    });
  });

  it('can begin by themselves while the timer runs, or where cron does it', async () => {
    const begin = { code: 'updates-waiting', params: { what: 'unattended-upgrades' } };
    expect(await debian({ [config]: on, [timer]: [0, 'active\n'] }, teller)).toMatchObject(begin);
    expect(await debian({ [config]: on }, teller)).toMatchObject(begin);
  });

  it('are no matter when the timer is stopped or they are off, and somebody would tell a restart', async () => {
    const none = { status: 'ok', code: 'updates-none', params: { by: 'apt' } };
    expect(await debian({ [config]: on, [timer]: [3, 'inactive\n'] }, teller)).toMatchObject(none);
    expect(await debian({ [config]: [0, ''] }, teller)).toMatchObject(none);
    expect(await debian({ [config]: [0, 'APT::Periodic::Unattended-Upgrade "0";\n'] }, teller)).toMatchObject(none);
  });

  it('are unknown where nobody would tell a restart', async () => {
    expect(await debian({ [config]: [0, ''] })).toMatchObject({ status: 'unknown', code: 'updates-unknown' });
  });

  it('are asked of the real system without a word going wrong', async () => {
    const check = await checkUpdates({ platform: 'linux', run: runProgram, root: '/' });
    expect(check.item).toBe('updates');
    if (check.status === 'unknown') expect(check.params['reason']).toMatch(/\S/);
  });
});

describe('updates on Fedora and Red Hat', () => {
  const timers = 'systemctl is-active dnf-automatic.timer dnf-automatic-install.timer dnf5-automatic.timer';
  const redHat = (said: Readonly<Record<string, Said>>) =>
    checkUpdates({ platform: 'linux', run: fakePrograms(said), root: rootWith({}) });

  it('ask for a restart, naming the packages', async () => {
    const said =
      'Core libraries or services have been updated since boot-up:\n  * glibc\n  * kernel-core\n\nReboot is required\n';
    expect(await redHat({ 'needs-restarting -r': [1, said] })).toMatchObject({
      code: 'restart-needed',
      params: { why: 'glibc, kernel-core' },
    });
  });

  it('can begin by themselves while a timer runs', async () => {
    const quiet: Said = [0, 'No core libraries or services have been updated.\n'];
    const active: Said = [0, 'inactive\nactive\ninactive\n'];
    expect(await redHat({ 'needs-restarting -r': quiet, [timers]: active })).toMatchObject({
      code: 'updates-waiting',
      params: { what: 'dnf-automatic-install.timer' },
    });
    const none: Said = [3, 'inactive\ninactive\ninactive\n'];
    expect(await redHat({ 'needs-restarting -r': quiet, [timers]: none })).toMatchObject({ code: 'updates-none' });
    expect(await redHat({ 'needs-restarting -r': quiet })).toMatchObject({ code: 'updates-unknown' });
  });

  it('are unknown where nobody can be asked', async () => {
    expect(await redHat({ 'dnf --version': [0, '4.14'] })).toMatchObject({ code: 'updates-unknown' });
    expect(await redHat({})).toMatchObject({ status: 'unknown', code: 'updates-unknown' });
  });
});

describe('updates on macOS', () => {
  const line = 'defaults read /Library/Preferences/com.apple.SoftwareUpdate LastRecommendedUpdatesAvailable';
  const macos = (said: Readonly<Record<string, Said>>) =>
    checkUpdates({ platform: 'darwin', run: fakePrograms(said), root: '/' });

  it('are those that the last look found', async () => {
    expect(await macos({ [line]: [0, '3\n'] })).toMatchObject({
      code: 'updates-waiting',
      params: { what: 'macOS: 3' },
    });
    expect(await macos({ [line]: [0, '0\n'] })).toMatchObject({ status: 'ok', code: 'updates-none' });
    expect(await macos({ [line]: [1, ''] })).toMatchObject({ code: 'updates-unknown' });
    expect(await macos({})).toMatchObject({ code: 'updates-unknown' });
  });
});

describe('updates on Windows', () => {
  const root = 'HKLM\\SOFTWARE\\Microsoft';
  const rebootRequired = `reg query ${root}\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired`;
  const never = 'reg query HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU /v NoAutoUpdate';
  const paused = `reg query ${root}\\WindowsUpdate\\UX\\Settings /v PauseUpdatesExpiryTime`;
  const windows = (said: Readonly<Record<string, Said>>) =>
    checkUpdates({ platform: 'win32', run: fakePrograms({ 'reg /?': [0, ''], ...said }), root: '/' });
  const pausedUntil = (when: Date): Said => [
    0,
    `\r\n${root}\\WindowsUpdate\\UX\\Settings\r\n    PauseUpdatesExpiryTime    REG_SZ    ${when.toISOString()}\r\n`,
  ];

  it('ask for a restart by a key of the registry', async () => {
    expect(await windows({ [rebootRequired]: [0, `${rebootRequired}\r\n`] })).toMatchObject({
      code: 'restart-needed',
      params: { why: 'Windows Update' },
    });
  });

  it('will not begin while they are paused, or where a policy switched them off', async () => {
    const inAWeek = new Date(Date.now() + 7 * 86_400_000);
    expect(await windows({ [paused]: pausedUntil(inAWeek) })).toMatchObject({ status: 'ok', code: 'updates-none' });
    const policy: Said = [0, '    NoAutoUpdate    REG_DWORD    0x1\r\n'];
    expect(await windows({ [never]: policy })).toMatchObject({ code: 'updates-none', params: { by: 'NoAutoUpdate' } });
  });

  it('are unknown otherwise: a pause that is over, a policy that allows them, no registry', async () => {
    const unknown = { status: 'unknown', code: 'updates-unknown' };
    expect(await windows({ [paused]: pausedUntil(new Date(Date.now() - 1_000)) })).toMatchObject(unknown);
    expect(await windows({ [never]: [0, '    NoAutoUpdate    REG_DWORD    0x0\r\n'] })).toMatchObject(unknown);
    expect(await windows({})).toMatchObject(unknown);
    expect(await checkUpdates({ platform: 'win32', run: fakePrograms({}), root: '/' })).toMatchObject(unknown);
    expect(await checkUpdates({ platform: 'openbsd', run: fakePrograms({}), root: '/' })).toMatchObject(unknown);
  });
});
