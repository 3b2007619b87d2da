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
import { failure } from '../../../shared/contract/failure.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { FakeCheckerApi, type FollowedScript } from '../../helpers/fake-checker-api.ts';
import { ended, started } from '../../helpers/fake-countersign-api.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { field, isDisabled, named, press, type } from './screen-kit.tsx';

const stop = step('stop', {
  code: '2.2',
  title: 'Stop tomcat',
  targets: ['app1', 'app2'],
  countersign: 'after',
  block: 0,
});
const plan = planOf([stop, step('next')], { production: true });
const person = { contact: '', publicKey: `${'Z'.repeat(43)}=` };
const begun: readonly RunEvent[] = [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops', person: 'Li Wei', pid: 1, resumed: false },
  },
  {
    type: 'session-identified',
    data: {
      ...{ session: 's1', name: 'Li Wei', contact: '', publicKey: `${'L'.repeat(43)}=` },
      signature: `${'A'.repeat(86)}==`,
    },
  },
  { type: 'run-started', data: {} },
  {
    type: 'participant-asked',
    data: {
      ...{ participant: 'p1', name: 'Zhang San', ...person },
      ...{ machine: 'desk', address: '10.1.0.9:1', sameMachine: false, pinned: false },
    },
  },
  { type: 'participant-admitted', data: { participant: 'p1', role: 'checker' } },
  { type: 'step-entered', data: { step: 'stop' } },
  { type: 'block-entered', data: { block: 0 } },
];

/** A sealed output without a live terminal, which needs a real browser. */
function ran(attempt: string, target: string, verdict: 'passed' | 'failed'): readonly RunEvent[] {
  const begins = started(stop, attempt, target);
  if (begins.type === 'attempt-started') begins.data.recording = null;
  return [begins, ended(attempt, verdict, { exit: { code: verdict === 'passed' ? 0 : 1, signal: null } })];
}
const overridden: RunEvent = {
  type: 'target-decided',
  data: { step: 'stop', target: 'app2', decision: 'overridden', reason: 'killed by hand', owner: 'Li Wei', due: null },
};
const done = [...begun, ...ran('a1', 'app1', 'passed'), ...ran('a2', 'app2', 'failed'), overridden];

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
  return { api, app };
}

const text = (): string => document.body.textContent ?? '';
const button = (words: RegExp): HTMLElement => named('button', words);
const has = (words: RegExp): boolean =>
  [...document.body.querySelectorAll('button')].some((one) => words.test(one.textContent ?? ''));
/** A new primary action has to stand for a moment before it may be pressed. */
const settle = (): Promise<unknown> => act(() => vi.advanceTimersByTimeAsync(SETTLE_MS));
const key = (name: string): Promise<void> =>
  act(async () => {
    document.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  });

