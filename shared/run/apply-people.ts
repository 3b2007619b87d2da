import { assertNever } from '../assert-never.ts';
import type { JournalRecord } from '../contract/events.ts';
import {
  addParticipant,
  admit,
  answerInterruption,
  askPermission,
  closeMirror,
  countersign,
  handOver,
  identifySession,
  logInterruption,
  notePresence,
  openEvidence,
  partWith,
  rejectSigning,
  showInterruptions,
  takePen,
} from './people.ts';
import type { RunState } from './state.ts';

/** What other people have to do with a run: who follows, what they sign and bring in, who holds the pen. */
type PeopleType =
  | 'session-identified'
  | 'mirror-opened'
  | 'mirror-closed'
  | 'invitation-made'
  | 'join-refused'
  | 'participant-asked'
  | 'participant-admitted'
  | 'participant-declined'
  | 'participant-dismissed'
  | 'participant-left'
  | 'participant-presence'
  | 'permission-asked'
  | 'evidence-opened'
  | 'countersigned'
  | 'countersign-rejected'
  | 'interruption-logged'
  | 'interruptions-shown'
  | 'interruption-answered'
  | 'hold-requested'
  | 'handover-offered'
  | 'handover-withdrawn'
  | 'handover-declined'
  | 'handed-over'
  | 'pen-taken';

/** The state after a record about other people; a part of the one fold (`transition.ts`). */
export function applyPeople(state: RunState, record: Extract<JournalRecord, { type: PeopleType }>): RunState {
  switch (record.type) {
    case 'session-identified':
      return identifySession(state, record);
    case 'mirror-opened':
      return { ...state, mirroredSince: record.at };
    case 'mirror-closed':
      return closeMirror(state, record.at);
    case 'invitation-made':
    case 'join-refused':
      return state;
    case 'participant-asked':
      return addParticipant(state, record);
    case 'participant-admitted':
      return admit(state, record);
    case 'participant-declined':
      return partWith(state, record.data.participant, 'declined', record.at);
    case 'participant-dismissed':
      return partWith(state, record.data.participant, 'dismissed', record.at);
    case 'participant-left':
      return partWith(state, record.data.participant, 'left', record.at);
    case 'participant-presence':
      return notePresence(state, record);
    case 'permission-asked':
      return askPermission(state, record);
    case 'evidence-opened':
      return openEvidence(state, record);
    case 'countersigned':
      return countersign(state, record);
    case 'countersign-rejected':
      return rejectSigning(state, record);
    case 'interruption-logged':
      return logInterruption(state, record);
    case 'interruptions-shown':
      return showInterruptions(state, record);
    case 'interruption-answered':
      return answerInterruption(state, record);
    case 'hold-requested':
      return {
        ...state,
        holdRequest: { by: record.actor.name, reason: record.data.reason, at: record.at },
      };
    case 'handover-offered':
      return { ...state, handover: { ...record.data, at: record.at } };
    case 'handover-withdrawn':
    case 'handover-declined':
      return { ...state, handover: null };
    case 'handed-over':
      return handOver(state, record);
    case 'pen-taken':
      return takePen(state, record);
    default:
      return assertNever(record);
  }
}
