import type { Plan } from '../checklist/plan.ts';

/** When each step of a plan begins at the earliest. */
export interface PlannedTimes {
  /** Milliseconds since the epoch by step id; only for steps from the first hot one on, and where the window has a start. */
  readonly starts: ReadonlyMap<string, number>;
  /** All planned durations together, in milliseconds; null where no step has one. */
  readonly totalMs: number | null;
}

/**
 * Adds the planned durations up from the start of the window. A step without one takes no time here, so the times are
 * the earliest possible; what is cold is done before the window and has none.
 */
export function plannedTimes({ steps, phases, window }: Plan): PlannedTimes {
  const start = window?.start == null ? Number.NaN : Date.parse(window.start);
  const starts = new Map<string, number>();
  let clock: number | null = null;
  for (const step of steps) {
    if (phases[step.phase]?.kind === 'hot') clock ??= start;
    if (clock === null || Number.isNaN(clock)) continue;
    starts.set(step.id, clock);
    clock += step.plannedMs ?? 0;
  }
  const planned = steps.flatMap(({ plannedMs }) => (plannedMs === null ? [] : [plannedMs]));
  return { starts, totalMs: planned.length === 0 ? null : planned.reduce((sum, ms) => sum + ms, 0) };
}
