import { act } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SETTLE_MS } from '../../../renderer/model/press-guard.ts';
import { primaryAction } from '../../../renderer/model/primary-action.ts';
import type { OpenRun } from '../../../renderer/store/app-state.ts';
import { GlassBanner } from '../../../renderer/views/lock/glass-banner.tsx';
import { RunView } from '../../../renderer/views/run/run-view.tsx';
import { useActs } from '../../../renderer/views/run/use-acts.tsx';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { LockView } from '../../../shared/contract/ipc/lock.ts';
import type { CountersignApi, RequestName } from '../../../shared/contract/ipc.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import type { FakeScript } from '../../helpers/fake-countersign-api.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { field, isDisabled, named, press, showRun, type } from './screen-kit.tsx';

const note = '[the wiki](https://wiki.example/)';
const plan = planOf(
  [
    manualStep('tell', { title: 'Tell everybody', notes: note }),
    manualStep('stop', { title: 'Stop tomcat', block: 0 }),
    manualStep('start', { title: 'Start tomcat', block: 0 }),
    manualStep('watch', { title: 'Watch the log' }),
  ],
  { production: true, environment: 'prod' },
);
const begun: readonly RunEvent[] = [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops', person: 'Li Wei', pid: 1, resumed: false },
  },
  {
    type: 'session-identified',
    data: { session: 's1', name: 'Li Wei', contact: '', publicKey: `${'L'.repeat(43)}=`, signature: 'S'.repeat(88) },
  },
  { type: 'lockdown-chosen', data: { on: true, reason: null } },
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'tell' } },
];
const checker: readonly RunEvent[] = [
  {
    type: 'participant-asked',
    data: {
      ...{ participant: 'p1', name: 'Zhao Min', contact: '', publicKey: `${'Z'.repeat(43)}=`, machine: 'desk' },
      ...{ address: '10.0.0.2', sameMachine: false, pinned: true },
    },
  },
  { type: 'participant-admitted', data: { participant: 'p1', role: 'checker' } },
];
const enters: RunEvent = {
  type: 'lockdown-entered',
  data: { display: { width: 1, height: 1 }, displays: 1, sensed: true },
};
const locked: readonly RunEvent[] = [...begun, enters];
const told: readonly RunEvent[] = [
  {
    type: 'target-decided',
    data: { step: 'tell', target: 'desk', decision: 'overridden', reason: 'told', owner: 'Li Wei', due: null },
  },
  { type: 'step-entered', data: { step: 'stop' } },
  { type: 'block-entered', data: { block: 0 } },
];
const quiet: LockView = { status: 'locked', notifications: { adapter: 'dunst', state: 'blocked', waiting: 2 } };

let close: () => Promise<void> = async () => {};
afterEach(async () => {
  vi.useRealTimers();
  await close();
});

/** What is asked of main, kept in order. */
function listenIn(api: CountersignApi): (readonly [RequestName, unknown])[] {
  const asked: (readonly [RequestName, unknown])[] = [];
  const request = api.request.bind(api);
  Object.assign(api, {
    request: (name: RequestName, payload: never) => {
      asked.push([name, payload]);
      return request(name, payload);
    },
  });
  return asked;
}

async function show(
  events: readonly RunEvent[],
  part: (run: OpenRun) => React.ReactNode,
  more: Partial<FakeScript> = {},
) {
  const shown = await showRun(plan, events, part, more);
  close = shown.close;
  return { ...shown, asked: listenIn(shown.api) };
}

function Banner({ run }: { readonly run: OpenRun }) {
  const acts = useActs(run, primaryAction(run.state, { selected: null }), false);
  return <GlassBanner run={run} acts={acts} />;
}

/** The whole screen of the operator; no step of this plan has output, so no terminal is asked for. */
async function showScreen(events: readonly RunEvent[], lock: LockView | null = null, more: Partial<FakeScript> = {}) {
  const shown = await show(events, () => <RunView />, lock === null ? more : { lock, ...more });
  await act(async () => {});
  return shown;
}

