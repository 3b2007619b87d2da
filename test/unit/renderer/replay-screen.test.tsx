import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { describe, expect, it, vi } from 'vitest';
import { createApp } from '../../../renderer/store/app.ts';
import { AppContext } from '../../../renderer/store/use-app.ts';
import { CompareView } from '../../../renderer/views/compare/compare-view.tsx';
import { ReplayScreen } from '../../../renderer/views/replay/replay-screen.tsx';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { ended, FakeCountersignApi, started } from '../../helpers/fake-countersign-api.ts';
import type { FakeAnswers } from '../../helpers/fake-evidence.ts';
import { fakeCompare, fakeReplay } from '../../helpers/fake-replay.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { named, press, type } from './screen-kit.tsx';

// xterm draws on a canvas, which is not here; what it is given is the engine's and the picture's business.
vi.mock('../../../renderer/terminal/terminal-view.tsx', () => ({ TerminalView: () => null }));

const plan = planOf([step('one'), step('two')]);
const one = plan.steps[0];
const over: RunEvent = { type: 'run-ended', data: { result: 'abandoned', reason: 'enough' } };
const events: readonly RunEvent[] = [
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'one' } },
  started(one, 'a1', 'app1'),
  ended('a1', 'failed'),
  over,
];

/** A part of the screen with the run of `told` open; unlike `showRun` it stands while no run is. */
async function show(part: ReactNode, told: readonly RunEvent[], answers: FakeAnswers) {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const home = { checklists: [], runs: [] };
  const api = new FakeCountersignApi({
    ...{ language: 'en', theme: 'light', plan, home, events: told, output: [], minutesAgo: 1, answers },
  });
  const app = createApp(api);
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  await act(() => app.actions.openRun('r1'));
  await act(async () =>
    root.render(
      <AppContext value={app}>
        <I18nextProvider i18n={createTranslator('en')}>{part}</I18nextProvider>
      </AppContext>,
    ),
  );
  const state = (): RunState | undefined => app.store.getState().run?.state;
  const close = async (): Promise<void> => {
    await act(async () => root.unmount());
    place.remove();
  };
  return { app, state, close };
}

async function shown(answers: FakeAnswers = fakeReplay(plan, events, { output: ['first', 'ERROR of it'] })) {
  const past = await show(<ReplayScreen />, events, answers);
  await act(() => past.app.actions.openReplay('r1'));
  return past;
}

const words = (): string => document.body.textContent ?? '';

