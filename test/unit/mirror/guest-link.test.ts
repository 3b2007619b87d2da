import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256Text, signatureHolds } from '../../../electron/engine/journal/digest.ts';
import type { CheckerRequest } from '../../../shared/contract/ipc/people.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { wordsToSign } from '../../../shared/people/proof.ts';
import { type Receipt, receiptSchema } from '../../../shared/people/receipts.ts';
import { handoverStatement, receiptStatement, statementHash } from '../../../shared/people/statements.ts';
import { selfSigned } from '../../helpers/certificates.ts';
import { type CutProxy, startCutProxy } from '../../helpers/cut-proxy.ts';
import { FollowedRun, Following, ManualClock, person, runId } from '../../helpers/guest-kit.ts';
import { journalLines, ScriptedHost, type ScriptedLink, type Serving } from '../../helpers/mirror-server.ts';

const base = mkdtempSync(join(tmpdir(), 'countersign-guest-link-'));
const certificate = selfSigned(base, 'operator');
const checker = person('Zhang San');
const cast = 'output/a1.cast';

let folder: string;
let data: string;
let host: ScriptedHost;
let run: FollowedRun;
let proxy: CutProxy;
const open: Following[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(base, 'ops-'));
  data = mkdtempSync(join(base, 'data-'));
  host = await ScriptedHost.start(certificate);
  proxy = await startCutProxy({ address: '127.0.0.1', port: host.port });
  run = await FollowedRun.begin(join(folder, 'run'), checker, { people: { checkers: 1, challengeMs: 120_000 } });
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.guest?.close('quit');
  await proxy.close();
  await host.close();
  await run.close();
});
process.on('exit', () => rmSync(base, { recursive: true, force: true }));

const copyOf = (path: string) => join(data, 'mirrored', runId, path);

/** Follows the run from its first to its last record so far. */
async function joined(
  given: Partial<Following['options']> = {},
  serving: Partial<Serving> = {},
): Promise<{ following: Following; link: ScriptedLink }> {
  const address = `127.0.0.1:${proxy.port}`;
  const following = new Following({ data, invitation: host.invitation(runId), identity: checker, address, ...given });
  open.push(following);
  const [failure, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder, ...serving })]);
  expect(failure).toBeNull();
  await following.until(() => following.states.length > 0);
  return { following, link };
}

/** Sends what the journal has that was not sent yet. */
function send(link: ScriptedLink, first: number): void {
  link.say({ type: 'records', first, lines: journalLines(run.folder).slice(first) });
}

const count = () => journalLines(run.folder).length;
const receipts = (link: ScriptedLink): readonly Receipt[] =>
  link.frames.flatMap((frame) => (frame.type === 'receipt' ? [frame.receipt] : []));

async function passOne(): Promise<void> {
  run.write(cast, 'hello');
  await run.passes(await run.attempt(cast), cast, Buffer.from('hello'));
}

