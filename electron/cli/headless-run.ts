import { userInfo } from 'node:os';
import { basename } from 'node:path';
import type { Plan } from '../../shared/checklist/plan.ts';
import type { JournalRecord } from '../../shared/contract/events.ts';
import { canonicalJson } from '../../shared/journal/canonical.ts';
import type { HeadlessAnswers } from '../../shared/run/autopilot.ts';
import { createHosts } from '../engine/hosts/index.ts';
import type { OpenRun, RunSurroundings } from '../engine/open-run.ts';
import type { Hosts, SecretStore } from '../engine/ports.ts';
import { createSecretStore } from '../engine/secrets.ts';
import { systemClock } from '../engine/system-clock.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { driveRun, type HeadlessEnd } from './drive-run.ts';
import { createHeadlessPrompter } from './headless-prompter.ts';
import { cliTranslator } from './language.ts';
import { tellRecord } from './progress.ts';

/** Where a headless run finds its home and keeps its runs. */
export interface HeadlessPlace {
  /** `~`: where `.ssh` is looked for. */
  readonly home: string;
  readonly data: string;
}

/** Everything a run without a screen needs, its hosts excepted. */
export function headlessSurroundings(place: HeadlessPlace, io: CliIo): Omit<RunSurroundings, 'hosts'> {
  return {
    data: place.data,
    secrets: createSecretStore(),
    prompter: createHeadlessPrompter(io.env, process.stdin.isTTY ? process.stdin : null),
    clock: systemClock,
    person: userInfo().username,
    tap: () => {},
    progress: () => {},
  };
}

/** The hosts of a plan, nothing connected yet. */
export function headlessHosts(
  plan: Plan,
  place: HeadlessPlace,
  io: CliIo,
  around: { readonly secrets: SecretStore; readonly prompter: RunSurroundings['prompter'] },
): Hosts {
  return createHosts({
    hosts: plan.hosts,
    home: place.home,
    data: place.data,
    env: io.env,
    prompter: around.prompter,
    secrets: around.secrets,
    clock: systemClock,
  });
}

/**
 * Drives an open run as far as it goes and closes it. With `json` every record is one line on stdout; otherwise
 * stdout carries the run's folder and nothing else. Words for people go to stderr.
 */
export async function driveAndReport(
  run: OpenRun,
  answers: HeadlessAnswers,
  io: CliIo,
  options: { readonly json: boolean; readonly earlier: readonly JournalRecord[] },
): Promise<number> {
  const t = cliTranslator(io.env);
  const show = (record: JournalRecord): void => {
    if (options.json) io.stdout(`${canonicalJson(record)}\n`);
    else tellRecord(record, run.controller.state.plan, t, io);
  };
  for (const record of options.earlier) show(record);
  const end = await driveRun(run, answers, systemClock, show);
  // The closing record belongs to the stream as well.
  const unsubscribe = run.controller.subscribe(show);
  await run.close(end.type === 'ended' ? 'ended' : 'stopped');
  unsubscribe();
  if (end.type !== 'ended') io.stderr(`${whyStopped(end, t)}\n`);
  (options.json ? io.stderr : io.stdout)(`${run.folder}\n`);
  if (end.type !== 'ended')
    io.stderr(`${t(wantsLock(end) ? 'cli:lock-hint' : 'cli:resume-hint', { run: basename(run.folder) })}\n`);
  return exitCodeOf(end);
}

function exitCodeOf(end: HeadlessEnd): number {
  if (end.type === 'ended') return exitCodes.ok;
  if (wantsLock(end)) return exitCodes.needsPerson;
  return end.type === 'stopped' && end.why === 'needs-person' ? exitCodes.needsPerson : exitCodes.stopped;
}

/** Without a window there is no lock, so hot phases that were to be worked locked are left to the app. */
function wantsLock(end: HeadlessEnd): boolean {
  return end.type === 'refused' && end.code === 'lockdown-to-come';
}

function whyStopped(end: Exclude<HeadlessEnd, { type: 'ended' }>, t: ReturnType<typeof cliTranslator>): string {
  if (end.type === 'refused') {
    const params =
      'code' in end.params ? { ...end.params, why: t(`errors:${end.params['code']}`, end.params) } : end.params;
    return t('cli:refused', { intent: end.intent.type, reason: t(`refusals:${end.code}`, params) });
  }
  return t(`cli:stopped-${end.why}`, { step: end.step, target: end.target });
}
