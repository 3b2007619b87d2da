import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Text, signatureHolds } from '../../../electron/engine/journal/digest.ts';
import { eventSchema, type JournalRecord, type RunEvent } from '../../../shared/contract/events.ts';
import { auditPeople, type PeopleAudit } from '../../../shared/journal/people-audit.ts';
import { consequences } from '../../../shared/run/consequences.ts';
import { lockdownWanted } from '../../../shared/run/lockdown.ts';
import { may } from '../../../shared/run/policy.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { applyRecord } from '../../../shared/run/transition.ts';
import { Duo } from '../../helpers/duo.ts';
import { examplesOf } from '../../helpers/schema-examples.ts';
import { recordOf } from '../../helpers/story.ts';
import { anyLockMove, cooperateLocked, lockedPlan, takeLocked } from './lockdown-walk.ts';
import { ada, bo, cy } from './people-walk.ts';

const anyWalk = fc.array(anyLockMove, { minLength: 40, maxLength: 200, size: 'max' });
const enough = 200;

function watched(onRecord: (before: RunState, record: JournalRecord, after: RunState) => void): Duo {
  const duo = new Duo(lockedPlan, ada, onRecord);
  duo.joins('p1', bo);
  duo.joins('p2', cy, 'observer');
  duo.asks({ type: 'start-run', lockdown: { on: true, reason: null } });
  return duo;
}

/** From the first hot step to the last, by place in this plan; the way back lies behind the last written step. */
const isHotHere = ({ current, block }: RunState): boolean =>
  block !== null || (current >= 1 && current <= 4) || current >= lockedPlan.steps.length;

/** The lock as the desk recorded it, kept apart from the rules under test. */
class Lock {
  on = false;
  broken = false;
  signed = false;
  asked: string | null = null;

  see({ type }: JournalRecord): void {
    if (type === 'lockdown-entered') this.on = true;
    if (type === 'lockdown-left' || type === 'session-opened') this.on = false;
    if (type === 'glass-broken') this.broken = true;
    if (type === 'run-continued') this.broken = false;
    if (type === 'glass-signed') this.signed = true;
    if (type === 'glass-asked') this.signed = false;
  }
}

function promises(before: RunState, record: JournalRecord, after: RunState, lock: Lock): void {
  const { type, data } = record;
  switch (type) {
    case 'attempt-started':
    case 'block-entered':
      expect([type, lock.broken]).toEqual([type, false]);
      if (isHotHere(before)) expect([type, data, lock.on]).toEqual([type, data, true]);
      break;
    case 'glass-asked':
      expect([lock.on, before.block]).toEqual([true, null]);
      break;
    case 'glass-signed': {
      const who = before.participants.find((one) => one.participant === record.data.participant);
      expect([who?.role, who?.standing]).toEqual(['checker', 'admitted']);
      expect(who?.publicKey).not.toBe(before.sessions.at(-1)?.identity?.publicKey);
      expect(signatureHolds(who?.publicKey ?? '', record.data.statement, record.data.signature)).toBe(true);
      break;
    }
    case 'glass-broken': {
      expect(before.block).toBeNull();
      const couldSign = before.participants.some(
        ({ role, standing, presence }) => role === 'checker' && standing === 'admitted' && presence === 'here',
      );
      expect(lock.signed || !couldSign).toBe(true);
      expect(record.data.signedBy !== null).toBe(lock.signed);
      break;
    }
    case 'run-held':
      expect([before.block, Object.keys(before.running)]).toEqual([null, []]);
      break;
  }
  const fellOpen = before.lockdown.status === 'locked' && after.lockdown.status !== 'locked';
  if (fellOpen && before.block !== null && after.block !== null) expect(type).toBe('session-opened');
  if (after.lockdown.glass?.signedBy === null) expect([after.lockdown.status, after.block]).toEqual(['locked', null]);
}

