import { readFile } from 'node:fs/promises';
import { actionFor } from '../../../shared/checklist/plan-lookup.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { type Baseline, emptyBaseline, parseBaseline } from '../../../shared/logs/baseline.ts';
import { writeWatchProgress } from '../../../shared/logs/watch-progress.ts';
import { type AttemptState, lastAttempt } from '../../../shared/run/state.ts';
import { LOG_RESTARTS, type LogAction, type LogPosition, type LogWatch } from '../../../shared/steps/actions/log.ts';
import type { Action } from '../../../shared/steps/actions.ts';
import { readServiceNote } from '../../../shared/steps/service-note.ts';
import { type FollowEnd, type Following, followFiles } from './log-follow.ts';
import type { FollowFrom } from './log-follow-script.ts';
import { checksOf, findingsOf, resultOf } from './log-judge.ts';
import { LogWatcher } from './log-watch.ts';
import { type Outcome, outcome, type Sending, type StepContext, type StepEngine } from './step-runner.ts';

/** How often it looks at the clock, and tells the screens. */
const TICK_MS = 250;
/** Lines a second are counted over this time. */
const RATE_MS = 1_000;
/** So long after its time a watch goes on reading what was there in time. */
const CATCH_UP_MS = 10 * 60_000;

function sending(action: LogAction, { target }: { readonly target: string }): Sending {
  const command = `${action.watch === null ? 'mark' : 'follow'} ${action.files.join(' ')}`;
  return { hosts: [target], secrets: [], sudo: action.sudo, command, wire: null, recorded: true };
}

/** Follows log files for a time, and tells what is new in them. */
async function run(context: StepContext, action: LogAction): Promise<Outcome> {
  const { watch } = action;
  const baseline = await readBaseline(context, watch);
  if ('code' in baseline) return outcome('failed', { effect: 'none', failure: baseline });
  const begin = placesFor(context, action);
  if ('code' in begin) return outcome('failed', { effect: 'none', failure: begin });
  const seen = new LogWatcher(action, baseline, context);
  const following = followFiles(context, action, begin.from, begin.earlier, seen);
  const end = await watchUntilEnd(context, watch, seen, following);
  seen.end();
  await seen.ready();
  return judged(action, seen, following, end);
}

/** What is known, from the file that was frozen with the run. */
async function readBaseline(context: StepContext, watch: LogWatch | null): Promise<Baseline | Failure> {
  const wanted = watch?.baseline ?? null;
  if (wanted === null) return emptyBaseline;
  const file = await context.frozen(wanted.path);
  if (file === null) {
    return wanted.required ? failure('log-baseline-missing', { file: wanted.path }) : emptyBaseline;
  }
  try {
    const { baseline, problems } = parseBaseline(await readFile(file.absolute, 'utf8'), wanted.path);
    if (baseline !== null) return baseline;
    const [first] = problems;
    const where = first === undefined ? '' : `${first.line}:${first.column}`;
    return failure('log-baseline-invalid', { file: wanted.path, where }, first?.code ?? null);
  } catch (error) {
    return failure('log-baseline-missing', { file: wanted.path }, error);
  }
}

interface Begin {
  readonly from: readonly FollowFrom[];
  readonly earlier: readonly (LogPosition | null)[];
}

/** Where each file is read from. */
function placesFor(context: StepContext, { files, watch }: LogAction): Begin | Failure {
  const from = watch?.from ?? { type: 'now' };
  if (from.type !== 'step') return { from: files.map(() => from), earlier: [] };
  const noted = notedBy(context, from.step);
  // A file that was not there at the mark is new since then: all of it counts.
  if (noted !== null && files.every((path) => noted.has(path))) {
    return {
      from: files.map(() => ({ type: 'start-of-file' })),
      earlier: files.map((path) => noted.get(path) ?? null),
    };
  }
  const missing = noted === null ? files : files.filter((path) => !noted.has(path));
  return failure('log-mark-missing', { step: from.step, files: missing.join(', '), host: context.target });
}

/** The places that a step's last attempt noted on this host, by path; a batch's part has the id as written as base. */
function notedBy(context: StepContext, id: string): Places | null {
  const { plan, steps } = context.state();
  const found = plan.steps.flatMap((step, index) => {
    if (step.id !== id && step.base !== id) return [];
    const target = steps[index]?.targets.find((one) => one.target === context.target);
    const attempt = target === undefined ? null : lastAttempt(target);
    const places = attempt === null ? null : placesIn(attempt, actionFor(step, context.target));
    return places === null ? [] : [places];
  });
  return found.at(-1) ?? null;
}

type Places = ReadonlyMap<string, LogPosition | null>;

/** A watch says where it ended; a service notes where its log ended before it did anything. */
function placesIn(attempt: AttemptState, action: Action): Places | null {
  if (attempt.result?.kind === 'log') {
    return new Map(attempt.result.files.map(({ path, position }) => [path, position]));
  }
  if (action.kind !== 'service' || action.ready.log === null) return null;
  const noted = attempt.notes
    .map(({ text }) => readServiceNote(text))
    .find((note) => note !== null && note.log !== null);
  if (noted === undefined || noted === null || noted.log === null) return null;
  const { inode, from } = noted.log;
  const position = inode === null ? null : { inode, offset: from, checked: 0, sha256: nothing };
  return new Map([[action.ready.log.path, position]]);
}

