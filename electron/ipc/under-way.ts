import type { RunState } from '../../shared/run/state.ts';

/** True while a run is about to begin, is worked on or followed here and not over: everything of the past waits. */
export function underWay(now: {
  /** The checklist that stands before its start, or null. */
  readonly preflight: string | null;
  readonly held: RunState | null;
  readonly followed: RunState | null;
}): boolean {
  const goesOn = (run: RunState | null): boolean => run !== null && run.status !== 'ended';
  return now.preflight !== null || goesOn(now.held) || goesOn(now.followed);
}
