import { join } from 'node:path';
import type { Plan, PlanDatabase, PlanStep } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { AttemptState } from '../../shared/run/state.ts';
import type { ScriptResult, SqlAction, SqlResult } from '../../shared/steps/actions/sql.ts';
import { Engine, type EngineOptions } from './engine-kit.ts';
import { planHost } from './hosts-kit.ts';
import { planOf, step } from './plans.ts';
import { type Home, knownHostsLine, makeHome, makeKey, type Sshd, startSshd, tempFolder } from './sshd.ts';

/** One SSH host through which databases are reached, with a home that gets in. */
export interface SqlGround {
  readonly sshd: Sshd;
  readonly home: Home;
  /** The same host at another port, for a link that tests can cut. */
  homeFor(port: number): Home;
  close(): Promise<void>;
}

export async function sqlGround(): Promise<SqlGround> {
  const folder = tempFolder('sql');
  const key = makeKey(join(folder, 'key'));
  const sshd = await startSshd({ authorized: [key.publicLine], config: ['AllowTcpForwarding yes'] });
  const homes: Home[] = [];
  const homeFor = (port: number): Home => {
    const knownHosts = knownHostsLine('127.0.0.1', port, sshd.hostKeys[0]?.publicLine ?? '');
    const home = makeHome({ keys: { id_ed25519: key }, knownHosts });
    homes.push(home);
    return home;
  };
  return {
    sshd,
    home: homeFor(sshd.port),
    homeFor,
    close: async () => {
      await sshd.close();
      for (const home of homes) home.close();
    },
  };
}

/** A server's database as a plan knows it, through host app1. */
export function planDatabase(
  engine: 'mysql' | 'postgres',
  server: { readonly address: string; readonly port: number; readonly user: string; readonly schema: string },
  given: Partial<PlanDatabase> = {},
): PlanDatabase {
  const { address, port, user, schema } = server;
  return {
    ...{ name: 'trade', engine, address, port, via: 'app1', user, schema, password: 'db-password', tls: false },
    command: null,
    ...given,
  };
}

/** A step that runs the scripts of folder `sql`, or what is given. */
export function sqlStep(
  engine: SqlAction['engine'],
  given: Partial<SqlAction> = {},
  step_: Partial<PlanStep> = {},
): PlanStep {
  const action: SqlAction = {
    kind: 'sql',
    database: 'trade',
    engine,
    place: `trade · ${engine}`,
    what: { type: 'folder', folder: 'sql', order: null, exclude: [] },
    transaction: 'auto',
    encoding: 'utf-8',
    timeoutMs: 60_000,
    expect: { affected: null, rows: null, output: [] },
    ...given,
  };
  return step('schema', { kind: 'sql', targets: [DESK], action, ...step_ });
}

export interface SqlRun {
  readonly engine: Engine;
  readonly attempt: AttemptState;
  readonly result: SqlResult;
  /** The only or first script's. */
  readonly script: ScriptResult;
}

export interface SqlRunOptions {
  readonly ground: SqlGround;
  readonly database: PlanDatabase;
  readonly step: PlanStep;
  /** Scripts by their path. */
  readonly scripts?: Readonly<Record<string, string | Buffer>>;
  readonly password: string;
  readonly data?: string;
  readonly port?: number;
  readonly home?: Home;
  readonly plan?: Partial<Plan>;
  readonly engine?: Partial<EngineOptions>;
}

/** A run with one SQL step, not run yet. */
export async function sqlEngine(options: SqlRunOptions): Promise<Engine> {
  const { ground } = options;
  const home = options.home ?? ground.home;
  const files = Object.entries(options.scripts ?? {}).map(([path, text]) => ({
    path: `files/${path}`,
    bytes: Buffer.from(text),
  }));
  return await Engine.create({
    plan: planOf([options.step], {
      hosts: [planHost('app1', { address: '127.0.0.1', port: options.port ?? ground.sshd.port })],
      databases: [options.database],
      secrets: [{ name: 'db-password', prompt: 'Password of trade' }],
      ...options.plan,
    }),
    data: options.data ?? tempFolder('sql-data'),
    home: home.path,
    secrets: { 'db-password': options.password },
    files: [{ path: 'checklist.yaml', bytes: Buffer.from('checklist: 1\n') }, ...files],
    ...options.engine,
  });
}

/** What the last attempt of the step left behind. */
export function sqlOutcome(engine: Engine): SqlRun {
  const attempt = engine.lastAttempt('schema', DESK);
  const { result } = attempt;
  if (result?.kind !== 'sql') throw new Error(`no result: ${JSON.stringify(attempt.failure)}`);
  const [script] = result.scripts;
  if (script === undefined) throw new Error(`no script: ${JSON.stringify(attempt.failure)}`);
  return { engine, attempt, result, script };
}

/** Runs the step once to its end and closes the run. */
export async function runSqlStep(options: SqlRunOptions): Promise<SqlRun> {
  const engine = await sqlEngine(options);
  await engine.runStep('schema', [DESK]);
  const outcome = sqlOutcome(engine);
  await engine.run.close('left');
  return outcome;
}
