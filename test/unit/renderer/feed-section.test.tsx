import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { afterEach, expect, test } from 'vitest';
import { createApp } from '../../../renderer/store/app.ts';
import { listenToPushes } from '../../../renderer/store/pushes.ts';
import { AppContext } from '../../../renderer/store/use-app.ts';
import { FeedSection } from '../../../renderer/views/feed/feed-section.tsx';
import { failure } from '../../../shared/contract/failure.ts';
import type { FeedView } from '../../../shared/contract/ipc/feed.ts';
import type { Answers, RequestOf } from '../../../shared/contract/ipc.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { FakeCountersignApi } from '../../helpers/fake-countersign-api.ts';
import { planOf } from '../../helpers/plans.ts';
import { field, isDisabled, named, press, type } from './screen-kit.tsx';

let close = async (): Promise<void> => {};
afterEach(() => close());

const off: FeedView = { settings: { syslog: null, webhook: null }, secret: { keyring: true, kept: false }, places: [] };
const hook = { url: 'https://audit.example.com/in', header: 'Authorization' };
const on: FeedView = {
  settings: { syslog: { host: 'logs', port: 6514, tls: true, ca: null }, webhook: hook },
  secret: { keyring: true, kept: true },
  places: [
    { kind: 'syslog', behind: 0, lastSentAt: '2026-11-21T10:00:00.000Z', failure: null, tested: null },
    { kind: 'webhook', behind: 3, lastSentAt: null, failure: failure('feed-answer', {}), tested: null },
  ],
};

/** The section with main's answers; `asked` is what main was asked to set. */
async function show(view: FeedView, answer?: (view: FeedView) => Answers['feed:set'], language: 'en' | 'zh' = 'en') {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const asked: RequestOf<'feed:set'>[] = [];
  const api = new FakeCountersignApi({
    ...{ language, theme: 'light', plan: planOf([]), home: { checklists: [], runs: [] } },
    ...{ events: [], output: [], minutesAgo: 1 },
    answers: {
      'feed:get': () => view,
      'feed:set': (request) => {
        asked.push(request);
        const after = { ...view, settings: request.settings };
        return answer?.(after) ?? { ok: true, value: after };
      },
      'feed:test': () => ({
        ...view,
        places: view.places.map((place) => ({
          ...place,
          tested: { at: '2026-11-21T10:05:00.000Z', failure: place.failure },
        })),
      }),
    },
  });
  const app = createApp(api);
  const stop = listenToPushes(app);
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  await act(async () =>
    root.render(
      <AppContext value={app}>
        <I18nextProvider i18n={createTranslator(language)}>
          <FeedSection />
        </I18nextProvider>
      </AppContext>,
    ),
  );
  close = async () => {
    await act(async () => root.unmount());
    place.remove();
    stop();
  };
  return { api, asked, text: () => place.textContent ?? '' };
}

const box = (label: RegExp): HTMLElement => named('label', label).querySelector('input') ?? document.body;

test('nothing is sent anywhere until a place is set up, and what is wrong with it is said where it is', async () => {
  const { asked, text } = await show(off);
  expect(isDisabled(named('button', /Apply/))).toBe(true);
  expect(isDisabled(named('button', /test message/))).toBe(true);
  await press(box(/Syslog/));
  await press(box(/Webhook/));
  await type(field(/Port/), '70000');
  await type(field(/Address/), 'http://audit.example.com/in');
  await type(field(/Header/), 'Content-Type');
  await press(named('button', /Apply/));
  for (const words of [/without a port/, /from 1 to 65535/, /only for this computer/]) {
    expect(text()).toMatch(words);
  }
  expect(text()).toContain('none that says what a batch is');
  expect(asked).toEqual([]);
});

test('a value that was typed goes to main once and stands nowhere afterwards', async () => {
  const { asked, text } = await show(off);
  await press(box(/Webhook/));
  await type(field(/Address/), ' https://audit.example.com/in ');
  await type(field(/Header that/), 'Authorization');
  await press(named('button', /Apply/));
  expect(text()).toContain('none is kept for this header');
  const value = field(/Value of the header/);
  expect(value.type).toBe('password');
  await type(value, 'Bearer hush');
  await press(named('button', /Apply/));
  expect(asked).toEqual([{ settings: { syslog: null, webhook: hook }, secret: 'Bearer hush' }]);
  expect(field(/Value of the header/).value).toBe('');
});

test('a kept value stays for the same server and is asked for again for another', async () => {
  const { asked, text } = await show(on);
  expect(text()).toContain('Left empty, it stays as it is');
  await type(field(/Address/), 'https://audit.example.com/elsewhere');
  await press(named('button', /Apply/));
  expect(asked.at(-1)).toMatchObject({
    settings: { webhook: { url: hook.url.replace('in', 'elsewhere') } },
    secret: null,
  });
  await type(field(/Address/), 'https://other.example.com/in');
  await press(named('button', /Apply/));
  expect(asked).toHaveLength(1);
  expect(text()).toContain('none is kept for this header');
});

test('each place says how far it is, why it takes nothing, and how the test went, while it goes on', async () => {
  const { api, text } = await show(on);
  expect(text()).toMatch(
    /Syslog\s*It has everything\. Last sent: .*Webhook\s*It is 3 records behind\. Nothing was sent yet/s,
  );
  expect(text()).toContain('this is tried again by itself');
  await act(async () =>
    api.push('feed:view', { ...on, places: on.places.map((place) => ({ ...place, behind: 1, failure: null })) }),
  );
  expect(text()).toContain('It is one record behind');
  expect(text()).not.toContain('tried again by itself');
  await press(named('button', /test message/));
  expect(text()).toContain('The test message arrived');
  expect(text()).toContain('The test message did not arrive');
});

test('a change that main refuses says why and is not taken for applied', async () => {
  const { text } = await show(on, () => ({
    ok: false,
    failure: failure('feed-cursor-unwritable', { path: '/d/feed.json' }),
  }));
  await press(box(/Syslog/));
  await press(named('button', /Apply/));
  expect(text()).toContain('/d/feed.json');
  expect(text()).toContain('Not applied yet');
});

test('says it in Chinese as well, and offers no header where nothing could keep its value', async () => {
  const { text } = await show({ ...off, secret: { keyring: false, kept: false } }, undefined, 'zh');
  await press(box(/Webhook/));
  expect(text()).toContain('本机没有密钥环');
  expect(text()).not.toMatch(/feed-|[Hh]eader/);
});
