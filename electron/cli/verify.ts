import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataFolder } from '../engine/data-folder.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { NoReceiptsError } from '../engine/journal/verify-receipts.ts';
import { verifyRun } from '../engine/journal/verify-run.ts';
import { placeOfNoFile, verdictExit, verdictJson, verdictLines } from '../verify/verdict.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { cliTranslator } from './language.ts';
import { findRunOrCopy } from './run-folder.ts';

/**
 * `verify RUN [--receipts FILE] [--data DIR] [--json]`: checks chain, signatures, recordings, frozen files and
 * receipts of a run, offline. FILE is the checker's own `receipts.jsonl`, or the folder of their copy.
 * Exit 0 intact and complete, 2 altered (or nothing to verify), 3 intact as far as it goes but incomplete.
 */
export async function verify(args: readonly string[], io: CliIo): Promise<number> {
  const t = cliTranslator(io.env);
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { data: { type: 'string' }, receipts: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const refuse = (sentence: string): number => {
    io.stderr(`${sentence}\n`);
    return exitCodes.badInput;
  };
  const [named] = positionals;
  if (named === undefined || positionals.length !== 1) return refuse(t('verify:usage'));
  const receipts = values.receipts === undefined ? {} : { receipts: resolve(io.cwd, values.receipts) };
  const folder = await findRunOrCopy(named, resolve(io.cwd, values.data ?? defaultDataFolder(io.env)), io.cwd);
  if (folder === null) return refuse(t('verify:no-such-run', { run: named }));
  try {
    const result = await verifyRun(folder, receipts);
    io.stdout(`${values.json ? verdictJson(result, folder, t) : verdictLines(result, t).join('\n')}\n`);
    return verdictExit[result.verdict];
  } catch (error) {
    if (error instanceof NoReceiptsError) return refuse(t('verify:no-receipts', { file: error.message }));
    if (error instanceof JournalError && error.code === 'missing') return refuse(t('verify:no-journal', { folder }));
    const path = placeOfNoFile(error);
    if (path === null) throw error;
    return refuse(t('verify:not-a-file', { path }));
  }
}
