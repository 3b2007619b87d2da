import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { submit } from '../helpers/electron-demo.ts';
import { killMain, linesOf } from '../helpers/electron-release.ts';
import {
  asChecker,
  beginRun,
  type Desk,
  followed,
  inStep,
  inviteThrough,
  makePerson,
  openTwoPeople,
  recordsIn,
  runStep,
  sign,
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

/** Begins the run, lets the checker in through a proxy, and admits them. */
async function paired() {
  const { operator, checker } = two;
  const runId = await beginRun(two);
  const { invitation, proxy } = await inviteThrough(operator);
  const joined = await checker.request('mirror:join', { invitation, address: `127.0.0.1:${proxy.port}` });
  expect(joined).toMatchObject({ ok: true, value: { status: 'waiting' } });
  await submit(operator.app.page, { type: 'admit', participant: 'p1', role: 'checker' });
  await expect.poll(async () => (await followed(checker)).link.status).toBe('connected');
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
  const { runId, invitation, proxy } = await paired();

  // A read needs nobody; a write waits for the checker, who first rejects it.
  await runStep(operator.app.page, 'look');
  await settles(runId, 1);
  await runStep(operator.app.page, 'stop');
  await targetIs(runId, 1, 'passed');
  await sign(checker, 'The ticket says app2.');
  await targetIs(runId, 1, 'inconclusive');
  // A second try of a write in production needs the checker's yes beforehand.
  await expect(runStep(operator.app.page, 'stop', 'right host')).rejects.toThrow('permission-missing');
  await submit(operator.app.page, { type: 'ask-permission', step: 'stop', targets: ['app1'], reason: 'It is app1.' });
  await inStep(operator, checker, runId);
  await sign(checker);
  await runStep(operator.app.page, 'stop', 'It is app1.');
  await targetIs(runId, 1, 'passed');
  await inStep(operator, checker, runId);
  await sign(checker);
  await settles(runId, 2);
  expect(written()).toEqual(['stop', 'stop']);

  // Inside the atomic block: interruptions wait, a hold waits, the network goes and comes back.
  await submit(operator.app.page, { type: 'enter-block', block: 0 });
  await expect(runStep(operator.app.page, 'upload')).rejects.toThrow('permission-missing');
  await inStep(operator, checker, runId);
  await sign(checker);
  await runStep(operator.app.page, 'upload');
  await expect.poll(() => existsSync(join(two.host, 'began'))).toBe(true);
  await asChecker(checker, { type: 'log-interruption', from: 'Support', what: 'A client calls.', urgency: 'soon' });
  await asChecker(checker, { type: 'request-hold', reason: 'Support wants a word.' });
  proxy.cut();
  await expect.poll(async () => (await statusOf(runId)).participants[0]?.presence, { timeout: 15_000 }).toBe('gone');
  writeFileSync(join(two.host, 'go'), '');
  await targetIs(runId, 2, 'passed');
  expect((await statusOf(runId)).status).toBe('running');
  await expect.poll(async () => (await followed(checker)).link.status, { timeout: 30_000 }).toBe('connected');
  await inStep(operator, checker, runId);
  await sign(checker);
  await settles(runId, 3);
  expect((await statusOf(runId)).interruptions[0]?.shownAt).toBeNull();
  await runStep(operator.app.page, 'start');
  await expect.poll(async () => (await statusOf(runId)).status, { timeout: 30_000 }).toBe('held');
  const held = await statusOf(runId);
  expect(held).toMatchObject({ block: null, holdCause: 'checker', holdReason: 'Support wants a word.' });
  expect(held.interruptions[0]?.shownAt).not.toBeNull();
  await submit(operator.app.page, { type: 'answer-interruption', interruption: 'i1', answer: 'Called back.' });
  await submit(operator.app.page, { type: 'continue' });

  // The checker's machine is gone at a safe point: production waits for it.
  proxy.cut();
  await expect.poll(async () => (await statusOf(runId)).holdCause, { timeout: 15_000 }).toBe('checker-gone');
  await expect.poll(async () => (await followed(checker)).link.status, { timeout: 30_000 }).toBe('connected');
  await expect.poll(async () => (await statusOf(runId)).participants[0]?.presence).toBe('here');
  await submit(operator.app.page, { type: 'continue' });
  await runStep(operator.app.page, 'warm');
  await targetIs(runId, 4, 'passed');
  await inStep(operator, checker, runId);
  await sign(checker);
  await settles(runId, 5);

  // Hand over at a safe point: the newcomer answers what the run shows, and uses their own key on the host.
  await submit(operator.app.page, { type: 'offer-handover', participant: 'p1', reason: 'End of my shift.' });
  await inStep(operator, checker, runId);
  const wrong = await checker.request('mirror:intent', { intent: { type: 'accept-handover', answers: {} } });
  expect(wrong).toMatchObject({ ok: false, refusal: { code: 'answers-wrong' } });
  const { handoverQuestions } = await import('../../shared/people/handover-questions.ts');
  const state = (await followed(checker)).state;
  if (state === null) throw new Error('nothing followed');
  const answers = Object.fromEntries(handoverQuestions(state).map(({ id, answer }) => [id, answer]));
  await asChecker(checker, { type: 'accept-handover', answers });
  await expect.poll(() => existsSync(runIn(checker, runId)), { timeout: 30_000 }).toBe(true);
  await expect
    .poll(async () => (await statusOf(runId, checker)).pens.at(-1)?.how, { timeout: 30_000 })
    .toBe('handover');
  const refused = await operator.request('run:intent', { intent: { type: 'continue' } }).catch(() => null);
  expect(refused?.ok ?? false).toBe(false);

  // The former operator is the checker now, and signs what the newcomer does.
  await expect
    .poll(async () => (await operator.request('mirror:link', {}))?.link.status, { timeout: 30_000 })
    .toBe('connected');
  await submit(checker.app.page, { type: 'continue' });
  await runStep(checker.app.page, 'tidy');
  await targetIs(runId, 5, 'passed', checker);
  await inStep(checker, operator, runId);
  await sign(operator);
  await settles(runId, 6, checker);
  await submit(checker.app.page, { type: 'finish' });
  await expect.poll(async () => (await followed(operator)).link.status, { timeout: 30_000 }).toBe('over');

  expect(written()).toEqual(['stop', 'stop', 'upload', 'start', 'warm', 'tidy']);
  for (const desk of [operator, checker]) {
    expect(await desk.request('run:verify', { runId })).toMatchObject({ verdict: 'intact', findings: [] });
  }
  expect(recordsIn(copyIn(operator, runId))).toEqual(recordsIn(runIn(checker, runId)));
  // The used invitation opens nothing any more.
  expect(await operator.request('mirror:join', { invitation, address: null })).toMatchObject({ ok: false });
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
  await expect.poll(async () => (await followed(checker)).link.status, { timeout: 30_000 }).toBe('lost');

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
