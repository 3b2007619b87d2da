import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CursorFile, cursorPath } from '../../../electron/feed/cursor-file.ts';
import type { Feed } from '../../../electron/feed/feed.ts';
import { type RecordLine, recordLine } from '../../../electron/feed/record-line.ts';
import { syslogPlace } from '../../../electron/feed/syslog-place.ts';
import type { FeedSettings } from '../../../shared/contract/ipc/feed.ts';
import { bundleForNode } from '../../helpers/bundle.ts';
import { selfSigned, signedBy } from '../../helpers/certificates.ts';
import { FeedRun, nowhere, WatchedFeed } from '../../helpers/feed-kit.ts';
import { type ReceivedMessage, SyslogReceiver } from '../../helpers/syslog-receiver.ts';
import { startWeb } from '../../helpers/web-server.ts';

/** Other processes' records are looked for more often than in the app, so that nobody waits for it. */
vi.mock(import('../../../shared/contract/limits.ts'), async (original) => {
  const { limits } = await original();
  return { limits: { ...limits, feedLookMs: 300 as 5_000, feedSettleMs: 200 as 2_000 } };
});

let data: string;
let closing: (() => Promise<unknown>)[] = [];
const afterwards = (close: () => Promise<unknown>): void => void closing.push(close);

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'countersign-feed-'));
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
  await rm(data, { recursive: true, force: true });
});

