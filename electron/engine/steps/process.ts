import { failure } from '../../../shared/contract/failure.ts';
import type { AttemptState } from '../../../shared/run/state.ts';
import type { ProcessAction, ProcessRef, Readiness } from '../../../shared/steps/actions/process.ts';
import { compares, comparisonWords } from '../../../shared/steps/evaluate.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import { refOf, sameProcess } from '../../../shared/steps/process-identity.ts';
import { readServiceNote, type ServiceNote } from '../../../shared/steps/service-note.ts';
import { type Look, ProcessWatch } from './process-watch.ts';
import { ReadyWatch } from './service-ready.ts';
import { check, pidWords, say, sensedRefs } from './service-sense.ts';
import { type Outcome, outcome, type StepContext, type StepEngine } from './step-runner.ts';

/** The engine's door of `process`: one look, nothing else. */
export const processEngine: StepEngine<ProcessAction> = {
  sending: (action, { target }) => ({
    hosts: [target],
    secrets: [],
    sudo: action.sudo,
    command: null,
    wire: null,
    recorded: true,
  }),
  run: runProcess,
};

/** What an action asks beside the process itself. */
const nothingElse: Readiness = { log: null, port: null, http: null };

async function runProcess(context: StepContext, action: ProcessAction): Promise<Outcome> {
  const { want } = action;
  const ready = want.type === 'started' ? want.ready : nothingElse;
  const watch = new ProcessWatch(context, action.identity, ready.port === null ? [] : [ready.port], action.sudo);
  const note = want.type === 'started' ? unknownNote(context) : null;
  const readiness = ReadyWatch.fromMark(context, ready, note?.log ?? null);
  const look = await watch.look({ owners: true, log: readiness.place });
  if (!('sight' in look)) return outcome(look.lost ? 'unknown' : 'failed', { effect: 'none', failure: look.failure });
  const blind = watch.blindness(look);
  if (blind !== null) return outcome('inconclusive', { effect: 'none', failure: blind });
  const processes = sensedRefs(look);
  say(context, processes.length === 0 ? 'nothing there' : `there: ${pidWords(processes)}`);
  await readiness.take(look);
  const judged = judge(context, action, look, { note, readiness });
  const instances = look.sensed.known ? look.sensed.roots.length : 0;
  return { ...judged, effect: 'none', result: { kind: 'process', processes: [...processes], instances } };
}

interface Lost {
  readonly note: ServiceNote | null;
  readonly readiness: ReadyWatch;
}

function judge(context: StepContext, { want }: ProcessAction, look: Look, lost: Lost): Outcome {
  const { sensed } = look;
  if (!sensed.known) return outcome('inconclusive');
  const there = pidWords(sensedRefs(look));
  const found = `${sensed.present ? there : 'none'}${sensed.remark === null ? '' : ` (${sensed.remark})`}`;
  switch (want.type) {
    case 'present':
      return decided([check('process', 'present', found, sensed.present)]);
    case 'absent':
      return decided([check('process', 'absent', found, !sensed.present)]);
    case 'count': {
      // A port shows that somebody is there, not how many, to an account that may not see whose it is.
      const counted = sensed.remark === 'owner-hidden' ? null : compares(sensed.roots.length, want.compare);
      return decided([check('count', comparisonWords(want.compare), `${sensed.roots.length}: ${found}`, counted)]);
    }
    case 'same-as':
      return judgeSame(context, want.step, look);
    case 'started':
      return judgeStarted(look, lost);
  }
}

function decided(checks: readonly CheckResult[]): Outcome {
  if (checks.some(({ holds }) => holds === false)) return outcome('failed', { checks });
  return outcome(checks.some(({ holds }) => holds === null) ? 'inconclusive' : 'passed', { checks });
}

/** The same roots, by pid, start time and boot, as the last attempt of the other step on this host saw. */
function judgeSame(context: StepContext, step: string, look: Look): Outcome {
  const host = context.target;
  const before = seenBy(context, step);
  if (before === null || before.length === 0) {
    return outcome('inconclusive', { failure: failure('service-never-seen', { step, host }) });
  }
  const now = look.sensed.known ? look.sensed.roots.map((root) => refOf(look.sight, root)) : [];
  const same = now.length > 0 && now.every((ref) => before.some((one) => sameProcess(one, ref)));
  const checks = [
    check('process', `as ${step} saw it: ${pidWords(before)}`, now.length === 0 ? 'none' : pidWords(now), same),
  ];
  if (same || now.length === 0) return decided(checks);
  return outcome('failed', { checks, failure: failure('service-not-the-same', { step, host, pids: pidWords(now) }) });
}

/** What the newest attempt of a step on this host saw; of a batched step its part that this host belongs to. */
function seenBy(context: StepContext, step: string): readonly ProcessRef[] | null {
  const { plan, steps } = context.state();
  for (const [index, one] of plan.steps.entries()) {
    if (one.base !== step && one.id !== step) continue;
    const attempts = steps[index]?.targets.find(({ target }) => target === context.target)?.attempts ?? [];
    const last = attempts.findLast(({ purpose, result }) => purpose === 'step' && result !== null)?.result;
    if (last?.kind === 'process') return last.processes;
    if (last?.kind === 'service') return last.after;
  }
  return null;
}

/** Whether a lost start has done its work: nothing of what was there before, something new, and ready. */
function judgeStarted(look: Look, { note, readiness }: Lost): Outcome {
  // Written down before anything is sent: without it nothing was.
  if (note === null) return decided([check('process', 'started', 'nothing was sent', false)]);
  const now = sensedRefs(look);
  const isOld = (ref: ProcessRef): boolean =>
    ref.boot === note.boot && note.processes.some(({ pid, start }) => pid === ref.pid && start === ref.start);
  const fresh = now.filter((ref) => !isOld(ref));
  const present = look.sensed.known && look.sensed.present;
  const started = fresh.length > 0 || (present && now.length === 0);
  const replaced = !now.some(isOld);
  const missing = readiness.missing.length > 0;
  return decided([
    check('process', 'a new one', now.length === 0 ? (present ? 'there' : 'none') : pidWords(now), started && replaced),
    // There, but not ready yet: neither done nor not done.
    ...readiness.findings.map((one) => (started && missing && !one.holds ? { ...one, holds: null } : one)),
  ]);
}

/** What the lost attempt of this step wrote down before it sent anything. */
function unknownNote(context: StepContext): ServiceNote | null {
  const step = context.state().steps.find(({ id }) => id === context.step.id);
  const attempts = step?.targets.find(({ target }) => target === context.target)?.attempts ?? [];
  const lost: AttemptState | undefined = attempts.findLast(({ purpose }) => purpose === 'step');
  const texts = lost?.notes ?? [];
  for (const { text } of [...texts].reverse()) {
    const note = readServiceNote(text);
    if (note !== null && (note.act === 'start' || note.act === 'restart')) return note;
  }
  return null;
}
