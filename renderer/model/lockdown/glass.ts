import { glassWaitsFor } from '../../../shared/run/lockdown.ts';
import { participantOf } from '../../../shared/run/people-policy.ts';
import type { RunState } from '../../../shared/run/state.ts';

/** What breaking the glass needs now. */
export type GlassNeed =
  /** The lock is not on, or is about to open: there is nothing to break. */
  | { readonly type: 'not-locked' }
  /** Out of an atomic block there is only its restoration. */
  | { readonly type: 'restore'; readonly block: string }
  /** No checker is here: it breaks at once. */
  | { readonly type: 'alone' }
  /** The checker who would have to sign. */
  | { readonly type: 'signature'; readonly name: string }
  /** It was asked for and waits for them. */
  | { readonly type: 'waits'; readonly name: string; readonly reason: string; readonly at: string };

/** What breaking the glass needs now, from the run alone. */
export function glassNeed(state: RunState): GlassNeed {
  const { lockdown, block, plan } = state;
  if (lockdown.status !== 'locked' || lockdown.glass?.signedBy != null) return { type: 'not-locked' };
  const checker = glassWaitsFor(state);
  if (lockdown.glass !== null) {
    const { reason, at } = lockdown.glass;
    return { type: 'waits', name: checker?.name ?? '', reason, at };
  }
  if (block !== null) return { type: 'restore', block: plan.blocks[block]?.title ?? '' };
  return checker === null ? { type: 'alone' } : { type: 'signature', name: checker.name };
}

/** Who did not sign, and why. */
export interface GlassRefused {
  readonly name: string;
  readonly answer: string;
  readonly at: string;
}

/** The last glass of this lock, where the checker refused it; null once something newer was asked for. */
export function glassRefused(state: RunState): GlassRefused | null {
  const { glasses, glass, status, spans } = state.lockdown;
  const last = glasses.at(-1);
  if (last?.outcome !== 'refused' || glass !== null || status !== 'locked') return null;
  if (last.at < (spans.at(-1)?.from ?? '')) return null;
  return { name: participantOf(state, last.participant ?? '')?.name ?? '', answer: last.answer ?? '', at: last.at };
}
