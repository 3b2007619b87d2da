import { failure } from '../../shared/contract/failure.ts';
import type { HistoryPage, HistoryRow } from '../../shared/contract/ipc/history.ts';
import type { RequestOf } from '../../shared/contract/ipc.ts';
import type { Wiring } from './app.ts';
import type { HistoryFilters, HistoryState, VerdictStanding } from './app-state.ts';

export interface HistoryActions {
  readonly openHistory: () => Promise<void>;
  /** Searches anew by what has changed. */
  readonly searchHistory: (change: Partial<HistoryFilters>) => Promise<void>;
  /** Asks again for what is shown: more of it is known by now. */
  readonly refreshHistory: () => Promise<void>;
  /** Fetches the rows that follow. */
  readonly moreHistory: () => Promise<void>;
  readonly chooseRun: (runId: string, chosen: boolean) => void;
  readonly chooseNone: () => void;
  /** Takes up a zip; asked for on the first screen, what came of it is told in the history. */
  readonly importRun: () => Promise<void>;
  readonly exportRun: (runId: string) => Promise<void>;
  /** Takes archived runs up again, to be read. */
  readonly takeUpArchived: (runIds: readonly string[]) => Promise<void>;
  /** Ends the export, import or putting away that is under way. */
  readonly stopMoving: () => void;
  readonly retireRuns: (request: RequestOf<'run:retire'>) => Promise<void>;
  /** Asks what the verifier says of a run. */
  readonly askVerdict: (runId: string) => Promise<void>;
}

/** Rows fetched at once. */
const PAGE = 100;

/** Nothing is searched for and nothing filtered. */
export const everything: HistoryFilters = {
  text: '',
  environment: null,
  checklist: null,
  result: null,
  person: null,
  host: null,
};

const begun: HistoryState = {
  query: everything,
  page: null,
  searching: false,
  failure: null,
  undone: null,
  chosen: [],
  done: null,
  busy: false,
};