describe('the checker at the evidence', () => {
  it('is told their role, whom they follow, and what waits', async () => {
    await show(done);
    expect(text()).toContain('you follow Li Wei');
    expect(document.title).toBe('(1) Checker · pre · Trade core 3.4.0 · Countersign');
    expect(named('h2', /Evidence to sign/).closest('section')?.textContent).toContain('overridden');
    expect(document.querySelector('[role=status]')?.textContent).toContain('waits for your signature');
  });

  it('cannot sign what was not opened', async () => {
    const { api } = await show(done);
    expect(has(/^Countersign 2\.2/)).toBe(false);
    expect(has(/Reject/)).toBe(false);
    await key('F6');
    expect(api.asked.map(({ type: asked }) => asked)).toEqual(['open-evidence']);
    expect(document.querySelector('.dialog')?.textContent).toContain('killed by hand');
    expect(document.querySelector('.dialog')?.textContent).toContain('ab'.repeat(32));
  });

  it('signs the statement that was opened, once, and only after it has stood there for a moment', async () => {
    const { api } = await show(done);
    await press(button(/Open the evidence/));
    const sign = named('.evidence-foot button', /Countersign 2\.2 Stop tomcat/);
    expect(isDisabled(sign)).toBe(true);
    await press(sign);
    expect(api.asked).toHaveLength(1);
    await settle();
    const stands = api.statement()?.statement;
    await press(sign);
    await press(sign);
    expect(api.asked.filter(({ type: asked }) => asked === 'countersign')).toEqual([
      { type: 'countersign', step: 'stop', mode: 'after', statement: stands },
    ]);
    expect(document.querySelector('.dialog')).toBeNull();
    expect(text()).toContain('Nothing waits for your signature.');
  });

  it('has to open again what changed meanwhile, and is told where', async () => {
    const { api } = await show(done);
    await press(button(/Open the evidence/));
    await settle();
    await act(async () =>
      api.happen({ ...overridden, data: { ...overridden.data, reason: 'killed twice' } } as RunEvent),
    );
    expect(has(/^Countersign 2\.2/)).toBe(false);
    expect(named('.dialog [role=alert]', /changed/).textContent).toContain('Different now: app2');
    await press(button(/I have looked at it again/));
    expect(api.asked.map(({ type: asked }) => asked)).toEqual(['open-evidence', 'open-evidence']);
    expect(has(/^Countersign 2\.2/)).toBe(true);
  });

  it('is told when the operator refused the signature because it had changed', async () => {
    const { api } = await show(done);
    await press(button(/Open the evidence/));
    await settle();
    api.refuse = { code: 'statement-changed', params: { step: 'stop' } };
    await press(named('.evidence-foot button', /Countersign 2\.2/));
    expect(named('.dialog [role=alert]', /not accepted/).textContent).toMatch(/changed/);
  });

  it('cannot open what is still being copied, and sees how much is missing', async () => {
    const { api } = await show(done, { link: { missingBytes: 3_000 }, incomplete: true });
    expect(isDisabled(button(/Open the evidence/))).toBe(true);
    await key('F6');
    expect(api.asked).toEqual([]);
    expect(document.querySelector('progress')?.getAttribute('aria-label')).toBe('The output is still being copied.');
    await act(async () => api.relink({ missingBytes: 0 }, true));
    expect(isDisabled(button(/Open the evidence/))).toBe(false);
  });

  it('rejects with a reason, and not without one', async () => {
    const { api } = await show(done);
    await press(button(/Open the evidence/));
    await press(named('.evidence-foot button', /Reject/));
    expect(isDisabled(button(/^Reject 2\.2$/))).toBe(true);
    await type(field(/Reason/), 'pgrep still shows it');
    await press(button(/^Reject 2\.2$/));
    expect(api.asked.at(-1)).toMatchObject({ type: 'reject', step: 'stop', reason: 'pgrep still shows it' });
    expect(text()).toContain('Nothing waits for your signature.');
  });
});

describe('an observer', () => {
  it('sees the same and has nothing to press but to leave', async () => {
    const { api } = await show(done, { link: { role: 'observer' } });
    expect(text()).toContain('you look at the run of Li Wei');
    for (const act of [/Open the evidence/, /Countersign/, /Reject/, /Log an interruption/, /pause/, /Take over/])
      expect(has(act)).toBe(false);
    for (const name of ['F6', 'F7', 'F9']) await key(name);
    expect(api.asked).toEqual([]);
    expect(document.querySelector('.dialog, form')).toBeNull();
  });
});