const body = (): string => document.body.textContent ?? '';
const mark = (): string => document.querySelector('.lock-mark')?.textContent ?? '';
const outline = (): readonly string[] =>
  [...document.querySelectorAll('.outline-step .outline-title')].map((one) => one.textContent?.trim() ?? '');
const openMenu = async (): Promise<void> => press(named('.top-acts button.icon-button', /./));
const entries = (): readonly string[] =>
  [...document.querySelectorAll('[role=menuitem]')].map((one) => one.textContent ?? '');
const sent = (asked: readonly (readonly [RequestName, unknown])[]): readonly unknown[] =>
  asked.flatMap(([name, payload]) => (name === 'run:intent' ? [(payload as { intent: unknown }).intent] : []));

describe('the mark in the top bar', () => {
  it('says quiet once main says that notifications were read back, and takes it back at once', async () => {
    const { api } = await showScreen(locked, quiet);
    expect(mark()).toBe('Locked · quiet');
    const tell = (state: 'not-verified' | 'lost') =>
      act(async () =>
        api.push('lock:view', { status: 'locked', notifications: { adapter: 'dunst', state, waiting: null } }),
      );
    await tell('not-verified');
    expect(mark()).toBe('Locked · notifications not verified');
    await tell('lost');
    expect(mark()).toBe('Locked · notifications getting through');
    await act(async () => api.push('lock:view', null));
    expect(mark()).toBe('Locking…');
  });

  it('gives the reason why production is not locked', async () => {
    await showScreen([
      ...begun.filter(({ type: one }) => one !== 'lockdown-chosen'),
      { type: 'lockdown-chosen', data: { on: false, reason: 'a shared screen' } },
    ]);
    expect(mark()).toBe('Not locked');
    await press(named('.lock-mark', /Not locked/));
    expect(body()).toContain('a shared screen');
  });
});

describe('what the mark rests on', () => {
  it('lies over the screen, so that Enter there is not the primary action below it', async () => {
    const { asked } = await showScreen(locked, quiet);
    await act(async () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS + 50)));
    const enter = (at: Element): Promise<void> =>
      act(async () => void at.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })));
    await press(named('.lock-mark', /Locked/));
    await enter(named('.lock-facts-inner', /Lockdown/));
    expect(sent(asked)).toEqual([]);
    await enter(document.body);
    expect(sent(asked)).toHaveLength(1);
  });
});

describe('a refused way out', () => {
  it('is one polite line that goes again by itself', async () => {
    const { api } = await showScreen(locked, quiet);
    const line = document.querySelector('.way-refused');
    expect(line?.getAttribute('aria-live')).toBe('polite');
    expect(line?.textContent).toBe('');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await act(async () => api.push('lock:way-refused', { way: 'close' }));
    expect(line?.textContent).toBe(
      'Refused: closing the window. Ways out: finish the hot phases, pause at a safe point, or break the glass.',
    );
    await act(async () => vi.advanceTimersByTimeAsync(8_000));
    expect(line?.textContent).toBe('');
  });

  it('names no way out of a block but finishing and restoring', async () => {
    const { api } = await showScreen([...locked, ...told], quiet);
    await act(async () => api.push('lock:way-refused', { way: 'quit' }));
    expect(body()).toContain('Inside the block there are only its steps and its restoration.');
  });

  it('is told to main when a file is dropped or a link is pressed while the run is locked', async () => {
    const drop = (): boolean => {
      const event = new Event('drop', { bubbles: true, cancelable: true });
      Object.assign(event, { dataTransfer: { types: ['Files'] } });
      return document.body.dispatchEvent(event);
    };
    const { asked } = await showScreen(locked, quiet);
    expect(drop()).toBe(false);
    await press(named('.link-text', /the wiki/));
    expect(asked.filter(([name]) => name === 'lock:refused').map(([, payload]) => payload)).toEqual([
      { way: 'file-drop' },
      { way: 'external-link' },
    ]);
  });

  it('is not recorded of a run that is not locked, where a dropped file is refused all the same', async () => {
    const off: RunEvent = { type: 'lockdown-chosen', data: { on: false, reason: 'a shared screen' } };
    const { asked } = await showScreen([...begun, off]);
    const event = new Event('drop', { bubbles: true, cancelable: true });
    Object.assign(event, { dataTransfer: { types: ['Files'] } });
    expect(document.body.dispatchEvent(event)).toBe(false);
    expect(asked.some(([name]) => name === 'lock:refused')).toBe(false);
  });
});

