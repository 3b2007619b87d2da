import { formatDuration } from '../checklist/duration.ts';
import type { PlanStep } from '../checklist/plan.ts';
import { openRollback, type RunState, type TargetState, type TargetStatus } from '../run/state.ts';
import type { AnnounceAction, RunWord } from '../steps/actions/announce.ts';
import type { StepText } from '../steps/kind.ts';

/**
 * The text that a person sees before it is sent, drafted from the run as it stands. Pure and without a clock: what
 * time is meant is that of the run's last record, so that drafting again says the same.
 */
export function draftAnnouncement(state: RunState, step: PlanStep, action: AnnounceAction, words: StepText): string {
  return action.draft.map((part) => (typeof part === 'string' ? part : sayOf(part.run, state, step, words))).join('');
}

function sayOf(word: RunWord, state: RunState, step: PlanStep, words: StepText): string {
  const { plan } = state;
  switch (word) {
    case 'title':
      return plan.title;
    case 'version':
      return plan.version ?? '–';
    case 'environment':
      return plan.environment;
    case 'result':
      return resultWords(state, step, words);
    case 'batch':
      return batchWords(state, words);
    case 'step':
      return `${step.code} ${step.title}`;
    case 'hosts':
      return listed(
        plan.hosts.map(({ name }) => name),
        words,
      );
    case 'failed':
      return targetsThat(state, ['failed', 'unknown', 'inconclusive'], words);
    case 'deferred':
      return targetsThat(state, ['deferred'], words);
    case 'overridden':
      return targetsThat(state, ['overridden', 'excluded'], words);
    case 'started':
      return state.startedAt ?? '–';
    case 'duration':
      return durationWords(state);
  }
}

/** How the run stands but for the announcement itself, which is not done while it is being written. */
function resultWords(state: RunState, step: PlanStep, words: StepText): string {
  if (openRollback(state) !== null) return words('announce-rolling-back');
  if (state.rollbacks.some(({ scope }) => scope === 'run')) return words('announce-rolled-back');
  const others = state.steps.filter(({ id }) => id !== step.id);
  const has = (...wanted: readonly TargetStatus[]) =>
    others.some(({ targets }) => targets.some(({ status }) => wanted.includes(status)));
  if (has('failed', 'unknown', 'inconclusive')) return words('announce-failed');
  if (has('todo', 'running')) return words('announce-under-way');
  return words(has('deferred', 'overridden', 'excluded') ? 'announce-completed-except' : 'announce-completed');
}

/** The batch worked on last: `2/3: app3, app4`. */
function batchWords(state: RunState, words: StepText): string {
  const entered = state.steps.findLastIndex(({ enteredAt }, index) => {
    return enteredAt !== null && state.plan.steps[index]?.batch !== null;
  });
  const step = state.plan.steps[entered];
  if (step === undefined || step.batch === null) return words('announce-none');
  return `${step.batch.index}/${step.batch.of}: ${step.targets.join(', ')}`;
}

function targetsThat(state: RunState, statuses: readonly TargetStatus[], words: StepText): string {
  const found = state.plan.steps.flatMap((step, index) =>
    (state.steps[index]?.targets ?? [])
      .filter(({ status }) => statuses.includes(status))
      .map((target) => `${step.code} ${step.title} (${target.target}${reasonOf(target)})`),
  );
  return listed(found, words);
}

function reasonOf({ decision }: TargetState): string {
  if (decision === null) return '';
  const { reason, owner, due } = decision;
  return [`: ${reason}`, ...[owner, due].filter((one) => one !== null && one !== '')].join(', ');
}

/** At most 20, so that a message stays one that people read. */
function listed(items: readonly string[], words: StepText): string {
  if (items.length === 0) return words('announce-none');
  const shown = items.slice(0, 20).join('; ');
  return items.length > 20 ? `${shown}; … (${items.length})` : shown;
}

function durationWords({ startedAt, at }: RunState): string {
  if (startedAt === null) return '–';
  const minutes = Math.max(0, Math.round((Date.parse(at) - Date.parse(startedAt)) / 60_000));
  return minutes === 0 ? '<1m' : formatDuration(minutes * 60_000);
}
