import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchApp, temporaryHome } from '../helpers/electron-app.ts';

const place = temporaryHome();
const data = join(place.home, 'data');
test.afterAll(() => place.remove());

test('the window opens on the home screen, not smaller than what can be read, without a menu bar', async () => {
  const { app, page, close } = await launchApp({ home: place.home, args: ['--data', data] });
  try {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Countersign');
    await expect(page).toHaveTitle(/Countersign/);
    const window = await app.evaluate(({ BrowserWindow }) => {
      const [only, ...others] = BrowserWindow.getAllWindows();
      return { minimum: only?.getMinimumSize(), bar: only?.isMenuBarVisible(), others: others.length };
    });
    expect(window).toEqual({ minimum: [1024, 700], bar: false, others: 0 });
  } finally {
    await close();
  }
});

test('the window opens where and as large as it was left', async () => {
  const first = await launchApp({ home: place.home, args: ['--data', data] });
  await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1111, 777));
  await expect
    .poll(() => {
      try {
        return JSON.parse(readFileSync(join(data, 'window.json'), 'utf8')).place?.width;
      } catch {
        return null;
      }
    })
    .toBe(1111);
  await first.close();
  const second = await launchApp({ home: place.home, args: ['--data', data] });
  try {
    const size = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getSize());
    expect(size).toEqual([1111, 777]);
  } finally {
    await second.close();
  }
});

test('a settings file that is no JSON is put aside, the defaults hold, and the log says so', async () => {
  const broken = join(place.home, 'broken');
  mkdirSync(broken, { recursive: true });
  writeFileSync(join(broken, 'settings.json'), '{"theme": "dark", ');
  const { page, close } = await launchApp({ home: place.home, args: ['--data', broken] });
  try {
    expect(await page.evaluate(() => window.countersign.request('settings:get', {}))).toEqual({
      language: 'system',
      theme: 'system',
      person: '',
      recentChecklists: [],
    });
    expect(readFileSync(join(broken, 'settings.json.broken'), 'utf8')).toBe('{"theme": "dark", ');
    expect(readFileSync(join(broken, 'logs', 'app.log'), 'utf8')).toContain('settings.json cannot be read');
  } finally {
    await close();
  }
});

test('settings are kept, and language and theme take effect at once', async () => {
  const { app, page, close } = await launchApp({ home: place.home, args: ['--data', data] });
  try {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Countersign');
    await page.evaluate(() => window.countersign.request('settings:set', { language: 'zh', theme: 'dark' }));
    await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
    expect(await app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark');
    expect(await app.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors)).toBe(true);
    expect(JSON.parse(readFileSync(join(data, 'settings.json'), 'utf8'))).toMatchObject({
      language: 'zh',
      theme: 'dark',
    });
  } finally {
    await close();
  }
});

test('the language follows the system’s until the person chooses', async () => {
  const { page, close } = await launchApp({
    home: place.home,
    args: ['--data', join(place.home, 'fresh')],
    env: { LANG: 'zh_CN.UTF-8', LANGUAGE: 'zh_CN:zh' },
  });
  try {
    await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  } finally {
    await close();
  }
});

test('a second start on the same data folder ends and leaves the first in place', async () => {
  const first = await launchApp({ home: place.home, args: ['--data', data] });
  try {
    const second = launchApp({ home: place.home, args: ['--data', data] });
    await expect(second).rejects.toThrow();
    await expect(first.page.getByRole('heading', { level: 1 })).toHaveText('Countersign');
  } finally {
    await first.close();
  }
});

test('a crashed screen is loaded again', async () => {
  const { app, page, close } = await launchApp({ home: place.home, args: ['--data', data] });
  try {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Countersign');
    const loaded = app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.once('did-finish-load', () => resolve());
          contents?.forcefullyCrashRenderer();
        }),
    );
    await loaded;
    const heading = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.title'),
    );
    expect(heading).toContain('Countersign');
  } finally {
    await close();
  }
});