describe('the screen of a run that is replayed', () => {
  it('says that nothing acts there, has no primary button, and stands at the beginning', async () => {
    const past = await shown();
    expect(words()).toContain('nothing here acts');
    expect(document.querySelector('[data-primary]')).toBeNull();
    expect(past.state()?.status).toBe('created');
    await past.close();
  });

  it('goes to a mark, from there to the event before by key, and to a typed time', async () => {
    const past = await shown();
    await press(named('.replay-mark-at', /failed/));
    expect(past.state()?.steps[0]?.targets[0]?.status).toBe('failed');
    await act(async () => void document.dispatchEvent(new KeyboardEvent('keydown', { key: '[', bubbles: true })));
    expect(past.state()?.seq).toBe(2);
    const field = named('input', /Go to a time/) as HTMLInputElement;
    await type(field, '+1:00');
    await act(async () => field.form?.requestSubmit());
    expect(past.state()?.steps[0]?.targets[0]?.status).toBe('failed');
    await type(field, '+59:00');
    await act(async () => field.form?.requestSubmit());
    expect(words()).toContain('No such time in this run');
    await past.close();
  });

  it('finds a text in all outputs, and goes to the moment it was written', async () => {
    const past = await shown();
    const field = named('input', /Search all output/) as HTMLInputElement;
    await type(field, 'ERROR');
    await act(async () => field.form?.requestSubmit());
    expect(words()).toContain('1 line');
    expect(document.querySelectorAll('.replay-hit')).toHaveLength(1);
    await act(async () => field.form?.requestSubmit());
    expect(words()).toContain('1 of 1');
    expect(past.app.store.getState().replay?.moment.ms).toBe(60_000);
    await past.close();
  });

  it('plays until the end and stops there', async () => {
    const past = await shown();
    await act(async () => past.app.actions.setReplay({ speed: 60 }));
    await act(async () => past.app.actions.replayPlay());
    await act(async () => past.app.actions.replayPassed(600_000));
    expect(past.state()?.status).toBe('ended');
    expect(past.app.store.getState().replay?.playing).toBe(false);
    await past.close();
  });

  it('says that a run was altered before it shows anything, and keeps saying so', async () => {
    const answers = fakeReplay(plan, events, { output: ['first'] });
    const opened = answers['replay:open']?.({ runId: 'r1' });
    if (opened?.ok !== true) throw new Error('The fake opens.');
    const fault = { line: 5, what: 'wrong-hash', expected: 4, detail: '' };
    const past = await shown({
      ...answers,
      'replay:open': () => ({ ok: true, value: { ...opened.value, fault } }),
    });
    expect(document.querySelector('[role=alert]')?.textContent).toMatch(/ALTERED.*Line 5: its content does not match/);
    expect(document.querySelector('.outline')).toBeNull();
    await press(named('button', /Replay what holds/));
    expect(document.querySelector('.outline')).not.toBeNull();
    expect(words()).toContain('ALTERED at line 5');
    await past.close();
  });

  it('says of a run that nobody vouches for what the verifier says, at every moment of it', async () => {
    const doubt = { verdict: 'altered', integrity: 'altered', completeness: 'complete', identity: 'unproved' } as const;
    const past = await shown({
      ...fakeReplay(plan, events, { output: ['first'] }),
      'history:verdict': () => ({ ...doubt, first: null }),
    });
    expect(words()).toContain('What stands there is not what was written.');
    await past.close();
  });

  it('says why a run cannot be replayed, and leads back to where one came from', async () => {
    const trouble = failure('local-error', {}, 'Line 7 is bad.');
    const past = await shown({ 'replay:open': () => ({ ok: false, failure: trouble }) });
    expect(words()).toContain('cannot be replayed');
    await press(named('button', /Leave the replay/));
    expect(past.app.store.getState()).toMatchObject({ screen: 'run', replay: null });
    expect(past.state()?.status).toBe('ended');
    await past.close();
  });

  it('plays anew from its end, by key as by button', async () => {
    const past = await shown();
    const replay = () => past.app.store.getState().replay;
    for (const play of [
      () => press(named('button', /^Play$/)),
      () => act(async () => void document.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }))),
    ]) {
      await act(async () => past.app.actions.replayTo(600_000));
      await play();
      expect(replay()?.playing).toBe(true);
      expect(replay()?.moment.ms).toBeLessThan(50_000);
      await act(async () => past.app.actions.replayPlay());
      expect(replay()?.playing).toBe(false);
    }
    await past.close();
  });

  it('names a step that undoes another as the outline does', async () => {
    const back = planOf([step('one'), step('two', { title: 'Stop tomcat', undoes: ['one'] })]);
    const told: readonly RunEvent[] = [
      { type: 'run-started', data: {} },
      { type: 'step-entered', data: { step: 'two' } },
    ];
    const past = await shown(fakeReplay(back, told, { output: [] }));
    expect(named('.replay-mark-at', /Stop tomcat/).getAttribute('aria-label')).toContain('Undo: Stop tomcat');
    await past.close();
  });

  it('shows what was asked for last, whatever comes of what was asked for before', async () => {
    const past = await show(<ReplayScreen />, events, fakeReplay(plan, events, { output: [] }));
    const request = past.app.api.request.bind(past.app.api);
    let fail = (_: Error): void => {};
    const late = vi.spyOn(past.app.api, 'request').mockImplementationOnce(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    let first = Promise.resolve();
    await act(async () => {
      first = past.app.actions.openReplay('r0');
    });
    late.mockImplementation(request);
    await act(async () => past.app.actions.closeReplay());
    await act(() => past.app.actions.openReplay('r1'));
    await act(async () => {
      fail(new Error('EIO'));
      await first;
    });
    expect(past.app.store.getState().replay).toMatchObject({ runId: 'r1', failure: null });
    expect(document.querySelector('.outline')).not.toBeNull();
    await past.close();
  });

  it('is not opened over a run that is under way', async () => {
    const going = await show(null, events.slice(0, 2), {});
    await act(() => going.app.actions.openReplay('r1'));
    await act(() => going.app.actions.openCompare('r1', 'r2'));
    expect(going.app.store.getState()).toMatchObject({ screen: 'run', replay: null, compare: null });
    await going.close();
  });
});

