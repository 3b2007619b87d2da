import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Prompter } from '../../electron/engine/ports.ts';
import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { HttpAction } from '../../shared/steps/actions/http.ts';
import { type MadeCertificate, selfSigned, signedBy } from '../helpers/certificates.ts';
import { type CutProxy, startCutProxy } from '../helpers/cut-proxy.ts';
import { Engine, type EngineOptions } from '../helpers/engine-kit.ts';
import { planOf, step } from '../helpers/plans.ts';
import { freePort, type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';
import { startWeb, type WebServer } from '../helpers/web-server.ts';

const hour = 3_600_000;

/** Real HTTP and HTTPS servers on loopback, asked from here and through a real sshd. */
describe('http on real servers', () => {
  const folder = tempFolder('http');
  const key = makeKey(join(folder, 'id_ed25519'));
  let sshd: Sshd;
  let noForwarding: Sshd;
  let authority: MadeCertificate;
  let home: Home;
  let web: WebServer;
  let engine: Engine | null = null;
  let proxy: CutProxy | null = null;
  let work = '';
  let number = 0;

  beforeAll(async () => {
    const authorized = [key.publicLine];
    sshd = await startSshd({ authorized });
    noForwarding = await startSshd({ authorized, config: ['AllowTcpForwarding no'] });
    authority = selfSigned(folder, 'authority.test');
  });
  beforeEach(() => {
    work = join(folder, `case-${number++}`);
    mkdirSync(work);
    home = makeHome({ knownHosts: sshd.knownHosts + noForwarding.knownHosts, keys: { id_ed25519: key } });
  });
  afterEach(async () => {
    await engine?.run.close('left');
    engine = null;
    await proxy?.close();
    proxy = null;
    await web.close();
    home.close();
  });
  afterAll(async () => {
    await sshd.close();
    await noForwarding.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (given: Partial<HttpAction> = {}, expected: Partial<HttpAction['expect']> = {}): HttpAction => ({
    kind: 'http',
    url: `http://h5.test:${web.port}/ping`,
    from: 'host',
    address: { address: '127.0.0.1', port: web.port },
    headers: [],
    expect: { status: [{ from: 200, to: 299 }], headers: [], body: [], ...expected },
    certificateMs: null,
    ca: null,
    follow: false,
    timeoutMs: 5_000,
    repeat: null,
    ...given,
  });
  const secure = (given: Partial<HttpAction> = {}): HttpAction =>
    ask({ url: `https://h5.test:${web.port}/`, ca: 'ca.pem', certificateMs: 24 * hour, ...given });
  const asking = (action: HttpAction, given: Partial<PlanStep> = {}): PlanStep =>
    step('h5', { kind: 'http', effect: 'read', action, ...given });

  async function start(
    steps: readonly PlanStep[],
    to: { readonly port: number } = sshd,
    options: Partial<EngineOptions> = {},
    plan: Partial<Plan> = {},
  ): Promise<Engine> {
    const user = sshd.user;
    const app1 = { name: 'app1', address: '127.0.0.1', port: to.port, user, jump: null, groups: [], identity: null };
    const files = [
      { path: 'release.yaml', bytes: Buffer.from('checklist: 1\n') },
      { path: 'files/ca.pem', bytes: Buffer.from(authority.cert) },
    ];
    const paths = { data: join(work, 'data'), home: home.path, files };
    engine = await Engine.create({ plan: planOf(steps, { hosts: [app1], ...plan }), ...paths, ...options });
    return engine;
  }

  it('asks from the host by address with the name as Host header, without any program on the host', async () => {
    web = await startWeb((_, response) => response.setHeader('X-Build', '3.4.0').end('{"status":"UP"}'));
    const body = [{ test: 'json', path: '$.status', equals: 'UP' }] as const;
    const headers = [{ name: 'x-build', tests: [{ test: 'equals' as const, value: '3.4.0' }] }];
    const run = await start([asking(ask({}, { body: [...body], headers }))]);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({
      verdict: 'passed',
      effectDone: 'none',
      command: `GET http://h5.test:${web.port}/ping (127.0.0.1:${web.port})`,
      checks: [{ subject: 'status', found: '200' }, { subject: 'header x-build' }, { subject: 'body' }],
      result: { status: 200, requests: 1, bytes: 15 },
    });
    expect(web.seen[0]?.headers.host).toBe(`h5.test:${web.port}`);
    const { recordingPath } = run.lastAttempt('h5');
    expect(readFileSync(join(run.run.folder, recordingPath ?? ''), 'utf8')).toContain('X-Build: 3.4.0');
  });

  it('goes through the SSH connection: where the host forwards nothing, it says so and nothing arrives', async () => {
    web = await startWeb((_, response) => response.end('ok'));
    const run = await start([asking(ask())], noForwarding);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({ verdict: 'failed', failure: { code: 'channel-refused' } });
    expect(web.seen).toHaveLength(0);
  });

  it('asks from this computer without any host being connected', async () => {
    web = await startWeb((_, response) => response.end('ok'));
    const action = ask({ from: 'desk' }, { body: [{ test: 'contains', value: 'ok' }] });
    const run = await start([asking(action, { targets: [DESK] })], { port: await freePort() });
    await run.runStep('h5', [DESK]);
    expect(run.target('h5', DESK).status).toBe('passed');
    expect(run.state.hosts[0]?.status).toBe('never-connected');
  });

  it('shows expected and found where the answer is another one', async () => {
    web = await startWeb((_, response) => response.writeHead(503).end('starting'));
    const run = await start([asking(ask({}, { body: [{ test: 'contains', value: 'UP' }] }))]);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({
      verdict: 'failed',
      failure: null,
      checks: [
        { subject: 'status', expected: '200–299', found: '503', holds: false },
        { subject: 'body', expected: 'contains "UP"', found: 'starting', holds: false },
      ],
    });
  });

  it('asks again and again until it holds three times in a row', async () => {
    let asked = 0;
    web = await startWeb((_, response) => response.writeHead(++asked === 1 || asked === 3 ? 503 : 200).end());
    const run = await start([asking(ask({ repeat: { everyMs: 100, withinMs: 20_000, inARow: 3 } }))]);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({ verdict: 'passed', result: { requests: 6, inARow: 3, status: 200 } });
  });

  it('waits for a service that does not listen yet', async () => {
    const port = await freePort();
    web = await startWeb((_, response) => response.end());
    const action = ask({
      address: { address: '127.0.0.1', port },
      repeat: { everyMs: 100, withinMs: 30_000, inARow: 1 },
    });
    const run = await start([asking(action)]);
    await run.submit({ type: 'run-step', step: 'h5', targets: ['app1'], reason: null });
    await expect
      .poll(() => readFileSync(join(run.run.folder, run.lastAttempt('h5').recordingPath ?? ''), 'utf8'))
      .toContain('http-refused');
    const late = await startCutProxy({ address: '127.0.0.1', port: web.port }, port);
    await run.run.controller.idle();
    await late.close();
    expect(run.target('h5').status).toBe('passed');
  });

  it('gives up when the time is over, with the last answer', async () => {
    web = await startWeb((_, response) => response.writeHead(500).end());
    const run = await start([asking(ask({ repeat: { everyMs: 100, withinMs: 350, inARow: 2 } }))]);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({
      verdict: 'failed',
      failure: { code: 'timeout' },
      checks: [{ found: '500' }, { subject: 'in a row', expected: '2', found: '0', holds: false }],
    });
  });

  it('says that nobody listens, and stops at once when it is cancelled', async () => {
    web = await startWeb(() => {});
    const nowhere = { address: '127.0.0.1', port: await freePort() };
    const run = await start([asking(ask({ address: nowhere })), asking(ask({ timeoutMs: 60_000 }), { id: 'mute' })]);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({
      verdict: 'failed',
      failure: { code: 'http-refused' },
      result: { status: null },
    });
    await run.submit({
      type: 'decide',
      step: 'h5',
      target: 'app1',
      decision: 'overridden',
      reason: 'test',
      owner: null,
    });
    await run.submit({ type: 'run-step', step: 'mute', targets: ['app1'], reason: null });
    await expect.poll(() => web.seen.length).toBe(1);
    await run.submit({ type: 'cancel-attempt', attempt: run.lastAttempt('mute').attempt });
    await run.run.controller.idle();
    expect(run.lastAttempt('mute')).toMatchObject({ verdict: 'failed', failure: { code: 'cancelled' } });
  });

  it('trusts a certificate through the frozen authority, and shows how long it is valid', async () => {
    web = await startWeb((_, response) => response.end('ok'), signedBy(authority, folder, 'h5.test'));
    const run = await start([asking(secure()), asking(secure({ certificateMs: 60 * 24 * hour }), { id: 'longer' })]);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({
      verdict: 'passed',
      result: { certificate: { subject: 'h5.test', issuer: 'authority.test' } },
    });
    await run.runStep('longer');
    expect(run.lastAttempt('longer').checks[1]).toMatchObject({
      subject: 'certificate',
      expected: 'at least 60 d',
      holds: false,
    });
  });

  it.each([
    ['certificate-expired', () => signedBy(authority, folder, 'h5.test', -1), 'ca.pem'],
    ['certificate-name', () => signedBy(authority, folder, 'other.test'), 'ca.pem'],
    ['certificate-self-signed', () => selfSigned(folder, 'h5.test'), null],
  ] as const)('refuses a server through the tunnel before anything is sent: %s', async (code, made, ca) => {
    web = await startWeb((_, response) => response.end('ok'), made());
    const run = await start([asking(secure({ ca }))]);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({ verdict: 'failed', failure: { code }, result: { status: null } });
    expect(run.lastAttempt('h5').result).toHaveProperty('certificate.subject');
    expect(web.seen).toHaveLength(0);
  });

  it('asks nobody when the authority is not among the frozen files', async () => {
    web = await startWeb((_, response) => response.end('ok'), signedBy(authority, folder, 'h5.test', 5));
    const run = await start([asking(secure({ ca: 'other.pem' }))]);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({ verdict: 'failed', failure: { code: 'http-ca-unreadable' } });
    expect(web.seen).toHaveLength(0);
  });

  it('takes a redirect as the answer, unless it is told to follow; secrets stay with the server they are for', async () => {
    const other = await startWeb((_, response) => response.end('there'));
    web = await startWeb(({ url }, response) => {
      if (url === '/ping') response.writeHead(302, { Location: '/next' }).end();
      else response.writeHead(307, { Location: `http://127.0.0.1:${other.port}/away` }).end();
    });
    const headers = [{ name: 'X-Token', value: [{ secret: 'token' }] }];
    const secrets = [{ name: 'token', prompt: 'Token?' }];
    const prompter: Prompter = { ask: async () => ['s3cret-t0ken'] };
    const follow = asking(ask({ follow: true, headers }), { id: 'follow' });
    const run = await start([asking(ask()), follow], sshd, { prompter }, { secrets });
    await run.runStep('h5');
    expect(run.lastAttempt('h5').checks[0]).toMatchObject({ found: '302', holds: false });
    await run.submit({
      type: 'decide',
      step: 'h5',
      target: 'app1',
      decision: 'overridden',
      reason: 'test',
      owner: null,
    });
    await run.runStep('follow');
    await other.close();
    expect(run.lastAttempt('follow')).toMatchObject({
      verdict: 'passed',
      result: { redirects: [{ status: 302 }, { status: 307 }], url: `http://127.0.0.1:${other.port}/away` },
    });
    expect(web.seen.at(-1)?.headers['x-token']).toBe('s3cret-t0ken');
    expect(other.seen[0]?.headers['x-token']).toBeUndefined();
  });

  it('sends a secret in a header and writes it down nowhere, not even where the server echoes it', async () => {
    web = await startWeb(({ headers }, response) => {
      response.setHeader('X-Echo', String(headers.authorization)).end(`you said ${headers.authorization}`);
    });
    const headers = [{ name: 'Authorization', value: ['Bearer ', { secret: 'token' }] }];
    const body = [{ test: 'contains' as const, value: 'nothing of the kind' }];
    const prompter: Prompter = { ask: async () => ['s3cret-t0ken'] };
    const secrets = [{ name: 'token', prompt: 'Token?' }];
    const run = await start([asking(ask({ headers }, { body }))], sshd, { prompter }, { secrets });
    await run.runStep('h5');
    expect(web.seen[0]?.headers.authorization).toBe('Bearer s3cret-t0ken');
    expect(run.lastAttempt('h5').verdict).toBe('failed');
    const recorded = readFileSync(join(run.run.folder, run.lastAttempt('h5').recordingPath ?? ''), 'utf8');
    expect(recorded).toContain('Authorization: Bearer ${token}');
    expect(run.journal() + recorded).not.toContain('s3cret-t0ken');
  });

  it('decides nothing from a body that is longer than can be kept', async () => {
    web = await startWeb((_, response) => response.end(Buffer.alloc(5 * 1024 * 1024, 'x')));
    const run = await start([asking(ask({}, { body: [{ test: 'lacks', value: 'ERROR' }] }))]);
    await run.runStep('h5');
    expect(run.lastAttempt('h5')).toMatchObject({ verdict: 'inconclusive', result: { bytes: 4 * 1024 * 1024 } });
  });

  it('reads a body in the character set that the server names', async () => {
    const gbk = Buffer.from([0xd5, 0xfd, 0xb3, 0xa3]);
    web = await startWeb((_, response) => response.setHeader('Content-Type', 'text/plain; charset=GBK').end(gbk));
    const run = await start([asking(ask({}, { body: [{ test: 'contains', value: '正常' }] }))]);
    await run.runStep('h5');
    expect(run.target('h5').status).toBe('passed');
  });

  it('says unknown when the link to the host is cut in the middle, and may simply ask again', async () => {
    let answer = false;
    web = await startWeb((_, response) => void (answer && response.end('ok')));
    proxy = await startCutProxy({ address: sshd.address, port: sshd.port });
    writeFileSync(join(home.ssh, 'known_hosts'), sshd.knownHosts.replaceAll(`:${sshd.port} `, `:${proxy.port} `));
    const run = await start(
      [asking(ask({ timeoutMs: 60_000, repeat: { everyMs: 100, withinMs: 60_000, inARow: 1 } }))],
      proxy,
    );
    await run.submit({ type: 'run-step', step: 'h5', targets: ['app1'], reason: null });
    await expect.poll(() => web.seen.length).toBe(1);
    proxy.cut();
    await run.run.controller.idle();
    expect(run.lastAttempt('h5')).toMatchObject({ verdict: 'unknown', failure: { code: 'link-lost' } });
    answer = true;
    await run.runStep('h5');
    expect(run.target('h5').status).toBe('passed');
  });
});
