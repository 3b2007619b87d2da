import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureHolds } from '../../../electron/engine/journal/digest.ts';
import { type EventOf, eventSchema, type JournalRecord, type RunEvent } from '../../../shared/contract/events.ts';
import type { Intent, MirrorIntent } from '../../../shared/contract/intents.ts';
import { consequences } from '../../../shared/run/consequences.ts';
import { mayFrom } from '../../../shared/run/people-policy.ts';
import { may } from '../../../shared/run/policy.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { applyRecord } from '../../../shared/run/transition.ts';
import { Duo } from '../../helpers/duo.ts';
import { examplesOf } from '../../helpers/schema-examples.ts';
import { recordOf } from '../../helpers/story.ts';
import { ada, anyMove, bo, cooperate, cy, take, walkPlan } from './people-walk.ts';

const anyWalk = fc.array(anyMove, { minLength: 40, maxLength: 200, size: 'max' });
/** As many moves as two people of good will need from anywhere. */
const enough = 150;

/** A run that is watched record by record. */
function watched(onRecord: (before: RunState, record: JournalRecord, after: RunState) => void): Duo {
  const duo = new Duo(walkPlan, ada, onRecord);
  duo.joins('p1', bo);
  duo.joins('p2', cy, 'observer');
  duo.asks({ type: 'start-run' });
  return duo;
}

/** Which attempts somebody else allowed, kept apart from the rules under test. */
class Allowed {
  readonly #attempts = new Set<string>();

  see(before: RunState, { type, data }: JournalRecord): void {
    if (type === 'pen-taken') this.#attempts.clear();
    if ((type !== 'countersigned' && type !== 'countersign-waived') || data.mode !== 'before') return;
    const asked = before.steps[before.current]?.permission;
    for (const { target, number } of asked?.targets ?? []) this.#attempts.add(`${data.step}@${target}#${number}`);
  }

  has({ step, target, number }: EventOf<'attempt-started'>['data']): boolean {
    return this.#attempts.has(`${step}@${target}#${number}`);
  }
}

function promises(before: RunState, record: JournalRecord, after: RunState, allowed: Allowed): void {
  const quiet = before.block === null && Object.keys(before.running).length === 0;
  switch (record.type) {
    case 'run-held':
    case 'interruptions-shown':
    case 'handed-over':
    case 'handover-offered':
      expect([record.type, quiet]).toEqual([record.type, true]);
      break;
    case 'attempt-started': {
      const mode = walkPlan.steps.find((one) => one.id === record.data.step)?.countersign;
      const asks = mode === 'before' || mode === 'both' || (record.data.effect === 'write' && isSecond(before, record));
      if (asks) expect([record.data, allowed.has(record.data)]).toEqual([record.data, true]);
      expect(before.holdRequest === null || before.block !== null).toBe(true);
      break;
    }
    case 'countersigned': {
      const key = before.participants.find((one) => one.participant === record.data.participant)?.publicKey ?? '';
      expect(before.sessions.at(-1)?.identity?.publicKey).not.toBe(key);
      expect(signatureHolds(key, record.data.statement, record.data.signature)).toBe(true);
      break;
    }
    case 'countersign-rejected': {
      const key = before.participants.find((one) => one.participant === record.data.participant)?.publicKey ?? '';
      expect(signatureHolds(key, record.data.statement, record.data.signature)).toBe(false);
      break;
    }
  }
  if (before.penWith !== null) {
    expect(['session-closed', 'session-opened', 'session-identified', 'pen-taken']).toContain(record.type);
  }
  for (const step of after.steps) {
    if (step.settledAt === null || step.countersignature !== 'pending') continue;
    expect(step.targets.every((target) => target.status === 'excluded')).toBe(true);
  }
}

/** A second attempt at a write that nobody found to have had no effect. */
function isSecond(before: RunState, { data }: Extract<JournalRecord, { type: 'attempt-started' }>): boolean {
  const target = before.steps.find((one) => one.id === data.step)?.targets.find((one) => one.target === data.target);
  return target?.clearToRun === false && target.attempts.some((one) => one.purpose === 'step');
}

const everything: readonly Intent[] = [
  { type: 'continue' },
  { type: 'hold', reason: 'x' },
  { type: 'abandon', reason: 'x' },
  { type: 'finish' },
  { type: 'withdraw-handover', reason: 'x' },
  ...walkPlan.steps.flatMap((one): Intent[] => [
    { type: 'run-step', step: one.id, targets: [...one.targets], reason: 'x' },
    { type: 'waive-countersignature', step: one.id, reason: 'x' },
  ]),
];

