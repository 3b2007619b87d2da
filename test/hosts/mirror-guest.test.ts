import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyRun } from '../../electron/engine/journal/verify-run.ts';
import type { Identity } from '../../electron/engine/ports.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { MirrorDesk } from '../../electron/ipc/mirror-desk.ts';
import { createPromptDesk } from '../../electron/ipc/prompt-desk.ts';
import { RunDesk } from '../../electron/ipc/run-desk.ts';
import { promoteCopy } from '../../electron/mirror/take-over.ts';
import { handoverQuestions } from '../../shared/people/handover-questions.ts';
import { encodeInvitation } from '../../shared/people/invitation.ts';
import { selfSigned } from '../helpers/certificates.ts';
import { startCutProxy } from '../helpers/cut-proxy.ts';
import { Engine } from '../helpers/engine-kit.ts';
import { fakeLockdown } from '../helpers/fake-lock.ts';
import { Following, person } from '../helpers/guest-kit.ts';
import { readInvitation } from '../helpers/mirror-client.ts';
import { MirroredTestRun, quietPlan } from '../helpers/mirror-run.ts';
import { startRelay } from '../helpers/mirror-server.ts';
import { manualStep } from '../helpers/plans.ts';

const base = mkdtempSync(join(tmpdir(), 'countersign-mirror-guest-'));
const checker = person('Zhang San');
process.on('exit', () => rmSync(base, { recursive: true, force: true }));

let run: MirroredTestRun;
let data: string;
const open: Following[] = [];

beforeEach(async () => {
  data = mkdtempSync(join(base, 'data-'));
  run = await MirroredTestRun.create(
    quietPlan({ steps: [manualStep('first', { countersign: 'after' }), manualStep('second')] }),
  );
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.guest?.close('quit');
  await run.close();
});

const copy = () => join(data, 'mirrored', run.parts.run.runId);
const journal = (folder: string) => readFileSync(join(folder, 'journal.jsonl'), 'utf8');

/** Joins with a fresh invitation, and is admitted as the checker. */
async function admitted(address: string | null = null): Promise<Following> {
  const invitation = await run.invitation();
  const following = new Following({ data, invitation, identity: checker, ...(address === null ? {} : { address }) });
  open.push(following);
  expect(await following.join()).toBeNull();
  expect(following.link?.status).toBe('waiting');
  const participant = following.link?.participant ?? '';
  await run.engine.submit({ type: 'admit', participant, role: 'checker' });
  await following.until(() => following.link?.status === 'connected' && following.states.length > 0);
  return following;
}

const caughtUp = (following: Following) => () => following.open.state()?.seq === run.engine.state.seq;

async function done(step: string): Promise<void> {
  const answer = { target: 'desk', verdict: 'passed', evidence: {}, note: null, reason: null } as const;
  await run.engine.submit({ type: 'confirm-manual', step, ...answer });
}

async function signFirst(following: Following): Promise<void> {
  await following.until(() => following.signing?.complete === true);
  const { step, mode, statement } = following.signing ?? { step: '', mode: 'after', statement: '' };
  expect(await following.open.submit({ type: 'countersign', step, mode, statement })).toMatchObject({
    code: 'evidence-not-opened',
  });
  expect(await following.open.submit({ type: 'open-evidence', step, mode, statement })).toBeNull();
  expect(await following.open.submit({ type: 'countersign', step, mode, statement })).toBeNull();
}

/** The desk of somebody who opens runs of this data folder. */
function runDesk(identity: Identity): RunDesk {
  const push = (): void => {};
  const own = { ok: true, value: identity } as const;
  const clock = systemClock;
  const mirror = { clock, machine: 'here', push, identity: () => own, pinned: () => false, onInvited: () => {} };
  return new RunDesk({
    data,
    surroundingsFor: () => ({ home: data, env: {} }),
    clock,
    prompts: createPromptDesk(push),
    push,
    person: () => identity.person.name,
    identity: () => identity,
    mirror: new MirrorDesk(mirror),
    lockdown: fakeLockdown(),
    log: { error: (message) => expect.fail(message) },
  });
}

