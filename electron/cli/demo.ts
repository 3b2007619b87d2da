import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { demoEnvironments } from '../../shared/contract/demo.ts';
import { demoAnswers } from '../demo/answers.ts';
import { openDemo } from '../demo/open-demo.ts';
import { defaultDataFolder } from '../engine/data-folder.ts';
import type { CliIo } from './cli-io.ts';
import { cliLanguage, cliTranslator } from './language.ts';
import { runRehearsal } from './rehearse.ts';
import { writeReport } from './report.ts';

/**
 * `demo [--data DIR]`: the demo release without a screen. Opens its hosts, runs the whole checklist against them and
 * writes the PDF report into the run's folder. The demo's hosts are gone afterwards, the run stays.
 */
export async function demo(args: readonly string[], io: CliIo): Promise<number> {
  const t = cliTranslator(io.env);
  const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } });
  const language = cliLanguage(io.env);
  io.stderr(`${t('demo:opening')}\n`);
  const opened = await openDemo({ folder: tmpdir(), language });
  const ignoreSignals = closeOnSignal(opened.close);
  let folder = '';
  let code: number;
  try {
    const answersFile = join(dirname(opened.checklist), 'answers.yaml');
    await writeFile(answersFile, demoAnswers(language));
    const data = resolve(io.cwd, values.data ?? defaultDataFolder(io.env));
    code = await runRehearsal(
      { file: opened.checklist, environment: demoEnvironments.alone, answers: answersFile, json: false },
      { home: opened.home, data },
      // On stdout it says the run's folder and nothing else.
      {
        ...io,
        stdout: (text) => {
          folder += text;
        },
      },
    );
  } finally {
    ignoreSignals();
    await opened.close();
  }
  folder = folder.trim();
  if (folder === '') return code;
  io.stdout(`${t('demo:runFolder', { folder })}\n`);
  io.stderr(`${t('demo:printing')}\n`);
  const pdf = join(folder, 'report.pdf');
  await writeReport(folder, pdf, 'pdf', io.env);
  io.stdout(`${t('demo:reportFile', { file: pdf })}\n`);
  return code;
}

/** Ctrl-C must leave no server and no folder behind either. */
function closeOnSignal(close: () => Promise<void>): () => void {
  const end = (signal: NodeJS.Signals): void => {
    void close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  return () => {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  };
}
