import { act } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UNANSWERED_MS } from '../../../renderer/components/sending.tsx';
import { RunView } from '../../../renderer/views/run/run-view.tsx';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import type { Answers } from '../../../shared/contract/ipc.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { ended, type FakeCountersignApi, started } from '../../helpers/fake-countersign-api.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { key } from './history-kit.tsx';
import { field, isDisabled, named, press, showRun, type } from './screen-kit.tsx';

const untell = { action: { kind: 'manual' as const, evidence: [] }, perTarget: {}, plannedMs: 60_000 };
const plan = planOf([
  manualStep('tell', { code: '1.1', title: 'Tell everybody', targets: ['app1', 'app2'], rollback: untell }),
  manualStep('watch', { code: '1.2', title: 'Watch the log' }),
]);
const begun: readonly RunEvent[] = [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops', person: 'Li Wei', pid: 1, resumed: false },
  },
  { type: 'lockdown-chosen', data: { on: false, reason: 'a shared screen' } },
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'tell' } },
];
/** Something that a rollback would undo. */
const told: readonly RunEvent[] = [started(plan.steps[0], 'a1', 'app1'), ended('a1', 'passed', { effect: 'full' })];
const full: Answers['run:intent'] = { ok: false, refusal: { code: 'journal-unwritable', params: {} } };
const noRoom = 'The journal could not be written';

let close: () => Promise<void> = async () => {};
afterEach(async () => {
  vi.useRealTimers();
  await close();
});

/** Main's door for intents: what came is kept, and answered as it stands open, is shut, or after a while. */
function doorOf(api: FakeCountersignApi) {
  const sent: Intent[] = [];
  const request = api.request.bind(api);
  const real = (intent: Intent) => request('run:intent', { intent });
  const door = { sent, real, answer: real as (intent: Intent) => Promise<Answers['run:intent']> };
  Object.assign(api, {
    request: (name: Parameters<typeof request>[0], payload: never) => {
      if (name !== 'run:intent') return request(name, payload);
      const { intent } = payload as { intent: Intent };
      sent.push(intent);
      return door.answer(intent);
    },
  });
  return door;
}

/** An answer that main keeps back until the test gives it. */
function later() {
  let settle = (_: Answers['run:intent']): void => {};
  const answer = new Promise<Answers['run:intent']>((resolve) => {
    settle = resolve;
  });
  return { answer: () => answer, give: (value: Answers['run:intent']) => act(async () => settle(value)) };
}

async function show(more: readonly RunEvent[] = []) {
  const shown = await showRun(plan, [...begun, ...more], () => <RunView />);
  close = shown.close;
  await act(async () => {});
  return { ...shown, door: doorOf(shown.api) };
}

/** The longest thing that is typed into the dialog. */
const words = (): HTMLTextAreaElement => {
  const found = document.querySelector<HTMLTextAreaElement>('.dialog textarea');
  if (found === null) throw new Error('Nothing is asked.');
  return found;
};
const dialog = (): HTMLElement | null => document.querySelector('[role=dialog], [role=alertdialog]');
const submit = (): HTMLElement => named('.dialog .button.solid', /./);
const banners = (): string => document.querySelector('.banners')?.textContent ?? '';
const leave = (): Promise<void> => key('Escape', submit());

const reason = 'the desk did not answer';

/** Each act as a person comes to it, with all that it wants typed. */
const acts: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'a note',
    async () => {
      await press(named('button', /^Note…/));
      await type(words(), reason);
    },
  ],
  [
    'a deferral',
    async () => {
      await press(named('button', /^Defer on app1…/));
      await type(words(), reason);
      await type(field(/takes care/), 'Zhang San');
      await type(field(/^Due/), 'Monday');
    },
  ],
  [
    'a failure',
    async () => {
      await press(named('button', /^It failed on app1…/));
      await type(words(), reason);
    },
  ],
  [
    'a hold',
    async () => {
      await press(named('.top-bar button', /^Hold…/));
      await type(words(), reason);
    },
  ],
];

describe.each(acts)('%s', (_, ask) => {
  it('stays as it was typed while it cannot be written, says so in place, and can be sent again', async () => {
    const { door } = await show();
    door.answer = async () => full;
    await ask();
    await act(async () => submit().focus());
    await press(submit());
    expect(dialog()?.querySelector('[role=alert]')?.textContent).toContain(noRoom);
    expect(banners()).not.toContain(noRoom);
    expect(words().value).toBe(reason);
    expect(document.activeElement).toBe(submit());
    door.answer = door.real;
    await press(submit());
    expect(dialog()).toBeNull();
    expect(door.sent).toHaveLength(2);
    expect(door.sent[1]).toEqual(door.sent[0]);
  });

  it('is sent once by a double press, and keeps the keyboard until it is answered', async () => {
    const { door } = await show();
    const { answer, give } = later();
    door.answer = answer;
    await ask();
    await act(async () => submit().focus());
    const button = submit();
    await act(async () => {
      button.click();
      button.click();
    });
    await press(submit());
    expect(door.sent).toHaveLength(1);
    expect(isDisabled(submit())).toBe(true);
    expect(document.activeElement).toBe(submit());
    expect(named('.dialog [role=status]', /Waiting for the answer/)).toBeDefined();
    expect(words().value).toBe(reason);
    await give({ ok: true });
    expect(dialog()).toBeNull();
  });
});

