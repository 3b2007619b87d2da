import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DemoDatabase, openDemoDatabase } from '../../electron/demo/database.ts';

let database: DemoDatabase;

beforeEach(async () => {
  database = await openDemoDatabase(
    'CREATE TABLE orders (id int PRIMARY KEY, amount int); INSERT INTO orders VALUES (1, 10), (2, 20);',
  );
});
afterEach(() => database.close());

async function session(): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port: database.port, user: 'release', database: 'trade' });
  client.on('error', () => {});
  await client.connect();
  return client;
}

const count = async (client: pg.Client) =>
  (await client.query('SELECT count(*)::int AS n FROM orders')).rows[0].n as number;

test('it speaks PostgreSQL: results, errors with their codes, transactions, and a read-only one that is enforced', async () => {
  const client = await session();
  expect(await count(client)).toBe(2);
  await expect(client.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' });
  await client.query('BEGIN');
  expect((await client.query('UPDATE orders SET amount = 0')).rowCount).toBe(2);
  await client.query('ROLLBACK');
  expect((await client.query('SELECT sum(amount)::int AS sum FROM orders')).rows).toEqual([{ sum: 30 }]);
  await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
  await expect(client.query('DELETE FROM orders')).rejects.toMatchObject({ code: '25006' });
  expect((await client.query('SELECT repeat($1, 200000) AS long', ['x'])).rows[0].long).toHaveLength(200_000);
  await client.end();
});

test('each session begins afresh: what the one before it set or left open is gone', async () => {
  const before = await session();
  await before.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
  await before.end();
  const lost = await session();
  await lost.query('BEGIN');
  await lost.query('DELETE FROM orders');
  (lost as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  const after = await session();
  expect(await count(after)).toBe(2);
  await after.query('DELETE FROM orders WHERE id = 1');
  await after.end();
});

test('a second session waits for the first, and is told when it waited too long', async () => {
  const one = await session();
  await expect(session()).rejects.toMatchObject({ code: '53300' });
  const two = session();
  await one.query('INSERT INTO orders VALUES (3, 30)');
  await one.end();
  const client = await two;
  expect(await count(client)).toBe(3);
  await client.end();
});

test('a client that talks no PostgreSQL, or a script that fails at the start, ends only that connection, and who waits for the start is told', async () => {
  const broken = await openDemoDatabase('CREATE NONSENSE');
  const client = new pg.Client({ host: '127.0.0.1', port: broken.port, user: 'release' });
  client.on('error', () => {});
  await expect(client.connect()).rejects.toThrow(/NONSENSE/);
  await expect(broken.started()).rejects.toThrow(/NONSENSE/);
  await database.started();
  await broken.close();
  const own = await session();
  expect(await count(own)).toBe(2);
  await own.end();
});
