import type { PlanStep } from '../checklist/plan.ts';
import { writtenId } from '../checklist/plan-lookup.ts';
import { pastNoReturn, rollbackPreview } from './rollback-plan.ts';
import { isSettled, openRollback, type RunState } from './state.ts';

/** How backing out stands at one moment. */
export interface BackOut {
  /** Milliseconds from now until everything is back, from planned and rehearsed durations; null when none is known. */
  readonly takesMs: number | null;
  /** When we would be back, if we backed out now. */
  readonly backAt: Date | null;
  /** Some of what would run has neither a planned nor a rehearsed duration: it takes at least this long. */
  readonly uncertain: boolean;
  /** The last moment to begin, so that we are back by the window's `back-out-by`; null without either. */
  readonly latest: Date | null;
  /** `warn` within a fifth of the time (at least five minutes) before `latest`, `alarm` within a fifteenth (at least two). */
  readonly level: 'calm' | 'warn' | 'alarm' | 'past';
  /** A point of no return lies behind: only fixing forward is left. */
  readonly forward: boolean;
}

const nothingLeft: BackOut = {
  takesMs: null,
  backAt: null,
  uncertain: false,
  latest: null,
  level: 'calm',
  forward: false,
};

/** "If we back out now, we are back at …": live, from what has really run. */
export function backOut(state: RunState, now: Date): BackOut {
  if (state.status === 'ended' || state.status === 'created') return nothingLeft;
  if (pastNoReturn(state) !== null) return { ...nothingLeft, forward: true };
  const { takesMs, uncertain } = timeToBackOut(state, now);
  const by = state.plan.window?.backOutBy ?? null;
  const latest = by === null ? null : new Date(Date.parse(by) - takesMs);
  return {
    takesMs,
    backAt: new Date(now.getTime() + takesMs),
    uncertain,
    latest,
    level: latest === null ? 'calm' : levelOf(state, now, latest),
    forward: false,
  };
}

const minute = 60_000;

function levelOf(state: RunState, now: Date, latest: Date): BackOut['level'] {
  const left = latest.getTime() - now.getTime();
  if (left < 0) return 'past';
  const start = state.plan.window?.start ?? state.startedAt;
  const whole = start === null ? 0 : Math.max(0, latest.getTime() - Date.parse(start));
  if (left <= Math.max(2 * minute, whole / 15)) return 'alarm';
  return left <= Math.max(5 * minute, whole / 5) ? 'warn' : 'calm';
}

function timeToBackOut(state: RunState, now: Date): { readonly takesMs: number; readonly uncertain: boolean } {
  const rollback = openRollback(state);
  const steps =
    rollback === null
      ? rollbackPreview(state, 'run').steps
      : state.plan.steps.filter((_, index) => index >= rollback.from && !isDealtWith(state, index));
  // Looked up once: a report asks for long runs, again and again.
  const entered = new Map(state.steps.map(({ id, enteredAt }) => [id, enteredAt]));
  let takesMs = 0;
  let uncertain = false;
  for (const step of steps) {
    const expected = expectedMs(state, step);
    if (expected === null) uncertain = true;
    else takesMs += Math.max(0, expected - since(entered.get(step.id) ?? null, now));
  }
  return { takesMs, uncertain };
}

function isDealtWith(state: RunState, index: number): boolean {
  return state.steps[index]?.targets.every((target) => isSettled(target.status)) ?? true;
}

function since(entered: string | null, now: Date): number {
  return entered === null ? 0 : now.getTime() - Date.parse(entered);
}

/** What a step should take: as rehearsed, else as planned; null when neither is known. */
export function expectedMs(state: RunState, step: PlanStep): number | null {
  const id = writtenId(step);
  return state.rehearsal?.durations[id] ?? step.plannedMs;
}