describe('breaking the glass', () => {
  it('keeps its reason when that could not be written, and can be held down again', async () => {
    const { door, app } = await show([
      { type: 'lockdown-chosen', data: { on: true, reason: null } },
      { type: 'lockdown-entered', data: { display: { width: 1, height: 1 }, displays: 1, sensed: true } },
    ]);
    await act(async () => app.actions.showDialog('glass'));
    await type(words(), reason);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const hold = async (): Promise<void> => {
      const button = named('.hold-button', /^(Hold|Keep)/);
      const send = (kind: string) => button.dispatchEvent(new KeyboardEvent(kind, { key: ' ', bubbles: true }));
      await act(async () => void send('keydown'));
      await act(async () => void (await vi.advanceTimersByTimeAsync(limits.glassHoldMs)));
      await act(async () => void send('keyup'));
    };
    door.answer = async () => full;
    await hold();
    expect(dialog()?.querySelector('[role=alert]')?.textContent).toContain(noRoom);
    expect(dialog()?.textContent).not.toContain('Asked.');
    expect(words().value).toBe(reason);
    door.answer = door.real;
    await hold();
    expect(door.sent).toEqual(Array(2).fill({ type: 'break-glass', reason }));
    expect(dialog()).toBeNull();
  });
});

describe('an act whose request breaks', () => {
  it('says the technical cause in its dialog', async () => {
    const { door } = await show();
    door.answer = async () => Promise.reject(new Error('EIO: i/o error'));
    await press(named('button', /^Note…/));
    await type(words(), reason);
    await press(submit());
    expect(dialog()?.querySelector('[role=alert]')?.textContent).toContain('EIO: i/o error');
    expect(words().value).toBe(reason);
    expect(banners()).not.toContain('EIO');
  });
});

describe('an answer that does not come', () => {
  const askUnanswered = async () => {
    const shown = await show(told);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { answer, give } = later();
    shown.door.answer = answer;
    await press(named('button', /^Note…/));
    await type(words(), reason);
    await press(submit());
    return { ...shown, give };
  };
  const wait = (ms: number): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

  it('is told as that, can be closed with Escape, and stands across the screen until it comes', async () => {
    const { give } = await askUnanswered();
    await wait(UNANSWERED_MS - 1);
    expect(dialog()?.textContent).not.toContain('No answer yet');
    await wait(1);
    expect(dialog()?.textContent).toContain('No answer yet: whether it was taken is not known.');
    await leave();
    await wait(0);
    expect(dialog()).toBeNull();
    expect(banners()).toContain('not answered yet');
    await give(full);
    expect(banners()).toContain(noRoom);
    expect(banners()).not.toContain('not answered yet');
  });

  it('does not close the dialog that was opened since, which waits for it', async () => {
    const { app, door, give } = await askUnanswered();
    await leave();
    await wait(0);
    await act(async () => app.actions.showDialog('rollback'));
    await type(words(), 'enough');
    expect(isDisabled(submit())).toBe(true);
    expect(dialog()?.textContent).toContain('What was asked last is not answered yet');
    await give({ ok: true });
    expect(words().value).toBe('enough');
    expect(isDisabled(submit())).toBe(false);
    door.answer = door.real;
    await press(submit());
    expect(door.sent.map(({ type: what }) => what)).toEqual(['add-note', 'begin-rollback']);
    expect(dialog()).toBeNull();
  });

  it('is nothing to a run that was opened meanwhile', async () => {
    const { app, give } = await askUnanswered();
    await leave();
    const { run } = app.store.getState();
    if (run === null) throw new Error('No run is open.');
    const other = { ...run, state: { ...run.state, runId: 'another' }, pending: true, refusal: null };
    await act(async () => app.store.setState({ run: other }));
    await give(full);
    expect(app.store.getState().run).toMatchObject({ pending: true, refusal: null });
  });
});

describe('a run that moves on before the answer', () => {
  it('leaves the dialog as it is until that comes', async () => {
    const { door, api } = await show();
    const { answer, give } = later();
    door.answer = answer;
    await press(named('button', /^Defer on app1…/));
    const title = dialog()?.querySelector('h2')?.textContent;
    await type(words(), reason);
    await type(field(/takes care/), 'Zhang San');
    await type(field(/^Due/), 'Monday');
    await press(submit());
    const decided = (target: string): RunEvent => ({
      type: 'target-decided',
      data: { step: 'tell', target, decision: 'deferred', reason, owner: 'Zhang San', due: 'Monday' },
    });
    await act(async () => api.happens(decided('app1'), decided('app2')));
    expect(document.querySelector('.step-head h2')?.textContent).toBe('Watch the log');
    expect(dialog()?.querySelector('h2')?.textContent).toBe(title);
    expect(words().value).toBe(reason);
    await give({ ok: false, refusal: { code: 'not-the-current-step', params: { current: '1.2' } } });
    expect(dialog()?.querySelector('[role=alert]')).not.toBeNull();
    expect(words().value).toBe(reason);
    await leave();
    expect(dialog()).toBeNull();
  });

  it('does not turn the question about a rollback round while it is begun', async () => {
    const { door, app, state } = await show(told);
    const { answer, give } = later();
    door.answer = async (intent) => {
      await door.real(intent);
      return await answer();
    };
    await act(async () => app.actions.showDialog('rollback'));
    await type(words(), reason);
    await press(submit());
    expect(state().rollbacks).toHaveLength(1);
    expect(words().value).toBe(reason);
    await give({ ok: true });
    expect(dialog()).toBeNull();
  });

  it('keeps the reason of a rollback that could not be written', async () => {
    const { door, app } = await show(told);
    door.answer = async () => full;
    await act(async () => app.actions.showDialog('rollback'));
    await type(words(), reason);
    await press(submit());
    expect(dialog()?.querySelector('[role=alert]')?.textContent).toContain(noRoom);
    expect(words().value).toBe(reason);
  });
});
