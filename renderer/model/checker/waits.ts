import type { LinkView } from '../../../shared/contract/ipc/people.ts';
import { waitingFor } from '../../../shared/people/statements.ts';
import type { RunState } from '../../../shared/run/state.ts';

/** Something that waits for the checker: it rings once, and stands in the window's title until it is dealt with. */
export interface Waiting {
  readonly kind: 'before' | 'after' | 'glass' | 'handover' | 'challenge' | 'lost' | 'altered';
  /** Tells a new occasion from the same one. */
  readonly key: string;
  /** The step's code and title, where it is about one. */
  readonly step: { readonly code: string; readonly title: string } | null;
}

/** What waits for whoever follows here, gravest first. Observers are asked for nothing, but their copy may go wrong. */
export function waitsForChecker(state: RunState | null, link: LinkView): readonly Waiting[] {
  const waits: Waiting[] = [];
  if (link.status === 'altered') waits.push({ kind: 'altered', key: 'altered', step: null });
  if (state === null || state.status === 'ended') return waits;
  if (link.status === 'lost') waits.push({ kind: 'lost', key: 'lost', step: null });
  if (link.role !== 'checker' || link.status !== 'connected') return waits;
  if (link.challengeUntil !== null) waits.push({ kind: 'challenge', key: 'challenge', step: null });
  const { glass } = state.lockdown;
  if (glass !== null && glass.signedBy === null) waits.push({ kind: 'glass', key: `glass/${glass.seq}`, step: null });
  const { handover } = state;
  if (handover !== null && handover.participant === link.participant)
    waits.push({ kind: 'handover', key: `handover/${handover.at}`, step: null });
  return [...waits, ...signature(state)];
}

function signature(state: RunState): readonly Waiting[] {
  const step = state.plan.steps[state.current];
  const mode = step === undefined ? null : waitingFor(state, step.id);
  if (step === undefined || mode === null) return [];
  // A rejected step that was put right is a new occasion.
  const round = state.steps[state.current]?.signings.length ?? 0;
  const { code, title } = step;
  return [{ kind: mode, key: `${mode}/${step.id}/${round}`, step: { code, title } }];
}

/** What was not waiting before. */
export function newlyWaiting(before: readonly Waiting[], now: readonly Waiting[]): readonly Waiting[] {
  return now.filter(({ key }) => !before.some((one) => one.key === key));
}
