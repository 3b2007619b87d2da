import { act } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type { OpenRun } from '../../../renderer/store/app-state.ts';
import { useAppState } from '../../../renderer/store/use-app.ts';
import { ExportAct } from '../../../renderer/views/finished/export-act.tsx';
import { HomeView } from '../../../renderer/views/home/home-view.tsx';
import { ImportAct } from '../../../renderer/views/home/import-act.tsx';
import { failure } from '../../../shared/contract/failure.ts';
import type { RunVerdict } from '../../../shared/contract/ipc/evidence.ts';
import type { Answers, RequestName } from '../../../shared/contract/ipc.ts';
import type { FakeAnswers } from '../../helpers/fake-evidence.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { box, intact, key, pageOf, row, showHistory } from './history-kit.tsx';
import { field, isDisabled, named, press, showRun, type } from './screen-kit.tsx';

let close = async (): Promise<void> => {};
afterEach(async () => {
  await close();
  vi.restoreAllMocks();
});

async function show(answers: FakeAnswers = {}, more: Parameters<typeof pageOf>[1] = {}) {
  const shown = await showHistory(pageOf([row(2), row(1)], more), answers);
  ({ close } = shown);
  return shown;
}

const exporter = async (answers: FakeAnswers) => {
  const shown = await showRun(planOf([step('1')]), [], () => <ExportAct runId="r1" />, { answers });
  ({ close } = shown);
  return shown;
};

/** An answer that main keeps back until the test gives it. */
function later<N extends RequestName>() {
  let give = (_: Answers[N]): void => {};
  const answer = () =>
    new Promise<Answers[N]>((resolve) => {
      give = resolve;
    }) as never;
  return { answer, give: (value: Answers[N]) => act(async () => give(value)) };
}

const exported = { path: '/mnt/usb/run.zip', complete: true, leftOut: [] };
const said = (): string => document.body.textContent ?? '';
const alarm = (): string => document.querySelector('[role=alert]')?.textContent ?? '';
const bar = (): HTMLProgressElement | null => document.querySelector('progress');
const altered: RunVerdict = {
  ...{ ...intact, verdict: 'altered', integrity: 'altered' },
  first: { severity: 'altered', code: 'wrong-hash', params: {}, at: { line: 4, seq: 3, type: 'run-started' } },
};

test('an export shows how far it is, can be stopped, and says then that nothing was written', async () => {
  const { answer, give } = later<'run:export'>();
  const stopped: true[] = [];
  const { api } = await exporter({
    'run:export': answer,
    'run:stop-moving': () => {
      stopped.push(true);
      return null;
    },
  });
  await press(named('button', /^Export…$/));
  // The dialog stands open: nothing is under way yet.
  expect(bar()).toBeNull();
  await act(async () => api.push('run:moving', { what: 'export', done: 0, of: 0 }));
  expect([said(), bar()]).toEqual([expect.stringContaining('Exporting the run…'), null]);
  await act(async () => api.push('run:moving', { what: 'export', done: 42, of: 100 }));
  expect([bar()?.value, bar()?.max, said()]).toEqual([42, 100, expect.stringContaining('42 %')]);
  expect(isDisabled(named('button', /^Export…$/))).toBe(true);
  await press(named('button', /^Stop$/));
  expect(stopped).toHaveLength(1);
  // What comes in between does not take the word back.
  await act(async () => api.push('run:moving', { what: 'export', done: 50, of: 100 }));
  expect(isDisabled(named('button', /^Stop$/))).toBe(true);
  expect(named('[role=status]', /Stopping/).textContent).toBe('Stopping…');
  await act(async () => api.push('run:moving', null));
  await give('stopped');
  expect(named('[role=status]', /Stopped/).textContent).toContain('Nothing was written');
  expect(bar()).toBeNull();
});

test('an export says where it was written, and what whoever hands it on has to know', async () => {
  await exporter({
    'run:export': () => ({ ok: true, value: { ...exported, complete: false, leftOut: ['notes.txt'] } }),
  });
  await press(named('button', /^Export…$/));
  expect(named('[role=status]', /Written/).textContent).toBe('Written to /mnt/usb/run.zip.');
  expect(said()).toContain('The run is not over');
  expect(said()).toContain('Not in it, because no run of ours holds such things: notes.txt');
});

/** The screen of a finished run, which is left for the first one and come back to. */
function Screens({ run }: { readonly run: OpenRun }) {
  const home = useAppState(({ screen }) => screen === 'home');
  return home ? <HomeView /> : <ExportAct runId={run.state.runId} />;
}

const leaver = async () => {
  const { answer, give } = later<'run:export'>();
  const shown = await showRun(planOf([step('1')]), [], (run) => <Screens run={run} />, {
    answers: { 'run:export': answer },
  });
  ({ close } = shown);
  const to = (screen: 'home' | 'run') => act(async () => shown.app.store.setState({ screen }));
  await press(named('button', /^Export…$/));
  return { ...shown, give, to };
};

