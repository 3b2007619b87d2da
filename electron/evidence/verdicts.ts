import type { RunVerdict } from '../../shared/contract/ipc.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { verifyRun } from '../engine/journal/verify-run.ts';
import type { RunHistory } from './history.ts';
import { runStamp } from './run-stamp.ts';

export interface VerdictParts {
  readonly history: Pick<RunHistory, 'folder' | 'verdict' | 'remember'>;
  /** Resolves when nothing more urgent is done with this computer: a live run comes first. */
  readonly quiet: () => Promise<void>;
  readonly onVerdict: (runId: string, verdict: RunVerdict) => void;
}

/** Of a folder without a readable journal nothing can be said but that. */
const unreadable: RunVerdict = {
  verdict: 'unreadable',
  integrity: 'altered',
  completeness: 'incomplete',
  identity: 'unproved',
};

/** What the verifier says of runs, one after another, and found out once for the same bytes. */
export class Verdicts {
  readonly #parts: VerdictParts;
  readonly #asked = new Map<string, Promise<RunVerdict>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: VerdictParts) {
    this.#parts = parts;
  }

  /** The verdict on a run; rejects when the run is not here. */
  async of(runId: string): Promise<RunVerdict> {
    const known = await this.#parts.history.verdict(runId);
    if (known !== null) return known;
    const asked = this.#asked.get(runId);
    if (asked !== undefined) return await asked;
    const verdict = this.#turn.then(() => this.#find(runId)).finally(() => this.#asked.delete(runId));
    this.#asked.set(runId, verdict);
    this.#turn = verdict.catch(() => {});
    return await verdict;
  }

  async #find(runId: string): Promise<RunVerdict> {
    const { history, quiet, onVerdict } = this.#parts;
    await quiet();
    const folder = await history.folder(runId);
    if (folder === null) throw new Error(`No such run: ${runId}`);
    const before = await runStamp(folder);
    const verdict = await verify(folder);
    const after = await runStamp(folder);
    // What was written meanwhile was not looked at: the verdict holds for nothing that is there now.
    if (before.hash === after.hash) await history.remember(runId, { stamp: after.hash, files: after.files, verdict });
    onVerdict(runId, verdict);
    return verdict;
  }
}

async function verify(folder: string): Promise<RunVerdict> {
  try {
    const { verdict, integrity, completeness, identity } = await verifyRun(folder);
    return { verdict, integrity, completeness, identity };
  } catch (error) {
    if (error instanceof JournalError && error.code === 'missing') return unreadable;
    throw error;
  }
}
