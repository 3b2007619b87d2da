import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { handoverQuestions } from '../../shared/people/handover-questions.ts';
import { launchApp } from '../helpers/electron-app.ts';
import { submit } from '../helpers/electron-demo.ts';
import { killMain, linesOf, recordsIn, savedReport } from '../helpers/electron-release.ts';
import {
  beginOnScreen,
  beginRun,
  type Desk,
  followed,
  followOnScreen,
  inStep,
  inviteOnScreen,
  inviteThrough,
  makePerson,
  openTwoPeople,
  passphrase,
  runStep,
  sign,
  signOnScreen,
  type TwoPeople,
} from '../helpers/two-people.ts';

/** Two people at two computers, two real Electron instances, one production run on a real OpenSSH server. */

let two: TwoPeople;

test.beforeEach(async () => {
  test.setTimeout(180_000);
  two = await openTwoPeople();
  await Promise.all([makePerson(two.operator), makePerson(two.checker)]);
});
test.afterEach(async () => {
  if (existsSync(two.host)) writeFileSync(join(two.host, 'go'), '');
  await two.close();
});

const written = () => linesOf(join(two.host, 'log'));
const runIn = (desk: Desk, runId: string) => join(desk.data, 'runs', runId);
const copyIn = (desk: Desk, runId: string) => join(desk.data, 'mirrored', runId);
const typesIn = (folder: string) => recordsIn(folder).map(({ type }) => type);

const linkOf = async (desk: Desk) => (await desk.request('mirror:link', {}))?.link.status;

/** Begins the run, lets the checker in through a proxy, and admits them. */
async function paired() {
  const { operator, checker } = two;
  const runId = await beginRun(two);
  const { invitation, proxy } = await inviteThrough(operator);
  const joined = await checker.request('mirror:join', { invitation, address: `127.0.0.1:${proxy.port}` });
  expect(joined).toMatchObject({ ok: true, value: { status: 'waiting' } });
  await submit(operator.app.page, { type: 'admit', participant: 'p1', role: 'checker' });
  await expect.poll(() => linkOf(checker)).toBe('connected');
  return { runId, invitation, proxy };
}

async function statusOf(runId: string, desk = two.operator) {
  const opened = await desk.request('run:open', { runId });
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  return opened.value.state;
}

async function settles(runId: string, index: number, desk = two.operator): Promise<void> {
  await expect.poll(async () => (await statusOf(runId, desk)).current, { timeout: 30_000 }).toBe(index);
}

async function targetIs(runId: string, step: number, status: string, desk = two.operator): Promise<void> {
  await expect
    .poll(async () => (await statusOf(runId, desk)).steps[step]?.targets[0]?.status, { timeout: 30_000 })
    .toBe(status);
}

