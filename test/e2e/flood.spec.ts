import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type LaunchedApp, launchApp } from '../helpers/electron-app.ts';
import { Operator } from '../helpers/electron-operator.ts';
import { hostLine, journalOf, openChecklist } from '../helpers/electron-release.ts';
import { longestStall, memoryPeak, watchMemory, watchStalls } from '../helpers/electron-watch.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

/** Output that is too much or ill-meant, from a real sshd, through the real window. */

const megabyte = 1024 * 1024;
/** What a process may grow by while a host floods; less than the endless line below. */
const growth = 300 * megabyte;
/** While a host floods, nobody waits longer than this for the screen. */
const stallMs = 1_000;

let sshd: Sshd;
let home: Home;
let keys: string;
let host: string;
let launched: LaunchedApp;

test.beforeEach(async () => {
  keys = tempFolder('keys');
  const key = makeKey(join(keys, 'id_ed25519'));
  sshd = await startSshd({ authorized: [key.publicLine] });
  home = makeHome({ keys: { id_ed25519: key }, knownHosts: sshd.knownHosts });
  host = join(home.path, 'host');
  mkdirSync(host);
});
test.afterEach(async () => {
  writeFileSync(join(host, 'enough'), '');
  await launched.close();
  await sshd.close();
  home.close();
  rmSync(keys, { recursive: true, force: true });
});

/** Opens a run of one step and works it up to the step's own button. */
async function openRun(title: string, run: string): Promise<Operator> {
  const file = join(home.path, 'release.yaml');
  writeFileSync(
    file,
    `checklist: 1
title: Flood
environments:
  pre:
    hosts:
${hostLine('app1', sshd)}
phases:
  - hot: Release
    steps:
      - id: flood
        title: ${title}
        on: app1
        effect: read
        run: ${run}
`,
  );
  launched = await launchApp({ home: home.path, args: ['--data', join(home.path, 'data')] });
  await openChecklist(launched, file, 'pre');
  const operator = new Operator(launched.page);
  await operator.press();
  await expect(launched.page.getByRole('heading', { name: title })).toBeVisible();
  return operator;
}

const recording = () =>
  journalOf(join(home.path, 'data')).flatMap(({ type, data }) => (type === 'attempt-ended' ? [data.recording] : []))[0];

/** A command as YAML: the words in double quotes, as JSON writes them. */
const words = (...lines: readonly string[]) => JSON.stringify(lines.join('\n'));

test('300,000 lines pass while the window answers, and every one of them can be reached and found', async () => {
  const operator = await openRun(
    'Say 300,000 lines',
    words('awk \'BEGIN { for (i = 1; i <= 300000; i++) print "line " i " of the flood" }\''),
  );
  const { app, page } = launched;
  await watchMemory(app);
  await watchStalls(page);
  const before = await memoryPeak(app);
  await longestStall(page);
  await operator.press();
  await expect(page.getByRole('heading', { name: 'All steps are settled' })).toBeVisible({ timeout: 60_000 });
  const stall = await longestStall(page);
  const peak = await memoryPeak(app);
  expect(stall.ticks).toBeGreaterThan(5);
  expect(stall.ms).toBeLessThan(stallMs);
  expect(peak.main - before.main).toBeLessThan(growth);
  expect(peak.renderer - before.renderer).toBeLessThan(growth);
  expect(recording()).toMatchObject({ lines: 300_000 });

  await operator.workThrough();
  await page.getByRole('button', { name: 'Recording of “Say 300,000 lines” on app1' }).click();
  const viewer = page.getByRole('dialog');
  await expect(viewer.getByText('line 1 of the flood')).toBeVisible();
  await viewer.getByRole('button', { name: 'To the end' }).click();
  await expect(viewer.getByText('line 300000 of the flood')).toBeInViewport();
  await expect(viewer.getByText('line 1 of the flood')).toHaveCount(0);
  await viewer.getByLabel('Search the whole recording').fill('line 150000 of');
  await viewer.getByRole('button', { name: 'Next match' }).click();
  await expect(viewer.getByText('1 line matches')).toBeVisible();
  await expect(viewer.locator('.marked')).toHaveText('150000line 150000 of the flood');
  await expect(viewer.locator('.marked')).toBeInViewport();
});

