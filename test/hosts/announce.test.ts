import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Prompter } from '../../electron/engine/ports.ts';
import type { PlanChannel, PlanStep } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { AnnounceAction } from '../../shared/steps/actions/announce.ts';
import { Engine } from '../helpers/engine-kit.ts';
import { planOf, step } from '../helpers/plans.ts';
import { freePort, tempFolder } from '../helpers/sshd.ts';
import { type SeenRequest, startWeb, type WebServer } from '../helpers/web-server.ts';

const key = 'SEC-signing-key-42';

/** Local HTTP servers play the services' side by their documented rules; nothing reaches the real ones. */
describe('announce, with local servers that play the services and check the signatures', () => {
  const folder = tempFolder('announce');
  let web: WebServer | null = null;
  let mute: Server | null = null;
  let engine: Engine | null = null;
  let work = '';
  let number = 0;
  let address = '';

  beforeEach(() => {
    work = join(folder, `case-${number++}`);
    mkdirSync(work);
  });
  afterEach(async () => {
    await engine?.run.close('left');
    engine = null;
    await web?.close();
    web = null;
    mute?.close();
    mute = null;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const action: AnnounceAction = { kind: 'announce', to: 'duty', draft: ['Trade core is ', { run: 'result' }] };
  const tell = (given: Partial<PlanStep> = {}): PlanStep =>
    step('tell', { kind: 'announce', targets: [DESK], action, ...given });

  async function start(
    type: PlanChannel['type'],
    steps: readonly PlanStep[] = [tell()],
    back: readonly PlanStep[] = [],
  ): Promise<Engine> {
    const channels = [{ name: 'duty', type, url: type === 'clipboard' ? null : 'duty-url', key: 'duty-key' }];
    const secrets = ['duty-url', 'duty-key'].map((name) => ({ name, prompt: name }));
    const prompter: Prompter = { ask: async ({ params }) => [params['name'] === 'duty-key' ? key : address] };
    const plan = planOf(steps, { channels, secrets, rollback: { order: [], steps: [...back] } });
    engine = await Engine.create({ plan, data: join(work, 'data'), home: work, prompter });
    return engine;
  }

  /** Plays a service: `judge` gives status and body for each request. */
  async function service(path: string, judge: (request: SeenRequest) => readonly [number, string]): Promise<void> {
    web = await startWeb((request, response) => {
      const [status, body] = judge(request);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    });
    address = `http://127.0.0.1:${web.port}${path}`;
  }

  async function send(run: Engine, text: string, reason: string | null = null): Promise<void> {
    await run.submit({ type: 'run-step', step: 'tell', targets: [DESK], reason, text });
    await run.run.controller.idle();
  }

  const dingtalk = ({ url, body }: SeenRequest): readonly [number, string] => {
    const query = new URL(url, 'http://x').searchParams;
    const timestamp = query.get('timestamp') ?? '';
    const wanted = createHmac('sha256', key).update(`${timestamp}\n${key}`).digest('base64');
    const near = Math.abs(Date.now() - Number(timestamp)) < 3_600_000;
    if (query.get('sign') !== wanted || !near) return [200, '{"errcode":310000,"errmsg":"sign not match"}'];
    return JSON.parse(body).msgtype === 'text' ? [200, '{"errcode":0,"errmsg":"ok"}'] : [200, '{"errcode":40035}'];
  };

  it('sends to DingTalk what the person saw, signed so that a server with the key accepts it', async () => {
    await service('/robot/send?access_token=s3cret', dingtalk);
    const run = await start('dingtalk');
    await send(run, 'Trade core 3.4.0 已上线 ✓');
    expect(run.lastAttempt('tell', DESK)).toMatchObject({
      verdict: 'passed',
      effectDone: 'full',
      text: 'Trade core 3.4.0 已上线 ✓',
      result: { kind: 'announce', channel: 'duty', status: 200, code: '0', said: 'ok' },
    });
    expect(JSON.parse(web?.seen[0]?.body ?? '')).toEqual({
      msgtype: 'text',
      text: { content: 'Trade core 3.4.0 已上线 ✓' },
    });
    expect(new URL(web?.seen[0]?.url ?? '', 'http://x').searchParams.get('access_token')).toBe('s3cret');
  });

  it('never writes the address or the key down', async () => {
    await service('/robot/send?access_token=s3cret-t0ken', () => [
      200,
      `{"errcode":0,"errmsg":"ok ${address} ${key}"}`,
    ]);
    const run = await start('dingtalk');
    await send(run, 'hello');
    const recorded = readFileSync(join(run.run.folder, run.lastAttempt('tell', DESK).recordingPath ?? ''), 'utf8');
    expect(recorded).toContain('hello');
    expect(run.journal() + recorded).not.toMatch(/s3cret-t0ken|SEC-signing-key/);
  });

  it('sends to Feishu with a signature in the body that a server with the key accepts', async () => {
    await service('/open-apis/bot/v2/hook/x', ({ body }) => {
      const { timestamp, sign, msg_type, content } = JSON.parse(body);
      const wanted = createHmac('sha256', `${timestamp}\n${key}`).update('').digest('base64');
      const near = Math.abs(Date.now() / 1000 - Number(timestamp)) < 3_600;
      const sound = sign === wanted && near && msg_type === 'text' && typeof content.text === 'string';
      return [200, sound ? '{"code":0,"msg":"success","data":{}}' : '{"code":19021,"msg":"sign match fail"}'];
    });
    const run = await start('feishu');
    await send(run, '开始回滚');
    expect(run.lastAttempt('tell', DESK)).toMatchObject({ verdict: 'passed', result: { code: '0', said: 'success' } });
  });

  it('signs a generic webhook over time and body so that a server with the key accepts it', async () => {
    await service('/hook', ({ headers, body }) => {
      const time = headers['x-countersign-timestamp'];
      const wanted = `sha256=${createHmac('sha256', key).update(`${time}.${body}`).digest('hex')}`;
      return headers['x-countersign-signature'] === wanted ? [204, ''] : [401, 'no'];
    });
    const run = await start('webhook');
    await send(run, 'hello');
    expect(run.target('tell', DESK).status).toBe('passed');
    expect(JSON.parse(web?.seen[0]?.body ?? '')).toMatchObject({
      text: 'hello',
      environment: 'pre',
      run: run.state.runId,
    });
  });

  it.each([
    ['wecom', '{"errcode":93000,"errmsg":"invalid webhook url"}', '93000', 'invalid webhook url'],
    ['dingtalk', '{"errcode":310000,"errmsg":"sign not match"}', '310000', 'sign not match'],
    ['feishu', '{"code":19024,"msg":"Key Words Not Found"}', '19024', 'Key Words Not Found'],
    ['slack', 'invalid_payload', '200', 'invalid_payload'],
  ] as const)('does not take HTTP 200 for a yes: %s says %s', async (type, body, code, said) => {
    await service('/hook', () => [200, body]);
    const run = await start(type);
    await send(run, 'hello');
    expect(run.lastAttempt('tell', DESK)).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'announce-refused', params: { code, said } },
    });
  });

  it('says unknown when no answer comes, for it may have been said, and says nothing twice by itself', async () => {
    web = await startWeb((_, response) => response.destroy());
    address = `http://127.0.0.1:${web.port}/hook`;
    const run = await start('wecom');
    await send(run, 'hello');
    expect(run.lastAttempt('tell', DESK)).toMatchObject({ verdict: 'unknown', failure: { code: 'http-broken' } });
    expect(await run.refusal({ type: 'run-step', step: 'tell', targets: [DESK], reason: 'again', text: 'hello' })).toBe(
      'unknown-must-be-decided',
    );
    expect(web.seen).toHaveLength(1);
    await run.submit({
      type: 'decide',
      step: 'tell',
      target: DESK,
      decision: 'was-done',
      reason: 'It is in the group',
      owner: null,
    });
    expect(run.target('tell', DESK).status).toBe('overridden');
  });

  it('knows for certain that nothing was said where nobody listens', async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}/hook`;
    const run = await start('slack');
    await send(run, 'hello');
    expect(run.lastAttempt('tell', DESK)).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'http-refused' },
    });
  });

  it('sends nothing to a server whose certificate nobody vouches for, or that speaks no TLS', async () => {
    mute = createServer((socket) => socket.end('hello\n'));
    await new Promise<void>((resolve) => mute?.listen(0, '127.0.0.1', resolve));
    address = `https://127.0.0.1:${(mute.address() as { port: number }).port}/hook`;
    const run = await start('webhook');
    await send(run, 'hello');
    expect(run.lastAttempt('tell', DESK)).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'tls-failed' },
    });
  });

  it('refuses a text that the service would cut, and an address that is none, before anything leaves', async () => {
    await service('/hook', () => [200, '{"errcode":0}']);
    const run = await start('wecom');
    await send(run, '上'.repeat(683));
    expect(run.lastAttempt('tell', DESK)).toMatchObject({
      verdict: 'failed',
      failure: { code: 'announce-too-long', params: { bytes: '2049', most: '2048' } },
    });
    expect(web?.seen).toHaveLength(0);
    await run.run.close('left');
    address = 'qyapi.weixin.qq.com/cgi-bin/webhook/send';
    work = join(work, 'again');
    const other = await start('wecom');
    await send(other, 'hello');
    expect(other.lastAttempt('tell', DESK)).toMatchObject({ verdict: 'failed', failure: { code: 'announce-url' } });

    address = `http://127.0.0.1:${web?.port}/hook`;
    await send(other, 'hello', 'The address was typed wrong');
    expect(other.target('tell', DESK).status).toBe('passed');
  });

  it('sends nothing that nobody saw', async () => {
    await service('/hook', () => [200, 'ok']);
    const run = await start('slack');
    expect(await run.refusal({ type: 'run-step', step: 'tell', targets: [DESK], reason: null })).toBe('text-missing');
    expect(await run.refusal({ type: 'run-step', step: 'tell', targets: [DESK], reason: null, text: ' \n' })).toBe(
      'text-missing',
    );
    expect(web?.seen).toHaveLength(0);
  });

  it('passes a text from the clipboard only when the person confirms it', async () => {
    const run = await start('clipboard');
    await send(run, 'Trade core 3.4.0 is live');
    expect(run.lastAttempt('tell', DESK)).toMatchObject({
      verdict: 'passed',
      text: 'Trade core 3.4.0 is live',
      recordingPath: null,
      result: { status: null },
    });
  });

  it('has the text and the intent on disk before the message leaves', async () => {
    let journal = '';
    web = await startWeb((_, response) => {
      journal = engine?.journal() ?? '';
      response.end('ok');
    });
    address = `http://127.0.0.1:${web.port}/hook`;
    await send(await start('slack'), 'on disk first');
    expect(journal).toContain('attempt-noted');
    expect(journal).toContain('on disk first');
    expect(journal).not.toContain('attempt-ended');
  });

  it('keeps nobody from rolling back, neither unknown before it nor turned down within it', async () => {
    let turnDown = false;
    web = await startWeb((_, response) => (turnDown ? response.end('invalid_payload') : response.destroy()));
    address = `http://127.0.0.1:${web.port}/hook`;
    const manual = { kind: 'manual' as const, evidence: [] };
    const undo = { action: manual, perTarget: {}, plannedMs: null };
    const write = step('write', { kind: 'manual', targets: [DESK], action: manual, rollback: undo });
    const run = await start('slack', [write, tell(), step('never')], [tell({ id: 'back', origin: 'rollback' })]);
    const done = { verdict: 'passed' as const, evidence: {}, note: null, reason: null };
    await run.submit({ type: 'confirm-manual', step: 'write', target: DESK, ...done });
    await send(run, 'hello');
    expect(run.target('tell', DESK).status).toBe('unknown');

    await run.submit({ type: 'begin-rollback', scope: 'run', reason: 'Alarms', include: [] });
    const current = (): string => run.state.plan.steps[run.state.current]?.id ?? '';
    expect(run.state.plan.steps.slice(3).map(({ id }) => id)).toEqual(['back', 'undo-write']);
    turnDown = true;
    await run.submit({ type: 'run-step', step: current(), targets: [DESK], reason: null, text: 'We roll back' });
    await run.run.controller.idle();
    expect(run.target('back', DESK).status).toBe('failed');
    const left = { decision: 'deferred' as const, reason: 'Told by phone', owner: 'Li Wei', due: 'after the rollback' };
    await run.submit({ type: 'decide', step: 'back', target: DESK, ...left });
    expect(current()).toBe('undo-write');
  });
});
