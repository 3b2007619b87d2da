import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StepAct, StepOutcome, StepProgress } from '../../../renderer/steps/index.tsx';
import { createApp } from '../../../renderer/store/app.ts';
import { AppContext } from '../../../renderer/store/use-app.ts';
import type { CountersignApi } from '../../../shared/contract/ipc.ts';
import type { AttemptState, TargetState } from '../../../shared/run/state.ts';
import type { Action } from '../../../shared/steps/actions.ts';
import type { StepResult } from '../../../shared/steps/results.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

const hash = 'a'.repeat(64);

/** The rooms of artifact, upload and config, drawn as they stand in a run. */
describe('the rooms of files', () => {
  let place: HTMLElement;
  let root: Root;
  const app = createApp({ request: async () => null, subscribe: () => () => {} } as unknown as CountersignApi);

  beforeEach(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    place = document.body.appendChild(document.createElement('div'));
    root = createRoot(place);
  });
  afterEach(() => {
    act(() => root.unmount());
    place.remove();
  });

  const upload: Extract<Action, { kind: 'upload' }> = {
    kind: 'upload',
    what: { type: 'put', from: 'trade.war', sha256: hash, mode: null },
    to: '/opt/trade.war',
    kept: '/opt/trade.war.old',
    sudo: null,
  };
  const config: Extract<Action, { kind: 'config' }> = {
    kind: 'config',
    file: '/opt/app.properties',
    format: 'properties',
    encoding: 'utf-8',
    sudo: null,
    expect: [{ key: 'db.password', secret: true, wanted: { type: 'value', parts: ['hush', { secret: 'db-pw' }] } }],
    absent: ['debug.*'],
    known: [],
    noOthers: true,
    secret: [],
  };

  function targetOf(action: Action): TargetState {
    const { state } = new Story(planOf([step('one', { kind: action.kind, action })])).starts();
    act(() => app.actions.showRun(state, true, false));
    const target = state.steps[0]?.targets[0];
    if (target === undefined) throw new Error('no target');
    return target;
  }

  function draw(what: React.ReactNode, language: 'en' | 'zh' = 'en'): string {
    act(() =>
      root.render(
        <I18nextProvider i18n={createTranslator(language)}>
          <AppContext value={app}>{what}</AppContext>
        </I18nextProvider>,
      ),
    );
    return place.textContent ?? '';
  }

  function drawAct(action: Action, language: 'en' | 'zh' = 'en'): string {
    const shown = step('one', { kind: action.kind, action });
    return draw(<StepAct step={shown} action={action} target={targetOf(action)} open />, language);
  }

  function drawResult(action: Action, result: StepResult): string {
    const attempt = { result } as AttemptState;
    const shown = step('one', { kind: action.kind, action });
    return draw(<StepOutcome step={shown} action={action} target={targetOf(action)} attempt={attempt} />);
  }

  const rows = (): string[][] =>
    [...place.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent ?? ''));

  it('say before an upload what goes where, what it must be and what is kept', () => {
    const text = drawAct(upload);
    for (const words of ['trade.war → /opt/trade.war', hash, '/opt/trade.war.old']) expect(text).toContain(words);
    const bare = drawAct({ ...upload, kept: null, what: { type: 'put', from: 'x', sha256: null, mode: '0640' } });
    for (const words of ['not kept', 'the artifact step proved', '0640']) expect(bare).toContain(words);
    expect(drawAct({ ...upload, what: { type: 'restore' } })).toContain('/opt/trade.war.old → /opt/trade.war');
  });

  it('say after it what stands there now, what stood there, and what had not to be sent again', () => {
    const file = { sha256: hash, size: 2 * 1024 ** 2 };
    const old = { sha256: 'b'.repeat(64), size: 10 };
    const result = { kind: 'upload', to: '/opt/trade.war', now: file, before: old, sent: 1024, resumed: 2048 } as const;
    const text = drawResult(upload, { ...result, did: 'put', kept: '/opt/trade.war.old' });
    expect(text).toContain('Moved into place · 1.0 KB sent, 2.0 KB were there from an earlier attempt');
    for (const words of [`${hash} · 2.0 MB`, `${'b'.repeat(64)} · 10 B`, '/opt/trade.war.old']) {
      expect(text).toContain(words);
    }
    expect(drawResult(upload, { ...result, did: 'was-there', kept: null })).toContain('nothing was moved');
  });

  it('count bytes as people do while they travel', () => {
    const progress = { attempt: 'a1', done: 100 * 1024 ** 2, of: 200 * 1024 ** 2, label: 'trade.war' };
    expect(draw(<StepProgress kind="upload" progress={progress} />)).toBe('trade.war100 MB of 200 MB');
    expect(place.querySelector('progress')?.value).toBe(100 * 1024 ** 2);
  });

  it('list what is wrong in a configuration and what changed, and no secret', () => {
    expect(drawAct(config)).toContain('db.password = ${db-pw}');
    expect(place.textContent).not.toContain('hush');
    const difference = { expected: null, found: null, line: null, secret: false };
    drawResult(config, {
      kind: 'config',
      file: config.file,
      bytes: 1,
      salt: '0'.repeat(32),
      entries: [],
      differences: [
        { ...difference, key: 'a', state: 'different', expected: '1', found: '2', line: 3 },
        { ...difference, key: 'b', state: 'missing', expected: '1' },
        { ...difference, key: 'db.password', state: 'different', secret: true, line: 4 },
        { ...difference, key: 'c', state: 'unknown', line: 5 },
      ],
      more: 0,
      drift: {
        runId: 'r',
        step: 'before',
        at: '2026-11-20T10:31:04.000Z',
        changes: [
          { key: 'a', change: 'changed', secret: false, before: '1', now: '2', line: 3 },
          { key: 'c', change: 'added', secret: false, before: null, now: null, line: 5 },
        ],
        more: 0,
      },
    });
    expect(rows()).toEqual([
      ['≠ different', 'a', '1', '2', '3'],
      ['− missing', 'b', '1', '–', '–'],
      ['≠ different', 'db.password', 'hidden', 'hidden', '4'],
      ['+ unknown', 'c', '–', '–', '5'],
      ['≠ changed', 'a', '1', '2'],
      ['+ new', 'c', '–', 'hidden'],
    ]);
  });

  it('speak Chinese where they are asked to', () => {
    expect(drawAct(upload, 'zh')).toContain('旧文件保留为');
    expect(drawAct(config, 'zh')).toContain('不得存在：debug.*');
  });
});