test('400 MB without a newline pass in bounded memory, and buttons work meanwhile', async () => {
  const enough = join(host, 'enough');
  const operator = await openRun(
    'Say one endless line',
    words(
      'some() { head -c "$1" /dev/zero | tr "\\\\0" x; }',
      'some 400000000',
      `while [ ! -e ${enough} ]; do some 1000000; done`,
      'printf END',
    ),
  );
  const { app, page } = launched;
  await watchMemory(app);
  await watchStalls(page);
  const before = await memoryPeak(app);
  await longestStall(page);
  await operator.press();
  await expect(page.getByText('Running on app1…')).toBeVisible();
  await page.getByRole('button', { name: /Roll back/ }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Roll back?' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(journalOf(join(home.path, 'data')).some(({ type }) => type === 'attempt-ended')).toBe(false);
  writeFileSync(enough, '');
  await expect(page.getByRole('heading', { name: 'All steps are settled' })).toBeVisible({ timeout: 90_000 });
  const stall = await longestStall(page);
  const peak = await memoryPeak(app);
  expect(stall.ticks).toBeGreaterThan(50);
  expect(stall.ms).toBeLessThan(stallMs);
  expect(peak.main - before.main).toBeLessThan(growth);
  expect(peak.renderer - before.renderer).toBeLessThan(growth);
  expect(recording()?.bytes).toBeGreaterThan(400_000_000);
  expect(recording()?.tail).toMatch(/xEND$/);
  await operator.workThrough();
  await expect(page.locator('.verify')).toHaveClass(/is-intact/, { timeout: 60_000 });

  // The line is cut where it is shown, and searched to its very end.
  await page.getByRole('button', { name: 'Recording of “Say one endless line” on app1' }).click();
  const viewer = page.getByRole('dialog');
  await expect(viewer.locator('.recording-line')).toHaveText(/^x{4000} … \+\d{9}$/);
  await viewer.getByLabel('Search the whole recording').fill('xEND');
  await viewer.getByRole('button', { name: 'Next match' }).click();
  await expect(viewer.getByText('1 line matches')).toBeVisible({ timeout: 60_000 });
  expect((await longestStall(page)).ms).toBeLessThan(stallMs);
});

/** What a terminal could be told to do, and to answer. */
const tricks = [
  '\\033]0;taken over\\007',
  '\\033]2;taken over\\033\\134',
  '\\033]52;c;dGFrZW4gb3Zlcg==\\007',
  '\\033]8;;https://evil.example\\007a link\\033]8;;\\007',
  '\\007\\007\\007',
  '\\033[6n\\033[5n\\033[c\\033[>c\\033[0x',
  '\\033P$q"p\\033\\134',
  '\\033]10;?\\007\\033]11;?\\007',
  '\\033[21t\\033[18t',
  '\\033[?1049h\\033[2J\\033[H',
  '\\033[?1000h\\033[?2004h\\033[?1004h',
];

test('terminal tricks change neither title nor clipboard, and nothing is answered to the host', async () => {
  const heard = join(host, 'heard');
  const operator = await openRun(
    'Play tricks on the terminal',
    `{ pty: true, command: ${words(
      'stty raw -echo',
      `printf '${tricks.join('')}'`,
      "printf 'tricks are shown\\n'",
      `while [ ! -e ${host}/enough ]; do sleep 0.05; done`,
      `timeout 1 cat -v > ${heard}; echo $? > ${host}/ended`,
    )} }`,
  );
  const { app, page } = launched;
  const title = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());
  const clipboard = () => app.evaluate(({ clipboard: board }) => board.readText());
  await app.evaluate(({ clipboard: board }) => board.writeText('left alone'));
  const before = [await title(), await page.title()];
  expect(before[0]).toBeTruthy();
  await operator.press();

  // The terminal has taken in all of it once its own search finds what came last.
  const search = page.getByLabel('Search the output');
  await expect(async () => {
    await search.fill('tricks are shown');
    await search.press('Enter');
    await expect(page.getByText('Nothing found')).toHaveCount(0, { timeout: 300 });
    await search.fill('these are not');
    await search.press('Enter');
    await expect(page.getByText('Nothing found')).toBeVisible({ timeout: 300 });
  }).toPass();
  // Focus and keys on the terminal are what its reports would be about.
  await page.locator('.terminal-place').click();
  await page.keyboard.type('typed');
  writeFileSync(join(host, 'enough'), '');
  await expect(page.getByRole('heading', { name: 'All steps are settled' })).toBeVisible();
  // It listened until its time was up; an answer or a closed input would have ended it otherwise.
  expect(readFileSync(join(host, 'ended'), 'utf8')).toBe('124\n');
  expect(readFileSync(heard, 'utf8')).toBe('');
  expect([await title(), await page.title()]).toEqual(before);
  expect(await clipboard()).toBe('left alone');
  expect(app.windows()).toHaveLength(1);

  await operator.workThrough();
  await page.getByRole('button', { name: 'Recording of “Play tricks on the terminal” on app1' }).click();
  const viewer = page.getByRole('dialog');
  await expect(viewer.locator('.recording-line').first()).toContainText('tricks are shown');
  for (const hidden of ['taken over', 'evil.example', '\u001b']) await expect(viewer).not.toContainText(hidden);
});