describe('signing', () => {
  async function toSign(): Promise<{
    following: Following;
    link: ScriptedLink;
    request: CheckerRequest & { type: 'countersign' };
  }> {
    await passOne();
    const { following, link } = await joined();
    await following.until(() => following.signing?.complete === true);
    const { step, mode, statement } = following.signing ?? { step: '', mode: 'after', statement: '' };
    return { following, link, request: { type: 'countersign', step, mode, statement } };
  }

  test('what is signed is the statement of our own copy, by our own key', async () => {
    const { following, link, request } = await toSign();
    expect(await following.open.submit({ ...request, type: 'open-evidence' })).toBeNull();
    expect(await following.open.submit(request)).toBeNull();
    expect(await following.open.submit({ ...request, type: 'reject', reason: 'wrong host' })).toBeNull();
    const intents = link.frames.flatMap((frame) => (frame.type === 'intent' ? [frame.intent] : []));
    expect(intents.map(({ type }) => type)).toEqual(['open-evidence', 'countersign', 'reject']);
    for (const intent of intents.slice(1)) {
      if (intent.type !== 'countersign' && intent.type !== 'reject') throw new Error(intent.type);
      const words = wordsToSign(intent.type, request.statement, sha256Text);
      expect(signatureHolds(checker.person.publicKey, words, intent.signature)).toBe(true);
    }
  });

  test('a statement that is not what stands here is not signed and not sent', async () => {
    const { following, link, request } = await toSign();
    const other = { ...request, statement: 'a'.repeat(64) };
    expect(await following.open.submit(other)).toMatchObject({ code: 'statement-changed' });
    expect(await following.open.submit({ ...other, type: 'open-evidence' })).toMatchObject({
      code: 'statement-changed',
    });
    expect(await following.open.submit({ ...request, step: 'two' })).toMatchObject({
      code: 'no-countersignature-waiting',
    });
    expect(link.frames.some(({ type }) => type === 'intent')).toBe(false);
  });

  test('evidence that changes under the hand changes what is to be signed', async () => {
    const { following, link, request } = await toSign();
    const first = count();
    const decided = {
      step: 'one',
      target: 'app1',
      decision: 'overridden',
      reason: 'x',
      owner: null,
      due: null,
    } as const;
    await run.human({ type: 'target-decided', data: decided });
    send(link, first);
    await following.until(() => following.signing?.statement !== request.statement);
    expect(await following.open.submit(request)).toMatchObject({ code: 'statement-changed' });
  });

  test('a refusal of the host is handed on, and an answer that comes twice changes nothing', async () => {
    const { following, link, request } = await toSign();
    link.react = (frame) => {
      if (frame.type !== 'intent') return;
      const refusal = { code: 'evidence-not-opened', params: { step: 'one' } } as const;
      link.say({ type: 'answer', id: frame.id, refusal });
      link.say({ type: 'answer', id: frame.id, refusal: null });
    };
    expect(await following.open.submit(request)).toMatchObject({ code: 'evidence-not-opened' });
    expect(await following.open.submit(request)).toMatchObject({ code: 'evidence-not-opened' });
  });

  test('while the link is gone, and when it goes before the answer, nothing is claimed', async () => {
    const { following, link, request } = await toSign();
    link.react = (frame) => {
      if (frame.type === 'intent') proxy.sever();
    };
    expect(await following.open.submit(request)).toMatchObject({ code: 'link-lost' });
    expect(await following.open.submit(request)).toMatchObject({ code: 'link-lost' });
  });

  test('a handover is confirmed for the history as it is here', async () => {
    const { following, link } = await joined();
    const state = following.open.state();
    expect(await following.open.submit({ type: 'accept-handover', answers: { 'next-step': 'one' } })).toBeNull();
    const { intent } = await link.heard('intent');
    if (intent.type !== 'accept-handover' || state === null) throw new Error(intent.type);
    expect(intent.head).toEqual({ seq: state.seq, hash: state.head });
    const statement = handoverStatement(runId, intent.head, checker.person.publicKey);
    expect(signatureHolds(checker.person.publicKey, statementHash(statement, sha256Text), intent.signature)).toBe(true);
  });

  test('leaving is said to the operator first', async () => {
    const { following, link } = await joined();
    await following.open.close('leave');
    expect(link.frames.flatMap((frame) => (frame.type === 'intent' ? [frame.intent.type] : []))).toEqual(['leave']);
    await link.closed;
  });
});

