import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { found } from '../../../shared/contract/check-table.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import type { Ran, RunProgram } from '../ports.ts';
import { listed } from './names.ts';

interface UpdatesParts {
  readonly platform: NodeJS.Platform;
  readonly run: RunProgram;
  /** Where the system's files lie: `/`. */
  readonly root: string;
}

/** Whether a restart is due, updates wait, or can begin by themselves: only from what the system has at hand, no network. */
export async function checkUpdates(parts: UpdatesParts): Promise<PreflightCheck> {
  if (parts.platform === 'linux') return (await debian(parts)) ?? (await redHat(parts)) ?? unknown('no apt, no dnf');
  if (parts.platform === 'darwin') return macos(parts);
  if (parts.platform === 'win32') return windows(parts);
  return unknown(parts.platform);
}

const unknown = (reason: string): PreflightCheck => found('updates-unknown', { reason });

/** Null when the program is not there. */
const ask = (run: RunProgram, program: string, ...args: readonly string[]): Promise<Ran | null> =>
  run(program, args).catch(() => null);

/* ---------- Debian, Ubuntu ---------- */

const debianFiles = {
  restart: 'var/run/reboot-required',
  restartFor: 'var/run/reboot-required.pkgs',
  /** `12 updates can be applied immediately.`, kept by update-notifier-common. */
  waiting: 'var/lib/update-notifier/updates-available',
  /** Only these write `restart`; without them its absence says nothing. */
  tellers: ['etc/kernel/postinst.d/update-notifier', 'etc/kernel/postinst.d/unattended-upgrades'],
};

async function debian({ run, root }: UpdatesParts): Promise<PreflightCheck | null> {
  const text = (file: string): Promise<string | null> => readFile(join(root, file), 'utf8').catch(() => null);
  if ((await text(debianFiles.restart)) !== null) {
    const packages = (await text(debianFiles.restartFor))?.split('\n').filter((line) => line.trim() !== '') ?? [];
    return found('restart-needed', { why: listed([...new Set(packages)]) || `/${debianFiles.restart}` });
  }
  const config = await ask(run, 'apt-config', 'dump', 'APT::Periodic::Unattended-Upgrade');
  if (config === null) return null;
  if (config.code !== 0) return unknown(`apt-config: ${config.stderr.trim()}`);
  const count = /\d+/.exec((await text(debianFiles.waiting)) ?? '')?.[0] ?? null;
  if (count !== null && count !== '0') return found('updates-waiting', { what: `apt: ${count}` });
  // Without systemd its daily cron job does the same.
  const automatic = /"([^"]*)"/.exec(config.stdout)?.[1] ?? '0';
  const timers = automatic === '0' ? [] : await activeTimers(run, ['apt-daily-upgrade.timer']);
  if (timers === null || timers.length > 0) return found('updates-waiting', { what: 'unattended-upgrades' });
  const told = await Promise.all(debianFiles.tellers.map((file) => exists(join(root, file))));
  return told.includes(true)
    ? found('updates-none', { by: 'apt' })
    : unknown('apt: no update-notifier-common, no unattended-upgrades');
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Which of these begin something by themselves; null when systemd does not answer. */
async function activeTimers(run: RunProgram, timers: readonly string[]): Promise<readonly string[] | null> {
  const ran = await ask(run, 'systemctl', 'is-active', ...timers);
  // One line each, in this order; nothing on stdout where systemd does not run.
  const states = ran?.stdout.split('\n') ?? [];
  if (states.length < timers.length || states[0] === '') return null;
  return timers.filter((_, index) => states[index] === 'active');
}

/* ---------- Fedora, Red Hat ---------- */

const dnfTimers = ['dnf-automatic.timer', 'dnf-automatic-install.timer', 'dnf5-automatic.timer'];

async function redHat({ run }: UpdatesParts): Promise<PreflightCheck | null> {
  const restart = await ask(run, 'needs-restarting', '-r');
  if (restart === null) return (await ask(run, 'dnf', '--version')) === null ? null : unknown('no needs-restarting');
  if (restart.code === 1) return found('restart-needed', { why: listed(changedPackages(restart.stdout)) || 'dnf' });
  if (restart.code !== 0) return unknown(`needs-restarting -r: ${restart.stderr.trim()}`);
  const timers = await activeTimers(run, dnfTimers);
  if (timers === null) return unknown('systemctl: no answer');
  return timers.length > 0
    ? found('updates-waiting', { what: listed(timers) })
    : found('updates-none', { by: 'needs-restarting' });
}

/** `  * kernel`, one line each. */
function changedPackages(stdout: string): readonly string[] {
  return [...stdout.matchAll(/^\s+\* (\S+)/gm)].map(([, name]) => name ?? '');
}

/* ---------- macOS ---------- */

async function macos({ run }: UpdatesParts): Promise<PreflightCheck> {
  const domain = '/Library/Preferences/com.apple.SoftwareUpdate';
  const ran = await ask(run, 'defaults', 'read', domain, 'LastRecommendedUpdatesAvailable');
  const count = /^\d+$/.exec(ran?.stdout.trim() ?? '')?.[0];
  if (ran?.code !== 0 || count === undefined) return unknown('com.apple.SoftwareUpdate: no answer');
  return count === '0'
    ? found('updates-none', { by: 'com.apple.SoftwareUpdate' })
    : found('updates-waiting', { what: `macOS: ${count}` });
}

/* ---------- Windows ---------- */

const windowsKeys = {
  restart: {
    'Windows Update': 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired',
    'Component Based Servicing':
      'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending',
  },
  policy: 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU',
  settings: 'HKLM\\SOFTWARE\\Microsoft\\WindowsUpdate\\UX\\Settings',
};

/** `reg query` ends with 1 where the key or value is not there. */
async function windows({ run }: UpdatesParts): Promise<PreflightCheck> {
  const query = (...words: readonly string[]): Promise<Ran | null> => ask(run, 'reg', 'query', ...words);
  const keys = Object.entries(windowsKeys.restart);
  const restarts = await Promise.all(keys.map(async ([why, key]) => ({ why, ran: await query(key) })));
  const due = restarts.filter(({ ran }) => ran?.code === 0).map(({ why }) => why);
  if (due.length > 0) return found('restart-needed', { why: due.join(', ') });
  if (restarts.some(({ ran }) => ran?.code !== 1)) return unknown('reg query: no answer');
  const never = await query(windowsKeys.policy, '/v', 'NoAutoUpdate');
  if (/REG_DWORD\s+0x1\b/.test(never?.stdout ?? '')) return found('updates-none', { by: 'NoAutoUpdate' });
  const paused = await query(windowsKeys.settings, '/v', 'PauseUpdatesExpiryTime');
  const until = /REG_SZ\s+(\S+)/.exec(paused?.stdout ?? '')?.[1] ?? '';
  if (Date.parse(until) > Date.now()) return found('updates-none', { by: `PauseUpdatesExpiryTime ${until}` });
  return unknown('Windows Update is not paused');
}
