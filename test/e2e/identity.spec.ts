import { statSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { createIdentityKeeper } from '../../electron/engine/identity/keeper.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { readCard, writeCard } from '../../shared/people/card.ts';
import { type LaunchedApp, launchApp, temporaryHome } from '../helpers/electron-app.ts';
import { filesHolding } from '../helpers/electron-release.ts';

/** A person's key in the real app. Under Xvfb there is no keyring, so a passphrase has to protect it. */

const place = temporaryHome();
const data = join(place.home, 'data');
const passphrase = 'correct horse battery';
let launched: LaunchedApp | null = null;

test.afterEach(async () => {
  await launched?.close();
});
test.afterAll(() => place.remove());

async function openSettings(): Promise<Page> {
  launched = await launchApp({ home: place.home, args: ['--data', data] });
  const { page } = launched;
  await page.getByRole('button', { name: 'Settings' }).click();
  return page;
}

async function complaints(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

test('a key is made under a passphrase where the keyring is none, and is locked when the app begins anew', async () => {
  test.skip(process.platform !== 'linux', 'Elsewhere the system has a keyring.');
  const page = await openSettings();
  const backend = await launched?.app.evaluate(({ safeStorage }) => safeStorage.getSelectedStorageBackend());
  expect(backend).toBe('basic_text');

  await page.getByRole('button', { name: 'Make my key…' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  expect(await complaints(page)).toEqual([]);
  await page.keyboard.type(' of the operator');
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('The passphrase once more').fill(passphrase);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Unlocked until the app is closed.')).toBeVisible();
  expect(await complaints(page)).toEqual([]);
  await expect(page.getByText('sealed with your passphrase')).toBeVisible();
  const fingerprint = (await page.locator('.own .fingerprint-line').textContent()) ?? '';
  expect(fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  expect(await page.getByRole('textbox', { name: /Your card/ }).inputValue()).toMatch(/^countersign-person:1:/);
  await launched?.close();

  expect(statSync(join(data, 'identity.json')).mode & 0o777).toBe(0o600);
  // Neither settings, log nor the browser's own files know the passphrase.
  expect(filesHolding(place.home, passphrase)).toEqual([]);

  const again = await openSettings();
  await again.getByRole('button', { name: 'Unlock…' }).click();
  await expect(again.getByLabel('Passphrase', { exact: true })).toBeFocused();
  await again.keyboard.type('not the passphrase');
  await again.keyboard.press('Enter');
  await expect(again.getByText('The key does not open with this passphrase.')).toBeVisible();
  expect(await complaints(again)).toEqual([]);
  await again.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await again.keyboard.press('Enter');
  await expect(again.getByText('Unlocked until the app is closed.')).toBeVisible();
  await expect(again.locator('.own .fingerprint-line')).toHaveText(fingerprint);
  expect(filesHolding(place.home, passphrase)).toEqual([]);
});

test('a card is kept after its fingerprint was shown, and an altered one is refused', async () => {
  const page = await openSettings();
  const own = await page.getByRole('textbox', { name: /Your card/ }).inputValue();
  const { card, fingerprint } = await strangersCard();
  const dialog = page.getByRole('alertdialog');
  await page.getByRole('button', { name: 'Add somebody…' }).click();
  await expect(dialog.getByLabel('Their card, as they sent it')).toBeFocused();
  await dialog.getByRole('textbox').fill(own);
  await expect(dialog.getByText('This is your own card.')).toBeVisible();
  await dialog.getByRole('textbox').fill(renamed(card, 'Li Wen'));
  await dialog.getByRole('button', { name: 'Keep Li Wen' }).click();
  await expect(dialog.getByText('This is not a whole card.')).toBeVisible();
  await dialog.getByRole('textbox').fill(card);
  await expect(dialog.getByText(fingerprint)).toBeVisible();
  expect(await complaints(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Keep Li Wei' }).click();
  await expect(page.getByRole('button', { name: 'Forget Li Wei' })).toBeVisible();
  expect(await complaints(page)).toEqual([]);
  await page.getByRole('button', { name: 'Forget Li Wei' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Forget Li Wei' }).click();
  await expect(page.getByText('Nobody yet.')).toBeVisible();
});

/** The card of somebody at another computer. */
async function strangersCard(): Promise<{ readonly card: string; readonly fingerprint: string }> {
  const elsewhere = temporaryHome();
  const keeper = createIdentityKeeper({ folder: elsewhere.home, vault: null, clock: systemClock });
  await keeper.create({ name: 'Li Wei', contact: '', passphrase });
  elsewhere.remove();
  return { card: keeper.card() ?? '', fingerprint: keeper.view()?.fingerprint ?? '' };
}

/** The same card under another name, its signature kept. */
function renamed(card: string, name: string): string {
  const read = readCard(card);
  if (read === null) throw new Error('This is no card.');
  return writeCard({ ...read, person: { ...read.person, name } });
}
