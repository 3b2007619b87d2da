import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { exportRun } from '../../electron/evidence/export-run.ts';
import type { PlanStep } from '../../shared/checklist/plan.ts';
import { type LaunchedApp, launchApp } from '../helpers/electron-app.ts';
import { Engine } from '../helpers/engine-kit.ts';
import { planHost } from '../helpers/hosts-kit.ts';
import { command, planOf, step } from '../helpers/plans.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

/** Runs of the past on the real screen: made on a real sshd by the engine, replayed and compared in the built app. */

const folder = tempFolder('replay-e2e');
const key = makeKey(join(folder, 'id_ed25519'));
let sshd: Sshd;
let home: Home;
let data: string;
let launched: LaunchedApp;
let page: Page;

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
  readonly steps: readonly PlanStep[];
  readonly person?: string;
  readonly into?: string;
  /** Steps that fail and are let through. */
  readonly overridden?: readonly string[];
  readonly finish?: boolean;
}

/** Works a run to its end and gives its folder. */
async function made({ title, steps, person = 'Li Wei', into = data, overridden = [], finish = true }: Wanted) {
  const hosts = ['app1', 'app2'].map((name) =>
    planHost(name, { address: sshd.address, port: sshd.port, user: sshd.user }),
  );
  const plan = planOf(steps, { name: 'Trade core', title, version: null, hosts });
  const engine = await Engine.create({ plan, data: into, home: home.path, person });
  for (const { id, targets } of steps) {
    await engine.runStep(id, targets);
    for (const target of overridden.includes(id) ? targets : []) {
      const said = { decision: 'overridden', reason: 'Known since 2.9', owner: null } as const;
      await engine.submit({ type: 'decide', step: id, target, ...said });
    }
  }
  if (finish) await engine.submit({ type: 'finish' });
  await engine.run.close(finish ? 'ended' : 'left');
  return engine.run.folder;
}

const says = (id: string, title: string, text: string, given: Partial<PlanStep> = {}): PlanStep =>
  step(id, { title, action: command(text), ...given });
const artifact = says('artifact', 'The war is the right one', 'echo 9f2c41 trade.war', { effect: 'read' });
const stopping =
  "printf 'Pausing\\n'; sleep 1.5; printf '\\033[31mSEVERE\\033[0m usual one\\n'; sleep 1; echo Stopped.";
let removed: string;
/** Its run id: of a journal that is not what it was the list knows no more. */
let altered: string;

async function makeRuns(): Promise<void> {
  await made({
    title: 'Release A',
    steps: [
      artifact,
      says('stop', 'Stop tomcat', stopping, { targets: ['app1', 'app2'] }),
      says('warm', 'Warm up', 'echo cold cache; exit 3'),
      says('old', 'Remove the old build', 'echo removed'),
    ],
    overridden: ['warm'],
  });
  await made({
    title: 'Release B',
    steps: [
      artifact,
      says('stop', 'Stop tomcat', 'echo Stopped at once.', { targets: ['app1', 'app2'] }),
      says('warm', 'Warm up', 'echo warm'),
      says('new', 'Look at the new build', 'echo seen'),
    ],
  });
  const changed = await made({
    title: 'Release altered',
    steps: [artifact, says('stop', 'Stop tomcat', 'echo Stopped.')],
  });
  altered = basename(changed);
  const journal = join(changed, 'journal.jsonl');
  const text = readFileSync(journal, 'utf8');
  const last = text.lastIndexOf('"verdict":"passed"');
  writeFileSync(journal, `${text.slice(0, last)}"verdict":"failed"${text.slice(last + 18)}`);
  const cut = await made({
    title: 'Release cut',
    steps: [says('long', 'Write much', 'echo the first half; sleep 0.3; echo the second')],
  });
  const recording = join(cut, 'output', 'a1.cast');
  truncateSync(recording, readFileSync(recording).lastIndexOf('second'));
  removed = await made({ title: 'Release removed', steps: [artifact] });
  await made({ title: 'Release left', steps: [artifact], finish: false });
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  const foreign = await made({ title: 'Release imported', steps: [artifact], person: 'Wang Fang', into: elsewhere });
  const to = join(folder, 'run.zip');
  const done = await exportRun({
    folder: foreign,
    to,
    language: 'en',
    print: null,
    identity: null,
    progress: () => {},
  });
  if (!done.ok) throw new Error(JSON.stringify(done.failure));
}

