import { expect, test } from '@playwright/test';
import { handoverQuestions } from '../../shared/people/handover-questions.ts';
import { type LaunchedApp, launchApp, temporaryHome } from '../helpers/electron-app.ts';
import { submit } from '../helpers/electron-demo.ts';
import { recordsIn, savedReport } from '../helpers/electron-release.ts';
import { deskOf, inStep, makePerson, runStep, sign } from '../helpers/two-people.ts';

/** One computer, two windows, as `npm run demo:checker` opens them: for trying out, and said so in the report. */

const home = temporaryHome();
const open: LaunchedApp[] = [];
test.afterAll(async () => {
  await Promise.all(open.map((app) => app.close()));
  home.remove();
});

test('the demo release is followed from a second window, which takes it over and reaches the demo’s hosts', async () => {
  test.setTimeout(180_000);
  const desks = ['Wang Fang', 'Li Wei'].map(async (name, index) => {
    const data = `${home.home}/data-${index}`;
    const app = await launchApp({ home: home.home, args: ['--data', data] });
    open.push(app);
    const desk = deskOf(name, data, app);
    await makePerson(desk);
    return desk;
  });
  const [operator, checker] = await Promise.all(desks);
  if (operator === undefined || checker === undefined) throw new Error('two windows');
  const demo = await operator.request('demo:open', {});
  if (!demo.ok) throw new Error(JSON.stringify(demo.failure));
  await operator.request('preflight:open', { path: demo.value.path, environment: 'demo-with-checker' });
  const made = await operator.request('run:create', {
    lockdown: { on: false, reason: 'tried without' },
    decisions: [],
  });
  if (!made.ok) throw new Error(JSON.stringify(made.failure));
  const { runId } = made.value;
  await operator.request('mirror:open', { address: null });
  const invited = await operator.request('mirror:invite', {});
  if (!invited.ok) throw new Error(JSON.stringify(invited.failure));
  const invitation = invited.value.invitation?.text ?? '';
  expect(await checker.request('mirror:join', { invitation, address: null })).toMatchObject({ ok: true });
  await submit(operator.app.page, { type: 'admit', participant: 'p1', role: 'checker' });
  await expect.poll(async () => (await checker.request('mirror:link', {}))?.link.status).toBe('connected');
  const state = await inStep(operator, checker, runId);
  expect(state.participants).toMatchObject([{ name: 'Li Wei', sameMachine: true, role: 'checker' }]);

  // Handed over, the second window reaches the demo's hosts too.
  await submit(operator.app.page, { type: 'offer-handover', participant: 'p1', reason: 'To see how it goes.' });
  const offered = await inStep(operator, checker, runId);
  const answers = Object.fromEntries(handoverQuestions(offered).map(({ id, answer }) => [id, answer]));
  const accepted = await checker.request('mirror:intent', { intent: { type: 'accept-handover', answers } });
  expect(accepted).toEqual({ ok: true });
  await expect
    .poll(async () => (await operator.request('mirror:link', {}))?.link.status, { timeout: 30_000 })
    .toBe('connected');
  const second = checker.app.page;
  await submit(second, { type: 'continue' });
  const started = await checker.request('run:open', { runId });
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  const { plan } = started.value.state;
  const first = plan.steps[0];
  expect(first?.targets.length).toBeGreaterThan(0);
  await runStep(second, first?.id ?? '', null, [...(first?.targets ?? [])]);
  await expect
    .poll(
      async () => {
        const now = await checker.request('run:open', { runId });
        return now.ok ? now.value.state.steps[0]?.targets.map(({ status }) => status) : now.failure.code;
      },
      { timeout: 60_000 },
    )
    .toEqual(first?.targets.map(() => 'passed'));
  if (first?.countersign === 'after') await sign(operator);
  await submit(second, { type: 'abandon', reason: 'Only tried out.' });
  await expect
    .poll(async () => (await operator.request('mirror:link', {}))?.link.status, { timeout: 30_000 })
    .toBe('over');
  const report = await savedReport(checker.app, `${home.home}/report.html`);
  expect(report).toContain('ONE COMPUTER, TWO WINDOWS');
  expect(recordsIn(`${operator.data}/mirrored/${runId}`)).toEqual(recordsIn(`${checker.data}/runs/${runId}`));
});
