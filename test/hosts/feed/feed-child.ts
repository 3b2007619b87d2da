import { writeSync } from 'node:fs';
import type { FeedSettings } from '../../../shared/contract/ipc/feed.ts';
import { WatchedFeed } from '../../helpers/feed-kit.ts';

/** A feed in a process of its own that can be killed: `DATA SETTINGS`. Says `sending` when it works. */
const [data = '', settings = '{}'] = process.argv.slice(2);
const feed = new WatchedFeed(data, JSON.parse(settings) as FeedSettings);
await feed.until(() => true);
writeSync(1, 'sending\n');
