import type { PlanDatabase } from '../../../shared/checklist/plan.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { AttemptEffect, Verdict } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { usualLexing } from '../../../shared/sql/dialect.ts';
import type { ScriptResult, ScriptState, SqlAction, SqlPlace } from '../../../shared/steps/actions/sql.ts';
import { checkText } from '../../../shared/steps/evaluate.ts';
import { openSession } from '../sql/open-session.ts';
import { runScript } from '../sql/run-script.ts';
import { runClient } from './sql-client.ts';
import { earlierScripts, wholeStates } from './sql-history.ts';
import { frozenScripts, lookThrough, type ReadyScript, readFrozen, unusable } from './sql-scripts.ts';
import { checkSql, TableKeeper } from './sql-tables.ts';
import {
  type AttemptPlace,
  type Outcome,
  outcome,
  type Sending,
  type StepContext,
  type StepEngine,
} from './step-runner.ts';

function databaseOf({ plan }: Pick<AttemptPlace, 'plan'>, action: SqlAction): PlanDatabase | null {
  return plan.databases.find(({ name }) => name === action.database) ?? null;
}

/** Only looks: the server is told to refuse everything else. */
function onlyLooks({ step }: Pick<AttemptPlace, 'step'>, { what }: SqlAction): boolean {
  return step.effect === 'read' || what.type === 'query';
}

function sending(action: SqlAction, place: AttemptPlace): Sending {
  const database = databaseOf(place, action);
  const { what } = action;
  const words = what.type === 'query' ? what.text : what.type === 'script' ? what.path : `${what.folder}/`;
  return {
    hosts: database?.via == null ? [] : [database.via],
    secrets: [...(database?.password == null ? [] : [database.password]), ...(database?.command?.secrets ?? [])],
    sudo: null,
    command: `${action.place}\n${words}`,
    wire: null,
    recorded: true,
  };
}

async function runSql(context: StepContext, action: SqlAction): Promise<Outcome> {
  const database = databaseOf(context, action);
  if (database === null) {
    return outcome('failed', { effect: 'none', failure: failure('local-error', {}, `no database ${action.database}`) });
  }
  const { engine, address, port, via, schema } = database;
  const work = new SqlWork(context, action, database, { engine, address, port, via, schema });
  return await work.run();
}

/** The engine's door of `sql`. */
export const sqlEngine: StepEngine<SqlAction> = { sending, run: runSql };

/** One attempt: scripts one after the other, each on a session of its own, until one does not end well. */
class SqlWork {
  readonly #context: StepContext;
  readonly #action: SqlAction;
  readonly #database: PlanDatabase;
  readonly #place: SqlPlace;
  readonly #looks: boolean;
  readonly #tables = new TableKeeper();
  #server: string | null = null;
  #results: ScriptResult[] = [];
  #unrecorded = false;

  constructor(context: StepContext, action: SqlAction, database: PlanDatabase, place: SqlPlace) {
    this.#context = context;
    this.#action = action;
    this.#database = database;
    this.#place = place;
    this.#looks = onlyLooks(context, action);
  }

