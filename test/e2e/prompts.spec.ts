import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, test } from '@playwright/test';
import { type LaunchedApp, launchApp } from '../helpers/electron-app.ts';
import { Operator } from '../helpers/electron-operator.ts';
import {
  filesHolding,
  hostLine,
  journalOf,
  linesOf,
  openChecklist,
  savedReport,
  watchPrompts,
} from '../helpers/electron-release.ts';
import {
  type Home,
  type HomeOptions,
  knownHostsLine,
  makeHome,
  makeKey,
  makeUser,
  type Sshd,
  type SshdOptions,
  type SystemUser,
  startSshd,
  tempFolder,
} from '../helpers/sshd.ts';

/** Every question the app can put to the person, asked by a real sshd or sudo and answered on the real screen. */

let keys: string;
/** The host's side: readable for a throwaway account, and no part of what the app writes. */
let host: string;
let home: Home;
let data: string;
let launched: LaunchedApp | null = null;
let sshd: Sshd | null = null;
let user: SystemUser | null = null;

test.beforeEach(() => {
  keys = tempFolder('keys');
  host = tempFolder('host');
  chmodSync(host, 0o777);
});
test.afterEach(async () => {
  await launched?.close();
  await sshd?.close();
  user?.close();
  home.close();
  for (const folder of [keys, host]) rmSync(folder, { recursive: true, force: true });
  [launched, sshd, user] = [null, null, null];
});

interface Scene {
  readonly home: HomeOptions;
  /** The lines of the environment's hosts. */
  readonly hosts: readonly string[];
  /** The step, from its `run:` on. */
  readonly run: string;
  readonly environment?: string;
}

/** Opens a one-step checklist; the preflight screen then connects by itself. */
async function open(scene: Scene): Promise<LaunchedApp> {
  home = makeHome(scene.home);
  data = join(home.path, 'data');
  const file = join(home.path, 'release.yaml');
  writeFileSync(
    file,
    `checklist: 1
title: Ask the person
environments:
  pre:
${scene.environment ?? ''}    hosts:
${scene.hosts.join('\n')}
phases:
  - hot: Release
    steps:
      - id: work
        title: Work on the host
        on: app
        ${scene.run}
`,
  );
  launched = await launchApp({ home: home.path, args: ['--data', data] });
  await openChecklist(launched, file, 'pre');
  return launched;
}

async function serve(options: SshdOptions): Promise<Sshd> {
  sshd = await startSshd(options);
  return sshd;
}

const row = ({ page }: LaunchedApp, name = 'app1'): Locator =>
  page.locator('li.host').filter({ has: page.getByText(name, { exact: true }) });
const dialog = ({ page }: LaunchedApp, name: string | RegExp): Locator => page.getByRole('alertdialog', { name });

/** Types an answer into the question's one field and sends it. */
async function answer(question: Locator, label: string, value: string, submit: string): Promise<void> {
  await question.getByLabel(label).fill(value);
  await question.getByRole('button', { name: submit }).click();
}

/** Everything the app wrote: its data folder and whatever it left in the home. */
function expectNowhere(secret: string): void {
  expect(existsSync(join(data, 'logs/app.log'))).toBe(true);
  expect(filesHolding(home.path, secret)).toEqual([]);
}

/** With this the server tells in its log when a client begins to log in. */
const toldInLog = ['LogLevel DEBUG1'];
const loginBegan = 'userauth-request for user';

