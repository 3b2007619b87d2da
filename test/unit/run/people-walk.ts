import fc from 'fast-check';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import { type Decision, decisions, type Verdict } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { admittedChecker } from '../../../shared/run/people-policy.ts';
import { currentStep, isSettled } from '../../../shared/run/state.ts';
import { type Duo, type Somebody, somebody } from '../../helpers/duo.ts';
import { command, manualStep, planOf, step } from '../../helpers/plans.ts';

/** Random walks of an operator, a checker and an observer through one production run. */

const undo = { action: command('undo'), perTarget: {}, plannedMs: null };
const both = ['app1', 'app2'];

export const walkPlan = planOf(
  [
    step('look', { effect: 'read', targets: both }),
    step('stop', { block: 0, targets: both, countersign: 'both', rollback: undo }),
    step('upload', { block: 0, countersign: 'after', rollback: undo }),
    step('schema', { countersign: 'before', pointOfNoReturn: 'The old build cannot read it.' }),
    step('agree', {
      ...{ kind: 'approval', effect: 'read', targets: [DESK], countersign: 'after' },
      action: { kind: 'approval', roles: [{ role: 'owner', needed: 1 }] },
    }),
    manualStep('mark', { countersign: 'both' }),
  ],
  { production: true, people: { checkers: 1, challengeMs: null } },
);

export const ada = somebody('Ada');
export const bo = somebody('Bo');
export const cy = somebody('Cy');

/** Who acts: `at` picks among what is there. */
export type Move =
  | { readonly by: 'operator'; readonly does: 'run' | Decision; readonly at: number }
  | { readonly by: 'operator'; readonly asks: Intent }
  | {
      readonly by: 'operator';
      readonly does: 'ask' | 'waive' | 'dismiss' | 'offer' | 'answer' | 'include';
      readonly at: number;
    }
  | { readonly by: 'all' }
  | { readonly by: 'world'; readonly ends: Verdict }
  | { readonly by: 'world'; readonly does: 'gone' | 'here' | 'join' | 'crash' | 'take-over' | 'cut' }
  | {
      readonly by: 'checker';
      readonly does: 'sign' | 'reject' | 'open' | 'blind' | 'log' | 'hold' | 'accept' | 'wrong' | 'leave';
    };

const operatorAsks: readonly Intent[] = [
  { type: 'enter-block', block: 0 },
  { type: 'enter-block', block: 0 },
  { type: 'hold', reason: 'x' },
  { type: 'continue' },
  { type: 'continue' },
  { type: 'continue' },
  { type: 'begin-rollback', scope: 'run', reason: 'x', include: [] },
  { type: 'begin-rollback', scope: 'block', reason: 'x', include: [] },
  { type: 'withdraw-handover', reason: 'x' },
  { type: 'finish' },
];