describe('two people', () => {
  it('keep every promise on every walk, and always find a way to the end', () => {
    const seen = new Map<string, number>();
    const see = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(anyWalk, (moves) => {
        const allowed = new Allowed();
        const duo = watched((before, record, after) => {
          promises(before, record, after, allowed);
          allowed.see(before, record);
          see(record.type);
          if (record.type === 'run-held') see(`held: ${record.data.cause}`);
          if (record.type === 'countersigned' || record.type === 'countersign-rejected')
            see(`${record.type}: ${record.data.mode}`);
          if (record.type === 'pen-taken') see(`pen: ${record.data.how}`);
        });
        for (const move of moves) {
          take(duo, move);
          if (duo.state.penWith === null) continue;
          for (const intent of everything) expect(may(duo.state, intent)?.code).toBe('handed-over');
          expect(consequences(duo.state)).toEqual([]);
        }
        for (let more = 0; more < enough && duo.state.status !== 'ended'; more += 1) {
          const at = `${duo.state.status} ${duo.state.current} ${JSON.stringify(duo.state.steps[duo.state.current])}`;
          expect([cooperate(duo), at]).toEqual([true, at]);
        }
        expect(duo.state.status).toBe('ended');
        see(`ended: ${duo.state.result}`);
      }),
      { numRuns: 300 },
    );
    // The walks do get somewhere.
    const reached = [
      ...['countersigned: before', 'countersigned: after', 'countersign-rejected: before'],
      ...['countersign-rejected: after', 'countersign-waived', 'permission-asked', 'interruptions-shown'],
      ...['held: checker', 'held: checker-gone', 'held: handover', 'pen: handover', 'pen: takeover'],
      ...['rollback-finished', 'block-left', 'ended: completed-except', 'ended: rolled-back'],
    ];
    expect(reached.filter((what) => (seen.get(what) ?? 0) < 3)).toEqual([]);
  });

  it('sign nothing twice: what was answered once is never asked again in the same words', () => {
    let answered = 0;
    fc.assert(
      fc.property(anyWalk, (moves) => {
        const used = new Set<string>();
        const signed: { readonly statement: string; readonly signature: string }[] = [];
        const duo = watched((_, record) => {
          if (record.type !== 'countersigned' && record.type !== 'countersign-rejected') return;
          used.add(record.data.statement);
          if (record.type === 'countersigned') signed.push(record.data);
        });
        for (const move of moves) {
          take(duo, move);
          const waiting = duo.waits();
          if (waiting === null) continue;
          expect(used.has(waiting.statement)).toBe(false);
          for (const old of signed) {
            const forged = {
              type: 'countersign',
              ...waiting,
              statement: old.statement,
              signature: old.signature,
            } as const;
            for (const id of duo.people.keys()) expect(duo.hears(id, forged)).not.toBeNull();
            const moved = { type: 'countersign', ...waiting, signature: old.signature } as const;
            for (const id of duo.people.keys()) expect(duo.hears(id, moved)).not.toBeNull();
          }
        }
        answered += used.size;
      }),
      { numRuns: 200 },
    );
    expect(answered).toBeGreaterThan(100);
  });

  it('are watched by an observer who can change nothing', () => {
    const anything: readonly MirrorIntent[] = [
      { type: 'log-interruption', from: 'a', what: 'b', urgency: 'now' },
      { type: 'request-hold', reason: 'x' },
      { type: 'decline-handover', reason: 'x' },
    ];
    fc.assert(
      fc.property(anyWalk, (moves) => {
        const duo = watched(() => {});
        for (const move of moves) {
          take(duo, move);
          const waiting = duo.waits();
          const { state } = duo;
          for (const intent of anything) expect(mayFrom(state, 'p2', intent)).not.toBeNull();
          expect(duo.accepts('p2')).not.toBeNull();
          if (waiting !== null) {
            expect(duo.hears('p2', { type: 'open-evidence', ...waiting })).not.toBeNull();
            expect(duo.signs('p2', waiting)).not.toBeNull();
            expect(duo.signs('p2', waiting, 'no')).not.toBeNull();
          }
          expect(duo.state).toBe(state);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('can write anything at any time without the fold falling over', () => {
    const words = ['stop', 'app1', 'p1', 'i1', 'a1', 'nowhere'];
    const events = words.flatMap((word) => examplesOf(eventSchema, () => word) as readonly RunEvent[]);
    const told = events.filter((event) => event.type !== 'run-created' && eventSchema.safeParse(event).success);
    expect(new Set(told.map((event) => event.type)).size).toBeGreaterThan(40);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...told), { maxLength: 60 }), (given) => {
        let { state } = watched(() => {});
        for (const event of given) {
          state = applyRecord(state, recordOf(event, state.seq + 1));
          expect(state.plan.steps.length).toBe(state.steps.length);
          for (const next of consequences(state)) expect(eventSchema.safeParse(next).success).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
