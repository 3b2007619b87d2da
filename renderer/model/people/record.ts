import type { PlanStep } from '../../../shared/checklist/plan.ts';
import type { RunState, Signing } from '../../../shared/run/state.ts';

/** What a second person said to a step, or that it went on without them. */
export interface SignatureRow {
  readonly step: PlanStep;
  readonly what: 'before' | 'after' | 'rejected-before' | 'rejected-after' | 'waived';
  readonly by: string;
  readonly at: string;
  /** SHA-256 of what was signed; null for a waiver, which nobody signed as the checker. */
  readonly statement: string | null;
  /** Why it was rejected or waived. */
  readonly reason: string | null;
}

/** All signatures, rejections and waivers of a run, step by step in the order they came. */
export function signaturesOf({ plan, steps }: RunState): readonly SignatureRow[] {
  return plan.steps.flatMap((step, index): readonly SignatureRow[] => {
    const stands = steps[index];
    if (stands === undefined) return [];
    const signed = stands.signings.map((one) => rowOf(step, one));
    const { waiver } = stands;
    if (waiver === null) return signed;
    const waived: SignatureRow = {
      step,
      what: 'waived',
      by: waiver.by,
      at: waiver.at,
      statement: null,
      reason: waiver.reason,
    };
    return [...signed, waived].toSorted((a, b) => a.at.localeCompare(b.at));
  });
}

function rowOf(step: PlanStep, { mode, name, at, statement, rejected }: Signing): SignatureRow {
  return { step, what: rejected === null ? mode : `rejected-${mode}`, by: name, at, statement, reason: rejected };
}
