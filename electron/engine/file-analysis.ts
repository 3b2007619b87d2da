import { join } from 'node:path';
import type { EventOf, RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import { may } from '../../shared/run/policy.ts';
import { noteAppended } from '../evidence/keep-runs.ts';
import { runsFolder } from './data-folder.ts';
import { createSessionSigner } from './journal/digest.ts';
import { openJournal } from './journal/journal.ts';
import { sessionOpened } from './open-run.ts';
import type { Clock, Journal, Result } from './ports.ts';
import { viewRun } from './view-run.ts';

/**
 * Adds the problem analysis to a run that was rolled back: appended in a session of its own, signed, and never in the
 * place of an earlier one. Fails as `local-error` when the run is altered, locked, or needs no analysis.
 */
export async function fileAnalysis(run: {
  readonly data: string;
  readonly runId: string;
  readonly person: string;
  readonly clock: Clock;
  readonly analysis: EventOf<'analysis-filed'>['data'];
}): Promise<Result<null>> {
  const folder = join(runsFolder(run.data), run.runId);
  let journal: Journal | null = null;
  try {
    const refusal = may(await viewRun(folder), { type: 'file-analysis', ...run.analysis });
    if (refusal !== null) throw new Error(refusal.code);
    const signer = createSessionSigner();
    ({ journal } = await openJournal({ folder, clock: run.clock, signer, onRecord: () => {} }));
    const app = { kind: 'app', name: 'Countersign' } as const;
    const filed: RunEvent = { type: 'analysis-filed', data: run.analysis };
    await journal.append([
      { actor: app, ...sessionOpened(signer, run.person, true) },
      { actor: { kind: 'operator', name: run.person }, ...filed },
      { actor: app, type: 'session-closed', data: { reason: 'ended' } },
    ]);
    await noteAppended(run.data, run.runId, run.clock);
    return { ok: true, value: null };
  } catch (error) {
    return { ok: false, failure: failure('local-error', { path: folder }, error) };
  } finally {
    await journal?.close();
  }
}
