import fc from 'fast-check';
import { sha256Text } from '../../../electron/engine/journal/digest.ts';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { Intent, RefusalCode } from '../../../shared/contract/intents.ts';
import { glassStatement, statementHash } from '../../../shared/people/statements.ts';
import { lockdownWanted, openChecks } from '../../../shared/run/lockdown.ts';
import { admittedChecker } from '../../../shared/run/people-policy.ts';
import { atSafePoint } from '../../../shared/run/safe-point.ts';
import type { Duo, Somebody } from '../../helpers/duo.ts';
import { command, manualStep, planOf, step } from '../../helpers/plans.ts';
import { anyMove, cooperate, cy, type Move, take } from './people-walk.ts';

/** Random walks through a run that is worked in lockdown: the people of `people-walk.ts`, and the desk of the lock. */

const undo = { action: command('undo'), perTarget: {}, plannedMs: null };

/** Cold, hot with a block, cold again, hot, observe. */
export const lockedPlan = planOf(
  [
    step('look', { effect: 'read', phase: 0, targets: ['app1', 'app2'] }),
    step('stop', { phase: 1, block: 0, targets: ['app1', 'app2'], countersign: 'both', rollback: undo }),
    step('upload', { phase: 1, block: 0, rollback: undo }),
    manualStep('wait', { phase: 2 }),
    step('start', { phase: 3, countersign: 'after', verify: { action: command('is it up'), perTarget: {} } as never }),
    step('watch', { phase: 4, effect: 'read', targets: [DESK] }),
    manualStep('mark', { phase: 4 }),
  ],
  {
    production: true,
    people: { checkers: 1, challengeMs: null },
    phases: [
      { kind: 'cold', title: 'Before' },
      { kind: 'hot', title: 'Change' },
      { kind: 'cold', title: 'Wait' },
      { kind: 'hot', title: 'Start' },
      { kind: 'observe', title: 'Look' },
    ],
    blocks: [{ title: 'Replace the build', phase: 1, worstCaseMs: null }],
  },
);

export type LockMove =
  | Move
  | { readonly by: 'desk'; readonly finds: 'fine' | 'low' }
  | { readonly by: 'glass'; readonly does: 'ask' | 'withdraw' | 'pause' | 'sign' | 'forge' | 'observer' | 'refuse' };

const of = <T extends string>(...all: readonly T[]) => fc.constantFrom(...all);

export const anyLockMove: fc.Arbitrary<LockMove> = fc.oneof(
  { weight: 12, arbitrary: anyMove },
  { weight: 5, arbitrary: fc.record({ by: of('desk'), finds: of('fine', 'fine', 'low') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      by: of('glass'),
      does: of('ask', 'ask', 'ask', 'withdraw', 'pause', 'sign', 'sign', 'forge', 'observer', 'refuse'),
    }),
  },
);

/** One move; what is refused changes nothing. */
export function takeLocked(duo: Duo, move: LockMove): void {
  if (move.by === 'desk') desk(duo, move.finds);
  else if (move.by === 'glass') glass(duo, move.does);
  else take(duo, move);
}

/** Two people who want to come to an end, and a desk that does its work. False: there is nothing they could do. */
export function cooperateLocked(duo: Duo): boolean {
  if (desk(duo, 'fine')) return true;
  if (duo.state.lockdown.glass !== null) return glass(duo, 'sign') === null || glass(duo, 'withdraw') === null;
  const [open] = openChecks(duo.state);
  const decided: Intent = { type: 'decide-check', item: open?.item ?? 'disk', reason: 'x' };
  if (open !== undefined && duo.asks(decided) === null) return true;
  return cooperate(duo);
}

/** What the desk of the lock records next, if anything. */
function desk(duo: Duo, finds: 'fine' | 'low'): boolean {
  const { state } = duo;
  if (state.penWith !== null) return false;
  const inside = state.lockdown.spans.at(-1)?.until === null;
  if (inside && state.lockdown.status === 'open') return told(duo, [left('crashed')]);
  if (!lockdownWanted(state)) {
    if (inside) return told(duo, [left(state.lockdown.status === 'broken' ? 'glass' : 'held')]);
    return false;
  }
  if (inside) return false;
  const found = finds === 'fine' ? (['ok', 'disk-enough'] as const) : (['warning', 'disk-low'] as const);
  const checks = [{ item: 'disk' as const, status: found[0], code: found[1], params: {} }];
  duo.tells({ type: 'preflight-checked', data: { when: 'entry', checks } });
  if (openChecks(duo.state).length > 0 && atSafePoint(duo.state) === null)
    return told(duo, [{ type: 'run-held', data: { reason: 'disk', cause: 'lockdown', minutes: null } }]);
  const data = { display: { width: 1, height: 1 }, displays: 1, sensed: true };
  return told(duo, [{ type: 'lockdown-entered', data }]);
}

function told(duo: Duo, events: readonly RunEvent[]): true {
  duo.tells(...events);
  return true;
}

const left = (cause: 'crashed' | 'glass' | 'held'): RunEvent => ({ type: 'lockdown-left', data: { cause } });

function glass(duo: Duo, does: Extract<LockMove, { by: 'glass' }>['does']): RefusalCode | null {
  const id = admittedChecker(duo.state)?.participant ?? 'p0';
  switch (does) {
    case 'ask':
      return duo.asks({ type: 'break-glass', reason: 'the house is on fire' });
    case 'withdraw':
      return duo.asks({ type: 'withdraw-glass' });
    case 'pause':
      return duo.asks({ type: 'hold', reason: 'x', minutes: 5 });
    case 'sign':
      return signsGlass(duo, id);
    case 'forge':
      return signsGlass(duo, id, duo.operator);
    case 'observer':
      return signsGlass(duo, 'p2', cy);
    case 'refuse':
      return duo.hears(id, { type: 'refuse-glass', reason: 'stay' });
  }
}

/** The hash of what the checker would sign for the glass just now. */
export function askedGlass({ state }: Duo): string {
  return statementHash(glassStatement(state) ?? {}, sha256Text);
}

/** The glass that is asked for now is signed in this participant's name. */
export function signsGlass(duo: Duo, id: string, by: Somebody | undefined = duo.people.get(id)): RefusalCode | null {
  const statement = askedGlass(duo);
  return duo.hears(id, { type: 'sign-glass', statement, signature: by?.sign(statement) ?? '' });
}
