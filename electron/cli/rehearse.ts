import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { resolvePlan } from '../../shared/checklist/resolve.ts';
import type { JournalRecord } from '../../shared/contract/events.ts';
import { defaultDataFolder, homeFolder } from '../engine/data-folder.ts';
import { readRecords } from '../engine/journal/read-run.ts';
import { loadChecklist } from '../engine/load-checklist.ts';
import { createRun } from '../engine/open-run.ts';
import { fitAnswers, readAnswers } from './answers-file.ts';
import { problemLine } from './check.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { driveAndReport, type HeadlessPlace, headlessHosts, headlessSurroundings } from './headless-run.ts';
import { cliTranslator } from './language.ts';

/** What a rehearsal is asked to do; paths are absolute. */
export interface Rehearsal {
  readonly file: string;
  readonly environment: string;
  readonly answers: string | null;
  readonly json: boolean;
}

/** `rehearse FILE --env NAME [--data DIR] [--answers FILE] [--json]` */
export async function rehearse(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      env: { type: 'string' },
      data: { type: 'string' },
      answers: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length !== 1 || values.env === undefined) {
    io.stderr(`${cliTranslator(io.env)('cli:usage-rehearse')}\n`);
    return exitCodes.badInput;
  }
  const place = { home: homeFolder(io.env), data: resolve(io.cwd, values.data ?? defaultDataFolder(io.env)) };
  const answers = values.answers === undefined ? null : resolve(io.cwd, values.answers);
  return await runRehearsal(
    { file: resolve(io.cwd, file), environment: values.env, answers, json: values.json },
    place,
    io,
  );
}

/** Runs a checklist headless from the beginning; the exit code says how far it came. */
export async function runRehearsal(rehearsal: Rehearsal, place: HeadlessPlace, io: CliIo): Promise<number> {
  const t = cliTranslator(io.env);
  const loaded = await loadChecklist(rehearsal.file, rehearsal.environment);
  for (const problem of loaded.problems) io.stderr(`${problemLine(problem, t)}\n`);
  if (loaded.checklist === null || loaded.problems.some((problem) => problem.severity === 'error')) {
    return exitCodes.badInput;
  }
  const plan = resolvePlan(loaded.checklist, rehearsal.environment);
  if (plan.production) {
    io.stderr(`${t('cli:production-refused', { environment: plan.environment })}\n`);
    return exitCodes.refused;
  }
  const around = headlessSurroundings(place, io);
  const answers =
    rehearsal.answers === null ? {} : fitAnswers(await readAnswers(rehearsal.answers), plan, rehearsal.answers);
  const hosts = headlessHosts(plan, place, io, around);
  const run = await createRun({
    ...around,
    hosts,
    plan,
    files: loaded.files,
    source: rehearsal.file,
    mode: 'headless',
    earlier: [],
  });
  if (!run.ok) {
    io.stderr(`${t(`errors:${run.failure.code}`, run.failure.params)} ${run.failure.cause ?? ''}\n`);
    return exitCodes.badInput;
  }
  const earlier: JournalRecord[] = [];
  for await (const record of readRecords(run.value.folder)) earlier.push(record);
  return await driveAndReport(run.value, answers, io, { json: rehearsal.json, earlier });
}
