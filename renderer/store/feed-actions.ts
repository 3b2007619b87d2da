import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { FeedSettings, FeedView } from '../../shared/contract/ipc/feed.ts';
import type { Wiring } from './app.ts';

export interface FeedActions {
  /** Asks main where records are sent on to; resolves to why that is not known, or null. */
  readonly readFeed: () => Promise<Failure | null>;
  /** Sends records there from now on, with this value of the header or the one that is kept; resolves to why not, or null. */
  readonly changeFeed: (settings: FeedSettings, secret: string | null) => Promise<Failure | null>;
  /** Sends a test message to each place; how it went stands in the view. */
  readonly testFeed: () => Promise<Failure | null>;
}

export function feedActions({ api, set }: Wiring): FeedActions {
  const shown = async (ask: () => Promise<FeedView>): Promise<Failure | null> => {
    try {
      set({ feed: await ask() });
      return null;
    } catch (error) {
      return failure('local-error', {}, error);
    }
  };
  return {
    readFeed: () => shown(() => api.request('feed:get', {})),
    changeFeed: async (settings, secret) => {
      try {
        const reply = await api.request('feed:set', { settings, secret });
        if (!reply.ok) return reply.failure;
        set({ feed: reply.value });
        return null;
      } catch (error) {
        return failure('local-error', {}, error);
      }
    },
    testFeed: () => shown(() => api.request('feed:test', {})),
  };
}
