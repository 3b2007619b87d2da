import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PaperSize } from '../../shared/contract/ipc/print.ts';
import { renderChecklist } from '../report/print-checklist.ts';
import { PrintError, printWithElectron } from '../report/print-with-electron.ts';
import { problemLine } from './check.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { cliLanguage, cliTranslator } from './language.ts';

/** `print FILE --env NAME --out X.pdf [--paper A4|Letter]`: the checklist on paper. 0 written, 2 bad input. */
export async function print(args: readonly string[], io: CliIo): Promise<number> {
  const t = cliTranslator(io.env);
  const refuse = (key: string, params: Readonly<Record<string, string>> = {}): number => {
    io.stderr(`${t(key, params)}\n`);
    return exitCodes.badInput;
  };
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { env: { type: 'string' }, out: { type: 'string' }, paper: { type: 'string' } },
  });
  const [file] = positionals;
  const { env: environment, out: written } = values;
  if (file === undefined || positionals.length !== 1 || environment === undefined || written === undefined) {
    return refuse('cli:usage-print');
  }
  const paper = values.paper === undefined ? usualPaper(io.env) : paperOf(values.paper);
  if (paper === null) return refuse('cli:print-paper', { paper: values.paper ?? '' });
  const out = resolve(io.cwd, written);
  if (extname(out).toLowerCase() !== '.pdf') return refuse('cli:print-not-pdf', { out: written });
  if (!(await stat(dirname(out)).catch(() => null))?.isDirectory()) {
    return refuse('report:noFolder', { folder: dirname(out) });
  }
  const language = cliLanguage(io.env);
  const { html, problems } = await renderChecklist(resolve(io.cwd, file), environment, { language, paper });
  for (const problem of problems) io.stderr(`${problemLine({ ...problem, file }, t)}\n`);
  if (html === null) return exitCodes.badInput;
  try {
    await writePdf(html, out, io.env);
  } catch (error) {
    if (error instanceof PrintError) return refuse(`report:${error.code}`, { cause: error.message });
    throw error;
  }
  io.stdout(`${out}\n`);
  return exitCodes.ok;
}

function paperOf(word: string): PaperSize | null {
  if (word.toLowerCase() === 'a4') return 'A4';
  return word.toLowerCase() === 'letter' ? 'Letter' : null;
}

/** Letter where the locale is of a country that uses it, else A4. */
function usualPaper(env: NodeJS.ProcessEnv): PaperSize {
  const locale = env['LC_ALL'] || env['LC_PAPER'] || env['LANG'] || '';
  return /_(?:US|CA|MX|PH|CL|CO|VE|PR)\b/.test(locale) ? 'Letter' : 'A4';
}

/** The file appears under its name only when it is whole. */
async function writePdf(html: string, out: string, env: NodeJS.ProcessEnv): Promise<void> {
  const beside = join(dirname(out), `.${basename(out)}.${randomUUID()}`);
  try {
    await printWithElectron(html, beside, env);
    await rename(beside, out);
  } finally {
    await rm(beside, { force: true });
  }
}
