import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { planSubject } from '../../electron/ipc/check-subject.ts';
import { adaptersFor } from '../../electron/lockdown/notifications/choose.ts';
import type { CheckSubject } from '../../electron/lockdown/ports.ts';
import { createQuiet } from '../../electron/lockdown/quiet.ts';
import { runProgram } from '../../electron/lockdown/run-program.ts';
import { createSense } from '../../electron/lockdown/sense.ts';
import { found } from '../../shared/contract/check-table.ts';
import type { PreflightItem } from '../../shared/contract/lockdown.ts';
import { createTranslator } from '../../shared/text/translate.ts';
import { enterDesktop, startDesktopSession } from '../helpers/desktop-session.ts';
import { hostsKit, planHost, realClock } from '../helpers/hosts-kit.ts';
import { planOf, step } from '../helpers/plans.ts';
import { makeHome, makeKey, startSshd, tempFolder } from '../helpers/sshd.ts';

/** What preflight says on a real desktop about real trouble, as a person reads it. */

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function saysOf(item: PreflightItem, subject: CheckSubject): Promise<readonly string[]> {
  const folder = tempFolder('quiet');
  const log = { info: () => undefined, error: () => undefined };
  const adapters = adaptersFor('linux', { run: runProgram, env: process.env });
  const quiet = createQuiet({ folder, adapters, clock: realClock, log });
  const senses = {
    desktop: async () => found('desktop-no-manager', {}),
    sleep: async () => found('sleep-asked', { by: 'linux' }),
    power: async () => ({ onBattery: null }),
  };
  const check = await createSense({ platform: 'linux', run: runProgram, root: '/', quiet, senses })(item, subject);
  await quiet.close();
  rmSync(folder, { recursive: true });
  expect(check.status).toBe('failed');
  return (['en', 'zh'] as const).flatMap((language) => {
    const { t } = createTranslator(language);
    return [t(`lockdown:check-${check.code}`, check.params), t(`lockdown:check-${check.code}-remedy`, check.params)];
  });
}

/** A host whose `date` is ahead of its clock by so much: the machine's own clock cannot be moved here. */
async function subjectWithHostAhead(seconds: number, folder: string): Promise<CheckSubject> {
  const place = tempFolder('ahead');
  chmodSync(place, 0o755);
  const lying = join(place, 'date');
  writeFileSync(lying, `#!/bin/sh\nexec /bin/date -d '${seconds} seconds' "$@"\n`, { mode: 0o755 });
  const key = makeKey(join(place, 'login'));
  const config = [`ForceCommand PATH=${place}:$PATH exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"`];
  const sshd = await startSshd({ authorized: [key.publicLine], config });
  const home = makeHome({ keys: { id_ed25519: key }, knownHosts: sshd.knownHosts });
  const host = planHost('app1', { address: '127.0.0.1', port: sshd.port });
  const { hosts } = hostsKit({ home: home.path, hosts: [host] });
  open.push(
    () => rmSync(place, { recursive: true }),
    () => home.close(),
    () => sshd.close(),
    () => hosts.close(),
  );
  expect((await hosts.connect('app1')).ok).toBe(true);
  return planSubject(planOf([step('stop')], { hosts: [host] }), hosts, folder, realClock);
}

const nothingAsked: CheckSubject = {
  plan: planOf([]),
  folder: '/tmp',
  clockOffsets: async () => new Map(),
  connected: () => new Set(),
  checker: null,
};

it('names the host whose clock is off, by how much, and whom to ask', async () => {
  const [english, remedy, chinese, chineseRemedy] = await saysOf('clock', await subjectWithHostAhead(90, '/tmp'));
  expect(english).toMatch(/^Clocks differ from this computer by more than 3 s .*: app1 \+(8[89]|9[01])\.\d s\.$/);
  expect(remedy).toContain('chronyc tracking');
  expect(chinese).toMatch(/^以下主机的时钟与本机相差超过 3 秒.*app1 \+(8[89]|9[01])\.\d s。$/);
  expect(chineseRemedy).toContain('请与第三个时钟比对');
});

it('says how little is free, where, and what follows when it is full', async () => {
  const folder = tempFolder('small');
  open.push(() => rmSync(folder, { recursive: true }));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'countersign-test', folder]);
  open.push(() => void execFileSync('umount', [folder]));
  const runs = join(folder, 'runs');
  const [english, remedy, chinese, chineseRemedy] = await saysOf('disk', { ...nothingAsked, folder: runs });
  expect(english).toBe(`Only 32.0 MB free for journal and recordings in ${runs}; at least 2.0 GB are wanted.`);
  expect(remedy).toContain(`Free space on the disk of ${runs}`);
  expect(chinese).toBe(`${runs} 仅剩 32.0 MB 可供审计日志和录像使用；至少需要 2.0 GB。`);
  expect(chineseRemedy).toContain(`请在 ${runs} 所在的磁盘上腾出空间`);
});

it('says that nobody shows notifications, and what to start', async () => {
  const desktop = await startDesktopSession({ daemon: null });
  open.push(() => desktop.stop(), enterDesktop(desktop));
  const [english, remedy, chinese, chineseRemedy] = await saysOf('notifications', nothingAsked);
  expect(english).toContain('Nothing on this desktop shows notifications now');
  expect(remedy).toContain('Start the notification service of your desktop');
  expect(chinese).toContain('此桌面目前没有显示通知的程序');
  expect(chineseRemedy).toContain('请启动桌面的通知服务');
});
