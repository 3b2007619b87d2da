import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { vi } from 'vitest';
import { createApp } from '../../../renderer/store/app.ts';
import { listenToPushes } from '../../../renderer/store/pushes.ts';
import { AppContext } from '../../../renderer/store/use-app.ts';
import { HistoryView } from '../../../renderer/views/history/history-view.tsx';
import type { RunVerdict } from '../../../shared/contract/ipc/evidence.ts';
import type { HistoryPage, HistoryRow } from '../../../shared/contract/ipc/history.ts';
import type { RequestOf } from '../../../shared/contract/ipc.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { FakeCountersignApi } from '../../helpers/fake-countersign-api.ts';
import { emptyHistory, type FakeAnswers } from '../../helpers/fake-evidence.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { named } from './screen-kit.tsx';

export const intact: RunVerdict = {
  verdict: 'intact',
  integrity: 'intact',
  completeness: 'complete',
  identity: 'proved',
  first: null,
};

/** One run of the history, of the day `n`. */
export function row(n: number, more: Partial<HistoryRow> = {}): HistoryRow {
  return {
    runId: `2026112${n}T140000Z-00000${n}`,
    title: `Release ${n}`,
    environment: 'pre',
    production: false,
    version: null,
    startedAt: `2026-11-2${n}T14:00:00.000Z`,
    endedAt: `2026-11-2${n}T14:30:00.000Z`,
    status: 'ended',
    result: 'completed',
    stepsDone: 1,
    steps: 1,
    demo: false,
    mirrored: false,
    checklist: 'trade-core',
    contentHash: '',
    people: ['Li Wei'],
    hosts: ['app1'],
    durationMs: 1_800_000,
    verdict: intact,
    changed: false,
    imported: false,
    excerpt: null,
    ...more,
  };
}

/** A page of nothing but these. */
export const pageOf = (rows: readonly HistoryRow[], more: Partial<HistoryPage> = {}): HistoryPage => ({
  ...emptyHistory,
  rows,
  total: rows.length,
  environments: ['pre', 'prod'],
  checklists: ['trade-core'],
  people: ['Li Wei'],
  hosts: ['app1'],
  ...more,
});

type Query = RequestOf<'history:find'>;

/** The history, and what was asked of main. jsdom lays nothing out; the list needs a height to know what is in sight. */
export async function showHistory(page: HistoryPage | ((query: Query) => HistoryPage), answers: FakeAnswers = {}) {
  const asked: Query[] = [];
  const find = (query: Query): HistoryPage => {
    asked.push(query);
    return typeof page === 'function' ? page(query) : page;
  };
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(57);
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const api = new FakeCountersignApi({
    ...{ language: 'en', theme: 'light', plan: planOf([step('1')]), home: { checklists: [], runs: [] } },
    ...{ events: [], output: [], minutesAgo: 1, answers: { 'history:find': find, ...answers } },
  });
  const app = createApp(api);
  const stop = listenToPushes(app);
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  await act(() => app.actions.openHistory());
  await act(async () =>
    root.render(
      <AppContext value={app}>
        <I18nextProvider i18n={createTranslator('en')}>
          <HistoryView />
        </I18nextProvider>
      </AppContext>,
    ),
  );
  const close = async (): Promise<void> => {
    await act(async () => root.unmount());
    place.remove();
    stop();
  };
  return { app, api, asked, close, text: () => document.body.textContent ?? '' };
}

/** A key pressed on an element, or on whatever has the focus. */
export const key = (name: string, on: Element = document.body): Promise<void> =>
  act(async () => void on.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true })));
/** The box that chooses a run. */
export const box = (n: number): HTMLInputElement =>
  named('input', new RegExp(`Choose “Release ${n}”`)) as HTMLInputElement;