describe('the menu', () => {
  it('gives no way to settings or home while the run is locked, and says why', async () => {
    await showScreen(locked, quiet);
    await openMenu();
    for (const words of [/^Settings/, /^Leave/]) {
      const entry = named('[role=menuitem]', words);
      expect(isDisabled(entry)).toBe(true);
      expect(entry.textContent).toContain('Locked to the checklist');
    }
    expect(isDisabled(named('[role=menuitem]', /^Break the glass/))).toBe(false);
  });

  it('is keys alone inside a block, with the reason why the glass is not broken there', async () => {
    await showScreen([...locked, ...told], quiet);
    await openMenu();
    expect(entries()).toHaveLength(2);
    const glass = named('[role=menuitem]', /^Break the glass/);
    expect(isDisabled(glass)).toBe(true);
    expect(glass.textContent).toContain('there is one way out: restore it');
  });

  it('knows no glass where nothing is locked', async () => {
    const off: RunEvent = { type: 'lockdown-chosen', data: { on: false, reason: 'a shared screen' } };
    await showScreen([...begun, off]);
    await openMenu();
    expect(entries().join(' ')).not.toContain('glass');
    expect(isDisabled(named('[role=menuitem]', /^Settings/))).toBe(false);
  });
});

describe('inside a block', () => {
  it('shows the block’s steps and nothing else of the checklist', async () => {
    await showScreen(locked, quiet);
    expect(outline()).toHaveLength(4);
    await close();
    await showScreen([...locked, ...told], quiet);
    expect(outline()).toEqual(['Stop tomcat', 'Start tomcat']);
    expect(body()).toContain('The rest of the checklist comes back after the block.');
  });

  it('offers no hold and no menu of people, only whether the checker is there', async () => {
    await showScreen([...begun, ...checker, enters, ...told], quiet);
    expect(document.querySelector('.top-bar')?.textContent).toContain('Zhao Min');
    expect(document.querySelector('.people-button')).toBeNull();
    expect(document.querySelector('.top-bar')?.textContent).not.toContain('Hold…');
  });

  it('leaves a step that was looked at before, as soon as the block is entered', async () => {
    const { app, api } = await showScreen([...locked, ...told.slice(0, 2)], quiet);
    await act(async () => app.actions.look(3));
    expect(document.querySelector('.step-head h2')?.textContent).toBe('Watch the log');
    await act(async () => api.happens({ type: 'block-entered', data: { block: 0 } }));
    expect(document.querySelector('.step-head h2')?.textContent).toBe('Stop tomcat');
  });
});

