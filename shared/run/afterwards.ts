import { actionFor, stepIndex } from '../checklist/plan-lookup.ts';
import type { JournalRecord } from '../contract/events.ts';
import type { Intent, Refusal, RefusalCode } from '../contract/intents.ts';
import { changeStep, changeTarget, find } from './change.ts';
import { samePerson } from './judged.ts';
import { markUndone } from './rollback-state.ts';
import {
  type AttemptState,
  isBusy,
  isSettled,
  lastAttempt,
  type RunState,
  type StepState,
  type TargetState,
} from './state.ts';

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
    effectDone: effect === 'read' ? 'none' : verdict === 'passed' ? 'full' : 'unknown',
  };
  const changed = changeTarget(
    changeStep(state, step, (one) => askedOnPaper(one, state, made, name)),
    place,
    (target) => ({
      ...target,
      status: verdict,
      probe: null,
      clearToRun: false,
      undone: null,
      rejection: null,
      // What was said of an attempt before says nothing of this one.
      decision: target.decision?.decision === 'was-done' ? null : target.decision,
      attempts: [...target.attempts, made],
      records: [...target.records, record.hash],
    }),
  );
  return markUndone({ ...changed, attempts: state.attempts + 1 }, place, record.at);
}

/**
 * What was done on paper is not asked for any more. Where nobody had said yes to it beforehand, the checker signs
 * afterwards that it is so: paper is no way round them.
 */
function askedOnPaper(stands: StepState, { plan }: RunState, { number }: AttemptState, name: string): StepState {
  const { permission, permitted, countersignature } = stands;
  const left = permission?.targets.filter(({ target }) => target !== name) ?? [];
  const asksBefore = plan.steps[stepIndex(plan, stands.id)]?.countersign === 'before';
  return {
    ...stands,
    permission: permission === null || left.length === 0 ? null : { ...permission, targets: left },
    countersignature:
      asksBefore && countersignature === 'not-needed' && permitted[name] !== number ? 'pending' : countersignature,
  };
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

/** Only a sheet of this very checklist speaks of this run: on another one the same code may stand for another step. */
export function mayBeThatSheet({ contentHash }: RunState, sheet: string): Refusal | null {
  if (sheet !== '' && contentHash.startsWith(sheet)) return null;
  return refuse('paper-of-another', { sheet, hash: contentHash.slice(0, 8) });
}

/** What a paper says, as it stands in the journal. */
type PaperSaid = Omit<IntentOf<'record-paper'>, 'sheet'>;

/**
 * The paper speaks only for a target where nothing runs and nothing is settled, and not of what is to come. It cannot
 * tell of a time before an attempt that stands here; what it says against one, or of a failure, it says with a note.
 */
export function mayRecordPaper(state: RunState, intent: PaperSaid): Refusal | null {
  const { step: id, target: name, doneBy, checkedBy } = intent;
  const place = find(state, id, name);
  const target = place === null ? undefined : state.steps[place[0]]?.targets[place[1]];
  const step = place === null ? undefined : state.plan.steps[place[0]];
  if (place === null || target === undefined || step === undefined)
    return refuse('no-such-target', { step: id, target: name });
  if (place[0] !== state.current)
    return refuse('not-the-current-step', { step: id, current: state.steps[state.current]?.id ?? '' });
  if (step.block !== null && state.block !== step.block)
    return refuse('block-not-entered', { block: state.plan.blocks[step.block]?.title ?? '' });
  // Who approved is entered person by person, each with their role.
  if (actionFor(step, name).kind === 'approval') return refuse('wrong-kind', { step: id });
  if (isBusy(target)) return refuse('attempt-running', { step: id, target: name });
  if (isSettled(target.status)) return refuse('already-settled', { step: id, target: name });
  if (checkedBy !== null && samePerson(doneBy, checkedBy)) return refuse('paper-own-check', { name: checkedBy });
  return mayBeOfThatTime(state, target, intent) ?? mayGoUnexplained(target, intent);
}

function mayBeOfThatTime({ at }: RunState, target: TargetState, { doneAt }: PaperSaid): Refusal | null {
  const done = Date.parse(doneAt);
  if (done > Date.parse(at) + aheadMs) return refuse('paper-in-future');
  const last = lastAttempt(target);
  const before = last !== null && last.paper === null && done + minuteMs <= Date.parse(last.startedAt);
  return before ? refuse('paper-before-attempt', { target: target.target }) : null;
}

function mayGoUnexplained(target: TargetState, { verdict, note, step }: PaperSaid): Refusal | null {
  const explained = (note?.trim() ?? '') !== '';
  const needed = verdict === 'failed' || lastAttempt(target) !== null;
  return needed && !explained ? refuse('needs-reason', { step }) : null;
}

/** The state's clock is the last record's, which may be a while ago; the controller holds it against its own. */
const aheadMs = 24 * 60 * 60_000;
/** Nobody writes seconds on paper. */
const minuteMs = 60_000;

/** A correction names a record that is there. */
export function mayAddNote(state: RunState, { step, target, corrects }: IntentOf<'add-note'>): Refusal | null {
  if (corrects !== null && corrects > state.seq) return refuse('no-such-record', { seq: String(corrects) });
  const stands = state.steps.find(({ id }) => id === step);
  if (step !== null && stands === undefined) return refuse('no-such-step', { step });
  const known = target === null || stands?.targets.some((one) => one.target === target) === true;
  return known ? null : refuse('no-such-target', { step: step ?? '', target });
}
