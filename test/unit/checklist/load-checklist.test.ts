import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../electron/cli/check.ts';
import { schema } from '../../../electron/cli/schema.ts';
import { loadChecklist } from '../../../electron/engine/load-checklist.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { stepKindNames } from '../../../shared/steps/index.ts';
import { processorTime } from '../../helpers/processor-time.ts';
import { fixture } from './fixtures.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-load-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const places = async (path: string) =>
  (await loadChecklist(path)).problems.map(({ line, column, code }) => `${line}:${column} ${code}`);

/** The codes of what is wrong, with the reason where there is one. */
const codes = async (path: string) =>
  (await loadChecklist(path)).problems.map(({ code, params }) => `${code} ${params.why ?? ''}`.trim());

async function cli(command: typeof check, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  let out = '';
  let err = '';
  const code = await command(args, {
    stdout: (text: string) => (out += text),
    stderr: (text: string) => (err += text),
    env,
    cwd: folder,
  } as never);
  return { code, out, err };
}

describe('files', () => {
  test('a sound file is given with its bytes, with or without a byte order mark and with Windows line ends', async () => {
    const text = fixture('trade-core');
    for (const content of [text, `\ufeff${text}`, text.replaceAll('\n', '\r\n')]) {
      const { checklist, problems, files } = await loadChecklist(write('a.yaml', content));
      expect(problems).toEqual([]);
      expect(checklist?.title).toBe('Trade core ${version}');
      expect(files).toEqual([{ path: 'checklist.yaml', bytes: Buffer.from(content) }]);
    }
  });

  test('a file of 50 MB is refused without reading it', async () => {
    const path = write('large.yaml', '');
    truncateSync(path, 50 * 1024 * 1024);
    const spent = processorTime();
    expect(await places(path)).toEqual(['1:1 file-too-large']);
    expect(spent()).toBeLessThan(500);
  });

  test('what is no readable text file is a problem like any other', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await places(join(folder, 'none.yaml'))).toEqual(['1:1 file-missing']);
    expect(await places(folder)).toEqual(['1:1 file-not-a-file']);
    expect(await places(join(folder, 'pipe'))).toEqual(['1:1 file-not-a-file']);
    expect(await places(join(folder, 'a\0b'))).toEqual(['1:1 file-unreadable']);
    expect(await places(write('wide.yaml', Buffer.from('\ufeffa: 1', 'utf16le')))).toEqual(['1:1 encoding-utf16']);
  });

  test('the first byte that is not UTF-8 is named by its place', async () => {
    const gbk = Buffer.concat([
      Buffer.from('title: 中\ufffd\nnotes: é '),
      Buffer.from([0xd6, 0xd0]),
      Buffer.from('\n'),
    ]);
    expect(await places(write('gbk.yaml', gbk))).toEqual(['2:10 encoding-not-utf8']);
  });
});

describe('check', () => {
  test('a clean file prints nothing and ends with 0', async () => {
    write('clean.yaml', fixture('trade-core'));
    expect(await cli(check, ['clean.yaml'])).toEqual({ code: 0, out: '', err: '' });
  });

  test('an error is one line with place, code and remedy, in the language of the locale, and ends with 2', async () => {
    write('bad.yaml', fixture('trade-core').replace('kind: requirement', 'kind: bugfixx'));
    expect(await cli(check, ['bad.yaml'])).toEqual({
      code: 2,
      out: 'bad.yaml:3:7 error value-misspelt "bugfixx" cannot stand here; did you mean bugfix? Use one of: requirement, optimization, bugfix, emergency.\n',
      err: '',
    });
    expect((await cli(check, ['bad.yaml'], { LANG: 'zh_CN.UTF-8' })).out).toContain('是不是想写 bugfix');
  });

  test('warnings alone end with 0', async () => {
    write('warn.yaml', `${fixture('trade-core')}\n`.replace('worst-case: 12m', ''));
    const { code, out } = await cli(check, ['warn.yaml']);
    expect(code).toBe(0);
    expect(out).toMatch(/^warn\.yaml:51:9 warning lint-block-without-worst-case [^\n]+\n$/);
  });

  test('--json prints one object a line', async () => {
    write('bad.yaml', fixture('trade-core').replace('kind: requirement', 'kind: x'));
    const { out } = await cli(check, ['bad.yaml', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      file: 'bad.yaml',
      line: 3,
      column: 7,
      severity: 'error',
      code: 'value-unknown',
      params: { value: 'x' },
    });
  });

  test('--env looks at one environment, and an unreadable file is an error in line 1', async () => {
    write('clean.yaml', fixture('trade-core'));
    expect((await cli(check, ['clean.yaml', '--env', 'live'])).out).toContain(
      'clean.yaml:12:1 error environment-unknown',
    );
    expect(await cli(check, ['none.yaml'])).toMatchObject({
      code: 2,
      out: expect.stringMatching(/^none\.yaml:1:1 error file-missing /),
    });
    expect(await cli(check, [])).toMatchObject({ code: 2, out: '' });
  });
});

