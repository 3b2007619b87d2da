import type { RunEvent } from '../contract/events.ts';
import type { Intent } from '../contract/intents.ts';
import { resultOf } from './consequences.ts';
import type { RunState } from './state.ts';

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
      const { step, target, decision, reason, owner } = intent;
      return [{ type: 'target-decided', data: { step, target, decision, reason, owner } }];
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
