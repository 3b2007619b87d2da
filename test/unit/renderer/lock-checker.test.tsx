import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SETTLE_MS } from '../../../renderer/model/press-guard.ts';
import { createApp } from '../../../renderer/store/app.ts';
import { listenToPushes } from '../../../renderer/store/pushes.ts';
import { AppContext } from '../../../renderer/store/use-app.ts';
import { CheckerScreen } from '../../../renderer/views/checker/checker-screen.tsx';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { FakeCheckerApi, type FollowedScript } from '../../helpers/fake-checker-api.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { field, isDisabled, named, press, type } from './screen-kit.tsx';

const plan = planOf([manualStep('stop', { code: '2.2', title: 'Stop tomcat' }), manualStep('start')], {
  production: true,
});
const choice = (on: boolean): RunEvent => ({
  type: 'lockdown-chosen',
  data: { on, reason: on ? null : 'a shared screen' },
});
const begun = (on = true): readonly RunEvent[] => [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops', person: 'Li Wei', pid: 1, resumed: false },
  },
  {
    type: 'session-identified',
    data: { session: 's1', name: 'Li Wei', contact: '', publicKey: `${'L'.repeat(43)}=`, signature: 'S'.repeat(88) },
  },
  choice(on),
  { type: 'run-started', data: {} },
  {
    type: 'participant-asked',
    data: {
      ...{ participant: 'p1', name: 'Zhang San', contact: '', publicKey: `${'Z'.repeat(43)}=`, machine: 'desk' },
      ...{ address: '10.1.0.9:1', sameMachine: false, pinned: false },
    },
  },
  { type: 'participant-admitted', data: { participant: 'p1', role: 'checker' } },
  { type: 'step-entered', data: { step: 'stop' } },
];
const enters: RunEvent = {
  type: 'lockdown-entered',
  data: { display: { width: 1, height: 1 }, displays: 1, sensed: true },
};
const blocked: RunEvent = {
  type: 'notifications-blocked',
  data: { adapter: 'dunst', daemon: null, verified: true },
};
const locked = [...begun(), blocked, enters];
const asks: RunEvent = { type: 'glass-asked', data: { reason: 'the fire alarm is on' } };

let close: () => Promise<void> = async () => {};
afterEach(async () => {
  await close();
  vi.useRealTimers();
});
beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  // A slow machine must not settle a button before its time.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

async function show(events: readonly RunEvent[], followed: FollowedScript = { link: {} }) {
  const home = { checklists: [], runs: [] };
  const script = { language: 'en', theme: 'light', plan, home, events, output: [], minutesAgo: 1 } as const;
  const api = new FakeCheckerApi(script, followed);
  const app = createApp(api);
  const stopListening = listenToPushes(app);
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  await act(async () =>
    root.render(
      <AppContext value={app}>
        <I18nextProvider i18n={createTranslator('en')}>
          <CheckerScreen />
        </I18nextProvider>
      </AppContext>,
    ),
  );
  close = async () => {
    await act(async () => root.unmount());
    place.remove();
    stopListening();
    close = async () => {};
  };
  return { api };
}

const request = (): string => document.querySelector('.glass-request')?.textContent ?? '';
const lock = (): string => document.querySelector('.desk-lock')?.textContent ?? '';
const sign = (): HTMLElement => named('.glass-request button', /^Sign to open the lock/);
const settle = (): Promise<unknown> => act(() => vi.advanceTimersByTimeAsync(SETTLE_MS));

describe('the checker who is asked to open the lock', () => {
  it('reads first who asks, why, and where the run stands, and is rung for it', async () => {
    await show([...locked, asks]);
    expect(request()).toContain('Li Wei asks you to open the lock');
    expect(request()).toContain('the fire alarm is on');
    expect(request()).toContain('2.2 Stop tomcat');
    expect(document.title).toMatch(/^\(1\)/);
    expect(document.querySelector('[role=alert][aria-live=assertive]')?.textContent).toContain('open the lock');
    expect(document.querySelector('.banners')?.firstElementChild?.className).toBe('glass-request');
  });

  it('signs for the record that stood on the screen, and not by a press that was meant for something else', async () => {
    const { api } = await show([...locked, asks]);
    await press(sign());
    expect(api.asked).toEqual([]);
    await settle();
    await press(sign());
    expect(api.asked).toEqual([{ type: 'sign-glass', asked: locked.length + 1 }]);
    expect(request()).toBe('');
    expect(document.body.textContent).toContain('The operator broke the glass:');
  });

  it('refuses with a reason, and the lock stays closed', async () => {
    const { api } = await show([...locked, asks]);
    await press(named('.glass-request button', /^Refuse/));
    expect(isDisabled(named('.dialog button', /^Refuse to open/))).toBe(true);
    await type(field(/^Reason/), 'it is a test');
    await press(named('.dialog button', /^Refuse to open/));
    expect(api.asked).toEqual([{ type: 'refuse-glass', reason: 'it is a test' }]);
    expect(request()).toBe('');
    expect(lock()).toContain('Locked since');
  });

  it('has the dialog gone when it was withdrawn meanwhile', async () => {
    const { api } = await show([...locked, asks]);
    await press(named('.glass-request button', /^Refuse/));
    await act(async () => api.happen({ type: 'glass-withdrawn', data: {} }));
    expect(document.querySelector('.dialog')).toBeNull();
    expect(request()).toBe('');
  });

  it('cannot answer while the link is lost', async () => {
    await show([...locked, asks], { link: { status: 'lost', silentMs: null } });
    await settle();
    expect(isDisabled(sign())).toBe(true);
    expect(isDisabled(named('.glass-request button', /^Refuse/))).toBe(true);
  });

  it('is the only one who can answer: an observer only reads it', async () => {
    await show([...locked, asks], { link: { role: 'observer' } });
    expect(request()).toContain('The checker answers this.');
    expect(document.querySelector('.glass-request button')).toBeNull();
  });
});

describe('the operator’s lock on the checker’s screen', () => {
  it('tells since when, what of notifications, and that no gap was sensed', async () => {
    await show(locked);
    expect(lock()).toMatch(/Locked since \d\d:\d\d/);
    expect(lock()).toMatch(/kept back since \d\d:\d\d/);
    expect(lock()).toContain('none sensed');
  });

  it('tells every gap with how long it was, and how often a way out was refused', async () => {
    const { api } = await show(locked);
    await act(async () => api.happen({ type: 'lockdown-gap-opened', data: { gap: 'minimized', detail: '' } }));
    expect(lock()).toContain('the window was minimised, goes on');
    await act(async () => api.happen({ type: 'lockdown-gap-closed', data: { gap: 'minimized', durationMs: 4_200 } }));
    expect(lock()).toContain('the window was minimised, 4.2 s');
    await act(async () => api.happen({ type: 'way-out-refused', data: { way: 'close', times: 3 } }));
    expect(lock()).toContain('refused 3 times');
  });

  it('gives the reason for which production is not locked', async () => {
    await show(begun(false));
    expect(lock()).toContain('Not locked');
    expect(lock()).toContain('a shared screen');
  });

  it('shows a pause with its reason and until when it was meant', async () => {
    const { api } = await show(locked);
    await act(async () =>
      api.happen({ type: 'run-held', data: { reason: 'a switch is swapped', cause: 'operator', minutes: 20 } }),
    );
    expect(document.querySelector('.banners')?.textContent).toContain('a switch is swapped');
    expect(document.querySelector('.banners')?.textContent).toMatch(/paused until about \d\d:\d\d \(20 min\)/);
  });
});
