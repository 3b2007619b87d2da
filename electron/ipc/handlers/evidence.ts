import type { Language, RunVerdict } from '../../../shared/contract/ipc.ts';
import type { Identity } from '../../engine/ports.ts';
import { systemClock } from '../../engine/system-clock.ts';
import { exportRun } from '../../evidence/export-run.ts';
import { clearIncoming, importRun } from '../../evidence/import-run.ts';
import { reconcileRuns } from '../../evidence/reconcile-runs.ts';
import { finishRetiring, retireRuns } from '../../evidence/retire-runs.ts';
import type { Desktop } from '../desktop.ts';
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

/** Screens need no more of the way than this. */
const TELL_MS = 100;

/** Whole runs leave this installation, come into it, and are put away. */
export function evidenceHandlers(parts: EvidenceParts): Pick<Handlers, 'run:export' | 'run:import' | 'run:retire'> {
  const { data, desktop, push, language, person, identity, settled, onScreen } = parts;

  return {
    'run:export': async ({ runId }) => {
      await settled();
      const to = await desktop.chooseReportPlace(`${runId}.zip`);
      if (to === null) return null;
      let told = 0;
      const progress = (done: number, of: number): void => {
        if (done < of && performance.now() - told < TELL_MS) return;
        told = performance.now();
        push('run:exporting', { runId, done, of });
      };
      const folder = runFolder(data, runId);
      const done = await exportRun({
        folder,
        to,
        language: language(),
        print: desktop.printPdf,
        identity: identity(),
        progress,
      });
      if (!done.ok) return done;
      const { path, complete, leftOut } = done.value;
      return { ok: true, value: { path, complete, leftOut: leftOut.map((one) => one.path) } };
    },
    'run:import': async () => {
      const zip = await desktop.chooseRunZip();
      if (zip === null) return null;
      const taken = await importRun({ zip, data, clock: systemClock });
      if (!taken.ok) return taken;
      const { verdict, integrity, completeness, identity: who } = taken.value.verdict;
      const found: RunVerdict = { verdict, integrity, completeness, identity: who };
      return { ok: true, value: { runId: taken.value.runId, verdict: found } };
    },
    'run:retire': async ({ runIds, how, reason }) => {
      await settled();
      const shown = runIds.find((runId) => runFolder(data, runId) === onScreen()) ?? null;
      const surroundings = { language: language(), print: desktop.printPdf, identity: identity(), clock: systemClock };
      return await retireRuns({ data, runIds, how, reason, by: person(), onScreen: shown, ...surroundings });
    },
  };
}

/**
 * What an earlier process left half done: runs on their way out or in, and entries that the chain of runs lacks. For
 * the start of the app; nothing waits for it.
 */
export async function tidyRuns(data: string, log: { warn(message: string): void }): Promise<void> {
  for (const act of [finishRetiring, clearIncoming, (folder: string) => reconcileRuns(folder, systemClock)])
    await act(data).catch((error: unknown) => log.warn(`The runs could not be tidied up: ${String(error)}`));
}
