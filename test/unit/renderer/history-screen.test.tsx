import { act } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { RunTable } from '../../../renderer/views/home/run-table.tsx';
import { failure } from '../../../shared/contract/failure.ts';
import type { RunVerdict } from '../../../shared/contract/ipc/evidence.ts';
import type { HistoryPage } from '../../../shared/contract/ipc/history.ts';
import type { RequestOf } from '../../../shared/contract/ipc.ts';
import type { FakeAnswers } from '../../helpers/fake-evidence.ts';
import { emptyHistory } from '../../helpers/fake-evidence.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { box, intact, key, pageOf, row, showHistory } from './history-kit.tsx';
import { field, isDisabled, named, press, showRun, type } from './screen-kit.tsx';

let close = async (): Promise<void> => {};
afterEach(async () => {
  await close();
  vi.restoreAllMocks();
});

/** The history, closed again behind the test. */
async function show(page: Parameters<typeof showHistory>[0], answers: FakeAnswers = {}) {
  const shown = await showHistory(page, answers);
  ({ close } = shown);
  return shown;
}

test('a slash goes to the search, and what is typed is searched for once nothing more is typed', async () => {
  const { asked } = await show(pageOf([row(1)]));
  await key('/');
  const search = field(/Search all runs/);
  expect(document.activeElement).toBe(search);
  await type(search, 'kill');
  await type(search, 'kill tomcat');
  await expect.poll(() => asked.map(({ text }) => text)).toEqual(['', 'kill tomcat']);
});

