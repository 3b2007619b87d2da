import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StepAct, StepOutcome } from '../../../renderer/steps/index.tsx';
import { type App, createApp } from '../../../renderer/store/app.ts';
import { AppContext } from '../../../renderer/store/use-app.ts';
import type { Plan, PlanStep } from '../../../shared/checklist/plan.ts';
import { actionFor, DESK } from '../../../shared/checklist/plan-lookup.ts';
import type { CountersignApi } from '../../../shared/contract/ipc.ts';
import type { AttemptState, TargetState } from '../../../shared/run/state.ts';
import type { Action } from '../../../shared/steps/actions.ts';
import type { StepResult } from '../../../shared/steps/results.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { command, planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

/** The rooms of snapshot, compare, http and announce, drawn as they stand in a run. */
describe('the rooms of looking and announcing', () => {
  let place: HTMLElement;
  let root: Root;
  let app: App;

  beforeEach(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    place = document.createElement('div');
    document.body.append(place);
    root = createRoot(place);
    app = createApp({ request: async () => null, subscribe: () => () => {} } as unknown as CountersignApi);
  });
  afterEach(() => {
    act(() => root.unmount());
    place.remove();
    vi.restoreAllMocks();
  });

  const snapshot: Extract<Action, { kind: 'snapshot' }> = {
    kind: 'snapshot',
    look: command('curl -s localhost:8080/services'),
    reading: { keep: 'keys', how: { by: 'lines' } },
    mayBeEmpty: false,
  };
  const compare: Action = {
    kind: 'compare',
    with: 'before',
    allowed: { added: ['trade.new.*'], missing: [], changed: [] },
    tolerance: { type: 'percent', most: 5 },
  };
  const announce: Action = { kind: 'announce', to: 'duty', draft: ['Core is ', { run: 'result' }] };
  const of = (id: string, action: Action, given: Partial<PlanStep> = {}): PlanStep =>
    step(id, { kind: action.kind, effect: 'read', action, ...given });

  function show(
    steps: readonly PlanStep[],
    id: string,
    given: Partial<Plan> = {},
    language: 'en' | 'zh' = 'en',
  ): TargetState {
    const { state } = new Story(planOf(steps, given)).starts();
    const at = steps.findIndex((one) => one.id === id);
    const [shown, target] = [steps[at], state.steps[at]?.targets[0]];
    if (shown === undefined || target === undefined) throw new Error('no such step');
    act(() => app.actions.showRun(state, true, false));
    draw(<StepAct step={shown} action={actionFor(shown, target.target)} target={target} open />, language);
    return target;
  }

  function showResult(action: Action, result: StepResult, attempt: Partial<AttemptState> = {}): void {
    const target = show([of('one', snapshot)], 'one');
    const ended = { text: null, ...attempt, result } as AttemptState;
    draw(<StepOutcome step={of('one', action)} action={action} target={target} attempt={ended} />, 'en');
  }

  function draw(what: React.ReactNode, language: 'en' | 'zh'): void {
    act(() =>
      root.render(
        <I18nextProvider i18n={createTranslator(language)}>
          <AppContext value={app}>{what}</AppContext>
        </I18nextProvider>,
      ),
    );
  }

  const text = (): string => place.textContent ?? '';
  const button = (name: string): HTMLButtonElement => {
    const found = [...place.querySelectorAll('button')].find((one) => one.textContent === name);
    if (found === undefined) throw new Error(`no button ${name} among ${text()}`);
    return found;
  };
  const duty = (type: Plan['channels'][number]['type']): Partial<Plan> => ({
    channels: [{ name: 'duty', type, url: null, key: null }],
  });
  const tell = of('tell', announce, { targets: [DESK], effect: 'write' });

  function type(words: string): void {
    const area = place.querySelector('textarea');
    const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
    act(() => {
      set?.call(area, words);
      area?.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }

  it('shows what a comparison will do in the words of the snapshot it belongs to', () => {
    show([of('before', snapshot), of('after', compare)], 'after');
    expect(text()).toContain('curl -s localhost:8080/services');
    expect(text()).toContain('May be new: trade.new.*');
    expect(text()).toContain('Numbers may differ by 5%.');
  });

  it('lists differences with what was, what is, and which of them were expected', () => {
    const one = { before: null, after: null };
    showResult(compare, {
      kind: 'compare',
      with: 'before',
      attempt: 'a1',
      before: 900,
      after: 899,
      unexpected: { missing: 1, added: 0, changed: 1 },
      expected: { missing: 0, added: 600, changed: 0 },
      differences: [
        { what: 'missing', key: 'trade.risk', ...one, expected: false },
        { what: 'changed', key: 'orders', before: 100, after: 120, expected: false },
        { what: 'added', key: 'trade.new.x', ...one, expected: true },
      ],
    });
    const rows = [...place.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ['− missing', 'trade.risk', '✓', '–'],
      ['≠ changed', 'orders', '100', '120'],
      ['+ new (expected)', 'trade.new.x', '–', '✓'],
    ]);
    expect(text()).toContain('599 more differences are counted');
  });

  it('shows a snapshot as a list that is cut where nobody could read it, and a sealed one by its file', () => {
    const keys = Array.from({ length: 700 }, (_, index) => `s${index}`);
    showResult(snapshot, { kind: 'snapshot', count: 700, kept: { in: 'journal', snapshot: { keep: 'keys', keys } } });
    expect(text()).toContain('700 keys were kept');
    expect(text()).toContain('The first 500 of 700');
    expect(text()).not.toContain('s500');
    const file = { path: 'evidence/a1-snapshot.json', sha256: 'ab'.repeat(32), bytes: 9 };
    showResult(snapshot, { kind: 'snapshot', count: 30_000, kept: { in: 'file', file } });
    expect(text()).toContain('evidence/a1-snapshot.json');
  });

  it('shows a request with the names of its secrets, and where it really goes', () => {
    const action: Action = {
      kind: 'http',
      url: 'https://h5.test/ping',
      from: 'host',
      address: { address: '10.1.0.11', port: 8443 },
      headers: [{ name: 'Authorization', value: ['Bearer ', { secret: 'token' }] }],
      expect: { status: [{ from: 200, to: 299 }], headers: [], body: [{ test: 'contains', value: 'ok' }] },
      certificateMs: 14 * 86_400_000,
      ca: null,
      follow: false,
      timeoutMs: 10_000,
      repeat: { everyMs: 2_000, withinMs: 60_000, inARow: 3 },
    };
    show([of('h5', action)], 'h5');
    expect(place.querySelector('pre')?.textContent).toBe('GET https://h5.test/ping\nAuthorization: Bearer ${token}');
    for (const said of ['from app1', 'connects to 10.1.0.11:8443', '200–299', '14d', '3 × in a row']) {
      expect(text()).toContain(said);
    }
  });

  it('drafts an announcement in the language of the person, and keeps what they change until they draft it again', () => {
    show([tell], 'tell', duty('wecom'), 'zh');
    expect(place.querySelector('textarea')?.value).toBe('Core is 已完成');
    show([tell], 'tell', duty('wecom'));
    expect(place.querySelector('textarea')?.value).toBe('Core is completed');
    type('Core is live');
    expect(app.store.getState().run?.drafts['tell/desk']?.text).toBe('Core is live');
    expect(text()).toContain('12 of 2048 bytes');
    act(() => button('Draft it again').click());
    expect(place.querySelector('textarea')?.value).toBe('Core is completed');
  });

  it('says at once when the service would not take a text of that length', () => {
    show([tell], 'tell', duty('wecom'));
    type('上'.repeat(700));
    expect(place.querySelector('[role="alert"]')?.textContent).toContain('2100 of 2048 bytes');
  });

  it('copies the text that stands there, and says when the clipboard cannot be reached', async () => {
    const written: string[] = [];
    let reachable = true;
    const writeText = async (words: string): Promise<void> => {
      if (!reachable) throw new Error('refused');
      written.push(words);
    };
    Object.assign(navigator, { clipboard: { writeText } });
    show([tell], 'tell', duty('clipboard'));
    expect(text()).toContain('only then confirm it here');
    type('Core is live');
    await act(async () => button('Copy the text').click());
    expect(written).toEqual(['Core is live']);
    expect(place.querySelector('[role="status"]')?.textContent).toBe('Copied');
    reachable = false;
    await act(async () => button('Copy the text').click());
    expect(place.querySelector('[role="status"]')?.textContent).toContain('could not be reached');
  });

  it('shows the answer of the service, and the text that was sent', () => {
    const result: StepResult = {
      kind: 'announce',
      channel: 'duty',
      status: 200,
      code: '310000',
      said: 'sign not match',
    };
    showResult(announce, result, { text: 'Core is live' });
    expect(text()).toContain('HTTP 200, 310000 · sign not match');
    expect(text()).toContain('Core is live');
  });
});
