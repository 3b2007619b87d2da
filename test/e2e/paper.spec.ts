import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { launchApp, sayToApp, temporaryHome } from '../helpers/electron-app.ts';
import { Operator } from '../helpers/electron-operator.ts';
import { journalOf, openChecklist, savedReport } from '../helpers/electron-release.ts';

const place = temporaryHome();
test.afterAll(() => place.remove());
const file = join(place.home, 'release.yaml');

const checklist = `checklist: 1
title: Swap the disks
environments:
  dev: {}
phases:
  - hot: Swap
    steps:
      - { id: swap, title: Swap the disk, manual: {} }
      - { id: told, title: Tell the desk, manual: {} }
`;

/** Prints it, and reads how the content hash at the head of the sheet begins. */
function hashOnPaper(): string {
  const pdf = join(place.home, 'paper.pdf');
  sayToApp(place.home, ['print', file, '--env', 'dev', '--out', pdf]);
  const text = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout;
  return /Content hash\s+([0-9a-f]{8})/.exec(text)?.[1] ?? 'nothing printed';
}

async function complaints(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Legacy mode: Electron opens no second page for axe to work in.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    found.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`)));
  }
  return found;
}

test('what was done on paper is entered from its sheet, and a note is added when all is over', async () => {
  writeFileSync(file, checklist);
  const hash = hashOnPaper();
  const data = join(place.home, 'data');
  const launched = await launchApp({ home: place.home, args: ['--data', data] });
  const { page } = launched;
  try {
    await openChecklist(launched, file, 'dev');
    await page.getByRole('button', { name: 'Print…' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await complaints(page)).toEqual([]);
    await page.keyboard.press('Escape');

    const operator = new Operator(page);
    await operator.press();
    await page.getByRole('button', { name: 'Enter from paper…' }).click();
    const dialog = page.getByRole('alertdialog', { name: /Enter from paper: 1\.1/ });
    const record = dialog.getByRole('button', { name: 'Record from paper for one host' });
    await dialog.getByText('done', { exact: true }).click();
    await dialog.getByLabel(/^When, on/).fill('2026-01-02T03:04');
    await dialog.getByLabel('Who did it').fill('Wang Fang');
    await dialog.getByLabel(/content hash/).fill('0123abcd');
    await expect(dialog).toContainText(`begins with 0123abcd, this run’s with ${hash}`);
    await expect(record).toBeDisabled();
    expect(await complaints(page)).toEqual([]);
    await dialog.getByLabel(/content hash/).fill(hash);
    await record.click();
    await expect(dialog).toBeHidden();

    await page.getByRole('button', { name: 'Note…' }).click();
    await page.locator('.dialog textarea').fill('The desk did not answer at first.');
    expect(await complaints(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add the note' }).click();
    await operator.workThrough();

    // It is over: more is only ever added, with a name, behind everything else.
    await page.getByRole('button', { name: 'Correct…' }).click();
    const correction = page.getByRole('dialog', { name: 'Correct a record' });
    await correction.locator('select').first().selectOption({ label: '1.1 Swap the disk' });
    await correction.locator('.records .choice', { hasText: /paper/i }).click();
    await correction.getByLabel('What is right').fill('It was the second disk.');
    const name = correction.getByLabel('Your name');
    if (await name.isVisible()) await name.fill('Li Wei');
    expect(await complaints(page)).toEqual([]);
    await correction.getByRole('button', { name: 'Add the correction' }).click();
    await expect(page.locator('.notes-list')).toContainText('It was the second disk.');
    expect(await complaints(page)).toEqual([]);

    const records = journalOf(data);
    const paper = records.find(({ type }) => type === 'paper-recorded');
    expect(paper?.data).toMatchObject({ step: 'swap', verdict: 'passed', doneBy: 'Wang Fang', checkedBy: null });
    expect(records.filter(({ type }) => type === 'attempt-started')).toHaveLength(1);
    const ended = records.findIndex(({ type }) => type === 'run-ended');
    const added = records.filter(({ type }) => type === 'note-added');
    expect(added.map(({ data: note }) => note)).toMatchObject([{ corrects: null }, { corrects: paper?.seq }]);
    expect(added.map(({ seq }) => seq > ended)).toEqual([false, true]);
    const report = await savedReport(launched, join(place.home, 'report.html'));
    for (const words of ['from paper', 'Wang Fang', 'It was the second disk.', 'The desk did not answer'])
      expect(report).toContain(words);
  } finally {
    await launched.close();
  }
});