describe('the whole recording of a run that is replayed', () => {
  const fake = fakeReplay(plan, events, { output: ['first'] });
  const missing = { ok: false, failure: failure('recording-missing', { attempt: 'a1' }) } as const;
  const lines = { ok: true, value: { lines: ['the only line'], first: 0, total: 1 } } as const;

  async function recording(answers: FakeAnswers) {
    const past = await shown({ ...fake, ...answers });
    await press(named('.replay-mark-at', /failed/));
    await press(named('button', /^Whole recording$/));
    return past;
  }
  const dialog = (): string => document.querySelector('[role=dialog]')?.textContent ?? '';
  const alarm = (): string => document.querySelector('[role=dialog] [role=alert]')?.textContent ?? '';

  it('says that it is missing and what to do, claims nothing of what it held, and is read when it is back', async () => {
    let there = false;
    const past = await recording({ 'output:read': () => (there ? lines : missing) });
    expect(alarm()).toMatch(/The recording a1 is not in the run’s folder.*moved or removed the folder/s);
    expect(dialog()).not.toMatch(/Nothing was written|\d lines?/);
    there = true;
    await press(named('[role=dialog] button', /Try again/));
    expect(alarm()).toBe('');
    expect(dialog()).toContain('1 line');
    await past.close();
  });

  it('says why it cannot be read, and nothing of it before it was', async () => {
    let fail = (_: Error): void => {};
    const slow = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const past = await recording({ 'output:read': () => slow as never });
    expect(dialog()).toContain('Reading…');
    expect(dialog()).not.toMatch(/Nothing was written|\d lines?/);
    await act(async () => fail(new Error('EIO: i/o error, read')));
    expect(alarm()).toMatch(/Something went wrong on this computer.*EIO/s);
    expect(dialog()).not.toContain('Reading…');
    await past.close();
  });

  it('says of a search that it could not be made, not that nothing was found', async () => {
    const past = await recording({ 'output:read': () => lines, 'output:search': () => missing });
    const sought = named('[role=dialog] input', /Search the whole recording/) as HTMLInputElement;
    await type(sought, 'ERROR');
    await act(async () => sought.form?.requestSubmit());
    expect(alarm()).toContain('The recording a1 is not in the run’s folder');
    expect(named('[role=dialog] .recording-search [role=status]', /^/).textContent).toBe('');
    await past.close();
  });
});

describe('two runs side by side', () => {
  const right: readonly RunEvent[] = [...events.slice(0, 3), ended('a1', 'passed'), over];
  const answers = fakeCompare(plan, events, right, { left: ['same', 'old'], right: ['same', 'new'] });

  it('shows what differs, all of it when asked, and both outputs line by line', async () => {
    const both = await show(<CompareView />, events, answers);
    await act(() => both.app.actions.openCompare('left', 'right'));
    expect(words()).toContain('1 of 2 differs');
    expect(document.querySelectorAll('.compare-table tbody th')).toHaveLength(1);
    await press(named('input[type=checkbox]', /^$/));
    expect(document.querySelectorAll('.compare-table tbody th')).toHaveLength(2);
    await press(named('.link-button', /Outputs/));
    expect(document.querySelector('.compare-lines .is-gone')?.textContent).toContain('old');
    expect(document.querySelector('.compare-lines .is-new')?.textContent).toContain('new');
    await both.close();
  });

  it('compares nothing with a recording that is missing, and says which one it is', async () => {
    const missing = { ok: false, failure: failure('recording-missing', { attempt: 'a1' }) } as const;
    const lines = { ok: true, value: { lines: ['new'], first: 0, total: 1 } } as const;
    const both = await show(<CompareView />, events, {
      ...answers,
      'compare:output': ({ runId }) => (runId === 'left' ? missing : lines),
    });
    await act(() => both.app.actions.openCompare('left', 'right'));
    await press(named('.link-button', /Outputs/));
    expect(document.querySelector('[role=alert]')?.textContent).toMatch(/^Left.*a1 is not in the run’s folder/);
    expect(document.querySelector('.compare-lines')).toBeNull();
    expect(words()).not.toContain('wrote the same');
    await both.close();
  });
});
