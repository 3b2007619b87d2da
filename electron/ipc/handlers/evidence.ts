import type { TakenUp } from '../../../shared/contract/ipc/evidence.ts';
import type { Language } from '../../../shared/contract/ipc/settings.ts';
import type { Reply } from '../../../shared/contract/ipc.ts';
import type { Identity, Result } from '../../engine/ports.ts';
import { systemClock } from '../../engine/system-clock.ts';
import { exportRun } from '../../evidence/export-run.ts';
import { clearIncoming, type Imported, importRun } from '../../evidence/import-run.ts';
import { reconcileRuns } from '../../evidence/reconcile-runs.ts';
import { finishRetiring, retireRuns } from '../../evidence/retire-runs.ts';
import { takeBack } from '../../evidence/take-back.ts';
import { shortVerdict } from '../../evidence/verdicts.ts';
import type { Desktop } from '../desktop.ts';
import { createMoving } from '../moving.ts';
import type { Push } from '../push.ts';
import type { Handlers } from '../router.ts';
import { runFolder } from '../run-folder.ts';

export interface EvidenceParts {
  readonly data: string;
  readonly desktop: Pick<Desktop, 'chooseReportPlace' | 'chooseRunZip' | 'printPdf'>;
  readonly push: Push;
  readonly language: () => Language;
  /** The name of whoever sits here. */
  readonly person: () => string;
  readonly identity: () => Identity | null;
  /** See `RunDesk.settled`. */
  readonly settled: () => Promise<void>;
  /** The folder of the run on the screen, or null. */
  readonly onScreen: () => string | null;
}

type Moves = 'run:export' | 'run:import' | 'run:retire' | 'run:take-back' | 'run:stop-moving';

/** Whole runs leave this installation, come into it, and are put away. */
export function evidenceHandlers(parts: EvidenceParts): Pick<Handlers, Moves> {
  const { data, desktop, push, language, person, identity, settled, onScreen } = parts;
  const moving = createMoving(push);

  return {
    'run:export': async ({ runId }) => {
      await settled();
      const to = await desktop.chooseReportPlace(`${runId}.zip`);
      if (to === null) return null;
      return await moving.watch('export', async ({ tell, signal }) => {
        const progress = (done: number, of: number): void => {
          signal.throwIfAborted();
          tell(done, of);
        };
        const how = { language: language(), print: desktop.printPdf, identity: identity(), progress };
        const done = await exportRun({ folder: runFolder(data, runId), to, ...how });
        if (!done.ok) return signal.aborted ? 'stopped' : done;
        const { path, complete, leftOut } = done.value;
        return { ok: true, value: { path, complete, leftOut: leftOut.map((one) => one.path) } };
      });
    },
    'run:import': async () => {
      const zip = await desktop.chooseRunZip();
      if (zip === null) return null;
      return await moving.watch('import', ({ tell, signal }) =>
        takenUp(signal, importRun({ zip, data, clock: systemClock, progress: tell, signal })),
      );
    },
    'run:take-back': ({ runId }) =>
      moving.watch('import', ({ tell, signal }) =>
        takenUp(signal, takeBack({ runId, data, clock: systemClock, progress: tell, signal })),
      ),
    'run:retire': async ({ runIds, how, reason }) => {
      await settled();
      const shown = runIds.find((runId) => runFolder(data, runId) === onScreen()) ?? null;
      const surroundings = { language: language(), print: desktop.printPdf, identity: identity(), clock: systemClock };
      return await moving.watch(how, ({ tell, signal }) => {
        const progress = (done: number): void => tell(done, runIds.length);
        const given = { data, runIds, how, reason, by: person(), onScreen: shown, ...surroundings };
        return retireRuns({ ...given, progress, signal });
      });
    },
    'run:stop-moving': () => {
      moving.stop();
      return null;
    },
  };
}

async function takenUp(signal: AbortSignal, work: Promise<Result<Imported>>): Promise<Reply<TakenUp> | 'stopped'> {
  const taken = await work;
  if (!taken.ok) return signal.aborted ? 'stopped' : taken;
  const { runId, verdict, known } = taken.value;
  return { ok: true, value: { runId, verdict: shortVerdict(verdict), known } };
}

/**
 * What an earlier process left half done: runs on their way out or in, and entries that the chain of runs lacks. For
 * the start of the app; nothing waits for it.
 */
export async function tidyRuns(data: string, log: { warn(message: string): void }): Promise<void> {
  const finish = async (): Promise<void> => {
    for (const { path, cause } of await finishRetiring(data))
      log.warn(`What was put away could not be cleared away: ${path}: ${String(cause)}`);
  };
  for (const act of [finish, () => clearIncoming(data), () => reconcileRuns(data, systemClock)])
    await act().catch((error: unknown) => log.warn(`The runs could not be tidied up: ${String(error)}`));
}
