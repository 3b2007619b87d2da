import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type LaunchedApp, launchApp, temporaryHome } from '../helpers/electron-app.ts';
import { passStep, passUpToBlock, startDemoRun, stateOf, submit } from '../helpers/electron-demo.ts';

const place = temporaryHome();
const data = join(place.home, 'data');
let launched: LaunchedApp;

test.beforeEach(async () => {
  launched = await launchApp({ home: place.home, args: ['--data', data] });
  await expect(launched.page.getByRole('heading', { level: 1 })).toHaveText('Countersign');
});
test.afterEach(async () => {
  await launched.abandon();
});
test.afterAll(() => place.remove());

/** Stands in for the native question, which no program can click; it remembers what was asked. */
async function answerDialogs(response: 0 | 1): Promise<void> {
  await launched.app
    .evaluate(({ dialog }, chosen) => {
      const asked: string[] = [];
      Object.assign(globalThis, { asked });
      dialog.showMessageBox = ((_window: unknown, options: { message: string }) => {
        asked.push(options.message);
        return Promise.resolve({ response: chosen, checkboxChecked: false });
      }) as typeof dialog.showMessageBox;
    }, response)
    .catch(() => {});
}

const asked = () => launched.app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
const closeWindow = () => launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
const quit = () => launched.app.evaluate(({ app }) => app.quit());
const windows = () => launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

/** The process's end, asked for before what should bring it about. */
function ended(): Promise<number | null> {
  const child = launched.app.process();
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

test('without a run the window closes at once and the process ends', async () => {
  await answerDialogs(0);
  const end = ended();
  await closeWindow().catch(() => {});
  expect(await end).toBe(0);
});

test('an unfinished run is asked about by name, and staying keeps everything open', async () => {
  const runId = await startDemoRun(launched.page);
  await answerDialogs(0);
  await closeWindow();
  await expect.poll(asked).toEqual(['Leave “Trade core 3.4.0” (demo) unfinished?']);
  expect(await windows()).toBe(1);
  expect((await stateOf(launched.page, runId)).status).toBe('running');
});

test('leaving puts the pen down in the journal, ends the demo’s hosts, and the run can be gone on with', async () => {
  const runId = await startDemoRun(launched.page);
  await answerDialogs(1);
  const end = ended();
  await quit().catch(() => {});
  expect(await end).toBe(0);
  const journal = readFileSync(join(data, 'runs', runId, 'journal.jsonl'), 'utf8');
  const last = JSON.parse(journal.trimEnd().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ type: 'session-closed', data: { reason: 'left' } });
  const source = JSON.parse(journal.split('\n')[0] ?? '').data.source as string;
  expect(existsSync(source)).toBe(false);
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(processes).not.toContain(join(source, '..'));

  launched = await launchApp({ home: place.home, args: ['--data', data] });
  const state = await stateOf(launched.page, runId);
  expect(state).toMatchObject({ status: 'running' });
  expect(state.sessions.map((session) => session.resumed)).toEqual([false, true]);
});

test('inside an atomic block closing and quitting are refused, and the screen is told why', async () => {
  const { page } = launched;
  const runId = await startDemoRun(page);
  await passUpToBlock(page, runId);
  await submit(page, { type: 'enter-block', block: 0 });
  await answerDialogs(1);
  await page.evaluate(() => {
    const refusals: unknown[] = [];
    Object.assign(window, { refusals });
    window.countersign.subscribe('window:close-refused', ({ refusal }) => refusals.push(refusal));
  });
  const refusals = () => page.evaluate(() => (window as unknown as { refusals: unknown[] }).refusals);
  const refusal = { code: 'in-atomic-block', params: { block: 'Replace the build · 1/2' } };

  await closeWindow();
  await expect.poll(refusals).toEqual([refusal]);
  await quit();
  await expect.poll(refusals).toEqual([refusal, refusal]);
  expect(await page.evaluate(() => window.countersign.request('run:close', {}))).toEqual({ ok: false, refusal });
  expect(await asked()).toEqual([]);
  expect(await windows()).toBe(1);

  // The way out is through: the block's steps are done, then leaving is possible again.
  let state = await stateOf(page, runId);
  while (state.block !== null) state = await passStep(page, runId);
  const end = ended();
  await closeWindow().catch(() => {});
  expect(await end).toBe(0);
});
