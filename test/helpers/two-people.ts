import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { CheckerRequest } from '../../shared/contract/ipc/people.ts';
import type { Answers, RequestName, RequestOf } from '../../shared/contract/ipc.ts';
import { preflightItems } from '../../shared/contract/lockdown.ts';
import { parseInvitation } from '../../shared/people/invitation.ts';
import type { RunState } from '../../shared/run/state.ts';
import { type CutProxy, startCutProxy } from './cut-proxy.ts';
import { type LaunchedApp, launchApp } from './electron-app.ts';
import { submit } from './electron-demo.ts';
import { goPastFindings, hostLine, openChecklist } from './electron-release.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from './sshd.ts';

/** One of the two people: their data folder and window. */
export interface Desk {
  readonly name: string;
  readonly data: string;
  app: LaunchedApp;
  /** Asks the app's main process as the screen does. */
  request<N extends RequestName>(name: N, payload: RequestOf<N>): Promise<Answers[N]>;
}

/** A desk at a computer of its own, with an own home and SSH key. */
export interface OwnDesk extends Desk {
  readonly home: Home;
}

export interface TwoPeople {
  readonly operator: OwnDesk;
  readonly checker: OwnDesk;
  readonly sshd: Sshd;
  /** The host's side: what the steps write, and `go`, which lets the slow one end. */
  readonly host: string;
  readonly checklist: string;
  close(): Promise<void>;
}

export const passphrase = 'a long night in november';

