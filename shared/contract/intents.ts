import { z } from 'zod';
import { decisions, headSchema, judgements, mirrorRoles, signingModes, urgencies } from './events.ts';
import { limits } from './limits.ts';
import { preflightItems } from './lockdown.ts';

/** What a person may ask for. Screens and the command line send these; `shared/run/policy.ts` decides. */

const name = z.string().min(1).max(limits.name);
const text = z.string().max(limits.text);
const reason = z.string().trim().min(1).max(limits.text);
const of = <T extends string, D extends z.ZodRawShape>(type: T, data: D) =>
  z.strictObject({ type: z.literal(type), ...data });

/** An answer to an evidence field; `path` names a local file that the engine copies into the run and seals. */
export const evidenceAnswerSchema = z.union([text, z.number(), z.strictObject({ path: z.string().max(4_096) })]);
export type EvidenceAnswer = z.infer<typeof evidenceAnswerSchema>;

/** Whether the hot phases are worked in lockdown; off needs a reason in production. */
export const lockdownChoiceSchema = z.strictObject({ on: z.boolean(), reason: reason.nullable() });
export type LockdownChoice = z.infer<typeof lockdownChoiceSchema>;

/** Why the run goes on although preflight found something. */
export const checkDecisionSchema = z.strictObject({ item: z.enum(preflightItems), reason });
export type CheckDecision = z.infer<typeof checkDecisionSchema>;

export const intentSchema = z.discriminatedUnion('type', [
  of('start-run', {
    /** Left out (command line): no lockdown. */
    lockdown: lockdownChoiceSchema.optional(),
    decisions: z.array(checkDecisionSchema).max(preflightItems.length).optional(),
  }),
  of('enter-block', { block: z.int().min(0) }),
  /** Run the current step on these targets; a second attempt of a write needs a reason. */
  of('run-step', {
    step: name,
    targets: z.array(name).min(1),
    reason: reason.nullable(),
    /** One of the moves that the last attempt offered; left out: the step itself. */
    choice: name.optional(),
    /** For kinds that send a text: what the person saw and sends. */
    text: text.optional(),
  }),
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
    decision: z.enum(decisions),
    reason,
    owner: text.nullable(),
    /** Needed when deferred: when or by which step it is due. */
    due: text.optional(),
  }),
  of('judge', { step: name, target: name, finding: name, judgement: z.enum(judgements), reason }),
  of('approve', {
    step: name,
    target: name,
    role: name,
    person: z.string().trim().min(1).max(255),
    answer: z.enum(['approved', 'refused']),
    reason,
  }),
  /** Goes past a point of no return; asked afresh for each. */
  of('accept-no-return', { step: name, reason }),
  /** Turns round. `include` adds writes that did not complete but may have left something behind. */
  of('begin-rollback', {
    scope: z.enum(['run', 'block']),
    reason,
    include: z.array(z.strictObject({ step: name, target: name })).max(1_000),
  }),
  /** After the run: what went wrong. */
  of('file-analysis', { what: reason, cause: reason, fix: reason, confirmedBy: z.string().trim().min(1).max(255) }),
  /** Enters what the paper says; the step must be the current one. `sheet`: how the content hash on the paper begins. */
  of('record-paper', {
    step: name,
    target: name,
    verdict: z.enum(['passed', 'failed']),
    doneAt: z.iso.datetime({ precision: 3 }),
    doneBy: z.string().trim().min(1).max(255),
    checkedBy: z.string().trim().min(1).max(255).nullable(),
    note: text.nullable(),
    sheet: z.string().regex(/^[0-9a-f]{8}$/),
  }),
  /** Says or corrects something, during the run or after it. */
  of('add-note', {
    text: reason,
    step: name.nullable(),
    target: name.nullable(),
    corrects: z.int().min(0).nullable(),
  }),
  of('waive-countersignature', { step: name, reason }),
  /** Asks the checker for attempts that need their yes, again or with a reason. */
  of('ask-permission', {
    step: name,
    targets: z.array(name).min(1),
    reason,
    /** The same move as in the `run-step` that is to follow; left out: the step itself. */
    choice: name.optional(),
  }),
  of('admit', { participant: name, role: z.enum(mirrorRoles) }),
  of('decline-participant', { participant: name, reason }),
  /** Goes on without somebody who was admitted. */
  of('dismiss', { participant: name, reason }),
  of('answer-interruption', { interruption: name, answer: reason }),
  of('offer-handover', { participant: name, reason }),
  of('withdraw-handover', { reason }),
  of('hold', {
    reason,
    /** For how long, as far as the person knows; a pause of the lockdown needs it. */
    minutes: z.int().min(1).max(limits.holdMinutes).optional(),
  }),
  of('continue', {}),
  /** Goes on although the check before the hot phases found something. */
  of('decide-check', { ...checkDecisionSchema.shape }),
  /** Opens the lock at once: alone where no checker is there, else with their signature. */
  of('break-glass', { reason }),
  of('withdraw-glass', {}),
  of('finish', {}),
  of('abandon', { reason }),
]);
export type Intent = z.infer<typeof intentSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const signature = z.string().length(88);
const signed = { step: name, mode: z.enum(signingModes), statement: sha256 };