describe('holding a locked run', () => {
  it('is sent only with a reason and a number of minutes', async () => {
    const { asked } = await showScreen(locked, quiet);
    await press(named('.top-bar button', /^Hold…/));
    const submit = (): HTMLElement => named('.dialog button', /^Hold the run/);
    await type(field(/^Reason/), 'a switch is swapped');
    expect(isDisabled(submit())).toBe(true);
    await press(named('.dialog button', /^20 min/));
    await press(submit());
    expect(sent(asked)).toEqual([{ type: 'hold', reason: 'a switch is swapped', minutes: 20 }]);
    expect(body()).toMatch(/paused until about \d\d:\d\d \(20 min\)/);
    expect(mark()).not.toContain('Locked');
  });

  it('refuses what is no number of minutes', async () => {
    await showScreen(locked, quiet);
    await press(named('.top-bar button', /^Hold…/));
    await type(field(/^Reason/), 'a switch');
    for (const wrong of ['0', '1.5', 'soon', '1441']) {
      await type(field(/^Another number/), wrong);
      expect(isDisabled(named('.dialog button', /^Hold the run/)), wrong).toBe(true);
    }
    await type(field(/^Another number/), '45');
    expect(isDisabled(named('.dialog button', /^Hold the run/))).toBe(false);
  });

  it('needs no minutes where nothing is locked', async () => {
    const off: RunEvent = { type: 'lockdown-chosen', data: { on: false, reason: 'a shared screen' } };
    const { asked } = await showScreen([...begun, off]);
    await press(named('.top-bar button', /^Hold…/));
    await type(field(/^Reason/), 'coffee');
    await press(named('.dialog button', /^Hold the run/));
    expect(sent(asked)).toEqual([{ type: 'hold', reason: 'coffee' }]);
  });
});

describe('held before the lock', () => {
  const checks: PreflightCheck[] = [
    { item: 'power', status: 'failed', code: 'power-low', params: { percent: '34', limit: '50' } },
    { item: 'disk', status: 'ok', code: 'disk-enough', params: { path: '/', free: '9 GB', needed: '2 GB' } },
  ];
  const held: readonly RunEvent[] = [
    ...begun,
    { type: 'preflight-checked', data: { when: 'entry', checks } },
    { type: 'run-held', data: { reason: 'power', cause: 'lockdown', minutes: null } },
  ];

  it('shows what was found with its remedy, and nothing that is as it should be', async () => {
    await showScreen(held);
    expect(body()).toContain('one finding is not as it should be');
    expect(document.querySelectorAll('.held-findings li')).toHaveLength(1);
    expect(body()).toContain('only 34 % left');
    expect(document.querySelector('.held-findings .notice-remedy')?.textContent).not.toBe('');
  });

  it('goes past a finding only with a reason, and then shows whose it is', async () => {
    const { asked } = await showScreen(held);
    await press(named('.held-findings button', /^Go on although/));
    expect(isDisabled(named('.dialog button', /^Go on although/))).toBe(true);
    await type(field(/^Reason/), 'mains comes back');
    await press(named('.dialog button', /^Go on although/));
    expect(sent(asked)).toEqual([{ type: 'decide-check', item: 'power', reason: 'mains comes back' }]);
    expect(body()).toContain('every finding is decided');
    expect(document.querySelector('.held-findings')?.textContent).toContain('mains comes back');
  });
});

describe('held before the lock again', () => {
  const power = (percent: string): RunEvent => ({
    type: 'preflight-checked',
    data: {
      when: 'entry',
      checks: [{ item: 'power', status: 'failed', code: 'power-low', params: { percent, limit: '50' } }],
    },
  });
  const decided: RunEvent = {
    type: 'preflight-decided',
    data: { item: 'power', code: 'power-low', reason: 'mains comes back' },
  };
  const held: RunEvent = { type: 'run-held', data: { reason: 'power', cause: 'lockdown', minutes: null } };

  it('says what it was when it was decided, and what it is now, on the screen and where the reason is asked for', async () => {
    await showScreen([...begun, power('34'), decided, power('12'), held]);
    const both =
      /only 12 % left.*This is not what .* went past before \(“mains comes back”\)\. Then it was: .*only 34 % left/;
    expect(document.querySelector('.held-findings')?.textContent).toMatch(both);
    await press(named('.held-findings button', /^Go on although/));
    expect(document.querySelector('.dialog')?.textContent).toMatch(both);
  });

  it('says nothing of what was before where the decision still covers it', async () => {
    await showScreen([...begun, power('34'), decided, power('30'), held]);
    expect(body()).toContain('every finding is decided');
    expect(body()).not.toContain('Then it was');
  });
});

