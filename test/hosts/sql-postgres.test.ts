import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../helpers/postgres.ts';
import { planDatabase, runSqlStep, type SqlGround, type SqlRun, sqlGround, sqlStep } from '../helpers/sql-kit.ts';

let postgres: Postgres;
let ground: SqlGround;

beforeAll(async () => {
  [postgres, ground] = await Promise.all([startPostgres(), sqlGround()]);
});
afterAll(async () => {
  await ground.close();
  await postgres.close();
});
beforeEach(() => {
  postgres.sql(
    'DROP OWNED BY release; GRANT ALL ON DATABASE trade TO release; GRANT ALL ON SCHEMA public TO release; SET ROLE release; CREATE TABLE orders (id int PRIMARY KEY, note text);',
  );
});

const run = (
  scripts: Readonly<Record<string, string | Buffer>>,
  action: Parameters<typeof sqlStep>[1] = {},
  step: Parameters<typeof sqlStep>[2] = {},
): Promise<SqlRun> =>
  runSqlStep({
    ground,
    database: planDatabase('postgres', postgres),
    password: postgres.password,
    scripts,
    step: sqlStep('postgres', action, step),
  });

const count = (): string => postgres.sql('SELECT COUNT(*) FROM orders').trim();

describe('scripts on PostgreSQL through the tunnel', () => {
  it('run whole in one transaction, definitions included', async () => {
    const { attempt, script, result } = await run({
      'sql/1.sql': `CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS $f$ SELECT n * 2; $f$;
CREATE FUNCTION thrice(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT n * 3; END;
/* a /* nested; */ comment; */
INSERT INTO orders VALUES (twice(1), E'it\\'s; \\n'), (thrice(1), 'c:\\');
UPDATE orders SET note = note || ';' WHERE id > 0 RETURNING id;
DO $$ BEGIN PERFORM 1; END $$;`,
    });
    expect(attempt).toMatchObject({ verdict: 'passed', effectDone: 'full', failure: null });
    expect(script).toMatchObject({ state: 'committed', statements: 5, committed: 5, affected: 4, commitsCount: 0 });
    expect(result.server).toContain('PostgreSQL 15');
    expect(postgres.sql('SELECT id, note FROM orders ORDER BY id')).toBe("2\tit's; \n;\n3\tc:\\;\n");
  });

  it('undo everything of a script in whose middle a statement fails, even a new table', async () => {
    const { attempt, script } = await run({
      'sql/1.sql':
        'CREATE TABLE extra (a int);\nINSERT INTO orders VALUES (1);\nINSERT INTO orders VALUES (1);\nSELECT 1;',
      'sql/2.sql': 'SELECT 1',
    });
    expect(attempt).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'sql-error', params: { line: '3' } },
    });
    expect(script).toMatchObject({
      state: 'rolled-back',
      done: 2,
      committed: 0,
      stopped: { first: { number: 3, line: 3, verb: 'INSERT' } },
    });
    expect(postgres.sql("SELECT to_regclass('extra') IS NULL, count(*) FROM orders").trim()).toBe('t\t0');
  });

  it('say which scripts stay when a later one fails', async () => {
    const { attempt, result } = await run({
      'sql/1.sql': 'INSERT INTO orders VALUES (1)',
      'sql/2.sql': 'INSERT INTO orders VALUES (2); INSERT INTO nowhere VALUES (1)',
      'sql/3.sql': 'INSERT INTO orders VALUES (3)',
    });
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'partial' });
    expect(result.scripts.map(({ state }) => state)).toEqual(['committed', 'rolled-back', 'not-run']);
    expect(count()).toBe('1');
  });

  it('say that a constraint checked at COMMIT undid everything', async () => {
    postgres.sql('SET ROLE release; CREATE TABLE items (o int REFERENCES orders DEFERRABLE INITIALLY DEFERRED)');
    const { attempt, script } = await run({ 'sql/1.sql': 'INSERT INTO items VALUES (42)' });
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'none' });
    expect(script).toMatchObject({
      state: 'rolled-back',
      done: 1,
      committed: 0,
      stopped: { first: { verb: 'COMMIT' } },
    });
  });

  it.each([
    ['COPY orders FROM stdin;\n1\tx\n\\.\n', 'copy-data', '1'],
    ['SELECT 1;\n\\i other.sql', 'client-command', '2'],
    ['CREATE INDEX CONCURRENTLY i ON orders (note)', 'outside-transactions', '1'],
    ['COMMIT', 'controls-transactions', '1'],
    ['-- nothing\n', 'script-empty', '1'],
  ])('are refused before anything is sent: %j', async (text, why, line) => {
    const { attempt } = await run({ 'sql/1.sql': text });
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'none', failure: { params: { why, line } } });
  });

  it('run what PostgreSQL refuses in a transaction, each statement by itself, when told so', async () => {
    const { attempt, script } = await run(
      {
        'sql/1.sql':
          'CREATE INDEX CONCURRENTLY i ON orders (note); INSERT INTO orders VALUES (1); INSERT INTO orders VALUES (1);',
      },
      { transaction: 'none' },
    );
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'partial' });
    expect(script).toMatchObject({ state: 'partly', done: 2, committed: 2 });
    expect(count()).toBe('1');
  });

  it('take the order from the manifest, and refuse a folder with a file nobody mentions', async () => {
    const scripts = {
      'sql/b.sql': 'INSERT INTO orders VALUES (1)',
      'sql/a.sql': 'UPDATE orders SET id = id + 1',
      'sql/undo.sql': 'DELETE FROM orders',
    };
    const good = await run({ ...scripts, 'sql/manifest.yaml': 'order: [b.sql, a.sql]\nexclude: [undo.sql]\n' });
    expect(good.result.scripts.map(({ path }) => path)).toEqual(['sql/b.sql', 'sql/a.sql']);
    expect(postgres.sql('SELECT id FROM orders').trim()).toBe('2');
    await expect(run({ ...scripts, 'sql/manifest.yaml': 'order: [b.sql, a.sql]\n' })).rejects.toThrow(
      /sql-unlisted.*undo\.sql/,
    );
  });
});

