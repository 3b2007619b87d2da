import { failure } from '../../../shared/contract/failure.ts';
import type { Translate } from '../../../shared/text/translate.ts';
import { baselineOf } from '../../engine/log-baseline.ts';
import { runFiles } from '../../engine/run-files.ts';
import { viewRun } from '../../engine/view-run.ts';
import type { Desktop } from '../desktop.ts';
import { replaceFile } from '../replace-file.ts';
import type { Handlers } from '../router.ts';
import { runFolder } from '../run-folder.ts';

export interface BaselineParts {
  readonly data: string;
  readonly desktop: Pick<Desktop, 'chooseReportPlace'>;
  readonly say: () => Translate;
  /** See `RunDesk.settled`. */
  readonly settled: () => Promise<void>;
}

/** Keeps what the log watches of a run have seen as known exceptions, where the person wants the file. */
export function baselineHandlers({ data, desktop, say, settled }: BaselineParts): Pick<Handlers, 'run:baseline'> {
  return {
    'run:baseline': async ({ runId }) => {
      await settled();
      const folder = runFolder(data, runId);
      try {
        const state = await viewRun(folder);
        const run = { run: runId, environment: state.plan.environment, title: state.plan.title };
        const heading = [say()('desktop:baseline-heading'), say()('desktop:baseline-edit')];
        const words = { heading, why: say()('desktop:baseline-why', run) };
        const text = await baselineOf(state, runFiles({ data, folder, state }), words);
        const path = text === null ? null : await desktop.chooseReportPlace('known-exceptions.yaml');
        if (text === null || path === null) return null;
        await replaceFile(path, text);
        return { ok: true, value: { path } };
      } catch (error) {
        return { ok: false, failure: failure('local-error', { path: folder }, error) };
      }
    },
  };
}
