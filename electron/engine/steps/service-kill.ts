import { failure } from '../../../shared/contract/failure.ts';
import type { ProcessRef } from '../../../shared/steps/actions/process.ts';
import { type ServiceSignal, serviceSignals } from '../../../shared/steps/actions/service.ts';
import { sameProcess } from '../../../shared/steps/process-identity.ts';
import { signalProcessesScript } from '../../../shared/steps/process-look.ts';
import { ticksPerSecond } from '../../../shared/steps/process-sight.ts';
import { noteOf } from '../../../shared/steps/service-note.ts';
import { runQuietly } from './process-watch.ts';
import { judgeGone, type Meant, watchGone } from './service-gone.ts';
import {
  alive,
  check,
  lostSight,
  noted,
  pidWords,
  say,
  sensedRefs,
  serviceResult,
  type Work,
  without,
} from './service-sense.ts';
import { earlierResult, firstLook } from './service-stop.ts';
import { type Outcome, outcome } from './step-runner.ts';

/** After a signal a process is gone at once or hangs for good; what a stop may take is no measure. */
const afterSignalMs = 30_000;

/**
 * Signals what the attempt before left, and nothing else: each process must still be the one that was seen then (pid,
 * start time, boot) and still be what the checklist means, now and once more on the host in the moment of the signal.
 */
export async function signalService(work: Work, choice: ServiceSignal, sudo: string | null): Promise<Outcome> {
  const { context, action } = work;
  const look = await firstLook(work);
  if ('verdict' in look) return { ...look, offers: look.failure === null ? [] : ['kill', 'kill-9'] };
  const offered = leftBefore(work);
  const now = sensedRefs(look);
  const targets = alive(look.sight, offered).filter((ref) => now.some((one) => sameProcess(one, ref)));
  const meant: Meant = { targets: offered, others: thereBefore(without(now, offered), offered) };
  const name = serviceSignals[choice];
  if (targets.length > 0) {
    say(context, `${name} to ${pidWords(targets)}`);
    const unnoted = await noted(context, noteOf(choice, targets, null));
    if (unnoted !== null) return { ...unnoted, offers: ['kill', 'kill-9'] };
    const sent = await runQuietly(context, signalProcessesScript(targets, name), sudo);
    if ('failure' in sent)
      return sent.lost ? lostSight(sent) : outcome('failed', { effect: 'none', failure: sent.failure });
    const said = sent.stdout.toString('utf8').trim().split('\n').join('; ');
    say(context, said);
    const refused = targets.filter(({ pid }) => said.includes(`refused ${pid}`));
    if (refused.length > 0) {
      return outcome('failed', {
        effect: refused.length === targets.length ? 'none' : 'partial',
        checks: [check('signal', `${name} taken`, said, false)],
        failure: failure('service-signal-refused', { host: context.target, pids: pidWords(refused) }),
        result: serviceResult({ before: [...offered], left: [...refused] }),
        offers: ['kill', 'kill-9'],
      });
    }
  }
  const watched = await watchGone(work, meant, Math.min(action.withinMs, afterSignalMs), () => null);
  if ('verdict' in watched) return { ...watched, result: serviceResult({ before: [...offered] }) };
  const signalled = targets.length === 0 ? 'nothing was left to signal' : pidWords(targets);
  const checks = [check('signal', `${name} to what was left`, signalled, true)];
  const ended = judgeGone(work, meant, watched, { exit: null, checks });
  return action.does.type === 'stop' || ended.verdict !== 'passed' ? ended : cleared(work, ended);
}

/** Of a start, what was left is gone, but nothing was started. */
function cleared({ context }: Work, ended: Outcome): Outcome {
  return { ...ended, verdict: 'failed', effect: 'none', failure: failure('service-cleared', { host: context.target }) };
}

/** Other instances that were there when the person decided; what began only afterwards came back in the target's place. */
function thereBefore(others: readonly ProcessRef[], offered: readonly ProcessRef[]): readonly ProcessRef[] {
  const seenAt = Math.max(...offered.map(({ start, ageMs }) => start + (ageMs * ticksPerSecond) / 1_000));
  return others.filter(({ start }) => start <= seenAt);
}

/** What the attempt that made the offer saw at its end. */
function leftBefore({ context }: Work): readonly ProcessRef[] {
  const earlier = earlierResult(context);
  return earlier === null ? [] : [...earlier.left, ...earlier.after];
}