describe('looking at PostgreSQL', () => {
  it('gives numbers, truths and nothing as what they are', async () => {
    const { result, attempt } = await run(
      {},
      {
        what: {
          type: 'query',
          text: "SELECT count(*) AS n, true AS yes, NULL AS nothing, 1.50 AS price, '007' AS text FROM orders",
        },
        expect: {
          affected: null,
          rows: null,
          output: [
            { test: 'json', path: '$[0].n', equals: 0 },
            { test: 'json', path: '$[0].yes', equals: true },
          ],
        },
      },
      { effect: 'read' },
    );
    expect(result.tables[0]?.rows).toEqual([[0, true, null, 1.5, '007']]);
    expect(attempt).toMatchObject({ verdict: 'passed', effectDone: 'none' });
  });

  it('is enforced by the server, whatever a function in the text does', async () => {
    postgres.sql(
      'SET ROLE release; CREATE FUNCTION sneak() RETURNS void LANGUAGE sql AS $$ INSERT INTO orders VALUES (99) $$',
    );
    const { attempt } = await run({ 'sql/1.sql': 'SELECT 1; SELECT sneak()' }, {}, { effect: 'read' });
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'none' });
    expect(attempt.failure?.params['message']).toContain('read-only transaction');
    const setting = await run(
      {},
      { what: { type: 'query', text: "SELECT set_config('transaction_read_only', 'off', false)" } },
    );
    expect(setting.attempt.verdict).toBe('failed');
    expect(count()).toBe('0');
  });

  it.each([
    'WITH x AS (DELETE FROM orders RETURNING 1) SELECT * FROM x',
    'COMMIT; DROP TABLE orders',
    'SET TRANSACTION READ WRITE',
    'INSERT INTO orders VALUES (1)',
  ])('refuses %s before anything is sent', async (text) => {
    const { attempt } = await run({ 'sql/1.sql': text }, {}, { effect: 'read' });
    expect(attempt.failure?.params).toMatchObject({ why: 'not-only-looking' });
  });

  it('keeps the first rows of a large result and counts the others', async () => {
    const { result, attempt } = await run(
      {},
      { what: { type: 'query', text: 'SELECT generate_series(1, 300000) AS n' } },
    );
    expect(result.tables[0]).toMatchObject({ rowCount: 300_000 });
    expect(result.tables[0]?.rows).toHaveLength(50);
    expect(attempt.recording?.bytes).toBeLessThan(100_000);
  });
});
