import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verify } from '../../../electron/cli/verify.ts';
import { type BuiltVerifier, buildVerifier, bundledVerifier } from '../../helpers/verifier.ts';
import { linesOf } from '../journal/people-run.ts';
import { removeFolder, tempFolder } from '../journal/sample-run.ts';
import { writeTamperedRun } from '../journal/tampered-run.ts';

/** The one file that an auditor needs: alone in an empty folder, with plain Node and nothing of ours. */

let base: string;
let alone: string;
let run: string;
let verifier: BuiltVerifier;

beforeAll(async () => {
  base = await tempFolder();
  ({ folder: run } = await writeTamperedRun(base));
  verifier = await bundledVerifier();
  alone = join(base, 'alone');
  await mkdir(alone);
  await copyFile(verifier.path, join(alone, 'verify.mjs'));
}, 60_000);
afterAll(async () => {
  await verifier.remove();
  await removeFolder(base);
});

const node = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(process.execPath, [...args], { cwd: alone, env }, (error, out, err) =>
      done({ code: Number(error?.code ?? 0), out, err }),
    );
  });

async function copyOf(change: (lines: string[]) => string[]): Promise<string> {
  const folder = join(base, 'changed');
  await removeFolder(folder);
  await cp(run, folder, { recursive: true });
  const journal = join(folder, 'journal.jsonl');
  await writeFile(
    journal,
    change(linesOf(await readFile(journal)))
      .map((line) => `${line}\n`)
      .join(''),
  );
  return folder;
}

test('alone in an empty folder it verifies with plain Node, and leaves nothing behind', async () => {
  expect(await node(['verify.mjs', run])).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('Intact and complete'),
  });
  expect(await readdir(alone)).toEqual(['verify.mjs']);
});

test('it says and exits as countersign verify does, for people and for programs, in both languages', async () => {
  const folders = [run, await copyOf((lines) => lines.with(6, (lines[6] ?? '').replace('"Bo"', '"Eve"')))];
  for (const folder of folders) {
    for (const args of [[], ['--json'], ['--receipts', join(run, 'receipts.jsonl')]]) {
      for (const env of [{ LANG: 'C' }, { LANG: 'zh_CN.UTF-8' }]) {
        let out = '';
        const stdout = (text: string) => {
          out += text;
        };
        const code = await verify([folder, ...args], { stdout, stderr: () => {}, env, cwd: base });
        expect(await node(['verify.mjs', folder, ...args], env)).toEqual({ code, out, err: '' });
      }
    }
  }
});

test('the first bad record is named in plain words, in English and Chinese, and as JSON', async () => {
  const folder = await copyOf((lines) => lines.with(6, (lines[6] ?? '').replace('"Bo"', '"Eve"')));
  const english = await node(['verify.mjs', folder]);
  expect(english).toMatchObject({ code: 2 });
  expect(english.out).toContain('The first bad record is number 6 (participant-asked), line 7 of the journal.');
  expect(english.out).toContain('its content does not match its own hash');
  const chinese = await node(['verify.mjs', folder], { LC_ALL: 'zh_CN.UTF-8' });
  expect(chinese.out).toContain('第一条有问题的记录是第 6 号（participant-asked），在审计日志第 7 行');
  expect(chinese.out).not.toMatch(/\{\{|verify:/);
  const json = JSON.parse((await node(['verify.mjs', folder, '--json'])).out);
  expect(json).toMatchObject({
    ...{ integrity: 'altered', completeness: 'incomplete', sentence: expect.stringContaining('number 6') },
    firstBad: { line: 7, seq: 6, type: 'participant-asked' },
  });
});

test('a run without its end exits 3; wrong words, no folder and no journal exit 2 with a sentence', async () => {
  expect(await node(['verify.mjs', await copyOf((lines) => lines.slice(0, -1))])).toMatchObject({ code: 3 });
  for (const args of [[], ['--what'], ['a', 'b'], [join(base, 'nowhere')], [alone], [run, '--receipts', 'none']]) {
    const refused = await node(['verify.mjs', ...args]);
    expect([args, refused.code, refused.out]).toEqual([args, 2, '']);
    expect(refused.err.trim()).toMatch(/^[A-Z].*/);
    expect(refused.err).not.toMatch(/\{\{|verify:|at .*\.mjs/);
  }
});

test('it imports nothing but Node, reaches for no network, and is the same file each time it is built', async () => {
  const text = await readFile(verifier.path, 'utf8');
  const imported = [...text.matchAll(/^import .* from "node:(.*)";$/gm)].map((found) => found[1] ?? '');
  expect(text.match(/^import /gm)).toHaveLength(imported.length);
  expect(imported.length).toBeGreaterThan(3);
  for (const name of imported) expect(builtinModules).toContain(name);
  for (const name of ['net', 'http', 'https', 'tls', 'dgram', 'dns', 'child_process'])
    expect(imported).not.toContain(name);
  expect(text).not.toMatch(/\brequire\(|\bimport\(|\bfetch\(|WebSocket|\/work\/|file:\/\//);
  await buildVerifier(join(base, 'again.mjs'));
  expect(await readFile(join(base, 'again.mjs'), 'utf8')).toBe(text);
});

test('it begins by saying what it is, which version, and why not to trust the copy beside the run', async () => {
  const [first, ...head] = (await readFile(verifier.path, 'utf8')).split('\n').slice(0, 25);
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  expect(first).toBe('#!/usr/bin/env node');
  expect(head.join('\n')).toContain(`the stand-alone verifier of Countersign ${version}`);
  expect(head.join('\n')).toContain('cmp MINE.mjs verify.mjs');
});
