import type { Failure } from '../../../shared/contract/errors.ts';
import type { SaidRecord } from '../../../shared/run/said.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { useAsked } from '../../components/use-asked.ts';
import { useApp } from '../../store/use-app.ts';

/** What was recorded at one place of the run, and what notes correct. */
export interface Said {
  /** Null until the answer came. */
  readonly records: readonly SaidRecord[] | null;
  readonly trouble: Failure | null;
}

/** Reads what was said and found there; anew whenever something was added. */
export function useSaid({ runId, seq }: RunState, step: string | null, target: string | null): Said {
  const { api } = useApp();
  const question = JSON.stringify([runId, step, target, seq]);
  const { answer, trouble } = useAsked(() => api.request('note:records', { runId, step, target }), question);
  if (answer === null) return { records: trouble === null ? null : [], trouble };
  return answer.ok ? { records: answer.value, trouble: null } : { records: [], trouble: answer.failure };
}
