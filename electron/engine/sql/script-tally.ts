import { limits } from '../../../shared/contract/limits.ts';
import type { ScriptResult, ScriptState, SqlStatement } from '../../../shared/steps/actions/sql.ts';
import type { ScriptJob } from './script-job.ts';
import type { SendEnd, StatementEnd } from './session.ts';
import type { Statement } from './statement-batches.ts';

/** The statements that were on their way when a script stopped, and what came back for them. */
export interface Stopped {
  readonly first: SqlStatement & { readonly text: string };
  readonly last: SqlStatement;
  readonly end: Exclude<SendEnd, { type: 'done' }>;
}

/** Statements that run code of the database's own, which may commit inside. */
const opaqueVerbs = new Set(['CALL', 'EXECUTE', 'BEGIN', 'DO']);
/** Commits by the server that are named; beyond them they are only counted. */
const namedCommits = 20;

/** Counts, from nothing but the server's own answers, how far a script came and what of it stays. */
export class ScriptTally {
  readonly #job: ScriptJob;
  readonly #mysql: boolean;
  #done = 0;
  #committed = 0;
  #affected = 0;
  #warnings = 0;
  #commits: SqlStatement[] = [];
  #commitsCount = 0;
  #open = false;
  /** A routine ran since the last commit that may have committed something itself. */
  #opaque = false;

  constructor(job: ScriptJob, mysql: boolean) {
    this.#job = job;
    this.#mysql = mysql;
  }

  /** The number of the last statement that the server confirmed. */
  get done(): number {
    return this.#done;
  }

  /** Rows changed so far. */
  get affected(): number {
    return this.#affected;
  }

  /** A transaction holds changes that are not committed, as far as the server said. */
  get open(): boolean {
    return this.#open;
  }

  /** PostgreSQL lets no routine commit inside a transaction of ours; MySQL does. */
  isOpaque({ verb }: Statement): boolean {
    return opaqueVerbs.has(verb) && (this.#mysql || this.#job.mode === 'none');
  }

  /** The server confirmed a statement. */
  confirm(statement: Statement, end: StatementEnd): void {
    const wasOpen = this.#open;
    this.#done = statement.number;
    this.#affected += end.affected ?? 0;
    this.#warnings += end.warnings;
    if (this.isOpaque(statement)) this.#opaque = true;
    if (end.inTransaction === null) return;
    this.#open = end.inTransaction;
    if (end.inTransaction || this.#job.mode === 'read') return;
    this.#committed = statement.number;
    this.#opaque = false;
    const byItself = this.#job.mode === 'auto' && !statement.nature.controls && (statement.nature.commits || wasOpen);
    if (!byItself) return;
    this.#commitsCount += 1;
    if (this.#commits.length < namedCommits) this.#commits.push(named(statement));
  }

  /** True where the server committed after this statement although nobody asked it to. */
  committedAfter({ number }: Statement): boolean {
    return this.#commits.at(-1)?.number === number;
  }

  /** The server confirmed our COMMIT. */
  confirmCommit(): void {
    this.#committed = this.#done;
  }

  /** A statement failed, but the server had committed everything before it. */
  committedBefore(failed: Statement): void {
    this.#committed = failed.number - 1;
    this.#open = false;
  }

  /** What stays when everything that was not committed is certainly gone. */
  undone(): ScriptState {
    if (this.#opaque) return 'unknown';
    if (this.#committed === 0) return 'rolled-back';
    return this.#committed >= this.#job.statements ? 'committed' : 'partly';
  }

  result(state: ScriptState, durationMs: number, stopped: Stopped | null): ScriptResult {
    const known = state !== 'unknown' && state !== 'undone-unconfirmed';
    return {
      path: this.#job.path,
      sha256: this.#job.sha256,
      state,
      statements: this.#job.statements,
      done: this.#done,
      committed: state === 'looked' ? 0 : known || this.#committed > 0 ? this.#committed : null,
      affected: this.#affected,
      warnings: this.#warnings,
      durationMs: Math.round(durationMs),
      commits: this.#commits,
      commitsCount: this.#commitsCount,
      stopped:
        stopped === null
          ? null
          : {
              first: named(stopped.first),
              last: named(stopped.last),
              text: stopped.first.text.slice(0, limits.excerptChars),
              message: stopped.end.message.slice(0, limits.excerptChars),
            },
      earlier: null,
    };
  }
}

function named({ number, line, verb }: SqlStatement): SqlStatement {
  return { number, line, verb };
}
