import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadChecklist } from '../../../electron/engine/load-checklist.ts';
import { problemText } from '../../../shared/checklist/problem-text.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { tempFolder } from '../../helpers/sshd.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const checklist = (sql: string, engine = 'mysql', more = '') => `checklist: 1
title: Trade
environments:
  pre: { hosts: { app1: { address: app1 } }, databases: { trade: { engine: ${engine}, address: 10.0.0.1, via: app1, user: release, schema: trade } } }
phases:
  - hot: Release
    steps:
      - id: schema
        title: Scripts
        sql: ${sql}
${more}`;

/** A checklist with files beside it, loaded as the app loads it. */
async function load(text: string, files: Readonly<Record<string, string | Buffer>> = {}) {
  const folder = tempFolder('sql-check');
  folders.push(folder);
  for (const [path, content] of Object.entries({ 'release.yaml': text, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const loaded = await loadChecklist(join(folder, 'release.yaml'), 'pre');
  const t = createTranslator('en').t;
  const say = (key: string, params?: Readonly<Record<string, unknown>>) => t(key, { ...params }) as string;
  return { ...loaded, said: loaded.problems.map((problem) => ({ ...problem, text: problemText(problem, say) })) };
}

const folder = '{ database: trade, folder: sql }';

describe('a folder of scripts', () => {
  it('is frozen with the checklist, whatever is excluded from running', async () => {
    const { problems, files } = await load(checklist('{ database: trade, folder: sql, exclude: [undo.sql] }'), {
      'sql/2.sql': 'select 2;',
      'sql/10.sql': 'select 10;',
      'sql/undo.sql': 'select 0;',
    });
    expect(problems).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual([
      'checklist.yaml',
      'files/sql/10.sql',
      'files/sql/2.sql',
      'files/sql/undo.sql',
    ]);
  });

  it.each([
    [
      'a file nobody lists',
      '{ database: trade, folder: sql, order: [a.sql] }',
      { 'sql/a.sql': 'select 1', 'sql/b.sql': 'select 1' },
      'sql-unlisted',
    ],
    [
      'a listed file that is not there',
      '{ database: trade, folder: sql, order: [a.sql, c.sql] }',
      { 'sql/a.sql': 'select 1' },
      'sql-listed-missing',
    ],
    ['names without an order', folder, { 'sql/a.sql': 'select 1', 'sql/b.sql': 'select 1' }, 'sql-order-unclear'],
    ['the same number twice', folder, { 'sql/1-a.sql': 'select 1', 'sql/01-b.sql': 'select 1' }, 'sql-order-unclear'],
    [
      'a manifest that is not understood',
      folder,
      { 'sql/a.sql': 'select 1', 'sql/manifest.yaml': 'run: [a.sql]' },
      'sql-manifest-invalid',
    ],
    ['nothing in it', folder, { 'sql/manifest.yaml': 'order: []' }, 'sql-folder-empty'],
    ['no folder at all', folder, {}, 'include-missing'],
  ])('is an error for %s', async (_, sql, files, code) => {
    const { checklist: sound, problems } = await load(checklist(sql), files as Record<string, string>);
    expect(sound).toBeNull();
    expect(problems.map((problem) => problem.code)).toContain(code);
    expect(problems[0]).toMatchObject({ line: 8, severity: 'error' });
  });

  it('may be the checklist’s own folder, and is looked through all the same', async () => {
    const own = '{ database: trade, folder: ., exclude: [release.yaml] }';
    const { problems } = await load(checklist(own), { '1.sql': '-- nothing' });
    expect(problems.map((problem) => problem.code)).toEqual(['sql-script-unusable']);
  });

  it('is looked through statement by statement, and the line is said', async () => {
    const { said } = await load(checklist(folder, 'postgres'), {
      'sql/1.sql': 'select 1;\n\ncopy t from stdin;\n1\n\\.\n',
    });
    expect(said[0]).toMatchObject({ code: 'sql-script-unusable', severity: 'error' });
    expect(said[0]?.text.message).toContain('sql/1.sql, line 3: COPY with data in the script needs psql.');
  });

  it('is refused in the wrong encoding, and taken in the right one', async () => {
    const gbk = Buffer.concat([
      Buffer.from('select 1;\nselect '),
      Buffer.from('27d6d0cec427', 'hex'),
      Buffer.from(';'),
    ]);
    const wrong = await load(checklist(folder), { 'sql/1.sql': gbk });
    expect(wrong.said[0]?.text.message).toContain('line 2: The bytes of this line are not utf-8.');
    expect(
      (await load(checklist('{ database: trade, folder: sql, encoding: gbk }'), { 'sql/1.sql': gbk })).problems,
    ).toEqual([]);
  });

  it('warns where MySQL commits by itself and where nothing comes back, and goes on', async () => {
    const { checklist: sound, said } = await load(checklist(folder), {
      'sql/1.sql': 'insert into a values (1);\nalter table a add b int;\ndrop table c;\n',
    });
    expect(sound).not.toBeNull();
    expect(said.map(({ code, severity }) => [code, severity])).toEqual([
      ['sql-commits-by-itself', 'warning'],
      ['sql-irreversible', 'warning'],
    ]);
    expect(said[0]?.text.message).toContain('line 2 ALTER TABLE, 3 DROP TABLE');
    const accepted = await load(checklist(folder, 'postgres', '        point-of-no-return: Gone for good.\n'), {
      'sql/1.sql': 'drop table c;',
    });
    expect(accepted.problems).toEqual([]);
  });
});

describe('a query', () => {
  it('is a read by itself', async () => {
    const { checklist: sound, problems } = await load(checklist('{ database: trade, query: select 1 }'));
    expect(problems).toEqual([]);
    expect(sound).not.toBeNull();
  });

  it.each([
    ['{ database: trade, query: delete from a where b = 1 }', 'sql-query-unusable'],
    ['{ database: nowhere, query: select 1 }', 'sql-database-unknown'],
    ['{ database: trade }', 'sql-nothing-to-run'],
    ['{ database: trade, query: select 1, script: a.sql }', 'sql-two-things'],
    ['{ database: trade, query: select 1, order: [a.sql] }', 'sql-without-folder'],
    ['{ database: trade, query: select 1, transaction: none }', 'sql-query-transaction'],
  ])('%s is refused: %s', async (sql, code) => {
    const { problems } = await load(checklist(sql));
    expect(problems[0]).toMatchObject({ code, severity: 'error' });
  });
});
