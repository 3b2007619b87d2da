import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Language } from '../../shared/contract/ipc/settings.ts';
import { type ReportFormat, reportFormats } from '../../shared/contract/report-formats.ts';
import { defaultDataFolder } from '../engine/data-folder.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { PrintError, printWithElectron } from '../report/print-with-electron.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { cliLanguage, cliTranslator } from './language.ts';
import { findRunOrCopy } from './run-folder.ts';

/** `report RUN [--data DIR] --out X.pdf/.html/.json/.csv/.md`: 0 written, 2 bad input. */
export async function report(args: readonly string[], io: CliIo): Promise<number> {
  const t = cliTranslator(io.env);
  const refuse = (key: string, params: Readonly<Record<string, string>> = {}): number => {
    io.stderr(`${t(`report:${key}`, params)}\n`);
    return exitCodes.badInput;
  };
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: 'string' }, data: { type: 'string' } },
  });
  const [named] = positionals;
  if (named === undefined || positionals.length !== 1 || values.out === undefined) return refuse('usage');
  const out = resolve(io.cwd, values.out);
  const ending = extname(out).toLowerCase();
  const format = reportFormats.find((one) => `.${one}` === ending);
  if (format === undefined) return refuse('formatUnknown', { out: values.out });
  if (!(await stat(dirname(out)).catch(() => null))?.isDirectory()) return refuse('noFolder', { folder: dirname(out) });
  const folder = await findRunOrCopy(named, resolve(io.cwd, values.data ?? defaultDataFolder(io.env)), io.cwd);
  if (folder === null) return refuse('noSuchRun', { run: named });
  try {
    await writeReport(folder, out, format, io.env);
  } catch (error) {
    if (error instanceof JournalError) return refuse('unreadable', { cause: error.message });
    if (error instanceof PrintError) return refuse(error.code, { cause: error.message });
    throw error;
  }
  io.stdout(`${out}\n`);
  return exitCodes.ok;
}

/**
 * Writes a run's report in the language of the environment's locale; it appears under its name only when it is whole.
 * Throws JournalError and PrintError.
 */
export async function writeReport(
  folder: string,
  out: string,
  format: ReportFormat,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const made = textOf(folder, format, cliLanguage(env));
  const beside = join(dirname(out), `.${basename(out)}.${randomUUID()}`);
  try {
    if (format === 'pdf') await printWithElectron(made, beside, env);
    else await writeFile(beside, await made, { flag: 'wx', flush: true });
    await rename(beside, out);
  } finally {
    await rm(beside, { force: true });
  }
}

/** Loaded when called: Electron starts before what reads the journal is there. */
async function textOf(folder: string, format: ReportFormat, language: Language): Promise<string> {
  const { renderReport, reportText } = await import('../report/render.ts');
  return reportText(await renderReport(folder, { language }), format);
}
