import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readiness } from '../../../renderer/model/preflight.ts';
import { type Checks, decisionsToSend, withCheck } from '../../../renderer/model/preflight-checks.ts';
import { createApp } from '../../../renderer/store/app.ts';
import { listenToPushes } from '../../../renderer/store/pushes.ts';
import { AppContext, useAppState } from '../../../renderer/store/use-app.ts';
import { PreflightView } from '../../../renderer/views/preflight/preflight-view.tsx';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { found } from '../../../shared/contract/check-table.ts';
import type { RequestName } from '../../../shared/contract/ipc.ts';
import type { PreflightCheck, PreflightItem } from '../../../shared/contract/lockdown.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { FakeCountersignApi, type FakeScript } from '../../helpers/fake-countersign-api.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { field, named, press, type } from './screen-kit.tsx';

const hot = planOf([step('stop', { block: 0, targets: ['app1'] })], { production: true, environment: 'prod' });
const good: readonly PreflightCheck[] = [
  found('notifications-blocked', { adapter: 'dunst', daemon: 'dunst 1.9' }),
  found('desktop-held', { manager: 'Openbox' }),
  found('power-mains', {}),
  found('sleep-held', { by: 'logind' }),
  found('disk-enough', { path: '/data', free: '40 GiB', needed: '2 GiB' }),
  found('clock-agrees', { furthest: 'app1 +0.1 s', limit: '3' }),
  found('updates-none', { by: 'apt' }),
  found('hosts-reached', { hosts: 'app1' }),
  found('checker-not-needed', {}),
];
const lowDisk = found('disk-low', { path: '/data', free: '310 MiB', needed: '2 GiB' });
const limited = found('desktop-limited', { limit: 'Ctrl+Alt+F1' });
const withFound = (...others: readonly PreflightCheck[]): readonly PreflightCheck[] =>
  good.map((check) => others.find(({ item }) => item === check.item) ?? check);
const asChecks = (checks: readonly PreflightCheck[]): Checks =>
  Object.fromEntries(checks.map((check) => [check.item, check]));

let close: () => Promise<void> = async () => {};
afterEach(() => close());

/** The screen before the start, as it opens; `asked` is what main was asked for, in order. */
async function showPreflight(plan: Plan, checks: readonly PreflightCheck[], more: Partial<FakeScript> = {}) {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const home = { checklists: [], runs: [] };
  const api = new FakeCountersignApi({
    ...{ language: 'en', theme: 'light', plan, home, events: [], output: [], minutesAgo: 0, checks },
    ...more,
  });
  const asked: (readonly [RequestName, unknown])[] = [];
  const refused = new Set<RequestName>();
  const request = api.request.bind(api);
  Object.assign(api, {
    request: async (name: RequestName, payload: never) => {
      asked.push([name, payload]);
      if (refused.has(name)) throw new Error('main is busy');
      return await request(name, payload);
    },
  });
  const app = createApp(api);
  const stop = listenToPushes(app);
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  await act(() => app.actions.openPreflight('/release.yaml', plan.environment));
  await act(async () =>
    root.render(
      <AppContext value={app}>
        <I18nextProvider i18n={createTranslator('en')}>
          <Screen />
        </I18nextProvider>
      </AppContext>,
    ),
  );
  close = async () => {
    await act(async () => root.unmount());
    place.remove();
    stop();
  };
  return { app, api, asked, refused, place };
}

function Screen() {
  const preflight = useAppState((state) => state.preflight);
  return preflight === null ? null : <PreflightView preflight={preflight} />;
}

/** Waits until something holds of what main tells by and by; a busy machine takes its time. */
async function eventually(holds: () => void): Promise<void> {
  await vi.waitFor(
    async () => {
      await act(async () => {});
      holds();
    },
    { timeout: 10_000 },
  );
}

const until = (words: RegExp): Promise<void> => eventually(() => expect(document.body.textContent).toMatch(words));

