import type { Decision, JournalRecord, Judgement, RunResult, Verdict } from '../contract/events.ts';
import type { RunState } from './state.ts';

/** Records that can turn out to be wrong: what a person said or decided, and what was found. */
export const saidTypes = [
  'attempt-ended',
  'paper-recorded',
  'target-decided',
  'finding-judged',
  'approval-given',
  'no-return-accepted',
  'countersign-waived',
  'countersigned',
  'countersign-rejected',
  'run-held',
  'preflight-decided',
  'lockdown-chosen',
  'interruption-logged',
  'interruption-answered',
  'rollback-begun',
  'analysis-filed',
  'note-added',
  'run-ended',
] as const;
export type SaidType = (typeof saidTypes)[number];

/** The closed word in a record: what was found, decided or answered. */
export type SaidWord = Verdict | Decision | Judgement | RunResult | 'approved' | 'refused';

/** A record in few words. */
export interface SaidRecord {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly type: SaidType;
  /** Null: of the run as a whole. */
  readonly step: string | null;
  readonly target: string | null;
  readonly word: SaidWord | null;
  /** What somebody wrote, word for word. */
  readonly text: string;
}

type Told = Partial<Pick<SaidRecord, 'step' | 'target' | 'word'>> & { readonly words: readonly (string | null)[] };

/** A record in few words; null where there is nothing that a person could correct. `before`: the state without it. */
export function said(before: RunState, record: JournalRecord): SaidRecord | null {
  const type = saidTypes.find((one) => one === record.type);
  const told = type === undefined ? null : tell(before, record);
  if (type === undefined || told === null) return null;
  const { seq, at, actor } = record;
  const { step = null, target = null, word = null, words } = told;
  const text = words.filter((one) => one !== null && one !== '').join('\n');
  return { seq, at, by: actor.name, type, step, target, word, text };
}

function tell(before: RunState, record: JournalRecord): Told | null {
  switch (record.type) {
    case 'attempt-ended':
      return attempt(before, record.data);
    case 'paper-recorded': {
      const { step, target, verdict, doneAt, doneBy, checkedBy, note } = record.data;
      return { step, target, word: verdict, words: [doneBy, checkedBy, doneAt, note] };
    }
    case 'target-decided': {
      const { step, target, decision, reason, owner, due } = record.data;
      return { step, target, word: decision, words: [reason, owner, due] };
    }
    case 'finding-judged': {
      const { step, target, finding, judgement, reason } = record.data;
      return { step, target, word: judgement, words: [finding, reason] };
    }
    case 'approval-given': {
      const { step, target, role, person, answer, reason } = record.data;
      return { step, target, word: answer, words: [`${person} (${role})`, reason] };
    }
    case 'no-return-accepted':
    case 'countersign-waived':
    case 'countersign-rejected':
      return { step: record.data.step, words: [record.data.reason] };
    case 'countersigned':
      return { step: record.data.step, words: [] };
    case 'run-held':
    case 'preflight-decided':
    case 'lockdown-chosen':
    case 'rollback-begun':
      return { words: [record.data.reason] };
    case 'interruption-logged':
      return { words: [record.data.from, record.data.what] };
    case 'interruption-answered':
      return { words: [record.data.answer] };
    case 'analysis-filed': {
      const { what, cause, fix, confirmedBy } = record.data;
      return { words: [what, cause, fix, confirmedBy] };
    }
    case 'note-added':
      return { step: record.data.step, target: record.data.target, words: [record.data.text] };
    case 'run-ended':
      return { word: record.data.result, words: [record.data.reason] };
    default:
      return null;
  }
}

/** Where an attempt ran is known only while it does. A probe is nobody's word. */
function attempt(
  { plan, steps, running }: RunState,
  { attempt: id, verdict, evidence, note }: Extract<JournalRecord, { type: 'attempt-ended' }>['data'],
): Told | null {
  const [at, on] = running[id] ?? [];
  if (at === undefined || on === undefined) return null;
  const target = steps[at]?.targets[on];
  if (target?.attempts.find((one) => one.attempt === id)?.purpose !== 'step') return null;
  const answers = Object.entries(evidence).map(
    ([name, value]) => `${name}: ${typeof value === 'object' ? value.path : String(value)}`,
  );
  return { step: plan.steps[at]?.id ?? null, target: target.target, word: verdict, words: [...answers, note] };
}
