import { z } from 'zod';
import { limits } from './limits.ts';

/** What a person may ask for. Screens and the command line send these; `shared/run/policy.ts` decides. */

const name = z.string().min(1).max(limits.name);
const text = z.string().max(limits.text);
const reason = z.string().trim().min(1).max(limits.text);
const of = <T extends string, D extends z.ZodRawShape>(type: T, data: D) =>
  z.strictObject({ type: z.literal(type), ...data });

/** An answer to an evidence field; `path` names a local file that the engine copies into the run and seals. */
export const evidenceAnswerSchema = z.union([text, z.number(), z.strictObject({ path: z.string().max(4_096) })]);
export type EvidenceAnswer = z.infer<typeof evidenceAnswerSchema>;

export const intentSchema = z.discriminatedUnion('type', [
  of('start-run', {}),
  of('enter-block', { block: z.int().min(0) }),
  /** Run the current step on these targets; a second attempt of a write needs a reason. */
  of('run-step', { step: name, targets: z.array(name).min(1), reason: reason.nullable() }),
  of('confirm-manual', {
    step: name,
    target: name,
    verdict: z.enum(['passed', 'failed']),
    evidence: z.record(name, evidenceAnswerSchema),
    note: text.nullable(),
    /** Needed when the step has been answered before. */
    reason: reason.nullable(),
  }),
  of('cancel-attempt', { attempt: name }),
  of('probe', { step: name, target: name }),
  of('decide', {
    step: name,
    target: name,
    decision: z.enum(['overridden', 'deferred', 'was-done', 'was-not-done']),
    reason,
    owner: text.nullable(),
  }),
  of('waive-countersignature', { step: name, reason }),
  of('hold', { reason }),
  of('continue', {}),
  of('finish', {}),
  of('abandon', { reason }),
]);
export type Intent = z.infer<typeof intentSchema>;

/** Why an intent was refused; each has a sentence in both languages (`shared/text/*\/refusals.ts`). */
export const refusalCodes = [
  'not-started',
  'already-started',
  'run-ended',
  'run-held',
  'not-held',
  'in-atomic-block',
  'block-not-entered',
  'block-already-entered',
  'not-the-current-step',
  'no-such-step',
  'no-such-target',
  'no-such-attempt',
  'attempt-running',
  'attempt-not-running',
  'already-settled',
  'needs-reason',
  'unknown-must-be-decided',
  'not-unknown',
  'no-probe',
  'wrong-kind',
  'evidence-missing',
  'evidence-wrong-type',
  'decision-not-possible',
  'owner-missing',
  'countersignature-waiting',
  'no-countersignature-waiting',
  'steps-open',
  'host-not-connected',
  'journal-unwritable',
  'secret-missing',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];
export interface Refusal {
  readonly code: RefusalCode;
  readonly params: Readonly<Record<string, string>>;
}
