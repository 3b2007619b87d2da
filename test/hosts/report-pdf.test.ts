import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportPlan, reportStory } from '../helpers/report-story.ts';

/** The report as a foreign reader sees it: qpdf, pdfinfo, pdftotext and pdftoppm on what the command line writes. */

let folder = '';
const repository = join(import.meta.dirname, '../..');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-pdf-'));
  for (const count of [10, 500]) {
    await mkdir(join(folder, String(count)));
    await writeFile(join(folder, String(count), 'journal.jsonl'), reportStory(count).text);
  }
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

function tool(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, maxBuffer: 64 * 1024 * 1024, timeout: 110_000 };
    execFile(file, args, options, (error, out, err) =>
      error === null ? resolve(out) : reject(new Error(`${error.message} ${err}`)),
    );
  });
}

/** Writes a report as a person on this computer would; the file. */
async function report(count: number, name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, LC_ALL: _all, LC_MESSAGES: _messages, ...rest } = process.env;
  const out = join(folder, name);
  const args = [join(repository, 'build/countersign.mjs'), 'report', join(folder, String(count)), '--out', out];
  await tool(process.execPath, args, { ...rest, ...env });
  return out;
}

interface Outline {
  readonly title: string;
  readonly kids: readonly Outline[];
}

const titles = (all: readonly Outline[]): readonly string[] =>
  all.flatMap(({ title, kids }) => [title, ...titles(kids)]);

test.each([
  [10, 'zh_CN.UTF-8'],
  [10, 'en_US.UTF-8'],
  [500, 'zh_CN.UTF-8'],
])(
  'the PDF of %i steps in %s is whole, tagged, outlined step by step, and every title can be found',
  async (count, LANG) => {
    const pdf = await report(count, `${count}-${LANG}.pdf`, { LANG });
    await tool('qpdf', ['--check', pdf]);
    expect(await tool('pdfinfo', [pdf])).toMatch(/Tagged: +yes/);
    const outlines = titles(JSON.parse(await tool('qpdf', ['--json', '--json-key=outlines', pdf])).outlines);
    const pages = (await tool('pdftotext', ['-layout', pdf, '-'])).split('\f').slice(0, -1);
    const text = pages.join('\n').replace(/\s+/g, '');
    for (const { code, title } of reportPlan(count).steps) {
      expect(outlines).toContain(`${code} ${title}`);
      expect(text).toContain(`${code}${title}`.replace(/\s+/g, ''));
    }
    // The first page has the verdict, both people, the run and the beginning of the deviations.
    const words = LANG.startsWith('zh') ? ['操作者', '检查者', '与计划的出入'] : ['Operator', 'Checker', 'Exceptions'];
    for (const word of ['李伟', '陈波', '20261120T120000Z-abc123', ...words]) expect(pages[0]).toContain(word);
    // No page is empty: each has more than its head and foot.
    for (const [index, page] of pages.entries()) {
      expect(page.replace(/\s+/g, '').length, `page ${index + 1}`).toBeGreaterThan(150);
    }
    // The structure that a screen reader follows has the picture with its words.
    expect(await tool('pdfinfo', ['-struct', pdf])).toMatch(/Figure/);
  },
);

test('wherever and in whatever locale it is made, a run gives the same bytes of HTML, CSV and Markdown and the same text of PDF', async () => {
  const made = async (name: string, env: NodeJS.ProcessEnv) => {
    const files = await Promise.all(['html', 'csv', 'md', 'json'].map((one) => report(10, `${name}.${one}`, env)));
    const hashes = await Promise.all(
      files.map(async (file) =>
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      ),
    );
    const text = await tool('pdftotext', ['-layout', await report(10, `${name}.pdf`, env), '-']);
    return { hashes, text };
  };
  const shanghai = await made('one', { TZ: 'Asia/Shanghai', LANG: 'en_US.UTF-8' });
  const elsewhere = await made('two', { TZ: 'America/St_Johns', LANG: 'de_DE.UTF-8', LC_NUMERIC: 'de_DE.UTF-8' });
  expect(elsewhere).toEqual(shanghai);
});
