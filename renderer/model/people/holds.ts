import { admittedChecker, participantOf } from '../../../shared/run/people-policy.ts';
import { atSafePoint } from '../../../shared/run/safe-point.ts';
import type { ParticipantState, RunState } from '../../../shared/run/state.ts';

/** Why the run does not move, as the operator has to see it. */
export type Hold =
  | { readonly type: 'operator'; readonly reason: string }
  /** Before the lock something was found that is to be mended or decided. */
  | { readonly type: 'lockdown' }
  /** `signedBy` null: no checker was there. */
  | { readonly type: 'glass'; readonly reason: string; readonly signedBy: string | null }
  | { readonly type: 'checker'; readonly by: string; readonly reason: string }
  /** They are still away: only `dismiss` or their coming back lets the run go on. */
  | { readonly type: 'gone'; readonly who: ParticipantState }
  /** They came back, or nobody is missed any more. */
  | { readonly type: 'back'; readonly name: string }
  | { readonly type: 'handover'; readonly name: string; readonly reason: string }
  /** The offer was withdrawn or declined. */
  | { readonly type: 'no-handover' }
  /** The pen was given away: this history ends here. */
  | { readonly type: 'given'; readonly name: string };

/** The hold that lies over the run, or null. */
export function holdOf(state: RunState): Hold | null {
  if (state.status !== 'held') return null;
  const reason = state.holdReason ?? '';
  const nameOf = (id: string): string => participantOf(state, id)?.name ?? id;
  if (state.penWith !== null) return { type: 'given', name: nameOf(state.penWith.participant) };
  if (state.handover !== null) {
    return { type: 'handover', name: nameOf(state.handover.participant), reason: state.handover.reason };
  }
  const checker = admittedChecker(state);
  switch (state.holdCause) {
    case 'checker':
      return { type: 'checker', by: checker?.name ?? '', reason };
    case 'checker-gone':
      return checker?.presence === 'gone' ? { type: 'gone', who: checker } : { type: 'back', name: reason };
    case 'handover':
      return { type: 'no-handover' };
    case 'lockdown':
      return { type: 'lockdown' };
    case 'glass': {
      const signer = state.lockdown.glasses.at(-1)?.participant ?? null;
      return { type: 'glass', reason, signedBy: signer === null ? null : nameOf(signer) };
    }
    default:
      return { type: 'operator', reason };
  }
}

/** A pause that was asked for and not yet taken, and what has to end first. */
export interface PauseToCome {
  readonly by: string;
  readonly reason: string;
  /** The atomic block, or the step that runs; null where it is taken at once. */
  readonly after: { readonly what: 'block' | 'step'; readonly title: string } | null;
}

/** The checker's request for a pause while it waits for a safe point, or null. */
export function pauseToCome(state: RunState): PauseToCome | null {
  const { holdRequest } = state;
  if (holdRequest === null || state.status !== 'running') return null;
  const { by, reason } = holdRequest;
  if (state.block !== null) {
    const title = state.plan.blocks[state.block]?.title ?? '';
    return { by, reason, after: { what: 'block', title } };
  }
  if (atSafePoint(state) === null) return { by, reason, after: null };
  const [first] = Object.values(state.running);
  return { by, reason, after: { what: 'step', title: state.plan.steps[first?.[0] ?? -1]?.title ?? '' } };
}
