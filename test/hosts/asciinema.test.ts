import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../electron/cli/run-cli.ts';
import { writeRecording } from '../helpers/past-run.ts';
import { tempFolder } from '../helpers/sshd.ts';

const written: readonly (readonly [number, string])[] = [
  [120, 'unpacking\r\n'],
  [30, '\u001b[32m停止服务\u001b[0m "done" \\ \u0007\r\n'],
  [80, 'last, without an end'],
];

describe('a recording and the foreign player of this system', () => {
  let folder: string;
  let said: string[];
  const cli = (...args: string[]) =>
    runCli(args, {
      cwd: folder,
      env: { LANG: 'C' },
      stdout: (text) => void said.push(text),
      stderr: (text) => void said.push(text),
    } as Parameters<typeof runCli>[1]);
  beforeEach(() => {
    folder = tempFolder('asciinema');
    said = [];
    writeRecording(folder, 'a1', written);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The player wants a terminal; one writes a carriage return of its own before each newline. */
  const shown = (path: string): string =>
    execFileSync('script', ['-qec', `asciinema cat ${path}`, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: folder, TERM: 'xterm' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).replaceAll('\r', '');

  it('is played to the last byte once it was written in the older format', async () => {
    expect(await cli('cast', 'output/a1.cast', '--v2', 'a1.v2.cast')).toBe(0);
    expect(shown(join(folder, 'a1.v2.cast'))).toBe(
      written
        .map(([, text]) => text)
        .join('')
        .replaceAll('\r', ''),
    );
  });

  it('never overwrites a file, and says how it is used where it was called wrongly', async () => {
    expect(await cli('cast', 'output/a1.cast', '--v2', 'output/a1.cast')).toBe(2);
    expect(said.join('')).toContain('EEXIST');
    expect(await cli('cast', 'output/a1.cast')).toBe(2);
    expect(said.join('')).toContain('--v2 FILE');
    expect(existsSync(join(folder, 'a1.v2.cast'))).toBe(false);
  });
});