describe('breaking the glass', () => {
  const begin = async (events: readonly RunEvent[]) => {
    const shown = await showScreen(events, quiet);
    await act(async () => shown.app.actions.showDialog('glass'));
    return shown;
  };
  const button = (): HTMLElement => named('.hold-button', /^(Hold|Keep)/);
  const down = (key: string): Promise<void> =>
    act(async () => void button().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })));
  const up = (key: string): Promise<void> =>
    act(async () => void button().dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true })));
  const wait = (ms: number): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

  it('does nothing without a reason, however long it is held', async () => {
    const { asked } = await begin(locked);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    await down(' ');
    await wait(limits.glassHoldMs + 1_000);
    expect(sent(asked)).toEqual([]);
  });

  it('is asked for once the button was held long enough, and not a moment before', async () => {
    const { asked } = await begin(locked);
    await type(field(/^Reason/), 'fire');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    await down(' ');
    await wait(limits.glassHoldMs - 1);
    expect(sent(asked)).toEqual([]);
    expect(button().textContent).toBe('Keep holding: 1 s');
    await wait(1);
    expect(sent(asked)).toEqual([{ type: 'break-glass', reason: 'fire' }]);
  });

  it('is taken back by letting go, for the pointer as for Enter', async () => {
    const { asked } = await begin(locked);
    await type(field(/^Reason/), 'fire');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    await down('Enter');
    await wait(limits.glassHoldMs - 100);
    await up('Enter');
    await wait(limits.glassHoldMs);
    const pointer = (name: string): Promise<void> =>
      act(async () => void button().dispatchEvent(new MouseEvent(name, { button: 0, bubbles: true })));
    await pointer('pointerdown');
    await wait(limits.glassHoldMs - 100);
    await pointer('pointerup');
    await wait(limits.glassHoldMs);
    expect(sent(asked)).toEqual([]);
    expect(body()).toContain('Let go too early; nothing was asked.');
  });

  it('says who has to sign, then waits for them where it can be withdrawn', async () => {
    const { api, asked } = await begin([...begun, ...checker, enters]);
    expect(body()).toContain('Zhao Min is asked to sign.');
    await act(async () => api.happens({ type: 'glass-asked', data: { reason: 'fire' } }));
    expect(document.querySelector('.hold-button')).toBeNull();
    expect(body()).toContain('The glass waits for Zhao Min’s signature');
    await press(named('.banners button', /^Withdraw/));
    expect(sent(asked)).toEqual([{ type: 'withdraw-glass' }]);
    expect(body()).not.toContain('The glass waits');
  });

  it('shows who refused it and why, until that was read', async () => {
    await show(
      [
        ...begun,
        ...checker,
        enters,
        { type: 'glass-asked', data: { reason: 'fire' } },
        { type: 'glass-refused', data: { participant: 'p1', reason: 'it is the monthly test' } },
      ],
      (run) => <Banner run={run} />,
    );
    expect(body()).toContain('Zhao Min did not sign');
    expect(body()).toContain('it is the monthly test');
    await press(named('button', /^Dismiss/));
    expect(body()).not.toContain('Zhao Min did not sign');
  });

  it('leaves the run on hold with its reason, and who signed', async () => {
    await showScreen([
      ...begun,
      ...checker,
      enters,
      { type: 'glass-asked', data: { reason: 'fire' } },
      { type: 'glass-broken', data: { reason: 'fire', signedBy: 'p1' } },
      { type: 'lockdown-left', data: { cause: 'glass' } },
      { type: 'run-held', data: { reason: 'fire', cause: 'glass', minutes: null } },
    ]);
    expect(mark()).toBe('Glass broken, unlocked');
    expect(body()).toContain('Zhao Min signed for it.');
  });
});
