import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { ScriptState } from '../../../shared/steps/actions/sql.ts';
import type { ScriptEnd, ScriptJob, ScriptWatch } from './script-job.ts';
import { ScriptTally, type Stopped } from './script-tally.ts';
import { doneWords, oneLine, tableWords } from './script-words.ts';
import type { SendEnd, SqlSession, SqlTable, StatementEnd } from './session.ts';
import { batchesOf, type Statement } from './statement-batches.ts';
import { supervisedSend } from './supervised-send.ts';

/** Within a transaction a note is written this often; outside of one before each statement. */
const noteEvery = { statements: 1_000, ms: 500 } as const;
/** MySQL: the deadlock that undoes the whole transaction. */
const undoneByServer = new Set(['1213', '40P01']);
/** MySQL's errors that say that a routine never began: syntax, unknown, wrong number of arguments, denied. */
const neverBegan = new Set(['1064', '1305', '1318', '1370', '1243']);
/** MySQL's warning after a ROLLBACK: some changed tables know no transactions. */
const notUndone = 1196;

/** What stands between the parts of a note, of which the script's path is the first. */
export const noteSeparator = ' · ';

/** Runs one script on a session of its own and says exactly what has taken effect. Never rejects. */
export async function runScript(session: SqlSession, job: ScriptJob, watch: ScriptWatch): Promise<ScriptEnd> {
  return await new ScriptRun(session, job, watch).run();
}

class ScriptRun {
  readonly #session: SqlSession;
  readonly #job: ScriptJob;
  readonly #watch: ScriptWatch;
  readonly #mysql: boolean;
  readonly #began: number;
  readonly #tally: ScriptTally;
  #noted = { statement: 0, at: Number.NEGATIVE_INFINITY };

  constructor(session: SqlSession, job: ScriptJob, watch: ScriptWatch) {
    this.#session = session;
    this.#job = job;
    this.#watch = watch;
    this.#mysql = session.lexing.dialect === 'mysql';
    this.#tally = new ScriptTally(job, this.#mysql);
    this.#began = watch.clock.mono();
  }

  async run(): Promise<ScriptEnd> {
    await this.#noticeLoss();
    for (const words of this.#opening()) {
      const end = await this.#send([words], () => {});
      if (end.type !== 'done') return this.#end('rolled-back', this.#failed(null, end), null);
    }
    for (const batch of batchesOf(this.#job, this.#session.lexing)) {
      const refused = await this.#ready(batch);
      if (refused !== null) return await this.#stopBetween(refused);
      const [end, stop] = await this.#execute(batch);
      if (end.type !== 'done') return await this.#stopped(batch, end, stop);
      // A statement may end well although it was told to stop (MySQL's SLEEP does): nothing goes on behind it.
      if (stop !== null) return await this.#stopBetween(stop);
    }
    return await this.#finish();
  }

  #opening(): readonly string[] {
    switch (this.#job.mode) {
      case 'read':
        return this.#mysql
          ? ['SET SESSION TRANSACTION READ ONLY', 'START TRANSACTION READ ONLY']
          : ['SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY', 'BEGIN READ ONLY'];
      case 'auto':
        // Without autocommit there is never a moment outside a transaction, not even after a deadlock.
        return [this.#mysql ? 'SET autocommit=0' : 'BEGIN'];
      case 'none':
        return this.#mysql ? ['SET autocommit=1'] : [];
    }
  }

  /**
   * PostgreSQL can notice that its client has gone while a statement runs (not every version on every system). Without
   * COMMIT the work will be undone anyway; this way it is undone soon enough to be seen.
   */
  async #noticeLoss(): Promise<void> {
    if (this.#mysql || this.#job.mode === 'none') return;
    await this.#send(['SET client_connection_check_interval = 1000'], () => {});
  }

  /** Everything that must hold before a batch is sent; why it is not, or null. */
  async #ready(batch: readonly Statement[]): Promise<Failure | null> {
    if (this.#watch.cancelled.aborted) return failure('cancelled');
    const [first] = batch;
    if (first === undefined) return null;
    const bytes = Buffer.byteLength(batch.map(({ text }) => text).join(';\n'));
    if (bytes > this.#session.longest) {
      const params = {
        script: this.#job.path,
        line: String(first.line),
        bytes: String(bytes),
        most: String(this.#session.longest),
      };
      return failure('sql-too-long', params);
    }
    if (this.#job.mode === 'read') return null;
    const { clock } = this.#watch;
    const within = this.#job.mode === 'auto' && first.nature.rows;
    const fresh =
      first.number - this.#noted.statement < noteEvery.statements && clock.mono() - this.#noted.at < noteEvery.ms;
    if (within && fresh) return null;
    this.#noted = { statement: first.number, at: clock.mono() };
    const last = batch.at(-1) ?? first;
    const range = first === last ? String(first.number) : `${first.number}–${last.number}`;
    return await this.#note(
      `${this.#job.path}${noteSeparator}${range}/${this.#job.statements} · line ${first.line} · ${first.verb}`,
    );
  }

  async #note(text: string): Promise<Failure | null> {
    return await this.#watch.note(text).then(
      () => null,
      (error: unknown) => failure('journal-unwritable', {}, error),
    );
  }