describe('with a real operator’s app', () => {
  test('a checker joins, signs, holds the same bytes to the end, and their receipts vouch for both copies', async () => {
    const following = await admitted();
    await done('first');
    await signFirst(following);
    await done('second');
    await run.engine.submit({ type: 'finish' });
    await run.host.seal();
    await run.engine.run.close('ended');
    await run.host.close('ended');
    await following.until(() => following.link?.status === 'over');
    expect(following.link).toMatchObject({ bye: 'ended', failure: null, receipted: run.engine.state.seq });
    await following.open.close('quit');
    expect(journal(copy())).toBe(journal(run.folder));
    for (const folder of [copy(), run.folder]) {
      const verified = await verifyRun(folder, { receipts: copy() });
      expect(verified).toMatchObject({ verdict: 'intact', findings: [] });
    }
    expect(following.open.state()?.steps[0]).toMatchObject({ countersignature: 'signed' });
  });

  test('a cut in the middle is recorded there and healed here; nothing is missing, nothing twice', async () => {
    const proxy = await startCutProxy({ address: '127.0.0.1', port: run.port });
    const following = await admitted(`127.0.0.1:${proxy.port}`);
    proxy.sever();
    await following.until(() => following.link?.status === 'lost');
    await done('first');
    proxy.heal();
    await following.until(() => following.link?.status === 'connected');
    await following.until(caughtUp(following));
    await signFirst(following);
    await following.until(caughtUp(following));
    expect(journal(copy())).toBe(journal(run.folder));
    const seqs = following.records.map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    const presence = await run.records('participant-presence');
    expect(presence.map(({ data }) => data.presence)).toEqual(['gone', 'here']);
    await proxy.close();
  });

  test('somebody in the middle passes nothing on: no hello arrives, and the operator is not bothered', async () => {
    const relay = await startRelay(selfSigned(base, 'Countersign'), run.port);
    const invitation = encodeInvitation({
      ...readInvitation(await run.invitation()),
      addresses: [`127.0.0.1:${relay.port}`],
    });
    const before = run.engine.state.seq;
    expect(await new Following({ data, invitation, identity: checker }).join()).toMatchObject({
      code: 'mirror-wrong-certificate',
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(relay.stolen()).toBe(0);
    expect(run.engine.state.seq).toBe(before);
    await relay.close();
  });

  test('an invitation is good once: a second person with it is turned away with the reason', async () => {
    const first = await admitted();
    const other = new Following({
      data: mkdtempSync(join(base, 'data-')),
      invitation: first.options.invitation,
      identity: person('Wang Wu'),
    });
    expect(await other.join()).toMatchObject({ code: 'mirror-refused', params: { code: 'token-used' } });
  });

  test('whoever leaves says so, and whoever is dismissed is told', async () => {
    const following = await admitted();
    await following.open.close('leave');
    expect(await run.records('participant-left')).toHaveLength(1);
    const again = await admitted();
    const participant = again.link?.participant ?? '';
    await run.engine.submit({ type: 'dismiss', participant, reason: 'wrong person' });
    await again.until(() => again.link?.status === 'over');
    expect(again.link?.bye).toBe('dismissed');
  });

  test('a pen that was given and not taken up is taken up when the run is opened, and by nobody else', async () => {
    const following = await admitted();
    const participant = following.link?.participant ?? '';
    await run.engine.submit({ type: 'offer-handover', participant, reason: 'end of shift' });
    await following.until(caughtUp(following));
    const state = following.open.state();
    if (state === null) throw new Error('no state');
    const answers = Object.fromEntries(handoverQuestions(state).map(({ id, answer }) => [id, answer]));
    expect(await following.open.submit({ type: 'accept-handover', answers })).toBeNull();
    await run.engine.run.close('handed-over');
    await following.until(() => following.pens === 1);
    await following.open.release();
    expect(await promoteCopy(data, state.runId)).toMatchObject({ ok: true });
    await following.open.close('pen');
    await run.host.close('handed-over');

    const stranger = runDesk(person('Wang Fang'));
    expect(await stranger.open(state.runId)).toMatchObject({ ok: true, value: { live: false } });
    const taken = runDesk(checker);
    expect(await taken.open(state.runId)).toMatchObject({ ok: true, value: { live: true } });
    expect(taken.held()?.pens).toMatchObject([{ how: 'handover', reason: 'end of shift' }]);
    await taken.leave();
  });

  test('a copy whose pen was never recorded is nobody’s run: it is not gone on with, and goes back among the copies', async () => {
    const following = await admitted();
    await following.until(caughtUp(following));
    const { runId, plan } = run.engine.state;
    await following.open.release();
    expect(await promoteCopy(data, runId)).toMatchObject({ ok: true });
    await following.open.close('quit');

    await expect(Engine.reopen(runId, { plan, data, home: base })).rejects.toThrow('local-error');
    expect(await runDesk(checker).open(runId)).toMatchObject({ ok: true, value: { live: false } });
    expect(existsSync(join(data, 'runs', runId))).toBe(false);
    expect(journal(run.folder).startsWith(journal(copy()))).toBe(true);
  });

  test('the pen is handed over: the copy becomes the run, goes on here, and the way back is sent', async () => {
    const following = await admitted();
    await done('first');
    await signFirst(following);
    const participant = following.link?.participant ?? '';
    await run.engine.submit({ type: 'offer-handover', participant, reason: 'end of shift' });
    await following.until(caughtUp(following));
    const state = following.open.state();
    if (state === null) throw new Error('no state');
    const answers = Object.fromEntries(handoverQuestions(state).map(({ id, answer }) => [id, answer]));
    expect(await following.open.submit({ type: 'accept-handover', answers })).toBeNull();
    await run.engine.run.close('handed-over');
    await following.until(() => following.pens === 1);
    await following.open.release();
    const promoted = await promoteCopy(data, state.runId);
    expect(promoted).toMatchObject({ ok: true });
    const pen = { how: 'handover', participant, reason: 'end of shift', identity: checker } as const;
    const taken = await Engine.reopen(state.runId, { plan: state.plan, data, home: base }, pen);
    const invitation = encodeInvitation({ ...readInvitation(following.options.invitation), token: 'B'.repeat(43) });
    await following.open.invite(invitation);
    expect(run.invited).toEqual([invitation]);
    await following.open.close('pen');
    await run.host.close('handed-over');
    expect(taken.state.pens).toMatchObject([{ how: 'handover' }]);
    await taken.run.close('left');
    expect(journal(join(data, 'runs', state.runId)).startsWith(journal(run.folder))).toBe(true);
    expect(
      (await verifyRun(join(data, 'runs', state.runId))).findings.filter(({ severity }) => severity === 'altered'),
    ).toEqual([]);
  });
});
