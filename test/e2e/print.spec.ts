import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { electronExecutable, environmentFor, temporaryHome } from '../helpers/electron-app.ts';

const place = temporaryHome();
test.beforeAll(() => writeFileSync(join(place.home, 'release.yaml'), checklist));
test.afterAll(() => place.remove());

const long = `java -jar /opt/tools/check.jar ${Array.from({ length: 40 }, (_, index) => `--option-${index}=v${index}`).join(' ')}`;
const steps = Array.from(
  { length: 30 },
  (_, index) => `
      - id: s${index}
        title: 第 ${index + 1} 步：重启 <b>注册中心</b>
        on: app
        run: "${index === 3 ? long : `systemctl restart registry-${index}`}"
        effect: write
        countersign: both
        rollback: { run: "systemctl undo registry-${index}" }`,
).join('');
const checklist = `checklist: 1
title: 注册中心升级
kind: optimization
window: { start: 2026-11-20T22:00+08:00, end: 2026-11-21T00:30+08:00 }
environments:
  prod:
    production: true
    people: { checkers: 1 }
    hosts:
      app1: { address: 10.0.0.1, user: deploy, groups: [app] }
      app2: { address: 10.0.0.2, groups: [app] }
phases:
  - hot: 升级
    steps:${steps}
`;

/** Prints through the command line, which starts the real Electron for the paper. */
function print(words: readonly string[]) {
  const cli = resolve(import.meta.dirname, '../../out/main/cli.js');
  return spawnSync(process.execPath, [cli, 'print', ...words], {
    cwd: place.home,
    encoding: 'utf8',
    env: environmentFor(place.home, { LC_ALL: 'zh_CN.UTF-8', COUNTERSIGN_ELECTRON: electronExecutable() }),
    timeout: 60_000,
  });
}
const run = (program: string, ...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', cwd: place.home });
  return { status, text: `${stdout}${stderr}` };
};

for (const paper of ['A4', 'Letter'] as const) {
  test(`a checklist is printed on ${paper}: each page tells which one it belongs to`, () => {
    test.setTimeout(180_000);
    const file = join(place.home, `${paper}.pdf`);
    const { status, stdout, stderr } = print(['release.yaml', '--env', 'prod', '--out', file, '--paper', paper]);
    expect(stderr).not.toContain(' error ');
    expect(stdout.trim()).toBe(file);
    expect(status).toBe(0);
    expect(run('qpdf', '--check', file)).toMatchObject({ status: 0 });
    const facts = run('pdfinfo', file).text;
    expect(facts).toMatch(paper === 'A4' ? /59[45].* x 84[12]/ : /612 x 792/);
    const count = Number(/Pages:\s+(\d+)/.exec(facts)?.[1]);
    expect(count).toBeGreaterThan(10);
    const whole = run('pdftotext', '-layout', file, '-').text;
    for (const words of ['1.1', '1.30', 'U1.30', '第 4 步：重启 <b>注册中心</b>', 'deploy@10.0.0.1', 'registry-29'])
      expect(whole).toContain(words);
    // Broken over lines, but none of its letters is gone.
    const joined = whole.replaceAll(/\s*↩\s*/g, '').replaceAll(/\s/g, '');
    expect(joined).toContain(long.replaceAll(/\s/g, ''));
    const [, hash = ''] = /内容哈希\s+([0-9a-f]{64})/.exec(whole) ?? [];
    expect(hash).toHaveLength(64);
    for (let page = 1; page <= count; page += 1) {
      const text = run('pdftotext', '-layout', '-f', String(page), '-l', String(page), file, '-').text;
      expect(text).toContain(hash);
      expect(text).toMatch(new RegExp(`${page} ?/ ?${count}\\b`));
    }
    mkdirSync(join(place.home, 'pages'), { recursive: true });
    const last = String(count);
    run('pdftoppm', '-r', '200', '-png', '-singlefile', '-f', last, '-l', last, file, `pages/${paper}`);
    const code = run('zbarimg', '-q', '--raw', `pages/${paper}.png`).text;
    expect(code).toContain(`countersign:checklist:${hash}?env=prod`);
  });
}

test('a checklist with an error is told line by line, and nothing is printed', () => {
  writeFileSync(join(place.home, 'broken.yaml'), 'checklist: 1\ntitle: x\n');
  const { status, stderr } = print(['broken.yaml', '--env', 'prod', '--out', 'broken.pdf']);
  expect(stderr).toMatch(/^broken\.yaml:\d+:\d+ error /m);
  expect(status).toBe(2);
  expect(existsSync(join(place.home, 'broken.pdf'))).toBe(false);
  const unknown = print(['release.yaml', '--env', 'nowhere', '--out', 'x.pdf']);
  expect(unknown.stderr).toContain('environment-unknown');
  expect(unknown.status).toBe(2);
  expect(print(['release.yaml', '--env', 'prod', '--out', 'x.pdf', '--paper', 'A3']).status).toBe(2);
});
