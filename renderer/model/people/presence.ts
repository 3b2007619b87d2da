import type { MirrorView } from '../../../shared/contract/ipc/people.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { ParticipantState } from '../../../shared/run/state.ts';

/**
 * Whether somebody is there, as sensed: `silent` since `ms` milliseconds, `gone` since a time of day, `unheard` while
 * the journal says they are here but no sign of life of them is known.
 */
export type Presence =
  | { readonly type: 'here' }
  | { readonly type: 'silent'; readonly ms: number }
  | { readonly type: 'unheard' }
  | { readonly type: 'gone'; readonly since: string; readonly cause: ParticipantState['cause'] };

interface Heard {
  readonly view: MirrorView;
  readonly at: number;
}

/**
 * The journal's `gone` is final; otherwise the live signs decide. What was silent when last heard of goes on being
 * silent; somebody who was heard is not called silent for a message that our own main process owes us.
 */
export function presenceOf(one: ParticipantState, heard: Heard | null, now: number): Presence {
  if (one.presence === 'gone') return { type: 'gone', since: one.since, cause: one.cause };
  const silent = heard?.view.viewers.find(({ participant }) => participant === one.participant)?.silentMs ?? null;
  if (heard === null || silent === null) return { type: 'unheard' };
  if (silent < limits.silentMs) return { type: 'here' };
  return { type: 'silent', ms: silent + Math.max(0, now - heard.at) };
}
