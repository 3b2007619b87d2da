import type { LockView } from '../../../shared/contract/ipc/lock.ts';
import { lockdownWanted } from '../../../shared/run/lockdown.ts';
import type { LockdownState, RunState } from '../../../shared/run/state.ts';

/** Where the lock stands, as the top bar says it. */
export type LockStanding = 'locked' | 'checking' | 'locking' | 'held' | 'broken' | 'open' | 'off';

/** What keeps notifications back just now; `quiet` only where the desktop said so when it was asked. */
export type QuietStanding = 'quiet' | 'not-verified' | 'lost' | 'none';

/** The lock in the top bar: only what was sensed. */
export interface LockMark {
  readonly standing: LockStanding;
  /** Null where it does not matter: nothing is locked and nothing is kept back. */
  readonly quiet: QuietStanding | null;
  /** What is not as the lock should be, and is not about notifications: open gaps, or a window nobody could read back. */
  readonly gaps: LockdownState['gaps'];
  readonly windowVerified: boolean;
}

/**
 * What the top bar says of the lock, or null where it says nothing: in the cold phases, and where lockdown is off
 * outside production. `lock` is what main sensed last.
 */
export function lockMark(state: RunState, lock: LockView | null): LockMark | null {
  const standing = standingOf(state, lock);
  if (standing === null) return null;
  const span = state.lockdown.spans.at(-1);
  const locked = standing === 'locked';
  return {
    standing,
    quiet: quietOf(lock, locked),
    gaps: locked ? openGaps(state.lockdown) : [],
    windowVerified: !locked || span?.sensed === true,
  };
}

/** True where the lock is in place and all of it was read back. */
export function isQuiet({ standing, quiet, gaps, windowVerified }: LockMark): boolean {
  return standing === 'locked' && quiet === 'quiet' && gaps.length === 0 && windowVerified;
}

/** True while this screen must offer no way out: the lock is in place, or was a moment ago and nobody said otherwise. */
export function isLocked({ lockdown }: RunState, lock: LockView | null): boolean {
  return lockdown.status === 'locked' || lock?.status === 'locked';
}

function standingOf(state: RunState, lock: LockView | null): LockStanding | null {
  const { lockdown, plan, mode, status } = state;
  if (mode !== 'app' || status === 'created' || status === 'ended') return null;
  if (!lockdown.on) return plan.production ? 'off' : null;
  if (lockdown.status === 'broken') return 'broken';
  if (lockdown.status === 'locked' && lock?.status === 'locked') return 'locked';
  if (status === 'held') return wouldLock(state) || lockdown.spans.length > 0 ? 'held' : null;
  if (lockdownWanted(state)) return lock?.status === 'checking' ? 'checking' : 'locking';
  return lock?.notifications == null ? null : 'open';
}

/** True where the lock comes back as soon as the run goes on. */
function wouldLock(state: RunState): boolean {
  return lockdownWanted({ ...state, status: 'running' });
}

function quietOf(lock: LockView | null, locked: boolean): QuietStanding | null {
  if (lock?.notifications == null) return locked ? 'none' : null;
  const { state } = lock.notifications;
  return state === 'blocked' ? 'quiet' : state;
}

/** Gaps that go on now, those of notifications left to their own word. */
function openGaps({ gaps }: LockdownState): LockdownState['gaps'] {
  return gaps.filter(({ gap, until }) => until === null && gap !== 'notifications-unblocked');
}
