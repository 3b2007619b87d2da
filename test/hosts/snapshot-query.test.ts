import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PlanDatabase, PlanStep } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { Reading } from '../../shared/snapshot/reading.ts';
import { type CutProxy, startCutProxy } from '../helpers/cut-proxy.ts';
import { Engine } from '../helpers/engine-kit.ts';
import { planHost } from '../helpers/hosts-kit.ts';
import { type MariaDb, startMariaDb } from '../helpers/mariadb.ts';
import { planOf, step } from '../helpers/plans.ts';
import { type Postgres, startPostgres } from '../helpers/postgres.ts';
import { planDatabase, type SqlGround, sqlGround } from '../helpers/sql-kit.ts';
import { tempFolder } from '../helpers/sshd.ts';

/** Real database servers, asked through a real sshd. */
describe('snapshot and compare by query', () => {
  const folder = tempFolder('snapshot-query');
  let ground: SqlGround;
  let mariadb: MariaDb;
  let postgres: Postgres;
  let engine: Engine | null = null;
  let proxy: CutProxy | null = null;
  let number = 0;

  beforeAll(async () => {
    [ground, mariadb, postgres] = await Promise.all([sqlGround(), startMariaDb(), startPostgres()]);
    postgres.sql('GRANT ALL ON SCHEMA public TO release');
  });
  afterEach(async () => {
    await engine?.run.close('left');
    engine = null;
    await proxy?.close();
    proxy = null;
  });
  afterAll(async () => {
    await Promise.all([ground?.close(), mariadb?.close(), postgres?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const names: Reading = { keep: 'keys', how: { by: 'column', column: 1, separator: '\t', skip: 0 } };

  const steps = (text: string, reading: Reading): readonly PlanStep[] => {
    const look = { kind: 'query' as const, database: 'trade', text, timeoutMs: 60_000 };
    const at = { effect: 'read' as const, targets: [DESK] };
    const allowed = { added: [], missing: [], changed: [] };
    return [
      step('before', { ...at, kind: 'snapshot', action: { kind: 'snapshot', look, reading, mayBeEmpty: false } }),
      step('after', { ...at, kind: 'compare', action: { kind: 'compare', with: 'before', allowed, tolerance: null } }),
    ];
  };

  async function start(
    server: MariaDb | Postgres,
    database: PlanDatabase,
    text: string,
    reading: Reading,
    port = ground.sshd.port,
  ): Promise<Engine> {
    engine = await Engine.create({
      plan: planOf(steps(text, reading), {
        hosts: [planHost('app1', { address: '127.0.0.1', port })],
        databases: [database],
        secrets: [{ name: 'db-password', prompt: 'Password of trade' }],
      }),
      data: `${folder}/case-${number++}`,
      home: port === ground.sshd.port ? ground.home.path : ground.homeFor(port).path,
      secrets: { 'db-password': server.password },
    });
    return engine;
  }

  it('catches the row that is missing in MariaDB', async () => {
    mariadb.sql('CREATE TABLE providers (name VARCHAR(50) PRIMARY KEY, host VARCHAR(50))');
    mariadb.sql("INSERT INTO providers VALUES ('order service', 'a'), ('risk service', 'b')");
    const run = await start(mariadb, planDatabase('mysql', mariadb), 'SELECT name, host FROM providers', names);
    await run.runStep('before', [DESK]);
    expect(run.lastAttempt('before', DESK)).toMatchObject({
      verdict: 'passed',
      effectDone: 'none',
      command: 'SELECT name, host FROM providers',
      result: { kept: { snapshot: { keys: ['order service', 'risk service'] } } },
    });
    mariadb.sql("DELETE FROM providers WHERE name = 'risk service'");
    await run.runStep('after', [DESK]);
    expect(run.lastAttempt('after', DESK).findings.map(({ id }) => id)).toEqual(['missing:risk service']);
  });

  it('reads numbers from the rows of PostgreSQL by JSON path, and every one of more rows than a table keeps', async () => {
    postgres.sql('SET ROLE release; CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id');
    const how = { by: 'named' as const, names: [{ name: 'orders', at: 'json' as const, path: '$[0].count' }] };
    const database = planDatabase('postgres', postgres);
    const counted = await start(postgres, database, 'SELECT count(*)::int FROM orders', { keep: 'numbers', how });
    await counted.runStep('before', [DESK]);
    expect(counted.lastAttempt('before', DESK).result).toMatchObject({
      kept: { snapshot: { numbers: [['orders', 1000]] } },
    });
    await counted.run.close('left');
    const all = await start(postgres, database, 'SELECT id FROM orders', names);
    await all.runStep('before', [DESK]);
    expect(all.lastAttempt('before', DESK).result).toMatchObject({ count: 1000 });
  });

  it.each(['mysql', 'postgres'] as const)('never changes anything, whatever the text calls (%s)', async (kind) => {
    const server = kind === 'mysql' ? mariadb : postgres;
    server.sql(kind === 'mysql' ? 'CREATE TABLE marks (a INT)' : 'SET ROLE release; CREATE TABLE marks (a int)');
    const sneaky =
      kind === 'mysql'
        ? 'DELIMITER //\nCREATE FUNCTION sneak() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO marks VALUES (1); RETURN 1; END//\n'
        : "SET ROLE release; CREATE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'INSERT INTO marks VALUES (1) RETURNING 1'";
    server.sql(sneaky);
    const run = await start(server, planDatabase(kind, server), 'SELECT sneak()', names);
    await run.runStep('before', [DESK]);
    expect(run.lastAttempt('before', DESK)).toMatchObject({ verdict: 'failed', failure: { code: 'sql-error' } });
    expect(server.sql('SELECT count(*) FROM marks').trim()).toBe('0');
  });

  it('says unknown when the link is cut while the server still works, and may simply ask again', async () => {
    proxy = await startCutProxy({ address: '127.0.0.1', port: ground.sshd.port });
    const database = planDatabase('postgres', postgres);
    postgres.sql('SET ROLE release; CREATE TABLE pace AS SELECT 60 AS seconds');
    const slowly = "SELECT 'a' FROM pg_sleep((SELECT seconds FROM pace))";
    const run = await start(postgres, database, slowly, names, proxy.port);
    await run.submit({ type: 'run-step', step: 'before', targets: [DESK], reason: null });
    const asking = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%FROM pace))' AND state = 'active'";
    await expect.poll(() => Number(postgres.sql(asking)), { timeout: 20_000 }).toBeGreaterThan(0);
    proxy.cut();
    await run.run.controller.idle();
    expect(run.lastAttempt('before', DESK)).toMatchObject({ verdict: 'unknown', effectDone: 'none' });
    postgres.sql('UPDATE pace SET seconds = 0');
    await run.runStep('before', [DESK]);
    expect(run.target('before', DESK).status).toBe('passed');
  });
});