const row = (item: PreflightItem): HTMLElement => named(`[data-check="${item}"]`, /./);
const primary = (): HTMLElement => named('[data-primary]', /./);
const inRow = (item: PreflightItem, words: RegExp): boolean =>
  [...row(item).querySelectorAll('button')].some((button) => words.test(button.textContent ?? ''));

/** Presses the primary action once it may be pressed. */
async function pressPrimary(): Promise<void> {
  await eventually(() => expect(primary().getAttribute('aria-disabled')).toBe('false'));
  await press(primary());
}

/** In production somebody connects; then everything that hangs on the hosts is sensed again. */
async function connected(plan: Plan, checks: readonly PreflightCheck[], more: Partial<FakeScript> = {}) {
  const shown = await showPreflight(plan, checks, more);
  await pressPrimary();
  await eventually(() => expect(shown.asked.filter(([name]) => name === 'preflight:check')).toHaveLength(2));
  await until(/Checked: /);
  return shown;
}

async function goPast(item: PreflightItem, reason: string): Promise<void> {
  const button = [...row(item).querySelectorAll('button')].find((one) => one.textContent === 'Go on although…');
  // The keyboard is on what is pressed, as it is with a person.
  await act(async () => button?.focus());
  await press(button ?? row(item));
  await type(field(/^Reason/), reason);
  await press(named('.dialog button[type=submit]', /^Go on/));
}

describe('the gate before the start', () => {
  const before = { rehearsal: null, unexplained: null };
  const host = { status: 'connected' } as never;

  it('waits in production until everything is sensed, then for what was found', () => {
    const sensing = { ...asChecks(withFound(lowDisk)), clock: 'sensing' } as const;
    const stands = (checks: Checks, decisions = {}, plan = hot) =>
      readiness(plan, { app1: host }, before, { checks, decisions });
    expect(stands(sensing)).toEqual({ type: 'checking', done: 8, total: 9 });
    expect(stands(asChecks(withFound(lowDisk)))).toEqual({ type: 'open-checks', items: ['disk'] });
    expect(stands({})).toMatchObject({ type: 'open-checks', items: expect.arrayContaining(['notifications']) });
    const decided = { disk: { code: 'disk-low', reason: 'small' } };
    expect(stands(asChecks(withFound(lowDisk)), decided)).toEqual({ type: 'ready' });
    expect(stands(sensing, {}, { ...hot, production: false })).toEqual({ type: 'ready' });
  });

  it('keeps a decision while the same is found, and drops it when something else is', () => {
    const decided = {
      checks: asChecks(withFound(lowDisk)),
      decisions: { disk: { code: 'disk-low', reason: 'small' } },
    } as const;
    expect(withCheck(decided, 'disk', null).decisions).toEqual(decided.decisions);
    expect(withCheck(decided, 'disk', lowDisk).decisions).toEqual(decided.decisions);
    expect(withCheck(decided, 'disk', found('disk-read-only', { path: '/data' })).decisions).toEqual({});
  });

  it('drops a decision about what is clearly worse now, and keeps it while that is better', () => {
    const disk = (free: string) => found('disk-low', { path: '/data', free, needed: '2.0 GB' });
    const { params } = disk('1.4 GB');
    const decisions = { disk: { code: 'disk-low', params, reason: 'small' } } as const;
    const gate = { checks: asChecks(withFound(disk('1.4 GB'))), decisions };
    expect(withCheck(gate, 'disk', disk('1.9 GB')).decisions).toEqual(decisions);
    expect(withCheck(gate, 'disk', disk('0.6 GB')).decisions).toEqual({});
  });

  it('sends only decisions about what still stands', () => {
    const decisions = {
      disk: { code: 'disk-low', reason: 'small' },
      desktop: { code: 'desktop-limited', reason: 'x' },
    } as const;
    const sent = decisionsToSend({ checks: asChecks(withFound(lowDisk)), decisions });
    expect(sent).toEqual([{ item: 'disk', reason: 'small' }]);
    const other = { disk: { code: 'disk-read-only', reason: 'small' } } as const;
    expect(decisionsToSend({ checks: asChecks(withFound(lowDisk)), decisions: other })).toEqual([]);
  });
});

