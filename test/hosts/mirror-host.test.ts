import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFrame } from '../../electron/mirror/reception.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import { type GuestFrame, guestFrameSchema } from '../../shared/contract/mirror-protocol.ts';
import { dialTls, helloFrame, MirrorClient, readInvitation, receiptFor, somebody } from '../helpers/mirror-client.ts';
import { filler, MirroredTestRun } from '../helpers/mirror-run.ts';

let run: MirroredTestRun;
const open: { destroy(): void }[] = [];
beforeEach(async () => {
  run = await MirroredTestRun.create();
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await run.close();
});

const chen = somebody('Chen Jie');
const wang = somebody('Wang Fang');

/** The run goes on and whoever follows gets it. */
async function goesOn(viewer: MirrorClient): Promise<void> {
  await run.record(filler(1));
  const last = (await run.lines()).length - 1;
  await viewer.hasRecord(last);
  expect(viewer.lines[last]).toBe((await run.lines())[last]);
}

/** A TCP connection on which nothing is ever said. */
async function idleTcp(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: run.port, localAddress });
  open.push(socket);
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return socket;
}

/** Collects garbage, then counts what is left: heap and buffers, in bytes. Freed buffers may be counted a little longer. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Honest frames, to be spoilt. */
async function honestFrames(viewer: MirrorClient): Promise<readonly GuestFrame[]> {
  const { runId } = run.parts.run;
  const invitation = readInvitation(await run.invitation());
  const statement = 'ab'.repeat(32);
  const signed = { step: 'first', mode: 'after', statement, signature: 'A'.repeat(88) } as const;
  return [
    helloFrame(invitation, 'AAAA', chen),
    { type: 'heartbeat', awake: true },
    { type: 'resume', have: viewer.head },
    { type: 'fetch', path: 'checklist/release.yaml', offset: 0 },
    { type: 'receipt', receipt: receiptFor(runId, viewer.head, chen, '2026-11-21T06:00:00.000Z') },
    { type: 'intent', id: 1, intent: { type: 'countersign', ...signed } },
    { type: 'invite', invitation: 'countersign:1:abc' },
  ];
}

/** Frames with a few bytes changed, left out, doubled or put in. */
function spoilt(frames: readonly GuestFrame[]): fc.Arbitrary<string> {
  const edit = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom('drop', 'put', 'double'),
    fc.string(),
  );
  return fc.tuple(fc.constantFrom(...frames), fc.array(edit, { minLength: 1, maxLength: 4 })).map(([frame, edits]) => {
    let text = JSON.stringify(frame);
    for (const [place, how, put] of edits) {
      const at = Math.floor(place * text.length);
      if (how === 'drop') text = text.slice(0, at) + text.slice(at + 1 + put.length);
      if (how === 'put') text = text.slice(0, at) + put + text.slice(at);
      if (how === 'double') text = text.slice(0, at) + text.slice(at) + text.slice(at);
    }
    return text;
  });
}

