import type { HistoryPage, RunVerdict } from '../../../shared/contract/ipc.ts';
import { absentRuns, auditRuns } from '../../evidence/audit-runs.ts';
import { RunHistory } from '../../evidence/history.ts';
import { Verdicts } from '../../evidence/verdicts.ts';
import type { Push } from '../push.ts';
import type { Handlers } from '../router.ts';

export interface HistoryHandlerParts {
  readonly data: string;
  readonly push: Push;
  /** True while a run is worked on here: nothing is read or verified then. */
  readonly busy: () => boolean;
  readonly log: { warn(message: string): void };
}

/** How often is looked whether the live run is over. */
const BUSY_MS = 1_000;
/** Whoever types asks many times: so long the chain of runs is not held against the disk again. */
const CHAIN_MS = 3_000;

/** All runs, to be searched, each with what the verifier says of it. */
export function historyHandlers({
  data,
  push,
  busy,
  log,
}: HistoryHandlerParts): Pick<Handlers, 'history:find' | 'history:verdict'> {
  const quiet = async (): Promise<void> => {
    while (busy()) await new Promise((done) => setTimeout(done, BUSY_MS).unref());
  };
  const history = new RunHistory({ data, quiet, log, onReading: (reading) => push('history:reading', reading) });
  const onVerdict = (runId: string, verdict: RunVerdict): void => push('history:verdict', { runId, verdict });
  const verdicts = new Verdicts({ history, quiet, onVerdict });
  let audited: { readonly at: number; readonly chain: ReturnType<typeof chainOf> } | null = null;
  const chainNow = (): ReturnType<typeof chainOf> => {
    if (audited === null || performance.now() - audited.at > CHAIN_MS)
      audited = { at: performance.now(), chain: chainOf(data) };
    return audited.chain;
  };
  return {
    'history:find': async (query) => {
      const [page, chain] = await Promise.all([history.find(query), chainNow()]);
      return { ...page, ...chain };
    },
    'history:verdict': ({ runId }) => verdicts.of(runId),
  };
}

/** What the installation's chain of runs tells of runs that are not here any more. */
async function chainOf(data: string): Promise<Pick<HistoryPage, 'absent' | 'chain'>> {
  const audit = await auditRuns(data);
  return { absent: absentRuns(audit), chain: audit.verdict };
}
