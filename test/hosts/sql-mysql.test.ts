import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MariaDb, startMariaDb } from '../helpers/mariadb.ts';
import { planDatabase, runSqlStep, type SqlGround, type SqlRun, sqlGround, sqlStep } from '../helpers/sql-kit.ts';

let maria: MariaDb;
let ground: SqlGround;

beforeAll(async () => {
  [maria, ground] = await Promise.all([startMariaDb(), sqlGround()]);
});
afterAll(async () => {
  await ground.close();
  await maria.close();
});
beforeEach(() => {
  maria.sql(
    'DROP DATABASE trade; CREATE DATABASE trade CHARACTER SET utf8mb4; USE trade; CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(50)) ENGINE=InnoDB;',
  );
});

const mysql = (
  scripts: Readonly<Record<string, string | Buffer>>,
  action: Parameters<typeof sqlStep>[1] = {},
  step: Parameters<typeof sqlStep>[2] = {},
): Promise<SqlRun> =>
  runSqlStep({
    ground,
    database: planDatabase('mysql', maria),
    password: maria.password,
    scripts,
    step: sqlStep('mysql', action, step),
  });

const count = (): string => maria.sql('SELECT COUNT(*) FROM orders').trim();

describe('scripts on MariaDB through the tunnel', () => {
  it('run in order, each committed, with what each statement changed', async () => {
    const { attempt, result } = await mysql({
      'sql/1-rows.sql': "INSERT INTO orders VALUES (1,'a'),(2,'b');\nUPDATE orders SET note='c' WHERE id=2;\n",
      'sql/2-more.sql': 'INSERT INTO orders SELECT id+10, note FROM orders;',
    });
    expect(attempt).toMatchObject({ verdict: 'passed', effectDone: 'full', failure: null });
    expect(
      result.scripts.map(({ path, state, statements, committed, affected }) => ({
        path,
        state,
        statements,
        committed,
        affected,
      })),
    ).toEqual([
      { path: 'sql/1-rows.sql', state: 'committed', statements: 2, committed: 2, affected: 3 },
      { path: 'sql/2-more.sql', state: 'committed', statements: 1, committed: 1, affected: 2 },
    ]);
    expect(result.server).toContain('MariaDB');
    expect(count()).toBe('4');
  });

  it('say before each script and each COMMIT what is about to be done', async () => {
    const { attempt } = await mysql({ 'sql/1.sql': 'INSERT INTO orders VALUES (1,NULL);' });
    expect(attempt.notes.map(({ text }) => text)).toEqual(['sql/1.sql · 1/1 · line 1 · INSERT', 'sql/1.sql · COMMIT']);
  });

  it('undo everything of a script in whose middle a statement fails, as the server confirms', async () => {
    const { attempt, script } = await mysql({
      'sql/1.sql':
        "INSERT INTO orders VALUES (1,'a');\nINSERT INTO orders VALUES (1,'twice');\nINSERT INTO orders VALUES (3,'c');",
    });
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'none', failure: { code: 'sql-error' } });
    expect(attempt.failure?.params).toMatchObject({ script: 'sql/1.sql', line: '2', statement: '2' });
    expect(script).toMatchObject({
      state: 'rolled-back',
      done: 1,
      committed: 0,
      stopped: { first: { number: 2, line: 2 } },
    });
    expect(count()).toBe('0');
  });

  it('tell what a statement committed by itself before another failed', async () => {
    const { attempt, script } = await mysql({
      'sql/1.sql':
        "INSERT INTO orders VALUES (1,'a');\nALTER TABLE orders ADD COLUMN extra INT;\nINSERT INTO orders VALUES (2,'b',1);\nINSERT INTO nowhere VALUES (1);",
      'sql/2.sql': "INSERT INTO orders VALUES (9,'z',1);",
    });
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'partial' });
    expect(script).toMatchObject({
      state: 'partly',
      done: 3,
      committed: 2,
      commitsCount: 1,
      commits: [{ number: 2, line: 2, verb: 'ALTER TABLE' }],
    });
    expect(count()).toBe('1');
  });

  it('know that a failing ALTER has committed what stood before it', async () => {
    const { script, result } = await mysql({
      'sql/1.sql': "INSERT INTO orders VALUES (1,'a');\nALTER TABLE orders ADD COLUMN note INT;",
      'sql/2.sql': 'SELECT 1',
    });
    expect(script).toMatchObject({ state: 'partly', committed: 1, stopped: { first: { number: 2 } } });
    expect(result.scripts[1]?.state).toBe('not-run');
    expect(count()).toBe('1');
  });

  it('never claim to have undone a table that knows no transactions', async () => {
    maria.sql('CREATE TABLE log (a INT) ENGINE=MyISAM');
    const { attempt, script } = await mysql({
      'sql/1.sql':
        "INSERT INTO orders VALUES (1,'a');\nINSERT INTO log SELECT id FROM orders;\nINSERT INTO orders VALUES (1,'b');",
    });
    expect(maria.sql('SELECT COUNT(*) FROM log').trim()).toBe('1');
    expect(count()).toBe('0');
    expect(script.state).not.toBe('rolled-back');
    expect(attempt.effectDone).not.toBe('none');
  });

  it('follow DELIMITER through procedures and triggers', async () => {
    const { attempt } = await mysql({
      'sql/1.sql':
        "DELIMITER //\nCREATE PROCEDURE fill(n INT)\nBEGIN\n  DECLARE i INT DEFAULT 0;\n  WHILE i < n DO\n    INSERT INTO orders VALUES (i, 'x;y');\n    SET i = i + 1;\n  END WHILE;\nEND//\nCREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW BEGIN SET NEW.note = CONCAT(NEW.note, '!'); END//\nDELIMITER ;\nCALL fill(3);\n",
    });
    expect(attempt.verdict).toBe('passed');
    expect(maria.sql('SELECT GROUP_CONCAT(note) FROM orders').trim()).toBe('x;y!,x;y!,x;y!');
  });

  it('call a failed procedure unknown, because it may have committed inside', async () => {
    maria.sql(
      'DELIMITER //\nCREATE PROCEDURE p() BEGIN INSERT INTO orders VALUES (7,NULL); COMMIT; INSERT INTO orders VALUES (7,NULL); END//',
    );
    const { attempt, script } = await mysql({ 'sql/1.sql': 'CALL p();' });
    expect(attempt).toMatchObject({ verdict: 'unknown', effectDone: 'unknown' });
    expect(script.state).toBe('unknown');
    expect(count()).toBe('1');
  });

  it('read GBK and UTF-8 with a byte order mark', async () => {
    // 数据 in GBK; the second byte of 綷 (0x5C) is a backslash in ASCII.
    const gbk = Buffer.concat([
      Buffer.from("INSERT INTO orders VALUES (1,'"),
      Buffer.from('cafdbedd', 'hex'),
      Buffer.from("'),(2,'"),
      Buffer.from('bd5c', 'hex'),
      Buffer.from("');"),
    ]);
    const first = await mysql({ 'sql/1.sql': gbk }, { encoding: 'gbk' });
    expect(first.attempt.verdict).toBe('passed');
    const marked = await mysql({ 'sql/1.sql': "\ufeffINSERT INTO orders VALUES (3,'数据😀');" });
    expect(marked.attempt.verdict).toBe('passed');
    expect(maria.sql('SELECT HEX(note) FROM orders ORDER BY id').trim().split('\n')).toEqual([
      'E695B0E68DAE',
      Buffer.from(new TextDecoder('gbk').decode(Buffer.from('bd5c', 'hex')))
        .toString('hex')
        .toUpperCase(),
      'E695B0E68DAEF09F9880',
    ]);
    const wrong = await mysql({ 'sql/1.sql': gbk });
    expect(wrong.attempt.failure).toMatchObject({
      code: 'sql-script-unusable',
      params: { why: 'encoding-other', line: '1' },
    });
    expect(wrong.attempt.effectDone).toBe('none');
  });

  it('send nothing at all when the last script cannot be cut', async () => {
    const { attempt, result } = await mysql({
      'sql/1.sql': 'INSERT INTO orders VALUES (1,NULL);',
      'sql/2.sql': "INSERT INTO orders VALUES (2,'never closed);",
    });
    expect(attempt.failure).toMatchObject({
      code: 'sql-script-unusable',
      params: { script: 'sql/2.sql', why: 'unfinished-string' },
    });
    expect(result.scripts.map(({ state }) => state)).toEqual(['not-run', 'not-run']);
    expect(count()).toBe('0');
  });

  it('keep every statement by itself when the checklist says so', async () => {
    const { script } = await mysql(
      { 'sql/1.sql': "INSERT INTO orders VALUES (1,'a');\nINSERT INTO orders VALUES (1,'b');" },
      { transaction: 'none' },
    );
    expect(script).toMatchObject({ state: 'partly', committed: 1, done: 1 });
    expect(count()).toBe('1');
  });

  it('refuse a script that controls transactions itself, unless it is left to', async () => {
    const text = 'START TRANSACTION; INSERT INTO orders VALUES (1,NULL); COMMIT;';
    const refused = await mysql({ 'sql/1.sql': text });
    expect(refused.attempt.failure?.params).toMatchObject({ why: 'controls-transactions' });
    const left = await mysql({ 'sql/1.sql': text }, { transaction: 'none' });
    expect(left.script).toMatchObject({ state: 'committed', committed: 3 });
    const open = await mysql({ 'sql/1.sql': 'BEGIN; INSERT INTO orders VALUES (2,NULL);' }, { transaction: 'none' });
    expect(open.attempt.failure?.code).toBe('sql-transaction-left-open');
    expect(count()).toBe('1');
  });
});