function feeding(settings: FeedSettings): WatchedFeed {
  const feed = new WatchedFeed(data, settings);
  afterwards(() => feed.feed.close());
  return feed;
}
async function receiving(...given: Parameters<typeof SyslogReceiver.start>): Promise<SyslogReceiver> {
  const receiver = await SyslogReceiver.start(...given);
  afterwards(() => receiver.close());
  return receiver;
}
async function running(number: number): Promise<FeedRun> {
  const run = await FeedRun.begin(data, number);
  afterwards(() => run.close());
  return run;
}
const syslogTo = (port: number, tls = false, ca: string | null = null): FeedSettings => ({
  syslog: { host: '127.0.0.1', port, tls, ca },
  webhook: null,
});
const hookTo = (port: number): FeedSettings => ({
  syslog: null,
  webhook: { url: `http://127.0.0.1:${port}/in?k=hush`, header: null },
});
const linesOf = (run: FeedRun): string[] =>
  readFileSync(join(run.folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
const lineOf = (line: string): RecordLine => {
  const read = recordLine(Buffer.from(line));
  if (read === null) throw new Error(`No record: ${line}`);
  return read;
};
const seqs = (messages: readonly ReceivedMessage[]): number[] => messages.map(({ params }) => Number(params['seq']));
const upTo = (count: number, from = 0): number[] => Array.from({ length: count - from }, (_, at) => at + from);

describe('to syslog', () => {
  it('every record of a new run arrives once and in order, with what a machine needs to know', async () => {
    const receiver = await receiving();
    const feed = feeding(syslogTo(receiver.port));
    await feed.until(() => true);
    const run = await running(1);
    await run.write(5, feed.feed, 'line one\nline two');
    await receiver.until(() => receiver.messages.length === 7);
    expect(seqs(receiver.messages)).toEqual(upTo(7));
    const hashes = linesOf(run).map((line) => (JSON.parse(line) as { hash: string }).hash);
    expect(receiver.messages.map(({ params }) => params['hash'])).toEqual(hashes);
    expect(receiver.messages[6]).toMatchObject({
      ...{ priority: 13 * 8 + 4, machine: 'desk', app: 'countersign', process: run.id, type: 'host-lost' },
      params: { run: run.id, environment: 'test', actor: 'Countersign', kind: 'app', type: 'host-lost' },
      text: 'The connection to host app1 was lost: link-lost.',
    });
    expect(receiver.faults).toEqual([]);
    const view = await feed.until(({ places }) => places[0]?.behind === 0 && places[0].lastSentAt !== null);
    expect(view.places[0]).toMatchObject({ kind: 'syslog', failure: null });
  });

  it('old history is not sent, what is added to it is; a run that another process writes is found', async () => {
    const receiver = await receiving();
    const old = await running(1);
    await old.write(20, null);
    const feed = feeding(syslogTo(receiver.port));
    await feed.until(() => true);
    const fresh = await running(2);
    await old.write(1, null);
    await receiver.until(() => receiver.messages.length === 3);
    const of = (run: FeedRun) => seqs(receiver.messages.filter(({ params }) => params['run'] === run.id));
    expect(of(old)).toEqual([22]);
    expect(of(fresh)).toEqual([0, 1]);
  });

  it.each(['cut', 'close-at-once'] as const)(
    'a receiver that does not read to the end (%s) has not taken anything, and gets all of it later',
    async (behaviour) => {
      const receiver = await receiving();
      receiver.behaviour = behaviour;
      const feed = feeding(syslogTo(receiver.port));
      await feed.until(() => true);
      const run = await running(1);
      await run.write(3, feed.feed);
      const down = await feed.until(({ places }) => places[0]?.failure != null);
      expect(down.places[0]?.failure?.code).toBe('http-broken');
      expect(down.places[0]?.lastSentAt).toBeNull();
      receiver.behaviour = 'take';
      await receiver.until(() => receiver.messages.length >= 5);
      expect(seqs(receiver.messages)).toEqual(upTo(5));
    },
  );

  it('a receiver that never ends has not taken anything when the time is up, and takes it all the next time', async () => {
    const receiver = await receiving();
    receiver.behaviour = 'never-end';
    const run = await running(1);
    await run.write(3, null);
    const parcel = { run: run.id, environment: 'test', lines: linesOf(run).map(lineOf) };
    const settings = { host: '127.0.0.1', port: receiver.port, tls: false, ca: null };
    const { signal } = new AbortController();
    expect(await syslogPlace(settings, 'desk', 400).send(parcel, signal)).toMatchObject({
      code: 'feed-unconfirmed',
      params: { seconds: '1' },
    });
    expect(receiver.connections).toBe(1);
    receiver.behaviour = 'take';
    expect(await syslogPlace(settings, 'desk').send(parcel, signal)).toBeNull();
    expect(seqs(receiver.messages)).toEqual(upTo(5));
  });

  it('lets go at once of a receiver that never ends when the app closes', async () => {
    const receiver = await receiving();
    receiver.behaviour = 'never-end';
    const over = new AbortController();
    const place = syslogPlace({ host: '127.0.0.1', port: receiver.port, tls: false, ca: null }, 'desk', 3_600_000);
    const answer = place.test('2026-11-21T11:40:00.123Z', over.signal);
    await receiver.until(() => receiver.connections === 1);
    over.abort();
    expect(await answer).toMatchObject({ code: 'http-broken' });
  });

  it('speaks TLS to whom the given authority vouches for, and to nobody else', async () => {
    const authority = selfSigned(data, 'ca.example.com');
    const receiver = await receiving(signedBy(authority, data, 'logs.example.com'));
    const feed = feeding(syslogTo(receiver.port, true));
    await feed.until(() => true);
    const run = await running(1);
    await run.write(1, feed.feed);
    const refused = await feed.until(({ places }) => places[0]?.failure != null);
    expect(refused.places[0]?.failure?.code).toBe('certificate-untrusted');
    expect(receiver.messages).toEqual([]);
    await feed.feed.use(syslogTo(receiver.port, true, join(data, 'nothing.pem')));
    const unreadable = await feed.until(({ places }) => places[0]?.failure?.code === 'http-ca-unreadable');
    expect(unreadable.places[0]?.behind).toBe(3);
    await feed.feed.use(syslogTo(receiver.port, true, authority.file));
    await receiver.until(() => receiver.messages.length === 3);
    expect(seqs(receiver.messages)).toEqual(upTo(3));
  });

  it('refuses a receiver whose certificate was replaced until its authority stands in the file, and then goes on', async () => {
    const [old, fresh] = [selfSigned(data, 'old.example.com'), selfSigned(data, 'fresh.example.com')];
    const file = join(data, 'authority.pem');
    await writeFile(file, old.cert);
    const receiver = await receiving(signedBy(old, data, 'logs.example.com'));
    const feed = feeding(syslogTo(receiver.port, true, file));
    await feed.until(() => true);
    const run = await running(1);
    await run.write(1, feed.feed);
    await feed.until(({ places }) => places[0]?.behind === 0 && places[0].lastSentAt !== null);
    for (const [certificate, code] of [
      [signedBy(fresh, data, 'logs.example.com'), 'certificate-untrusted'],
      [signedBy(old, data, 'logs.example.com', -1), 'certificate-expired'],
    ] as const) {
      receiver.rotate(certificate);
      await run.write(1, feed.feed);
      await feed.until(({ places }) => places[0]?.failure?.code === code);
    }
    expect(seqs(receiver.messages)).toEqual(upTo(3));
    await writeFile(file, fresh.cert);
    receiver.rotate(signedBy(fresh, data, 'logs.example.com'));
    await receiver.until(() => receiver.messages.length >= 5);
    expect(seqs(receiver.messages)).toEqual(upTo(5));
  });

  it('says how a test message went, without moving on in the records', async () => {
    const receiver = await receiving();
    const feed = feeding(syslogTo(receiver.port));
    expect((await feed.feed.test()).places[0]?.tested).toMatchObject({ failure: null });
    expect(receiver.messages.map(({ type }) => type)).toEqual(['test']);
    await feed.feed.use(syslogTo(1));
    expect((await feed.feed.test()).places[0]?.tested?.failure?.code).toBe('http-refused');
  });
});

describe('to a webhook', () => {
  it('records are posted as they stand in the journal, again until the answer is whole and 2xx', async () => {
    const answers = ['500', '302', 'cut', '204'];
    const web = await startWeb((_, response) => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === 'cut') {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('half');
        setImmediate(() => response.destroy());
      } else response.writeHead(Number(answer), { Location: 'http://127.0.0.1:1/' }).end('x'.repeat(100_000));
    });
    afterwards(() => web.close());
    const run = await running(1);
    const feed = feeding(hookTo(web.port));
    await feed.until(() => true);
    await run.write(3, feed.feed);
    const failed = await feed.until(({ places }) => places[0]?.failure != null);
    expect(failed.places[0]?.failure?.code).toMatch(/^feed-(answer|redirect)$|^http-broken$/);
    expect(JSON.stringify(failed.places)).not.toContain('hush');
    await feed.until(({ places }) => places[0]?.behind === 0);
    expect(web.seen).toHaveLength(4);
    expect(new Set(web.seen.map(({ body }) => body)).size).toBe(1);
    expect(new Set(web.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(web.seen[3]?.body).toBe(
      linesOf(run)
        .slice(2)
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect(web.seen[3]?.headers).toMatchObject({ 'countersign-run': run.id, 'countersign-first': '2' });
    expect(web.seen[3]?.headers['countersign-last']).toBe('4');
  });

  it('an outage costs nothing: what was recorded meanwhile comes in order, in bounded batches', async () => {
    let down = true;
    const web = await startWeb((_, response) => void (down ? response.destroy() : response.writeHead(200).end()));
    afterwards(() => web.close());
    const feed = feeding(hookTo(web.port));
    await feed.until(() => true);
    const run = await running(1);
    await run.writeAtOnce(600);
    feed.feed.recorded(run.id, 601);
    const behind = await feed.until(({ places }) => places[0]?.behind === 602 && places[0].failure !== null);
    expect(behind.places[0]?.failure?.code).toBe('http-broken');
    const before = web.seen.length;
    down = false;
    await feed.until(({ places }) => places[0]?.behind === 0);
    const taken = web.seen.slice(before).filter(({ body }) => body !== '');
    expect(new Set(taken.map(({ body }) => body)).size).toBe(4);
    expect([...new Set(taken.map(({ body }) => body))].join('')).toBe(
      readFileSync(join(run.folder, 'journal.jsonl'), 'utf8'),
    );
  });

  it('goes on after a restart where it stood, and forgets runs that were archived', async () => {
    const web = await startWeb((_, response) => void response.writeHead(200).end());
    afterwards(() => web.close());
    const first = new WatchedFeed(data, hookTo(web.port));
    await first.until(() => true);
    const [run, gone] = [await running(1), await FeedRun.begin(data, 2)];
    await run.write(2, first.feed);
    await gone.write(2, first.feed);
    await gone.close();
    await first.until(({ places }) => places[0]?.behind === 0 && web.seen.length >= 2);
    await first.feed.close();
    await run.write(1, null);
    await rename(gone.folder, join(data, 'elsewhere'));
    const asked = web.seen.length;
    const second = feeding(hookTo(web.port));
    await second.until(({ places }) => places[0]?.behind === 0 && web.seen.length > asked);
    expect(web.seen.slice(asked).map(({ body }) => body)).toEqual([`${linesOf(run).at(-1)}\n`]);
    await second.feed.close();
    expect(Object.keys(CursorFile.open(data).of('webhook')?.runs ?? {})).toEqual([run.id]);
  });

  it('a journal that was put back or changed is not sent, the others are', async () => {
    const web = await startWeb((_, response) => void response.writeHead(200).end());
    afterwards(() => web.close());
    const feed = feeding(hookTo(web.port));
    await feed.until(() => true);
    const [run, other] = [await running(1), await running(2)];
    await run.write(4, feed.feed);
    await feed.until(({ places }) => places[0]?.behind === 0 && web.seen.length > 0);
    const file = join(run.folder, 'journal.jsonl');
    const lines = linesOf(run);
    const later = { ...JSON.parse(lines.at(-1) ?? '{}'), seq: 6, prev: '0'.repeat(64) };
    await writeFile(file, `${[...lines, JSON.stringify(later)].join('\n')}\n`);
    feed.feed.recorded(run.id, 6);
    const told = await feed.until(({ places }) => places[0]?.failure?.code === 'feed-run-changed');
    expect(told.places[0]?.failure?.params).toEqual({ run: run.id, seq: '5' });
    await other.write(1, feed.feed);
    await feed.until(() => web.seen.some(({ body }) => body.includes(linesOf(other).at(-1) ?? '?')));
    expect(web.seen.every(({ body }) => !body.includes('"seq":6'))).toBe(true);
  });
});

describe('whatever happens to the sender', () => {
  it('killed in the middle again and again it goes on where it stood; nothing is lost, what comes twice is the same', async () => {
    const child = await bundleForNode(join(import.meta.dirname, 'feed-child.ts'), resolve('out/feed-child'));
    const receiver = await receiving();
    const setUp = new WatchedFeed(data, syslogTo(receiver.port));
    await setUp.until(() => true);
    await setUp.feed.close();
    const run = await running(1);
    await run.writeAtOnce(450);
    // As if nobody had written for long: the child need not wait whether it stays.
    await utimes(join(run.folder, 'journal.jsonl'), 0, 0);
    const stood = (): number => CursorFile.open(data).of('syslog')?.runs[run.id]?.next ?? 0;
    const killed = async (when: () => boolean): Promise<void> => {
      const [from, before] = [receiver.messages.length, stood()];
      const sender = spawn('node', [child, data, JSON.stringify(syslogTo(receiver.port))], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const over = once(sender, 'exit').then((how) => `over: ${how.join(' ')}`);
      expect(await Promise.race([receiver.until(when).then(() => 'now'), over])).toBe('now');
      sender.kill('SIGKILL');
      expect(await over).toBe('over:  SIGKILL');
      if (receiver.behaviour === 'stall') receiver.drop();
      await receiver.until(() => receiver.open === 0);
      if (receiver.messages.length > from) expect(seqs(receiver.messages)[from]).toBe(before);
    };
    // On its way, and nobody has read it.
    receiver.behaviour = 'stall';
    await killed(() => receiver.open === 1);
    expect([receiver.messages.length, stood()]).toEqual([0, 0]);
    // Taken; whether that is on the disk is a matter of microseconds.
    receiver.behaviour = 'take';
    await killed(() => receiver.messages.length > 0);
    await killed(() => Math.max(...seqs(receiver.messages)) >= 300);
    const [from, before] = [receiver.messages.length, stood()];
    expect(before).toBeGreaterThan(0);
    const last = feeding(syslogTo(receiver.port));
    await last.until(({ places }) => places[0]?.behind === 0);
    expect(seqs(receiver.messages)[from] ?? before).toBe(before);
    const known = new Map<number, string>();
    for (const { params, raw } of receiver.messages) {
      expect(known.get(Number(params['seq'])) ?? raw).toBe(raw);
      known.set(Number(params['seq']), raw);
    }
    expect([...known.keys()]).toEqual(upTo(run.count));
    // A sender that was killed while it wrote leaves half a message behind, and nothing worse.
    expect(receiver.faults.map(String).filter((fault) => !fault.includes('ended within a message'))).toEqual([]);
  });

  it('whom nobody listens to, 10,000 records long, does not hold up the run that writes them', async () => {
    const receiver = await receiving();
    receiver.behaviour = 'stall';
    const web = await startWeb(() => {});
    afterwards(() => web.close());
    /** Milliseconds of work for each of 100 durable appends; to wait for the feed as well would outlast the test. */
    const flooded = async (run: FeedRun, feed: Feed | null): Promise<readonly number[]> => {
      const took: number[] = [];
      for (let done = 0; done < 100; done += 1) {
        const began = process.cpuUsage();
        await run.writeAtOnce(100);
        for (let seq = run.count - 100; seq < run.count; seq += 1) feed?.recorded(run.id, seq);
        const { user, system } = process.cpuUsage(began);
        took.push((user + system) / 1_000);
      }
      return took.sort((one, other) => one - other);
    };
    const alone = await flooded(await running(1), null);
    const feed = feeding({ ...hookTo(web.port), syslog: syslogTo(receiver.port).syslog });
    await feed.until(() => true);
    const run = await running(2);
    await run.writeAtOnce(1);
    feed.feed.recorded(run.id, 2);
    await receiver.until(() => receiver.open === 1);
    const heard = await flooded(run, feed.feed);
    expect(heard[50] ?? 0).toBeLessThan((alone[50] ?? 0) * 2 + 2);
    expect(heard[90] ?? 0).toBeLessThan((alone[90] ?? 0) * 2 + 5);
    const view = await feed.feed.view();
    expect(view.places.map(({ behind, lastSentAt }) => [behind, lastSentAt])).toEqual([
      [10_003, null],
      [10_003, null],
    ]);
    expect([receiver.connections, web.seen.length]).toEqual([1, 1]);
  });

  it('a cursor that cannot be read is put aside and said; only what comes from then on is sent', async () => {
    const receiver = await receiving();
    const run = await running(1);
    await writeFile(cursorPath(data), '{"syslog":');
    const feed = feeding(syslogTo(receiver.port));
    const view = await feed.until(() => true);
    expect(view.places[0]?.failure?.code).toBe('feed-cursor-damaged');
    expect(readFileSync(`${cursorPath(data)}.broken`, 'utf8')).toBe('{"syslog":');
    await run.write(1, feed.feed);
    await receiver.until(() => receiver.messages.length > 0);
    expect(seqs(receiver.messages)).toEqual([2]);
  });

  it('a place that was taken away and set up again begins anew', async () => {
    const receiver = await receiving();
    const feed = feeding(syslogTo(receiver.port));
    await feed.until(() => true);
    await feed.feed.use(nowhere);
    const run = await running(1);
    await feed.feed.use(syslogTo(receiver.port));
    await run.write(1, feed.feed);
    await receiver.until(() => receiver.messages.length > 0);
    expect(seqs(receiver.messages)).toEqual([2]);
  });

  const canMount = process.platform === 'linux' && process.getuid?.() === 0;
  it.skipIf(!canMount)('a full disk stops the sending, not the other way round, until there is room', async () => {
    const disk = join(data, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    afterwards(async () => execFileSync('umount', [disk]));
    const here = data;
    data = disk;
    try {
      const receiver = await receiving();
      const feed = feeding(syslogTo(receiver.port));
      await feed.until(() => true);
      const run = await running(1);
      await run.write(1, null);
      const balast = join(disk, 'balast');
      await writeFile(balast, Buffer.alloc(1024 * 1024)).catch(() => {});
      feed.feed.recorded(run.id, 2);
      const full = await feed.until(({ places }) => places[0]?.failure?.code === 'feed-cursor-unwritable');
      expect(full.places[0]?.failure?.params).toEqual({ path: cursorPath(disk) });
      expect(seqs(receiver.messages)).toEqual(upTo(3));
      await rm(balast);
      await run.write(1, feed.feed);
      await receiver.until(() => receiver.messages.length === 4);
      expect(seqs(receiver.messages)).toEqual(upTo(4));
      await feed.until(({ places }) => places[0]?.failure === null && places[0].behind === 0);
      await run.close();
      await feed.feed.close();
      expect(CursorFile.open(disk).of('syslog')?.runs[run.id]?.next).toBe(4);
    } finally {
      data = here;
    }
  });
});
