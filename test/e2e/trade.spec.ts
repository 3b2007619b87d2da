import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { type LaunchedApp, launchApp } from '../helpers/electron-app.ts';
import { Operator } from '../helpers/electron-operator.ts';
import { filesHolding, openChecklist } from '../helpers/electron-release.ts';
import { openTradeRelease, type TradeRelease } from '../helpers/trade-release.ts';

/**
 * A whole release through the real window on real parts: two OpenSSH servers, a tomcat on each, MariaDB and PostgreSQL
 * behind them. The canary's log shows one new exception among three usual ones, and a service is missing: the canary
 * is restored, the cause removed, and the second try goes through on both hosts.
 */
let trade: TradeRelease;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  trade = await openTradeRelease();
});
test.afterAll(async () => {
  await trade?.close();
});

const primary = (page: Page): Locator => page.locator('[data-primary]');

/** Works on, answering for secrets, until the primary action reads like `stop` or the run has ended. */
async function workUntil(page: Page, operator: Operator, stop: RegExp): Promise<void> {
  const report = page.getByRole('heading', { level: 2, name: 'Report', exact: true });
  for (let act = 0; act < 120; act += 1) {
    const ready = primary(page).and(page.locator('[aria-disabled="false"]'));
    await expect(secretQuestion(page).or(report).or(ready).first()).toBeVisible({ timeout: 120_000 });
    if (await report.isVisible()) return;
    if (await secretQuestion(page).isVisible()) await answerSecret(page);
    else if (stop.test((await primary(page).textContent()) ?? '')) return;
    else await operator.press();
  }
  throw new Error(`nothing reads like ${stop}:\n${operator.pressed.join('\n')}`);
}

const secretQuestion = (page: Page): Locator => page.getByRole('alertdialog', { name: /A secret is needed/ });

/** Gives the password of the database that is asked for; does nothing when none is. */
async function answerSecret(page: Page): Promise<void> {
  const question = secretQuestion(page);
  if (!(await question.isVisible())) return;
  const title = (await question.getByRole('heading').first().textContent()) ?? '';
  const password = title.includes('trade-password') ? trade.mariadb.password : trade.postgres.password;
  await question.locator('input').fill(password);
  await question.getByRole('button', { name: 'Use it' }).click();
  await expect(question.filter({ hasText: title })).toHaveCount(0);
}

async function judge(page: Page, as: RegExp, submit: string, reason: string): Promise<void> {
  await primary(page).click();
  const question = page.getByRole('alertdialog', { name: /What is this/ });
  await question.getByText(as).click();
  await question.getByRole('textbox', { name: /^Reason/ }).fill(reason);
  await question.getByRole('button', { name: submit }).click();
  await expect(question).toHaveCount(0);
}

async function reportText({ app, page }: LaunchedApp): Promise<string> {
  const pdf = join(trade.home, 'report.pdf');
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (() =>
      Promise.resolve({ canceled: false, filePath: chosen })) as typeof dialog.showSaveDialog;
  }, pdf);
  await page.getByRole('button', { name: /PDF…/ }).click();
  await expect.poll(() => existsSync(pdf), { timeout: 60_000 }).toBe(true);
  return execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).replaceAll(/\s+/g, ' ');
}

test('the canary is caught, restored, and the second try replaces the build on both hosts', async () => {
  test.setTimeout(420_000);
  const data = join(trade.home, 'data');
  const launched = await launchApp({ home: trade.home, args: ['--data', data] });
  const { page } = launched;
  try {
    await openChecklist(launched, trade.checklist, 'pre');
    await expect(page.getByText('app2').first()).toBeVisible();
    const operator = new Operator(page, () => answerSecret(page));

    // One unknown exception among three usual ones: it alone asks to be judged.
    await workUntil(page, operator, /^Judge/);
    const findings = page.locator('.finding');
    await expect(findings).toHaveCount(1);
    await expect(findings).toContainText('UncheckedIOException ← FileNotFoundException');
    expect(trade.version(0)).toBe('3.4.0');
    expect(trade.version(1)).toBe('3.3.9');
    await judge(page, /^Harmless/, 'Record as harmless', 'Looks like one of the usual ones');

    // It was not: a service did not register.
    await workUntil(page, operator, /^Judge/);
    await expect(findings).toHaveCount(1);
    await expect(findings).toContainText('quote');
    await judge(page, /^Stop/, 'Stop: the step has failed', 'Orders need the quote service');

    // F8: the canary alone is restored, its data too.
    await page.keyboard.press('F8');
    const back = page.getByRole('alertdialog', { name: 'Roll back?' });
    await expect(back).toContainText('Orders get their channel');
    await back.getByRole('textbox', { name: /^Reason/ }).fill('quote is missing on the canary');
    await back.getByRole('button', { name: /^Restore/ }).click();
    await workUntil(page, operator, /^Enter|^Begin/);
    expect(trade.version(0)).toBe('3.3.9');
    expect(trade.mariadb.sql("SHOW COLUMNS FROM trade.orders LIKE 'channel'")).toBe('');

    // The cause is removed; the second try goes through, canary first.
    trade.mend(0);
    trade.mend(1);
    await workUntil(page, operator, /^$/);
    expect(trade.version(0)).toBe('3.4.0');
    expect(trade.version(1)).toBe('3.4.0');
    expect(trade.mariadb.sql("SELECT count(*) FROM trade.orders WHERE channel = 'h5'").trim()).toBe('48');
    expect(trade.postgres.sql('SELECT orders FROM daily').trim()).toBe('48');

    const text = await reportText(launched);
    for (const words of [
      'Restoration of the atomic block began. Reason: quote is missing on the canary',
      'UncheckedIOException ← FileNotFoundException',
      'was judged harmless',
      'was judged a reason to stop',
      'The quote cache',
      '01-channel.sql',
      'committed',
      'batch 1 of 2',
      'batch 2 of 2',
      'What attempt 1 did was undone',
    ]) {
      expect(text).toContain(words);
    }
    // The passwords of both databases are nowhere on the disk.
    for (const { password } of [trade.mariadb, trade.postgres]) expect(filesHolding(data, password)).toEqual([]);
  } finally {
    await launched.close();
  }
});
