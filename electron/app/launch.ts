import { resolve } from 'node:path';
import { isCommand } from '../cli/run-cli.ts';

/** What the process was started for. */
export type Launch =
  | { readonly type: 'window'; readonly data: string | null }
  | { readonly type: 'command-line'; readonly args: readonly string[] }
  /** `whenTold`: whoever started us says over the channel when `input` is there. */
  | { readonly type: 'print'; readonly input: string; readonly output: string; readonly whenTold: boolean }
  | { readonly type: 'refused'; readonly message: string };

/** Drops the executable and, in development, everything up to and including the app's folder. */
function ownArguments(argv: readonly string[], packaged: boolean): readonly string[] {
  if (packaged) return argv.slice(1);
  const folder = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return folder === -1 ? [] : argv.slice(folder + 1);
}

/**
 * Reads `process.argv`. Switches that are Chromium's (`--no-sandbox`, `--inspect`…) are passed over;
 * from a command word on, everything belongs to the command line.
 */
export function parseLaunch(argv: readonly string[], packaged: boolean, cwd: string = process.cwd()): Launch {
  const words = ownArguments(argv, packaged);
  let data: string | null = null;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (isCommand(word)) return { type: 'command-line', args: words.slice(index) };
    if (word === '--print-to-pdf') {
      const [input, output] = words.slice(index + 1).filter((next) => !next.startsWith('-'));
      if (input === undefined || output === undefined) {
        return { type: 'refused', message: '--print-to-pdf needs two files: IN.html OUT.pdf' };
      }
      const whenTold = words.includes('--when-told');
      return { type: 'print', input: resolve(cwd, input), output: resolve(cwd, output), whenTold };
    }
    if (word === '--data') {
      const folder = words[index + 1];
      if (folder === undefined || folder.startsWith('-')) {
        return { type: 'refused', message: '--data needs a folder' };
      }
      data = resolve(cwd, folder);
      index += 1;
    } else if (!word.startsWith('-')) {
      return { type: 'refused', message: `Unknown word: ${word}` };
    }
  }
  return { type: 'window', data };
}
