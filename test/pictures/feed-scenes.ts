import { failure } from '../../shared/contract/failure.ts';
import type { FeedView } from '../../shared/contract/ipc/feed.ts';
import { picturePlan } from './plan.ts';
import { home, type Scene } from './stage.ts';

/** Where records are sent on to, in the settings, for looking at. */

const settings: FeedView['settings'] = {
  syslog: { host: 'logs.ops.example.com', port: 6514, tls: true, ca: '/etc/ssl/ops/ca.pem' },
  webhook: { url: 'https://audit.example.com/v1/intake?source=release', header: 'Authorization' },
};
const places: FeedView['places'] = [
  { kind: 'syslog', behind: 0, lastSentAt: '2026-11-20T22:04:12.000Z', failure: null, tested: null },
  { kind: 'webhook', behind: 0, lastSentAt: '2026-11-20T22:04:13.000Z', failure: null, tested: null },
];
const off: FeedView = { settings: { syslog: null, webhook: null }, secret: { keyring: true, kept: false }, places: [] };
const on: FeedView = { settings, secret: { keyring: true, kept: true }, places };
const failing: FeedView = {
  ...on,
  places: [
    {
      ...{ kind: 'syslog', behind: 1, lastSentAt: '2026-11-20T22:04:12.000Z' },
      failure: failure('http-refused', { address: 'logs.ops.example.com', port: '6514' }, 'connect ECONNREFUSED'),
      tested: { at: '2026-11-20T22:05:00.000Z', failure: null },
    },
    {
      ...{ kind: 'webhook', behind: 1_284, lastSentAt: null, failure: null },
      tested: {
        at: '2026-11-20T22:05:00.000Z',
        failure: failure(
          'feed-refused',
          { address: 'https://audit.example.com/v1/intake?***', status: '401' },
          '{"error":"token expired"}',
        ),
      },
    },
  ],
};

const scene = (view: FeedView, press: readonly string[]): Scene => ({
  press: ['.home-bar button:last-of-type', ...press],
  script: (language, theme) => ({
    ...{ language, theme, home, plan: picturePlan(language, true), events: [], output: [], minutesAgo: 0 },
    answers: { 'feed:get': () => view, 'feed:test': () => view },
  }),
});

/** The live feed: off, on, not getting through, and typed wrongly. */
export const feedScenes: Readonly<Record<string, Scene>> = {
  'feed-off': scene(off, ['.feed h3']),
  'feed-on': scene(on, ['.about dt']),
  'feed-failing': scene(failing, ['.about dt']),
  'feed-faults': scene({ ...off, secret: { keyring: false, kept: false } }, [
    '.feed .tick:nth-of-type(1)',
    '.feed > .tick:last-of-type',
    '.feed-acts .button',
    '.about dt',
  ]),
};
