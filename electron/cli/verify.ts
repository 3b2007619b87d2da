import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findingSentence } from '../../shared/journal/finding.ts';
import type { Translate } from '../../shared/text/translate.ts';
import { defaultDataFolder } from '../engine/data-folder.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { type VerifyResult, verifyRun } from '../engine/journal/verify-run.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { cliTranslator } from './language.ts';
import { findRun } from './run-folder.ts';

const exitFor = { intact: exitCodes.ok, altered: exitCodes.altered, incomplete: exitCodes.incomplete } as const;

function verdictSentence({ verdict, records, firstBad }: VerifyResult, t: Translate): string {
  if (verdict !== 'altered' || firstBad === null) return t(`verify:verdict-${verdict}`, { records });
  const { line, seq, type } = firstBad;
  return t('verify:verdict-altered-at', { line, type, seq: seq < 0 ? '?' : seq });
}

/**
 * `verify RUN [--data DIR] [--json]`: checks chain, signatures, recordings and frozen files of a run, offline.
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
  if (values.receipts !== undefined) return refuse(t('verify:no-receipts'));
  const folder = await findRun(named, resolve(io.cwd, values.data ?? defaultDataFolder(io.env)), io.cwd);
  if (folder === null) return refuse(t('verify:no-such-run', { run: named }));
  try {
    const result = await verifyRun(folder);
    print(result, folder, values.json, io, t);
    return exitFor[result.verdict];
  } catch (error) {
    if (error instanceof JournalError && error.code === 'missing') return refuse(t('verify:no-journal', { folder }));
    throw error;
  }
}

function print(result: VerifyResult, folder: string, json: boolean, io: CliIo, t: Translate): void {
  const findings = result.findings.map((finding) => ({ ...finding, sentence: findingSentence(finding, t) }));
  if (json) {
    io.stdout(`${JSON.stringify({ folder, ...result, findings })}\n`);
    return;
  }
  const lines = [verdictSentence(result, t), ...findings.map(({ sentence }) => `  ${sentence}`)];
  io.stdout(`${[...lines, t('verify:head', { head: result.head })].join('\n')}\n`);
}