describe('a lost link', () => {
  const lost = { status: 'lost', silentMs: null, failure: failure('mirror-lost', { address: 'x' }, null) } as const;

  it('leaves the mirror readable, says since when, and counts the tries', async () => {
    const { api } = await show(done);
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
    await act(async () => api.relink(lost));
    clock.mockReturnValue(now + 3_000);
    await act(async () => api.relink(lost));
    clock.mockRestore();
    expect(text()).toMatch(/out of reach since \d\d:\d\d:\d\d/);
    expect(text()).toContain('Tried again once.');
    expect(document.querySelector('.checker-body.is-stale .outline')?.textContent).toContain('Stop tomcat');
    expect(isDisabled(button(/Open the evidence/))).toBe(true);
    await act(async () => api.relink({ status: 'connected', failure: null }));
    expect(text()).not.toContain('out of reach since');
  });

  it('is the only time the run can be taken over, with the consequence and a reason', async () => {
    const { api, app } = await show(
      [...begun, ...ran('a1', 'app1', 'passed'), started(stop, 'a2', 'app2')].map(unrecorded),
    );
    expect(isDisabled(button(/Take over/))).toBe(true);
    await act(async () => api.relink(lost));
    await press(button(/Take over/));
    expect(document.querySelector('.dialog')?.textContent).toMatch(/The break is visible.*become unknown.*2\.2 app2/s);
    expect(isDisabled(button(/Take over the run in pre/))).toBe(true);
    await type(field(/Reason/), 'their machine is dead');
    await press(button(/Take over the run in pre/));
    expect(api.others).toContain('mirror:take-over');
    expect(app.store.getState()).toMatchObject({ screen: 'run', followed: null, run: { live: true } });
  });

  it('closes the question when the operator comes back meanwhile', async () => {
    const { api } = await show(done, { link: lost });
    await press(button(/Take over/));
    await act(async () => api.relink({ status: 'connected', failure: null }));
    expect(document.querySelector('.dialog')).toBeNull();
  });
});

function unrecorded(event: RunEvent): RunEvent {
  return event.type === 'attempt-started' ? { ...event, data: { ...event.data, recording: null } } : event;
}

describe('a history that does not hold', () => {
  it('is an alarm that says what to do, and nothing can be signed or taken over', async () => {
    await show(done, {
      link: { status: 'altered', failure: failure('history-altered', { line: '9', what: 'prev' }, 'x') },
    });
    expect(document.querySelector('.alarm[role=alert]')?.textContent).toMatch(/Sign nothing more/);
    expect(isDisabled(button(/Open the evidence/))).toBe(true);
    expect(isDisabled(button(/Take over/))).toBe(true);
    expect(document.querySelector('[role=alert] span')?.textContent).toBe('Alarm: the history does not hold');
  });
});

describe('what the checker asks of the run', () => {
  const inside = begun;

  it('is a pause, which waits for the end of the block', async () => {
    const { api } = await show(inside);
    await key('F9');
    expect(document.querySelector('.dialog')?.textContent).toContain('inside “Replace the build”');
    await type(field(/Reason/), 'alarms');
    await press(button(/Ask for the pause/));
    expect(api.asked).toEqual([{ type: 'request-hold', reason: 'alarms' }]);
    expect(text()).toContain('It takes effect when “Replace the build” is finished.');
    expect(isDisabled(button(/Ask for a pause/))).toBe(true);
  });

  it('is that something from outside is put in the queue, and it waits for the safe point', async () => {
    const { api } = await show(inside);
    await key('F7');
    expect(document.activeElement).toBe(field(/Who/));
    await type(field(/Who/), 'Duty desk');
    expect(isDisabled(button(/Put it in the queue/))).toBe(true);
    await type(field(/What/), 'app2 refuses connections');
    await press(named('label', /^now$/));
    await press(button(/Put it in the queue/));
    expect(api.asked).toEqual([
      { type: 'log-interruption', from: 'Duty desk', what: 'app2 refuses connections', urgency: 'now' },
    ]);
    expect(document.querySelector('.outside li')?.textContent).toMatch(/waits for the safe point/);
    await act(async () => api.happen({ type: 'interruptions-shown', data: { interruptions: ['i1'] } }));
    expect(document.querySelector('.outside li')?.textContent).toMatch(/seen by the operator at/);
  });

  it('keeps what was written when the operator could not be asked', async () => {
    const { api } = await show(inside);
    await key('F7');
    await type(field(/Who/), 'Duty desk');
    await type(field(/What/), 'alarm');
    api.refuse = { code: 'link-lost', params: {} };
    await press(button(/Put it in the queue/));
    expect(field(/What/).value).toBe('alarm');
    expect(named('[role=alert]', /not accepted/).textContent).toMatch(/no connection/);
  });
});