describe('looking at MariaDB', () => {
  it('keeps the rows of a query and holds them against what was expected', async () => {
    maria.sql("INSERT INTO orders VALUES (1,'a'),(2,NULL)");
    const looked = await mysql(
      {},
      {
        what: { type: 'query', text: 'SELECT id, note FROM orders ORDER BY id; SELECT COUNT(*) AS n FROM orders' },
        expect: {
          affected: null,
          rows: { equals: 1 },
          output: [
            { test: 'number', compare: { 'at-least': 2 } },
            { test: 'json', path: '$[0].n', equals: 2 },
          ],
        },
      },
      { effect: 'read' },
    );
    expect(looked.attempt).toMatchObject({ verdict: 'passed', effectDone: 'none' });
    expect(looked.attempt.checks.map(({ holds }) => holds)).toEqual([true, true, true]);
    expect(looked.result.tables[0]).toMatchObject({
      columns: ['id', 'note'],
      rows: [
        [1, 'a'],
        [2, null],
      ],
      rowCount: 2,
    });
    expect(looked.script.state).toBe('looked');
  });

  it('is enforced by the server, whatever a function in the text does', async () => {
    maria.sql(
      'SET GLOBAL log_bin_trust_function_creators=1;\nDELIMITER //\nCREATE FUNCTION sneak() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO orders VALUES (99,NULL); RETURN 1; END//',
    );
    const { attempt } = await mysql({}, { what: { type: 'query', text: 'SELECT sneak()' } }, { effect: 'read' });
    expect(attempt).toMatchObject({ verdict: 'failed', effectDone: 'none' });
    expect(attempt.failure?.params['message']).toContain('READ ONLY');
    expect(count()).toBe('0');
  });

  it.each([
    'DROP TABLE orders',
    'COMMIT; DROP TABLE orders',
    '/*!50000 DROP TABLE orders */',
    "SELECT 1 INTO OUTFILE '/tmp/x'",
  ])('refuses %s before anything is sent', async (text) => {
    const { attempt } = await mysql({}, { what: { type: 'query', text } }, { effect: 'read' });
    expect(attempt.failure?.params).toMatchObject({ why: 'not-only-looking' });
  });
});

describe('a database that cannot be reached', () => {
  it('is told apart: refused login, wrong port, no database behind it', async () => {
    const through = (given: Parameters<typeof planDatabase>[2], password = maria.password) =>
      runSqlStep({
        ground,
        database: planDatabase('mysql', maria, given),
        password,
        scripts: { 'sql/1.sql': 'SELECT 1' },
        step: sqlStep('mysql'),
      });
    expect((await through({}, 'wrong')).attempt.failure).toMatchObject({
      code: 'database-refused',
      params: { user: 'release' },
    });
    expect((await through({ port: 1 })).attempt.failure?.code).toBe('connection-refused');
    expect((await through({ via: null })).attempt.verdict).toBe('passed');
    const silent = createServer((socket) => void socket.destroy());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    expect((await through({ port })).attempt.failure?.code).toBe('database-silent');
    silent.close();
  });
});
