import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../../../electron/cli/run-cli.ts';
import { LONGEST_LINE } from '../../../electron/engine/output/cast.ts';
import { writeRecording } from '../../helpers/past-run.ts';
import { tempFolder } from '../../helpers/sshd.ts';

let folder: string;
let said: string;
beforeEach(() => {
  folder = tempFolder('cast');
  said = '';
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function cast(named: string): Promise<number> {
  const stderr = (text: string): void => {
    said += text;
  };
  const io = { cwd: folder, env: { LANG: 'C' }, stdout: () => {}, stderr };
  return runCli(['cast', named, '--v2', 'out.cast'], io);
}
const out = (): string => join(folder, 'out.cast');

it.each([
  ['an empty one', ''],
  ['another kind of file', '# Notes\n\nNothing was recorded.\n'],
  ['a recording that was torn in its first line', '{"version":3,"term":{"cols":80'],
])('a file that holds no recording (%s) is said to hold none, and nothing is left behind', async (_, text) => {
  writeFileSync(join(folder, 'a1.cast'), text);
  expect(await cast('a1.cast')).toBe(2);
  expect(said).toContain('a1.cast holds no recording');
  expect(existsSync(out())).toBe(false);
});

it('a recording that cannot be read to its end leaves no half of itself behind', async () => {
  writeRecording(folder, 'a1', [[10, 'unpacking\r\n']]);
  const path = join(folder, 'output', 'a1.cast');
  expect(await cast(path)).toBe(0);
  expect(readFileSync(out(), 'utf8')).toContain('unpacking');
  rmSync(out());
  appendFileSync(path, 'x'.repeat(2 * LONGEST_LINE));
  expect(await cast(path)).toBe(2);
  expect(said).toContain('longer than');
  expect(existsSync(out())).toBe(false);
});
