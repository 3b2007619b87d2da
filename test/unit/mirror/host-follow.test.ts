import { appendFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256Text } from '../../../electron/engine/journal/digest.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { MirrorIntent } from '../../../shared/contract/intents.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { encodeInvitation } from '../../../shared/people/invitation.ts';
import { statementFor, wordsToSign } from '../../../shared/people/proof.ts';
import { MirrorClient, readInvitation, receiptFor, receiptLine, somebody } from '../../helpers/mirror-client.ts';
import { filler, MirroredTestRun, quietPlan } from '../../helpers/mirror-run.ts';
import { manualStep } from '../../helpers/plans.ts';

let run: MirroredTestRun;
let later = 0;
beforeEach(async () => {
  later = 0;
  const clock = { ...systemClock, mono: () => systemClock.mono() + later };
  const steps = ['first', 'second', 'third'].map((id) => manualStep(id, { countersign: 'after' }));
  run = await MirroredTestRun.create(quietPlan({ steps }), { clock });
});
afterEach(async () => await run.close());

const chen = somebody('Chen Jie');
const wang = somebody('Wang Fang');
const at = '2026-11-21T06:00:00.000Z';

/** Resolves when this holds; looked at after every record. */
async function recorded(holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve) => {
    const stop = run.parts.run.subscribe(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

const presenceOf = (id: string) => run.parts.run.state().participants.find((one) => one.participant === id)?.presence;

function started(attempt: string): RunEvent {
  const recording = `output/${attempt}.cast`;
  const data = { attempt, step: 'first', target: DESK, purpose: 'step', number: 1, effect: 'read', recording } as const;
  const nothing = { command: null, sent: null, account: null, hostKey: null, reason: null, choice: null, text: null };
  return { type: 'attempt-started', data: { ...data, ...nothing } };
}

describe('a receipt', () => {
  it('of the checker is kept on disk as one canonical line, and confirmed', async () => {
    const client = await run.follow(chen);
    await client.hasRecord(4);
    const receipt = receiptFor(run.parts.run.runId, client.head, chen, at);
    client.send({ type: 'receipt', receipt });
    expect((await client.next('receipted')).seq).toBe(receipt.seq);
    const file = join(run.folder, 'receipts.jsonl');
    expect(await readFile(file, 'utf8')).toBe(receiptLine(receipt));
    expect(run.host.view().receipted).toBe(receipt.seq);
    // The guest may not know that it arrived.
    client.send({ type: 'receipt', receipt });
    await client.next('receipted', 1);
    expect(await readFile(file, 'utf8')).toBe(receiptLine(receipt));
  });

  it('goes behind a line that a crash tore', async () => {
    const receipt = receiptFor(
      run.parts.run.runId,
      { seq: 1, hash: JSON.parse((await run.lines())[1] ?? '').hash },
      chen,
      at,
    );
    await run.host.close('closed');
    await writeFile(join(run.folder, 'receipts.jsonl'), '{"format":"countersign-rec');
    await run.open();
    const client = await run.follow(chen);
    client.send({ type: 'receipt', receipt });
    await client.next('receipted');
    expect(await readFile(join(run.folder, 'receipts.jsonl'), 'utf8')).toBe(receiptLine(receipt));
  });

  it.each([
    ['of an observer', 'not-admitted', 'observer', {}],
    ['for a history that is not ours', 'history-differs', 'checker', { hash: 'ab'.repeat(32) }],
    ['for a record that is not written yet', 'history-differs', 'checker', { seq: 1_000 }],
    ['of another run', 'malformed', 'checker', { runId: 'another' }],
  ] as const)('%s is refused: %s', async (_, code, role, wrong) => {
    const client = await run.follow(chen, role);
    await client.hasRecord(3);
    const { runId = run.parts.run.runId, ...head } = { ...client.head, ...wrong } as {
      runId?: string;
      seq: number;
      hash: string;
    };
    client.send({ type: 'receipt', receipt: receiptFor(runId, head, chen, at) });
    expect((await client.next('refused')).code).toBe(code);
    expect(await readFile(join(run.folder, 'receipts.jsonl'), 'utf8')).toBe('');
  });

  it('that somebody else signed is refused', async () => {
    const client = await run.follow(chen);
    await client.hasRecord(3);
    const others = receiptFor(run.parts.run.runId, client.head, wang, at);
    const receipt = { ...others, name: chen.person.name, publicKey: chen.person.publicKey };
    client.send({ type: 'receipt', receipt });
    expect((await client.next('refused')).code).toBe('proof-wrong');
  });
});

describe('a file', () => {
  it('comes in pieces, also while it grows, and only when the journal tells of it', async () => {
    const client = await run.follow(wang, 'observer');
    await mkdir(join(run.folder, 'output'), { recursive: true });
    const bytes = Buffer.alloc(limits.mirrorBatch + 1_000, 'abcdefg');
    await writeFile(join(run.folder, 'output/a1.cast'), bytes);
    client.send({ type: 'fetch', path: 'output/a1.cast', offset: 0 });
    expect(await client.next('file')).toMatchObject({ data: '', size: 0 });
    await run.record([started('a1')]);
    await client.hasRecord((await run.lines()).length - 1);
    client.send({ type: 'fetch', path: 'output/a1.cast', offset: 0 });
    const first = await client.next('file', 1);
    expect(first.size).toBe(bytes.length);
    const begun = Buffer.from(first.data, 'base64');
    expect(begun.length).toBe(limits.mirrorBatch);
    await appendFile(join(run.folder, 'output/a1.cast'), 'the end');
    client.send({ type: 'fetch', path: 'output/a1.cast', offset: begun.length });
    const rest = Buffer.from((await client.next('file', 2)).data, 'base64');
    expect(Buffer.concat([begun, rest]).equals(Buffer.concat([bytes, Buffer.from('the end')]))).toBe(true);
    client.send({ type: 'fetch', path: 'output/a1.cast', offset: 10 ** 9 });
    expect(await client.next('file', 3)).toMatchObject({ data: '', size: bytes.length + 7 });
  });

  it('of the frozen checklist can be had', async () => {
    const client = await run.follow(chen);
    client.send({ type: 'fetch', path: 'checklist/release.yaml', offset: 0 });
    const { data } = await client.next('file');
    expect(Buffer.from(data, 'base64').toString()).toBe('checklist: 1\n');
  });

  it('that is a link to somewhere else is not there', async () => {
    const client = await run.follow(chen);
    await mkdir(join(run.folder, 'output'), { recursive: true });
    await writeFile(join(run.folder, '../secret'), 'secret');
    await symlink('../../secret', join(run.folder, 'output/a1.cast'));
    await run.record([started('a1')]);
    await client.hasRecord((await run.lines()).length - 1);
    client.send({ type: 'fetch', path: 'output/a1.cast', offset: 0 });
    expect(await client.next('file')).toMatchObject({ data: '', size: 0 });
    await rm(join(run.folder, '../secret'));
  });

  it.each(['checklist/../journal.jsonl', 'output/../../../../../etc/passwd', 'checklist/', 'output/a9.cast'])(
    'at %s is not given away',
    async (path) => {
      const client = await run.follow(chen);
      client.send({ type: 'fetch', path, offset: 0 });
      await client.until((frames) => frames.some(({ type }) => type === 'file' || type === 'refused'));
      const answer = client.frames.find(({ type }) => type === 'file');
      if (answer !== undefined) expect(answer).toMatchObject({ data: '', size: 0 });
    },
  );

  it('is asked for one at a time', async () => {
    const client = await run.follow(chen);
    for (let time = 0; time < 50; time += 1) client.send({ type: 'fetch', path: 'checklist/release.yaml', offset: 0 });
    expect((await client.next('refused')).code).toBe('malformed');
  });
});

describe('what a checker asks for', () => {
  async function confirm(step: string, reason: string | null = null): Promise<void> {
    const answer = { type: 'confirm-manual', step, target: DESK, verdict: 'passed', evidence: {} } as const;
    await run.engine.submit({ ...answer, note: null, reason });
    await run.engine.run.controller.idle();
  }

  /** Looks and signs at a step as it stands. */
  async function sign(client: MirrorClient, step: string, type: 'countersign' | 'reject' = 'countersign') {
    const statement = statementFor(run.engine.state, step, 'after', sha256Text) ?? '';
    const signed = { step, mode: 'after', statement } as const;
    expect(await client.ask({ type: 'open-evidence', ...signed })).toBeNull();
    const proof = { ...signed, signature: chen.sign(wordsToSign(type, statement, sha256Text)) };
    const intent: MirrorIntent = type === 'reject' ? { type, ...proof, reason: 'look again' } : { type, ...proof };
    expect(await client.ask(intent)).toBeNull();
    return intent;
  }

  it('is decided by the run itself, in their name', async () => {
    const client = await run.follow(chen);
    await confirm('first');
    await sign(client, 'first');
    const [signed] = await run.records('countersigned');
    expect(signed?.actor).toEqual({ kind: 'checker', name: 'Chen Jie' });
    expect(run.engine.state.current).toBe(1);
  });

  it('cannot be said again for another step or another attempt', async () => {
    const client = await run.follow(chen);
    await confirm('first');
    const rejected = await sign(client, 'first', 'reject');
    await confirm('first', 'looked again');
    expect((await client.ask(rejected))?.code).toBe('evidence-not-opened');
    const heard = await sign(client, 'first');
    expect((await client.ask(heard))?.code).toBe('no-countersignature-waiting');
    await confirm('second');
    expect((await client.ask(heard))?.code).toBe('no-countersignature-waiting');
    expect((await client.ask({ ...heard, step: 'second' } as MirrorIntent))?.code).toBe('evidence-not-opened');
    const statement = statementFor(run.engine.state, 'second', 'after', sha256Text) ?? '';
    const second = { step: 'second', mode: 'after', statement } as const;
    expect(await client.ask({ type: 'open-evidence', ...second })).toBeNull();
    const borrowed = 'signature' in heard ? heard.signature : '';
    expect((await client.ask({ type: 'countersign', ...second, signature: borrowed }))?.code).toBe('signature-wrong');
    expect(await run.records('countersigned')).toHaveLength(1);
  });

  it('is refused from an observer, who may only watch', async () => {
    const client = await run.follow(wang, 'observer');
    await confirm('first');
    const statement = statementFor(run.engine.state, 'first', 'after', sha256Text) ?? '';
    const signed = { step: 'first', mode: 'after', statement } as const;
    expect((await client.ask({ type: 'open-evidence', ...signed }))?.code).toBe('not-allowed');
    const signature = wang.sign(statement);
    expect((await client.ask({ type: 'countersign', ...signed, signature }))?.code).toBe('not-allowed');
    expect((await client.ask({ type: 'request-hold', reason: 'stop' }))?.code).toBe('not-allowed');
    expect(await run.records('countersigned')).toEqual([]);
  });

  it('is bounded: who asks on and on is let go', async () => {
    const client = await run.follow(chen);
    const intent: MirrorIntent = { type: 'log-interruption', from: 'desk', what: 'phone', urgency: 'later' };
    for (let id = 0; id < 200; id += 1) client.send({ type: 'intent', id, intent });
    expect((await client.next('refused')).code).toBe('malformed');
    expect((await run.records('interruption-logged')).length).toBeLessThanOrEqual(limits.mirrorIntents * 2);
  });

  it('is not even heard before they are admitted', async () => {
    const client = await MirrorClient.join(await run.invitation(), chen);
    await client.next('waiting');
    expect((await client.ask({ type: 'request-hold', reason: 'stop' }))?.code).toBe('not-admitted');
    client.send({ type: 'fetch', path: 'checklist/release.yaml', offset: 0 });
    expect((await client.next('refused')).code).toBe('malformed');
  });
});

describe('presence', () => {
  it('is gone at once when the link closes, and here again with the next', async () => {
    const client = await run.follow(chen);
    await client.close();
    await recorded(() => presenceOf('p1') === 'gone');
    const again = await MirrorClient.join(await run.invitation(), chen, { token: null });
    await recorded(() => presenceOf('p1') === 'here');
    const said = (await run.records('participant-presence')).map(({ data }) => [data.presence, data.cause]);
    expect(said).toEqual([
      ['gone', 'link'],
      ['here', null],
    ]);
    again.socket.terminate();
  });

  it('is gone when nothing is heard for too long, and here with the next sign of life', async () => {
    const client = await run.follow(chen);
    later = limits.goneMs + 1_000;
    await recorded(() => presenceOf('p1') === 'gone');
    expect(run.host.view().viewers[0]?.silentMs).toBeGreaterThan(limits.goneMs);
    client.send({ type: 'heartbeat', awake: true });
    await recorded(() => presenceOf('p1') === 'here');
    const said = (await run.records('participant-presence')).map(({ data }) => data);
    expect(said.map(({ cause }) => cause)).toEqual(['silent', null]);
    expect(said[0]?.silentMs).toBeGreaterThan(limits.goneMs);
  });

  it('is gone when nobody answered the question whether they are there', async () => {
    const client = await run.follow(chen);
    client.send({ type: 'heartbeat', awake: false });
    await recorded(() => presenceOf('p1') === 'gone');
    client.send({ type: 'heartbeat', awake: true });
    await recorded(() => presenceOf('p1') === 'here');
    const said = (await run.records('participant-presence')).map(({ data }) => data.cause);
    expect(said).toEqual(['unanswered', null]);
  });
});

describe('somebody who says one thing and then the other', () => {
  it('is written down once a second at most, and as they are in the end', async () => {
    const client = await run.follow(wang, 'observer');
    const began = performance.now();
    for (let time = 0; time < 41; time += 1) {
      client.send({ type: 'heartbeat', awake: time % 2 === 1 });
      expect(await client.ask({ type: 'request-hold', reason: 'x' })).not.toBeNull();
    }
    await recorded(() => presenceOf('p1') === 'gone');
    const said = await run.records('participant-presence');
    expect(said.length).toBeLessThanOrEqual(1 + (performance.now() - began) / 1_000);
  });
});

describe('live output', () => {
  it('comes to all viewers with its place, in frames of bounded size, and after the records it belongs to', async () => {
    const clients = [await run.follow(chen), await run.follow(wang, 'observer')];
    const text = `${'é𝄞'.repeat(40_000)}\n`;
    await run.record([started('a1')]);
    run.host.output({ attempt: 'a1', data: 'hello ', skipped: 0 });
    run.host.output({ attempt: 'a1', data: text, skipped: 5 });
    run.host.progress({ attempt: 'a1', done: 1, of: 3, label: 'old' });
    run.host.progress({ attempt: 'a1', done: 2, of: 3, label: 'new' });
    for (const client of clients) {
      expect(await client.next('progress')).toMatchObject({ done: 2, label: 'new' });
      const frames = client.frames.flatMap((frame) => (frame.type === 'output' ? [frame] : []));
      expect(frames.map(({ at }) => at).slice(0, 2)).toEqual([0, 11]);
      expect(frames.map(({ data }) => data).join('')).toBe(`hello ${text}`);
      expect(frames.every(({ data }) => data.length <= limits.mirrorOutputChars && !/\p{Surrogate}/u.test(data))).toBe(
        true,
      );
      expect(client.lines.at(-1)).toContain('"type":"attempt-started"');
    }
  });
});

describe('the pen', () => {
  it('lets only its new holder say how to follow them', async () => {
    const client = await run.follow(chen);
    const other = await run.follow(wang, 'observer');
    const mine = readInvitation(await run.invitation());
    const invitation = encodeInvitation({ ...mine, addresses: ['192.0.2.7:4433'] });
    other.send({ type: 'invite', invitation });
    expect((await other.next('refused')).code).toBe('malformed');
    expect(run.invited).toEqual([]);
    const { seq, head: hash } = run.engine.state;
    await run.record([
      { type: 'handed-over', data: { participant: 'p1', head: { seq, hash }, signature: 'A'.repeat(88) } },
    ]);
    client.send({ type: 'invite', invitation });
    await client.next('invited');
    expect(run.invited).toEqual([invitation]);
  });
});

describe('the end', () => {
  it('brings everybody to the last line, waits for the checker to sign for it, and says why', async () => {
    const client = await run.follow(chen);
    await run.record(filler(300));
    await run.host.seal();
    const closing = run.host.close('ended');
    const last = (await run.lines()).length - 1;
    await client.hasRecord(last);
    client.send({ type: 'receipt', receipt: receiptFor(run.parts.run.runId, client.head, chen, at) });
    expect((await client.next('bye')).reason).toBe('ended');
    await closing;
    expect(client.lines).toEqual(await run.lines());
    expect(JSON.parse(client.lines.at(-1) ?? '').type).toBe('mirror-closed');
    expect(await readFile(join(run.folder, 'receipts.jsonl'), 'utf8')).toContain(`"seq":${last}`);
  });

  it('does not wait for a checker who signs nothing', async () => {
    const client = await run.follow(chen);
    await run.host.close('closed');
    await client.closed;
  });

  it('lets nobody in any more once it was sealed, but those inside still get what comes', async () => {
    const client = await run.follow(chen);
    const text = await run.invitation();
    await run.host.seal();
    await expect(MirrorClient.join(text, wang)).rejects.toThrow();
    expect(run.host.view()).toMatchObject({ open: false, invitation: null });
    await run.record([{ type: 'redline-seen', data: { path: 'release.yaml', now: null } }]);
    await client.hasRecord((await run.lines()).length - 1);
    expect(client.lines.at(-1)).toContain('redline-seen');
  });

  it('leaves nothing behind when the port is taken', async () => {
    const { openMirrorHost } = await import('../../../electron/mirror/host.ts');
    const before = (await run.lines()).length;
    const opened = await openMirrorHost({ ...run.parts, listen: { address: '127.0.0.1', port: run.port } });
    expect(opened).toMatchObject({ ok: false, failure: { code: 'local-error' } });
    expect((await run.lines()).length).toBe(before);
  });
});
