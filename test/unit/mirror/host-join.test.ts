import { X509Certificate } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SerialQueue } from '../../../electron/engine/serial-queue.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { openMirrorHost } from '../../../electron/mirror/host.ts';
import type { MirroredRun, MirrorHost } from '../../../electron/mirror/ports.ts';
import { TurnedAwayBook } from '../../../electron/mirror/turned-away.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import {
  dialTls,
  type HelloWords,
  helloFrame,
  MirrorClient,
  readInvitation,
  receiptFor,
  somebody,
} from '../../helpers/mirror-client.ts';
import { MirroredTestRun, quietPlan } from '../../helpers/mirror-run.ts';

let run: MirroredTestRun;
let later = 0;
beforeEach(async () => {
  later = 0;
  const clock = { ...systemClock, now: () => new Date(Date.now() + later) };
  run = await MirroredTestRun.create(quietPlan(), { clock, pinned: (key) => key === chen.person.publicKey });
});
afterEach(async () => await run.close());

const chen = somebody('Chen Jie');
const at = '2026-11-21T06:00:00.000Z';
const wang = somebody('Wang Fang');

/** How joining with an invitation is refused; also checks that the connection was closed. */
async function refusal(text: string, who = wang, words: HelloWords = {}): Promise<string> {
  const client = await MirrorClient.join(text, who, words);
  const { code } = await client.next('refused');
  expect(await client.closed).toBe(1000);
  return code;
}

async function refusals() {
  return (await run.records('join-refused')).map(({ data }) => data);
}

/** Another host of the same run, parts of which behave differently; with one invitation. */
async function hostOf(change: Partial<MirroredRun>): Promise<MirrorHost> {
  const opened = await openMirrorHost({ ...run.parts, run: { ...run.parts.run, ...change } });
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  await opened.value.invite();
  return opened.value;
}