  async run(): Promise<Outcome> {
    const scripts = await frozenScripts(this.#context, this.#action);
    if (!scripts.ok) return this.#nothingDone(scripts.failure);
    this.#results = scripts.value.map(notRun);
    const objection = await this.#objection(scripts.value);
    if (objection !== null) return this.#nothingDone(objection);
    if (!this.#looks) {
      const already = await this.#skipEarlier(scripts.value);
      if (already !== null) {
        return { ...this.#nothingDone(already), offers: ['skip-already-run', 'run-again'] };
      }
    }
    for (const [index, script] of scripts.value.entries()) {
      if (this.#results[index]?.state === 'skipped') continue;
      const problem = await this.#runOne(index, script);
      if (problem !== null) return this.#stopped(problem);
    }
    return this.#judged();
  }

  /** Before anything is sent every script is looked through, so that the last one cannot stop the first halfway. */
  async #objection(scripts: readonly ReadyScript[]): Promise<Failure | null> {
    if (this.#action.engine === 'command') return null;
    for (const script of scripts) {
      const found = await this.#lookThrough(script, usualLexing(this.#action.engine));
      if (!found.ok) return unusable(script.path, found);
    }
    return null;
  }

  #lookThrough(script: ReadyScript, lexing: ReturnType<typeof usualLexing>) {
    const { what, encoding, transaction } = this.#action;
    // A query stands in the checklist, which is UTF-8.
    const stored = what.type === 'query' ? 'utf-8' : encoding;
    return lookThrough(script.bytes, stored, lexing, { looks: this.#looks, transaction });
  }

  /** Marks what an earlier run did, where the person chose to leave it out; why to stop where nobody chose yet. */
  async #skipEarlier(scripts: readonly ReadyScript[]): Promise<Failure | null> {
    const { choice, plan, step, history, state } = this.#context;
    if (choice === 'run-again' || step.origin === 'rollback') return null;
    const earlier = earlierScripts([state(), ...(await history())], plan.environment, this.#place);
    const found = scripts.flatMap((script, index) => {
      const before = earlier.get(script.sha256);
      return before === undefined ? [] : [{ index, script, before }];
    });
    if (found.length === 0) return null;
    for (const { index, script, before } of found) {
      if (choice !== 'skip-already-run' || !wholeStates.has(before.state)) continue;
      this.#results[index] = { ...notRun(script), state: 'skipped', earlier: before };
    }
    if (choice === 'skip-already-run') return null;
    const names = found.map(({ script, before }) => `${script.path} (${before.runId}, ${before.state})`);
    return failure('sql-already-run', { scripts: names.join(', ').slice(0, 2_000) });
  }

  /** Runs one script; why not to go on, or null. */
  async #runOne(index: number, script: ReadyScript): Promise<Failure | null> {
    const ready = this.#action.what.type === 'query' ? script : await readFrozen(this.#context, script.path);
    if (ready === null || ready.sha256 !== script.sha256) return failure('sql-script-missing', { script: script.path });
    await this.#say(`-- ${script.path} · sha256 ${script.sha256}`);
    if (this.#action.engine === 'command') {
      const ended = await runClient(this.#context, this.#action, this.#database, ready);
      this.#results[index] = ended.result;
      return ended.failure;
    }
    const { password } = this.#database;
    const secret = password === null ? '' : (this.#context.secret(password) ?? '');
    const opened = await openSession(this.#context.hosts, this.#database, secret);
    if (!opened.ok) return opened.failure;
    const session = opened.value;
    this.#server = session.server.slice(0, 500);
    try {
      const found = await this.#lookThrough(ready, session.lexing);
      if (!found.ok) return unusable(script.path, found);
      const mode = this.#looks ? 'read' : this.#action.transaction;
      const { timeoutMs } = this.#action;
      const job = { path: script.path, sha256: script.sha256, text: found.text, statements: found.survey.statements };
      const ended = await runScript(session, { ...job, mode, timeoutMs }, this.#watch(script.path));
      this.#results[index] = ended.result;
      await this.#say(`-- ${script.path} · ${ended.result.state} · ${ended.result.durationMs} ms`);
      return ended.failure;
    } finally {
      session.close();
    }
  }

  #watch(path: string) {
    const { note, progress, cancelled, clock } = this.#context;
    return {
      note,
      progress: (done: number, of: number) => progress(done, of, path),
      say: (line: string) => this.#say(line),
      table: (statement: number, table: Parameters<TableKeeper['add']>[2]) => this.#tables.add(path, statement, table),
      cancelled,
      clock,
    };
  }

  /** A recording that cannot be written makes the attempt inconclusive when it is sealed. */
  async #say(line: string): Promise<void> {
    try {
      await this.#context.output.write('stdout', Buffer.from(`${line}\n`));
    } catch {
      this.#unrecorded = true;
    }
  }

  #result() {
    const { kept } = this.#tables;
    return { kind: 'sql' as const, place: this.#place, server: this.#server, scripts: this.#results, tables: kept };
  }

  #nothingDone(problem: Failure): Outcome {
    return outcome('failed', { effect: 'none', failure: problem, result: this.#result() });
  }

  #stopped(problem: Failure): Outcome {
    const effect = effectOf(this.#results);
    const lost = problem.code === 'database-lost' && effect !== 'full';
    // A look that lost its way changed nothing, but it did not say anything either.
    const unknown = effect === 'unknown' || (this.#looks && lost);
    return outcome(unknown ? 'unknown' : 'failed', { effect, failure: problem, result: this.#result() });
  }

  #judged(): Outcome {
    const affected = this.#results.reduce((sum, script) => sum + (script.affected ?? 0), 0);
    const output = this.#context.output.captured('stdout');
    const checks =
      this.#action.engine === 'command'
        ? this.#action.expect.output.map((wanted) => checkText('stdout', wanted, output))
        : checkSql(this.#action.expect, affected, this.#tables.last);
    const open = checks.some(({ holds }) => holds === null) || this.#unrecorded;
    const failed = checks.some(({ holds }) => holds === false);
    const verdict: Verdict = failed ? 'failed' : open ? 'inconclusive' : 'passed';
    const problem = this.#unrecorded ? failure('recording-unwritable') : null;
    return outcome(verdict, { effect: effectOf(this.#results), checks, failure: problem, result: this.#result() });
  }
}

function notRun({ path, sha256 }: ReadyScript): ScriptResult {
  return {
    path,
    sha256,
    state: 'not-run',
    statements: 0,
    done: 0,
    committed: 0,
    affected: null,
    warnings: 0,
    durationMs: 0,
    commits: [],
    commitsCount: 0,
    stopped: null,
    earlier: null,
  };
}

const effectByState: Readonly<Record<ScriptState, AttemptEffect | null>> = {
  'not-run': 'none',
  'rolled-back': 'none',
  looked: null,
  skipped: null,
  committed: 'full',
  ran: 'full',
  partly: 'partial',
  'undone-unconfirmed': 'unknown',
  unknown: 'unknown',
};

/** What all scripts together changed; those that only looked or were left out say nothing. */
function effectOf(results: readonly ScriptResult[]): AttemptEffect {
  const effects = new Set(results.map(({ state }) => effectByState[state]).filter((effect) => effect !== null));
  if (effects.has('unknown')) return 'unknown';
  if (effects.size > 1) return 'partial';
  return [...effects][0] ?? 'none';
}