test('an unknown host key is shown as ssh-keygen shows it, and nothing is sent before it is accepted', async () => {
  const key = makeKey(join(keys, 'id_ed25519'));
  const server = await serve({ authorized: [key.publicLine], config: toldInLog });
  const mine = `# mine\nother.example ${key.publicLine}`;
  const app = await open({
    home: { keys: { id_ed25519: key }, knownHosts: mine },
    hosts: [hostLine('app1', server)],
    run: 'run: "true"',
  });
  const question = dialog(app, 'Is this really app1?');
  await expect(question.locator('.fingerprint')).toHaveText(server.hostKeys[0]?.fingerprint ?? '');
  await expect(question).toContainText(`${server.address}:${server.port}`);
  await expect(row(app)).toContainText('connecting…');
  expect(server.log()).toContain('Connection from');
  expect(server.log()).not.toContain(loginBegan);

  await question.getByRole('button', { name: 'Refuse' }).click();
  await expect(row(app)).toContainText('The key of app1 is not known and was not accepted.');
  await expect(row(app)).toContainText('Compare the fingerprint with its owner');
  await expect(app.page.locator('[data-primary]')).toContainText('Try 1 host again');
  expect(server.log()).not.toContain(loginBegan);
  expect(existsSync(join(data, 'known_hosts'))).toBe(false);

  await row(app).getByRole('button', { name: 'Try app1 again' }).click();
  await question.getByRole('button', { name: 'It is app1, accept the key' }).click();
  await expect(row(app).locator('.host-word')).toHaveText('connected');
  expect(server.log()).toContain(loginBegan);
  await new Operator(app.page).workThrough();

  await expect(app.page.locator('.verify')).toHaveClass(/is-intact/);
  const accepted = journalOf(data).filter(({ type }) => type === 'host-key-accepted');
  const fingerprint = server.hostKeys[0]?.fingerprint;
  expect(accepted).toMatchObject([
    { actor: { kind: 'operator' }, sig: expect.any(String), data: { host: 'app1', port: server.port, fingerprint } },
  ]);
  const line = knownHostsLine(server.address, server.port, server.hostKeys[0]?.publicLine ?? '');
  expect(readFileSync(join(data, 'known_hosts'), 'utf8')).toBe(line);
  expect(readFileSync(join(home.ssh, 'known_hosts'), 'utf8')).toBe(mine);
});

test('a changed host key ends the connection with its reason, and there is nothing to accept', async () => {
  const key = makeKey(join(keys, 'id_ed25519'));
  const server = await serve({ authorized: [key.publicLine], config: toldInLog });
  const before = makeKey(join(keys, 'before'));
  const app = await open({
    home: { keys: { id_ed25519: key }, knownHosts: knownHostsLine(server.address, server.port, before.publicLine) },
    hosts: [hostLine('app1', server)],
    run: 'run: "true"',
  });
  await expect(row(app).locator('.host-word')).toHaveText('not connected');
  await expect(row(app)).toContainText('The key of app1 is not the one that is known: it may be another machine.');
  await expect(row(app)).toContainText(server.hostKeys[0]?.fingerprint ?? '-');
  await expect(row(app)).toContainText('Do not go on.');
  await expect(app.page.getByRole('alertdialog')).toHaveCount(0);
  await expect(app.page.getByRole('button', { name: /accept/i })).toHaveCount(0);
  await expect(app.page.locator('[data-primary]')).toContainText('Try 1 host again');
  expect(server.log()).not.toContain(loginBegan);
  expect(existsSync(join(data, 'known_hosts'))).toBe(false);
});

test('a password is asked again when it was wrong, names the failure after three, and stays off the disk', async () => {
  test.skip(process.getuid?.() !== 0, 'only root can make a throwaway account');
  user = makeUser();
  const server = await serve({ config: ['PasswordAuthentication yes'] });
  // The host repeats both passwords, as a careless script would.
  const wrong = 'wrong-horse-4712';
  writeFileSync(join(host, 'said'), `${user.password}\n${wrong}\nend of it\n`);
  const app = await open({
    home: { knownHosts: server.knownHosts },
    hosts: [hostLine('app1', server, { user: user.name })],
    run: `run: { command: "cat ${host}/said", expect: { stdout: { contains: end of it } } }`,
  });
  const question = dialog(app, 'Password for app1');
  const again = question.getByText('That was not accepted. Try once more.');
  await expect(question).toContainText(`app1 asks for the password of ${user.name}.`);
  await expect(again).toHaveCount(0);
  await answer(question, 'Password', wrong, 'Log in');
  for (const value of ['no horse 1', 'no horse 2']) {
    await expect(again).toBeVisible();
    await expect(question.getByLabel('Password')).toHaveValue('');
    await answer(question, 'Password', value, 'Log in');
  }
  await expect(row(app)).toContainText(`app1 did not let ${user.name} in. Tried: password ×3.`);
  await expect(row(app)).toContainText('the password, then try again');

  await row(app).getByRole('button', { name: 'Try app1 again' }).click();
  await answer(question, 'Password', wrong, 'Log in');
  await expect(again).toBeVisible();
  await answer(question, 'Password', user.password, 'Log in');
  await expect(row(app).locator('.host-word')).toHaveText('connected');
  await new Operator(app.page).workThrough();

  await expect(app.page.locator('.verify')).toHaveClass(/is-intact/);
  expect(journalOf(data).find(({ type }) => type === 'host-connected')).toMatchObject({ data: { method: 'password' } });
  const report = await savedReport(app, join(home.path, 'report.html'));
  expect(report).toContain('end of it');
  for (const secret of [user.password, wrong, 'no horse 2']) expectNowhere(secret);
  expect(filesHolding(data, 'end of it').some((path) => path.endsWith('.cast'))).toBe(true);
});

