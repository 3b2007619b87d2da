import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSettings, type SettingsKeeper } from '../../../electron/app/settings.ts';
import type { Vault } from '../../../electron/engine/identity/vault.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { cursorPath } from '../../../electron/feed/cursor-file.ts';
import { HeaderSecret } from '../../../electron/feed/header-secret.ts';
import { webhookPlace } from '../../../electron/feed/webhook-place.ts';
import { feedHandlers } from '../../../electron/ipc/handlers/feed.ts';
import type { FeedSettings } from '../../../shared/contract/ipc/feed.ts';
import { selfSigned } from '../../helpers/certificates.ts';
import { FeedRun, nowhere, WatchedFeed } from '../../helpers/feed-kit.ts';
import { startWeb, type WebServer } from '../../helpers/web-server.ts';

let data: string;
let closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'countersign-webhook-'));
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
  await rm(data, { recursive: true, force: true });
});

const secret = 'Bearer hush-7f3a9c';
const at = '2026-11-21T11:40:00.123Z';
const { signal } = new AbortController();
/** A keyring that can be locked; what it seals does not show what it was. */
class Keyring implements Vault {
  locked = false;
  seal(bytes: Buffer): string {
    return Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString('base64');
  }
  open(sealed: string): Buffer {
    if (this.locked) throw new Error('The keyring is locked.');
    return Buffer.from(Buffer.from(sealed, 'base64').map((byte) => byte ^ 0x5a));
  }
}
async function web(...given: Parameters<typeof startWeb>): Promise<WebServer> {
  const server = await startWeb(...given);
  closing.push(() => server.close());
  return server;
}
function feeding(settings: FeedSettings, vault: Vault | null): WatchedFeed {
  const feed = new WatchedFeed(data, settings, vault);
  closing.push(() => feed.feed.close());
  return feed;
}
const hookTo = (port: number, header: string | null = 'Authorization', host = '127.0.0.1'): FeedSettings => ({
  syslog: null,
  webhook: { url: `http://${host}:${port}/in`, header },
});
/** Settings as the app keeps them: every write is a file in the data folder. */
const settingsHere = (): SettingsKeeper =>
  createSettings(
    { read: () => ({}), write: (kept) => writeFileSync(join(data, 'settings.json'), JSON.stringify(kept)) },
    () => {},
  );
/** Everything that lies in the data folder, byte by byte. */
const onDisk = (): string =>
  readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

it('a header tells the webhook who we are, and its value lies nowhere in clear', async () => {
  const hook = await web((_, response) => void response.writeHead(204).end());
  const keyring = new Keyring();
  const first = feeding(nowhere, keyring);
  const [settings, run] = [settingsHere(), await FeedRun.begin(data, 1)];
  closing.push(() => run.close());
  const handlers = feedHandlers(first.feed, settings);
  const wanted = hookTo(hook.port);
  expect(await handlers['feed:set']({ settings: wanted, secret })).toMatchObject({
    ...{ ok: true, value: { settings: wanted, secret: { keyring: true, kept: true } } },
  });
  expect(settings.get().feed).toEqual(wanted);
  await run.write(1, first.feed);
  await first.until(({ places }) => places[0]?.behind === 0 && hook.seen.length > 0);
  expect(hook.seen.map(({ headers }) => headers.authorization)).toEqual([secret]);
  await first.feed.close();
  expect(onDisk()).toContain('"header":"Authorization"');
  for (const form of [secret, 'hush-7f3a9c', Buffer.from(secret).toString('base64')]) {
    expect(onDisk()).not.toContain(form);
  }
  const again = feeding(wanted, keyring);
  expect((await again.feed.test()).places[0]?.tested?.failure).toBeNull();
  expect(hook.seen.at(-1)?.headers.authorization).toBe(secret);
  await again.feed.use(nowhere);
  expect(readdirSync(data)).not.toContain('feed-secret.json');
});

