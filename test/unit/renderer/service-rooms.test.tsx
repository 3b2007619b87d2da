import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offerText, offerWords } from '../../../renderer/model/offers.ts';
import { StepAct, StepOutcome } from '../../../renderer/steps/index.tsx';
import { serviceRoom } from '../../../renderer/steps/service.tsx';
import { type App, createApp } from '../../../renderer/store/app.ts';
import { AppContext } from '../../../renderer/store/use-app.ts';
import type { CountersignApi } from '../../../shared/contract/ipc.ts';
import type { AttemptState, TargetState } from '../../../shared/run/state.ts';
import type { ProcessAction, ProcessRef } from '../../../shared/steps/actions/process.ts';
import type { ServiceAction } from '../../../shared/steps/actions/service.ts';
import type { Action } from '../../../shared/steps/actions.ts';
import type { StepResult } from '../../../shared/steps/results.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { command, planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

/** The rooms of service and process, drawn as they stand in a run. */
describe('the rooms of services and processes', () => {
  let place: HTMLElement;
  let root: Root;
  let app: App;

  beforeEach(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    place = document.body.appendChild(document.createElement('div'));
    root = createRoot(place);
    app = createApp({ request: async () => null, subscribe: () => () => {} } as unknown as CountersignApi);
  });
  afterEach(() => {
    act(() => root.unmount());
    place.remove();
  });

  const service = (does: ServiceAction['does']): ServiceAction => ({
    kind: 'service',
    does,
    identity: { by: 'pattern', pattern: 'catalina.startup.Bootstrap' },
    ready: { log: { path: '/l', ready: [{ test: 'contains', value: 'up' }], failed: [] }, port: 8080, http: null },
    withinMs: 60_000,
    settleMs: 2_000,
    several: false,
    mayBeGone: false,
  });
  const pair = service({
    type: 'stop-start',
    stop: command('stop.sh', { sudo: 'tomcat' }),
    start: command('start.sh'),
  });
  const ref = (pid: number): ProcessRef => ({ pid, start: pid, boot: 'b', command: `java ${pid}`, ageMs: 90_000 });

  function draw(what: ReactNode, language: 'en' | 'zh' = 'en'): void {
    act(() =>
      root.render(
        <I18nextProvider i18n={createTranslator(language)}>
          <AppContext value={app}>{what}</AppContext>
        </I18nextProvider>,
      ),
    );
  }

  function show(action: Action, result?: StepResult, language: 'en' | 'zh' = 'en'): string {
    const one = step('one', { kind: action.kind, action });
    const { state } = new Story(planOf([one])).starts();
    const target = state.steps[0]?.targets[0] as TargetState;
    act(() => app.actions.showRun(state, true, false));
    if (result === undefined) draw(<StepAct step={one} action={action} target={target} open />, language);
    else {
      const attempt = { result } as AttemptState;
      draw(<StepOutcome step={one} action={action} target={target} attempt={attempt} />, language);
    }
    return place.textContent ?? '';
  }

  it.each(['en', 'zh'] as const)(
    'shows every command that will be sent, as whom, and what counts as done (%s)',
    (language) => {
      const words = show(pair, undefined, language);
      for (const part of ['stop.sh', 'start.sh', 'tomcat', '8080', 'catalina.startup.Bootstrap', '/l', 'up']) {
        expect(words).toContain(part);
      }
      expect(words).not.toMatch(/\{\{|…/);
    },
  );

  it('shows what was there, what is left, what is new, and how long it took', () => {
    const words = show(pair, {
      kind: 'service',
      before: [ref(11), ref(12)],
      left: [ref(12)],
      after: [ref(13)],
      stopMs: 14_000,
      startMs: 26_300,
      lines: ['Server startup in [23912] milliseconds'],
    });
    expect(words).toContain('gone after 14 s · ready after 26 s');
    expect(words.match(/pid 12/g), 'what is left is named once').toHaveLength(1);
    expect(words).toMatch(/Before.*pid 11.*Still there.*pid 12.*New.*pid 13/);
    expect(words).toContain('Server startup in');
  });

  it('shows what a look asks, and what it found', () => {
    const look: ProcessAction = {
      kind: 'process',
      identity: { by: 'port', port: 8080 },
      want: { type: 'count', compare: { 'at-least': 2 } },
      sudo: 'root',
    };
    const asked = show(look);
    expect(asked).toContain('port 8080');
    expect(asked).toMatch(/2 of it/);
    expect(asked).toContain('root');
    expect(show(look, { kind: 'process', processes: [ref(7)], instances: 1 })).toContain('pid 7 java 7');
    expect(show(look, { kind: 'process', processes: [], instances: 0 })).toContain('No such process was there.');
  });

  it('says how long it has been waiting for which process', () => {
    const { Progress } = serviceRoom;
    if (Progress === undefined) throw new Error('no progress');
    draw(<Progress progress={{ attempt: 'a1', done: 14, of: 60, label: 'pid 123' }} />);
    expect(place.textContent).toContain('Waiting for: pid 123');
    expect(place.textContent).toContain('14');
    expect(place.querySelector('progress')).toMatchObject({ max: 60, value: 14 });
  });

  it.each(['en', 'zh'] as const)('names each move by what it does and to what (%s)', (language) => {
    const translator = createTranslator(language);
    const t = (key: string, params: object = {}): string => translator.t(`ui:${key}`, { ...params });
    const params = { thing: 'tomcat', place: ' @app1' };
    for (const choice of ['kill', 'kill-9']) {
      expect(offerWords(choice, params, t)).toContain('tomcat');
      expect(offerText(choice, params, t)).not.toBe('');
    }
    expect(offerWords('kill', params, t)).toContain('TERM');
    expect(offerWords('kill-9', params, t)).toContain('KILL');
    expect(offerWords('only-4711', params, t)).toContain('4711');
    expect(offerText('only-4711', params, t)).toContain('4711');
  });
});
