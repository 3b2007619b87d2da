import type { RunState, TargetStatus } from '../../shared/run/state.ts';

/** One bar of the time line; `from` and `to` are fractions (0…1) of the axis. */
export interface Bar {
  readonly step: string;
  readonly from: number;
  readonly to: number;
  readonly tone: 'planned' | 'done' | 'running' | 'trouble' | 'let-through' | 'undoing';
}

export interface Mark {
  readonly kind: 'start' | 'warn' | 'back-out-by' | 'end';
  readonly at: Date;
  /** Fraction of the axis, or null when it lies outside. */
  readonly place: number | null;
}

export interface TimeLine {
  readonly elapsedMs: number;
  readonly plannedMs: number;
  /** When the run would end if everything left takes its planned time. */
  readonly forecastEnd: Date;
  /** Steps still to come that have no planned time and therefore are not in the forecast. */
  readonly unplanned: number;
  readonly plan: readonly Bar[];
  readonly actual: readonly Bar[];
  readonly now: number;
  readonly marks: readonly Mark[];
}

/** Plan against reality at one moment; null before the run has started. */
export function timeLine(state: RunState, nowMs: number): TimeLine | null {
  if (state.startedAt === null) return null;
  const start = Date.parse(state.startedAt);
  const now = Math.max(start, state.endedAt === null ? nowMs : Date.parse(state.endedAt));
  const planned = state.plan.steps.map((step) => step.plannedMs ?? 0);
  const plannedMs = planned.reduce((sum, ms, index) => (isPlanned(state, index) ? sum + ms : sum), 0);
  const leftMs = remaining(state, now, planned);
  const forecast = state.status === 'ended' ? now : now + leftMs;
  const axisEnd = Math.max(start + plannedMs, forecast, start + 60_000);
  const place = (ms: number): number => Math.min(1, Math.max(0, (ms - start) / (axisEnd - start)));
  return {
    elapsedMs: now - start,
    plannedMs,
    forecastEnd: new Date(forecast),
    unplanned: state.plan.steps.filter((step, index) => isToCome(state, index) && step.plannedMs === null).length,
    plan: planBars(state, planned, start, place),
    actual: actualBars(state, now, place),
    now: place(now),
    marks: marks(state, start, axisEnd),
  };
}

function remaining(state: RunState, now: number, planned: readonly number[]): number {
  let left = 0;
  for (let index = state.current; index < planned.length; index += 1) {
    if (!isToCome(state, index)) continue;
    const entered = state.steps[index]?.enteredAt ?? null;
    const spent = entered === null ? 0 : now - Date.parse(entered);
    left += Math.max(0, (planned[index] ?? 0) - Math.max(0, spent));
  }
  return left;
}

/** A rollback is never part of the plan: it shows in what really happened. */
function isPlanned(state: RunState, index: number): boolean {
  return state.plan.steps[index]?.origin !== 'rollback';
}

/** The restoration of a block lies behind the steps that it was worked before. */
function isToCome(state: RunState, index: number): boolean {
  return index >= state.current && state.steps[index]?.settledAt === null;
}

function planBars(state: RunState, planned: readonly number[], start: number, place: (ms: number) => number): Bar[] {
  let at = start;
  return planned.flatMap((ms, index) => {
    if (!isPlanned(state, index)) return [];
    const from = at;
    at += ms;
    return ms === 0
      ? []
      : [{ step: state.plan.steps[index]?.id ?? '', from: place(from), to: place(at), tone: 'planned' as const }];
  });
}

function actualBars(state: RunState, now: number, place: (ms: number) => number): Bar[] {
  return state.steps.flatMap((step, index) => {
    if (step.enteredAt === null) return [];
    const to = endOf(state, index, now);
    return [
      {
        step: step.id,
        from: place(Date.parse(step.enteredAt)),
        to: place(to),
        tone: toneOf(
          step.targets.map(({ status }) => status),
          step.settledAt !== null,
          isPlanned(state, index) ? 'done' : 'undoing',
        ),
      },
    ];
  });
}

/** What was left open when the run turned round ended there. */
function endOf(state: RunState, index: number, now: number): number {
  const settled = state.steps[index]?.settledAt ?? null;
  if (settled !== null) return Date.parse(settled);
  const turned = index < state.current ? state.rollbacks.at(-1) : undefined;
  return turned === undefined ? now : Date.parse(turned.at);
}

function toneOf(statuses: readonly TargetStatus[], settled: boolean, fine: 'done' | 'undoing'): Bar['tone'] {
  if (statuses.some((status) => status === 'failed' || status === 'unknown' || status === 'inconclusive'))
    return 'trouble';
  if (!settled) return 'running';
  return statuses.some((status) => status !== 'passed') ? 'let-through' : fine;
}

function marks(state: RunState, start: number, end: number): Mark[] {
  const { window } = state.plan;
  if (window === null) return [];
  const given = [
    ['start', window.start],
    ['warn', window.warn],
    ['back-out-by', window.backOutBy],
    ['end', window.end],
  ] as const;
  return given.flatMap(([kind, text]) => {
    const at = text === null ? Number.NaN : Date.parse(text);
    if (Number.isNaN(at)) return [];
    const inside = at >= start && at <= end;
    return [{ kind, at: new Date(at), place: inside ? (at - start) / (end - start) : null }];
  });
}
