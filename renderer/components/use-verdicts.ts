import { useEffect, useRef } from 'react';
import { useApp } from '../store/use-app.ts';

/**
 * Asks for what the verifier says of these runs, one after another; what has gone out of sight meanwhile is not asked
 * for any more. `when` changes when the answers of before may not hold any longer.
 */
export function useVerdicts(runIds: readonly string[], when: unknown): void {
  const { store, actions } = useApp();
  const wanted = useRef(runIds);
  const asking = useRef(false);
  const names = runIds.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `when` says that the same runs are to be asked for anew.
  useEffect(() => {
    wanted.current = names === '' ? [] : names.split(' ');
    const next = (): string | undefined => {
      const { verdicts } = store.getState();
      return wanted.current.find((runId) => verdicts[runId] === undefined);
    };
    const ask = async (): Promise<void> => {
      asking.current = true;
      for (let runId = next(); runId !== undefined; runId = next()) await actions.askVerdict(runId);
      asking.current = false;
    };
    if (!asking.current) void ask();
    return () => {
      wanted.current = [];
    };
  }, [names, when, store, actions]);
}