test('an export whose screen was left is told of on the first one until that was read, and where it was begun', async () => {
  const { give, to } = await leaver();
  await to('home');
  await give({ ok: true, value: { ...exported, leftOut: ['notes.txt'] } });
  expect(named('.notice', /Written/).textContent).toMatch(/Written to \/mnt\/usb\/run\.zip\..*notes\.txt/);
  await to('run');
  expect(named('[role=status]', /Written/).textContent).toBe('Written to /mnt/usb/run.zip.');
  await to('home');
  expect(said()).not.toContain('Written to');
});

test('what was told of an export on the first screen goes when it was read', async () => {
  const { give, to } = await leaver();
  await to('home');
  await give({ ok: true, value: exported });
  await press(named('.notice button', /Dismiss/));
  expect(said()).not.toContain('Written to');
});

test.each([
  ['stopped' as const, /Nothing was written/],
  [
    { ok: false, failure: failure('disk-full', { path: '/mnt/usb/run.zip' }, null) } as const,
    /no room left on the disk/,
  ],
])('an export that came to nothing after its screen was left says so (%#)', async (answer, words) => {
  const { give, to } = await leaver();
  await to('home');
  await give(answer);
  expect(said()).toMatch(words);
  await press(named('.notice button', /Dismiss/));
  expect(said()).not.toMatch(words);
});

test('an export that was begun on a screen that was left is told of in the history', async () => {
  const { app } = await show();
  const standing = { type: 'done', exported } as const;
  await act(async () => app.store.setState({ exporting: { runId: 'r7', standing, told: false } }));
  expect(named('.notice', /Written/).textContent).toContain('/mnt/usb/run.zip');
});

test('a full disk is said as that, and the export can be tried again', async () => {
  let full = true;
  await exporter({
    'run:export': () =>
      full
        ? { ok: false, failure: failure('disk-full', { path: '/mnt/usb/run.zip' }, null) }
        : { ok: true, value: exported },
  });
  await press(named('button', /^Export…$/));
  expect(alarm()).toMatch(/not exported.*no room left on the disk for \/mnt\/usb\/run\.zip.*Nothing was left behind/s);
  full = false;
  await press(named('button', /^Export…$/));
  expect(document.querySelector('[role=alert]')).toBeNull();
  expect(said()).toContain('Written to /mnt/usb/run.zip.');
});

test('from the history one chosen run is exported, of several none', async () => {
  const asked: unknown[] = [];
  await show({
    'run:export': (request) => {
      asked.push(request);
      return { ok: true, value: exported };
    },
  });
  await press(box(1));
  await press(named('button', /^Export…$/));
  expect(asked).toEqual([{ runId: row(1).runId }]);
  expect(named('[role=status]', /Written/).textContent).toContain('/mnt/usb/run.zip');
  await press(box(2));
  const many = named('button', /^Export…$/);
  expect(isDisabled(many)).toBe(true);
  const why = document.getElementById(many.getAttribute('aria-describedby') ?? '');
  expect(why?.textContent).toContain('one at a time');
});

test('an imported run is told of: intact, altered with the first bad record, here already, or stopped', async () => {
  const answers: Answers['run:import'][] = [
    { ok: true, value: { runId: 'r7', verdict: intact, known: false } },
    { ok: true, value: { runId: 'r7', verdict: altered, known: false } },
    { ok: true, value: { runId: 'r7', verdict: intact, known: true } },
    'stopped',
    null,
  ];
  await show({ 'run:import': () => answers.shift() ?? null });
  const take = () => press(named('button', /^Import…$/));
  await take();
  expect(named('.notice', /r7/).textContent).toMatch(/r7 was taken up.*Nothing was altered/);
  await take();
  expect(alarm()).toMatch(/r7 was taken up.*not what was written.*line 4/is);
  await take();
  expect(named('.notice', /r7/).textContent).toMatch(/here already.*nothing was added/);
  await take();
  expect(said()).toContain('nothing was taken up');
  await take();
  expect(document.querySelector('.notice')).toBeNull();
});

test.each([
  [failure('zip-refused', { name: 'x.txt', what: 'zip-no-run' }), /no journal of a run in it/],
  [failure('zip-unreadable', { path: '/tmp/a.zip' }), /a\.zip is not a zip of a run/],
  [failure('run-already-here', { run: 'r7', here: 'aa', zip: 'bb' }), /here already, with another history/],
  [failure('disk-full', { path: '/data' }), /no room left on the disk for \/data/],
])('an import that fails as $code says so and can be tried again', async (why, words) => {
  await show({ 'run:import': () => ({ ok: false, failure: why }) });
  await press(named('button', /^Import…$/));
  expect(alarm()).toMatch(words);
  expect(alarm()).not.toContain('could not be looked through');
  expect(isDisabled(named('button', /^Import…$/))).toBe(false);
});

