import { failure } from '../../shared/contract/failure.ts';
import type { RunVerdict } from '../../shared/contract/ipc/evidence.ts';
import type { HistoryPage, HistoryRow } from '../../shared/contract/ipc/history.ts';
import type { RequestOf } from '../../shared/contract/ipc.ts';
import type { VerifyFinding } from '../../shared/journal/finding.ts';
import type { FakeCountersignApi } from '../helpers/fake-countersign-api.ts';
import { emptyHistory, type FakeAnswers } from '../helpers/fake-evidence.ts';
import { picturePlan } from './plan.ts';
import { home, output, type Scene } from './stage.ts';

const intact: RunVerdict = {
  verdict: 'intact',
  integrity: 'intact',
  completeness: 'complete',
  identity: 'proved',
  first: null,
};
const changed: VerifyFinding = {
  ...{ severity: 'altered', code: 'wrong-hash', params: {} },
  at: { line: 218, seq: 217, type: 'attempt-ended' },
};
const stranger: VerifyFinding = {
  ...{ severity: 'altered', code: 'signer-not-admitted', params: { name: 'Zhang San', step: '2.3' } },
  at: { line: 97, seq: 96, type: 'countersigned' },
};
const verdicts: readonly (RunVerdict | null)[] = [
  intact,
  { ...intact, identity: 'unproved' },
  { ...intact, verdict: 'incomplete', completeness: 'incomplete', identity: 'unproved' },
  { ...intact, verdict: 'altered', integrity: 'altered', first: changed },
  { ...intact, verdict: 'altered', identity: 'mismatch', first: stranger },
  null,
  null,
];
const titles = [
  'Trade core 3.4.0',
  '交易核心 3.3.9：替换构建、更新参数并核对三台主机上的进程',
  'Registry upgrade of the whole east region, including the static providers and their Warteschlangenverwaltung',
  'Hotfix 3.3.8',
];
const results = ['completed', 'completed-except', 'rolled-back', 'abandoned', null] as const;
const places = ['prod', 'pre', 'test', 'a-rather-long-environment-name'] as const;

/** A row that is like no other near it. */
export function historyRow(index: number): HistoryRow {
  const day = String(20 - (index % 19)).padStart(2, '0');
  const startedAt = `2026-11-${day}T2${index % 4}:1${index % 10}:00.000Z`;
  const result = results[index % results.length] ?? null;
  const unreadable = index === 6;
  return {
    runId: `202611${day}T2${index % 4}1${index % 10}00Z-${String(index).padStart(6, '0')}`,
    title: unreadable ? '20261114T221600Z-000006' : (titles[index % titles.length] ?? ''),
    environment: unreadable ? '' : (places[index % places.length] ?? ''),
    production: !unreadable && index % places.length === 0,
    version: index % 3 === 0 && !unreadable ? '3.4.0' : null,
    startedAt,
    endedAt: result === null ? null : startedAt,
    status: unreadable ? 'unreadable' : result === null ? 'held' : 'ended',
    result: unreadable ? null : result,
    stepsDone: 4,
    steps: 10,
    demo: index === 7,
    mirrored: index % 5 === 1 && !unreadable,
    checklist: titles[index % titles.length] ?? '',
    contentHash: '',
    people: unreadable ? [] : index % 2 === 0 ? ['Li Wei', 'Zhang San'] : ['Wang Fang-Hernández'],
    hosts: ['app1', 'app2'],
    durationMs: result === null || unreadable ? null : 1_800_000 + index * 61_000,
    verdict: verdicts[index % verdicts.length] ?? null,
    changed: index % verdicts.length === 5,
    imported: index === 8,
    excerpt: null,
  };
}

const rows = Array.from({ length: 60 }, (_, index) => historyRow(index));
const full: HistoryPage = {
  ...emptyHistory,
  rows,
  total: rows.length,
  environments: [...places],
  checklists: titles,
  people: ['Li Wei', 'Wang Fang-Hernández', 'Zhang San'],
  hosts: ['app1', 'app2', 'app3'],
};

