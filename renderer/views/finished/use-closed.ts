import type { Failure } from '../../../shared/contract/errors.ts';
import { useAsked } from '../../components/use-asked.ts';
import { useApp } from '../../store/use-app.ts';

/** Whether something can be added to a run of the past: null until that is known, else why not, or `open`. */
export type Closed = 'open' | Failure | null;

/** Asks main, which knows where the run lies. */
export function useClosed(runId: string): Closed {
  const { api } = useApp();
  const { answer, trouble } = useAsked<Closed>(async () => (await api.request('note:may', { runId })) ?? 'open', runId);
  return answer ?? trouble;
}
