import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Text } from '../../electron/engine/journal/digest.ts';
import { verifyRun } from '../../electron/engine/journal/verify-run.ts';
import { glassStatement, statementHash } from '../../shared/people/statements.ts';
import { startCutProxy } from '../helpers/cut-proxy.ts';
import { Following, person } from '../helpers/guest-kit.ts';
import { somebody } from '../helpers/mirror-client.ts';
import { MirroredTestRun } from '../helpers/mirror-run.ts';

/** The operator is locked in and asks to get out, while somebody follows over a real link. */

const base = mkdtempSync(join(tmpdir(), 'countersign-mirror-glass-'));
process.on('exit', () => rmSync(base, { recursive: true, force: true }));
const checker = person('Zhang San');

let run: MirroredTestRun;
const open: Following[] = [];

beforeEach(async () => {
  run = await MirroredTestRun.create();
  await run.record([
    { type: 'lockdown-chosen', data: { on: true, reason: null } },
    {
      type: 'lockdown-entered',
      data: { display: { width: 1600, height: 1000 }, displays: 1, sensed: true },
    },
  ]);
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.guest?.close('quit');
  await run.close();
});

const asks = (reason: string) => run.engine.submit({ type: 'break-glass', reason });
const lockdown = () => run.engine.state.lockdown;
/** What would be signed just now, as the operator's side sees it. */
const statement = () => statementHash(glassStatement(run.engine.state) ?? {}, sha256Text);

async function follows(address: string | null = null): Promise<Following> {
  const data = mkdtempSync(join(base, 'data-'));
  const invitation = await run.invitation();
  const following = new Following({ data, invitation, identity: checker, ...(address === null ? {} : { address }) });
  open.push(following);
  expect(await following.join()).toBeNull();
  await run.engine.submit({ type: 'admit', participant: following.link?.participant ?? '', role: 'checker' });
  await following.until(() => following.link?.status === 'connected' && following.states.length > 0);
  return following;
}

/** The guest's own copy tells of a glass; its record's number. */
async function sees(following: Following): Promise<number> {
  const glass = () => following.open.state()?.lockdown.glass;
  await following.until(() => glass() != null);
  return glass()?.seq ?? -1;
}

test('a checker signs for it in their own app: the lock opens, the run pauses, and both copies prove it', async () => {
  const following = await follows();
  await asks('the fire alarm');
  expect(lockdown()).toMatchObject({ status: 'locked', glass: { reason: 'the fire alarm' } });
  expect(await following.open.submit({ type: 'sign-glass', asked: await sees(following) })).toBeNull();
  expect(run.engine.state).toMatchObject({ status: 'held', holdCause: 'glass' });
  expect(lockdown()).toMatchObject({ status: 'broken', glasses: [{ outcome: 'signed', participant: 'p1' }] });
  const [signed] = await run.records('glass-signed');
  expect(signed?.actor).toEqual({ kind: 'checker', name: 'Zhang San' });
  await following.until(() => following.open.state()?.status === 'held');
  const copy = following.open.folder() ?? '';
  const written = (folder: string) => readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  expect(written(copy)).toBe(written(run.folder));
  for (const folder of [copy, run.folder])
    expect((await verifyRun(folder)).findings.filter(({ severity }) => severity === 'altered')).toEqual([]);
});

test('a checker refuses, and the operator reads why; a later asking is another one', async () => {
  const following = await follows();
  await asks('coffee');
  const first = await sees(following);
  expect(await following.open.submit({ type: 'refuse-glass', reason: 'two more steps' })).toBeNull();
  expect(lockdown()).toMatchObject({ status: 'locked', glass: null, glasses: [{ answer: 'two more steps' }] });
  await asks('the fire alarm');
  await following.until(() => (following.open.state()?.lockdown.glass?.seq ?? first) > first);
  // What they read on their screen was the first one: their own app signs nothing else.
  expect(await following.open.submit({ type: 'sign-glass', asked: first })).toMatchObject({
    code: 'statement-changed',
  });
  expect(lockdown().glass?.reason).toBe('the fire alarm');
});

test('a forged signature, one for an earlier asking, and an observer’s open nothing', async () => {
  const chen = somebody('Chen Jie');
  const wang = somebody('Wang Fang');
  const viewer = await run.follow(chen);
  const watcher = await run.follow(wang, 'observer');
  await asks('coffee');
  const earlier = statement();
  await run.engine.submit({ type: 'withdraw-glass' });
  await asks('coffee');
  const now = statement();
  const sign = (by: typeof chen, words: string) =>
    ({ type: 'sign-glass', statement: words, signature: by.sign(words) }) as const;
  expect(await viewer.ask(sign(wang, now))).toMatchObject({ code: 'signature-wrong' });
  expect(await viewer.ask({ ...sign(chen, now), signature: run.operator.sign(now) })).toMatchObject({
    code: 'signature-wrong',
  });
  expect(await viewer.ask(sign(chen, earlier))).toMatchObject({ code: 'statement-changed' });
  expect(await watcher.ask(sign(wang, now))).toMatchObject({ code: 'not-allowed' });
  expect(await watcher.ask({ type: 'refuse-glass', reason: 'no' })).toMatchObject({ code: 'not-allowed' });
  expect(lockdown()).toMatchObject({ status: 'locked', glass: { signedBy: null } });
  expect(await run.records('glass-signed')).toEqual([]);
  expect(await viewer.ask(sign(chen, now))).toBeNull();
  expect(await viewer.ask(sign(chen, now))).toMatchObject({ code: 'glass-not-asked' });
  expect(await run.records('glass-broken')).toMatchObject([{ data: { signedBy: 'p1', reason: 'coffee' } }]);
});

test('when the link to the checker drops while it waits, it breaks alone and says so on both sides', async () => {
  const proxy = await startCutProxy({ address: '127.0.0.1', port: run.port });
  const following = await follows(`127.0.0.1:${proxy.port}`);
  await asks('the fire alarm');
  const asked = await sees(following);
  proxy.sever();
  await following.until(() => following.link?.status === 'lost');
  expect(await following.open.submit({ type: 'sign-glass', asked })).toMatchObject({ code: 'link-lost' });
  await expect.poll(() => run.engine.state.status).toBe('held');
  expect(lockdown().glasses).toMatchObject([{ outcome: 'broken', participant: null }]);
  expect(await run.records('glass-broken')).toMatchObject([{ data: { signedBy: null } }]);
  proxy.heal();
  await following.until(() => following.open.state()?.status === 'held');
  expect(await following.open.submit({ type: 'sign-glass', asked })).toMatchObject({ code: 'glass-not-asked' });
  expect((await verifyRun(run.folder)).findings.filter(({ severity }) => severity === 'altered')).toEqual([]);
  await proxy.close();
});