const gone = {
  environment: 'prod',
  startedAt: '2026-10-02T20:00:00.000Z',
  head: 'ab'.repeat(32),
  result: 'completed',
} as const;
const absent: HistoryPage['absent'] = [
  { ...gone, runId: '20261002T200000Z-aaaaaa', title: 'Trade core 3.2.0', retired: null },
  {
    ...gone,
    runId: '20250102T200000Z-bbbbbb',
    title: 'Trade core 2.9.1',
    retired: { how: 'archive', by: 'Li Wei', at: '2026-11-01T08:00:00.000Z', reason: 'Older than a year' },
  },
];

const said = 'Killed by hand: /opt/tomcat/bin/kill-tomcat.sh on app2 did not end it, process 4711 is gone now';

function scene(
  find: (query: RequestOf<'history:find'>) => HistoryPage,
  press: readonly string[] = [],
  answers: FakeAnswers = { 'history:verdict': () => new Promise<never>(() => {}) as never },
): Scene {
  return {
    press: ['.home-bar .button:has(.lucide-history)', ...press],
    script: (language, theme) => ({
      ...{ language, theme, plan: picturePlan(language, true), home, events: [], output, minutesAgo: 1 },
      answers: { 'history:find': find, ...answers },
    }),
  };
}

const choose = (nth: number): string => `tbody tr:nth-child(${nth}) input[type=checkbox]`;

/** The history: full, searched, with runs that are gone, and with nothing in it. */
export const historyScenes: Readonly<Record<string, Scene>> = {
  history: scene(() => full),
  'history-found': scene(
    ({ text }) =>
      text === '' ? full : { ...full, total: 3, rows: rows.slice(0, 3).map((one) => ({ ...one, excerpt: said })) },
    ['.history-search input', 'type kill-tomcat app2'],
  ),
  'history-absent': scene(() => ({ ...full, absent, chain: 'incomplete' }), ['.retired summary']),
  'history-chosen': scene(() => full, [choose(1), choose(5)]),
  'history-remove': scene(() => full, [choose(1), choose(2), choose(3), '.history-chosen .button:nth-of-type(4)']),
  'history-reading': scene(() => ({ ...full, total: 12, rows: rows.slice(0, 12), reading: { done: 12, of: 1000 } })),
  'history-none': scene(() => emptyHistory),
  'history-no-match': scene(
    ({ text }) => (text === '' ? full : emptyHistory),
    ['.history-search input', 'type nothing like it'],
  ),
  'history-altered': scene(() => ({
    ...full,
    chain: 'altered',
    chainFindings: [
      { code: 'differs', params: { run: '20261117T231300Z-000003', title: 'Hotfix 3.3.8' } },
      { code: 'chain-bad', params: { line: '14', what: 'wrong-hash' } },
    ],
  })),
  'history-many': scene(({ first, count }) => ({
    ...full,
    rows: Array.from({ length: count }, (_, at) => ({ ...historyRow(first + at), runId: `r${first + at}` })),
    total: 1_000,
  })),
  'history-exported': scene(() => full, [choose(1), '.history-chosen .button:nth-of-type(2)'], {
    'run:export': () => ({
      ok: true,
      value: { path: '/media/wang/AUDIT/20261120T201000Z-000000.zip', complete: false, leftOut: ['notes.txt'] },
    }),
  }),
  'history-full-disk': scene(() => full, [choose(1), '.history-chosen .button:nth-of-type(2)'], {
    'run:export': () => ({ ok: false, failure: failure('disk-full', { path: '/media/wang/AUDIT/run.zip' }, 'ENOSPC') }),
  }),
  'history-imported': scene(() => full, ['.home-bar .button:has(.lucide-import)'], {
    'run:import': () => ({
      ok: true,
      value: { runId: '20261117T231300Z-000003', verdict: verdicts[3] as RunVerdict, known: false },
    }),
  }),
  'history-moving': scene(() => full, [choose(1), '.history-chosen .button:nth-of-type(2)'], {
    'run:export': () => {
      // `main.tsx` leaves the fake where it can be reached.
      const { fake } = globalThis as unknown as { readonly fake: FakeCountersignApi };
      setTimeout(() => fake.push('run:moving', { what: 'export', done: 420, of: 1_000 }));
      return new Promise<never>(() => {}) as never;
    },
  }),
  'history-archived': scene(
    () => full,
    [choose(2), '.history-chosen .button:nth-of-type(3)', 'type Older than a year', '.dialog .button.solid'],
  ),
};
