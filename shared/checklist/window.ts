import type { PlanWindow } from './plan.ts';
import type { Report } from './problem.ts';
import type { Checklist } from './schema.ts';

const instantPattern = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})$/;
const clockPattern = /^([01]\d|2[0-3]):([0-5]\d)$/;
const dayMs = 86_400_000;

interface Instant {
  readonly ms: number;
  readonly offset: string;
}

/**
 * The window as instants. `HH:MM` is that time of the start's day in the start's offset, or of the day after when it
 * would lie before the start.
 */
export function resolveWindow(window: Checklist['window'], report: Report): PlanWindow | null {
  if (window === undefined) return null;
  const problem = (key: string, code: string, params: Readonly<Record<string, string>>) =>
    report({ path: ['window', key], severity: 'error', code, params });
  const written = window.start;
  const start = written === undefined ? null : readInstant(written);
  if (written !== undefined && start === null)
    problem('start', 'window-start-invalid', { value: written.slice(0, 60) });
  const read = (key: 'warn' | 'back-out-by' | 'end'): Instant | null => {
    const value = window[key];
    if (value === undefined) return null;
    const clock = clockPattern.exec(value);
    if (clock === null) {
      const instant = readInstant(value);
      if (instant === null) problem(key, 'window-time-invalid', { value: value.slice(0, 60) });
      return instant;
    }
    if (written === undefined) problem(key, 'window-without-start', { value });
    return start === null ? null : clockAfter(start, Number(clock[1]), Number(clock[2]));
  };
  const times = { start, warn: read('warn'), 'back-out-by': read('back-out-by'), end: read('end') };
  reportDisorder(times, problem);
  return {
    start: format(times.start),
    warn: format(times.warn),
    backOutBy: format(times['back-out-by']),
    end: format(times.end),
  };
}

function reportDisorder(
  times: Readonly<Record<string, Instant | null>>,
  problem: (key: string, code: string, params: Readonly<Record<string, string>>) => void,
): void {
  let before: readonly [string, Instant] | null = null;
  for (const [key, instant] of Object.entries(times)) {
    if (instant === null) continue;
    if (before !== null && instant.ms < before[1].ms) {
      problem(key, 'window-order', {
        later: key,
        laterAt: format(instant) ?? '',
        earlier: before[0],
        earlierAt: format(before[1]) ?? '',
      });
    } else before = [key, instant];
  }
}

function readInstant(text: string): Instant | null {
  const match = instantPattern.exec(text);
  if (match === null) return null;
  const [, day, clock, seconds = '00', offset = 'Z'] = match;
  const ms = Date.parse(`${day}T${clock}:${seconds}${offset}`);
  const instant = { ms, offset };
  // `Date.parse` lets 30 February roll into March; a time that does not come back as written does not exist.
  return Number.isNaN(ms) || format(instant) !== `${day}T${clock}:${seconds}${offset}` ? null : instant;
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

function clockAfter({ ms, offset }: Instant, hours: number, minutes: number): Instant {
  const local = ms + offsetMs(offset);
  const midnight = Math.floor(local / dayMs) * dayMs;
  const sameDay = midnight + (hours * 60 + minutes) * 60_000;
  return { ms: (sameDay < local ? sameDay + dayMs : sameDay) - offsetMs(offset), offset };
}

function format(instant: Instant | null): string | null {
  if (instant === null) return null;
  return `${new Date(instant.ms + offsetMs(instant.offset)).toISOString().slice(0, 19)}${instant.offset}`;
}
