import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import { type CutProxy, startCutProxy } from '../helpers/cut-proxy.ts';
import type { Engine } from '../helpers/engine-kit.ts';
import { type MariaDb, startMariaDb } from '../helpers/mariadb.ts';
import { type Postgres, startPostgres } from '../helpers/postgres.ts';
import { planDatabase, type SqlGround, sqlEngine, sqlGround, sqlOutcome, sqlStep } from '../helpers/sql-kit.ts';

let maria: MariaDb;
let postgres: Postgres;
let ground: SqlGround;
let proxy: CutProxy;
let engine: Engine;

beforeAll(async () => {
  [maria, postgres, ground] = await Promise.all([startMariaDb(), startPostgres(), sqlGround()]);
});
afterAll(async () => {
  await ground.close();
  await Promise.all([maria.close(), postgres.close()]);
});
beforeEach(async () => {
  mark += 1;
  proxy = await startCutProxy(ground.sshd);
  maria.sql(
    'DROP DATABASE trade; CREATE DATABASE trade; USE trade; CREATE TABLE orders (id INT PRIMARY KEY) ENGINE=InnoDB;',
  );
  postgres.sql(
    'DROP OWNED BY release; GRANT ALL ON DATABASE trade TO release; GRANT ALL ON SCHEMA public TO release; SET ROLE release; CREATE TABLE orders (id int PRIMARY KEY);',
  );
});
afterEach(async () => {
  await engine.run.close('left');
  await proxy.close();
});

const servers = { mysql: () => maria, postgres: () => postgres } as const;
type Kind = keyof typeof servers;
const both = ['mysql', 'postgres'] as const;
let mark = 0;
/** Statements that take long; each test has its own, for a server may sleep on after its client has gone. */
const sleeping = {
  get mysql() {
    return `SELECT /* m${mark} */ SLEEP(30)`;
  },
  get postgres() {
    return `SELECT /* m${mark} */ pg_sleep(30)`;
  },
};
/** How many servers' sessions are busy with this test's statement. */
const busy = {
  mysql: () => `SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT /* m${mark} *%'`,
  postgres: () => `SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT /* m${mark} *%'`,
} as const;
const count = (kind: Kind): string => servers[kind]().sql('SELECT COUNT(*) FROM orders').trim();

/** Begins the step through the proxy. */
async function start(
  kind: Kind,
  script: string,
  action: Parameters<typeof sqlStep>[1] = {},
  effect: 'read' | 'write' = 'write',
): Promise<void> {
  engine = await sqlEngine({
    ground,
    home: ground.homeFor(proxy.port),
    port: proxy.port,
    database: planDatabase(kind, servers[kind]()),
    password: servers[kind]().password,
    scripts: { 'sql/1.sql': script },
    step: sqlStep(kind, action, { effect }),
  });
  await engine.submit({ type: 'run-step', step: 'schema', targets: [DESK], reason: null });
}

/** Begins it, and waits until the server works at the statement that sleeps. */
async function begin(...given: Parameters<typeof start>): Promise<void> {
  await start(...given);
  const [kind] = given;
  await expect.poll(() => servers[kind]().sql(busy[kind]()).trim()).toBe('1');
}

describe.each(both)('a link that drops inside a statement of %s', (kind) => {
  it('leaves a transaction that the server is then seen to have undone', async () => {
    await begin(kind, `INSERT INTO orders VALUES (1);\n${sleeping[kind]};\nINSERT INTO orders VALUES (2);`);
    proxy.cut();
    await engine.run.controller.idle();
    const { attempt, script } = sqlOutcome(engine);
    expect(attempt.failure).toMatchObject({
      code: 'database-lost',
      params: { script: 'sql/1.sql', line: '2', statement: '2' },
    });
    expect(script).toMatchObject({ done: 1, stopped: { first: { number: 2, line: 2 }, last: { number: 2 } } });
    // Only what was seen on a new connection is claimed; a server still at work has undone nothing yet.
    expect(['rolled-back', 'undone-unconfirmed']).toContain(script.state);
    expect(attempt).toMatchObject(
      script.state === 'rolled-back'
        ? { verdict: 'failed', effectDone: 'none' }
        : { verdict: 'unknown', effectDone: 'unknown' },
    );
    expect(count(kind)).toBe('0');
  });

  it('is unknown, with exactly which statement, where no transaction holds it', async () => {
    await begin(kind, `INSERT INTO orders VALUES (1);\n${sleeping[kind]};`, { transaction: 'none' });
    proxy.cut();
    await engine.run.controller.idle();
    const { attempt, script } = sqlOutcome(engine);
    expect(attempt).toMatchObject({ verdict: 'unknown', effectDone: 'unknown', failure: { code: 'database-lost' } });
    expect(script).toMatchObject({
      state: 'unknown',
      done: 1,
      committed: 1,
      stopped: { first: { number: 2, line: 2 } },
    });
    expect(count(kind)).toBe('1');
  });

  it('is unknown in a read as well, but nothing has changed', async () => {
    await begin(kind, `${sleeping[kind]};`, {}, 'read');
    proxy.cut();
    await engine.run.controller.idle();
    expect(sqlOutcome(engine).attempt).toMatchObject({ verdict: 'unknown', effectDone: 'none' });
  });
});

describe.each(both)('stopping a statement of %s', (kind) => {
  it('when the person cancels asks the server over a second connection, and tells what stays', async () => {
    await begin(kind, `INSERT INTO orders VALUES (1);\n${sleeping[kind]};`);
    await engine.submit({ type: 'cancel-attempt', attempt: 'a1' });
    await engine.run.controller.idle();
    expect(servers[kind]().sql(busy[kind]()).trim()).toBe('0');
    const { attempt, script } = sqlOutcome(engine);
    expect(attempt.failure?.code).toBe('cancelled');
    expect(script.state).toBe('rolled-back');
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'none' });
    expect(count(kind)).toBe('0');
  });

  it('when it takes longer than allowed', async () => {
    await start(kind, `INSERT INTO orders VALUES (1);\n${sleeping[kind]};\nINSERT INTO orders VALUES (2);`, {
      timeoutMs: 1_500,
    });
    await engine.run.controller.idle();
    const { attempt } = sqlOutcome(engine);
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'none', failure: { code: 'timeout' } });
    expect(count(kind)).toBe('0');
  });
});

describe('a statement outside of a transaction', () => {
  it('is written down before it is sent, and nothing behind a failed one is', async () => {
    const script = `INSERT INTO orders VALUES (1);\n${sleeping.postgres};\nINSERT INTO orders VALUES (2);`;
    await start('postgres', script, { transaction: 'none', timeoutMs: 1_500 });
    await engine.run.controller.idle();
    expect(count('postgres')).toBe('1');
    expect(sqlOutcome(engine).attempt.notes.map(({ text }) => text)).toEqual([
      'sql/1.sql · 1/3 · line 1 · INSERT',
      'sql/1.sql · 2/3 · line 2 · SELECT',
    ]);
  });
});
