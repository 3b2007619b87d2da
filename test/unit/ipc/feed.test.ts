import { mkdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSettings, repairSettings } from '../../../electron/app/settings.ts';
import { CursorFile } from '../../../electron/feed/cursor-file.ts';
import { feedHandlers, noFeed } from '../../../electron/ipc/handlers/feed.ts';
import { hearRecords } from '../../../electron/ipc/push.ts';
import type { Settings } from '../../../shared/contract/ipc/settings.ts';
import { requestSchemas } from '../../../shared/contract/ipc.ts';
import { WatchedFeed } from '../../helpers/feed-kit.ts';
import { tempFolder } from '../../helpers/sshd.ts';

let data: string;
let feed: WatchedFeed;
beforeEach(() => {
  data = tempFolder('feed-ipc');
  feed = new WatchedFeed(data, noFeed);
});
afterEach(async () => {
  await feed.feed.close();
  rmSync(data, { recursive: true, force: true });
});

const syslog = { host: '127.0.0.1', port: 1, tls: false, ca: null };

function setUp(found: unknown = {}, write: (settings: Settings) => void = () => {}) {
  const settings = createSettings({ read: () => found, write }, () => {});
  return { settings, handlers: feedHandlers(feed.feed, settings) };
}

describe('the requests of the feed', () => {
  it('say that records go nowhere while the settings name no place', async () => {
    const { settings, handlers } = setUp();
    expect(settings.get().feed ?? noFeed).toEqual({ syslog: null, webhook: null });
    expect(await handlers['feed:get']({})).toEqual({
      ...{ settings: noFeed, places: [], secret: { keyring: false, kept: false } },
    });
    expect(await handlers['feed:test']({})).toMatchObject({ places: [] });
  });

  it('keep a place in the settings once it is set up, and say at once how a test goes', async () => {
    const { settings, handlers } = setUp();
    const wanted = { syslog, webhook: null };
    expect(await handlers['feed:set']({ settings: wanted, secret: null })).toMatchObject({
      ...{ ok: true, value: { settings: wanted, places: [{ kind: 'syslog', behind: 0, failure: null }] } },
    });
    expect(settings.get().feed).toEqual(wanted);
    const { places } = await handlers['feed:test']({});
    expect(places[0]?.tested?.failure?.code).toBe('http-refused');
  });

  it('leave the settings alone where a place cannot be set up', async () => {
    const { settings, handlers } = setUp();
    await handlers['feed:get']({});
    mkdirSync(`${data}/feed.json/in-the-way`, { recursive: true });
    const refused = await handlers['feed:set']({ settings: { syslog, webhook: null }, secret: null });
    expect(refused).toMatchObject({ ok: false, failure: { code: 'feed-cursor-unwritable' } });
    expect(settings.get().feed).toBeUndefined();
    expect(await handlers['feed:get']({})).toMatchObject({ settings: noFeed, places: [] });
  });

  it('leave everything as it was where the settings cannot be kept', async () => {
    let full = false;
    const { settings, handlers } = setUp({}, () => {
      if (full) throw new Error('ENOSPC: no space left on device, write');
    });
    const kept = { syslog, webhook: null };
    await handlers['feed:set']({ settings: kept, secret: null });
    full = true;
    const other = { syslog: null, webhook: { url: 'https://x/', header: null } };
    const refused = await handlers['feed:set']({ settings: other, secret: null });
    expect(refused).toMatchObject({ ok: false, failure: { code: 'feed-settings-unwritable' } });
    expect(settings.get().feed).toEqual(kept);
    expect(await handlers['feed:get']({})).toMatchObject({ settings: kept, places: [{ kind: 'syslog' }] });
    expect(CursorFile.open(data).of('syslog')).not.toBeNull();
    full = false;
    expect(await handlers['feed:set']({ settings: other, secret: null })).toMatchObject({ ok: true });
    expect(CursorFile.open(data).of('syslog')).toBeNull();
  });

  it.each([
    [
      'a host with a scheme',
      { settings: { syslog: { ...syslog, host: 'https://logs' }, webhook: null }, secret: null },
    ],
    ['a port beyond the last', { settings: { syslog: { ...syslog, port: 65_536 }, webhook: null }, secret: null }],
    [
      'an address with a password',
      { settings: { syslog: null, webhook: { url: 'https://a:b@x/', header: null } }, secret: null },
    ],
    ['plain http elsewhere', { settings: { syslog: null, webhook: { url: 'http://x/', header: null } }, secret: null }],
    [
      'a header of our own',
      { settings: { syslog: null, webhook: { url: 'https://x/', header: 'countersign-run' } }, secret: null },
    ],
    [
      'a header with a line break',
      { settings: { syslog: null, webhook: { url: 'https://x/', header: 'A\r\nB' } }, secret: null },
    ],
    [
      'a value with a line break',
      { settings: { syslog: null, webhook: { url: 'https://x/', header: 'A' } }, secret: 'a\r\nB: c' },
    ],
    ['the settings without what is asked for', { syslog: null, webhook: null }],
  ])('are turned away with %s', (_, payload) => {
    expect(requestSchemas['feed:set'].safeParse(payload).success).toBe(false);
  });

  it('are the only way to the feed: the other settings can neither name a place nor lose one', () => {
    expect(requestSchemas['settings:set'].safeParse({ feed: noFeed }).success).toBe(false);
    const wanted = { syslog, webhook: null };
    const { settings } = setUp({ feed: wanted });
    expect(settings.set({ theme: 'dark' }).feed).toEqual(wanted);
    expect(repairSettings({ feed: { syslog: 'logs' }, theme: 'dark' })).toMatchObject({ bad: ['feed'] });
  });
});

describe('hearing of records', () => {
  it('hears the records of the run and nothing else, after the screen was told', () => {
    const told: string[] = [];
    const push = hearRecords(
      (name) => told.push(name),
      ({ runId, record }) => told.push(`heard ${runId} ${record.seq}`),
    );
    const record = { seq: 7 } as Parameters<Parameters<typeof hearRecords>[1]>[0]['record'];
    push('run:record', { runId: 'r1', record });
    push('feed:view', { settings: noFeed, secret: { keyring: false, kept: false }, places: [] });
    expect(told).toEqual(['run:record', 'heard r1 7', 'feed:view']);
  });
});