export function historyActions({ api, store, set }: Wiring): HistoryActions {
  const now = (): HistoryState => store.getState().history ?? begun;
  const change = (some: Partial<HistoryState>): void => set({ history: { ...now(), ...some } });
  let asked = 0;

  /** Only the newest question is answered on the screen. */
  const find = async (query: HistoryFilters, rows: number): Promise<void> => {
    asked += 1;
    const mine = asked;
    change({ query, searching: true });
    try {
      const page = await wholePage(query, rows);
      if (mine !== asked) return;
      const here = new Set(page.rows.map(({ runId }) => runId));
      const chosen = now().chosen.filter((runId) => here.has(runId));
      const unknown = page.rows.filter(({ verdict }) => verdict === null).map(({ runId }) => runId);
      set({ verdicts: withoutVerdicts(store.getState().verdicts, unknown) });
      change({ page, chosen, searching: false, failure: null });
    } catch (error) {
      if (mine === asked) change({ searching: false, failure: failure('local-error', {}, error) });
    }
  };

  /** Main gives at most 200 rows at once. */
  const wholePage = async (query: HistoryFilters, rows: number): Promise<HistoryPage> => {
    let page = await api.request('history:find', { ...query, first: 0, count: PAGE });
    while (page.rows.length < Math.min(rows, page.total)) {
      const next = await api.request('history:find', { ...query, first: page.rows.length, count: PAGE });
      if (next.rows.length === 0) break;
      page = { ...next, rows: [...page.rows, ...fresh(page.rows, next.rows)] };
    }
    return page;
  };

  const refresh = (): Promise<void> => find(now().query, now().page?.rows.length ?? 0);

  /** One act at a time; whatever goes wrong ends as a notice. */
  const busy = async (work: () => Promise<void>): Promise<void> => {
    if (now().busy) return;
    change({ busy: true, undone: null, done: null });
    try {
      await work();
    } catch (error) {
      change({ undone: failure('local-error', {}, error) });
    } finally {
      change({ busy: false });
    }
  };

  return {
    openHistory: async () => {
      set({ screen: 'history', run: null, preflight: null, replay: null, compare: null });
      change({ failure: null, undone: null, done: null });
      await refresh();
    },
    searchHistory: (some) => find({ ...now().query, ...some }, 0),
    refreshHistory: refresh,
    moreHistory: async () => {
      const { page, searching, query } = now();
      if (page === null || searching || page.rows.length >= page.total) return;
      await find(query, page.rows.length + PAGE);
    },
    chooseRun: (runId, chosen) => {
      const others = now().chosen.filter((one) => one !== runId);
      change({ chosen: chosen ? [...others, runId] : others });
    },
    chooseNone: () => change({ chosen: [] }),
    importRun: () =>
      busy(async () => {
        const answer = await api.request('run:import', {}).catch(broken);
        if (answer === null) return;
        if (store.getState().screen === 'home') set({ screen: 'history' });
        if (answer === 'stopped') change({ done: { type: 'stopped' } });
        else if (answer.ok) change({ done: { type: 'imported', ...answer.value } });
        else change({ undone: answer.failure });
        await refresh();
      }),
    exportRun: (runId) =>
      busy(async () => {
        const answer = await api.request('run:export', { runId });
        if (answer === null) return;
        if (answer === 'stopped') change({ done: { type: 'stopped' } });
        else if (answer.ok) change({ done: { type: 'exported', ...answer.value } });
        else change({ undone: answer.failure });
      }),
    takeUpArchived: (runIds) =>
      busy(async () => {
        let count = 0;
        for (const runId of runIds) {
          const answer = await api.request('run:take-back', { runId });
          if (answer === 'stopped') change({ done: { type: 'stopped' } });
          else if (!answer.ok) change({ undone: answer.failure });
          if (answer === 'stopped' || !answer.ok) break;
          count += 1;
          change({ done: { type: 'taken-back', count } });
        }
        await refresh();
      }),
    stopMoving: () => {
      const { moving } = store.getState();
      if (moving === null) return;
      set({ moving: { ...moving, stopping: true } });
      // What cannot be stopped any more comes to its end.
      void api.request('run:stop-moving', {}).catch(() => undefined);
    },
    retireRuns: (request) =>
      busy(async () => {
        const answer = await api.request('run:retire', request);
        const { how, runIds } = request;
        if (answer.ok) {
          const retired = runIds.slice(0, answer.value.retired);
          const done = { type: 'retired', how, runIds: retired, of: runIds.length } as const;
          change({ done, chosen: runIds.slice(retired.length) });
        }
        // Some may have been retired before one could not be.
        await refresh();
        if (!answer.ok) change({ undone: answer.failure });
      }),
    askVerdict: async (runId) => {
      const say = (standing: VerdictStanding): void =>
        set({ verdicts: { ...store.getState().verdicts, [runId]: standing } });
      say('asking');
      await api.request('history:verdict', { runId }).then(say, () => say('failed'));
    },
  };
}

/** A request that came to no answer at all. */
const broken = (error: unknown) => ({ ok: false, failure: failure('local-error', {}, error) }) as const;

/** What was answered of these runs may not hold any longer; what is on its way is waited for. */
export function withoutVerdicts(
  verdicts: Readonly<Record<string, VerdictStanding>>,
  runIds: readonly string[],
): Readonly<Record<string, VerdictStanding>> {
  const unknown = new Set(runIds);
  return Object.fromEntries(
    Object.entries(verdicts).filter(([runId, standing]) => standing === 'asking' || !unknown.has(runId)),
  );
}

/** A run that came meanwhile moves the rows on: none is shown twice. */
function fresh(known: readonly HistoryRow[], next: readonly HistoryRow[]): readonly HistoryRow[] {
  const here = new Set(known.map(({ runId }) => runId));
  return next.filter(({ runId }) => !here.has(runId));
}