describe('a run in lockdown', () => {
  it('is locked wherever it must be, opens only as it may, and always comes to an end', () => {
    const seen = new Map<string, number>();
    const see = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(anyWalk, (moves) => {
        const lock = new Lock();
        const duo = watched((before, record, after) => {
          promises(before, record, after, lock);
          lock.see(record);
          see(record.type);
          if (record.type === 'run-held') see(`held: ${record.data.cause}`);
          if (record.type === 'glass-broken') see(`broken: ${record.data.signedBy === null ? 'alone' : 'signed'}`);
          if (record.type === 'lockdown-left') see(`left: ${record.data.cause}`);
        });
        for (const move of moves) {
          takeLocked(duo, move);
          const { state } = duo;
          const quiet = state.block === null && Object.keys(state.running).length === 0;
          const { status } = state.lockdown;
          // Whoever is locked in at a safe point gets out by themselves.
          if (status === 'locked' && quiet && state.status === 'running' && state.penWith === null) {
            expect(may(state, { type: 'hold', reason: 'x', minutes: 1 })).toBeNull();
            expect(may(state, { type: 'hold', reason: 'x' })?.code).toBe('minutes-missing');
          }
          if (status === 'broken' && quiet) expect(state.status).not.toBe('running');
          if (state.status === 'held') expect(lockdownWanted(state)).toBe(false);
        }
        for (let more = 0; more < enough && duo.state.status !== 'ended'; more += 1) {
          const { status, current, lockdown } = duo.state;
          const at = JSON.stringify([status, current, lockdown, duo.state.steps[current]]);
          expect([cooperateLocked(duo), at]).toEqual([true, at]);
        }
        expect(duo.state.status).toBe('ended');
        see(`ended: ${duo.state.result}`);
      }),
      { numRuns: 300 },
    );
    const reached = [
      ...['broken: alone', 'broken: signed', 'glass-withdrawn', 'glass-refused', 'held: glass', 'held: lockdown'],
      ...['left: glass', 'left: held', 'left: crashed', 'preflight-decided', 'block-left', 'pen-taken'],
      ...['rollback-finished', 'ended: completed', 'ended: rolled-back'],
    ];
    expect(reached.filter((what) => (seen.get(what) ?? 0) < 3)).toEqual([]);
  });

  it('is found true by the verifier wherever the rules let it go', () => {
    fc.assert(
      fc.property(anyWalk, (moves) => {
        let audit: PeopleAudit | null = null;
        const faults: string[] = [];
        const duo = watched((before, record) => {
          audit ??= { state: before, sessionFrom: { seq: -1, hash: '' } };
          const folded = auditPeople(audit, record, { sha256: sha256Text, signatureHolds });
          ({ audit } = folded);
          faults.push(...folded.faults.map(({ code }) => code));
        });
        for (const move of moves) takeLocked(duo, move);
        // The sessions of these walks are vouched for with made-up signatures, and `pen-taken` with another's words.
        const made = new Set(['identity-forged', 'pen-forged', 'pen-break', 'pen-not-theirs']);
        expect(faults.filter((code) => !made.has(code))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('can have anything at all in its journal without the fold falling over or its consequences going on for ever', () => {
    const words = ['stop', 'p1', 'app1'];
    const lockdown = /^(lockdown|glass|notifications|preflight|run-|block|session|participant|way-out)/;
    const events = words
      .flatMap((word) => examplesOf(eventSchema, () => word) as readonly RunEvent[])
      .filter((event) => lockdown.test(event.type) && event.type !== 'run-created')
      .filter((event) => eventSchema.safeParse(event).success);
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(25);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 80 }), (given) => {
        let { state } = watched(() => {});
        const fold = (event: RunEvent): void => {
          state = applyRecord(state, recordOf(event, state.seq + 1));
          const { status, glass, glasses } = state.lockdown;
          if (glass?.signedBy === null) expect(status).toBe('locked');
          if (status === 'broken') expect(glasses.length).toBeGreaterThan(0);
        };
        for (const event of given) {
          fold(event);
          for (let round = 0; ; round += 1) {
            const next = consequences(state);
            if (next.length === 0) break;
            expect(round).toBeLessThan(20);
            for (const one of next) {
              expect(eventSchema.safeParse(one).success).toBe(true);
              fold(one);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