describe('an act of the checker that is not taken', () => {
  it('stays with its reason, says why in place, and can be asked again', async () => {
    const { api } = await show(begun);
    await key('F9');
    await type(field(/Reason/), 'alarms');
    api.refuse = { code: 'link-lost', params: {} };
    await press(button(/Ask for the pause/));
    expect(document.querySelector('.dialog [role=alert]')?.textContent).toMatch(/no connection/);
    expect(field(/Reason/).value).toBe('alarms');
    expect(document.querySelectorAll('[role=alert] .notice-title')).toHaveLength(0);
    api.refuse = null;
    await press(button(/Ask for the pause/));
    expect(document.querySelector('.dialog')).toBeNull();
    expect(api.asked).toHaveLength(2);
  });

  it('keeps the reason of a takeover that could not be begun', async () => {
    const { api, app } = await show(done.map(unrecorded), { link: { status: 'lost' } });
    const request = api.request.bind(api);
    const full = { ok: false, failure: failure('disk-full', { path: '/data' }, null) };
    Object.assign(api, {
      request: async (name: Parameters<typeof request>[0], payload: never) =>
        name === 'mirror:take-over' ? full : await request(name, payload),
    });
    await press(button(/Take over/));
    await type(field(/Reason/), 'their machine is dead');
    await press(button(/Take over the run in pre/));
    expect(document.querySelector('.dialog [role=alert]')?.textContent).toContain('no room left on the disk');
    expect(field(/Reason/).value).toBe('their machine is dead');
    expect(app.store.getState().screen).toBe('checker');
  });
});

describe('an offered handover', () => {
  const offer: readonly RunEvent[] = [
    ...begun.slice(0, -1),
    { type: 'run-held', data: { reason: 'train', cause: 'handover', minutes: null } },
    { type: 'handover-offered', data: { participant: 'p1', reason: 'train' } },
  ];

  it('is taken only with every question answered, and a wrong answer is said', async () => {
    const { api } = await show(offer);
    await press(button(/Answer the offer/));
    const accept = () => button(/Take over the run in pre/);
    expect(isDisabled(accept())).toBe(true);
    for (const group of document.querySelectorAll('.dialog [role=radiogroup]'))
      await press(group.querySelector('label') as HTMLElement);
    expect(isDisabled(accept())).toBe(false);
    api.refuse = { code: 'answers-wrong', params: {} };
    await press(accept());
    expect(api.asked.at(-1)?.type).toBe('accept-handover');
    expect(document.querySelector('.dialog [role=alert]')?.textContent).toMatch(/not accepted/);
  });

  it('goes away when it is withdrawn', async () => {
    const { api } = await show(offer);
    await press(button(/Answer the offer/));
    await act(async () => api.happen({ type: 'handover-withdrawn', data: { reason: 'no' } }));
    expect(document.querySelector('.dialog')).toBeNull();
  });
});

describe('the question whether somebody is there', () => {
  it('is answered by any key', async () => {
    const { api } = await show(begun, { link: { challengeUntil: new Date(Date.now() + 60_000).toISOString() } });
    expect(named('.dialog', /Still there/).textContent).toMatch(/\d+ s left/);
    expect(api.others).not.toContain('mirror:awake');
    await key('a');
    expect(api.others).toContain('mirror:awake');
  });
});

describe('before anything of the run is here', () => {
  it('shows the own fingerprint to be read out while the operator is asked', async () => {
    await show(begun, { link: { status: 'waiting', role: null }, empty: true });
    expect(text()).toContain('Waiting to be admitted');
    expect(document.querySelector('.own-key .fingerprint')?.textContent).toMatch(/^SHA256:/);
  });

  it('shows why somebody was turned away', async () => {
    const refused = failure('mirror-refused', { code: 'token-used' }, null);
    await show(begun, { link: { status: 'refused', role: null, failure: refused }, empty: true });
    expect(document.querySelector('.notice.failure')?.textContent).toMatch(/turned you away/);
  });
});

describe('the pen', () => {
  it('makes the window the operator of the run, whatever the old link still says', async () => {
    const { api, app } = await show(done);
    const state = app.store.getState().run?.state;
    if (state === undefined) throw new Error('No run.');
    await act(async () => api.push('mirror:pen', { runId: state.runId, state }));
    await act(async () => api.relink({ status: 'over', bye: 'handed-over' }));
    expect(app.store.getState()).toMatchObject({ screen: 'run', followed: null, run: { live: true } });
  });
});