/** From wherever the screen is to the list of all runs. */
async function toHistory(): Promise<void> {
  await page.reload();
  await page.getByRole('button', { name: 'History' }).click();
  await expect(page.getByRole('heading', { name: 'All runs' })).toBeVisible();
  // The terminals' own canvas holds no words; without it they stand on the page.
  await page.evaluate(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
}

async function replay(title: string): Promise<void> {
  await toHistory();
  await page.getByRole('button', { name: new RegExp(`^Replay “${title}”`) }).click();
}

const terminal = () => page.locator('.terminal .xterm-rows');
const place = () => page.getByRole('slider', { name: 'Time line of the replay' });
const mark = (name: RegExp) => page.getByRole('toolbar', { name: 'What happened' }).getByRole('button', { name });
const standing = (target: string) => page.getByRole('option', { name: new RegExp(`^${target}`) });

/** Goes to the end of the run and looks at a step of it. */
async function atEndOf(code: string): Promise<void> {
  await expect(place()).toBeVisible();
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('option', { name: new RegExp(`^${code.replace('.', '\\.')}`) }).click();
}

async function complaints(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

test('a run is replayed: the screen stands as it was at any moment, terminals included', async () => {
  await replay('Release A');
  await expect(page.getByText('nothing here acts')).toBeVisible();
  await expect(page.getByText('Intact')).toBeVisible();
  expect(await complaints()).toEqual([]);

  await mark(/^\S+ · passed · 1\.stop Stop tomcat · app1/).click();
  await expect(page.getByRole('heading', { name: 'Stop tomcat' })).toBeVisible();
  await expect(standing('app1')).toContainText('passed');
  await expect(page.getByRole('option', { name: /^1\.warm/ })).toContainText('to do');
  await expect(terminal()).toContainText('Stopped.');

  // A find is gone to where it was written: what came behind it is not there yet.
  await page.keyboard.press('/');
  await page.keyboard.type('SEVERE');
  await page.keyboard.press('Enter');
  await expect(page.getByText('2 lines')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 of 2')).toBeVisible();
  await expect(standing('app1')).toContainText('running');
  await expect(terminal()).toContainText('SEVERE usual one');
  await expect(terminal()).not.toContainText('Stopped.');
  expect(await complaints()).toEqual([]);
});

test('it plays as fast as was chosen, and stops at the end', async () => {
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('1');
  await page.getByRole('heading', { name: 'Stop tomcat' }).click();
  await page.keyboard.press(' ');
  const began = Date.now();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(terminal()).toContainText('Stopped.');
  // The host took a second for it.
  expect(Date.now() - began).toBeGreaterThan(600);
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('60');
  await expect(page.getByText('The run ended here: completed, with exceptions.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  const whole = Number(await place().inputValue());
  expect(whole).toBeGreaterThan(2_500);
  await page.getByRole('heading', { level: 2 }).click();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(place()).toHaveValue('0');
  await expect(page.getByText('The run ended here')).toHaveCount(0);
  const again = Date.now();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(page.getByText('The run ended here')).toBeVisible();
  expect(Date.now() - again).toBeLessThan(whole);
});

test('the keyboard goes from event to event, among all or only those of a sort', async () => {
  await page.getByRole('heading', { level: 2 }).click();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(place()).toHaveValue('0');
  await page.keyboard.press(']');
  await expect(page.getByText(/^\S+ · run started$/)).toBeVisible();
  await page.keyboard.press(']');
  await expect(page.getByText(/· step entered · 1\.artifact/)).toBeVisible();
  await page.keyboard.press('[');
  await expect(page.getByText(/^\S+ · run started$/)).toBeVisible();

  await page.getByRole('combobox', { name: 'Events to go among' }).selectOption('Trouble');
  await page.getByRole('heading', { level: 2 }).click();
  await page.keyboard.press(']');
  await expect(page.getByText(/· failed · 1\.warm Warm up · app1$/)).toBeVisible();
  await expect(standing('app1')).toContainText('failed');
  await expect(terminal()).toContainText('cold cache');
  await page.keyboard.press(']');
  await expect(page.getByText(/· failed · 1\.warm Warm up · app1$/)).toBeVisible();
  await page.getByRole('combobox', { name: 'Events to go among' }).selectOption('Decisions');
  await page.getByRole('button', { name: 'To the next event (])' }).click();
  await expect(standing('app1')).toContainText('overridden');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Leave the replay' }).click();
  await expect(page.getByRole('heading', { name: 'All runs' })).toBeVisible();
});

test('an altered run says so before anything of it is shown, and then shows only what holds', async () => {
  await replay(altered);
  await expect(page.getByRole('alert').getByText('THIS RUN WAS ALTERED')).toBeVisible();
  await expect(page.getByRole('alert').getByText(/Line \d+: its content does not match its own hash/)).toBeVisible();
  await expect(place()).toHaveCount(0);
  expect(await complaints()).toEqual([]);
  await page.getByRole('button', { name: 'Replay what holds' }).click();
  await expect(page.getByText(/^ALTERED at line \d+ of the journal/)).toBeVisible();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByRole('option', { name: /^1\.artifact/ })).toContainText('passed');
  await expect(page.getByRole('option', { name: /^1\.stop/ })).toContainText('running');
  await expect(page.getByText('the end of the run is not in it')).toBeVisible();
});

test('a recording that was cut says where it ends; a folder that goes away is not taken for silence', async () => {
  await replay('Release cut');
  await expect(page.getByText(/^ALTERED\./)).toBeVisible();
  await atEndOf('1.long');
  await expect(page.getByText(/The recording a1 is shorter than the one that was sealed/)).toBeVisible();
  await expect(terminal()).toContainText('the first half');
  await expect(terminal()).toContainText('[the recording ends here]');
  await expect(terminal()).not.toContainText('second');

  await replay('Release removed');
  await atEndOf('1.artifact');
  await expect(terminal()).toContainText('9f2c41 trade.war');
  renameSync(removed, `${folder}/away`);
  await page.keyboard.press('Shift+ArrowLeft');
  await atEndOf('1.artifact');
  await expect(page.getByText('The recording a1 was here a moment ago and is not any more.')).toBeVisible();
  await expect(terminal()).toContainText('9f2c41 trade.war');
  await page.getByRole('searchbox', { name: 'Search all output' }).fill('9f2c41');
  await page.keyboard.press('Enter');
  await expect(page.getByText('a1 not searched: not here')).toBeVisible();

  renameSync(`${folder}/away`, removed);
  await toHistory();
  const row = page.getByRole('button', { name: /^Replay “Release removed”/ });
  await expect(row).toBeVisible();
  renameSync(removed, `${folder}/away`);
  await row.click();
  await expect(page.getByText(/The run \S+ is not on this computer any more/)).toBeVisible();
});

test('a run that somebody else worked is replayed from their zip, and says who that was', async () => {
  await launched.app.evaluate(
    ({ dialog }, chosen) => {
      const answer = { canceled: false, filePaths: [chosen] };
      dialog.showOpenDialog = (() => Promise.resolve(answer)) as typeof dialog.showOpenDialog;
    },
    join(folder, 'run.zip'),
  );
  const taken = await page.evaluate(() => window.countersign.request('run:import', {}));
  expect(taken).toMatchObject({ ok: true });
  await replay('Release imported');
  await atEndOf('1.artifact');
  await expect(page.getByText('Operator Wang Fang')).toBeVisible();
  await expect(terminal()).toContainText('9f2c41 trade.war');
  await expect(page.getByText('The run ended here: completed.')).toBeVisible();
});

test('two runs of one checklist stand side by side: durations, outcomes, outputs, and what only one of them has', async () => {
  await toHistory();
  await page.getByRole('checkbox', { name: /Release B/ }).check();
  await page.getByRole('checkbox', { name: /Release A/ }).check();
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('heading', { name: 'Two runs side by side' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Left' })).toContainText('Release A');
  await expect(page.getByRole('region', { name: 'Right' })).toContainText('Release B');
  const row = (name: RegExp) => page.getByRole('row', { name });
  await expect(row(/Stop tomcat app1/)).toContainText(/−\d.* s.*duration.*output/);
  await expect(row(/Warm up/)).toContainText(/overridden.*passed.*outcome/);
  await expect(row(/Remove the old build/)).toContainText('not in this run');
  await expect(row(/Look at the new build/)).toContainText('not in this run');
  await expect(row(/The war is the right one/)).toHaveCount(0);
  expect(await complaints()).toEqual([]);
  await page.getByRole('checkbox', { name: 'Only differences' }).uncheck();
  await expect(row(/The war is the right one/)).toBeVisible();

  await row(/Stop tomcat app1/)
    .getByRole('button', { name: /Outputs/ })
    .click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('SEVERE usual one');
  await expect(dialog).toContainText('Stopped at once.');
  expect(await complaints()).toEqual([]);
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Leave the comparison' }).click();
  await expect(page.getByRole('heading', { name: 'All runs' })).toBeVisible();
});

test('nothing of the past is shown over a run that is under way; left, it is replayed as far as it went', async () => {
  await replay('Release left');
  await atEndOf('1.artifact');
  await expect(page.getByText('The journal ends here; the end of the run is not in it.')).toBeVisible();
  await toHistory();
  await page.getByRole('button', { name: /^Continue “Release left”/ }).click();
  await expect(page.locator('[data-primary]')).toBeVisible();
  const refused = await page.evaluate(async (runId) => {
    const { request } = window.countersign;
    return [await request('replay:open', { runId }), await request('compare:open', { left: runId, right: runId })];
  }, 'any');
  expect(refused).toMatchObject([{ failure: { code: 'run-under-way' } }, { failure: { code: 'run-under-way' } }]);
});
