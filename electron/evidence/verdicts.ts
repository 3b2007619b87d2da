import type { RunVerdict } from '../../shared/contract/ipc/evidence.ts';
import { type VerifyFinding, worstFirst } from '../../shared/journal/finding.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { type VerifyResult, verifyRun } from '../engine/journal/verify-run.ts';
import type { Quiet, RunHistory } from './history.ts';
import { runStamp } from './run-stamp.ts';

export interface VerdictParts {
  readonly history: Pick<RunHistory, 'folder' | 'verdict' | 'remember'>;
  /** A live run comes first: asked before each part of a run that is read. */
  readonly quiet: Quiet;
  readonly onVerdict: (runId: string, verdict: RunVerdict) => void;
}

/** Characters of each thing that a finding names. */
const LONGEST = 500;

/** Of a folder without a readable journal nothing can be said but that. */
const unreadable: RunVerdict = {
  verdict: 'unreadable',
  integrity: 'altered',
  completeness: 'incomplete',
  identity: 'unproved',
  first: null,
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
    const verdict = await verify(folder, quiet);
    const after = await runStamp(folder);
    // What was written meanwhile was not looked at: the verdict holds for nothing that is there now.
    if (before.hash === after.hash) await history.remember(runId, { stamp: after.hash, files: after.files, verdict });
    onVerdict(runId, verdict);
    return verdict;
  }
}

/** What a badge says of a run, and the first reason for it. */
export function shortVerdict({ verdict, integrity, completeness, identity, findings }: VerifyResult): RunVerdict {
  const [worst] = worstFirst(findings.filter(({ severity }) => severity !== 'note'));
  return { verdict, integrity, completeness, identity, first: worst === undefined ? null : bounded(worst) };
}

/** The index remembers it, whatever a journal claims. */
function bounded({ params, at, ...finding }: VerifyFinding): VerifyFinding {
  const short = (text: string): string => text.slice(0, LONGEST);
  const cut = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, short(value)]));
  return { ...finding, params: cut, at: at === null ? null : { ...at, type: short(at.type) } };
}

async function verify(folder: string, quiet: Quiet): Promise<RunVerdict> {
  try {
    return shortVerdict(await verifyRun(folder, { breath: () => quiet() }));
  } catch (error) {
    if (error instanceof JournalError && (error.code === 'missing' || error.code === 'not-a-file')) return unreadable;
    throw error;
  }
}