test('a locked key asks for its passphrase, again when it was wrong, and keeps it off the disk', async () => {
  const passphrase = 'open sesame 4711';
  const key = makeKey(join(keys, 'id_ed25519'), 'ed25519', passphrase);
  const server = await serve({ authorized: [key.publicLine] });
  const app = await open({
    home: { keys: { id_ed25519: key }, knownHosts: server.knownHosts },
    hosts: [hostLine('app1', server)],
    run: 'run: "true"',
  });
  const question = dialog(app, 'Passphrase for a key file');
  await expect(question).toContainText(join(home.ssh, 'id_ed25519'));
  await answer(question, 'Passphrase', 'open barley 4712', 'Unlock the key');
  await expect(question.getByText('That was not accepted. Try once more.')).toBeVisible();
  await answer(question, 'Passphrase', passphrase, 'Unlock the key');
  await expect(row(app).locator('.host-word')).toHaveText('connected');
  await new Operator(app.page).workThrough();
  await expect(app.page.locator('.verify')).toHaveClass(/is-intact/);
  for (const secret of [passphrase, 'open barley 4712']) expectNowhere(secret);
});

test('a secret of the checklist is asked for once, reaches both hosts, and is found nowhere on disk', async () => {
  const key = makeKey(join(keys, 'id_ed25519'));
  const server = await serve({ authorized: [key.publicLine], addresses: ['127.0.0.1', '127.0.0.2'] });
  const app = await open({
    home: { keys: { id_ed25519: key }, knownHosts: server.knownHosts },
    hosts: [hostLine('app1', server), hostLine('app2', server, { address: '127.0.0.2' })],
    environment: '    secrets: { db-password: Password of the trade database }\n',
    run: `run: "printf %s \${db-password} > ${host}/\${host.name}; echo it is \${db-password}, says the host"`,
  });
  await expect(app.page.getByRole('heading', { name: 'Secrets' })).toBeVisible();
  const asked = await watchPrompts(app.page);
  const operator = new Operator(app.page);
  await operator.press();
  await operator.press();
  const secret = `it's "$HOME" & 密码 plain-4711`;
  const question = dialog(app, 'A secret is needed: db-password');
  await answer(question, 'Password of the trade database', secret, 'Use it');
  await operator.workThrough();

  await expect(app.page.locator('.verify')).toHaveClass(/is-intact/);
  for (const name of ['app1', 'app2']) expect(readFileSync(join(host, name), 'utf8')).toBe(secret);
  expect(await asked()).toEqual(['secret']);
  await savedReport(app, join(home.path, 'report.html'));
  // A part that no file format writes in another way.
  for (const part of [secret, 'plain-4711']) expectNowhere(part);
  expect(filesHolding(data, ', says the host').filter((path) => path.endsWith('.cast'))).toHaveLength(2);
});

/** A throwaway account whose sudo wants its password. */
function makeSudoUser(): SystemUser {
  const made = makeUser();
  const rule = `/etc/sudoers.d/${made.name}`;
  writeFileSync(rule, `${made.name} ALL=(ALL) PASSWD: ALL\n`, { mode: 0o440 });
  const close = (): void => {
    rmSync(rule, { force: true });
    made.close();
  };
  return { ...made, close };
}