describe('the checks on the screen', () => {
  it('are made when it opens, and those that hang on the hosts again once these are connected', async () => {
    const { asked } = await connected(hot, good);
    const items = asked.flatMap(([name, payload]) => (name === 'preflight:check' ? [payload] : []));
    expect(items).toEqual([{ items: good.map(({ item }) => item) }, { items: ['clock', 'hosts'] }]);
  });

  it('say what was found and what helps, and in production ask for a decision', async () => {
    await connected(hot, withFound(lowDisk));
    expect(row('disk').textContent).toContain('Only 310 MiB free');
    expect(row('disk').textContent).toContain('empty the trash');
    expect(row('disk').textContent).toContain('not in order');
    expect(inRow('disk', /Go on although/)).toBe(true);
    expect(inRow('power', /Go on although/)).toBe(false);
    expect(named('[role=status]', /./).textContent).toBe('Checked: 1 finding is open.');
  });

  it('are advice outside production, where nothing waits for them', async () => {
    await showPreflight({ ...hot, production: false }, withFound(lowDisk));
    await until(/Checked: 1 thing to know/);
    expect(inRow('disk', /Go on although/)).toBe(false);
    expect(primary().textContent).toContain('Start the run');
  });

  it('leave hosts that are not connected to the button that connects them', async () => {
    await showPreflight(hot, withFound(found('hosts-missing', { hosts: 'app1' })));
    await until(/Checked, but for what needs the hosts/);
    expect(row('hosts').textContent).toContain('connect first');
    expect(inRow('hosts', /Go on although/)).toBe(false);
    expect(primary().textContent).toContain('Connect to 1 host');
  });

  it('are gone past with a reason that names what was found, and taken back', async () => {
    await connected(hot, withFound(lowDisk));
    await press(named('[data-check="disk"] button', /Go on although/));
    expect(named('.dialog', /./).textContent).toContain('Only 310 MiB free');
    await press(named('.dialog button', /^Cancel$/));
    await goPast('disk', 'Recordings are small');
    expect(row('disk').textContent).toContain('Going on because: Recordings are small');
    expect(row('disk').textContent).toContain('gone past');
    expect(primary().textContent).toContain('Start the run in prod');
    await press(named('[data-check="disk"] button', /Take it back/));
    expect(primary().textContent).toContain('Settle the finding: Disk space');
  });

  it('ask again when a later check finds something else', async () => {
    const { api } = await connected(hot, withFound(lowDisk));
    await goPast('disk', 'Recordings are small');
    await act(async () =>
      api.push('preflight:check', { item: 'disk', check: found('disk-read-only', { path: '/data' }) }),
    );
    expect(row('disk').textContent).not.toContain('Recordings are small');
    expect(inRow('disk', /Go on although/)).toBe(true);
  });

  it('get the keyboard from the start button, the first open one first', async () => {
    await connected(hot, withFound(limited, lowDisk));
    expect(primary().textContent).toContain('Settle 2 findings, first: Window and displays');
    await pressPrimary();
    expect(document.activeElement).toBe(row('desktop'));
    await goPast('desktop', 'Nobody else is here');
    await eventually(() => expect(document.activeElement).toBe(row('desktop')));
    await pressPrimary();
    expect(document.activeElement).toBe(row('disk'));
  });

  it('are sensed again one by one', async () => {
    const { asked } = await connected(hot, withFound(lowDisk));
    await press(named('[data-check="disk"] button', /Check again/));
    expect(asked.at(-1)).toEqual(['preflight:check', { items: ['disk'] }]);
    await until(/Checked: 1 finding/);
  });

  it('hold the start while they are made, and say how many are done', async () => {
    // The fake never finds out about an item it knows nothing of.
    await showPreflight(
      { ...hot, steps: [step('look', { targets: ['desk'] })] },
      good.filter(({ item }) => item !== 'updates'),
    );
    await until(/Checking: 8 of 9 done/);
    expect(row('updates').textContent).toContain('checking…');
    expect(primary().getAttribute('aria-disabled')).toBe('true');
    expect(document.body.textContent).toContain('8 of 9 checks are done');
  });

  it('say so when they could not be asked for, and claim nothing', async () => {
    const { refused } = await connected(hot, good);
    refused.add('preflight:check');
    await press(named('button', /^Check all again$/));
    expect(named('.checks .notice', /./).textContent).toContain('The checks could not be made');
    expect(row('power').textContent).toContain('not checked');
    refused.clear();
    await press(named('button', /^Check all again$/));
    await until(/Checked: nothing stands in the way/);
    expect(document.querySelector('.checks .notice')).toBeNull();
  });
});

