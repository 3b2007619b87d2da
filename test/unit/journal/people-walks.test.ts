import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Text, signatureHolds } from '../../../electron/engine/journal/digest.ts';
import type { JournalRecord } from '../../../shared/contract/events.ts';
import { GENESIS } from '../../../shared/journal/chain.ts';
import { auditPeople, type PeopleAudit } from '../../../shared/journal/people-audit.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { Duo } from '../../helpers/duo.ts';
import { ada, anyMove, bo, cy, take, walkPlan } from '../run/people-walk.ts';

const crypto = { sha256: sha256Text, signatureHolds };

class Auditor {
  audit: PeopleAudit | null = null;
  readonly alarms: unknown[] = [];
  readonly seen = new Set<string>();

  see(before: RunState, record: JournalRecord): void {
    this.audit ??= { state: before, sessionFrom: { seq: -1, hash: GENESIS } };
    const { audit, faults } = auditPeople(this.audit, record, crypto);
    this.audit = audit;
    this.seen.add(record.type);
    for (const fault of faults) if (fault.severity === 'altered') this.alarms.push([record.seq, record.type, fault]);
  }
}

test('whatever two people and the world do, a run as the rules let it happen raises no alarm', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyMove, { minLength: 40, maxLength: 150, size: 'max' }), (moves) => {
      const auditor = new Auditor();
      const duo = new Duo(walkPlan, ada, (before, record) => auditor.see(before, record));
      duo.joins('p1', bo);
      duo.joins('p2', cy, 'observer');
      duo.asks({ type: 'start-run' });
      for (const move of moves) take(duo, move);
      expect(auditor.alarms).toEqual([]);
      expect(auditor.audit?.state).toEqual(duo.state);
      for (const type of auditor.seen) seen.add(type);
    }),
    { numRuns: 60 },
  );
  // The walks came by everything that is looked at.
  for (const type of ['countersigned', 'countersign-rejected', 'handed-over', 'pen-taken', 'participant-left'])
    expect(seen).toContain(type);
}, 60_000);
