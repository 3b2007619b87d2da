import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type LaunchedApp, launchApp } from '../helpers/electron-app.ts';
import { Operator } from '../helpers/electron-operator.ts';
import {
  hostLine,
  journalOf,
  killMain,
  linesOf,
  openChecklist,
  savedReport,
  takeUpAgain,
} from '../helpers/electron-release.ts';
import { processId } from '../helpers/process-id.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

/** The app's main process dies while a write is under way on a real host, and the run is taken up again. */

/** What one test works with: the app's home and data, and the host's files, each test its own. */
interface Place {
  readonly home: Home;
  readonly data: string;
  /** The host's side: `counter`, one line a finished write; `began`, the pid of the slow write; `go` lets it end. */
  readonly host: string;
  readonly file: string;
}

const title = 'Trade core 3.4.0';
let keys: string;
let sshd: Sshd;
let place: Place;
let launched: LaunchedApp | null = null;

test.beforeAll(async () => {
  keys = tempFolder('keys');
  const key = makeKey(join(keys, 'id_ed25519'));
  sshd = await startSshd({ authorized: [key.publicLine] });
});
test.afterAll(async () => {
  await sshd.close();
  rmSync(keys, { recursive: true, force: true });
});

test.beforeEach(() => {
  const key = { file: join(keys, 'id_ed25519'), publicLine: '', fingerprint: '' };
  const home = makeHome({ keys: { id_ed25519: key }, knownHosts: sshd.knownHosts });
  place = { home, data: join(home.path, 'data'), host: join(home.path, 'host'), file: join(home.path, 'release.yaml') };
  mkdirSync(place.host);
});
test.afterEach(async () => {
  writeFileSync(join(place.host, 'go'), '');
  await launched?.abandon();
  launched = null;
  place.home.close();
});

const counter = () => join(place.host, 'counter');
const began = () => join(place.host, 'began');
const letItEnd = () => writeFileSync(join(place.host, 'go'), '');
const counted = () => linesOf(counter());

interface Shape {
  readonly verify: boolean;
  readonly atomic: boolean;
}

/** Three writes that count themselves; the second one waits on the host until `go` is there. */
function checklist({ verify, atomic }: Shape): string {
  const slow = `echo $$ > ${began()}; while [ ! -e ${place.host}/go ]; do sleep 0.05; done; echo upload >> ${counter()}`;
  const step = (id: string, command: string, look: boolean) =>
    [
      `- id: ${id}`,
      `  title: Count ${id}`,
      '  on: app',
      `  run: ${JSON.stringify(command)}`,
      ...(look ? [`  verify: "grep -qx ${id} ${counter()}"`] : []),
    ].join('\n');
  const indented = (text: string, spaces: number) => text.replace(/^/gm, ' '.repeat(spaces));
  const inside = [step('upload', slow, verify), step('start', `echo start >> ${counter()}`, true)].join('\n');
  return `checklist: 1
title: ${title}
environments:
  pre:
    hosts:
${hostLine('app1', sshd)}
phases:
  - hot: Release
    steps:
${indented(step('stop', `echo stop >> ${counter()}`, true), 6)}
${atomic ? `      - atomic: Replace the build\n        worst-case: 1m\n        steps:\n${indented(inside, 10)}` : indented(inside, 6)}
${indented(step('warm', `echo warm >> ${counter()}`, true), 6)}
`;
}

/** Works the run up to the slow write, and ends the app while the host is in the middle of it. */
async function dieWhileWriting(shape: Shape): Promise<void> {
  writeFileSync(place.file, checklist(shape));
  launched = await launchApp({ home: place.home.path, args: ['--data', place.data] });
  await openChecklist(launched, place.file, 'pre');
  const operator = new Operator(launched.page);
  // Start, the first write, and inside an atomic block its gate.
  for (let act = 0; act < (shape.atomic ? 4 : 3); act += 1) await operator.press();
  await expect.poll(() => linesOf(began())).toHaveLength(1);
  await killMain(launched);
  expect(counted()).toEqual(['stop']);
  launched = await takeUpAgain(place.home.path, place.data, title);
}

const primary = (app: LaunchedApp) => app.page.locator('[data-primary]');
const target = (app: LaunchedApp) => app.page.getByRole('option', { name: /app1/ });

/** What the probes of the run concluded, in order. */
const concluded = () =>
  journalOf(place.data).flatMap(({ type, data }) => (type === 'probe-concluded' ? [data.says] : []));

/** The steps that were sent to the host as writes, in order. */
const sent = () =>
  journalOf(place.data).flatMap(({ type, data }) =>
    type === 'attempt-started' && data.purpose === 'step' ? [data.step] : [],
  );

async function expectUnknown(app: LaunchedApp): Promise<void> {
  const { page } = app;
  await expect(page.getByText('This run was taken up again')).toBeVisible();
  await expect(page.getByText('We lost sight of app1: it may have run')).toBeVisible();
  await expect(target(app)).toContainText('unknown');
  await expect(page.getByText('The app ended while this was on its way.')).toBeVisible();
}

/** Goes on to the end; the journal proves itself intact, and the report names the death. */
async function finishAndReport(app: LaunchedApp): Promise<string> {
  await new Operator(app.page).workThrough(20);
  await expect(app.page.locator('.verify')).toHaveClass(/is-intact/);
  const report = await savedReport(app, join(place.home.path, 'report.html'));
  expect(report).toContain('ended without closing its session');
  return report;
}