  /** Sends a batch; also gives why we ended it ourselves, if we did. */
  async #execute(batch: readonly Statement[]): Promise<readonly [SendEnd, Failure | null]> {
    const { done, affected } = this.#tally;
    const began = this.#watch.clock.mono();
    let table: SqlTable | null = null;
    const texts = batch.map(({ text }) => text);
    const outcome = await this.#supervised(texts, (index, end) => {
      const statement = batch[index];
      if (statement === undefined) return;
      this.#tally.confirm(statement, end);
      if (end.table !== null) {
        table = end.table;
        this.#watch.table(statement.number, end.table);
      }
    });
    this.#watch.progress(this.#tally.done, this.#job.statements);
    const [first, ...others] = batch.slice(0, this.#tally.done - done);
    if (first !== undefined) {
      const ms = this.#watch.clock.mono() - began;
      const committed = this.#tally.committedAfter(others.at(-1) ?? first);
      const words = doneWords([first, ...others], { affected: this.#tally.affected - affected, ms, committed });
      await this.#watch.say(words);
    }
    if (table !== null) await this.#watch.say(tableWords(table));
    return outcome;
  }

  #supervised(texts: readonly string[], onEnd: (index: number, end: StatementEnd) => void) {
    const { clock, cancelled } = this.#watch;
    return supervisedSend(this.#session, texts, { timeoutMs: this.#job.timeoutMs, clock, cancelled }, onEnd);
  }

  async #send(texts: readonly string[], onEnd: (index: number, end: StatementEnd) => void): Promise<SendEnd> {
    const [end] = await this.#supervised(texts, onEnd);
    return end;
  }

  /* ---------- endings ---------- */

  async #finish(): Promise<ScriptEnd> {
    const { mode } = this.#job;
    if (mode === 'read') return await this.#finishLooking();
    if (mode === 'none') {
      if (!this.#tally.open) return this.#end('committed', null, null);
      await this.#send(['ROLLBACK'], () => {});
      const params = { script: this.#job.path };
      return this.#end(this.#tally.undone(), failure('sql-transaction-left-open', params), null);
    }
    const refused = await this.#note(`${this.#job.path}${noteSeparator}COMMIT`);
    if (refused !== null) return await this.#stopBetween(refused);
    // A COMMIT is never interrupted: half an answer to it would be worse than waiting.
    const giveUp = new AbortController();
    const late: Promise<SendEnd> = this.#watch.clock
      .sleep(Math.max(this.#job.timeoutMs, limits.commandTimeoutMs), giveUp.signal)
      .then(
        () => ({ type: 'lost', message: 'the server did not answer COMMIT in time' }) as const,
        () => new Promise(() => {}),
      );
    const end = await Promise.race([this.#session.send(['COMMIT'], () => {}), late]);
    giveUp.abort();
    if (end.type === 'done') {
      this.#tally.confirmCommit();
      return this.#end('committed', null, null);
    }
    const commit = { number: this.#tally.done, line: 1, verb: 'COMMIT', text: 'COMMIT' };
    // A server that answers a COMMIT with an error has undone the transaction.
    const state = end.type === 'error' ? this.#tally.undone() : 'unknown';
    return this.#end(state, this.#failed(null, end), { first: commit, last: commit, end });
  }

  async #finishLooking(): Promise<ScriptEnd> {
    const variable = this.#session.server.includes('MariaDB') ? '@@tx_read_only' : '@@transaction_read_only';
    const question = this.#mysql ? `SELECT ${variable}` : "SELECT current_setting('transaction_read_only')";
    let answer: unknown = null;
    const end = await this.#send([question], (_, { table }) => {
      answer = table?.rows[0]?.[0];
    });
    await this.#send(['ROLLBACK'], () => {});
    if (end.type !== 'done') return this.#end('looked', this.#failed(null, end), null);
    const held = answer === 1 || answer === 'on';
    return this.#end('looked', held ? null : failure('sql-not-read-only', { script: this.#job.path }), null);
  }

  /** We stop of our own accord between two batches. */
  async #stopBetween(reason: Failure): Promise<ScriptEnd> {
    return this.#end(await this.#rollBack(), reason, null);
  }

  async #stopped(
    batch: readonly Statement[],
    end: Exclude<SendEnd, { type: 'done' }>,
    stop: Failure | null,
  ): Promise<ScriptEnd> {
    const waiting = batch.filter(({ number }) => number > this.#tally.done);
    const [first = batch[0] as Statement] = waiting;
    if (end.type === 'lost') {
      const last = waiting.at(-1) ?? first;
      const state = await this.#afterLoss(waiting);
      return this.#end(state, stop ?? this.#failed(first, end), { first, last, end });
    }
    const state = await this.#afterError(first, end);
    return this.#end(state, stop ?? this.#failed(first, end), { first, last: first, end });
  }

  async #afterError(failed: Statement, end: Extract<SendEnd, { type: 'error' }>): Promise<ScriptState> {
    if (this.#job.mode === 'read') {
      await this.#send(['ROLLBACK'], () => {});
      return 'looked';
    }
    const began = this.#tally.isOpaque(failed) && !neverBegan.has(end.code);
    const certain = !began && (undoneByServer.has(end.code) || (await this.#senseTransaction(failed)));
    const state = await this.#rollBack();
    return certain ? state : 'unknown';
  }

  /**
   * MySQL commits before it executes certain statements, even if these then fail; a harmless one tells whether the
   * transaction still stands. False when something was committed that cannot be told apart.
   */
  async #senseTransaction(failed: Statement): Promise<boolean> {
    if (!this.#mysql || this.#job.mode === 'none' || !this.#tally.open) return true;
    let open: boolean | null = null;
    await this.#send(['DO 0'], (_, { inTransaction }) => {
      open = inTransaction;
    });
    if (open === true) return true;
    if (open === null || !failed.nature.commits) return false;
    this.#tally.committedBefore(failed);
    return true;
  }

  /** Asks the server to undo what is not committed, and says what it confirmed. */
  async #rollBack(): Promise<ScriptState> {
    if (this.#job.mode === 'read') return 'looked';
    let warnings = 0;
    const end = await this.#send(['ROLLBACK'], (_, said) => {
      warnings = said.warnings;
    });
    if (end.type !== 'done') return this.#tally.open ? 'undone-unconfirmed' : this.#tally.undone();
    if (warnings > 0 && (await this.#tablesWithoutTransactions())) return 'unknown';
    return this.#tally.undone();
  }

  async #tablesWithoutTransactions(): Promise<boolean> {
    let found = true;
    await this.#send(['SHOW WARNINGS'], (_, { table }) => {
      found = table?.rows.some((row) => row[1] === notUndone) ?? false;
    });
    return found;
  }

  /** The connection went while these were on their way. */
  async #afterLoss(waiting: readonly Statement[]): Promise<ScriptState> {
    if (this.#job.mode === 'read') return 'looked';
    const inside = this.#job.mode === 'auto' || this.#tally.open;
    const undoable = inside && (!this.#mysql || waiting.every(({ nature }) => nature.rows || nature.looks));
    if (!undoable) return 'unknown';
    // COMMIT was not sent: once the server has let go of our session, it has undone the rest.
    const { clock } = this.#watch;
    const patience = new AbortController();
    for (let tries = 0; tries < 5; tries += 1) {
      if ((await this.#session.stillThere()) === false) return this.#tally.undone();
      await clock.sleep(1_000, patience.signal);
    }
    return 'undone-unconfirmed';
  }

  #failed(at: Statement | null, end: Exclude<SendEnd, { type: 'done' }>): Failure {
    const params = { script: this.#job.path, line: String(at?.line ?? '–'), statement: String(at?.number ?? '–') };
    if (end.type === 'lost') return failure('database-lost', params, end.message);
    return failure('sql-error', { ...params, message: oneLine(end.message, 500) }, `${end.code} ${end.message}`);
  }

  #end(state: ScriptState, problem: Failure | null, stopped: Stopped | null): ScriptEnd {
    const durationMs = this.#watch.clock.mono() - this.#began;
    return { result: this.#tally.result(state, durationMs, stopped), failure: problem };
  }
}