/** Works up to the question of sudo for a step, and answers it. */
async function answerSudo(app: LaunchedApp, password: string): Promise<void> {
  const question = dialog(app, 'sudo on app1');
  await expect(question).toContainText(`sudo asks for the password of ${user?.name}.`);
  await answer(question, 'Password for sudo', password, 'Give it to sudo');
}

const attemptsEnded = () => journalOf(data).flatMap(({ type, data: end }) => (type === 'attempt-ended' ? [end] : []));

for (const pty of [false, true]) {
  test(`sudo that refuses the password is asked again on the next attempt${pty ? ', on a terminal too' : ', and the command gets no stray input'}`, async () => {
    test.skip(process.getuid?.() !== 0, 'only root can make a throwaway account');
    user = makeSudoUser();
    const key = makeKey(join(keys, 'id_ed25519'));
    const server = await serve({ authorized: [key.publicLine] });
    // A terminal's input does not end, so there nothing may wait for its end.
    const reads = pty ? '' : `cat >> ${host}/ran; `;
    const command = `id -un >> ${host}/ran; ${reads}echo afterwards >> ${host}/ran`;
    const app = await open({
      home: { keys: { id_ed25519: key }, knownHosts: server.knownHosts },
      hosts: [hostLine('app1', server, { user: user.name })],
      run: `run: { command: "${command}", sudo: true, pty: ${pty} }`,
    });
    const operator = new Operator(app.page);
    await operator.press();
    await operator.press();
    await answerSudo(app, 'wrong horse 4712');
    await expect(app.page.getByText('sudo on app1 did not let us become root.')).toBeVisible({ timeout: 30_000 });
    await expect(app.page.getByText('Check the password and the sudoers rule, then run the step again.')).toBeVisible();
    expect(linesOf(join(host, 'ran'))).toEqual([]);

    await operator.press();
    const repeat = dialog(app, 'Run “Work on the host” again on app1?');
    await repeat.getByLabel('Reason').fill('The password was mistyped');
    await repeat.getByRole('button', { name: 'Run again on app1' }).click();
    await answerSudo(app, user.password);
    await operator.workThrough();

    await expect(app.page.locator('.verify')).toHaveClass(/is-intact/);
    expect(linesOf(join(host, 'ran'))).toEqual(['root', 'afterwards']);
    expect(statSync(join(host, 'ran')).uid).toBe(0);
    expect(attemptsEnded().map(({ verdict, failure }) => [verdict, failure?.code ?? null])).toEqual([
      ['failed', 'sudo-refused'],
      ['passed', null],
    ]);
    // One mistyped password is one failed login and not three, which would lock many an account.
    if (!pty) expect(attemptsEnded()[0]?.failure?.cause).toContain('sudo: 1 incorrect password attempt');
    for (const secret of [user.password, 'wrong horse 4712']) expectNowhere(secret);
  });
}

test('a wait that looks with sudo stops at the first refusal instead of trying the wrong password on and on', async () => {
  test.skip(process.getuid?.() !== 0, 'only root can make a throwaway account');
  user = makeSudoUser();
  const key = makeKey(join(keys, 'id_ed25519'));
  const server = await serve({ authorized: [key.publicLine] });
  const app = await open({
    home: { keys: { id_ed25519: key }, knownHosts: server.knownHosts },
    hosts: [hostLine('app1', server, { user: user.name })],
    run: 'wait: { until: { command: "id -u", sudo: true, expect: { stdout: { equals: "0" } } }, every: 100ms, within: 60s }',
  });
  const operator = new Operator(app.page);
  await operator.press();
  await operator.press();
  await answerSudo(app, 'wrong horse 4712');
  await expect(app.page.getByText('sudo on app1 did not let us become root.')).toBeVisible({ timeout: 30_000 });
  expect(attemptsEnded()[0]?.failure?.cause?.match(/incorrect password/g)).toHaveLength(1);
  await operator.press();
  await answerSudo(app, user.password);
  await operator.workThrough();
  expect(attemptsEnded().map(({ verdict }) => verdict)).toEqual(['failed', 'passed']);
});
