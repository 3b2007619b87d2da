import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { submit } from '../helpers/electron-demo.ts';
import { killMain } from '../helpers/electron-release.ts';
import { type LockedDesk, openLockedDesk } from '../helpers/locked-desk.ts';
import { tempFolder } from '../helpers/sshd.ts';

/** A real window manager, a real session bus with a real dunst, a real OpenSSH server, and the built app. */
let desk: LockedDesk;
test.afterEach(() => desk.close());

const types = (): readonly string[] => desk.records().map(({ type }) => type);
const recorded = (type: string) => desk.records().filter((record) => record.type === type);
const count = (what: 'displayed' | 'waiting'): Promise<string> => desk.session.run('dunstctl', 'count', what);
const paused = (): Promise<string> => desk.session.run('dunstctl', 'is-paused');

/** Into the atomic block, with its slow step under way. */
async function insideTheBlock(): Promise<void> {
  await desk.begin();
  await desk.pass('look');
  await desk.locked();
  await desk.pass('stop');
  await submit(desk.desk.app.page, { type: 'enter-block', block: 0 });
  await submit(desk.desk.app.page, { type: 'run-step', step: 'upload', targets: ['app1'], reason: null });
  await expect.poll(async () => Object.keys((await desk.state()).running)).toHaveLength(1);
}

const letItGo = (): void => writeFileSync(join(desk.host, 'go'), '');

test('a critical notification waits out the atomic block and is released after the run, with a count', async () => {
  desk = await openLockedDesk();
  await insideTheBlock();
  expect(await paused()).toBe('true');
  const before = await desk.session.screenshot();
  await desk.session.notify('The build server is on fire', 'critical');
  expect(await count('waiting')).toBe('1');
  expect(await count('displayed')).toBe('0');
  expect((await desk.session.screenshot()).equals(before)).toBe(true);

  // The daemon dies and comes back without its pause: blocked again within seconds, and on record.
  await desk.session.restartDaemon();
  await expect.poll(paused).toBe('true');
  await expect.poll(() => recorded('lockdown-gap-closed').length).toBe(1);
  expect(recorded('lockdown-gap-opened')).toMatchObject([{ data: { gap: 'notifications-unblocked' } }]);
  await desk.session.notify('It still is', 'critical');

  letItGo();
  await expect.poll(async () => (await desk.state()).steps[2]?.settledAt).not.toBeNull();
  await desk.pass('start');
  await desk.pass('warm');
  // The hot phases are over: the window is free, and nothing bursts over what is left to do.
  await expect.poll(() => recorded('lockdown-left')).toMatchObject([{ data: { cause: 'phases-over' } }]);
  expect(await paused()).toBe('true');
  expect(await count('displayed')).toBe('0');
  await desk.pass('tidy');
  await submit(desk.desk.app.page, { type: 'finish' });
  await expect.poll(() => types().at(-1)).toBe('session-closed');
  expect(recorded('notifications-released')).toMatchObject([{ data: { cause: 'ended', verified: true, waiting: 1 } }]);
  expect(await paused()).toBe('false');
  await expect.poll(() => count('displayed')).toBe('1');
});

