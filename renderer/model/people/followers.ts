import type { Refusal } from '../../../shared/contract/intents.ts';
import { may } from '../../../shared/run/policy.ts';
import type { ParticipantState, RunState } from '../../../shared/run/state.ts';

/** Who follows now, the checker first, then in the order they asked. */
export function followers({ participants }: RunState): readonly ParticipantState[] {
  const admitted = participants.filter(({ standing }) => standing === 'admitted');
  return [...admitted.filter(({ role }) => role === 'checker'), ...admitted.filter(({ role }) => role !== 'checker')];
}

/** Who waits to be let in, in the order they asked. */
export function asking({ participants }: RunState): readonly ParticipantState[] {
  return participants.filter(({ standing }) => standing === 'asking');
}

/** What the run itself knows of somebody's key: this key asked before and was let in then, or was not. */
export function earlierWith(state: RunState, { participant, publicKey }: ParticipantState): ParticipantState | null {
  const before = state.participants.slice(
    0,
    state.participants.findIndex((one) => one.participant === participant),
  );
  return before.findLast((one) => one.publicKey === publicKey) ?? null;
}

/** Why somebody cannot be admitted in a role now, or null: the words with which the run would refuse it. */
export function cannotAdmit(state: RunState, participant: string, role: 'checker' | 'observer'): Refusal | null {
  return may(state, { type: 'admit', participant, role });
}
