import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Answers, RequestOf } from '../../shared/contract/ipc.ts';
import type { Wiring } from './app.ts';
import type { AnalysisDraft } from './app-state.ts';

/** What people say of a run after its end. */
export interface AfterwardsActions {
  /** Files the problem analysis of a run that was rolled back; resolves to what went wrong, or null. */
  readonly fileAnalysis: (analysis: RequestOf<'run:analysis'>) => Promise<Failure | null>;
  /** Adds a note or a correction to an ended run; resolves to what went wrong, or null. */
  readonly addNote: (note: RequestOf<'note:add'>) => Promise<Failure | null>;
  /** Keeps what was typed of an analysis; null forgets it. */
  readonly draftAnalysis: (runId: string, draft: AnalysisDraft | null) => void;
}

export function afterwardsActions({ api, store, set }: Wiring): AfterwardsActions {
  const append = async (runId: string, ask: () => Promise<Answers['note:add']>): Promise<Failure | null> => {
    try {
      const answer = await ask();
      if (!answer.ok) return answer.failure;
      if (store.getState().run?.state.runId !== runId) return null;
      // The run has ended, so nothing is pushed any more: read it again.
      const opened = await api.request('run:open', { runId });
      if (!opened.ok) return opened.failure;
      const { run } = store.getState();
      const { state, live } = opened.value;
      if (run?.state.runId === runId) set({ run: { ...run, state, live } });
      return null;
    } catch (error) {
      return failure('local-error', {}, error);
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
  };
}
