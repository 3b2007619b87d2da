import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { viewRun } from '../../electron/engine/view-run.ts';
import type { AttemptState } from '../../shared/run/state.ts';
import { bundleForNode } from '../helpers/bundle.ts';
import { type MariaDb, startMariaDb } from '../helpers/mariadb.ts';
import { makeHome, tempFolder } from '../helpers/sshd.ts';

const checklist = (port: number, transaction: string) => `checklist: 1
title: Crash inside a script
environments:
  pre: { databases: { trade: { engine: mysql, address: 127.0.0.1, port: ${port}, user: open, schema: trade } } }
phases:
  - hot: Release
    steps:
      - id: schema
        title: Scripts
        sql: { database: trade, folder: sql, transaction: ${transaction} }
`;

describe('the app killed inside a statement', () => {
  const folder = tempFolder('sql-crash');
  const home = makeHome();
  let maria: MariaDb;
  let cli: string;

  beforeAll(async () => {
    maria = await startMariaDb();
    maria.sql("CREATE USER open@'%'; GRANT ALL ON trade.* TO open@'%'; CREATE TABLE orders (id INT PRIMARY KEY);");
    cli = await bundleForNode(resolve('test/helpers/crash-cli.ts'), resolve('out/sql-crash-cli'));
  });
  afterAll(async () => {
    await maria.close();
    home.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (words: readonly string[]) =>
    spawn(process.execPath, [cli, ...words], { env: { PATH: process.env['PATH'], HOME: home.path }, stdio: 'ignore' });
  const runs = (data: string): string[] => readdirSync(join(data, 'runs')).sort();
  const attemptOf = async (data: string, run: string): Promise<AttemptState | undefined> =>
    (await viewRun(join(data, 'runs', run))).steps[0]?.targets[0]?.attempts.at(-1);

  it.each(['none', 'auto'])(
    'is unknown, says up to where, and is not run again by another run (transaction: %s)',
    async (transaction) => {
      maria.sql('DELETE FROM orders');
      const at = join(folder, transaction);
      mkdirSync(join(at, 'sql'), { recursive: true });
      const data = join(at, 'data');
      const file = join(at, 'release.yaml');
      writeFileSync(file, checklist(maria.port, transaction));
      const sleep = `SELECT /* ${transaction} */ SLEEP(60)`;
      writeFileSync(
        join(at, 'sql/1.sql'),
        `INSERT INTO orders VALUES (1);\n${sleep};\nINSERT INTO orders VALUES (2);\n`,
      );
      const rehearse = ['rehearse', file, '--env', 'pre', '--data', data];

      const child = start(rehearse);
      const busy = `SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT /* ${transaction} *%'`;
      await expect.poll(() => maria.sql(busy).trim(), { timeout: 30_000 }).toBe('1');
      child.kill('SIGKILL');
      await once(child, 'close');

      const [run = ''] = runs(data);
      const [resumed] = (await once(start(['resume', join(data, 'runs', run), '--data', data]), 'close')) as [number];
      expect(resumed).toBe(4);
      const attempt = await attemptOf(data, run);
      expect(attempt).toMatchObject({ verdict: 'unknown', effectDone: 'unknown', failure: { code: 'interrupted' } });
      expect(attempt?.notes.at(-1)?.text).toBe('sql/1.sql · 2/3 · line 2 · SELECT');
      expect(maria.sql('SELECT COUNT(*) FROM orders').trim()).toBe(transaction === 'none' ? '1' : '0');

      const [again] = (await once(start(rehearse), 'close')) as [number];
      expect(again).toBe(1);
      // Two runs of the same second are not in the order of their names.
      const second = await attemptOf(data, runs(data).find((one) => one !== run) ?? '');
      expect(second).toMatchObject({ effectDone: 'none', failure: { code: 'sql-already-run' } });
      expect(second?.failure?.params['scripts']).toContain('unknown');
    },
  );
});