test('every filter is sent on, and one button clears them all', async () => {
  const { asked } = await show(pageOf([row(1)]));
  for (const [label, value] of Object.entries({ Environment: 'prod', Result: 'rolled-back', Person: 'Li Wei' })) {
    const select = (named('label', new RegExp(`^${label}$`)) as HTMLLabelElement).control as HTMLSelectElement;
    await act(async () => {
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }
  expect(asked.at(-1)).toMatchObject({ environment: 'prod', result: 'rolled-back', person: 'Li Wei', host: null });
  await press(named('button', /Clear search and filters/));
  expect(asked.at(-1)).toMatchObject({ text: '', environment: null, result: null, person: null });
});

test('what the search found a run by is shown with its words marked', async () => {
  await show(pageOf([row(1, { excerpt: 'Process 4711 was killed by hand' })]));
  await type(field(/Search all runs/), 'KILLED');
  await expect.poll(() => document.querySelector('mark')?.textContent).toBe('killed');
});

test('each verdict has its own word and shape, and what is not known is asked for one at a time', async () => {
  const waiting: ((verdict: RunVerdict) => void)[] = [];
  const verify = () => new Promise<RunVerdict>((resolve) => waiting.push(resolve)) as never;
  const rows = [
    row(1),
    row(2, { verdict: { ...intact, identity: 'unproved' } }),
    row(3, { verdict: { ...intact, verdict: 'incomplete', completeness: 'incomplete' } }),
    row(4, { verdict: { ...intact, verdict: 'altered', integrity: 'altered' } }),
    row(5, { verdict: { ...intact, verdict: 'altered', identity: 'mismatch' } }),
    row(6, { verdict: null }),
    row(7, { verdict: null, changed: true }),
  ];
  await show(pageOf(rows), { 'history:verdict': verify });
  const words = () => [...document.querySelectorAll('.verdict-badge')].map((badge) => badge.textContent);
  const known = ['Intact, proved', 'Intact', 'Incomplete', 'ALTERED', 'Wrong keys'];
  expect(words()).toEqual([...known, 'Verifying…', 'Not verified since it changed']);
  for (const badge of document.querySelectorAll('.verdict-badge')) {
    expect(badge.querySelector('svg')).not.toBeNull();
    expect(badge.getAttribute('title')).toMatch(/\.$/);
  }
  await act(async () => waiting[0]?.(intact));
  expect(words()).toEqual([...known, 'Intact, proved', 'Verifying…']);
  expect(waiting).toHaveLength(2);
});

test('a run is opened, replayed, and two of the same checklist are compared, the older one on the left', async () => {
  const { app } = await show(pageOf([row(3), row(2), row(1, { checklist: 'other' })]));
  await press(box(3));
  expect(isDisabled(named('button', /^Compare$/))).toBe(true);
  await press(box(1));
  expect(isDisabled(named('button', /^Compare$/))).toBe(true);
  await press(box(1));
  await press(box(2));
  await press(named('button', /^Compare$/));
  expect(app.store.getState()).toMatchObject({
    screen: 'compare',
    compare: { left: row(2).runId, right: row(3).runId },
  });
  const back = () => act(async () => app.store.setState({ screen: 'history', run: null, replay: null, compare: null }));
  await back();
  await press(named('button', /Replay “Release 2”/));
  expect(app.store.getState()).toMatchObject({ screen: 'replay', replay: { runId: row(2).runId } });
  await back();
  await press(named('button', /See “Release 2”/));
  expect(app.store.getState().screen).toBe('run');
});

test('removing names every run, needs a reason, and says how many are gone', async () => {
  const retired: RequestOf<'run:retire'>[] = [];
  await show(pageOf([row(2), row(1)]), {
    'run:retire': (request) => {
      retired.push(request);
      return { ok: true, value: { retired: request.runIds.length } };
    },
  });
  await press(box(1));
  await press(box(2));
  await press(named('button', /^Remove…$/));
  const dialog = document.querySelector('[role=alertdialog]');
  expect(dialog?.textContent).toMatch(/Remove these 2 runs\?.*Release 1.*Release 2/s);
  expect(isDisabled(named('button', /Remove 2 runs for good/))).toBe(true);
  await type(field(/Reason/), 'Older than the law asks for');
  await press(named('button', /Remove 2 runs for good/));
  const runIds = [row(1).runId, row(2).runId];
  expect(retired).toEqual([{ runIds, how: 'remove', reason: 'Older than the law asks for' }]);
  expect(document.body.textContent).toContain('2 runs were removed.');
  expect(box(1).checked).toBe(false);
});

test('a retirement that fails says why and keeps what was chosen', async () => {
  const refused = { ok: false, failure: failure('local-error', {}, 'The archive is full.') } as const;
  const { text } = await show(pageOf([row(1)]), { 'run:retire': () => refused });
  await press(box(1));
  await press(named('button', /^Archive…$/));
  await type(field(/Reason/), 'Old');
  await press(named('button', /Archive 1 run$/));
  expect(text()).toContain('The archive is full.');
  expect(box(1).checked).toBe(true);
});

test('an imported run is told of with its verdict, loudly where it is not intact', async () => {
  const verdict: RunVerdict = { ...intact, verdict: 'altered', integrity: 'altered' };
  await show(pageOf([row(1)]), {
    'run:import': () => ({ ok: true, value: { runId: row(2).runId, verdict, known: false } }),
  });
  await press(named('button', /^Import…$/));
  expect(document.querySelector('[role=alert]')?.textContent).toMatch(/000002 was taken up.*is not what was written/);
});

test('a run that vanished is an alarm, one that was removed tells by whom and why', async () => {
  const gone = { environment: 'prod', startedAt: '2026-10-02T20:00:00.000Z', head: null, result: null };
  const retired = {
    how: 'remove',
    by: 'Zhang San',
    at: '2026-11-01T08:00:00.000Z',
    reason: 'The law says so',
  } as const;
  await show(
    pageOf([row(1)], {
      absent: [
        { ...gone, runId: 'v', title: 'Vanished 1', retired: null },
        { ...gone, runId: 'r', title: 'Removed 1', retired },
      ],
      chain: 'altered',
    }),
  );
  const alarms = [...document.querySelectorAll('[role=alert]')].map((one) => one.textContent);
  expect(alarms[0]).toMatch(/1 run has vanished.*Vanished 1/s);
  expect(alarms[1]).toContain('The chain of runs does not hold.');
  expect(alarms.join()).not.toContain('Removed 1');
  expect(document.querySelector('details')?.textContent).toMatch(/Removed 1.*removed by Zhang San.*The law says so/s);
});

test('nothing there, nothing found, still reading and not readable are told apart', async () => {
  const { app, text } = await show(({ text: said, host }) => {
    if (host !== null) throw new Error('EIO');
    return said === '' ? emptyHistory : { ...pageOf([row(1)]), reading: { done: 1, of: 900 } };
  });
  expect(text()).toContain('Nothing has been run on this computer yet.');
  await act(() => app.actions.searchHistory({ environment: 'prod' }));
  expect(text()).toContain('No run has all of these words and filters.');
  await act(() => app.actions.searchHistory({ text: 'x' }));
  expect(text()).toContain('Reading runs for the first time: 1 of 900.');
  await act(() => app.actions.searchHistory({ host: 'app1' }));
  expect(document.querySelector('[role=alert]')?.textContent).toContain('The runs could not be looked through');
});

test('an answer that comes late does not take the place of a newer one', async () => {
  const slow: ((page: HistoryPage) => void)[] = [];
  const { app } = await show((query) =>
    query.text === 'slow' ? (new Promise<HistoryPage>((resolve) => slow.push(resolve)) as never) : pageOf([row(1)]),
  );
  let late: Promise<void> = Promise.resolve();
  await act(async () => {
    late = app.actions.searchHistory({ text: 'slow' });
    await app.actions.searchHistory({ text: 'new' });
  });
  await act(async () => {
    slow[0]?.(pageOf([row(9)]));
    await late;
  });
  expect(app.store.getState().history?.page?.rows.map(({ title }) => title)).toEqual(['Release 1']);
});

test('of a thousand runs only those in sight are drawn, and arrow keys go from row to row', async () => {
  const many = Array.from({ length: 100 }, (_, n) => row(n % 10, { runId: `r${n}`, title: `Release ${n}` }));
  await show(pageOf(many, { total: 1_000 }));
  expect(document.querySelectorAll('tbody tr').length).toBeLessThan(40);
  expect(document.querySelector('table')?.getAttribute('aria-rowcount')).toBe('1001');
  const see = named('button', /See “Release 0”/);
  await act(async () => see.focus());
  await key('ArrowDown', see);
  expect(document.activeElement).toBe(named('button', /See “Release 1”/));
});

test('while runs are being read the list grows by itself', async () => {
  let read = 1;
  const { api } = await show(() => ({ ...pageOf([row(1), row(2)].slice(0, read)), reading: { done: read, of: 2 } }));
  expect(document.querySelectorAll('tbody tr')).toHaveLength(1);
  read = 2;
  await act(async () => api.push('history:reading', null));
  expect(document.querySelectorAll('tbody tr')).toHaveLength(2);
});

test('the newest runs on the first screen have the same badge', async () => {
  const shown = await showRun(planOf([step('1')]), [], () => <RunTable runs={[row(1), row(2)]} />, {
    answers: {
      'history:verdict': ({ runId }) => (runId === row(1).runId ? intact : (Promise.reject(new Error()) as never)),
    },
  });
  close = shown.close;
  await expect
    .poll(() => [...document.querySelectorAll('.verdict-badge')].map((badge) => badge.textContent))
    .toEqual(['Intact, proved', 'Could not be verified']);
});