describe('receipts', () => {
  test('a phase that ended is signed for at once: our head, our key, kept here as well', async () => {
    const { following, link } = await joined();
    expect(receipts(link)).toEqual([]);
    const first = count();
    await run.app({ type: 'checkpoint', data: { records: first } });
    send(link, first);
    const { receipt } = await link.heard('receipt');
    expect(receipt).toMatchObject({ runId, seq: first, name: 'Zhang San', hash: following.open.state()?.head });
    const statement = receiptStatement(runId, { seq: receipt.seq, hash: receipt.hash }, receipt.at);
    expect(signatureHolds(receipt.publicKey, statementHash(statement, sha256Text), receipt.signature)).toBe(true);
    expect(receiptSchema.parse(JSON.parse(readFileSync(copyOf('receipts.jsonl'), 'utf8')))).toEqual(receipt);
    await following.until(() => following.link?.receipted === first);
  });

  test('the end of the run and of its session are signed for', async () => {
    const { link } = await joined();
    const first = count();
    await run.human({ type: 'run-ended', data: { result: 'abandoned', reason: 'x' } });
    send(link, first);
    expect((await link.heard('receipt')).receipt.seq).toBe(first);
    await run.app({ type: 'session-closed', data: { reason: 'ended' } });
    send(link, first + 1);
    expect((await link.heard('receipt')).receipt.seq).toBe(first + 1);
  });

  test('while the history grows there is one every minute, and none while it stands still (clock moved by hand)', async () => {
    const clock = new ManualClock();
    const { following, link } = await joined({ clock });
    await clock.advance(limits.receiptMs + limits.heartbeatMs);
    expect(receipts(link).map(({ seq }) => seq)).toEqual([count() - 1]);
    await clock.advance(2 * limits.receiptMs);
    expect(receipts(link)).toHaveLength(1);
    const first = count();
    await run.human({ type: 'run-held', data: { reason: 'x', cause: 'operator', minutes: null } });
    send(link, first);
    await following.until(() => following.open.state()?.seq === first);
    await clock.advance(limits.receiptMs - 2 * limits.heartbeatMs);
    expect(receipts(link)).toHaveLength(1);
    // A busy disk is slower than a clock that is moved by hand; one more beat or two make no minute.
    for (let beat = 0; beat < 6 && receipts(link).length < 2; beat += 1) await clock.advance(limits.heartbeatMs);
    expect(receipts(link).map(({ seq }) => seq)).toEqual([first - 1, first]);
  });

  test('what the host did not confirm comes again with the next link, what it confirmed does not', async () => {
    const { following, link } = await joined({}, { confirms: false });
    const first = count();
    await run.app({ type: 'checkpoint', data: { records: first } });
    send(link, first);
    const { receipt } = await link.heard('receipt');
    link.cut();
    const second = await host.serve(runId, { folder: run.folder });
    expect((await second.heard('receipt')).receipt).toEqual(receipt);
    // Only after a further answer is it certain that the confirmation has arrived.
    expect(await following.open.submit({ type: 'request-hold', reason: 'x' })).toBeNull();
    second.cut();
    await following.until(() => following.link?.status === 'lost');
    const third = await host.serve(runId, { folder: run.folder });
    await following.until(() => following.link?.status === 'connected');
    expect(await following.open.submit({ type: 'request-hold', reason: 'x' })).toBeNull();
    expect(receipts(third)).toEqual([]);
  });

  test('a link that breaks is signed for up to where it went, and a torn receipt of ours is cut', async () => {
    const { following, link } = await joined();
    link.cut();
    await following.until(() => following.link?.status === 'lost');
    expect(following.link?.receipted).toBe(count() - 1);
    await following.open.close('quit');
    appendFileSync(copyOf('receipts.jsonl'), '{"at":"2026');
    const again = await joined();
    const first = count();
    await run.app({ type: 'checkpoint', data: { records: first } });
    send(again.link, first);
    await again.following.until(() => again.following.link?.receipted === first);
    const lines = readFileSync(copyOf('receipts.jsonl'), 'utf8').split('\n').slice(0, -1);
    expect(lines.map((line) => receiptSchema.parse(JSON.parse(line)).seq)).toEqual([first - 1, first]);
  });
});

