import { useEffect, useState } from 'react';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { useApp } from '../../store/use-app.ts';

/** Whether something can be added to a run of the past: null until that is known, else why not, or `open`. */
export type Closed = 'open' | Failure | null;

/** Asks main, which knows where the run lies. */
export function useClosed(runId: string): Closed {
  const { api } = useApp();
  const [closed, setClosed] = useState<Closed>(null);
  useEffect(() => {
    let here = true;
    setClosed(null);
    api.request('note:may', { runId }).then(
      (why) => here && setClosed(why ?? 'open'),
      (error: unknown) => here && setClosed(failure('local-error', {}, error)),
    );
    return () => {
      here = false;
    };
  }, [api, runId]);
  return closed;
}