export const anyMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 14, arbitrary: fc.constant({ by: 'all' as const }) },
  {
    weight: 8,
    arbitrary: fc.record({ by: fc.constant('operator' as const), does: fc.constant('run' as const), at: fc.nat(1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ by: fc.constant('operator' as const), does: fc.constantFrom(...decisions), at: fc.nat(1) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ by: fc.constant('operator' as const), asks: fc.constantFrom(...operatorAsks) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      by: fc.constant('operator' as const),
      does: fc.constantFrom(
        'ask' as const,
        'ask' as const,
        'waive' as const,
        'dismiss' as const,
        'offer' as const,
        'answer' as const,
      ),
      at: fc.nat(1),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      by: fc.constant('world' as const),
      ends: fc.constantFrom<Verdict>('passed', 'passed', 'passed', 'failed', 'unknown', 'inconclusive'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      by: fc.constant('world' as const),
      does: fc.constantFrom(
        'gone' as const,
        'here' as const,
        'here' as const,
        'join' as const,
        'join' as const,
        'crash' as const,
        'take-over' as const,
        'cut' as const,
      ),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      by: fc.constant('checker' as const),
      does: fc.constantFrom(
        ...([
          'sign',
          'sign',
          'sign',
          'sign',
          'reject',
          'open',
          'blind',
          'log',
          'hold',
          'accept',
          'wrong',
          'leave',
        ] as const),
      ),
    }),
  },
);

/** One move; what is refused changes nothing. Whether it was done. */
export function take(duo: Duo, move: Move): boolean {
  if (duo.state.penWith !== null) return takeUp(duo);
  if (move.by === 'all') return cooperate(duo);
  if (move.by === 'operator')
    return 'asks' in move ? duo.asks(move.asks) === null : operatorDoes(duo, move.does, move.at);
  if (move.by === 'checker') return checkerDoes(duo, move.does);
  if (!('ends' in move)) return worldDoes(duo, move.does);
  const [attempt] = Object.keys(duo.state.running);
  if (attempt !== undefined) duo.ends(move.ends, attempt);
  return attempt !== undefined;
}

/** The newcomer's machine goes on. */
function takeUp(duo: Duo): boolean {
  const pen = admittedChecker(duo.state);
  if (pen === null) return false;
  duo.tells({ type: 'session-closed', data: { reason: 'handed-over' } });
  duo.takesPen(pen.participant);
  return true;
}

function operatorDoes(duo: Duo, does: string, at: number): boolean {
  const { state } = duo;
  const step = currentStep(state);
  const target = step?.targets[at % step.targets.length];
  const person = state.participants.find((one) => one.standing === 'admitted' && (at === 0 || one.role === 'checker'));
  switch (does) {
    case 'dismiss':
      return duo.asks({ type: 'dismiss', participant: person?.participant ?? 'p0', reason: 'x' }) === null;
    case 'offer':
      return duo.asks({ type: 'offer-handover', participant: person?.participant ?? 'p0', reason: 'x' }) === null;
    case 'answer': {
      const open = state.interruptions.find((one) => one.answer === null);
      return duo.asks({ type: 'answer-interruption', interruption: open?.interruption ?? 'i0', answer: 'x' }) === null;
    }
  }
  if (step === null || target === undefined) return false;
  if (does === 'run') return works(duo, step.id, target) === null;
  if (does === 'waive') return duo.asks({ type: 'waive-countersignature', step: step.id, reason: 'x' }) === null;
  if (does === 'ask')
    return duo.asks({ type: 'ask-permission', step: step.id, targets: [target], reason: 'x' }) === null;
  const decision = does as Decision;
  return duo.asks({ type: 'decide', step: step.id, target, decision, reason: 'x', owner: 'y', due: 'z' }) === null;
}

/** The step's own way of being worked. */
function works(duo: Duo, id: string, target: string) {
  const step = currentStep(duo.state);
  if (step?.pointOfNoReturn != null) duo.asks({ type: 'accept-no-return', step: id, reason: 'x' });
  if (step?.kind === 'approval')
    return duo.asks({
      type: 'approve',
      step: id,
      target,
      role: 'owner',
      person: 'Zoe',
      answer: 'approved',
      reason: 'x',
    });
  if (step?.kind === 'manual')
    return duo.asks({
      type: 'confirm-manual',
      step: id,
      target,
      verdict: 'passed',
      evidence: {},
      note: null,
      reason: 'x',
    });
  return duo.asks({ type: 'run-step', step: id, targets: [target], reason: 'x' });
}

function checkerDoes(duo: Duo, does: Extract<Move, { by: 'checker' }>['does']): boolean {
  const id = admittedChecker(duo.state)?.participant ?? 'p0';
  const waiting = duo.waits();
  switch (does) {
    case 'sign':
      return duo.answers(id) === null;
    case 'reject':
      return duo.answers(id, 'no') === null;
    case 'open':
      return waiting !== null && duo.hears(id, { type: 'open-evidence', ...waiting }) === null;
    case 'blind':
      return waiting !== null && duo.signs(id, waiting) === null;
    case 'log':
      return duo.hears(id, { type: 'log-interruption', from: 'a', what: 'b', urgency: 'now' }) === null;
    case 'hold':
      return duo.hears(id, { type: 'request-hold', reason: 'x' }) === null;
    case 'accept':
    case 'wrong':
      return duo.accepts(id, does === 'wrong') === null;
    case 'leave':
      return duo.hears(id, { type: 'leave' }) === null;
  }
}

/** The other of the two people, as whom the checker may join. */
const otherThan = (one: Somebody): Somebody => (one.publicKey === ada.publicKey ? bo : ada);

function worldDoes(duo: Duo, does: 'gone' | 'here' | 'join' | 'crash' | 'take-over' | 'cut'): boolean {
  const checker = admittedChecker(duo.state);
  switch (does) {
    case 'gone':
    case 'here':
      if (checker === null || checker.presence === does) return false;
      duo.presence(checker.participant, does);
      return true;
    case 'join':
      return duo.joins(`p${duo.people.size + 1}`, otherThan(duo.operator)) === null;
    case 'cut':
      duo.tells({ type: 'mirror-closed', data: {} });
      return true;
    case 'crash':
      duo.opens(duo.operator);
      duo.tells({ type: 'mirror-closed', data: {} });
      for (const attempt of Object.keys(duo.state.running)) duo.ends('unknown', attempt);
      return true;
    case 'take-over':
      if (checker === null || duo.state.status === 'ended') return false;
      duo.takesPen(checker.participant, 'takeover');
      for (const attempt of Object.keys(duo.state.running)) duo.ends('unknown', attempt);
      return true;
  }
}

/** Two people who want to come to an end. False: there is nothing they could do. */
export function cooperate(duo: Duo): boolean {
  const { state } = duo;
  const [running] = Object.keys(state.running);
  if (state.penWith !== null) return takeUp(duo);
  if (running !== undefined) {
    duo.ends('passed', running);
    return true;
  }
  if (state.status === 'held') return goOn(duo);
  const waiting = duo.waits();
  const checker = admittedChecker(state);
  if (waiting !== null) {
    if (checker?.presence === 'here' && duo.answers(checker.participant) === null) return true;
    return duo.asks({ type: 'waive-countersignature', step: waiting.step, reason: 'x' }) === null;
  }
  const step = currentStep(state);
  if (step === null) return duo.asks({ type: 'finish' }) === null;
  const urgent = state.interruptions.find((one) => one.shownAt !== null && one.answer === null);
  if (urgent !== undefined)
    return duo.asks({ type: 'answer-interruption', interruption: urgent.interruption, answer: 'x' }) === null;
  if (step.block !== null && state.block === null) return duo.asks({ type: 'enter-block', block: step.block }) === null;
  const open = state.steps[state.current]?.targets.find(({ status }) => !isSettled(status));
  if (open === undefined) return false;
  const place = { step: step.id, target: open.target };
  if (open.status === 'unknown' && step.effect === 'write')
    return duo.asks({ type: 'decide', ...place, decision: 'was-done', reason: 'x', owner: null }) === null;
  const refused = works(duo, step.id, open.target);
  if (refused !== 'permission-missing') return refused === null;
  return duo.asks({ type: 'ask-permission', step: step.id, targets: [open.target], reason: 'x' }) === null;
}

function goOn(duo: Duo): boolean {
  const { handover } = duo.state;
  if (handover !== null && duo.accepts(handover.participant) === null) return true;
  if (handover !== null) return duo.asks({ type: 'withdraw-handover', reason: 'x' }) === null;
  if (duo.asks({ type: 'continue' }) === null) return true;
  const checker = admittedChecker(duo.state);
  return duo.asks({ type: 'dismiss', participant: checker?.participant ?? 'p0', reason: 'x' }) === null;
}
