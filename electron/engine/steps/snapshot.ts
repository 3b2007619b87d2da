import type { EvidenceValue } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { SnapshotAction } from '../../../shared/steps/actions/snapshot.ts';
import { keepSnapshot } from './snapshot-keep.ts';
import { lookForSnapshot, lookSending } from './snapshot-look.ts';
import { outcome, type StepEngine } from './step-runner.ts';

/** The engine's door of `snapshot`: looks once and keeps what is there. */
export const snapshotEngine: StepEngine<SnapshotAction> = {
  sending: lookSending,
  run: async (context, action) => {
    const looked = await lookForSnapshot(context, action);
    if (!looked.ok) return looked.outcome;
    const { exit, checks } = looked;
    try {
      const result = await keepSnapshot(context, looked.snapshot);
      const evidence: Record<string, EvidenceValue> = result.kept.in === 'file' ? { snapshot: result.kept.file } : {};
      return outcome('passed', { effect: 'none', exit, checks, evidence, result });
    } catch (error) {
      // A snapshot that could not be kept can be compared with by nobody.
      return outcome('failed', { effect: 'none', exit, checks, failure: failure('local-error', {}, error) });
    }
  },
};