it('what was entered for one server is not told to another, nor said again where it is echoed', async () => {
  const mine = await web(({ headers }, response) => void response.writeHead(401).end(`no ${headers.authorization}`));
  const other = await web((_, response) => void response.writeHead(204).end());
  const feed = feeding(nowhere, new Keyring());
  expect(await feed.feed.use(hookTo(mine.port), secret)).toBeNull();
  const { places } = await feed.feed.test();
  expect(places[0]?.tested?.failure).toMatchObject({ code: 'feed-refused', params: { status: '401' } });
  expect(mine.seen[0]?.headers.authorization).toBe(secret);
  expect(JSON.stringify(places)).not.toContain('hush');
  expect(await feed.feed.use(hookTo(other.port))).toMatchObject({ code: 'feed-secret-missing' });
  expect(await feed.feed.use(hookTo(mine.port, 'X-Key'))).toMatchObject({ code: 'feed-secret-missing' });
  expect((await feed.feed.view()).settings).toEqual(hookTo(mine.port));
  expect(await feed.feed.use(hookTo(other.port, null))).toBeNull();
  await feed.feed.test();
  expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  expect(await feed.feed.use(hookTo(mine.port))).toMatchObject({ code: 'feed-secret-missing' });
});

it('without a keyring no value is kept; a locked one is asked again until it opens', async () => {
  const hook = await web((_, response) => void response.writeHead(204).end());
  const bare = feeding(nowhere, null);
  expect(await bare.feed.use(hookTo(hook.port), secret)).toMatchObject({ code: 'feed-secret-keyring' });
  expect(await bare.feed.view()).toMatchObject({ settings: nowhere, secret: { keyring: false, kept: false } });
  expect(onDisk()).not.toContain('hush');
  const keyring = new Keyring();
  const sealing = new HeaderSecret(data, keyring);
  expect(await sealing.prepare(hookTo(hook.port).webhook, secret)).toBeNull();
  await sealing.settle(hookTo(hook.port).webhook);
  keyring.locked = true;
  const feed = feeding(hookTo(hook.port), keyring);
  const run = await FeedRun.begin(data, 1);
  closing.push(() => run.close());
  await feed.until(() => true);
  await run.write(1, feed.feed);
  const locked = await feed.until(({ places }) => places[0]?.failure != null);
  expect(locked.places[0]?.failure?.code).toBe('feed-secret-keyring');
  expect(hook.seen).toEqual([]);
  keyring.locked = false;
  await feed.until(({ places }) => places[0]?.behind === 0 && places[0].failure === null);
  expect(hook.seen[0]?.headers.authorization).toBe(secret);
});

it('says what is wrong with an answer: refused, broken there, elsewhere, too slow, of an unknown certificate', async () => {
  const elsewhere = await web((_, response) => void response.writeHead(204).end());
  let status = 200;
  const hook = await web((_, response) => {
    if (status !== 0) response.writeHead(status, { Location: `http://127.0.0.1:${elsewhere.port}/` }).end('{}');
  });
  const place = (patienceMs?: number) =>
    webhookPlace(
      { url: `http://127.0.0.1:${hook.port}/in`, header: null },
      new HeaderSecret(data, null),
      systemClock,
      patienceMs,
    );
  const said: Record<number, string | null> = {};
  for (status of [200, 204, 302, 308, 400, 401, 404, 408, 413, 429, 500, 503, 0]) {
    said[status] = (await place(status === 0 ? 300 : undefined).test(at, signal))?.code ?? null;
  }
  expect(said).toEqual({
    ...{ 0: 'http-silent', 200: null, 204: null, 302: 'feed-redirect', 308: 'feed-redirect' },
    ...{ 400: 'feed-refused', 401: 'feed-refused', 404: 'feed-refused', 413: 'feed-refused' },
    ...{ 408: 'feed-answer', 429: 'feed-answer', 500: 'feed-answer', 503: 'feed-answer' },
  });
  expect(elsewhere.seen).toEqual([]);
  const secure = await web((_, response) => void response.writeHead(204).end(), selfSigned(data, 'hook.example.com'));
  const distrusted = webhookPlace(
    { url: `https://127.0.0.1:${secure.port}/in`, header: null },
    new HeaderSecret(data, null),
    systemClock,
  );
  expect(await distrusted.test(at, signal)).toMatchObject({ code: 'certificate-self-signed' });
  expect(secure.seen).toEqual([]);
});

