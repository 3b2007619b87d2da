import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { launchApp, temporaryHome } from '../helpers/electron-app.ts';
import { Operator } from '../helpers/electron-operator.ts';

const place = temporaryHome();
test.afterAll(() => place.remove());

/** What axe has against the screen as it stands, light and dark, in words that fit a failed test's output. */
async function complaints(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Legacy mode: Electron opens no second page for axe to work in.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    for (const { id, nodes } of violations) {
      found.push(...nodes.map((node) => `${colorScheme}, ${id}: ${node.target.join(' ')}`));
    }
  }
  return found;
}

test('axe finds nothing on any screen of the demo release, light and dark', async () => {
  const launched = await launchApp({ home: place.home, args: ['--data', `${place.home}/data`] });
  const { page } = launched;
  try {
    await expect(page.getByRole('button', { name: 'Open the demo release' })).toBeVisible();
    expect(await complaints(page)).toEqual([]);

    await page.getByRole('button', { name: 'Settings' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    // The live feed's two forms, open and with what is wrong in them.
    for (const place of ['Syslog', 'Webhook']) await page.locator('label.tick', { hasText: place }).click();
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page.getByText('A whole web address')).toBeVisible();
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