/** Two windows of the real app on two computers (the second is a UTS namespace), and one host both may reach. */
export async function openTwoPeople(): Promise<TwoPeople> {
  const folder = tempFolder('two');
  const keys = ['operator', 'checker'].map((name) => makeKey(join(folder, name)));
  const sshd = await startSshd({ authorized: keys.map((key) => key.publicLine) });
  const host = join(folder, 'host');
  mkdirSync(host);
  const checklist = join(folder, 'release.yaml');
  writeFileSync(checklist, checklistText(sshd, host));
  const open = async (index: number, name: string, machine: string): Promise<OwnDesk> => {
    const key = keys[index];
    if (key === undefined) throw new Error('no key');
    const home = makeHome({ keys: { id_ed25519: key }, knownHosts: sshd.knownHosts });
    const data = join(home.path, 'data');
    const app = await launchApp({ home: home.path, args: ['--data', data], machine });
    return Object.assign(deskOf(name, data, app), { home });
  };
  const operator = await open(0, 'Wang Fang', 'operator-pc');
  const checker = await open(1, 'Li Wei', 'checker-pc');
  return {
    operator,
    checker,
    sshd,
    host,
    checklist,
    close: async () => {
      await Promise.all([operator.app.abandon(), checker.app.abandon()]);
      operator.home.close();
      checker.home.close();
      await sshd.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The desk of somebody whose window is open. */
export function deskOf(name: string, data: string, app: LaunchedApp): Desk {
  return {
    name,
    data,
    app,
    request(word, payload) {
      return this.app.page.evaluate(([asked, sent]) => window.countersign.request(asked as never, sent as never), [
        word,
        payload,
      ] as const) as Promise<never>;
    },
  };
}

/** A read, a write signed after, an atomic block with a slow write that is asked for before and signed after, a write. */
function checklistText(sshd: Sshd, host: string): string {
  const slow = `touch ${host}/began; while [ ! -e ${host}/go ]; do sleep 0.05; done; echo upload >> ${host}/log`;
  return `checklist: 1
title: Trade core 3.4.0
environments:
  prod:
    production: true
    rehearsal: off
    people: { checkers: 1 }
    hosts:
${hostLine('app1', sshd)}
phases:
  - hot: Release
    steps:
      - { id: look, title: Look, on: app, effect: read, run: "uname -s" }
      - { id: stop, title: Stop the service, on: app, run: "echo stop >> ${host}/log" }
      - atomic: Replace the build
        worst-case: 1m
        steps:
          - { id: upload, title: Upload the build, on: app, countersign: both, run: ${JSON.stringify(slow)} }
          - { id: start, title: Start the service, on: app, countersign: never, run: "echo start >> ${host}/log" }
      - { id: warm, title: Warm up, on: app, run: "echo warm >> ${host}/log" }
      - { id: tidy, title: Tidy up, on: app, run: "echo tidy >> ${host}/log" }
`;
}

/** Makes the desk's person, with a passphrase. */
export async function makePerson(desk: Desk): Promise<void> {
  const made = await desk.request('identity:create', { name: desk.name, contact: '+86 21 5555', passphrase });
  expect(made).toMatchObject({ ok: true });
}

/** Begins the run at the operator's desk, past the screens. */
export async function beginRun({ operator, checklist }: TwoPeople): Promise<string> {
  const opened = await operator.request('preflight:open', { path: checklist, environment: 'prod' });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  const created = await operator.request('run:create', {
    lockdown: { on: false, reason: 'tried without' },
    // What this machine lacks (a notification daemon, say) is decided; what it has needs no decision.
    decisions: preflightItems.map((item) => ({ item, reason: 'a machine for tests' })),
  });
  if (!created.ok) throw new Error(JSON.stringify(created.failure));
  return created.value.runId;
}

/** Opens the run to others and gives an invitation, with a proxy in between that can be cut. */
export async function inviteThrough(desk: Desk): Promise<{ readonly invitation: string; readonly proxy: CutProxy }> {
  const opened = await desk.request('mirror:open', { address: null });
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  const invited = await desk.request('mirror:invite', {});
  if (!invited.ok || invited.value.invitation === null) throw new Error(JSON.stringify(invited));
  const port = Number(invited.value.addresses[0]?.split(':').at(-1));
  return {
    invitation: invited.value.invitation.text,
    proxy: await startCutProxy({ address: '127.0.0.1', port }),
  };
}

/** Where the followed run stands on the checker's side. */
export async function followed(checker: Desk): Promise<NonNullable<Answers['mirror:link']>> {
  const link = await checker.request('mirror:link', {});
  if (link === null) throw new Error('Nothing is followed.');
  return link;
}

/** Waits until both sides stand at the same record, and gives the state. */
export async function inStep(operator: Desk, checker: Desk, runId: string): Promise<RunState> {
  let state: RunState | null = null;
  await expect
    .poll(
      async () => {
        const opened = await operator.request('run:open', { runId });
        const there = (await followed(checker)).state;
        if (!opened.ok) return JSON.stringify(opened.failure);
        state = opened.value.state;
        return there?.head === state.head ? 'in step' : `${there?.seq} of ${state.seq}`;
      },
      { timeout: 30_000 },
    )
    .toBe('in step');
  if (state === null) throw new Error('no state');
  return state;
}

/** Asks as the checker; throws when it is refused. */
export async function asChecker(checker: Desk, intent: CheckerRequest): Promise<void> {
  const answer = await checker.request('mirror:intent', { intent });
  if (!answer.ok) throw new Error(`${intent.type} refused: ${JSON.stringify(answer.refusal)}`);
}

/** Opens the evidence of what waits for the checker, and signs or rejects it. */
export async function sign(checker: Desk, rejectWith: string | null = null): Promise<void> {
  await expect.poll(async () => (await followed(checker)).statement?.complete, { timeout: 30_000 }).toBe(true);
  const waiting = (await followed(checker)).statement;
  if (waiting === null) throw new Error('nothing waits');
  const { step, mode, statement } = waiting;
  await asChecker(checker, { type: 'open-evidence', step, mode, statement });
  if (rejectWith === null) await asChecker(checker, { type: 'countersign', step, mode, statement });
  else await asChecker(checker, { type: 'reject', step, mode, statement, reason: rejectWith });
}

/** Runs a step at the operator's desk. */
export async function runStep(
  page: Page,
  step: string,
  reason: string | null = null,
  targets: string[] = ['app1'],
): Promise<void> {
  await submit(page, { type: 'run-step', step, targets, reason });
}

/** Begins the production run through the operator's screens. */
export async function beginOnScreen({ operator, checklist }: TwoPeople): Promise<void> {
  const { page } = operator.app;
  await openChecklist(operator.app, checklist, 'prod');
  const primary = page.locator('[data-primary]');
  await primary.click();
  await goPastFindings(page);
  // Two windows share this display: neither may hold the front of it.
  await page.getByText('Lock this computer to the checklist during the hot phases').click();
  await page.getByRole('alertdialog').getByRole('textbox').fill('two windows on one display');
  await page.getByRole('button', { name: 'Leave lockdown off' }).click();
  await primary.click();
  await page.getByRole('alertdialog').getByRole('textbox').fill('prod');
  await page.keyboard.press('Enter');
  await expect(primary).toHaveText(/Run on app1/);
}

/** Opens the run to others on the operator's screen; the invitation, and a proxy in between that can be cut. */
export async function inviteOnScreen({
  app,
}: Desk): Promise<{ readonly invitation: string; readonly proxy: CutProxy }> {
  const { page } = app;
  await page.getByRole('button', { name: 'Let somebody follow…' }).click();
  await page.getByRole('button', { name: 'Open the run to others' }).click();
  const box = page.getByRole('textbox', { name: 'Invitation', exact: true });
  await expect(box).toHaveValue(/^countersign:1:/);
  await expect(page.getByRole('img', { name: 'The invitation as a QR code' })).toBeVisible();
  const invitation = await box.inputValue();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  const read = parseInvitation(invitation);
  if (!read.ok) throw new Error(read.code);
  const port = Number(read.value.addresses[0]?.split(':').at(-1));
  return { invitation, proxy: await startCutProxy({ address: '127.0.0.1', port }) };
}

/** Asks to follow on the checker's screen, through another address than the invitation's. */
export async function followOnScreen({ app }: Desk, invitation: string, port: number): Promise<void> {
  const { page } = app;
  await page.getByRole('button', { name: 'Follow a run…' }).click();
  await page.getByRole('textbox', { name: 'Invitation', exact: true }).fill(invitation);
  await page.getByText('The address cannot be reached from here').click();
  await page.getByRole('textbox', { name: /Other address/ }).fill(`127.0.0.1:${port}`);
  await page.getByRole('button', { name: 'Ask to follow' }).click();
}

/** Opens the evidence on the checker's screen and countersigns the step, or rejects it. */
export async function signOnScreen({ app }: Desk, code: string, rejectWith: string | null = null): Promise<void> {
  const { page } = app;
  const open = page.getByRole('button', { name: /^Open the evidence/ });
  await expect(page.locator('.desk-step')).toContainText(code, { timeout: 30_000 });
  await expect(open).toBeEnabled({ timeout: 30_000 });
  // What was not opened cannot be signed: there is no button for it yet.
  await expect(page.locator('[data-sign]')).toHaveCount(0);
  await open.click();
  const evidence = page.getByRole('dialog', { name: new RegExp(`^Evidence: ${code} `) });
  const sign = evidence.getByRole('button', { name: new RegExp(`^Countersign ${code} `) });
  await expect(sign).toHaveAttribute('aria-disabled', 'false', { timeout: 15_000 });
  if (rejectWith === null) await sign.click();
  else {
    await evidence.getByRole('button', { name: 'Reject…' }).click();
    await page.getByRole('textbox').last().fill(rejectWith);
    await page.getByRole('button', { name: `Reject ${code}` }).click();
  }
  await expect(evidence).toBeHidden({ timeout: 15_000 });
}
