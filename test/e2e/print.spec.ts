import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launchApp, sayToApp, temporaryHome } from '../helpers/electron-app.ts';
import { openChecklist } from '../helpers/electron-release.ts';

/** The checklist on paper as a foreign reader sees it: qpdf, pdfinfo, pdftotext, pdftoppm and zbarimg. */

const place = temporaryHome();
test.afterAll(() => place.remove());
const at = (name: string) => join(place.home, name);

/** Forty options, so that they never fit into a line; the words tell by themselves whether one is missing. */
const long = (index: number): string =>
  `java -jar /opt/tools/check.jar ${Array.from({ length: 40 }, (_, option) => `--option-${index}-${option}=v${option}`).join(' ')}`;
const isLong = (index: number): boolean => index % 50 === 3;
const commandOf = (index: number): string => (isLong(index) ? long(index) : `systemctl restart registry-${index}`);

/** `undone`: each so-manieth step says what undoes it. */
function checklist(count: number, undone: number): string {
  const steps = Array.from(
    { length: count },
    (_, index) => `
      - id: s${index}
        title: 第 ${index + 1} 步：重启 <b>注册中心</b>
        on: app
        run: "${commandOf(index)}${index === 0 ? ` -p\${db-password}` : ''}"
        effect: write${index % undone === 0 ? `\n        rollback: { run: "systemctl undo registry-${index}" }` : ''}`,
  ).join('');
  return `checklist: 1
title: 注册中心升级
kind: optimization
window: { start: 2026-11-20T22:00+08:00, end: 2026-11-21T00:30+08:00 }
environments:
  pre: { secrets: [db-password], hosts: { pre1: { address: 127.0.0.99, port: 9, groups: [app] } } }
  prod:
    production: true
    people: { checkers: 1 }
    secrets: { db-password: Password of the database }
    hosts:
      app1: { address: 127.0.0.1, port: 9, user: deploy, groups: [app] }
      app2: { address: 127.0.0.2, port: 9, groups: [app] }
phases:
  - hot: 升级
    steps:${steps}
`;
}

/** A value that stands ready for the run and must never come near the paper. */
const value = 'correct-horse-battery-4711';
const surroundings = { LC_ALL: 'zh_CN.UTF-8', LANG: 'zh_CN.UTF-8', COUNTERSIGN_SECRET_DB_PASSWORD: value };

/** Prints by the app's own words, as a script would. */
const print = (words: readonly string[]) => sayToApp(place.home, ['print', ...words], surroundings);
const run = (program: string, ...words: readonly string[]) => {
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8', cwd: place.home, maxBuffer: 1 << 28 });
  return { status, text: stdout };
};

/** Every page as its text. */
function pagesOf(file: string, paper: 'A4' | 'Letter'): readonly string[] {
  expect(run('qpdf', '--check', file).status).toBe(0);
  const facts = run('pdfinfo', file).text;
  expect(facts).toMatch(paper === 'A4' ? /59[45].* x 84[12]/ : /612 x 792/);
  const pages = run('pdftotext', '-layout', file, '-').text.split('\f').slice(0, -1);
  expect(pages).toHaveLength(Number(/Pages:\s+(\d+)/.exec(facts)?.[1]));
  return pages;
}

/** What a reader finds who takes the marks at the ends of lines at their word. */
const joined = (text: string): string => text.replaceAll(/\s*↩\s*/g, '').replaceAll(/\s/g, '');

/** Each page belongs to this checklist and this environment, in print and in its code, which is read back. */
function expectMarked(pages: readonly string[], file: string, name: string): void {
  const [, hash = ''] = /(?:内容哈希|Content hash)\s+([0-9a-f]{64})/.exec(pages[0] ?? '') ?? [];
  expect(hash).toHaveLength(64);
  for (const [index, page] of pages.entries()) {
    expect(page).toContain(hash);
    expect(page).toMatch(/\bprod\b/);
    expect(page).toMatch(new RegExp(`\\b${index + 1} ?/ ?${pages.length}\\b`));
  }
  mkdirSync(at(name), { recursive: true });
  // Only the corner where the code stands: the rest of hundreds of pages need not be drawn.
  run('pdftoppm', '-r', '150', '-gray', '-x', '950', '-y', '40', '-W', '325', '-H', '180', file, `${name}/page`);
  const images = readdirSync(at(name)).map((image) => join(name, image));
  const codes = run('zbarimg', '-q', '--raw', '-Sdisable', '-Sqrcode.enable', ...images)
    .text.trim()
    .split('\n');
  expect(codes).toEqual(pages.map(() => `countersign:checklist:${hash}?env=prod`));
}

