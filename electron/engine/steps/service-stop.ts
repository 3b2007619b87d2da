import type { Exit } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { ProcessRef } from '../../../shared/steps/actions/process.ts';
import { onlyChoice, pidOfChoice, type ServiceResult } from '../../../shared/steps/actions/service.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import { refOf } from '../../../shared/steps/process-identity.ts';
import { noteOf } from '../../../shared/steps/service-note.ts';
import { type CommandEnd, runCommand } from './command.ts';
import type { Look } from './process-watch.ts';
import { judgeGone, type Meant, watchGone } from './service-gone.ts';
import {
  check,
  fateWords,
  noted,
  pidWords,
  say,
  sensedRefs,
  serviceResult,
  type Work,
  without,
} from './service-sense.ts';
import { type Outcome, outcome, type StepContext } from './step-runner.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** Sends the stop, waits until the process is gone, and until it has stayed away. */
export async function stopService(work: Work, stop: CommandAction): Promise<Outcome> {
  const { context, action } = work;
  const first = await firstLook(work);
  if ('verdict' in first) return first;
  if (!first.sensed.known || !first.sensed.present) return nothingThere(work, first);
  const meant = meantOf(work, first);
  if ('verdict' in meant) return meant;
  say(context, `before: ${pidWords(meant.targets)}`);
  const unnoted = await noted(context, noteOf('stop', meant.targets, null));
  if (unnoted !== null) return unnoted;
  const sending = send(context, stop);
  const watched = await watchGone(work, meant, action.withinMs, () => sending.cut());
  const ended = await sending.ended;
  const cut = sending.cut();
  const before = serviceResult({ before: [...meant.targets] });
  if (cut !== null) return { ...cut, result: before };
  if ('verdict' in watched) return { ...watched, result: before };
  return judgeGone(work, meant, watched, sentOf(ended, watched.left.length === 0));
}

/** The look before anything is sent; the attempt's end when nothing could be told, for then nothing may be sent. */
export async function firstLook({ watch }: Work, log: string | null = null): Promise<Look | Outcome> {
  const look = await watch.look({ owners: true, log });
  if (!('sight' in look)) return outcome('failed', { effect: 'none', failure: look.failure });
  const blind = watch.blindness(look);
  return blind === null ? look : outcome('failed', { effect: 'none', failure: blind });
}

/** Nothing matched: it may be gone already, or the wrong thing was looked for. Only what was seen before tells. */
function nothingThere({ context, action }: Work, look: Look): Outcome {
  const earlier = earlierResult(context)?.before ?? [];
  const managed = action.identity.by === 'systemd' || action.identity.by === 'supervisor';
  const remark = look.sensed.known && look.sensed.remark !== null ? ` (${look.sensed.remark})` : '';
  const found = earlier.length > 0 ? fateWords(look.sight, earlier) : `nothing there before${remark}`;
  const proved = earlier.length > 0 || managed || action.mayBeGone;
  const checks = [check('process', 'gone', found, proved ? true : null)];
  const result = serviceResult({ before: [...earlier] });
  if (proved) return outcome('passed', { effect: 'none', checks, result });
  const problem = failure('service-not-there', { host: context.target });
  return outcome('inconclusive', { effect: 'none', checks, failure: problem, result });
}

/** What the last attempt of this step on this host saw of the service, or null. */
export function earlierResult(context: StepContext): ServiceResult | null {
  const step = context.state().steps.find((one) => one.id === context.step.id);
  const attempts = step?.targets.find((one) => one.target === context.target)?.attempts ?? [];
  for (const { result } of [...attempts].reverse()) {
    if (result?.kind === 'service' && [...result.before, ...result.after, ...result.left].length > 0) return result;
  }
  return null;
}

/** One instance is meant unless the checklist says several; with more, the person says which. */
export function meantOf({ context, action }: Work, look: Look): Meant | Outcome {
  const all = sensedRefs(look);
  const roots = look.sensed.known ? look.sensed.roots.map((one) => refOf(look.sight, one)) : [];
  if (roots.length <= 1 || action.several) return { targets: all, others: [] };
  const chosen = roots.filter((one) => one.pid === pidOfChoice(context.choice));
  if (chosen.length > 0) return { targets: chosen, others: without(all, chosen) };
  return severalThere(context, roots);
}

function severalThere(context: StepContext, roots: readonly ProcessRef[]): Outcome {
  const pids = pidWords(roots);
  return outcome('failed', {
    effect: 'none',
    checks: [check('process', 'one', `${roots.length}: ${pids}`, false)],
    failure: failure('service-several', { host: context.target, count: String(roots.length), pids }),
    offers: roots.slice(0, 5).map(({ pid }) => onlyChoice(pid)),
  });
}

interface Sending {
  readonly ended: Promise<CommandEnd>;
  /** The attempt's end where the sending has failed; null while nothing is known against it. */
  cut(): Outcome | null;
}

function send(context: StepContext, command: CommandAction): Sending {
  const seen: CommandEnd[] = [];
  const ended = runCommand(context, command).then((end) => {
    seen.push(end);
    return end;
  });
  return { ended, cut: () => (seen[0] === undefined ? null : cutOf(context, command, seen[0])) };
}

/** The attempt's end when its command was lost, never sent, or refused by sudo; null when it ran. */
export function cutOf(context: StepContext, command: CommandAction, { end, stopped }: CommandEnd): Outcome | null {
  if (end.type === 'lost') return outcome('unknown', { failure: stopped ?? end.failure });
  if (end.type === 'not-sent') return outcome('failed', { effect: 'none', failure: end.failure });
  const refused = sudoRefusal(command, context.target, end.code, context.output);
  if (refused === null) return null;
  return outcome('failed', { effect: 'none', exit: { code: end.code, signal: end.signal }, failure: refused });
}

/** How the command itself ended. Once the process is gone, a script that failed or hung is worth saying, no more. */
function sentOf({ end, stopped }: CommandEnd, gone: boolean): { exit: Exit | null; checks: readonly CheckResult[] } {
  const exit = end.type === 'exit' ? { code: end.code, signal: end.signal } : null;
  const how = exit === null ? 'no end seen' : exit.code === null ? `signal ${exit.signal ?? '?'}` : String(exit.code);
  const found = stopped === null ? how : `${stopped.code}, ended by us`;
  return {
    exit,
    checks: [check('stop command', gone ? 'any, for the process is gone' : '0', found, gone || found === '0')],
  };
}
