import type { LinkView } from '../contract/ipc/people.ts';
import type { RunState } from '../run/state.ts';

/** Why the run cannot be continued from this copy now. */
export type NoTakeOver = 'observer' | 'nothing-here' | 'ended' | 'pen-away' | 'altered' | 'sent-away' | 'connected';

/**
 * Whether the run may be gone on with from here: only the checker, only without the operator's machine, and only where
 * nobody else has the pen. One writer at any time.
 */
export function noTakeOver(state: RunState | null, link: LinkView): NoTakeOver | null {
  if (link.role === 'observer') return 'observer';
  if (state === null) return 'nothing-here';
  if (state.status === 'ended' || link.bye === 'ended') return 'ended';
  if (state.penWith !== null || link.bye === 'handed-over') return 'pen-away';
  if (link.status === 'altered') return 'altered';
  if (link.bye === 'dismissed' || link.bye === 'declined') return 'sent-away';
  return link.status === 'lost' || link.status === 'over' ? null : 'connected';
}

/** Attempts whose end nobody here has seen: they become unknown when the run goes on from this copy. */
export function openAttempts(state: RunState): readonly { readonly code: string; readonly target: string }[] {
  return Object.values(state.running).flatMap(([step, target]) => {
    const name = state.steps[step]?.targets[target]?.target;
    return name === undefined ? [] : [{ code: state.plan.steps[step]?.code ?? '', target: name }];
  });
}
