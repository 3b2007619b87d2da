import { useEffect, useState } from 'react';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { SaidRecord } from '../../../shared/run/said.ts';
import type { RunState } from '../../../shared/run/state.ts';
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
  const [said, setSaid] = useState<Said>({ records: null, trouble: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `seq` tells that something was added.
  useEffect(() => {
    let here = true;
    setSaid({ records: null, trouble: null });
    api.request('note:records', { runId, step, target }).then(
      (answer) => {
        if (!here) return;
        setSaid(answer.ok ? { records: answer.value, trouble: null } : { records: [], trouble: answer.failure });
      },
      (error: unknown) => here && setSaid({ records: [], trouble: failure('local-error', {}, error) }),
    );
    return () => {
      here = false;
    };
  }, [api, runId, step, target, seq]);
  return said;
}
