import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { PlanStep } from '../../shared/checklist/plan.ts';
import { type LaunchedApp, launchApp } from '../helpers/electron-app.ts';
import { Engine } from '../helpers/engine-kit.ts';
import { planHost } from '../helpers/hosts-kit.ts';
import { command, planOf, step } from '../helpers/plans.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

/** All runs of a computer on the real screen: found, judged, handed on, put away, and missed. */

const folder = tempFolder('history-e2e');
const key = makeKey(join(folder, 'id_ed25519'));
const zip = join(folder, 'run.zip');
let sshd: Sshd;
let home: Home;
let data: string;
let launched: LaunchedApp;
let page: Page;
/** Folders of the runs, by title. */
const runs: Record<string, string> = {};

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  test.setTimeout(120_000);
  sshd = await startSshd({ authorized: [key.publicLine] });
  home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
  data = join(home.path, 'data');
  await makeRuns();
  launched = await launchApp({ home: home.path, args: ['--data', data] });
  ({ page } = launched);
});
test.afterAll(async () => {
  await launched?.close();
  home.close();
  await sshd.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Wanted {
  readonly title: string;
  readonly name: string;
  readonly environment: string;
  readonly host: string;
  readonly person: string;
  readonly says: string;
}

/** Works a run on a real sshd to its end. */
async function made({ title, name, environment, host, person, says }: Wanted): Promise<void> {
  const { address, port, user } = sshd;
  const hosts = [planHost(host, { address, port, user })];
  const steps: PlanStep[] = [step('1', { title: 'Restart it', targets: [host], action: command(says) })];
  const plan = planOf(steps, { name, title, environment, version: null, hosts });
  const engine = await Engine.create({ plan, data, home: home.path, person });
  await engine.runStep('1', [host]);
  if (engine.target('1', host).status !== 'passed') {
    const said = { decision: 'overridden', reason: 'Known since 2.9', owner: null } as const;
    await engine.submit({ type: 'decide', step: '1', target: host, ...said });
  }
  await engine.submit({ type: 'finish' });
  await engine.run.close('ended');
  runs[title] = engine.run.folder;
}

const trade = { name: 'Trade core', environment: 'pre', host: 'app1', person: 'Li Wei' };
const registry = { name: 'Registry', environment: 'test', host: 'reg7', person: 'Wang Fang' };

async function makeRuns(): Promise<void> {
  await made({ ...trade, title: 'Trade core 3.4.0', says: 'echo Deployed build $((8800 + 17))' });
  await made({ ...registry, title: 'Registry 2.1', says: 'echo cold cache; exit 3' });
  await made({ ...trade, title: 'Trade core 3.4.1', says: 'echo fine' });
  await made({ ...trade, title: 'Trade core 3.4.2', says: 'echo to be changed' });
  // Somebody changes what was sent, and nothing else.
  const journal = join(runs['Trade core 3.4.2'] ?? '', 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  changedLine = lines.findIndex((line) => line.includes('"attempt-started"')) + 1;
  const changed = (line: string, at: number) => (at + 1 === changedLine ? line.replace('to be', 'was never') : line);
  writeFileSync(journal, lines.map(changed).join('\n'));
}
let changedLine: number;

const idOf = (title: string): string => basename(runs[title] ?? '');
const row = (words: string, on = page): Locator => on.locator('tbody tr').filter({ hasText: words });
const badge = (words: string, on = page): Locator => row(words, on).locator('.verdict-badge');
/** The runs in the list; those of one second have no order of their own. */
const titles = async (): Promise<string[]> =>
  (await page.locator('.history-what > span:first-child').allTextContents()).map((one) => one.trim()).sort();

/** What the person chooses in the system's dialogs. */
async function choose({ app }: LaunchedApp, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (() =>
      Promise.resolve({ canceled: false, filePath: chosen })) as typeof dialog.showSaveDialog;
    dialog.showOpenDialog = (() =>
      Promise.resolve({ canceled: false, filePaths: [chosen] })) as typeof dialog.showOpenDialog;
  }, path);
}

/** What axe has against the screen as it stands. */
async function complaints(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

test('every run has its badge, and an altered one says in plain words which record is the first bad one', async () => {
  await page.getByRole('button', { name: 'History' }).click();
  await expect(page.getByRole('heading', { name: 'All runs' })).toBeVisible();
  await expect(page.getByText('4 runs')).toBeVisible();
  for (const title of ['Trade core 3.4.0', 'Registry 2.1', 'Trade core 3.4.1'])
    await expect(badge(title)).toHaveText('Intact');
  const altered = row(idOf('Trade core 3.4.2'));
  await expect(altered.locator('.verdict-badge')).toHaveText('ALTERED');
  await expect(altered.locator('.history-first-bad')).toContainText(`Line ${changedLine},`);
  await expect(altered.locator('.history-first-bad')).toContainText('attempt-started');
  await expect(row('Registry 2.1').locator('.run-word')).toHaveText('completed, with exceptions');
  expect(await complaints()).toEqual([]);
});

test('runs are found by what they are, who worked them, what was sent and what came back', async () => {
  const [first, second, third] = ['Trade core 3.4.1', 'Registry 2.1', 'Trade core 3.4.0'];
  const unreadable = idOf('Trade core 3.4.2');
  await page.keyboard.press('/');
  for (const [words, found] of [
    ['build 8817', [third]],
    ['cold cache', [second]],
    ['exit 3', [second]],
    ['reg7', [second]],
    ['WANG fang', [second]],
    ['known since', [second]],
    ['nothing like it', []],
    ['', [unreadable, first, second, third]],
  ] as const) {
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete');
    await page.keyboard.type(words);
    await expect.poll(titles).toEqual(found.toSorted());
  }
  for (const [label, value, found] of [
    ['Environment', 'test', [second]],
    ['Checklist', 'Trade core', [first, third]],
    ['Result', 'completed, with exceptions', [second]],
    ['Result', 'unreadable', [unreadable]],
    ['Person', 'Wang Fang', [second]],
    ['Host', 'app1', [first, third]],
  ] as const) {
    await page.getByLabel(label, { exact: true }).selectOption({ label: value });
    await expect.poll(titles).toEqual(found.toSorted());
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await expect.poll(async () => (await titles()).length).toBe(4);
  }
});

test('a run is exported; unpacked, it is verified by plain Node without anything of ours', async () => {
  await choose(launched, zip);
  // By the keyboard alone.
  await row('Trade core 3.4.0').getByRole('checkbox').focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Export…' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(`Written to ${zip}.`)).toBeVisible({ timeout: 30_000 });
  expect(await complaints()).toEqual([]);
  const unpacked = join(folder, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('python3', ['-m', 'zipfile', '-e', zip, unpacked]);
  expect(readdirSync(unpacked)).toEqual(expect.arrayContaining(['journal.jsonl', 'report.pdf', 'verify.mjs']));
  const verify = () => spawnSync(process.execPath, ['verify.mjs', '.'], { cwd: unpacked, encoding: 'utf8', env: {} });
  const good = verify();
  expect([good.status, good.stderr]).toEqual([0, '']);
  expect(good.stdout).toMatch(/intact/i);
  const report = join(unpacked, 'report.html');
  writeFileSync(report, readFileSync(report, 'utf8').replace('Trade core', 'Trade c0re'));
  const bad = verify();
  expect([bad.status, bad.stdout]).toEqual([2, expect.stringContaining('report.html')]);
});

test('on another computer the exported run is taken up with the same badge, and told of when it is there already', async () => {
  const other = await launchApp({ home: home.path, args: ['--data', join(folder, 'other')] });
  try {
    await choose(other, zip);
    await other.page.getByRole('button', { name: 'Import…' }).click();
    await expect(other.page.getByText(`The run ${idOf('Trade core 3.4.0')} was taken up, to be read.`)).toBeVisible();
    await expect(row('Trade core 3.4.0', other.page).locator('.tag')).toHaveText('imported');
    await expect(badge('Trade core 3.4.0', other.page)).toHaveText('Intact');
    await other.page.getByRole('button', { name: 'Import…' }).click();
    await expect(other.page.getByText('nothing was added')).toBeVisible();
    await choose(other, join(runs['Registry 2.1'] ?? '', 'journal.jsonl'));
    await other.page.getByRole('button', { name: 'Import…' }).click();
    await expect(other.page.getByText('is not a zip of a run that can be read')).toBeVisible();
    await expect(other.page.locator('tbody tr')).toHaveCount(1);
  } finally {
    await other.close();
  }
});

test('an archived run is taken back with one button; a removed one leaves nothing but its tombstone', async () => {
  const putAway = async (title: string, how: string, submit: string) => {
    await row(title).getByRole('checkbox').check();
    await page.getByRole('button', { name: how }).click();
    const dialog = page.getByRole('alertdialog');
    await expect(dialog).toContainText(idOf(title));
    await dialog.getByRole('textbox').fill('Older than a year');
    expect(await complaints()).toEqual([]);
    await dialog.getByRole('button', { name: submit }).click();
  };
  await page.getByRole('button', { name: 'Choose none' }).click();
  await putAway('Registry 2.1', 'Archive…', 'Archive 1 run');
  await expect(page.getByText('1 run was archived.')).toBeVisible({ timeout: 30_000 });
  await expect(row('Registry 2.1')).toHaveCount(0);
  expect(existsSync(runs['Registry 2.1'] ?? '')).toBe(false);
  await page.getByRole('button', { name: 'Take back', exact: true }).click();
  await expect(badge('Registry 2.1')).toHaveText('Intact');
  await expect(row('Registry 2.1').locator('.tag')).toHaveText('imported');

  await row('Trade core 3.4.0').getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Remove…' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  expect(existsSync(runs['Trade core 3.4.0'] ?? '')).toBe(true);
  await putAway('Trade core 3.4.0', 'Remove…', 'Remove 1 run for good');
  await expect(page.getByText('1 run was removed.')).toBeVisible();
  expect(existsSync(runs['Trade core 3.4.0'] ?? '')).toBe(false);
  await page.getByText('1 run was archived or removed').click();
  const stone = page.locator('.retired li');
  await expect(stone).toContainText(idOf('Trade core 3.4.0'));
  await expect(stone).toContainText('Older than a year');
  expect(readFileSync(join(data, 'runs.jsonl'), 'utf8').trimEnd().split('\n').at(-1)).toContain('"removed"');
  expect(await complaints()).toEqual([]);
});

test('a folder that somebody deleted by hand is missed at the next look', async () => {
  rmSync(runs['Trade core 3.4.1'] ?? '', { recursive: true });
  await page.getByRole('button', { name: 'Back to the first screen' }).click();
  await page.getByRole('button', { name: 'History' }).click();
  const alarm = page.getByRole('alert').filter({ hasText: '1 run has vanished' });
  await expect(alarm).toContainText('Trade core 3.4.1');
  await expect(alarm).toContainText(idOf('Trade core 3.4.1'));
  await expect(page.locator('tbody tr')).toHaveCount(2);
  expect(await complaints()).toEqual([]);
});
