import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { JournalRecord } from '../../shared/contract/events.ts';
import { defaultDataFolder, homeFolder } from '../engine/data-folder.ts';
import { readRecords } from '../engine/journal/read-run.ts';
import { isClosed, openRun } from '../engine/open-run.ts';
import { viewRun } from '../engine/view-run.ts';
import { fitAnswers, readAnswers } from './answers-file.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { driveAndReport, headlessHosts, headlessSurroundings } from './headless-run.ts';
import { cliTranslator } from './language.ts';
import { dataOfRun, findRun } from './run-folder.ts';

/** `resume RUN [--data DIR] [--answers FILE] [--json]`: takes up a run that stopped or whose process died. */
export async function resume(args: readonly string[], io: CliIo): Promise<number> {
  const t = cliTranslator(io.env);
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { data: { type: 'string' }, answers: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [named] = positionals;
  if (named === undefined || positionals.length !== 1) {
    io.stderr(`${t('cli:usage-resume')}\n`);
    return exitCodes.badInput;
  }
  const folder = await findRun(named, resolve(io.cwd, values.data ?? defaultDataFolder(io.env)), io.cwd);
  if (folder === null) {
    io.stderr(`${t('cli:no-such-run', { run: named })}\n`);
    return exitCodes.badInput;
  }
  const state = await viewRun(folder);
  const { plan } = state;
  if (isClosed(state)) {
    io.stderr(`${t('cli:already-ended')}\n`);
    io.stdout(`${folder}\n`);
    return exitCodes.ok;
  }
  if (plan.production) {
    io.stderr(`${t('cli:production-refused', { environment: plan.environment })}\n`);
    return exitCodes.refused;
  }
  const answersPath = values.answers === undefined ? null : resolve(io.cwd, values.answers);
  const answers = answersPath === null ? {} : fitAnswers(await readAnswers(answersPath), plan, answersPath);
  return await takeUp(folder, answers, io, values.json);
}

async function takeUp(
  folder: string,
  answers: Parameters<typeof driveAndReport>[1],
  io: CliIo,
  json: boolean,
): Promise<number> {
  const { data, runId } = dataOfRun(folder);
  const place = { home: homeFolder(io.env), data };
  const around = headlessSurroundings(place, io);
  const before = (await viewRun(folder)).seq;
  const run = await openRun({
    ...around,
    runId,
    pen: null,
    makeHosts: (plan) => headlessHosts(plan, place, io, around),
  });
  if (!run.ok) {
    io.stderr(
      `${cliTranslator(io.env)(`errors:${run.failure.code}`, run.failure.params)} ${run.failure.cause ?? ''}\n`,
    );
    return exitCodes.badInput;
  }
  const earlier: JournalRecord[] = [];
  for await (const record of readRecords(folder)) if (record.seq > before) earlier.push(record);
  return await driveAndReport(run.value, answers, io, { json, earlier });
}
