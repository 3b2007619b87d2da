import { stat } from 'node:fs/promises';
import type { RunVerdict } from '../../../shared/contract/ipc/evidence.ts';
import type { HistoryPage } from '../../../shared/contract/ipc/history.ts';
import { importedFolder, mirroredFolder, runsFolder } from '../../engine/data-folder.ts';
import { absentRuns, auditRuns } from '../../evidence/audit-runs.ts';
import { RunHistory } from '../../evidence/history.ts';
import { runsChainPath } from '../../evidence/runs-file.ts';
import { Verdicts } from '../../evidence/verdicts.ts';
import type { Push } from '../push.ts';
import type { Handlers } from '../router.ts';

export interface HistoryHandlerParts {
  readonly data: string;
  readonly push: Push;
  /** True while a run is begun or worked on here: nothing is read or verified then. */
  readonly busy: () => boolean;
  readonly log: { warn(message: string): void };
}

/** How often is looked whether the live run is over. */
const BUSY_MS = 1_000;
/** Whoever types asks many times: so long journals are not held against the chain again, unless a run came or went. */
const CHAIN_MS = 3_000;
/** Sentences about the chain of runs that a screen has room for. */
const CHAIN_FINDINGS = 20;

/** All runs, to be searched, each with what the verifier says of it. */
export function historyHandlers({
  data,
  push,
  busy,
  log,
}: HistoryHandlerParts): Pick<Handlers, 'history:find' | 'history:verdict'> {
  const calm = async (): Promise<void> => {
    while (busy()) await new Promise((done) => setTimeout(done, BUSY_MS).unref());
  };
  const quiet = (): Promise<void> | undefined => (busy() ? calm() : undefined);
  const history = new RunHistory({ data, quiet, log, onReading: (reading) => push('history:reading', reading) });
  const onVerdict = (runId: string, verdict: RunVerdict): void => push('history:verdict', { runId, verdict });
  const verdicts = new Verdicts({ history, quiet, onVerdict });
  let audited: { readonly at: number; readonly when: string; readonly chain: ReturnType<typeof chainOf> } | null = null;
  const chainNow = async (): ReturnType<typeof chainOf> => {
    const when = await lastChange(data);
    if (audited === null || audited.when !== when || performance.now() - audited.at > CHAIN_MS)
      audited = { at: performance.now(), when, chain: chainOf(data) };
    return await audited.chain;
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
async function chainOf(data: string): Promise<Pick<HistoryPage, 'absent' | 'chain' | 'chainFindings'>> {
  const audit = await auditRuns(data);
  const telling = audit.findings.filter(({ severity, code }) => severity !== 'note' && code !== 'vanished');
  const chainFindings = telling.slice(0, CHAIN_FINDINGS).map(({ code, params }) => ({ code, params }));
  return { absent: absentRuns(audit), chain: audit.verdict, chainFindings };
}

/** Changes with every entry of the chain of runs, and with every run that comes or goes. */
async function lastChange(data: string): Promise<string> {
  const places = [runsChainPath(data), runsFolder(data), mirroredFolder(data), importedFolder(data)];
  const stamps = places.map((path) =>
    stat(path).then(
      ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
      () => '-',
    ),
  );
  return (await Promise.all(stamps)).join();
}
