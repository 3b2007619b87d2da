import { stepIndex } from '../checklist/plan-lookup.ts';
import type { RunEvent } from '../contract/events.ts';
import type { CheckDecision, Intent, MirrorIntent } from '../contract/intents.ts';
import { waitingFor } from '../people/statements.ts';
import { resultOf } from './consequences.ts';
import { openChecks } from './lockdown.ts';
import { nextNumber } from './people.ts';
import { rollbackPreview } from './rollback-plan.ts';
import { lastAttempt, type RunState } from './state.ts';

/** Intents that need nothing but a record; the others start an attempt first. */
export type PlainIntent = Exclude<Intent, { type: 'run-step' | 'confirm-manual' | 'probe' }>;

/** The events an allowed intent turns into. */
export function eventsFor(state: RunState, intent: PlainIntent): readonly RunEvent[] {
  switch (intent.type) {
    case 'start-run':
      return startEvents(state, intent);
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
      // Turning round is never held up: an offer of the pen is taken back, a run on hold goes on.
      return [
        ...(state.handover === null ? [] : [{ type: 'handover-withdrawn', data: { reason } } as const]),
        ...(state.status === 'held' ? [{ type: 'run-continued', data: {} } as const] : []),
        { type: 'rollback-begun', data: { scope, reason, steps } },
      ];
    }
    case 'record-paper': {
      // The sheet was compared with the run's; that it is this one says nothing new.
      const { type: _, sheet: __, ...data } = intent;
      const stands = state.steps[stepIndex(state.plan, intent.step)]?.targets.find(
        ({ target }) => target === intent.target,
      );
      if (stands === undefined) throw new Error(`policy let a paper without a target through: ${intent.step}`);
      const attempt = `a${state.attempts + 1}`;
      return [{ type: 'paper-recorded', data: { ...data, attempt, number: nextNumber(stands) } }];
    }
    case 'add-note': {
      const { type: _, ...data } = intent;
      return [{ type: 'note-added', data: { ...data, note: `n${state.notes.length + 1}` } }];
    }
    case 'file-analysis': {
      const { type: _, ...data } = intent;
      return [{ type: 'analysis-filed', data }];
    }
    case 'waive-countersignature': {
      const { step, reason } = intent;
      return [{ type: 'countersign-waived', data: { step, reason, mode: waitingFor(state, step) ?? 'after' } }];
    }
    case 'ask-permission': {
      const { step, reason, choice = null } = intent;
      const stands = state.steps[stepIndex(state.plan, step)]?.targets ?? [];
      const asked = stands.filter((one) => intent.targets.includes(one.target));
      const targets = asked.map((one) => ({ target: one.target, number: nextNumber(one) }));
      return [{ type: 'permission-asked', data: { step, targets, reason, choice } }];
    }
    case 'admit':
      return [{ type: 'participant-admitted', data: { participant: intent.participant, role: intent.role } }];
    case 'decline-participant':
    case 'dismiss': {
      const type = intent.type === 'dismiss' ? 'participant-dismissed' : 'participant-declined';
      return [{ type, data: { participant: intent.participant, reason: intent.reason } }];
    }
    case 'answer-interruption': {
      const { type: _, ...data } = intent;
      return [{ type: 'interruption-answered', data }];
    }
    case 'offer-handover': {
      const { participant, reason } = intent;
      const offered: RunEvent = { type: 'handover-offered', data: { participant, reason } };
      const held: RunEvent = { type: 'run-held', data: { reason, cause: 'handover', minutes: null } };
      return state.status === 'running' ? [held, offered] : [offered];
    }
    case 'withdraw-handover':
      return [{ type: 'handover-withdrawn', data: { reason: intent.reason } }];
    case 'hold':
      return [
        { type: 'run-held', data: { reason: intent.reason, cause: 'operator', minutes: intent.minutes ?? null } },
      ];
    case 'decide-check':
      return [decidedCheck(state, intent)];
    case 'break-glass':
      return [{ type: 'glass-asked', data: { reason: intent.reason } }];
    case 'withdraw-glass':
      return [{ type: 'glass-withdrawn', data: {} }];
    case 'continue':
      return [{ type: 'run-continued', data: {} }];
    case 'finish':
      return [{ type: 'run-ended', data: { result: resultOf(state), reason: null } }];
    case 'abandon':
      return [{ type: 'run-ended', data: { result: 'abandoned', reason: intent.reason } }];
  }
}

function startEvents(
  state: RunState,
  { lockdown, decisions = [] }: Extract<Intent, { type: 'start-run' }>,
): RunEvent[] {
  // Something may have been mended since it was decided: then there is nothing to go past.
  const open = openChecks(state);
  const needed = decisions.filter(({ item }) => open.some((check) => check.item === item));
  return [
    ...needed.map((decision) => decidedCheck(state, decision)),
    ...(lockdown === undefined ? [] : [{ type: 'lockdown-chosen', data: lockdown } as const]),
    { type: 'run-started', data: {} },
  ];
}

/** A decision is about what was found, not about the item for ever. */
function decidedCheck(state: RunState, { item, reason }: CheckDecision): RunEvent {
  const found = state.lockdown.checks.find((check) => check.item === item);
  if (found === undefined) throw new Error(`policy let a decision about nothing through: ${item}`);
  return { type: 'preflight-decided', data: { item, code: found.code, reason } };
}

/** The events that an allowed intent of somebody on another computer turns into. */
export function eventsFrom(state: RunState, participant: string, intent: MirrorIntent): readonly RunEvent[] {
  switch (intent.type) {
    case 'open-evidence': {
      const { type: _, ...data } = intent;
      return [{ type: 'evidence-opened', data: { participant, ...data } }];
    }
    case 'countersign': {
      const { type: _, ...data } = intent;
      return [{ type: 'countersigned', data: { participant, ...data } }];
    }
    case 'reject': {
      const { type: _, ...data } = intent;
      return [{ type: 'countersign-rejected', data: { participant, ...data } }];
    }
    case 'log-interruption': {
      const { type: _, ...data } = intent;
      const interruption = `i${state.interruptions.length + 1}`;
      return [{ type: 'interruption-logged', data: { interruption, participant, ...data } }];
    }
    case 'request-hold':
      return [{ type: 'hold-requested', data: { participant, reason: intent.reason } }];
    case 'accept-handover':
      return [{ type: 'handed-over', data: { participant, head: intent.head, signature: intent.signature } }];
    case 'decline-handover':
      return [{ type: 'handover-declined', data: { participant, reason: intent.reason } }];
    case 'sign-glass':
      return [
        { type: 'glass-signed', data: { participant, statement: intent.statement, signature: intent.signature } },
      ];
    case 'refuse-glass':
      return [{ type: 'glass-refused', data: { participant, reason: intent.reason } }];
    case 'leave':
      return [{ type: 'participant-left', data: { participant } }];
  }
}

function attemptAt(state: RunState, step: string, target: string): string {
  const found = state.steps.find((one) => one.id === step)?.targets.find((one) => one.target === target);
  const attempt = found === undefined ? null : lastAttempt(found);
  if (attempt === null) throw new Error(`policy let a judgement without an attempt through: ${step} on ${target}`);
  return attempt.attempt;
}
