import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Translate } from '../../shared/text/translate.ts';
import { defaultDataFolder } from '../engine/data-folder.ts';
import { NotAFile } from '../engine/regular-file.ts';
import { type AuditedRun, auditRuns, type RunsAudit } from '../evidence/audit-runs.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { cliTranslator } from './language.ts';

const exitFor = { intact: exitCodes.ok, altered: exitCodes.altered, incomplete: exitCodes.incomplete } as const;
const words = {
  here: 'here',
  archived: 'archived',
  removed: 'removed',
  vanished: 'gone',
  unlisted: 'stranger',
} as const;

/**
 * `runs [--data DIR] [--json]`: lists all runs that the installation's chain of runs knows and holds the disk against
 * it. Exit as `verify`: 0 all there, 2 the chain or a run is altered, 3 a run vanished.
 */
export async function runs(args: readonly string[], io: CliIo): Promise<number> {
  const t = cliTranslator(io.env);
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  if (positionals.length > 0) {
    io.stderr(`${t('evidence:runs-usage')}\n`);
    return exitCodes.badInput;
  }
  const data = resolve(io.cwd, values.data ?? defaultDataFolder(io.env));
  try {
    const audit = await auditRuns(data);
    io.stdout(values.json ? `${JSON.stringify(withSentences(data, audit, t))}\n` : text(audit, t));
    return exitFor[audit.verdict];
  } catch (error) {
    if (!(error instanceof NotAFile)) throw error;
    io.stderr(`${t('verify:not-a-file', { path: error.path })}\n`);
    return exitCodes.altered;
  }
}

function withSentences(data: string, audit: RunsAudit, t: Translate): unknown {
  const findings = audit.findings.map((one) => ({ ...one, sentence: t(`evidence:runs-${one.code}`, one.params) }));
  return { data, ...audit, findings };
}

function text(audit: RunsAudit, t: Translate): string {
  const { verdict, runs: all, findings, head, entries } = audit;
  const lines = [
    t(`evidence:runs-verdict-${verdict}`, { runs: all.length }),
    ...findings.map(({ code, params }) => `  ${t(`evidence:runs-${code}`, params)}`),
    ...all.flatMap((run) => runLines(run, t)),
    t('evidence:runs-head', { head, entries }),
  ];
  return `${lines.join('\n')}\n`;
}

function runLines({ runId, title, environment, standing, end, retired }: AuditedRun, t: Translate): readonly string[] {
  const result = end?.result ?? null;
  const line = t('evidence:runs-line', {
    ...{ run: runId, title, environment, standing: t(`evidence:runs-${words[standing]}`) },
    result: result === null ? t('evidence:runs-open') : t(`ui:result-${result}`),
  });
  return [line, ...(retired === null ? [] : [t('evidence:runs-retired', { ...retired })])];
}