/** The SHA-256 of no bytes. */
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

type WatchEnd = FollowEnd | { readonly type: 'cancelled' } | { readonly type: 'unwritable'; readonly error: unknown };

async function watchUntilEnd(
  context: StepContext,
  watch: LogWatch | null,
  seen: LogWatcher,
  following: Following,
): Promise<WatchEnd> {
  const forMs = watch?.forMs ?? 0;
  const began = context.clock.mono();
  const startedAt = context.clock.now().toISOString();
  let early: FollowEnd | null = null;
  void following.ended.then((end) => {
    early = end;
  });
  let restartsElsewhere = 0;
  const tell = teller(context, seen, forMs);
  while (early === null) {
    if (context.cancelled.aborted || seen.problem !== null || isOver(seen, forMs, began)) break;
    const elsewhere = restartsSince(context, startedAt);
    if (elsewhere > restartsElsewhere) seen.restarted();
    restartsElsewhere = elsewhere;
    tell();
    await Promise.race([context.clock.sleep(TICK_MS, context.cancelled).catch(() => undefined), following.ended]);
  }
  if (early !== null) return early;
  following.stop();
  await following.ended;
  if (seen.problem !== null) return { type: 'unwritable', error: seen.problem };
  return context.cancelled.aborted ? { type: 'cancelled' } : { type: 'stopped' };
}

/** The time is over, and everything written in it has been read. */
function isOver(seen: LogWatcher, forMs: number, began: number): boolean {
  if (seen.restarts > LOG_RESTARTS) return true;
  const { since, caughtUpAt } = seen;
  if (since !== null && caughtUpAt !== null && caughtUpAt >= since + forMs) return true;
  const late = seen.isAway ? 0 : seen.lateMs(began, forMs);
  if (late < CATCH_UP_MS) return false;
  for (const file of seen.present) seen.addGap(file, 'too-fast');
  return true;
}

/** Attempts that other steps made at a service on this host since a time: each may have restarted it. */
function restartsSince(context: StepContext, since: string): number {
  const { plan, steps } = context.state();
  let count = 0;
  for (const [index, step] of plan.steps.entries()) {
    if (step.kind !== 'service') continue;
    const target = steps[index]?.targets.find((one) => one.target === context.target);
    count += target?.attempts.filter((one) => one.purpose === 'step' && one.startedAt > since).length ?? 0;
  }
  return count;
}

/** Tells the screens how far it is, and how fast the log is growing. */
function teller(context: StepContext, seen: LogWatcher, forMs: number): () => void {
  let [before, at, rate] = [0, context.clock.mono(), 0];
  return () => {
    const brief = seen.inBrief();
    const passed = context.clock.mono() - at;
    if (passed >= RATE_MS) {
      rate = Math.round(((brief.lines - before) * 1_000) / passed);
      [before, at] = [brief.lines, at + passed];
    }
    context.progress(Math.min(seen.watchedMs(), forMs), forMs, writeWatchProgress({ ...brief, rate }));
  };
}

function judged(action: LogAction, seen: LogWatcher, following: Following, end: WatchEnd): Outcome {
  const { watch } = action;
  const given = { effect: 'none' as const, result: resultOf(action, seen, following.positions()) };
  const findings = findingsOf(seen);
  if (end.type === 'cancelled') return outcome('failed', { ...given, findings, failure: failure('cancelled') });
  if (end.type === 'refused') return outcome('failed', { ...given, failure: end.failure });
  if (end.type === 'unwritable') {
    return outcome('failed', { ...given, findings, failure: failure('recording-unwritable', {}, end.error) });
  }
  if (end.type === 'lost') return outcome('unknown', { ...given, findings, failure: end.failure });
  if (watch === null) return marked(action, seen, given);
  const checks = checksOf(action, watch, seen);
  return { ...outcome(verdictOf(checks, findings.length), given), checks, findings };
}

function verdictOf(checks: Outcome['checks'], findings: number): Outcome['verdict'] {
  if (checks.some((check) => check.holds === false)) return 'failed';
  return findings > 0 || checks.some((check) => check.holds === null) ? 'inconclusive' : 'passed';
}

/** A file that is not there yet is no fault: the service that writes it may not have been started. */
function marked(action: LogAction, seen: LogWatcher, given: Partial<Outcome>): Outcome {
  const checks = action.files.map((path, file) => ({
    subject: 'file',
    expected: `the end of ${path}`.slice(0, 2_000),
    found: seen.present.has(file) ? 'noted' : 'not there yet: all of it will count',
    holds: true,
  }));
  return outcome('passed', { ...given, checks });
}

/** `log:` follows log files. */
export const logEngine: StepEngine<LogAction> = { sending, run };
