import { z } from 'zod';
import { planSchema, planStepSchema } from '../checklist/plan.ts';
import { checkResultSchema } from '../steps/expectations.ts';
import { stepResultSchema } from '../steps/results.ts';
import { failureSchema } from './errors.ts';
import { limits } from './limits.ts';
import { checkCodes, checkStatuses, gaps, lockdownEnds, preflightItems, releaseCauses, waysOut } from './lockdown.ts';
import { mirrorRefusals } from './mirror-refusals.ts';

/**
 * The closed union of everything that can happen in a run. The journal, the screen, recovery, the report and the
 * verifier all read exactly these; nothing else ever changes a run's state.
 */

const name = z.string().min(1).max(limits.name);
const text = z.string().max(limits.text);
const reason = z.string().trim().min(1).max(limits.text);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const attemptId = z.string().regex(/^a\d{1,7}$/);
const participant = z.string().regex(/^p\d{1,7}$/);
const interruption = z.string().regex(/^i\d{1,7}$/);
/** Raw Ed25519 public key (32 bytes) and signature (64 bytes), base64. */
const publicKey = z.string().length(44);
const signature = z.string().length(88);

/** A file inside the run's folder, sealed by its hash; `path` is relative with forward slashes. */
export const sealedFileSchema = z.strictObject({ path: z.string().max(500), sha256, bytes: z.int().min(0) });
export type SealedFile = z.infer<typeof sealedFileSchema>;

/** A sealed recording of an attempt's output. */
export const recordingSchema = z.strictObject({
  path: z.string().max(500),
  sha256,
  bytes: z.int().min(0),
  /** Newlines seen in the output. */
  lines: z.int().min(0),
  /** The last characters of the output (terminal escapes removed), for lists and the report. */
  tail: z.string().max(limits.excerptChars),
  /** Bytes that were not UTF-8 and stand as U+FFFD in the recording. */
  undecodable: z.int().min(0),
});
export type Recording = z.infer<typeof recordingSchema>;