describe('the link', () => {
  test('breaks and comes back by itself, without the invitation’s secret and without anything twice', async () => {
    const { following, link } = await joined();
    const shown = following.states.length;
    const before = count();
    await run.human({ type: 'run-held', data: { reason: 'x', cause: 'operator', minutes: null } });
    link.cut();
    const { link: next, hello } = await host.greet(runId);
    expect(hello).toMatchObject({ token: null, have: { seq: before - 1 } });
    expect(following.link).toMatchObject({ status: 'lost', failure: { code: 'mirror-lost' } });
    next.say({ type: 'welcome', participant: 'p1', role: 'checker' });
    send(next, before);
    await following.until(() => following.records.some(({ type }) => type === 'run-held'));
    expect(following.states).toHaveLength(shown);
    expect(following.link).toMatchObject({ status: 'connected', failure: null });
  });

  test('a cut in the middle of a frame of records leaves whole lines only, and the rest comes with the next link', async () => {
    const { following, link } = await joined();
    const first = count();
    for (let index = 0; index < 40; index += 1) {
      const failure = { code: 'link-lost', params: {}, cause: 'y'.repeat(3_900) } as const;
      await run.app({ type: 'host-lost', data: { host: 'app1', failure } });
    }
    proxy.cutAfter(100_000);
    send(link, first);
    await link.closed;
    await host.serve(runId, { folder: run.folder });
    await following.until(() => following.open.state()?.seq === count() - 1);
    expect(readFileSync(copyOf('journal.jsonl'), 'utf8')).toBe(readFileSync(join(run.folder, 'journal.jsonl'), 'utf8'));
  });

  test('a host that falls silent is shown as silent, then counts as lost (clock moved by hand)', async () => {
    const clock = new ManualClock();
    const { following } = await joined({ clock });
    proxy.freeze();
    await clock.advance(limits.silentMs + limits.heartbeatMs);
    expect(following.link?.status).toBe('connected');
    expect(following.link?.silentMs).toBeGreaterThanOrEqual(limits.silentMs);
    await clock.advance(limits.goneMs);
    await following.until(() => following.link?.status === 'lost');
    expect(following.link?.silentMs).toBeNull();
  });

  test('a host that is there is asked for a sign of life and never counts as lost (clock moved by hand)', async () => {
    const clock = new ManualClock();
    const { following, link } = await joined({ clock });
    await clock.advance(2 * limits.goneMs);
    expect(following.links.some(({ status }) => status === 'lost')).toBe(false);
    expect(link.frames.filter(({ type }) => type === 'heartbeat').length).toBeGreaterThanOrEqual(15);
  });

  test('coming back is tried ever more slowly (clock moved by hand)', async () => {
    const clock = new ManualClock();
    const { following } = await joined({ clock });
    proxy.sever();
    await following.until(() => following.link?.status === 'lost');
    const before = proxy.accepted();
    await clock.advance(20_000);
    const soon = proxy.accepted() - before;
    await clock.advance(100_000);
    const later = proxy.accepted() - before - soon;
    // 1, 2, 4, 8 and then every 15 seconds, each up to a quarter longer, on a clock of whole seconds.
    expect(soon).toBeGreaterThanOrEqual(3);
    expect(soon).toBeLessThanOrEqual(5);
    expect(later).toBeGreaterThanOrEqual(4);
    expect(later).toBeLessThanOrEqual(7);
    proxy.heal();
    const served = host.serve(runId, { folder: run.folder });
    await clock.advance(20_000);
    await served;
    await following.until(() => following.link?.status === 'connected');
  });

  test('a host that says goodbye is not looked for again (clock moved by hand)', async () => {
    const clock = new ManualClock();
    const { following, link } = await joined({ clock });
    link.say({ type: 'bye', reason: 'ended' });
    await following.until(() => following.link?.status === 'over');
    await link.closed;
    expect(following.link).toMatchObject({ bye: 'ended', failure: null });
    expect(receipts(link).map(({ seq }) => seq)).toEqual([count() - 1]);
    await clock.advance(20_000);
    expect(host.connections).toBe(1);
  });

  test('live output says what was left out, shows nothing twice, and begins anew with each attempt', async () => {
    const { following, link } = await joined();
    const say = (attempt: string, at: number, text: string) => link.say({ type: 'output', attempt, at, data: text });
    say('a1', 5, 'fghij');
    say('a1', 5, 'fghij');
    say('a1', 8, 'ijkl');
    say('a1', 20, 'uv');
    say('a2', 0, 'x');
    await following.until(() => following.output.some(({ attempt }) => attempt === 'a2'));
    expect(following.output).toEqual([
      { attempt: 'a1', data: 'fghij', skipped: 5 },
      { attempt: 'a1', data: 'kl', skipped: 0 },
      { attempt: 'a1', data: 'uv', skipped: 8 },
      { attempt: 'a2', data: 'x', skipped: 0 },
    ]);
  });
});