describe('files that steps include', () => {
  const including = (name: string, sql: string, engine = 'mysql', effect = 'write') =>
    write(
      name,
      `checklist: 1
title: T
environments: { test: { databases: { d: { engine: ${engine}, address: x } } } }
phases: [{ cold: P, steps: [{ id: one, title: One, effect: ${effect}, sql: { database: d, ${sql} } }] }]
`,
    );

  test('are kept with the checklist, and are wrong at the step that names them', async () => {
    write('there.sql', 'select 1;\n');
    const { files, problems } = await loadChecklist(including('a.yaml', 'script: there.sql'));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual(['checklist.yaml', 'files/there.sql']);
    expect(await places(including('a.yaml', 'script: gone.sql'))).toEqual(['4:35 include-missing']);
  });

  test('cannot be folders, larger than the limit, or too many', async () => {
    mkdirSync(join(folder, 'scripts'));
    expect(await places(including('a.yaml', 'script: scripts'))).toEqual(['4:35 include-unreadable']);
    execFileSync('mkfifo', [join(folder, 'pipe.sql')]);
    // Nobody writes to it: reading would never end.
    expect(await places(including('a.yaml', 'script: pipe.sql'))).toEqual(['4:35 include-unreadable']);
    truncateSync(write('large.sql', ''), limits.includedBytes + 1);
    expect(await places(including('a.yaml', 'script: large.sql'))).toEqual(['4:35 include-too-large']);
    for (let n = 1; n <= limits.includedFiles + 1; n += 1) write(`scripts/${n}.sql`, 'select 1;\n');
    expect(await places(including('a.yaml', 'folder: scripts'))).toContain('4:35 include-too-many');
  });

  /** The scripts of a folder, what stands after `folder:`, and what is found wrong. */
  const folders: readonly (readonly [string, Readonly<Record<string, string>>, string, readonly string[]])[] = [
    ['a forgotten script', { '1.sql': 'select 1;', '2.sql': 'select 1;' }, 'order: [1.sql]', ['sql-unlisted']],
    ['a script that is not there', { '1.sql': 'select 1;' }, 'order: [1.sql, 2.sql]', ['sql-listed-missing']],
    ['a script twice', { '1.sql': 'select 1;' }, 'order: [1.sql, 1.sql]', ['sql-listed-twice']],
    ['no order', { 'a.sql': 'select 1;', 'b.sql': 'select 1;' }, '', ['sql-order-unclear']],
    ['nothing to run', { 'a.sql': 'select 1;' }, 'exclude: [a.sql]', ['sql-folder-empty']],
    ['an unreadable manifest', { 'a.sql': 'select 1;', 'manifest.yaml': 'order: a.sql' }, '', ['sql-manifest-invalid']],
    [
      'two orders',
      { 'a.sql': 'select 1;', 'manifest.yaml': 'order: [a.sql]' },
      'order: [a.sql]',
      ['sql-manifest-twice'],
    ],
    ['a script of nothing', { 'a.sql': '-- nothing' }, '', ['sql-script-unusable script-empty']],
    [
      'a script that commits',
      { 'a.sql': 'begin; select 1; commit;' },
      '',
      ['sql-script-unusable controls-transactions'],
    ],
    ['a script in another encoding', { 'a.sql': '\ufffe' }, 'encoding: gbk', ['sql-script-unusable encoding-other']],
    [
      'a script that commits by itself',
      { 'a.sql': 'create table t (a int); insert into t values (1);' },
      '',
      ['sql-commits-by-itself'],
    ],
    ['a script that nothing brings back', { 'a.sql': 'drop table t;' }, '', ['sql-irreversible']],
  ];
  test.each(folders)('of a folder with %s are named at the step', async (_name, scripts, more, expected) => {
    const name = mkdtempSync(join(folder, 'sql-'));
    for (const [script, text] of Object.entries(scripts)) writeFileSync(join(name, script), text);
    const found = await codes(including('a.yaml', [`folder: ${basename(name)}`, more].filter(Boolean).join(', ')));
    expect(found).toEqual(expected);
  });

  test('are judged by their database, and by what the step may do', async () => {
    write('vacuum.sql', 'vacuum;');
    const vacuum = including('a.yaml', 'script: vacuum.sql', 'postgres');
    expect(await codes(vacuum)).toEqual(['sql-script-unusable outside-transactions']);
    write('insert.sql', 'insert into t values (1);');
    const insert = including('a.yaml', 'script: insert.sql', 'mysql', 'read');
    expect(await codes(insert)).toEqual(['sql-script-unusable not-only-looking']);
  });

  test('may be exceptions that nobody can match', async () => {
    write('known.yaml', 'known-exceptions: 1\nexceptions: [{ name: A, why: B }]\n');
    const steps = '{ id: one, title: One, on: a, log: { files: /a, baseline: known.yaml } }';
    const text = `checklist: 1\ntitle: T\nenvironments: { e: { hosts: { a: { address: x } } } }\nphases: [{ cold: P, steps: [${steps}] }]\n`;
    expect(await places(write('a.yaml', text))).toEqual(['4:35 baseline-invalid']);
  });
});

test('schema prints a JSON Schema that knows every key and asks for exactly one kind', async () => {
  const { code, out } = await cli(schema as typeof check, []);
  const printed = JSON.parse(out);
  expect(code).toBe(0);
  expect(printed.required).toEqual(['checklist', 'title', 'environments', 'phases']);
  expect(printed.additionalProperties).toBe(false);
  expect(printed.definitions.step.oneOf).toEqual(stepKindNames.map((kind) => ({ required: [kind] })));
  expect(printed.properties.version.type).toEqual(['string', 'number', 'boolean']);
  expect(printed.definitions.step.properties.countersign.enum).toEqual(['always', 'never', 'before', 'after', 'both']);
  expect(out).toContain('challenge-after');
  expect(out).not.toContain('asWritten');
});
