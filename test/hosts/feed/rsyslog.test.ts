import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type MadeCertificate, selfSigned } from '../../helpers/certificates.ts';
import { FeedRun, WatchedFeed } from '../../helpers/feed-kit.ts';
import { Rsyslog } from '../../helpers/rsyslog.ts';

/** The real rsyslog of Debian takes our messages apart; nothing of ours reads them. */

let folder: string;
let certificate: MadeCertificate;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-rsyslog-'));
  certificate = selfSigned(folder, 'logs.example.com');
});
let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const name = 'Li "Wei" ] = 伟';
const said = 'first "quoted" ] \\ 数据库\nsecond\u0000\u001b[31mred';

it.each(['plain', 'tls'] as const)('rsyslog understands every record (%s)', async (door) => {
  const data = await mkdtemp(join(folder, `${door}-data-`));
  const rsyslog = await Rsyslog.start(await mkdtemp(join(folder, `${door}-`)), certificate);
  const feed = new WatchedFeed(data, {
    syslog: {
      host: '127.0.0.1',
      port: rsyslog[door],
      tls: door === 'tls',
      ca: door === 'tls' ? certificate.file : null,
    },
    webhook: null,
  });
  closing.push(
    () => rsyslog.close(),
    () => feed.feed.close(),
  );
  await feed.until(() => true);
  const run = await FeedRun.begin(data, 1);
  await run.hold(name, said, feed.feed);
  await run.write(447, feed.feed);
  const received = await rsyslog.received(450);
  await run.close();
  type Line = { readonly at: string; readonly type: string; readonly hash: string; readonly actor: { name: string } };
  const journal = readFileSync(join(run.folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
  const lines = journal.map((line) => JSON.parse(line) as Line);
  expect(received.map(({ at, type, data: { 'countersign@32473': facts } }) => ({ at, type, ...facts }))).toEqual(
    lines.map(({ at, type, hash, actor }, seq) => ({
      ...{ at, type, hash, run: run.id, seq: String(seq), actor: actor.name, environment: 'test' },
      kind: expect.stringMatching(/^(?:app|operator)$/),
    })),
  );
  expect(received[2]).toMatchObject({
    ...{ priority: String(13 * 8 + 5), machine: 'desk', app: 'countersign', process: run.id, type: 'run-held' },
    data: { 'countersign@32473': { actor: name } },
    text: expect.stringContaining('first "quoted" ] \\\\ 数据库\\nsecond\\u0000\\u001b[31mred'),
  });
  await feed.until(({ places }) => places[0]?.behind === 0 && places[0].failure === null);
});