export const verdicts = ['passed', 'failed', 'inconclusive', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

/** Answers to a manual step's evidence fields; a file is sealed into the run's folder. */
export const evidenceValueSchema = z.union([text, z.number(), sealedFileSchema]);
export type EvidenceValue = z.infer<typeof evidenceValueSchema>;

/** How a process ended, as the host told us. Null elsewhere means we never learnt it. */
export const exitSchema = z.strictObject({ code: z.int().nullable(), signal: z.string().max(50).nullable() });
export type Exit = z.infer<typeof exitSchema>;

/** What an attempt changed, as far as it is known. `none` is certain: nothing reached the host, or all was undone. */
export const effects = ['none', 'partial', 'full', 'unknown'] as const;
export type AttemptEffect = (typeof effects)[number];

/** Something a person must judge by name before the step counts: a new exception, an unexpected difference. */
export const findingSchema = z.strictObject({
  /** Stable within the attempt, and across attempts where it is the same thing (a fingerprint, a key). */
  id: name,
  title: z.string().min(1).max(1_000),
  /** A sample, in plain text. */
  detail: z.string().max(8_000),
  count: z.int().min(1),
});
export type Finding = z.infer<typeof findingSchema>;

export const judgements = ['known', 'harmless', 'stop'] as const;
export type Judgement = (typeof judgements)[number];

/** `excluded` and `failed` both take the host out of the rest of the run; only `failed` counts against a ceiling. */
export const decisions = ['overridden', 'deferred', 'was-done', 'was-not-done', 'excluded', 'failed'] as const;
export type Decision = (typeof decisions)[number];

export const probeAnswers = ['done', 'not-done', 'still-running', 'unclear'] as const;
export type ProbeAnswer = (typeof probeAnswers)[number];

export const runResults = ['completed', 'completed-except', 'rolled-back', 'abandoned'] as const;
export type RunResult = (typeof runResults)[number];

/** What a production run knows of its rehearsal: the newest finished run of the same checklist elsewhere. */
export const rehearsalSchema = z.strictObject({
  runId: name,
  environment: name,
  endedAt: z.iso.datetime({ precision: 3 }),
  contentHash: sha256,
  /** False: what was rehearsed is not what runs now; `changed` names the files. */
  sameContent: z.boolean(),
  changed: z.array(z.string().max(500)),
  /** Milliseconds a step took there, by the id as written. */
  durations: z.record(z.string().max(limits.name), z.number().min(0)),
});
export type Rehearsal = z.infer<typeof rehearsalSchema>;

/** What somebody who is not the operator may be in a run. */
export const mirrorRoles = ['checker', 'observer'] as const;
export type MirrorRole = (typeof mirrorRoles)[number];

/** *before*: may I do this? *after*: it is so. */
export const signingModes = ['before', 'after'] as const;
export type SigningMode = (typeof signingModes)[number];

export const urgencies = ['later', 'soon', 'now'] as const;
export type Urgency = (typeof urgencies)[number];

/** A person as their key says: who they say they are, how to reach them, and the key that proves it is the same one. */
export const personSchema = z.strictObject({
  name: z.string().trim().min(1).max(255),
  contact: z.string().max(255),
  publicKey,
});
export type Person = z.infer<typeof personSchema>;

/** A record's place and hash: all of the history up to there. */
export const headSchema = z.strictObject({ seq: z.int().min(0), hash: sha256 });
export type Head = z.infer<typeof headSchema>;

/** What preflight found of one item (`PreflightCheck` in lockdown.ts). */
const preflightCheckSchema = z.strictObject({
  item: z.enum(preflightItems),
  status: z.enum(checkStatuses),
  code: z.enum(checkCodes),
  params: z.record(name, z.string().max(2_000)),
});

const of = <T extends string, D extends z.ZodRawShape>(type: T, data: D) =>
  z.strictObject({ type: z.literal(type), data: z.strictObject(data) });

export const eventSchema = z.discriminatedUnion('type', [
  of('run-created', {
    runId: name,
    plan: planSchema,
    /** The frozen checklist files under `checklist/`; the first is the checklist itself. */
    files: z.array(sealedFileSchema).min(1),
    /** Where the checklist came from, for the person; never read again. */
    source: z.string().max(4_096),
    /** SHA-256 over the canonical list of `files`. The same content in two environments has the same hash. */
    contentHash: sha256,
    mode: z.enum(['app', 'headless']),
    rehearsal: rehearsalSchema.nullable().default(null),
    app: z.strictObject({ version: z.string().max(50), platform: z.string().max(100) }),
  }),
  /** A process took up the pen. Its signing key lives in memory only and signs until `session-closed`. */
  of('session-opened', {
    session: name,
    /** Raw Ed25519 public key, base64. */
    publicKey: z.string().max(100),
    machine: z.string().max(255),
    person: z.string().max(255),
    pid: z.int(),
    resumed: z.boolean(),
  }),
  /** A person vouches with their own key for this session's: `signature` is over `sessionStatement`. */
  of('session-identified', { session: name, ...personSchema.shape, signature }),
  of('session-closed', { reason: z.enum(['ended', 'left', 'stopped', 'handed-over']) }),
  /** The last line was torn by a crash and was cut off; the cut bytes are kept beside the journal. */
  of('journal-repaired', { cut: sealedFileSchema }),

  of('host-connected', {
    host: name,
    address: z.string().max(255),
    port: z.int(),
    user: z.string().max(255),
    keyType: z.string().max(100),
    /** `SHA256:…` as ssh-keygen prints it. */
    fingerprint: z.string().max(100),
    /** The method that got us in: publickey, agent, password, keyboard-interactive, none. */
    method: z.string().max(50),
    via: z.array(z.string().max(255)),
    latencyMs: z.number().min(0),
  }),
  of('host-failed', { host: name, failure: failureSchema }),
  of('host-lost', { host: name, failure: failureSchema }),
  of('host-key-accepted', {
    host: name,
    address: z.string().max(255),
    port: z.int(),
    keyType: z.string().max(100),
    fingerprint: z.string().max(100),
  }),

  /** Before the first write of a session on a host: whether it is the host it should be. */
  of('host-identified', {
    host: name,
    fingerprint: z.string().max(100),
    /** What `hostname` printed. */
    hostname: z.string().max(255),
    checks: z.array(checkResultSchema),
    /** False: no write is sent there. */
    holds: z.boolean(),
  }),

  of('run-started', {}),
  of('run-held', {
    reason,
    cause: z.enum(['operator', 'checker', 'checker-gone', 'handover', 'lockdown', 'glass']).default('operator'),
    /** For how long, as far as the person knows; null where nobody said. */
    minutes: z.int().min(1).max(limits.holdMinutes).nullable().default(null),
  }),
  of('run-continued', {}),
  of('block-entered', { block: z.int().min(0) }),
  of('block-left', { block: z.int().min(0) }),
  /** The step became the current one. */
  of('step-entered', { step: name }),

  /** The intent is on disk before the effect leaves the machine. */
  of('attempt-started', {
    attempt: attemptId,
    step: name,
    target: name,
    purpose: z.enum(['step', 'probe']),
    /** 1 for the first attempt of this step on this target. */
    number: z.int().min(1),
    effect: z.enum(['read', 'write']),
    /** The command in the checklist's words, or null where nothing is sent to a host. */
    command: z.string().max(limits.command).nullable(),
    /** The exact words on the wire; secrets travel on stdin and are not in it. */
    sent: z
      .string()
      .max(limits.command * 2)
      .nullable(),
    account: z.string().max(255).nullable(),
    hostKey: z.string().max(100).nullable(),
    /** Relative path of the recording to come, or null. */
    recording: z.string().max(500).nullable(),
    /** Why a second attempt of a write is made. */
    reason: reason.nullable(),
    /** Which of the moves that the attempt before offered (`kill`, `run-again`), or null. */
    choice: name.nullable().default(null),
    /** The text a person saw and sends (announcements), or null. */
    text: text.nullable().default(null),
  }),
  /** Within an attempt, before its next effect: what is about to be done. */
  of('attempt-noted', { attempt: attemptId, text: text }),
  of('attempt-ended', {
    attempt: attemptId,
    verdict: z.enum(verdicts),
    effect: z.enum(effects).default('unknown'),
    exit: exitSchema.nullable(),
    checks: z.array(checkResultSchema),
    failure: failureSchema.nullable(),
    recording: recordingSchema.nullable(),
    evidence: z.record(name, evidenceValueSchema),
    note: text.nullable(),
    result: stepResultSchema.nullable().default(null),
    findings: z.array(findingSchema).max(1_000).default([]),
    /** Moves that may follow, each only as an explicit attempt of its own. */
    offers: z.array(name).max(20).default([]),
    durationMs: z.number().min(0),
  }),
  of('attempt-cancel-requested', { attempt: attemptId }),
  /** What the read-only probe says about an unknown attempt. */
  of('probe-concluded', { step: name, target: name, unknown: attemptId, probe: attemptId, says: z.enum(probeAnswers) }),
  of('target-decided', {
    step: name,
    target: name,
    decision: z.enum(decisions),
    reason,
    /** Who pays the debt of a deferred or overridden step. */
    owner: text.nullable(),
    /** When or by which step a deferred one is due. */
    due: text.nullable().default(null),
  }),
  of('finding-judged', {
    step: name,
    target: name,
    attempt: attemptId,
    finding: name,
    judgement: z.enum(judgements),
    reason,
  }),
  of('approval-given', {
    step: name,
    target: name,
    role: name,
    /** Who approved or refused. */
    person: z.string().trim().min(1).max(255),
    answer: z.enum(['approved', 'refused']),
    reason,
  }),
  /** The person saw what cannot be undone and goes on. */
  of('no-return-accepted', { step: name, reason }),
  /** The steps that undo, computed from what had run, are worked from here on. */
  of('rollback-begun', {
    scope: z.enum(['run', 'block']),
    reason,
    steps: z.array(planStepSchema).max(limits.steps),
  }),
  /** Everything the rollback was to undo is dealt with. */
  of('rollback-finished', { scope: z.enum(['run', 'block']) }),
  /** A frozen file no longer equals the one on disk; the run keeps to the frozen one. `now` is null when it is gone. */
  of('redline-seen', { path: z.string().max(500), now: sha256.nullable() }),
  /** Recorded after a rollback; without it the next production run of the checklist is refused. */
  of('analysis-filed', { what: reason, cause: reason, fix: reason, confirmedBy: z.string().trim().min(1).max(255) }),
  /**
   * What was done on paper while the app could not be used, entered afterwards: an attempt of its own, marked for ever.
   * `doneAt` and `doneBy` are the paper's words; who entered it, and when, is the record's.
   */
  of('paper-recorded', {
    attempt: attemptId,
    step: name,
    target: name,
    number: z.int().min(1),
    verdict: z.enum(['passed', 'failed']),
    doneAt: z.iso.datetime({ precision: 3 }),
    doneBy: z.string().trim().min(1).max(255),
    /** Who signed in the checker's box, or null where it is empty. */
    checkedBy: z.string().trim().min(1).max(255).nullable(),
    note: text.nullable(),
  }),
  /** Somebody says something afterwards, or corrects the record `corrects`; what stands is not changed. */
  of('note-added', {
    note: z.string().regex(/^n\d{1,7}$/),
    text: reason,
    step: name.nullable(),
    target: name.nullable(),
    corrects: z.int().min(0).nullable(),
  }),
  /** Without the second person: `before` lets the asked attempts run, `after` lets the step count. */
  of('countersign-waived', { step: name, reason, mode: z.enum(signingModes).default('after') }),

  /** The run can be followed from elsewhere. `certificate` is the SHA-256 of its DER bytes. */
  of('mirror-opened', { certificate: sha256, addresses: z.array(z.string().max(300)).max(50), port: z.int() }),
  of('mirror-closed', {}),
  /** The token itself is never written down; `invitation` is the beginning of its hash. */
  of('invitation-made', { invitation: z.string().max(16), expiresAt: z.iso.datetime({ precision: 3 }) }),
  /**
   * Somebody was turned away: recorded the first time, and once more with the whole count when the mirror closes if
   * it went on. `address` is where they came from.
   */
  of('join-refused', {
    code: z.enum(mirrorRefusals),
    address: z.string().max(300),
    name: z.string().max(255).nullable(),
    publicKey: publicKey.nullable(),
    times: z.int().min(1),
  }),
  /** Somebody with a good invitation (or a key that was admitted before) asks to follow. */
  of('participant-asked', {
    participant,
    ...personSchema.shape,
    machine: z.string().max(255),
    address: z.string().max(300),
    /** True when it is this very computer: for trying out, and said so in the report. */
    sameMachine: z.boolean(),
    /** True when this key was exchanged beforehand. */
    pinned: z.boolean(),
  }),
  of('participant-admitted', { participant, role: z.enum(mirrorRoles) }),
  of('participant-declined', { participant, reason }),
  /** The operator goes on without them; their connection is closed. */
  of('participant-dismissed', { participant, reason }),
  of('participant-left', { participant }),
  of('participant-presence', {
    participant,
    presence: z.enum(['here', 'gone']),
    /** Why they count as gone: the link closed, nothing was heard, or the question whether they are there stayed open. */
    cause: z.enum(['link', 'silent', 'unanswered']).nullable(),
    /** Milliseconds since the last sign of life. */
    silentMs: z.number().min(0),
  }),
  /** Asks the checker before attempts that need their yes; the first asking of a step follows from entering it. */
  of('permission-asked', {
    step: name,
    targets: z.array(z.strictObject({ target: name, number: z.int().min(1) })).min(1),
    reason,
    /** Which of the moves that the attempt before offered, or null for the step itself. */
    choice: name.nullable().default(null),
  }),
  /** The checker looked at what is to be signed: `statement` is the SHA-256 of its canonical text. */
  of('evidence-opened', { participant, step: name, mode: z.enum(signingModes), statement: sha256 }),
  /** `signature` by the participant's own key, over the 64 characters of `statement`. */
  of('countersigned', { participant, step: name, mode: z.enum(signingModes), statement: sha256, signature }),
  /** `signature` over the SHA-256 of `rejectionStatement`: a no can never be passed off as a yes. */
  of('countersign-rejected', {
    participant,
    step: name,
    mode: z.enum(signingModes),
    statement: sha256,
    reason,
    signature,
  }),
  of('interruption-logged', {
    interruption,
    participant,
    /** Who it came from. */
    from: z.string().trim().min(1).max(255),
    what: reason,
    urgency: z.enum(urgencies),
  }),
  /** The operator sees these from here on: a safe point was reached. */
  of('interruptions-shown', { interruptions: z.array(interruption).min(1).max(1_000) }),
  of('interruption-answered', { interruption, answer: reason }),
  of('hold-requested', { participant, reason }),
  of('handover-offered', { participant, reason }),
  of('handover-withdrawn', { reason }),
  of('handover-declined', { participant, reason }),
  /**
   * The pen is given away: nothing but `session-closed` follows on this machine. `signature` by the newcomer's key
   * over the SHA-256 of `handoverStatement`; `head` is the record up to which they confirmed the run's state.
   */
  of('handed-over', { participant, head: headSchema, signature }),
  /**
   * The first thing a newcomer records. `takeover`: the operator's machine is out of reach, and the history goes on
   * from the checker's copy; a break that stays visible. `signature` by the session's person over `penStatement`.
   */
  of('pen-taken', {
    how: z.enum(['handover', 'takeover']),
    participant,
    reason,
    from: headSchema,
    signature,
  }),

  /** What was sensed before the run began, or again before the hot phases were entered. */
  of('preflight-checked', { when: z.enum(['start', 'entry']), checks: z.array(preflightCheckSchema).max(20) }),
  /** A person goes on although this was found. It holds for what was found, not for anything else about the item. */
  of('preflight-decided', { item: z.enum(preflightItems), code: z.enum(checkCodes), reason }),
  /** Whether the hot phases are worked in lockdown; in production leaving it off needs a reason. */
  of('lockdown-chosen', { on: z.boolean(), reason: reason.nullable() }),
  /**
   * The desktop was told to keep notifications back. `verified`: it said so when it was asked again; false is "not
   * verified". `adapter` and `daemon` name what was told.
   */
  of('notifications-blocked', { adapter: name, daemon: z.string().max(255).nullable(), verified: z.boolean() }),
  /**
   * What we had changed was put back. `verified`: read back. `waiting`: how many notifications had been kept back, null
   * where the desktop does not tell.
   */
  of('notifications-released', {
    cause: z.enum(releaseCauses),
    verified: z.boolean(),
    waiting: z.int().min(0).nullable(),
  }),
  /** The window covers its display and stays there. `sensed`: the window's real place and state were read back. */
  of('lockdown-entered', {
    display: z.strictObject({ width: z.int(), height: z.int() }),
    displays: z.int().min(1),
    sensed: z.boolean(),
  }),
  of('lockdown-left', { cause: z.enum(lockdownEnds) }),
  of('lockdown-gap-opened', { gap: z.enum(gaps), detail: z.string().max(500) }),
  /** `durationMs` null: nobody sensed when it began or ended. */
  of('lockdown-gap-closed', { gap: z.enum(gaps), durationMs: z.number().min(0).nullable() }),
  /** Tried and refused; the same way within a second is one record. */
  of('way-out-refused', { way: z.enum(waysOut), times: z.int().min(1) }),
  /** The operator must get out. With a checker there it waits for their signature. */
  of('glass-asked', { reason }),
  of('glass-withdrawn', {}),
  /** `statement` is the SHA-256 of `glassStatement`; `signature` by the participant's own key over its 64 characters. */
  of('glass-signed', { participant, statement: sha256, signature }),
  of('glass-refused', { participant, reason }),
  /** The lock is open; the run is held as soon as nothing runs. `signedBy` null: no checker was there. */
  of('glass-broken', { reason, signedBy: participant.nullable() }),

  /** A signed seal over everything before it. */
  of('checkpoint', { records: z.int().min(1) }),
  of('run-ended', { result: z.enum(runResults), reason: text.nullable() }),
]);
export type RunEvent = z.infer<typeof eventSchema>;
export type EventType = RunEvent['type'];
export type EventOf<T extends EventType> = Extract<RunEvent, { type: T }>;

/** Who did it. `app` is the engine itself; the session's key signs for people, and checkpoints. */
export const actorSchema = z.strictObject({
  kind: z.enum(['operator', 'checker', 'observer', 'app']),
  name: z.string().min(1).max(255),
});
export type Actor = z.infer<typeof actorSchema>;

/** Event types that must carry a signature by the session's key: human acts and checkpoints. */
export function mustBeSigned(type: EventType, actor: Actor): boolean {
  return actor.kind !== 'app' || type === 'checkpoint' || type === 'run-ended';
}

/**
 * One line of `journal.jsonl`. `hash` is SHA-256 (hex) over the RFC 8785 canonical JSON of the record without
 * `hash` and `sig`; `prev` is the hash of the line before (64 zeros for the first); `sig` is a base64 Ed25519
 * signature over the 64 ASCII characters of `hash`.
 */
export const recordSchema = z.strictObject({
  seq: z.int().min(0),
  /** UTC wall clock, ISO 8601 with milliseconds. */
  at: z.iso.datetime({ precision: 3 }),
  /** Milliseconds on this session's monotonic clock; comparable only within one session. */
  mono: z.number().min(0),
  actor: actorSchema,
  type: z.string(),
  data: z.unknown(),
  prev: sha256,
  hash: sha256,
  sig: z.string().max(100).optional(),
});
/** A record whose event has been parsed. */
export type JournalRecord = Omit<z.infer<typeof recordSchema>, 'type' | 'data'> & RunEvent;
/** What the controller hands to the journal; the rest of a record is the journal's business. */
export type NewRecord = { readonly actor: Actor } & RunEvent;