describe('the lockdown', () => {
  const lock = (): HTMLInputElement => {
    const input = document.querySelector<HTMLInputElement>('.switch input');
    if (input === null) throw new Error('No switch.');
    return input;
  };

  it('is on in production, and leaving it off takes a reason', async () => {
    await connected(hot, good);
    expect(lock().checked).toBe(true);
    await press(lock());
    await press(named('.dialog button', /^Cancel$/));
    expect(lock().checked).toBe(true);
    await press(lock());
    await type(field(/^Reason/), 'Not rehearsed on this desktop');
    await press(named('.dialog button[type=submit]', /Leave lockdown off/));
    expect(lock().checked).toBe(false);
    expect(named('.lockdown-choice', /./).textContent).toContain('Off, because: Not rehearsed on this desktop');
    await press(lock());
    expect(lock().checked).toBe(true);
    expect(named('.lockdown-choice', /./).textContent).not.toContain('Not rehearsed');
  });

  it('is off elsewhere until it is switched on, and nobody has to say why', async () => {
    const { app } = await showPreflight({ ...hot, production: false }, good);
    expect(lock().checked).toBe(false);
    await press(lock());
    expect(app.store.getState().preflight?.lockdown).toEqual({ on: true, reason: null });
  });

  it('is not offered where nothing of the checklist would be locked', async () => {
    const cold = planOf([step('look', { effect: 'read', phase: 0 })], {
      production: true,
      phases: [{ kind: 'cold', title: '' }],
    });
    await showPreflight(cold, good);
    expect(document.querySelector('.switch')).toBeNull();
    expect(named('.lockdown-choice', /./).textContent).toContain('nothing will be locked');
  });

  it('lets the display be chosen where there are several', async () => {
    const display = (id: number, chosen: boolean) => ({
      id,
      label: `DP-${id}`,
      width: 1920,
      height: 1080,
      primary: chosen,
      chosen,
    });
    const { asked } = await connected(hot, good, { displays: [display(1, true), display(2, false)] });
    const labels = [...document.querySelectorAll('.lockdown-choice .choice')].map((one) => one.textContent);
    expect(labels).toEqual(['DP-1, 1920 × 1080 (primary)', 'DP-2, 1920 × 1080']);
    await press(named('.lockdown-choice .choice', /DP-2/));
    expect(asked).toContainEqual(['lock:choose-display', { id: 2 }]);
    expect(named('.lockdown-choice .choice[data-selected]', /./).textContent).toContain('DP-2');
  });

  it('goes into the run with what was decided, after both were read once more', async () => {
    const { app, asked } = await connected(hot, withFound(lowDisk));
    await goPast('disk', 'Recordings are small');
    await pressPrimary();
    const said = named('.dialog', /./).textContent ?? '';
    for (const words of ['The hot phases are worked in lockdown', 'Only 310 MiB free', 'Recordings are small'])
      expect(said).toContain(words);
    await type(field(/^Type prod/), 'prod');
    await press(named('.dialog button[type=submit]', /Start the run/));
    const created = asked.find(([name]) => name === 'run:create')?.[1];
    const decisions = [{ item: 'disk', reason: 'Recordings are small' }];
    expect(created).toEqual({ lockdown: { on: true, reason: null }, decisions });
    expect(app.store.getState().screen).toBe('run');
  });
});
