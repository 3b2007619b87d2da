import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Problem } from '../../shared/checklist/problem.ts';
import { problemText } from '../../shared/checklist/problem-text.ts';
import type { Translate } from '../../shared/text/translate.ts';
import { loadChecklist } from '../engine/load-checklist.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { cliTranslator } from './language.ts';

/**
 * `check FILE [--env NAME] [--json]`: every problem of a checklist, one line each on stdout
 * (`FILE:LINE:COL severity code message`). 0 clean or warnings only, 2 errors or bad usage.
 */
export async function check(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { env: { type: 'string' }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const translate = cliTranslator(io.env);
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    io.stderr(`${translate('cli:usage-check')}\n`);
    return exitCodes.badInput;
  }
  const { problems } = await loadChecklist(resolve(io.cwd, file), values.env ?? null);
  for (const found of problems) {
    const problem: Problem = { ...found, file };
    const line = values.json
      ? JSON.stringify({ ...problem, ...problemText(problem, translate) })
      : problemLine(problem, translate);
    io.stdout(`${line}\n`);
  }
  return problems.some((problem) => problem.severity === 'error') ? exitCodes.badInput : exitCodes.ok;
}

/** `FILE:LINE:COL severity code message`, as editors and scripts read it. */
export function problemLine(problem: Problem, translate: Translate): string {
  const { message, remedy } = problemText(problem, translate);
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  return `${place} ${problem.severity} ${problem.code} ${oneLine(`${message} ${remedy}`)}`;
}

/** One problem, one line: scripts split the output at line breaks. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