test('an import that was asked for on the first screen is told of in the history, and a closed dialog changes nothing', async () => {
  const answers: Answers['run:import'][] = [null, { ok: true, value: { runId: 'r7', verdict: intact, known: false } }];
  const shown = await showRun(planOf([step('1')]), [], () => <ImportAct />, {
    answers: { 'run:import': () => answers.shift() ?? null },
  });
  ({ close } = shown);
  const { store } = shown.app;
  await act(async () => store.setState({ screen: 'home' }));
  await press(named('button', /^Import…$/));
  expect(store.getState().screen).toBe('home');
  await press(named('button', /^Import…$/));
  expect(store.getState()).toMatchObject({ screen: 'history', history: { done: { type: 'imported', runId: 'r7' } } });
});

test('an import that breaks on the first screen is told of in the history too', async () => {
  const shown = await showRun(planOf([step('1')]), [], () => <ImportAct />, {
    answers: {
      'run:import': () => {
        throw new Error('EIO: i/o error, read');
      },
    },
  });
  ({ close } = shown);
  const { store } = shown.app;
  await act(async () => store.setState({ screen: 'home' }));
  await press(named('button', /^Import…$/));
  expect(store.getState()).toMatchObject({
    screen: 'history',
    history: { busy: false, undone: { code: 'local-error', cause: 'EIO: i/o error, read' } },
  });
});

test('what was archived is taken back with one button, what was removed offers none', async () => {
  const back: string[] = [];
  await show({
    'run:take-back': ({ runId }) => {
      back.push(runId);
      return { ok: true, value: { runId, verdict: intact, known: false } };
    },
  });
  const retire = async (how: RegExp, submit: RegExp) => {
    await press(box(1));
    await press(named('button', how));
    await type(field(/Reason/), 'Old');
    await press(named('[role=alertdialog] button', submit));
  };
  await retire(/^Remove…$/, /Remove 1 run for good/);
  expect(said()).toContain('1 run was removed.');
  expect(document.querySelector('.history-done button')).toBeNull();
  await retire(/^Archive…$/, /Archive 1 run$/);
  expect(said()).toContain('1 run was archived.');
  await press(named('button', /^Take back$/));
  expect(back).toEqual([row(1).runId]);
  expect(said()).toContain('1 run was taken back, to be read');
});

test('an archived run of long ago is taken back from the list of those that are gone', async () => {
  const gone = { environment: 'prod', startedAt: '2026-10-02T20:00:00.000Z', head: null, result: null };
  const retired = { by: 'Zhang San', at: '2026-11-01T08:00:00.000Z', reason: 'Old' };
  const why = failure('zip-refused', { name: 'a.zip', what: 'zip-archive-changed' });
  await show(
    { 'run:take-back': () => ({ ok: false, failure: why }) },
    {
      absent: [
        { ...gone, runId: 'a', title: 'Archived 1', retired: { how: 'archive', ...retired } },
        { ...gone, runId: 'r', title: 'Removed 1', retired: { how: 'remove', ...retired } },
      ],
    },
  );
  expect(document.querySelectorAll('.retired button')).toHaveLength(1);
  await press(named('button', /Take back “Archived 1”/));
  expect(alarm()).toContain('it is not the archive that was written');
});

test('a putting away that was stopped says how many stay, and keeps them chosen', async () => {
  await show({ 'run:retire': () => ({ ok: true, value: { retired: 1 } }) });
  await press(box(1));
  await press(box(2));
  await press(named('button', /^Archive…$/));
  await type(field(/Reason/), 'Old');
  await press(named('button', /Archive 2 runs/));
  expect(said()).toContain('1 run was archived. Then it was stopped: 1 run stays.');
  expect([box(1).checked, box(2).checked]).toEqual([false, true]);
});

test('before a run leaves it is named in full, Escape keeps it, and the keyboard goes on from what was done', async () => {
  const retired: unknown[] = [];
  await show({
    'run:retire': (request) => {
      retired.push(request);
      return { ok: true, value: { retired: 1 } };
    },
  });
  await press(box(1));
  const remove = named('button', /^Remove…$/);
  await act(async () => remove.focus());
  await press(remove);
  const dialog = document.querySelector('[role=alertdialog]');
  expect(dialog?.textContent).toContain(row(1).runId);
  expect(dialog?.textContent).toMatch(/cannot be undone/);
  await key('Escape', field(/Reason/));
  expect(document.querySelector('[role=alertdialog]')).toBeNull();
  expect(retired).toEqual([]);
  await press(named('button', /^Remove…$/));
  await type(field(/Reason/), 'Old');
  await press(named('button', /Remove 1 run for good/));
  expect(retired).toHaveLength(1);
  expect(document.activeElement).toBe(document.querySelector('.history-done'));
});

test('an altered run names its first bad record in its row, and the chain of runs what is wrong with it', async () => {
  const shown = await showHistory(
    pageOf([row(2, { verdict: altered }), row(1)], {
      chain: 'altered',
      chainFindings: [{ code: 'differs', params: { run: row(2).runId, title: 'Release 2' } }],
    }),
  );
  ({ close } = shown);
  const rows = [...document.querySelectorAll('tbody tr')].map((one) => one.textContent);
  expect(rows[0]).toMatch(/line 4/i);
  expect(rows[1]).not.toMatch(/line \d/i);
  expect(alarm()).toMatch(/chain of runs does not hold.*Release 2.*is not the one that was closed/s);
});