/**
 * Everything a person on another computer may ask for; what is not in here cannot be asked. All but `leave` are the
 * checker's; `shared/run/people-policy.ts` decides.
 */
export const mirrorIntentSchema = z.discriminatedUnion('type', [
  /** What is to be signed was opened and looked at. */
  of('open-evidence', signed),
  /** `signature` (Ed25519, base64) over the 64 characters of `statement`. */
  of('countersign', { ...signed, signature }),
  /** `signature` over the SHA-256 of `rejectionStatement`. */
  of('reject', { ...signed, reason, signature }),
  of('log-interruption', { from: z.string().trim().min(1).max(255), what: reason, urgency: z.enum(urgencies) }),
  of('request-hold', { reason }),
  /** Answers to `handoverQuestions` by their id; `signature` over `handoverStatement`. */
  of('accept-handover', { head: headSchema, answers: z.record(name, z.string().max(500)), signature }),
  of('decline-handover', { reason }),
  /** `signature` over `statement`, the hash of `glassStatement`. */
  of('sign-glass', { statement: sha256, signature }),
  of('refuse-glass', { reason }),
  of('leave', {}),
]);
export type MirrorIntent = z.infer<typeof mirrorIntentSchema>;

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
  'not-offered',
  'text-missing',
  'no-such-finding',
  'already-approved',
  'own-approval',
  'no-such-role',
  'no-return-not-accepted',
  'no-return-already-accepted',
  'past-no-return',
  'rollback-under-way',
  'nothing-to-undo',
  'not-undoable',
  'failure-ceiling',
  'wrong-host',
  'due-missing',
  'no-analysis-needed',
  'permission-missing',
  'permission-waiting',
  'permission-not-needed',
  'checker-here',
  'checker-gone',
  'hold-requested',
  'interruptions-waiting',
  'no-such-interruption',
  'no-such-participant',
  'not-asking',
  'own-key',
  'own-machine',
  'own-work',
  'checker-already-there',
  'not-admitted',
  'not-allowed',
  'statement-changed',
  'evidence-not-opened',
  'signature-wrong',
  'handover-under-way',
  'no-handover',
  'answers-wrong',
  'handed-over',
  'identity-needed',
  'link-lost',
  'evidence-not-here',
  'check-open',
  'no-such-check',
  'lockdown-to-come',
  'minutes-missing',
  'not-locked',
  'glass-asked-already',
  'glass-not-asked',
  'lockdown-no-way-out',
  'paper-in-future',
  'paper-of-another',
  'paper-before-attempt',
  'paper-own-check',
  'no-such-record',
  'lock-still-on',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];
export interface Refusal {
  readonly code: RefusalCode;
  readonly params: Readonly<Record<string, string>>;
}
