import { expect, test } from '@playwright/test';
import { launchApp, temporaryHome } from '../helpers/electron-app.ts';

test('the built app opens one window with the home screen and writes only under its own home', async () => {
  const { home, remove } = temporaryHome();
  try {
    const { app, page, close } = await launchApp({ home });
    try {
      await expect(page).toHaveTitle(/Countersign/);
      await expect(page.getByRole('button').first()).toBeVisible();
      expect(app.windows()).toHaveLength(1);
      const data = await app.evaluate(({ app: inside }) => inside.getPath('userData'));
      expect(data.startsWith(home)).toBe(true);
    } finally {
      await close();
    }
  } finally {
    remove();
  }
});

test('the page has neither Node nor a way to load anything from elsewhere', async () => {
  const { home, remove } = temporaryHome();
  try {
    const { page, close } = await launchApp({ home });
    try {
      await page.waitForLoadState('domcontentloaded');
      const reach = await page.evaluate(() => ({
        require: typeof Reflect.get(globalThis, 'require'),
        process: typeof Reflect.get(globalThis, 'process'),
        frozen: Object.isFrozen(Reflect.get(globalThis, 'countersign')),
      }));
      expect(reach).toEqual({ require: 'undefined', process: 'undefined', frozen: true });
    } finally {
      await close();
    }
  } finally {
    remove();
  }
});
