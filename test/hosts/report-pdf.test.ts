import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportPlan, reportStory } from '../helpers/report-story.ts';

/**
 * The report as a foreign reader sees it: qpdf, pdfinfo and pdftotext on what the command line writes. Printing takes
 * its time, so that each run is printed once in each language, and every test looks at those.
 */

let folder = '';
const repository = join(import.meta.dirname, '../..');

type Env = Readonly<Record<string, string>>;

/** Two places on earth with locales of their own; each language stands for one of them. */
const zh: Env = { TZ: 'Asia/Shanghai', LANG: 'zh_CN.UTF-8', LC_NUMERIC: 'zh_CN.UTF-8' };
const en: Env = { TZ: 'America/St_Johns', LANG: 'de_DE.UTF-8', LC_NUMERIC: 'de_DE.UTF-8' };

const printed = [
  { count: 10, name: '10-zh.pdf', env: zh },
  { count: 500, name: '500-en.pdf', env: en },
  // The same once more from elsewhere, for what must be the same.
  { count: 10, name: '10-zh-elsewhere.pdf', env: { ...en, LC_ALL: 'zh_HK.UTF-8' } },
] as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-pdf-'));
  for (const count of [10, 500]) {
    await mkdir(join(folder, String(count)));
    await writeFile(join(folder, String(count), 'journal.jsonl'), reportStory(count).text);
  }
  // Brings the bundle up to date, which the others then find.
  await tool(process.execPath, [join(repository, 'build/countersign.mjs'), 'schema']);
  await Promise.all(printed.map(({ count, name, env }) => report(count, name, env)));
}, 120_000);
afterAll(async () => await rm(folder, { recursive: true, force: true }));

function tool(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, maxBuffer: 64 * 1024 * 1024, timeout: 110_000 };
    execFile(file, args, options, (error, out, err) =>
      error === null ? resolve(out) : reject(new Error(`${error.message} ${err}`)),
    );
  });
}

/** As a person on this computer would write a report; a display is found by itself. */
function commandLine(count: number, out: string, given: Env): readonly [readonly string[], NodeJS.ProcessEnv] {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, LC_ALL: _all, LC_MESSAGES: _messages, ...rest } = process.env;
  const words = [join(repository, 'out/main/cli.js'), 'report', join(folder, String(count)), '--out', out];
  return [words, { ...rest, HOME: folder, TMPDIR: folder, ...given }];
}

async function report(count: number, name: string, env: Env): Promise<Buffer> {
  const out = join(folder, name);
  await tool(process.execPath, ...commandLine(count, out, env));
  return await readFile(out);
}

interface Outline {
  readonly title: string;
  readonly kids: readonly Outline[];
}

const titles = (all: readonly Outline[]): readonly string[] =>
  all.flatMap(({ title, kids }) => [title, ...titles(kids)]);

test.each(printed.slice(0, 2))(
  '$name is whole, tagged, outlined step by step, and every title in it can be found',
  async ({ count, name }) => {
    const pdf = join(folder, name);
    const [info, outline, said] = await Promise.all([
      tool('pdfinfo', [pdf]),
      tool('qpdf', ['--json', '--json-key=outlines', pdf]),
      tool('pdftotext', ['-layout', pdf, '-']),
      tool('qpdf', ['--check', pdf]),
    ]);
    expect(info).toMatch(/Tagged: +yes/);
    const outlines = titles(JSON.parse(outline).outlines);
    const pages = said.split('\f').slice(0, -1);
    const text = pages.join('\n').replace(/\s+/g, '');
    for (const { code, title } of reportPlan(count).steps) {
      expect(outlines).toContain(`${code} ${title}`);
      expect(text).toContain(`${code}${title}`.replace(/\s+/g, ''));
    }
    // The first page has the verdict, both people, the run and the beginning of the deviations.
    const words = name.includes('zh') ? ['操作者', '检查者', '与计划的出入'] : ['Operator', 'Checker', 'Exceptions'];
    for (const word of ['李伟', '陈波', '20261120T120000Z-abc123', ...words]) expect(pages[0]).toContain(word);
    // No page is empty: each has more than its head and foot.
    for (const [index, page] of pages.entries()) {
      expect(page.replace(/\s+/g, '').length, `page ${index + 1}`).toBeGreaterThan(150);
    }
  },
);

test('the structure that a screen reader follows has headings, tables and the picture with its words', async () => {
  const structure = await tool('pdfinfo', ['-struct', join(folder, '10-zh.pdf')]);
  for (const part of [/^ *H1/m, /^ *H3/m, /^ *Table/m, /^ *TH /m, /^ *Figure/m]) expect(structure).toMatch(part);
});

test('wherever and in whatever locale it is printed, a run gives the same text of PDF', async () => {
  const [here, elsewhere] = await Promise.all(
    ['10-zh.pdf', '10-zh-elsewhere.pdf'].map((name) => tool('pdftotext', ['-layout', join(folder, name), '-'])),
  );
  expect(here).toContain('交易核心');
  expect(elsewhere).toBe(here);
});

test('wherever and in whatever locale it is written, a run gives the same bytes of HTML, CSV, Markdown and JSON', async () => {
  for (const ending of ['html', 'csv', 'md', 'json']) {
    const [here, elsewhere] = await Promise.all([
      report(10, `here.${ending}`, { ...zh, LC_ALL: 'en_US.UTF-8' }),
      report(10, `elsewhere.${ending}`, en),
    ]);
    expect(here.length).toBeGreaterThan(1_000);
    expect(elsewhere.equals(here), ending).toBe(true);
  }
});

test('a report that cannot be made says why, starts no printing that goes on, and leaves nothing behind', async () => {
  const bad = join(folder, '11');
  await mkdir(bad);
  await writeFile(join(bad, 'journal.jsonl'), reportStory(10).text.replace('"mono":1000', '"mono":1001'));
  const before = (await readdir(folder)).toSorted();
  for (const [count, env, why] of [
    [11, {}, /cannot be trusted.*wrong-hash/],
    [10, { COUNTERSIGN_ELECTRON: join(folder, 'no-such-program') }, /no Electron was found/],
    [10, { COUNTERSIGN_ELECTRON: '/bin/false' }, /could not print/],
  ] as const) {
    const [words, given] = commandLine(count, join(folder, 'none.pdf'), { ...en, ...env });
    const child = spawn(process.execPath, words, { env: given, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const code = await new Promise<number | null>((done) => child.once('close', done));
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(why) });
  }
  expect((await readdir(folder)).toSorted()).toEqual(before);
});
