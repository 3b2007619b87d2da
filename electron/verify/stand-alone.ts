import { realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { verify as english } from '../../shared/text/en/verify.ts';
import type { Translate } from '../../shared/text/translate.ts';
import { verify as chinese } from '../../shared/text/zh/verify.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { NoReceiptsError } from '../engine/journal/verify-receipts.ts';
import { verifyRun } from '../engine/journal/verify-run.ts';
import { placeOfNoFile, verdictExit, verdictJson, verdictLines } from './verdict.ts';

/**
 * The entry of the stand-alone verifier `verify.mjs`: the app's own rules (`verify-run.ts`) with nothing around them
 * but arguments and sentences. `build/machine/verifier.mjs` makes one file of it that needs only Node.
 */

/** What `verify.mjs` has at hand; tests bring their own. */
export interface VerifierIo {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Chinese for `zh*` locales, English for everything else. The sentences have no plurals, so i18next may stay away. */
function translator(env: NodeJS.ProcessEnv): Translate {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  const sentences: Readonly<Record<string, string>> = locale.toLowerCase().startsWith('zh') ? chinese : english;
  return (key, params = {}) => {
    const sentence = sentences[key.replace(/^verify:/, '')] ?? key;
    return sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? ''));
  };
}

/**
 * `node verify.mjs FOLDER [--receipts FILE] [--json]`; exits as `countersign verify` does: 0 intact and complete,
 * 2 altered (or nothing to verify), 3 intact as far as it goes but incomplete.
 */
export async function verifyAlone(args: readonly string[], io: VerifierIo): Promise<number> {
  const t = translator(io.env);
  const refuse = (sentence: string): number => {
    io.stderr(`${sentence}\n`);
    return verdictExit.altered;
  };
  const words = wordsOf(args);
  if (words === null) return refuse(t('verify:usage-alone'));
  const folder = resolve(io.cwd, words.folder);
  if (!(await stat(folder).catch(() => null))?.isDirectory()) return refuse(t('verify:no-folder', { folder }));
  const receipts = words.receipts === undefined ? {} : { receipts: resolve(io.cwd, words.receipts) };
  try {
    const result = await verifyRun(folder, receipts);
    io.stdout(`${words.json ? verdictJson(result, folder, t) : verdictLines(result, t).join('\n')}\n`);
    return verdictExit[result.verdict];
  } catch (error) {
    if (error instanceof NoReceiptsError) return refuse(t('verify:no-receipts', { file: error.message }));
    if (error instanceof JournalError && error.code === 'missing') return refuse(t('verify:no-journal', { folder }));
    const path = placeOfNoFile(error);
    if (path !== null) return refuse(t('verify:not-a-file', { path }));
    return refuse(t('verify:not-verified', { cause: error instanceof Error ? error.message : String(error) }));
  }
}

function wordsOf(args: readonly string[]): { folder: string; receipts: string | undefined; json: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { receipts: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [folder] = positionals;
    if (folder === undefined || positionals.length !== 1) return null;
    return { folder, receipts: values.receipts, json: values.json };
  } catch {
    return null;
  }
}

/** True when this file was started itself, not imported. */
function isProgram(): boolean {
  const [, started] = process.argv;
  return started !== undefined && realpathSync(started) === realpathSync(fileURLToPath(import.meta.url));
}

if (isProgram()) {
  process.exitCode = await verifyAlone(process.argv.slice(2), {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    env: process.env,
    cwd: process.cwd(),
  });
}