test('a release with two people: signed, rejected, interrupted, held, cut off, handed over and finished', async () => {
  test.setTimeout(240_000);
  const { operator, checker } = two;
  const desk = operator.app.page;
  const other = checker.app.page;
  const primary = desk.locator('[data-primary]');
  await beginOnScreen(two);
  const { invitation, proxy } = await inviteOnScreen(operator);
  await followOnScreen(checker, invitation, proxy.port);
  await expect(other.getByText('Waiting to be admitted').first()).toBeVisible();
  await expect(desk.getByText('Li Wei asks to follow this run').first()).toBeVisible();
  await desk.getByRole('button', { name: 'Admit as checker' }).click();
  await expect(other.getByText('you follow Wang Fang').first()).toBeVisible();
  const { state: first } = await followed(checker);
  const runId = first?.runId ?? '';

  // A read needs nobody; a write waits for the checker, who first rejects it.
  await primary.click();
  await expect(primary).toHaveText(/Stop|Run on app1/);
  await settles(runId, 1);
  await primary.click();
  await expect(primary).toHaveText(/Waiting for Li Wei’s signature/);
  await signOnScreen(checker, '1.2', 'The ticket says app2.');
  await expect(desk.getByText('The ticket says app2.').first()).toBeVisible();
  // A second try of a write in production needs the checker's yes beforehand.
  await expect(runStep(desk, 'stop', 'right host')).rejects.toThrow('permission-missing');
  await submit(desk, { type: 'ask-permission', step: 'stop', targets: ['app1'], reason: 'It is app1.' });
  await expect(primary).toHaveText(/Waiting for Li Wei’s yes/);
  await signOnScreen(checker, '1.2');
  await expect(desk.getByText('allowed by Li Wei').first()).toBeVisible();
  await runStep(desk, 'stop', 'It is app1.');
  await signOnScreen(checker, '1.2');
  await settles(runId, 2);
  expect(written()).toEqual(['stop', 'stop']);

  // Inside the atomic block: interruptions wait, a hold waits, the network goes and comes back.
  await submit(desk, { type: 'enter-block', block: 0 });
  await expect(runStep(desk, 'upload')).rejects.toThrow('permission-missing');
  await signOnScreen(checker, '1.3');
  await runStep(desk, 'upload');
  await expect.poll(() => existsSync(join(two.host, 'began'))).toBe(true);
  await other.getByRole('button', { name: /Log an interruption/ }).click();
  await other.getByRole('textbox', { name: 'Who' }).fill('Support');
  await other.getByRole('textbox', { name: 'What' }).fill('A client calls.');
  await other.getByRole('radio', { name: 'soon' }).check({ force: true });
  await other.getByRole('button', { name: 'Put it in the queue' }).click();
  await expect(other.getByText('waits for the safe point').first()).toBeVisible();
  await other.getByRole('button', { name: /Ask for a pause/ }).click();
  await other.getByRole('textbox').last().fill('Support wants a word.');
  await other.getByRole('button', { name: 'Ask for the pause' }).click();
  await expect(desk.getByText('Li Wei asks for a pause').first()).toBeVisible();
  proxy.cut();
  await expect.poll(async () => (await statusOf(runId)).participants[0]?.presence, { timeout: 15_000 }).toBe('gone');
  writeFileSync(join(two.host, 'go'), '');
  await targetIs(runId, 2, 'passed');
  expect((await statusOf(runId)).status).toBe('running');
  await expect.poll(() => linkOf(checker), { timeout: 30_000 }).toBe('connected');
  await signOnScreen(checker, '1.3');
  await settles(runId, 3);
  expect((await statusOf(runId)).interruptions[0]?.shownAt).toBeNull();
  await expect(desk.getByText('A client calls.')).toHaveCount(0);
  await runStep(desk, 'start');
  await expect(desk.getByText('Li Wei asked for this pause').first()).toBeVisible({ timeout: 30_000 });
  const held = await statusOf(runId);
  expect(held).toMatchObject({ block: null, holdCause: 'checker', holdReason: 'Support wants a word.' });
  await desk.getByRole('button', { name: 'Answer…' }).click();
  await expect(desk.getByRole('dialog').getByText('A client calls.')).toBeVisible();
  await desk.getByRole('button', { name: 'Noted' }).click();
  await expect.poll(async () => (await statusOf(runId)).interruptions[0]?.answer?.text).toBe('Noted');
  await desk.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await desk.getByRole('button', { name: 'Continue' }).first().click();

  // The checker's machine is gone at a safe point: production waits for it.
  await expect.poll(async () => (await statusOf(runId)).status).toBe('running');
  proxy.cut();
  await expect(desk.getByText('The run waits for Li Wei').first()).toBeVisible({ timeout: 15_000 });
  await expect.poll(() => linkOf(checker), { timeout: 30_000 }).toBe('connected');
  await expect.poll(async () => (await statusOf(runId)).participants[0]?.presence).toBe('here');
  await submit(desk, { type: 'continue' });
  await runStep(desk, 'warm');
  await signOnScreen(checker, '1.5');
  await settles(runId, 5);

  // Hand over at a safe point: the newcomer answers what the run shows, and uses their own key on the host.
  await desk.locator('.people-button').click();
  await desk.getByRole('menuitem', { name: 'Hand over to Li Wei…' }).click();
  await desk.getByRole('textbox').last().fill('End of my shift.');
  await desk.getByRole('button', { name: 'Offer the pen to Li Wei' }).click();
  await expect(other.getByText('Wang Fang offers you the run').first()).toBeVisible();
  const wrong = await checker.request('mirror:intent', { intent: { type: 'accept-handover', answers: {} } });
  expect(wrong).toMatchObject({ ok: false, refusal: { code: 'answers-wrong' } });
  await other.getByRole('button', { name: 'Answer the offer' }).click();
  const { state } = await followed(checker);
  if (state === null) throw new Error('nothing followed');
  const questions = handoverQuestions(state);
  const groups = other.getByRole('alertdialog').or(other.getByRole('dialog')).getByRole('radiogroup');
  await expect(groups).toHaveCount(questions.length);
  for (const [index, { options, answer }] of questions.entries()) {
    await groups.nth(index).getByRole('radio').nth(options.indexOf(answer)).check({ force: true });
  }
  await other.getByRole('button', { name: 'Take over the run in prod' }).click();
  await expect(other.getByText('You are the operator now').first()).toBeVisible({ timeout: 30_000 });
  expect((await statusOf(runId, checker)).pens.at(-1)).toMatchObject({ how: 'handover', reason: 'End of my shift.' });

  // The former operator is the checker now, and signs what the newcomer does.
  await expect(desk.getByText('you follow Li Wei').first()).toBeVisible({ timeout: 30_000 });
  await submit(other, { type: 'continue' });
  await runStep(other, 'tidy');
  await signOnScreen(operator, '1.6');
  await settles(runId, 6, checker);
  await submit(other, { type: 'finish' });
  await expect.poll(() => linkOf(operator), { timeout: 30_000 }).toBe('over');

  expect(written()).toEqual(['stop', 'stop', 'upload', 'start', 'warm', 'tidy']);
  for (const one of [operator, checker]) {
    expect(await one.request('run:verify', { runId })).toMatchObject({ verdict: 'intact' });
  }
  expect(recordsIn(copyIn(operator, runId))).toEqual(recordsIn(runIn(checker, runId)));
  const report = await savedReport(checker.app, join(checker.data, 'report.html'));
  for (const { name } of [operator, checker]) expect(report).toContain(name);
  for (const desk of [operator, checker]) {
    const { identity } = await desk.request('identity:get', {});
    expect(report).toContain(identity?.fingerprint);
  }
  // The used invitation opens nothing any more.
  expect(await operator.request('mirror:join', { invitation, address: null })).toMatchObject({ ok: false });
  await proxy.close();
});

