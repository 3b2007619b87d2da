import type { EvidenceValue } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { ManualAction } from '../../../shared/steps/actions.ts';
import { nothingSent, outcome, type StepEngine, type StepRunner } from './step-runner.ts';

/** Takes a person's answer, and seals the files that belong to it into the run. */
const runManual: StepRunner<ManualAction> = async ({ answer, keepFile }) => {
  if (answer === null) return outcome('inconclusive');
  const evidence: Record<string, EvidenceValue> = {};
  for (const [field, value] of Object.entries(answer.evidence)) {
    if (value === '') continue;
    if (typeof value !== 'object') {
      evidence[field] = value;
      continue;
    }
    try {
      evidence[field] = await keepFile(field, value.path);
    } catch (error) {
      // The person did their part; that we could not keep the proof is not theirs to answer for.
      const problem = failure('local-error', { path: value.path }, error);
      return outcome('inconclusive', { failure: problem, evidence, note: answer.note });
    }
  }
  return outcome(answer.verdict, { evidence, note: answer.note });
};

/** The engine's door of `manual`. */
export const manualEngine: StepEngine<ManualAction> = { sending: () => nothingSent, run: runManual };