test('every way out is refused, told and recorded', async () => {
  desk = await openLockedDesk();
  await desk.begin();
  await desk.pass('look');
  await desk.locked();
  const { session } = desk;
  const { page, app } = desk.desk.app;
  const asked: string[] = [];
  await page.exposeFunction('refusedWay', (way: string) => void asked.push(way));
  await page.evaluate(() => {
    window.countersign.subscribe('lock:way-refused', ({ way }) => {
      (window as unknown as { refusedWay(way: string): void }).refusedWay(way);
    });
  });
  // Locked, so it is the window in front.
  const id = await session.run('xdotool', 'getactivewindow');
  const keys = [
    ['alt+F4', 'close'],
    ['ctrl+w', 'close'],
    ['ctrl+q', 'quit'],
    ['F11', 'full-screen'],
    ['ctrl+r', 'reload'],
    ['F5', 'reload'],
    ['ctrl+shift+i', 'developer-tools'],
    ['F12', 'developer-tools'],
    ['ctrl+m', 'minimize'],
    ['ctrl+n', 'new-window'],
    ['ctrl+plus', 'zoom'],
  ] as const;
  for (const [key, way] of keys) {
    const before = asked.length;
    await session.run('xdotool', 'key', key);
    await expect.poll(() => asked.length, { message: `${key} was not refused` }).toBeGreaterThan(before);
    expect(asked.slice(before)).toContain(way);
  }
  await session.run('wmctrl', '-i', '-c', id);
  await expect.poll(() => asked.at(-1)).toBe('close');
  await app.evaluate(({ app: main }) => main.quit());
  await expect.poll(() => asked.at(-1)).toBe('quit');
  await page.evaluate(() => void window.open('https://example.org/'));
  await expect.poll(() => asked.at(-1)).toMatch(/new-window|external-link/);
  await page.evaluate(() => window.countersign.request('run:close', {}));
  await expect.poll(() => asked.at(-1)).toBe('leave-run');

  // Minimised and covered by another window: sensed, put right, and on record with how long it was.
  // Put right so soon that it may be seen only as the keyboard's short absence, or tried again to be seen at all.
  const away = async () => (await gaps()).filter(([gap, over]) => over && /^(minimized|focus-lost)$/.test(gap)).length;
  const minimize = async () => {
    if ((await gaps()).length === 0) await session.run('xdotool', 'windowminimize', id);
    return await away();
  };
  await expect.poll(minimize, { intervals: [1_000] }).toBeGreaterThan(0);
  await openOther();
  await expect.poll(() => gaps()).toContainEqual(['focus-lost', true]);
  const front = async (): Promise<string> => session.run('xdotool', 'getactivewindow');
  await expect.poll(front).toBe(id);
  await session.restartWindowManager();
  await expect.poll(() => gaps()).toContainEqual(['window-manager-gone', true]);
  await expect.poll(() => session.run('xprop', '-id', id, '_NET_WM_STATE')).toMatch(/FULLSCREEN/);
  await expect.poll(() => session.run('xprop', '-id', id, '_NET_WM_STATE')).toMatch(/ABOVE/);

  await expect.poll(async () => Object.keys((await desk.state()).lockdown.refused).length).toBeGreaterThan(8);
  expect((await desk.state()).lockdown.refused).toMatchObject({
    reload: 2,
    'developer-tools': 2,
    minimize: 1,
    zoom: 1,
  });
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isKiosk())).toBe(true);
  expect((await desk.state()).status).toBe('running');
});

/** Gaps of the run so far, and whether each is over with a duration. */
const gaps = async (): Promise<readonly (readonly [string, boolean])[]> =>
  (await desk.state()).lockdown.gaps.map(({ gap, durationMs }) => [gap, durationMs !== null] as const);

/** Another program's window that wants to be in front. */
async function openOther(): Promise<void> {
  const { session } = desk;
  execFileSync('sh', ['-c', 'xev -name Other >/dev/null 2>&1 &'], { env: session.env });
  const other = async () => session.run('xdotool', 'search', '--onlyvisible', '--name', 'Other').catch(() => '');
  await expect.poll(other).toMatch(/^\d+/);
  await session.run('xdotool', 'windowactivate', (await other()).split('\n')[0] ?? '');
}

test('killed while locked: everything is put back at the next start, and the run locks again', async () => {
  desk = await openLockedDesk();
  await insideTheBlock();
  expect(await paused()).toBe('true');
  await killMain(desk.desk.app);
  expect(await paused()).toBe('true');
  await desk.reopen();
  await expect.poll(paused).toBe('false');
  letItGo();
  await desk.locked();
  expect(await paused()).toBe('true');
  const after = types().slice(types().lastIndexOf('session-opened'));
  expect(after).toEqual(expect.arrayContaining(['lockdown-left', 'notifications-released', 'lockdown-entered']));
  expect(recorded('notifications-released')).toMatchObject([{ data: { cause: 'crashed', verified: true } }]);
  expect((await desk.state()).lockdown.gaps).toMatchObject([{ gap: 'app-died', durationMs: null }]);
});

test('killed between runs, it puts back only what it had changed: who had them off keeps them off', async () => {
  desk = await openLockedDesk();
  await desk.session.run('dunstctl', 'set-paused', 'true');
  await insideTheBlock();
  await killMain(desk.desk.app);
  await desk.reopen();
  await expect(desk.desk.app.page.getByRole('heading', { level: 1 })).toHaveText('Countersign');
  await expect.poll(async () => (await desk.desk.request('lock:get', {})) === null).toBe(true);
  expect(await paused()).toBe('true');
});