describe('frames that do not fit', () => {
  it('never throw, and are taken only where the protocol knows them', async () => {
    const viewer = await run.follow(chen);
    await viewer.hasRecord(3);
    fc.assert(
      fc.property(spoilt(await honestFrames(viewer)), (text) => {
        const { frame } = readFrame(Buffer.from(text), false);
        if (frame !== null) expect(guestFrameSchema.safeParse(JSON.parse(text)).success).toBe(true);
      }),
      { numRuns: 10_000, seed: 20261121 },
    );
  });

  it('leave the host standing when ten thousand come over real connections, and are written down a few times', async () => {
    const viewer = await run.follow(chen);
    await viewer.hasRecord(3);
    const guest = await run.follow(wang, 'observer');
    const texts = fc.sample(spoilt(await honestFrames(viewer)), { numRuns: 10_000, seed: 20261121 });
    const text = await run.invitation();
    await guest.close();
    for (let from = 0; from < texts.length; from += 50) {
      // By turns before the hello and as somebody who was admitted.
      const stranger = (from / 50) % 2 === 0;
      const client = stranger
        ? await MirrorClient.dial(run.port)
        : await MirrorClient.join(text, wang, { token: null });
      await client.next(stranger ? 'challenge' : 'welcome');
      for (const one of texts.slice(from, from + 50)) if (!client.over) client.socket.send(one, () => {});
      client.socket.close();
      await client.closed;
    }
    await goesOn(viewer);
    const refusals = await run.records('join-refused');
    expect(new Set(refusals.map(({ data }) => `${data.code} ${data.address}`)).size).toBe(refusals.length);
    expect(refusals.map(({ data }) => data.code)).toContain('malformed');
    expect(refusals.every(({ data }) => data.times === 1)).toBe(true);
    await run.host.seal();
    const summed = (await run.records('join-refused')).slice(refusals.length);
    expect(summed.find(({ data }) => data.code === 'malformed')?.data.times).toBeGreaterThan(100);
    expect(viewer.over).toBe(false);
  });

  it('end the connection when they are too long, binary, of an unknown type or no WebSocket at all', async () => {
    const viewer = await run.follow(chen);
    const long = await MirrorClient.join(await run.invitation(), wang);
    long.socket.send('x'.repeat(limits.mirrorGuestFrame + 1));
    expect(await long.closed).toBe(1009);
    for (const data of [Buffer.from([1, 2, 3]), '{"type":"run-step","step":"first"}', '[]', 'null', '"', '']) {
      const client = await MirrorClient.dial(run.port);
      await client.next('challenge');
      client.socket.send(data);
      expect((await client.next('refused')).code).toBe('malformed');
      expect(await client.closed).toBe(1000);
    }
    const client = await MirrorClient.dial(run.port);
    await client.next('challenge');
    (client.socket as unknown as { _socket: Socket })._socket.write(Buffer.alloc(2_000, 0xff));
    expect(await client.closed).not.toBe(1000);
    await goesOn(viewer);
    const seen = (await run.records('join-refused')).map(({ data }) => data);
    expect(seen.map(({ code, times }) => `${code} ${times}`)).toEqual(['malformed 1']);
  });

  it('are not even read at another path, in plain HTTP, in an older TLS, or as noise', async () => {
    const viewer = await run.follow(chen);
    await expect((await MirrorClient.dial(run.port, '/')).next('challenge')).rejects.toThrow('closed');
    const spoken = async (socket: Socket, words: string | Buffer): Promise<string> => {
      open.push(socket);
      let heard = '';
      socket.on('error', () => {}).on('data', (data) => (heard += data.toString('latin1')));
      socket.write(words);
      await new Promise((resolve) => socket.once('close', resolve));
      return heard;
    };
    expect(await spoken(await dialTls(run.port), 'GET /journal.jsonl HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    expect(await spoken(await dialTls(run.port), Buffer.alloc(1_000, 7))).toBe('');
    expect(await spoken(connect(run.port, '127.0.0.1'), 'GET / HTTP/1.1\r\n\r\n')).not.toContain('HTTP');
    await spoken(connect(run.port, '127.0.0.1'), Buffer.alloc(1_000, 0x16));
    const old = connectTls({ host: '127.0.0.1', port: run.port, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
    const error = await new Promise<Error>((resolve) => old.once('error', resolve));
    expect(String(error)).toContain('version');
    await goesOn(viewer);
  });
});

describe('a viewer that stops reading', () => {
  it('waits in the file: nobody else is held up, memory stays bounded, and then it catches up', async () => {
    const reader = await run.follow(chen);
    const sleeper = await run.follow(wang, 'observer');
    const cause = 'x'.repeat(1_500);
    const event: RunEvent = {
      type: 'host-failed',
      data: { host: 'app1', failure: { code: 'local-error', params: {}, cause } },
    };
    await goesOn(reader);
    sleeper.socket.pause();
    const before = memory();
    const group = Array.from({ length: 500 }, () => event);
    let written = (await run.lines()).length - 1;
    for (let time = 0; time < 40; time += 1) {
      await run.record(group);
      written += group.length;
      await reader.hasRecord(written);
      reader.frames.length = 0;
      reader.lines.fill('');
      run.host.output({ attempt: 'a1', data: cause, skipped: 0 });
    }
    // What waits: a megabyte before the network, and what the states of run and socket hold. The journal has over 30.
    await expect.poll(() => memory() - before).toBeLessThan(12 * 1024 * 1024);
    expect(run.host.view().viewers.find(({ participant }) => participant === 'p2')?.behind).toBeGreaterThan(10_000);
    sleeper.socket.resume();
    await sleeper.hasRecord(written);
    expect(sleeper.lines).toEqual(await run.lines());
    expect(run.host.view().viewers.find(({ participant }) => participant === 'p2')?.behind).toBe(0);
  });
});

describe('strangers', () => {
  it('who open 200 connections and say nothing do not keep a guest out, nor hold the run up', async () => {
    const viewer = await run.follow(chen);
    const idle = await Promise.all(Array.from({ length: 200 }, () => idleTcp()));
    await goesOn(viewer);
    const guest = await MirrorClient.join(await run.invitation(), wang);
    await guest.next('waiting');
    expect(idle.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(limits.mirrorStrangers);
    await goesOn(viewer);
    const refusals = (await run.records('join-refused')).map(({ data }) => `${data.code} ${data.times}`);
    expect(refusals).toEqual(['too-many 1']);
  });

  it('who get as far as TLS 200 times and then say nothing do not either', async () => {
    const viewer = await run.follow(chen);
    for (let from = 0; from < 200; from += 20) {
      const some = await Promise.all(Array.from({ length: 20 }, () => dialTls(run.port)));
      for (const socket of some) open.push(socket.on('error', () => {}));
    }
    await goesOn(viewer);
    const guest = await MirrorClient.join(await run.invitation(), wang);
    await guest.next('waiting');
    await goesOn(viewer);
  });

  it('from one address do not push out a guest from another, even in the middle of the handshake', async () => {
    const text = await run.invitation();
    const client = await MirrorClient.dial(run.port);
    const { nonce } = await client.next('challenge');
    const idle = await Promise.all(Array.from({ length: 200 }, () => idleTcp('127.0.0.2')));
    const left = () => idle.filter(({ destroyed }) => !destroyed).length;
    await expect.poll(left).toBeLessThanOrEqual(limits.mirrorStrangers);
    client.send(helloFrame(readInvitation(text), nonce, wang));
    await client.next('waiting');
  });

  it('are let go when they do not say who they are in time', async () => {
    const tcp = await idleTcp();
    const client = await MirrorClient.dial(run.port);
    await client.next('challenge');
    const gone = new Promise((resolve) => tcp.once('close', resolve));
    await Promise.all([gone, client.closed]);
    await goesOn(await run.follow(chen));
    const refusals = (await run.records('join-refused')).map(({ data }) => data.code);
    expect(refusals).toEqual(['handshake-timeout']);
  });
});