test('the checker’s app dies, follows again from its copy, and takes over when the operator is gone too', async () => {
  const { operator, checker } = two;
  const { runId, proxy } = await paired();
  await runStep(operator.app.page, 'look');
  await settles(runId, 1);
  await inStep(operator, checker, runId);
  await killMain(checker.app);
  await expect.poll(async () => (await statusOf(runId)).holdCause, { timeout: 15_000 }).toBe('checker-gone');
  checker.app = await launchApp({ home: checker.home.path, args: ['--data', checker.data], machine: 'checker-pc' });
  const other = checker.app.page;
  await other.getByRole('button', { name: 'Follow “Trade core 3.4.0” again' }).click();
  await other.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase);
  await other.getByRole('button', { name: 'Unlock the key' }).click();
  await expect.poll(() => linkOf(checker), { timeout: 30_000 }).toBe('connected');
  await inStep(operator, checker, runId);
  expect((await statusOf(runId)).participants).toMatchObject([{ presence: 'here', standing: 'admitted' }]);
  await submit(operator.app.page, { type: 'continue' });
  await runStep(operator.app.page, 'stop');
  await signOnScreen(checker, '1.2');

  // Now both go, and only the checker comes back.
  await inStep(operator, checker, runId);
  await killMain(checker.app);
  await killMain(operator.app);
  checker.app = await launchApp({ home: checker.home.path, args: ['--data', checker.data], machine: 'checker-pc' });
  await checker.app.page.getByRole('button', { name: 'Follow “Trade core 3.4.0” again' }).click();
  await checker.app.page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase);
  await checker.app.page.getByRole('button', { name: 'Unlock the key' }).click();
  await expect.poll(() => linkOf(checker), { timeout: 30_000 }).toBe('lost');
  await checker.app.page.getByRole('button', { name: 'Take over…' }).click();
  await checker.app.page.getByRole('textbox').last().fill('Nobody answers.');
  await checker.app.page.getByRole('button', { name: 'Take over the run in prod' }).click();
  await expect(checker.app.page.getByText('You are the operator now').first()).toBeVisible({ timeout: 30_000 });
  expect((await statusOf(runId, checker)).pens).toMatchObject([{ how: 'takeover', reason: 'Nobody answers.' }]);
  await proxy.close();
});

