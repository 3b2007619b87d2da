import type { Exit } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { ProcessRef } from '../../../shared/steps/actions/process.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import type { Look } from './process-watch.ts';
import {
  alive,
  check,
  fateWords,
  listenerWords,
  listens,
  lookEveryMs,
  lookOn,
  parentWords,
  pause,
  pidWords,
  say,
  sensedRefs,
  serviceResult,
  type Work,
  without,
} from './service-sense.ts';
import { type Outcome, outcome } from './step-runner.ts';

/** What is meant to go, and what stands beside it and is none of our business. */
export interface Meant {
  readonly targets: readonly ProcessRef[];
  readonly others: readonly ProcessRef[];
}

/** What was seen until it was gone and had stayed away, or until time was up. */
export interface Watched {
  readonly look: Look;
  /** Still alive of what was to go. */
  readonly left: readonly ProcessRef[];
  /** The port is still listened on. */
  readonly portHeld: boolean;
  /** What turned up after it was gone, and stayed. */
  readonly back: readonly ProcessRef[];
  /** Until it was gone, or until we gave up. */
  readonly ms: number;
  readonly cancelled: boolean;
}

/**
 * Looks until everything that is meant is gone, and then on until it has stayed away.
 * @param interrupted gives the attempt's end when there is no sense in looking on.
 */
export async function watchGone(
  work: Work,
  meant: Meant,
  withinMs: number,
  interrupted: () => Outcome | null,
): Promise<Watched | Outcome> {
  const { context, action } = work;
  const began = context.clock.mono();
  let last = '';
  for (;;) {
    const look = await lookOn(work, null, began + withinMs, interrupted);
    if ('verdict' in look) return look;
    const ms = Math.round(context.clock.mono() - began);
    const fate = fateWords(look.sight, meant.targets);
    if (fate !== last) say(context, fate);
    last = fate;
    const left = alive(look.sight, meant.targets);
    const held = portHeld(work, meant, look);
    const seen = { look, left, portHeld: held, back: [], ms, cancelled: context.cancelled.aborted };
    if (left.length === 0 && !held) return await watchAway(work, meant, seen);
    if (seen.cancelled || ms >= withinMs) return seen;
    context.progress(
      Math.floor(ms / 1000),
      Math.round(withinMs / 1000),
      `pid ${left.map(({ pid }) => pid).join(', ')}`,
    );
    await pause(context, Math.min(lookEveryMs(action), Math.max(250, withinMs - ms)));
  }
}

/** A port counts as held by what others beside the target hold too, unless that was told apart. */
function portHeld({ action }: Work, { targets, others }: Meant, look: Look): boolean {
  const unseen = targets.length === 0 && look.sensed.known && look.sensed.present;
  return unseen || (others.length === 0 && listens(look, action.ready.port));
}

/** Something that restarts it shows within a moment; what only passes by (another's stop script) does not stay. */
async function watchAway(work: Work, { targets, others }: Meant, gone: Watched): Promise<Watched | Outcome> {
  const { context, action } = work;
  const known = [...targets, ...others];
  let { look } = gone;
  let quietSince = context.clock.mono();
  const deadline = quietSince + action.settleMs * 3;
  for (;;) {
    const now = context.clock.mono();
    const back = without(sensedRefs(look), known);
    if (back.length > 0) say(context, `came back: ${pidWords(back)}`);
    const quiet = now - quietSince;
    if (back.length === 0 && quiet >= action.settleMs) return { ...gone, look, back };
    if (back.length > 0 && (quiet >= action.settleMs || now >= deadline)) return { ...gone, look, back };
    if (context.cancelled.aborted) return { ...gone, look, back, cancelled: back.length > 0 };
    await pause(context, Math.min(lookEveryMs(action), Math.max(250, action.settleMs - quiet)));
    const next = await lookOn(work, null, deadline, () => null);
    if ('verdict' in next) return next;
    if (back.length > 0 && without(sensedRefs(next), known).length === 0) quietSince = context.clock.mono();
    look = next;
  }
}

/** Judges what was seen. `before` are checks of the sending itself. */
export function judgeGone(
  { context, action }: Work,
  { targets, others }: Meant,
  { look, left, portHeld: held, back, ms, cancelled }: Watched,
  sent: { readonly exit: Exit | null; readonly checks: readonly CheckResult[] },
): Outcome {
  const isGone = left.length === 0 && !held;
  const stays = back.length === 0;
  const fate = `${fateWords(look.sight, targets)} (${(ms / 1000).toFixed(1)} s)`;
  const checks = [...sent.checks, check('process', 'gone', fate, isGone)];
  if (others.length > 0) checks.push(check('others', 'left alone', fateWords(look.sight, others), true));
  if (action.ready.port !== null && others.length === 0) {
    checks.push(
      check('port', `${action.ready.port} free`, held ? listenerWords(look, action.ready.port) : 'free', !held),
    );
  }
  if (isGone) {
    checks.push(
      check('settled', `stays away for ${action.settleMs / 1000} s`, stays ? 'stayed away' : pidWords(back), stays),
    );
  }
  const params = { host: context.target, seconds: String(Math.round(ms / 1000)) };
  const base = {
    exit: sent.exit,
    checks,
    effect: isGone && stays ? 'full' : 'partial',
    result: serviceResult({ before: [...targets], left: [...left], after: [...back], stopMs: isGone ? ms : null }),
  } as const;
  const offers = left.length > 0 ? ['kill', 'kill-9'] : [];
  if (cancelled && !(isGone && stays)) return outcome('failed', { ...base, failure: failure('cancelled'), offers });
  if (left.length > 0) {
    const problem = failure('service-still-there', { ...params, pids: pidWords(left) });
    return outcome('failed', { ...base, failure: problem, offers });
  }
  if (held) {
    const port = action.ready.port ?? (action.identity.by === 'port' ? action.identity.port : 0);
    const problem = failure('service-port-open', { ...params, port: String(port), pids: listenerWords(look, port) });
    return outcome('failed', { ...base, failure: problem });
  }
  if (!stays) {
    const parent = back[0] === undefined ? '?' : parentWords(look.sight, back[0]);
    const problem = failure('service-came-back', { ...params, pids: pidWords(back), parent });
    return outcome('failed', { ...base, failure: problem });
  }
  return outcome('passed', base);
}
