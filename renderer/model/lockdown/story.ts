import { lockdownWanted } from '../../../shared/run/lockdown.ts';
import type { LockdownState, RunState } from '../../../shared/run/state.ts';

/** How the operator's lock stands, as whoever follows reads it from the history alone. */
export interface LockStory {
  readonly standing: 'locked' | 'locking' | 'held' | 'broken' | 'to-come' | 'over' | 'off';
  /** Since when it is locked; null while it is not. ISO 8601. */
  readonly since: string | null;
  /** The window's place and state were read back. */
  readonly windowVerified: boolean;
  readonly quiet: 'quiet' | 'not-verified' | 'lost' | 'none' | null;
  /** Since when that is so. ISO 8601. */
  readonly quietSince: string | null;
  /** The newest first. */
  readonly gaps: LockdownState['gaps'];
  /** How often any way out was refused. */
  readonly refused: number;
  /** Why lockdown is off; null where it is on or nobody said. */
  readonly offReason: string | null;
}

/** The lock of the followed run, or null where there is nothing to say: no window, or off outside production. */
export function lockStory(state: RunState): LockStory | null {
  const { lockdown, mode, plan } = state;
  if (mode !== 'app' || state.status === 'created') return null;
  if (!lockdown.on && !plan.production) return null;
  const standing = standingOf(state);
  const span = lockdown.spans.at(-1);
  const locked = standing === 'locked';
  return {
    standing,
    since: locked ? (span?.from ?? null) : null,
    windowVerified: !locked || span?.sensed === true,
    ...quietOf(lockdown, locked),
    gaps: lockdown.gaps.toReversed(),
    refused: Object.values(lockdown.refused).reduce((sum, times) => sum + times, 0),
    offReason: lockdown.on ? null : lockdown.offReason,
  };
}

function standingOf(state: RunState): LockStory['standing'] {
  const { lockdown, status } = state;
  if (!lockdown.on) return 'off';
  if (lockdown.status === 'broken') return 'broken';
  if (lockdown.status === 'locked') return 'locked';
  const wanted = lockdownWanted({ ...state, status: 'running' });
  if (status === 'held' && (wanted || lockdown.spans.length > 0)) return 'held';
  if (lockdownWanted(state)) return 'locking';
  return lockdown.spans.length > 0 ? 'over' : 'to-come';
}

/** A gap that is open is what was sensed last; a block that nobody could read back stays unverified. */
function quietOf(lockdown: LockdownState, locked: boolean): Pick<LockStory, 'quiet' | 'quietSince'> {
  const { notifications, gaps } = lockdown;
  if (notifications === null) return { quiet: locked ? 'none' : null, quietSince: null };
  const lost = gaps.findLast(({ gap, until }) => gap === 'notifications-unblocked' && until === null);
  if (lost !== undefined) return { quiet: 'lost', quietSince: lost.from };
  return { quiet: notifications.verified ? 'quiet' : 'not-verified', quietSince: notifications.since };
}
