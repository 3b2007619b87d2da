import type { RunEvent } from '../contract/events.ts';
import type { Intent } from '../contract/intents.ts';
import { resultOf } from './consequences.ts';
import { rollbackPreview } from './rollback-plan.ts';
import { lastAttempt, type RunState } from './state.ts';

/** Intents that need nothing but a record; the others start an attempt first. */
export type PlainIntent = Exclude<Intent, { type: 'run-step' | 'confirm-manual' | 'probe' }>;

/** The events an allowed intent turns into. */
export function eventsFor(state: RunState, intent: PlainIntent): readonly RunEvent[] {
  switch (intent.type) {
    case 'start-run':
      return [{ type: 'run-started', data: {} }];
    case 'enter-block':
      return [{ type: 'block-entered', data: { block: intent.block } }];
    case 'cancel-attempt':
      return [{ type: 'attempt-cancel-requested', data: { attempt: intent.attempt } }];
    case 'decide': {
      const { step, target, decision, reason, owner, due = null } = intent;
      return [{ type: 'target-decided', data: { step, target, decision, reason, owner, due } }];
    }
    case 'judge': {
      const { step, target, finding, judgement, reason } = intent;
      const attempt = attemptAt(state, step, target);
      return [{ type: 'finding-judged', data: { step, target, attempt, finding, judgement, reason } }];
    }
    case 'approve': {
      const { type: _, ...data } = intent;
      return [{ type: 'approval-given', data }];
    }
    case 'accept-no-return':
      return [{ type: 'no-return-accepted', data: { step: intent.step, reason: intent.reason } }];
    case 'begin-rollback': {
      const { scope, reason, include } = intent;
      const steps = [...rollbackPreview(state, scope, include).steps];
      const begun: RunEvent = { type: 'rollback-begun', data: { scope, reason, steps } };
      return state.status === 'held' ? [{ type: 'run-continued', data: {} }, begun] : [begun];
    }
    case 'file-analysis': {
      const { type: _, ...data } = intent;
      return [{ type: 'analysis-filed', data }];
    }
    case 'waive-countersignature':
      return [{ type: 'countersign-waived', data: { step: intent.step, reason: intent.reason } }];
    case 'hold':
      return [{ type: 'run-held', data: { reason: intent.reason } }];
    case 'continue':
      return [{ type: 'run-continued', data: {} }];
    case 'finish':
      return [{ type: 'run-ended', data: { result: resultOf(state), reason: null } }];
    case 'abandon':
      return [{ type: 'run-ended', data: { result: 'abandoned', reason: intent.reason } }];
  }
}

function attemptAt(state: RunState, step: string, target: string): string {
  const found = state.steps.find((one) => one.id === step)?.targets.find((one) => one.target === target);
  const attempt = found === undefined ? null : lastAttempt(found);
  if (attempt === null) throw new Error(`policy let a judgement without an attempt through: ${step} on ${target}`);
  return attempt.attempt;
}
