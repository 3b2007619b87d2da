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
      // The cursors first: a place that is set up must know from where on.
      const trouble = await feed.use(wanted, secret);
      if (trouble !== null) return { ok: false, failure: trouble };
      settings.set({ feed: wanted });
      return { ok: true, value: await feed.view() };
    },
    'feed:test': () => feed.test(),
  };
}
