import { failure } from '../../shared/contract/failure.ts';
import type { RunVerdict } from '../../shared/contract/ipc/evidence.ts';
import type { FeedView } from '../../shared/contract/ipc/feed.ts';
import type { HistoryPage } from '../../shared/contract/ipc/history.ts';
import type { Answers, RequestName, RequestOf } from '../../shared/contract/ipc.ts';
import type { RunState } from '../../shared/run/state.ts';

/** Answers of a fake main process by request; a script may bring its own. */
export type FakeAnswers = { readonly [K in RequestName]?: (payload: RequestOf<K>) => Answers[K] };

const proved: RunVerdict = {
  verdict: 'intact',
  integrity: 'intact',
  completeness: 'complete',
  identity: 'proved',
  first: null,
};
const nothingToReplay = { ok: false, failure: failure('local-error', {}, 'The fake replays nothing.') } as const;
const noFeed: FeedView = {
  settings: { syslog: null, webhook: null },
  secret: { keyring: true, kept: false },
  places: [],
};

/** A history without runs. */
export const emptyHistory: HistoryPage = {
  rows: [],
  total: 0,
  environments: [],
  checklists: [],
  people: [],
  hosts: [],
  absent: [],
  reading: null,
  chain: 'intact',
  chainFindings: [],
};

/** What is left the day after, where a script says nothing else: no history, nothing to replay, no feed. */
export function evidenceAnswers(state: () => RunState) {
  return {
    'history:find': () => emptyHistory,
    'history:verdict': () => proved,
    'replay:open': () => nothingToReplay,
    'replay:state': () => state(),
    'replay:output': () => ({ text: '', skipped: 0, goesOn: false, at: 0, lines: 0, gone: false }),
    'replay:search': () => ({ matches: [], truncated: false, missing: [] }),
    'replay:close': () => null,
    'compare:open': () => nothingToReplay,
    'compare:output': () => ({ ok: true, value: { lines: [], first: 0, total: 0 } }),
    'run:export': () => ({ ok: true, value: { path: '/home/wang/run.zip', complete: true, leftOut: [] } }),
    'run:import': () => null,
    'run:take-back': ({ runId }) => ({ ok: true, value: { runId, verdict: proved, known: false } }),
    'run:stop-moving': () => null,
    'run:retire': ({ runIds }) => ({ ok: true, value: { retired: runIds.length } }),
    'print:checklist': () => ({ ok: true, value: { path: '/home/wang/checklist.pdf' } }),
    'note:may': () => null,
    'note:add': () => ({ ok: true, value: null }),
    'note:records': () => ({ ok: true, value: [] }),
    'feed:get': () => noFeed,
    'feed:set': ({ settings }) => ({ ok: true, value: { ...noFeed, settings } }),
    'feed:test': () => noFeed,
  } as const satisfies FakeAnswers;
}