test('an interrupted write is unknown; its probe says still running, then done, and nothing is written twice', async () => {
  await dieWhileWriting({ verify: true, atomic: false });
  const app = launched as LaunchedApp;
  await expectUnknown(app);
  const operator = new Operator(app.page);
  await expect(primary(app)).toContainText('Find out on app1');
  await operator.press();
  await expect(app.page.getByText('The probe says it is still running. Ask again in a moment.')).toBeVisible();
  expect(concluded()).toEqual(['still-running']);
  expect(counted()).toEqual(['stop']);

  letItEnd();
  await expect.poll(counted).toEqual(['stop', 'upload']);
  // The shell may need a moment longer than its last command to be gone.
  await expect.poll(() => alive(processId(readFileSync(began())))).toBe(false);
  await expect(primary(app)).toContainText('Find out on app1');
  await operator.press();
  await expect(app.page.getByRole('heading', { name: 'Count start' })).toBeVisible();
  expect(concluded()).toEqual(['still-running', 'done']);

  await finishAndReport(app);
  await expect(app.page.getByRole('heading', { name: /^Completed in pre/ })).toBeVisible();
  expect(counted()).toEqual(['stop', 'upload', 'start', 'warm']);
  expect(sent()).toEqual(['stop', 'upload', 'start', 'warm']);
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a write that died with the app is found not done and then runs without counting as a repeat', async () => {
  await dieWhileWriting({ verify: true, atomic: false });
  const app = launched as LaunchedApp;
  await expectUnknown(app);
  const pid = processId(readFileSync(began()));
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => alive(pid)).toBe(false);
  letItEnd();
  await new Operator(app.page).press();
  await expect(app.page.getByText('running it now is not a repeat')).toBeVisible();
  await expect(primary(app)).toContainText('Run on app1');
  expect(concluded()).toEqual(['not-done']);
  expect(counted()).toEqual(['stop']);

  await finishAndReport(app);
  expect(counted()).toEqual(['stop', 'upload', 'start', 'warm']);
  expect(sent()).toEqual(['stop', 'upload', 'upload', 'start', 'warm']);
});

test('without a probe the operator says it was done, with a reason, and the run ends as completed with exceptions', async () => {
  await dieWhileWriting({ verify: false, atomic: false });
  const app = launched as LaunchedApp;
  const { page } = app;
  await expectUnknown(app);
  await expect(page.getByText('The checklist has no command to find out.')).toBeVisible();
  letItEnd();
  await expect.poll(counted).toEqual(['stop', 'upload']);

  await expect(primary(app)).toContainText('Say what happened on app1…');
  await new Operator(page).press();
  await page.getByRole('alertdialog', { name: 'What happened on app1?' }).getByText('It was done…').click();
  const asked = page.getByRole('alertdialog', { name: '“Count upload” was done on app1?' });
  await expect(asked.getByRole('button', { name: 'It was done on app1' })).toBeDisabled();
  await asked.getByLabel('Reason').fill('I saw its line in the counter');
  await asked.getByRole('button', { name: 'It was done on app1' }).click();
  await expect(page.getByRole('heading', { name: 'Count start' })).toBeVisible();

  const report = await finishAndReport(app);
  await expect(page.getByRole('heading', { name: /^Completed in pre in .*, with 1 exception/ })).toBeVisible();
  await expect(page.locator('.exceptions')).toContainText("done by a person's word");
  await expect(page.locator('.exceptions')).toContainText('I saw its line in the counter');
  expect(report).toContain('I saw its line in the counter');
  expect(counted()).toEqual(['stop', 'upload', 'start', 'warm']);
  expect(sent()).toEqual(['stop', 'upload', 'start', 'warm']);
  const decided = journalOf(place.data).find(({ type }) => type === 'target-decided');
  expect(decided).toMatchObject({
    actor: { kind: 'operator' },
    data: { decision: 'was-done' },
    sig: expect.any(String),
  });

  await page.getByRole('button', { name: 'Back to the first screen' }).click();
  await expect(page.locator('.run-word')).toHaveText('completed, with exceptions');
});

test('a death inside an atomic block is taken up inside it, where the window may not be closed', async () => {
  await dieWhileWriting({ verify: true, atomic: true });
  const app = launched as LaunchedApp;
  const { page } = app;
  await expectUnknown(app);
  await expect(page.locator('.top-bar')).toContainText('Replace the build (atomic, 1 of 2)');
  const windows = () => app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  await app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect(
    page.getByText('Not inside the atomic block “Replace the build”: it must be finished or restored first.'),
  ).toBeVisible();
  expect(await windows()).toBe(1);

  letItEnd();
  await expect.poll(counted).toEqual(['stop', 'upload']);
  await expect.poll(() => alive(processId(readFileSync(began())))).toBe(false);
  await new Operator(page).press();
  await expect(page.locator('.top-bar')).toContainText('Replace the build (atomic, 2 of 2)');
  await finishAndReport(app);
  expect(counted()).toEqual(['stop', 'upload', 'start', 'warm']);
  expect(journalOf(place.data).filter(({ type }) => type === 'block-entered')).toHaveLength(1);
});
