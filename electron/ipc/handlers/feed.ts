import type { FeedSettings } from '../../../shared/contract/ipc/feed.ts';
import type { SettingsKeeper } from '../../app/settings.ts';
import type { Feed } from '../../feed/feed.ts';
import type { Handlers } from '../router.ts';

/** Nowhere. */
export const noFeed: FeedSettings = { syslog: null, webhook: null };

/** Where records are sent on to, how far they got, and a test message. */
export function feedHandlers(
  feed: Feed,
  settings: SettingsKeeper,
): Pick<Handlers, 'feed:get' | 'feed:set' | 'feed:test'> {
  return {
    'feed:get': () => feed.view(),
    'feed:set': async ({ settings: wanted, secret }) => {
      const trouble = await feed.use(wanted, secret, () => settings.set({ feed: wanted }));
      if (trouble !== null) return { ok: false, failure: trouble };
      return { ok: true, value: await feed.view() };
    },
    'feed:test': () => feed.test(),
  };
}