describe('somebody with a good invitation', () => {
  it('waits, is admitted, and gets every line of the journal as it stands in the file', async () => {
    const client = await run.follow(chen);
    const lines = await run.lines();
    await client.hasRecord(lines.length - 1);
    expect(client.lines).toEqual(lines);
    expect(client.frames.map(({ type }) => type).slice(0, 3)).toEqual(['challenge', 'waiting', 'welcome']);
    await run.record([{ type: 'redline-seen', data: { path: 'release.yaml', now: null } }]);
    await client.hasRecord(lines.length);
    expect(client.lines).toEqual(await run.lines());
  });

  it('is written down with who they are and from where, before the operator decides', async () => {
    await MirrorClient.join(await run.invitation(), chen);
    const [asked] = await run.records('participant-asked');
    expect(asked?.data).toEqual({
      participant: 'p1',
      ...chen.person,
      machine: 'laptop',
      address: '127.0.0.1',
      sameMachine: false,
      pinned: true,
    });
    await MirrorClient.join(await run.invitation(), wang, { machine: 'workstation' });
    const [, second] = await run.records('participant-asked');
    expect(second?.data).toMatchObject({ participant: 'p2', sameMachine: true, pinned: false });
  });

  it('gets no line before the operator admits them, and a farewell when they are declined', async () => {
    const client = await MirrorClient.join(await run.invitation(), chen);
    const { participant } = await client.next('waiting');
    await run.engine.submit({ type: 'decline-participant', participant, reason: 'unknown voice' });
    expect((await client.next('bye')).reason).toBe('declined');
    await client.closed;
    expect(client.lines).toEqual([]);
  });

  it('sees the certificate that the invitation names, for seven days, in TLS 1.3', async () => {
    const invitation = readInvitation(await run.invitation());
    const socket = await dialTls(run.port);
    const shown = new X509Certificate(socket.getPeerCertificate().raw);
    expect(shown.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(invitation.certificate);
    expect(socket.getProtocol()).toBe('TLSv1.3');
    const [from, to] = [Date.parse(shown.validFrom), Date.parse(shown.validTo)];
    expect(Math.round((Date.now() - from) / 60_000)).toBe(60);
    expect(Math.round((to - Date.now()) / 3_600_000)).toBe(7 * 24);
    socket.destroy();
  });
});

describe('an invitation', () => {
  it('is refused when nobody made it', async () => {
    expect(await refusal(await run.invitation(), wang, { token: 'A'.repeat(43) })).toBe('token-unknown');
  });

  it('is refused once its time is over, and is shown no more', async () => {
    const text = await run.invitation();
    later = limits.invitationMs;
    expect(await refusal(text)).toBe('token-expired');
    expect(run.host.view().invitation).toBeNull();
  });

  it('is void once another one was made', async () => {
    const first = await run.invitation();
    const second = await run.invitation();
    expect(await refusal(first)).toBe('token-expired');
    await (await MirrorClient.join(second, chen)).next('waiting');
  });

  it('lets one person in, and says so to the second', async () => {
    const text = await run.invitation();
    await (await MirrorClient.join(text, chen)).next('waiting');
    expect(run.host.view().invitation).toBeNull();
    expect(await refusal(text)).toBe('token-used');
  });

  it('lets one of twenty in who come at the same moment', async () => {
    const text = await run.invitation();
    const all = await Promise.all(Array.from({ length: 20 }, (_, at) => MirrorClient.join(text, somebody(`G${at}`))));
    const said = all.map(({ frames }) => frames[1]?.type);
    expect(said.filter((type) => type === 'waiting')).toHaveLength(1);
    expect(said.filter((type) => type === 'refused')).toHaveLength(19);
  });

  it('and the next one give two people two numbers, however long the disk takes to write the first down', async () => {
    const disk = new SerialQueue();
    const { record } = run.parts.run;
    const slow = async (events: readonly RunEvent[]) => await disk.run(async () => await record(events));
    const host = await hostOf({ record: slow });
    let goOn = () => {};
    void disk.run(() => new Promise<void>((resolve) => (goOn = resolve)));
    const one = MirrorClient.join(host.view().invitation?.text ?? '', chen);
    await expect.poll(() => host.view().invitation, { timeout: 10_000 }).toBeNull();
    const made = host.invite();
    const two = await MirrorClient.dial(Number(host.view().addresses[0]?.split(':').at(-1)));
    const { nonce } = await two.next('challenge');
    two.send(helloFrame(readInvitation(host.view().invitation?.text ?? ''), nonce, wang));
    // Time enough to be heard; how they are dealt with may not depend on it.
    await setTimeout(200);
    goOn();
    await made;
    expect([(await one).frames[1], await two.next('waiting')]).toEqual([
      { type: 'waiting', participant: 'p1' },
      { type: 'waiting', participant: 'p2' },
    ]);
    await host.close('closed');
  });

  it('is not used up by somebody whose proof is wrong', async () => {
    const text = await run.invitation();
    expect(await refusal(text, wang, { nonce: 'AAAA' })).toBe('proof-wrong');
    await (await MirrorClient.join(text, chen)).next('waiting');
  });

  it('is written down by the beginning of its hash, never by its token', async () => {
    const text = await run.invitation();
    const { token, expiresAt } = readInvitation(text);
    const [made] = await run.records('invitation-made');
    expect(made?.data).toEqual({ invitation: expect.stringMatching(/^[0-9a-f]{16}$/), expiresAt });
    expect((await run.lines()).join('\n')).not.toContain(token);
  });
});

describe('a proof', () => {
  it('that was made for another certificate is refused: somebody in the middle has nothing from it', async () => {
    expect(await refusal(await run.invitation(), chen, { certificate: 'ab'.repeat(32) })).toBe('proof-wrong');
  });

  it('that was heard on another connection is refused', async () => {
    const invitation = readInvitation(await run.invitation());
    const first = await MirrorClient.dial(run.port);
    const { nonce } = await first.next('challenge');
    const heard = helloFrame(invitation, nonce, chen);
    const second = await MirrorClient.dial(run.port);
    await second.next('challenge');
    second.send(heard);
    expect((await second.next('refused')).code).toBe('proof-wrong');
    first.send(heard);
    await first.next('waiting');
  });

  it('of another version of the protocol is refused by name', async () => {
    expect(await refusal(await run.invitation(), chen, { protocol: 2 })).toBe('protocol-version');
    const client = await MirrorClient.dial(run.port);
    await client.next('challenge');
    client.socket.send(JSON.stringify({ type: 'hello', protocol: 7, something: 'new' }));
    expect((await client.next('refused')).code).toBe('protocol-version');
  });
});

describe('somebody who was admitted', () => {
  it('comes back by their key alone, and goes on behind the last record they have', async () => {
    const first = await run.follow(chen);
    await first.hasRecord((await run.lines()).length - 1);
    const { head } = first;
    await first.close();
    const text = await run.invitation();
    const again = await MirrorClient.join(text, chen, { token: null, have: head });
    await again.next('welcome');
    await again.hasRecord(0);
    expect(again.seqs[0]).toBe(head.seq + 1);
    expect(run.host.view().invitation).not.toBeNull();
    await again.close();
  });

  it('comes back with the invitation they have used, and while the operator is still being asked', async () => {
    const text = await run.invitation();
    const first = await MirrorClient.join(text, chen);
    const { participant } = await first.next('waiting');
    await first.close();
    const again = await MirrorClient.join(text, chen);
    expect(await again.next('waiting')).toEqual({ type: 'waiting', participant });
  });

  it('is turned away when their history is not ours', async () => {
    const first = await run.follow(chen);
    await first.hasRecord(3);
    await first.close();
    const text = await run.invitation();
    expect(await refusal(text, chen, { have: { seq: 2, hash: 'ab'.repeat(32) } })).toBe('history-differs');
    expect(await refusal(text, chen, { have: { seq: 10_000, hash: 'ab'.repeat(32) } })).toBe('history-differs');
  });

  it('is one viewer, however often they connect, and was never gone', async () => {
    const first = await run.follow(chen);
    const second = await MirrorClient.join(await run.invitation(), chen);
    await second.next('welcome');
    expect(await first.closed).toBe(1000);
    expect(run.host.view().viewers).toHaveLength(1);
    expect(await run.records('participant-presence')).toEqual([]);
    await second.close();
  });

  it('and then dismissed gets a farewell, and is not let in again', async () => {
    const client = await run.follow(chen);
    await run.engine.submit({ type: 'dismiss', participant: 'p1', reason: 'wrong person' });
    expect((await client.next('bye')).reason).toBe('dismissed');
    expect(await refusal(await run.invitation(), chen, { token: null })).toBe('not-admitted');
  });

  it('and then dismissed is told so, also when their receipt crosses with it', async () => {
    // The host itself hears of it only at its next tick.
    const host = await hostOf({ subscribe: () => () => {} });
    const client = await MirrorClient.join(host.view().invitation?.text ?? '', chen);
    await run.engine.submit({ type: 'admit', participant: 'p1', role: 'checker' });
    await client.hasRecord(3);
    await run.engine.submit({ type: 'dismiss', participant: 'p1', reason: 'wrong person' });
    client.send({ type: 'receipt', receipt: receiptFor(run.parts.run.runId, client.head, chen, at) });
    expect((await client.next('bye')).reason).toBe('dismissed');
    await host.close('closed');
    expect(host.view().receipted).toBeNull();
    expect(await run.records('join-refused')).toEqual([]);
  });

  it('and leaves is answered before the connection ends, however long it takes and whatever else they say', async () => {
    const { submitFrom } = run.parts.run;
    const host = await hostOf({
      submitFrom: async (participant, intent) => {
        const answer = await submitFrom(participant, intent);
        await setTimeout(300);
        return answer;
      },
    });
    const client = await MirrorClient.join(host.view().invitation?.text ?? '', chen);
    await run.engine.submit({ type: 'admit', participant: 'p1', role: 'checker' });
    await client.hasRecord(3);
    const left = client.ask({ type: 'leave' });
    await expect.poll(() => run.parts.run.state().participants[0]?.standing).toBe('left');
    client.send({ type: 'receipt', receipt: receiptFor(run.parts.run.runId, client.head, chen, at) });
    expect(await left).toBeNull();
    expect((await client.next('bye')).reason).toBe('closed');
    expect(await run.records('participant-left')).toHaveLength(1);
    await host.close('closed');
  });
});

describe('who is turned away', () => {
  it('is written down once, and with the whole count when the mirror closes', async () => {
    const text = await run.invitation();
    for (let time = 0; time < 5; time += 1) await refusal(text, wang, { token: 'A'.repeat(43) });
    await refusal(text, wang, { nonce: 'AAAA' });
    const unproved = { code: 'proof-wrong', address: '127.0.0.1', name: null, publicKey: null, times: 1 };
    const { name, publicKey } = wang.person;
    const unknown = { code: 'token-unknown', address: '127.0.0.1', name, publicKey, times: 1 };
    expect(await refusals()).toEqual([unknown, unproved]);
    await run.host.seal();
    expect(await refusals()).toEqual([unknown, unproved, { ...unknown, times: 5 }]);
    expect(JSON.parse((await run.lines()).at(-1) ?? '').type).toBe('mirror-closed');
  });

  it('fills the journal with no more than a bounded number of lines, from however many addresses', async () => {
    const told: RunEvent[] = [];
    const book = new TurnedAwayBook(async (events) => void told.push(...events));
    for (let at = 0; at < 10_000; at += 1) {
      await book.add({ code: 'malformed', address: `2001:db8::${at.toString(16)}`, name: 'x', publicKey: null });
    }
    expect(told).toHaveLength(101);
    await book.sum();
    expect(told.at(-1)?.data).toEqual({ code: 'malformed', address: '*', name: null, publicKey: null, times: 9_900 });
    expect(told).toHaveLength(102);
  });

  it('is counted even while the disk refuses to write it down', async () => {
    const told: RunEvent[] = [];
    let full = true;
    const book = new TurnedAwayBook(async (events) => {
      if (full) throw new Error('disk full');
      told.push(...events);
    });
    await book.add({ code: 'malformed', address: '192.0.2.1', name: null, publicKey: null });
    full = false;
    await book.sum();
    expect(told.map(({ data }) => data)).toMatchObject([{ address: '192.0.2.1', times: 1 }]);
  });
});
