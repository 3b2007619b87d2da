import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { sayToApp, temporaryHome } from '../helpers/electron-app.ts';

const place = temporaryHome();
test.afterAll(() => place.remove());

const start = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  sayToApp(place.home, words, env);

test('a command word is answered without a window and without a display', () => {
  const { stdout, status } = start(['schema'], { DISPLAY: '', WAYLAND_DISPLAY: '' });
  expect(JSON.parse(stdout)).toMatchObject({ title: expect.stringContaining('checklist') });
  expect(status).toBe(0);
});

test('the exit code of a command is the process’s own', () => {
  writeFileSync(join(place.home, 'broken.yaml'), 'checklist: 1\ntitle: [\n');
  const { stdout, stderr, status } = start(['check', 'broken.yaml']);
  expect(`${stdout}${stderr}`).toContain('broken.yaml:');
  expect(status).toBe(2);
});

test('a word that means nothing is refused, and no window opens', () => {
  const { stderr, status } = start(['cheque', 'release.yaml']);
  expect(stderr).toContain('Unknown word: cheque');
  expect(status).toBe(2);
});

test('the hidden printer writes a tagged PDF with Chinese text and page numbers, and runs no script', () => {
  const page = join(place.home, 'paper.html');
  writeFileSync(
    page,
    `<!doctype html><html lang="zh"><meta charset="utf-8"><title>发布报告</title>
     <h1>检查单</h1><p id="p">before</p><h2 style="break-before: page">回滚</h2>
     <script>document.getElementById('p').textContent = 'a script ran'</script>
     <iframe src="file:///etc/passwd"></iframe></html>`,
  );
  const pdf = join(place.home, 'paper.pdf');
  expect(start(['--print-to-pdf', page, pdf]).status).toBe(0);
  const text = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout;
  expect(text).toContain('检查单');
  expect(text).toContain('回滚');
  expect(text).toMatch(/1 ?\/ ?2\s[\s\S]*2 ?\/ ?2\s/);
  expect(text).toContain('before');
  expect(text).not.toContain('a script ran');
  expect(text).not.toContain('root:');
  expect(spawnSync('pdfinfo', [pdf], { encoding: 'utf8' }).stdout).toMatch(/Tagged:\s+yes/);
});

test('a page that is not there is an error, and no PDF appears', () => {
  const pdf = join(place.home, 'nothing.pdf');
  const { status, stderr } = start(['--print-to-pdf', join(place.home, 'nothing.html'), pdf]);
  expect(status).toBe(1);
  expect(stderr).toContain('ERR_FILE_NOT_FOUND');
  expect(existsSync(pdf)).toBe(false);
});

test('a report is printed by the app’s own words, as the packaged app takes them', () => {
  writeFileSync(
    join(place.home, 'small.yaml'),
    `checklist: 1
title: A small release
environments:
  dev: {}
phases:
  - cold: Before
    steps:
      - { id: told, title: Tell the desk, manual: {} }
`,
  );
  writeFileSync(join(place.home, 'answers.yaml'), 'told: { done: true }\n');
  const rehearsed = start(['rehearse', 'small.yaml', '--env', 'dev', '--answers', 'answers.yaml']);
  expect(rehearsed.status, rehearsed.stderr).toBe(0);
  const run = rehearsed.stdout.trim().split('\n').at(-1) ?? '';
  const pdf = join(place.home, 'small.pdf');
  expect(start(['report', run, '--out', pdf]).status).toBe(0);
  expect(spawnSync('pdftotext', [pdf, '-'], { encoding: 'utf8' }).stdout).toContain('Tell the desk');
});
