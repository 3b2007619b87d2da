import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { launchApp, temporaryHome } from '../helpers/electron-app.ts';
import { Operator } from '../helpers/electron-operator.ts';

const place = temporaryHome();
test.afterAll(() => place.remove());

/** What axe has against the screen as it stands, in words that fit a failed test's output. */
async function complaints(page: Page): Promise<string[]> {
  // Legacy mode: Electron opens no second page for axe to work in.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any screen of the demo release (${theme})`, async () => {
    const launched = await launchApp({ home: place.home, args: ['--data', `${place.home}/data-${theme}`] });
    const { page } = launched;
    try {
      await page.emulateMedia({ colorScheme: theme });
      await expect(page.getByRole('button', { name: 'Open the demo release' })).toBeVisible();
      expect(await complaints(page)).toEqual([]);

      await page.getByRole('button', { name: 'Settings' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await complaints(page)).toEqual([]);
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Open the demo release' }).click();
      // Who tries it alone needs nothing but Enter.
      await expect(page.getByRole('button', { name: 'Alone' })).toBeFocused();
      expect(await complaints(page)).toEqual([]);
      await page.keyboard.press('Enter');
      await expect(page.getByText('ssh-ed25519').first()).toBeVisible();
      expect(await complaints(page)).toEqual([]);

      const asked: string[] = [];
      const operator = new Operator(page, async () => {
        asked.push(...(await page.getByRole('alertdialog').getByRole('heading').allTextContents()));
        expect(await complaints(page)).toEqual([]);
      });
      await operator.press();
      await expect(page.locator('.outline, nav').first()).toBeVisible();
      expect(await complaints(page)).toEqual([]);

      await page.keyboard.press('F8');
      await expect(page.getByRole('alertdialog')).toBeVisible();
      expect(await complaints(page)).toEqual([]);
      await page.keyboard.press('Escape');

      await operator.workThrough();
      expect(asked).toEqual(['Who answers?', 'Go past the point of no return?']);
      expect(await complaints(page)).toEqual([]);
    } finally {
      await launched.close();
    }
  });
}
