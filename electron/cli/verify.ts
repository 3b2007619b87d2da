import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findingSentence } from '../../shared/journal/finding.ts';
import type { Translate } from '../../shared/text/translate.ts';
import { defaultDataFolder } from '../engine/data-folder.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { NoReceiptsError } from '../engine/journal/verify-receipts.ts';
import { type VerifyResult, verifyRun } from '../engine/journal/verify-run.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { cliTranslator } from './language.ts';
import { findRunOrCopy } from './run-folder.ts';

const exitFor = { intact: exitCodes.ok, altered: exitCodes.altered, incomplete: exitCodes.incomplete } as const;

function verdictSentence({ verdict, records, firstBad }: VerifyResult, t: Translate): string {
  if (verdict !== 'altered' || firstBad === null) return t(`verify:verdict-${verdict}`, { records });
  const { line, seq, type } = firstBad;
  return t('verify:verdict-altered-at', { line, type, seq: seq < 0 ? '?' : seq });
}

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
    print(result, folder, values.json, io, t);
    return exitFor[result.verdict];
  } catch (error) {
    if (error instanceof NoReceiptsError) return refuse(t('verify:no-receipts', { file: error.message }));
    if (!(error instanceof JournalError) || error.code !== 'missing') throw error;
    return refuse(t('verify:no-journal', { folder }));
  }
}

function print(result: VerifyResult, folder: string, json: boolean, io: CliIo, t: Translate): void {
  const findings = result.findings.map((finding) => ({ ...finding, sentence: findingSentence(finding, t) }));
  if (json) {
    io.stdout(`${JSON.stringify({ folder, ...result, findings })}\n`);
    return;
  }
  const { integrity, completeness, identity, people } = result;
  const lines = [
    verdictSentence(result, t),
    t('verify:verdict-by', {
      integrity: t(`verify:integrity-${integrity}`),
      completeness: t(`verify:completeness-${completeness}`),
      identity: t(`verify:identity-${identity}`),
    }),
    ...findings.map(({ sentence }) => `  ${sentence}`),
    ...receiptSentences(result, t),
    ...people.map((person) =>
      t('verify:person-line', {
        ...person,
        role: t(`verify:role-${person.role}`),
        fingerprint: person.fingerprint ?? t('verify:no-key'),
      }),
    ),
    t('verify:head', { head: result.head }),
  ];
  io.stdout(`${lines.join('\n')}\n`);
}

/** How far the history is covered by whom, and the keys to compare. */
function receiptSentences({ receipts }: VerifyResult, t: Translate): readonly string[] {
  const { lastSeq, toEnd, signers } = receipts;
  const names = signers.filter(({ admitted }) => admitted).map(({ name }) => name);
  const covered = t(toEnd ? 'verify:signed-to-end' : 'verify:signed-up-to', {
    seq: lastSeq ?? 0,
    names: names.join(', '),
  });
  return [
    ...(lastSeq === null ? [] : [covered]),
    ...signers.map(({ name, fingerprint, count, lastSeq: seq, admitted }) =>
      t('verify:receipts-line', {
        name,
        fingerprint,
        count,
        seq: seq ?? '-',
        admitted: t(`verify:${admitted ? 'yes' : 'no'}`),
      }),
    ),
  ];
}
