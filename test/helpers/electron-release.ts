import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { JournalRecord } from '../../shared/contract/events.ts';
import type { PromptView } from '../../shared/contract/ipc/preflight.ts';
import { type LaunchedApp, launchApp } from './electron-app.ts';
import type { Sshd } from './sshd.ts';

/** One host of a test's checklist as its YAML line. */
export function hostLine(name: string, sshd: Sshd, options: { address?: string; user?: string } = {}): string {
  const { address = sshd.address, user = sshd.user } = options;
  return `      ${name}: { address: ${address}, port: ${sshd.port}, user: ${user}, groups: [app] }`;
}

/** Opens a checklist through the home screen, the person's choice in the file dialog given. */
export async function openChecklist({ app, page }: LaunchedApp, file: string, environment: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = (() =>
      Promise.resolve({ canceled: false, filePaths: [chosen] })) as typeof dialog.showOpenDialog;
  }, file);
  await page.getByRole('button', { name: 'Open a checklist…' }).click();
  await page.getByRole('button', { name: new RegExp(`^${environment}`) }).click();
  await expect(page.getByRole('heading', { name: 'What will run' })).toBeVisible();
}

/** On the preflight screen of a production run: waits until all was sensed and goes past every finding with a reason. */
export async function goPastFindings(page: Page): Promise<void> {
  const primary = page.locator('[data-primary]');
  await expect(primary).toHaveText(/^(Start the run|Settle)/);
  const past = page.getByRole('button', { name: /^Go on although…/ });
  while ((await past.count()) > 0) {
    const open = await past.count();
    await past.first().click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('textbox').fill('a machine for tests');
    await dialog.getByRole('button', { name: 'Go on with this finding' }).click();
    await expect(past).toHaveCount(open - 1);
  }
  await expect(primary).toHaveText(/^Start the run/);
}

/** Ends the app's main process as a power cut would, and waits until it is gone. */
export async function killMain({ app }: LaunchedApp): Promise<void> {
  const child = app.process();
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Starts the app on the data folder of an earlier start and takes up its one run from the home screen. */
export async function takeUpAgain(home: string, data: string, title: string): Promise<LaunchedApp> {
  const launched = await launchApp({ home, args: ['--data', data] });
  const row = launched.page.getByRole('row').filter({ hasText: title });
  await expect(row.locator('.run-word')).toHaveText('open');
  await row.getByRole('button', { name: `Continue “${title}”` }).click();
  return launched;
}

/** Saves the HTML report through the screen and gives its text. */
export async function savedReport({ app, page }: LaunchedApp, path: string): Promise<string> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (() =>
      Promise.resolve({ canceled: false, filePath: chosen })) as typeof dialog.showSaveDialog;
  }, path);
  await page.getByRole('button', { name: 'Save HTML…' }).click();
  await expect(page.getByText(`Saved: ${path}`)).toBeVisible();
  return readFileSync(path, 'utf8');
}

/** The journal of the one run under a data folder. */
export function journalOf(data: string): readonly JournalRecord[] {
  const [run = ''] = readdirSync(join(data, 'runs'));
  return recordsIn(join(data, 'runs', run));
}

/** The records of a run's folder. */
export function recordsIn(folder: string): readonly JournalRecord[] {
  const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as JournalRecord);
}

/** A text file's lines; none when it does not exist. */
export function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}

/** Every file below a folder that holds these bytes anywhere. */
export function filesHolding(folder: string, text: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => {
    const path = join(folder, name);
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true && readFileSync(path).includes(text);
  });
}

/** Keeps a list of every question that main asks from now on. Gives the way to read their kinds. */
export async function watchPrompts(page: Page): Promise<() => Promise<readonly PromptView['kind'][]>> {
  await page.evaluate(() => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    window.countersign.subscribe('prompt:ask', ({ kind }) => asked.push(kind));
  });
  return () => page.evaluate(() => (window as unknown as { asked: PromptView['kind'][] }).asked);
}