describe('whether somebody is there', () => {
  test('is asked after long stillness; without an answer the host hears so until somebody moves (clock moved by hand)', async () => {
    const clock = new ManualClock();
    const { following, link } = await joined({ clock });
    const awake = () => link.frames.flatMap((frame) => (frame.type === 'heartbeat' ? [frame.awake] : [])).at(-1);
    await clock.advance(100_000);
    following.open.awake();
    await clock.advance(100_000);
    expect(following.open.link().challengeUntil).toBeNull();
    await clock.advance(30_000);
    expect(following.link?.challengeUntil).not.toBeNull();
    expect(awake()).toBe(true);
    for (let beat = 0; beat < 30 && awake() === true; beat += 1) await clock.advance(limits.heartbeatMs);
    expect(following.link?.challengeUntil).toBeNull();
    expect(awake()).toBe(false);
    following.open.awake();
    await vi.waitFor(() => expect(awake()).toBe(true), { timeout: 10_000 });
  });
});

describe('the pen', () => {
  async function handOver(): Promise<void> {
    const head = { seq: count() - 1, hash: JSON.parse(journalLines(run.folder).at(-1) ?? '').hash as string };
    const statement = handoverStatement(runId, head, checker.person.publicKey);
    const signature = checker.sign(statementHash(statement, sha256Text));
    await run.human({ type: 'handover-offered', data: { participant: 'p1', reason: 'sleep' } });
    await run.human({ type: 'handed-over', data: { participant: 'p1', head, signature } });
    await run.app({ type: 'session-closed', data: { reason: 'handed-over' } });
  }

  test('comes once, when the history and every file are here; the way to us is sent back', async () => {
    await passOne();
    let held: (() => void) | null = null;
    const { following, link } = await joined(
      {},
      {
        file: (asked, honest) => {
          if (asked.path !== cast || held !== null) return honest;
          held = () => link.say(honest);
          return null;
        },
      },
    );
    const first = count();
    await handOver();
    send(link, first);
    await following.until(() => following.open.state()?.penWith?.participant === 'p1');
    expect((await link.heard('receipt')).receipt.seq).toBe(count() - 1);
    await expect.poll(() => held).not.toBeNull();
    expect(following.pens).toBe(0);
    (held as (() => void) | null)?.();
    await following.until(() => following.pens > 0);
    link.react = (frame) => {
      if (frame.type === 'invite') link.say({ type: 'invited', invitation: frame.invitation });
    };
    await following.open.release();
    expect(existsSync(copyOf('journal.lock'))).toBe(false);
    await following.open.invite('countersign:1:x');
    expect((await link.heard('invite')).invitation).toBe('countersign:1:x');
    await following.open.close('pen');
    expect(following.pens).toBe(1);
  });

  test('does not come to somebody else', async () => {
    const { following, link } = await joined({}, { participant: 'p7' });
    const first = count();
    await handOver();
    send(link, first);
    await following.until(() => following.link?.receipted === count() - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(following.pens).toBe(0);
  });
});
