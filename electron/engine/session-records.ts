import type { EventOf, Head, RunEvent } from '../../shared/contract/events.ts';
import { penStatement, sessionStatement, statementHash } from '../../shared/people/statements.ts';
import type { RunState } from '../../shared/run/state.ts';
import { sha256Text } from './journal/digest.ts';
import type { Pen } from './open-run.ts';
import type { Identity } from './ports.ts';

/** The record with which a person vouches for a session's key. */
export function identified(runId: string, session: string, sessionKey: string, identity: Identity): RunEvent {
  const { person } = identity;
  const statement = sessionStatement(runId, session, sessionKey, person);
  return {
    type: 'session-identified',
    data: { session, ...person, signature: identity.sign(statementHash(statement, sha256Text)) },
  };
}

/** What a session that takes the pen from another machine records first: who it is, and from where it goes on. */
export function penTaken(
  before: RunState,
  { session, publicKey }: EventOf<'session-opened'>['data'],
  { how, participant, reason, identity }: Pen,
): readonly RunEvent[] {
  const from: Head = { seq: before.seq, hash: before.head };
  const statement = penStatement(before.runId, how, from, session, identity.person.publicKey);
  const signature = identity.sign(statementHash(statement, sha256Text));
  return [
    identified(before.runId, session, publicKey, identity),
    { type: 'pen-taken', data: { how, participant, reason, from, signature } },
  ];
}
