import type { HistoryPage, RunVerdict } from '../../../shared/contract/ipc.ts';
import { RunHistory } from '../../evidence/history.ts';
import { Verdicts } from '../../evidence/verdicts.ts';
import type { Push } from '../push.ts';
import type { Handlers } from '../router.ts';

export interface HistoryHandlerParts {
  readonly data: string;
  readonly push: Push;
  /** True while a run is worked on here: nothing is read or verified then. */
  readonly busy: () => boolean;
  /** What the installation's chain of runs tells of runs that are not here any more. */
  readonly absent: () => Promise<Pick<HistoryPage, 'absent' | 'chain'>>;
  readonly log: { warn(message: string): void };
}

/** How often is looked whether the live run is over. */
const BUSY_MS = 1_000;

/** All runs, to be searched, each with what the verifier says of it. */
export function historyHandlers({
  data,
  push,
  busy,
  absent,
  log,
}: HistoryHandlerParts): Pick<Handlers, 'history:find' | 'history:verdict'> {
  const quiet = async (): Promise<void> => {
    while (busy()) await new Promise((done) => setTimeout(done, BUSY_MS).unref());
  };
  const history = new RunHistory({ data, quiet, log, onReading: (reading) => push('history:reading', reading) });
  const onVerdict = (runId: string, verdict: RunVerdict): void => push('history:verdict', { runId, verdict });
  const verdicts = new Verdicts({ history, quiet, onVerdict });
  return {
    'history:find': async (query) => {
      const [page, chain] = await Promise.all([history.find(query), absent()]);
      return { ...page, ...chain };
    },
    'history:verdict': ({ runId }) => verdicts.of(runId),
  };
}
