import { useEffect } from 'react';
import { useActions } from '../store/use-app.ts';

/**
 * Asks for what the verifier says of these runs, one after another; what has gone out of sight is not asked for any
 * more. `when` changes when the runs may have.
 */
export function useVerdicts(runIds: readonly string[], when: unknown): void {
  const { askVerdict } = useActions();
  const wanted = runIds.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `when` says that the same runs are to be asked for anew.
  useEffect(() => {
    let here = true;
    const ask = async (): Promise<void> => {
      for (const runId of wanted.split(' ')) if (here && runId !== '') await askVerdict(runId);
    };
    void ask();
    return () => {
      here = false;
    };
  }, [wanted, when, askVerdict]);
}