test('the operator’s machine dies in the middle of a write, and the checker goes on from their copy', async () => {
  const { operator, checker } = two;
  const { runId, proxy } = await paired();
  await runStep(operator.app.page, 'look');
  await settles(runId, 1);
  await runStep(operator.app.page, 'stop');
  await targetIs(runId, 1, 'passed');
  await inStep(operator, checker, runId);
  await sign(checker);
  await settles(runId, 2);
  await submit(operator.app.page, { type: 'enter-block', block: 0 });
  await inStep(operator, checker, runId);
  await sign(checker);
  await runStep(operator.app.page, 'upload');
  await expect.poll(() => existsSync(join(two.host, 'began'))).toBe(true);
  await inStep(operator, checker, runId);
  const early = await checker.request('mirror:take-over', { reason: 'too early' });
  expect(early).toMatchObject({ ok: false });
  await killMain(operator.app);
  await expect.poll(() => linkOf(checker), { timeout: 30_000 }).toBe('lost');

  const taken = await checker.request('mirror:take-over', { reason: 'The operator’s laptop is dead.' });
  expect(taken).toMatchObject({ ok: true });
  const state = await statusOf(runId, checker);
  expect(state.pens).toMatchObject([{ how: 'takeover', reason: 'The operator’s laptop is dead.' }]);
  // What was on its way is unknown, and is not simply run again.
  expect(state.steps[2]?.targets[0]?.status).toBe('unknown');
  await expect(runStep(checker.app.page, 'upload', 'again')).rejects.toThrow('unknown-must-be-decided');
  writeFileSync(join(two.host, 'go'), '');
  await expect.poll(written).toEqual(['stop', 'upload']);
  const decided = { step: 'upload', target: 'app1', owner: null, reason: 'Seen on the host.' } as const;
  await submit(checker.app.page, { type: 'decide', decision: 'was-done', ...decided });
  await submit(checker.app.page, { type: 'waive-countersignature', step: 'upload', reason: 'Nobody is left.' });
  for (const step of ['start', 'warm', 'tidy']) {
    await runStep(checker.app.page, step);
    const index = (await statusOf(runId, checker)).plan.steps.findIndex(({ id }) => id === step);
    await targetIs(runId, index, 'passed', checker);
    if (step !== 'start')
      await submit(checker.app.page, { type: 'waive-countersignature', step, reason: 'Nobody is left.' });
    await settles(runId, index + 1, checker);
  }
  await submit(checker.app.page, { type: 'finish' });
  expect(typesIn(runIn(checker, runId))).toContain('pen-taken');
  await expect
    .poll(async () => (await checker.request('run:verify', { runId })).verdict, { timeout: 30_000 })
    .toBe('intact');
  await proxy.close();
});
