import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Answers, RequestOf } from '../../shared/contract/ipc.ts';
import type { Wiring } from './app.ts';
import type { AnalysisDraft, Exporting, OpenRun } from './app-state.ts';

/** What people say of a run after its end. */
export interface AfterwardsActions {
  /** Files the problem analysis of a run that was rolled back; resolves to what went wrong, or null. */
  readonly fileAnalysis: (analysis: RequestOf<'run:analysis'>) => Promise<Failure | null>;
  /** Adds a note or a correction to an ended run; resolves to what went wrong, or null. */
  readonly addNote: (note: RequestOf<'note:add'>) => Promise<Failure | null>;
  /** Keeps what was typed of an analysis; null forgets it. */
  readonly draftAnalysis: (runId: string, draft: AnalysisDraft | null) => void;
  /** Writes a run as one file, one at a time; what became of it stands in `exporting`. */
  readonly exportFinished: (runId: string) => Promise<void>;
  /** What became of the export stands where it was begun, and need not be told anywhere else. */
  readonly readExport: () => void;
  readonly forgetExport: () => void;
}

export function afterwardsActions({ api, store, set }: Wiring): AfterwardsActions {
  const append = async (runId: string, ask: () => Promise<Answers['note:add']>): Promise<Failure | null> => {
    const found = await appended(runId, ask);
    const { run, home } = store.getState();
    // Whoever has left the run is told where every other failure is told.
    if (found !== null && run?.state.runId !== runId) set({ home: { ...home, failure: found } });
    return found;
  };
  const appended = async (runId: string, ask: () => Promise<Answers['note:add']>): Promise<Failure | null> => {
    try {
      const answer = await ask();
      if (!answer.ok) return answer.failure;
    } catch (error) {
      return failure('local-error', {}, error);
    }
    // It stands in the journal from here on: whatever fails now, it must not be said once more.
    await readAgain(runId);
    return null;
  };
  /** The run has ended, so nothing is pushed any more. */
  const readAgain = async (runId: string): Promise<void> => {
    const change = (changes: Partial<OpenRun>): void => {
      const { run } = store.getState();
      if (run?.state.runId === runId) set({ run: { ...run, ...changes } });
    };
    if (store.getState().run?.state.runId !== runId) return;
    try {
      const opened = await api.request('run:open', { runId });
      if (opened.ok) change({ state: opened.value.state, live: opened.value.live, unread: null });
      else change({ unread: opened.failure });
    } catch (error) {
      change({ unread: failure('local-error', {}, error) });
    }
  };
  const draftAnalysis = (runId: string, draft: AnalysisDraft | null): void => {
    const { [runId]: _, ...others } = store.getState().analysisDrafts;
    set({ analysisDrafts: draft === null ? others : { ...others, [runId]: draft } });
  };
  return {
    fileAnalysis: async (analysis) => {
      const trouble = await append(analysis.runId, () => api.request('run:analysis', analysis));
      if (trouble === null) draftAnalysis(analysis.runId, null);
      return trouble;
    },
    addNote: (note) => append(note.runId, () => api.request('note:add', note)),
    draftAnalysis,
    exportFinished: async (runId) => {
      if (store.getState().exporting?.standing.type === 'writing') return;
      const stands = (standing: Exporting['standing']): void => set({ exporting: { runId, standing, told: false } });
      stands({ type: 'writing' });
      try {
        const answer = await api.request('run:export', { runId });
        if (answer === null) set({ exporting: null });
        else if (answer === 'stopped') stands({ type: 'stopped' });
        else if (answer.ok) stands({ type: 'done', exported: answer.value });
        else stands({ type: 'failed', failure: answer.failure });
      } catch (error) {
        stands({ type: 'failed', failure: failure('local-error', {}, error) });
      }
    },
    readExport: () => {
      const { exporting } = store.getState();
      if (exporting !== null && !exporting.told) set({ exporting: { ...exporting, told: true } });
    },
    forgetExport: () => set({ exporting: null }),
  };
}
