import { failure } from '../../../shared/contract/failure.ts';
import { type Afterwards, appendToRun, whyNotAppend } from '../../engine/append-to-run.ts';
import type { Identity } from '../../engine/ports.ts';
import { systemClock } from '../../engine/system-clock.ts';
import { saidRecords } from '../../evidence/said-records.ts';
import type { Handlers } from '../router.ts';
import { runFolder } from '../run-folder.ts';

export interface NoteParts {
  readonly data: string;
  /** The name of whoever sits here. */
  readonly person: () => string;
  /** Their own key where it is unlocked. */
  readonly identity: () => Identity | null;
  /** See `RunDesk.settled`. */
  readonly settled: () => Promise<void>;
}

/** What people say of a run after its end: the problem analysis, notes and corrections. */
export function noteHandlers({
  data,
  person,
  identity,
  settled,
}: NoteParts): Pick<Handlers, 'run:analysis' | 'note:add' | 'note:may' | 'note:records'> {
  const say = async (runId: string, intent: Afterwards) => {
    await settled();
    return await appendToRun({ data, runId, person: person(), identity: identity(), clock: systemClock, intent });
  };
  return {
    'run:analysis': ({ runId, ...analysis }) => say(runId, { type: 'file-analysis', ...analysis }),
    'note:add': ({ runId, ...note }) => say(runId, { type: 'add-note', ...note }),
    'note:may': async ({ runId }) => {
      await settled();
      return await whyNotAppend(data, runId);
    },
    'note:records': async ({ runId, ...place }) => {
      await settled();
      const folder = runFolder(data, runId);
      try {
        return { ok: true, value: await saidRecords(folder, place) };
      } catch (error) {
        return { ok: false, failure: failure('local-error', { path: folder }, error) };
      }
    },
  };
}
