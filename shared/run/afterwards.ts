import type { JournalRecord } from '../contract/events.ts';
import type { Intent, Refusal, RefusalCode } from '../contract/intents.ts';
import { changeTarget, find } from './change.ts';
import { type AttemptState, isBusy, isSettled, type RunState } from './state.ts';

type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;
type IntentOf<T extends Intent['type']> = Extract<Intent, { type: T }>;

const refuse = (code: RefusalCode, params: Readonly<Record<string, string>> = {}): Refusal => ({ code, params });

/** An attempt that was made on paper: it has a verdict and nothing that a machine sensed. */
export function addPaper(state: RunState, record: RecordOf<'paper-recorded'>): RunState {
  const { step, target: name, verdict, attempt, number, doneAt, doneBy, checkedBy, note } = record.data;
  const place = find(state, step, name);
  if (place === null) return state;
  const effect = state.plan.steps[place[0]]?.effect ?? 'write';
  const made: AttemptState = {
    ...blank,
    attempt,
    number,
    effect,
    note,
    verdict,
    paper: { doneAt, doneBy, checkedBy },
    actor: record.actor.name,
    startedAt: record.at,
    endedAt: record.at,
    effectDone: verdict === 'passed' && effect === 'write' ? 'full' : verdict === 'passed' ? 'none' : 'unknown',
  };
  const changed = changeTarget(state, place, (target) => ({
    ...target,
    status: verdict,
    probe: null,
    clearToRun: false,
    undone: null,
    rejection: null,
    attempts: [...target.attempts, made],
    records: [...target.records, record.hash],
  }));
  return { ...changed, attempts: state.attempts + 1 };
}

const blank: Omit<AttemptState, 'attempt' | 'number' | 'effect' | 'actor' | 'startedAt'> = {
  purpose: 'step',
  command: null,
  sent: null,
  account: null,
  hostKey: null,
  reason: null,
  choice: null,
  text: null,
  paper: null,
  notes: [],
  endedAt: null,
  durationMs: null,
  cancelRequested: false,
  verdict: null,
  exit: null,
  checks: [],
  failure: null,
  recordingPath: null,
  recording: null,
  evidence: {},
  note: null,
  effectDone: 'unknown',
  undone: false,
  result: null,
  findings: [],
  offers: [],
};

/** What somebody said afterwards; nothing else changes. */
export function addNote(state: RunState, { data, actor, at }: RecordOf<'note-added'>): RunState {
  return { ...state, notes: [...state.notes, { ...data, by: actor.name, at }] };
}

/** The paper speaks only for a target where nothing runs and nothing is settled, and not of what is to come. */
export function mayRecordPaper(state: RunState, intent: IntentOf<'record-paper'>): Refusal | null {
  const { step, target: name, doneAt } = intent;
  const place = find(state, step, name);
  const found = place === null ? undefined : state.steps[place[0]]?.targets[place[1]];
  if (place === null || found === undefined) return refuse('no-such-target', { step, target: name });
  if (place[0] !== state.current)
    return refuse('not-the-current-step', { current: state.steps[state.current]?.id ?? '' });
  if (isBusy(found)) return refuse('attempt-running', { step, target: name });
  if (isSettled(found.status)) return refuse('already-settled', { step, target: name });
  return Date.parse(doneAt) > Date.parse(state.at) + aheadMs ? refuse('paper-in-future') : null;
}

/** The state's clock is the last record's, which may be a while ago. */
const aheadMs = 24 * 60 * 60_000;

/** A correction names a record that is there. */
export function mayAddNote(state: RunState, { step, target, corrects }: IntentOf<'add-note'>): Refusal | null {
  if (corrects !== null && corrects > state.seq) return refuse('no-such-record', { seq: String(corrects) });
  const stands = state.steps.find(({ id }) => id === step);
  if (step !== null && stands === undefined) return refuse('no-such-step', { step });
  const known = target === null || stands?.targets.some((one) => one.target === target) === true;
  return known ? null : refuse('no-such-target', { step: step ?? '', target });
}