test('a pause opens the lock and a second entry closes it; the glass is refused inside a block', async () => {
  desk = await openLockedDesk();
  await desk.begin();
  await desk.pass('look');
  await desk.locked();
  const { page, app } = desk.desk.app;
  const kiosk = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isKiosk());
  expect(await kiosk()).toBe(true);
  await submit(page, { type: 'hold', reason: 'fire drill', minutes: 10 });
  await expect.poll(kiosk).toBe(false);
  await submit(page, { type: 'continue' });
  await desk.locked();
  await expect.poll(kiosk).toBe(true);
  await desk.pass('stop');
  await submit(page, { type: 'enter-block', block: 0 });
  const broken = await desk.desk.request('run:intent', { intent: { type: 'break-glass', reason: 'fire' } });
  expect(broken).toMatchObject({ ok: false, refusal: { code: 'in-atomic-block' } });
});

const words = {
  en: [/Only \d.* free for journal and recordings/, /app1 \+9\d/, /Nothing on this desktop shows notifications/],
  zh: [/仅剩 \d.* 可供审计日志和录像使用/, /app1 \+9\d/, /此桌面目前没有显示通知的程序/],
} as const;

for (const language of ['en', 'zh'] as const) {
  test(`a full disk, a host whose clock is off and a missing daemon are said before the start, in ${language}`, async () => {
    const small = tempFolder('small');
    const lies = tempFolder('lies');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'none', small]);
    writeFileSync(join(lies, 'date'), '#!/bin/sh\nexec /bin/date -d "+95 seconds" "$@"\n', { mode: 0o755 });
    try {
      desk = await openLockedDesk({ daemon: null, data: join(small, 'data'), path: lies, language });
      const { page } = desk.desk.app;
      const path = desk.checklist;
      await desk.desk.app.app.evaluate(({ dialog }, chosen) => {
        dialog.showOpenDialog = (() =>
          Promise.resolve({ canceled: false, filePaths: [chosen] })) as typeof dialog.showOpenDialog;
      }, path);
      await page.getByRole('button', { name: language === 'en' ? 'Open a checklist…' : '打开检查单…' }).click();
      await page.getByRole('button', { name: /^prod/ }).click();
      await page.locator('[data-primary]').click();
      for (const said of words[language]) await expect(page.getByText(said).first()).toBeVisible();
      // Nothing begins past them: the primary button leads to the first that stands open.
      await expect(page.locator('[data-primary]')).not.toContainText(/Start the run|开始执行/);
      const made = await desk.desk.request('run:create', { lockdown: { on: true, reason: null }, decisions: [] });
      expect(made).toMatchObject({ ok: false });
    } finally {
      await desk.desk.app.close();
      execFileSync('umount', ['-l', small]);
      for (const folder of [small, lies]) rmSync(folder, { recursive: true, force: true });
    }
  });
}

test('the glass breaks only when it is held, lets everything through, and the run pauses', async () => {
  desk = await openLockedDesk();
  await desk.begin();
  await desk.pass('look');
  await desk.locked();
  await desk.session.notify('Somebody is at the door', 'critical');
  const { page } = desk.desk.app;
  // What was begun past the screens is shown once the page asks anew.
  await page.reload();
  await page.getByRole('button', { name: /^Continue “Trade core 3\.4\.0”/ }).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Break the glass…' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('textbox').fill('The building is burning');
  const hold = dialog.getByRole('button', { name: /Hold to break the glass|Keep holding/ });
  // A press and half the time do nothing.
  await hold.click();
  expect(recorded('glass-asked')).toHaveLength(0);
  await hold.focus();
  await page.keyboard.down('Space');
  await expect.poll(() => recorded('glass-broken').length).toBe(1);
  await page.keyboard.up('Space');
  await expect.poll(async () => (await desk.state()).holdCause).toBe('glass');
  await expect.poll(paused).toBe('false');
  await expect.poll(() => count('displayed')).toBe('1');
  expect(recorded('notifications-released')).toMatchObject([{ data: { cause: 'glass', verified: true, waiting: 1 } }]);
});