function expectWhole(pages: readonly string[], count: number): void {
  const whole = pages.join('\n');
  const words = joined(whole);
  for (let index = 0; index < count; index += 1) {
    expect(whole).toMatch(new RegExp(`^ *1\\.${index + 1} +第 ${index + 1} 步：重启 <b>注册中心</b>`, 'm'));
    expect(words).toContain(joined(commandOf(index)));
  }
  // For one environment, and without the values of its secrets.
  expect(whole).toContain('deploy@127.0.0.1:9');
  expect(whole).not.toContain('pre1');
  expect(whole).not.toContain('127.0.0.99');
  expect(whole).toContain('$CS_DB_PASSWORD');
  expect(words).not.toContain(value);
  // The way back stands on pages of its own.
  const back = pages.findIndex((page) => /^(?:回滚|Rollback)$/m.test(page));
  expect(back).toBeGreaterThan(1);
  expect(pages.slice(0, back).join('\n')).not.toMatch(/^ *U1\./m);
  expect(pages.slice(back).join('\n')).not.toContain('systemctl restart');
  expect(pages.slice(back).join('\n')).toContain('systemctl undo registry-0');
}

test('by the app’s own words: Chinese, on A4, each page tells which checklist it belongs to', () => {
  writeFileSync(at('release.yaml'), checklist(12, 1));
  const file = at('a4.pdf');
  const { status, stdout, stderr } = print(['release.yaml', '--env', 'prod', '--out', file, '--paper', 'A4']);
  expect(stderr).not.toContain(' error ');
  expect(stdout.trim()).toBe(file);
  expect(status).toBe(0);
  const pages = pagesOf(file, 'A4');
  expectMarked(pages, file, 'a4');
  expectWhole(pages, 12);
  expect(readFileSync(file).includes(value)).toBe(false);
  // Both sign each step: on one page with it, the checker as well as the operator.
  const [signed = ''] = pages.filter((page) => /^ *1\.2 /m.test(page));
  expect(signed).toContain('操作者');
  expect(signed).toContain('检查者（执行后）');
});

test('through the screen: on Letter, from before the start', async () => {
  writeFileSync(at('release.yaml'), checklist(12, 1));
  const launched = await launchApp({ home: place.home, env: { COUNTERSIGN_SECRET_DB_PASSWORD: value } });
  try {
    const { app, page } = launched;
    await openChecklist(launched, at('release.yaml'), 'prod');
    await page.getByRole('button', { name: 'Print…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Print the checklist for prod' });
    await dialog.getByText('Letter').click();
    await app.evaluate(({ dialog: system }, folder) => {
      system.showSaveDialog = ((_window: unknown, { defaultPath }: { defaultPath: string }) =>
        Promise.resolve({ canceled: false, filePath: `${folder}/${defaultPath}` })) as typeof system.showSaveDialog;
    }, place.home);
    await dialog.getByRole('button', { name: 'Save as PDF…' }).click();
    const said = dialog.getByRole('status').filter({ hasText: 'Saved: ' });
    await expect(said).toBeVisible({ timeout: 30_000 });
    const file = ((await said.textContent()) ?? '').replace('Saved: ', '');
    const pages = pagesOf(file, 'Letter');
    expectMarked(pages, file, 'letter');
    expectWhole(pages, 12);
    // The hash on the paper names the file, and the environment does, for which there is another paper.
    expect(file).toMatch(/\/checklist-prod-[0-9a-f]{12}-Letter\.pdf$/);
    expect(pages[0]).toContain(/prod-([0-9a-f]{12})-/.exec(file)?.[1] ?? 'no hash in the name');
  } finally {
    await launched.close();
  }
});

test('five hundred steps: no command is cut, and every page can be read back', () => {
  test.setTimeout(120_000);
  writeFileSync(at('large.yaml'), checklist(500, 10));
  const file = at('large.pdf');
  const { status } = print(['large.yaml', '--env', 'prod', '--out', file, '--paper', 'A4']);
  expect(status).toBe(0);
  const pages = pagesOf(file, 'A4');
  expect(pages.length).toBeLessThan(220);
  expectMarked(pages, file, 'large');
  expectWhole(pages, 500);
  // Each line that was broken says so; a long command takes many.
  expect(pages.join('\n').match(/↩/g)?.length ?? 0).toBeGreaterThan(10 * 8);
});

test('a checklist with an error is told line by line, and nothing is printed', () => {
  writeFileSync(at('release.yaml'), checklist(1, 1));
  writeFileSync(at('broken.yaml'), 'checklist: 1\ntitle: x\n');
  const { status, stderr } = print(['broken.yaml', '--env', 'prod', '--out', 'broken.pdf']);
  expect(stderr).toMatch(/^broken\.yaml:\d+:\d+ error /m);
  expect(status).toBe(2);
  expect(existsSync(at('broken.pdf'))).toBe(false);
  const unknown = print(['release.yaml', '--env', 'nowhere', '--out', 'x.pdf']);
  expect(unknown.stderr).toContain('environment-unknown');
  expect(unknown.status).toBe(2);
  expect(print(['release.yaml', '--env', 'prod', '--out', 'x.pdf', '--paper', 'A3']).status).toBe(2);
  expect(existsSync(at('x.pdf'))).toBe(false);
});