it('a change that cannot be kept changes nothing: the place goes on where it stood', async () => {
  const hook = await web((_, response) => void response.writeHead(204).end());
  const run = await FeedRun.begin(data, 1);
  closing.push(() => run.close());
  const settings = settingsHere();
  const feed = feeding(hookTo(hook.port, null), null);
  await feed.until(() => true);
  await run.write(1, feed.feed);
  await feed.until(({ places }) => places[0]?.behind === 0 && hook.seen.length === 1);
  rmSync(cursorPath(data));
  mkdirSync(join(cursorPath(data), 'in-the-way'), { recursive: true });
  const refused = await feedHandlers(feed.feed, settings)['feed:set']({ settings: nowhere, secret: null });
  expect(refused).toMatchObject({ ok: false, failure: { code: 'feed-cursor-unwritable' } });
  expect(settings.get().feed).toBeUndefined();
  rmSync(cursorPath(data), { recursive: true });
  await run.write(1, feed.feed);
  await feed.until(({ places }) => places[0]?.behind === 0 && hook.seen.length === 2);
  expect(hook.seen.map(({ headers }) => headers['countersign-first'])).toEqual(['2', '3']);
});

/** What a disk refuses while it has this many pages of room left: of the feed's two files the cursors need two. */
const fullDisks = [
  { what: 'a header that is no longer wanted', pages: 0, header: null, entered: null },
  { what: 'another value for the header', pages: 1, header: 'Authorization', entered: 'Bearer other-9c3f7a' },
  { what: 'another header with its value', pages: 1, header: 'X-Key', entered: 'other-9c3f7a' },
] as const;

it.each(fullDisks)('a full disk that refuses $what leaves the old value told, also after a restart', async (change) => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'countersign-test', data]);
  closing.push(async () => void execFileSync('umount', [data]));
  const hook = await web((_, response) => void response.writeHead(204).end());
  const [keyring, settings, old] = [new Keyring(), settingsHere(), hookTo(hook.port)];
  for (let number = 0; number < 40; number += 1) await (await FeedRun.begin(data, number)).close();
  const first = feeding(nowhere, keyring);
  const { 'feed:set': set } = feedHandlers(first.feed, settings);
  expect(await set({ settings: old, secret })).toMatchObject({ ok: true });
  const before = readdirSync(data);
  const filler = join(data, 'filler');
  const fill = (): void => {
    for (;;) appendFileSync(filler, Buffer.alloc(4_096));
  };
  expect(fill).toThrow('ENOSPC');
  truncateSync(filler, statSync(filler).size - change.pages * 4_096);

  const webhook = { url: `http://127.0.0.1:${hook.port}/in`, header: change.header };
  const syslog = { host: '127.0.0.1', port: 1, tls: false, ca: null };
  const refused = await set({ settings: { syslog, webhook }, secret: change.entered });
  expect(refused).toMatchObject({ ok: false, failure: { code: 'feed-cursor-unwritable' } });
  expect(settings.get().feed).toEqual(old);
  expect(await first.feed.test()).toMatchObject({ settings: old, secret: { kept: true } });
  await first.feed.close();
  const again = feeding(old, keyring);
  expect((await again.feed.test()).places[0]?.tested?.failure).toBeNull();
  expect(hook.seen.map(({ headers }) => headers.authorization)).toEqual([secret, secret]);
  expect(readdirSync(data)).toEqual([...before, 'filler'].toSorted());

  rmSync(filler);
  expect(await again.feed.use({ syslog, webhook }, change.entered)).toBeNull();
  await again.feed.test();
  expect(hook.seen.at(-1)?.headers[(change.header ?? 'Authorization').toLowerCase()]).toBe(change.entered ?? undefined);
});

it('a change that was cut off is as if it had not been, or is whole: one value lies there after the next start', async () => {
  const hook = await web((_, response) => void response.writeHead(204).end());
  const [keyring, old, wanted] = [new Keyring(), hookTo(hook.port), hookTo(hook.port, 'X-Key')];
  const first = feeding(nowhere, keyring);
  expect(await first.feed.use(old, secret)).toBeNull();
  await first.feed.close();
  const told = async (settings: FeedSettings, name: string): Promise<unknown> => {
    const { feed } = feeding(settings, keyring);
    expect((await feed.test()).places[0]?.tested?.failure).toBeNull();
    await feed.close();
    expect(readdirSync(data).filter((file) => file.startsWith('feed-secret'))).toEqual(['feed-secret.json']);
    return hook.seen.at(-1)?.headers[name];
  };
  const cutOff = async (): Promise<unknown> => {
    const dying = new HeaderSecret(data, keyring);
    await dying.settle(old.webhook);
    return dying.prepare(wanted.webhook, 'other-9c3f7a');
  };
  expect(await cutOff()).toBeNull();
  expect(await told(old, 'authorization')).toBe(secret);
  expect(await cutOff()).toBeNull();
  expect(await told(wanted, 'x-key')).toBe('other-9c3f7a');
});
