import type { Plan, PlanStep } from '../checklist/plan.ts';
import type { Failure } from '../contract/errors.ts';
import type {
  AttemptEffect,
  Decision,
  EventOf,
  EvidenceValue,
  Exit,
  Finding,
  Head,
  Judgement,
  MirrorRole,
  Person,
  ProbeAnswer,
  Recording,
  Rehearsal,
  RunResult,
  SealedFile,
  SigningMode,
  Urgency,
  Verdict,
} from '../contract/events.ts';
import type { Gap, LockdownEnd, PreflightCheck, WayOut } from '../contract/lockdown.ts';
import type { CheckResult } from '../steps/expectations.ts';
import type { StepResult } from '../steps/results.ts';

/** Where one step stands on one target. Only the settled ones let the run go on. */
export const targetStatuses = [
  'todo',
  'running',
  'passed',
  'failed',
  'inconclusive',
  'unknown',
  'deferred',
  'overridden',
  'excluded',
] as const;
export type TargetStatus = (typeof targetStatuses)[number];

export interface AttemptState {
  readonly attempt: string;
  readonly purpose: 'step' | 'probe';
  readonly number: number;
  readonly effect: 'read' | 'write';
  readonly command: string | null;
  readonly sent: string | null;
  readonly account: string | null;
  readonly hostKey: string | null;
  readonly reason: string | null;
  /** The offered move that this attempt is, or null for the step itself. */
  readonly choice: string | null;
  /** The text that a person saw and sent. */
  readonly text: string | null;
  /** Not null: done on paper, and entered here afterwards by `actor`. `doneAt` is ISO 8601, as the paper says. */
  readonly paper: {
    readonly doneAt: string;
    readonly doneBy: string;
    readonly checkedBy: string | null;
  } | null;
  /** What was about to be done next, written down before each effect. */
  readonly notes: readonly { readonly at: string; readonly text: string }[];
  readonly actor: string;
  /** Wall clock, ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly cancelRequested: boolean;
  /** Null while it runs. */
  readonly verdict: Verdict | null;
  readonly exit: Exit | null;
  readonly checks: readonly CheckResult[];
  readonly failure: Failure | null;
  /** Path of the recording from the moment the attempt starts. */
  readonly recordingPath: string | null;
  /** The seal, once the attempt has ended. */
  readonly recording: Recording | null;
  readonly evidence: Readonly<Record<string, EvidenceValue>>;
  readonly note: string | null;
  /** What it changed, as far as it is known; `unknown` while it runs. */
  readonly effectDone: AttemptEffect;
  /** True when a rollback has undone since what this attempt did. */
  readonly undone: boolean;
  readonly result: StepResult | null;
  readonly findings: readonly Finding[];
  readonly offers: readonly string[];
}

/** A person's judgement of one finding by name. */
export interface FindingJudgement {
  readonly judgement: Judgement;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export interface Approval {
  readonly role: string;
  readonly person: string;
  readonly answer: 'approved' | 'refused';
  readonly reason: string;
  /** Who entered it. */
  readonly by: string;
  readonly at: string;
}

export interface TargetDecision {
  readonly decision: Decision;
  readonly reason: string;
  readonly owner: string | null;
  /** When or by which step a deferred one is due. */
  readonly due: string | null;
  readonly by: string;
  readonly at: string;
}

export interface TargetState {
  readonly target: string;
  readonly status: TargetStatus;
  /** Probes included, in order. */
  readonly attempts: readonly AttemptState[];
  /** The last decision a person took here; earlier ones stay in the journal. */
  readonly decision: TargetDecision | null;
  /** What the last probe said of an unknown, or null. */
  readonly probe: ProbeAnswer | null;
  /** True when a probe or a person found that the earlier attempt took no effect: running again is not a repeat. */
  readonly clearToRun: boolean;
  /** By finding id; kept across attempts, for the same thing need not be judged twice on one host. */
  readonly judgements: Readonly<Record<string, FindingJudgement>>;
  /** The last answer of each person in each role. */
  readonly approvals: readonly Approval[];
  /** The rollback step that undid what ran here; null when nothing did, or when it was done again since. */
  readonly undone: { readonly by: string; readonly at: string } | null;
  /** The checker's last refusal to sign what stood here; null again once something new was done or decided. */
  readonly rejection: { readonly by: string; readonly reason: string; readonly at: string } | null;
  /** Hashes of the records that tell what was done, found and decided here, in order: what a countersignature binds. */
  readonly records: readonly string[];
}

/** The checker is asked for attempts that need their yes. */
export interface PermissionAsked {
  /** Each target with the number of the attempt that is asked for. */
  readonly targets: readonly { readonly target: string; readonly number: number }[];
  /** Null where entering the step asked. */
  readonly reason: string | null;
  /** The offered move that the attempts are to be, or null for the step itself. */
  readonly choice: string | null;
  readonly at: string;
}

/** What the second person signed or refused. */
export interface Signing {
  readonly mode: SigningMode;
  readonly participant: string;
  readonly name: string;
  readonly publicKey: string;
  readonly at: string;
  /** SHA-256 of the canonical statement (`shared/people/statements.ts`). */
  readonly statement: string;
  readonly signature: string;
  /** Null: signed. Else why it was rejected. */
  readonly rejected: string | null;
}

export interface StepState {
  readonly id: string;
  readonly enteredAt: string | null;
  /** When the last target settled (and, where asked for, the countersignature was dealt with). */
  readonly settledAt: string | null;
  /** Aligned with `plan.steps[i].targets`. */
  readonly targets: readonly TargetState[];
  /** The signature *after*: it is so. */
  readonly countersignature: 'not-needed' | 'pending' | 'waived' | 'signed';
  /** The question *before*: may I? Null when nothing is asked. */
  readonly permission: PermissionAsked | null;
  /** The one attempt number that each target may run next, as signed or waived. */
  readonly permitted: Readonly<Record<string, number>>;
  /** Which offered move that attempt may be; a target that is not in here may run the step itself. */
  readonly permittedAs: Readonly<Record<string, string>>;
  /** Sessions in which something was tried, decided or judged here: who did it cannot sign that it is so. */
  readonly workedIn: readonly string[];
  readonly signings: readonly Signing[];
  /** Which statements were opened by whom, newest last: what was not opened cannot be signed. */
  readonly opened: readonly { readonly participant: string; readonly mode: SigningMode; readonly statement: string }[];
  /** Who went past this step's point of no return, or null. */
  readonly noReturn: { readonly reason: string; readonly by: string; readonly at: string } | null;
  readonly waiver: { readonly reason: string; readonly by: string; readonly at: string } | null;
}

export interface HostState {
  readonly name: string;
  readonly status: 'never-connected' | 'connected' | 'lost' | 'failed';
  readonly fingerprint: string | null;
  readonly keyType: string | null;
  readonly user: string | null;
  readonly latencyMs: number | null;
  readonly via: readonly string[];
  readonly failure: Failure | null;
  /** The first key seen in this run: the host is held to it. */
  readonly frozenKey: string | null;
  /** Whether it was proved to be the right host, and over which connection. */
  readonly identity: (Omit<EventOf<'host-identified'>['data'], 'host'> & { readonly at: string }) | null;
}

/** One turning round: the steps from `from` on (in `plan.steps` and `steps`) undo what had run. */
export interface RollbackState {
  readonly scope: 'run' | 'block';
  /** The block that is being restored, or null. */
  readonly block: number | null;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly from: number;
  readonly count: number;
  readonly finishedAt: string | null;
}

export interface SessionState {
  readonly session: string;
  readonly person: string;
  readonly machine: string;
  readonly resumed: boolean;
  readonly openedAt: string;
  readonly closedAt: string | null;
  /** Raw Ed25519 public key of the session, base64. */
  readonly publicKey: string;
  /** The person whose own key vouches for the session's, or null. */
  readonly identity: Person | null;
}

/** A time somebody was away while they followed; `until` is null while they still are. ISO 8601. */
export interface Absence {
  readonly from: string;
  readonly until: string | null;
  readonly cause: EventOf<'participant-presence'>['data']['cause'];
}

/** Somebody on another computer. */
export interface ParticipantState extends Person {
  readonly participant: string;
  readonly machine: string;
  readonly address: string;
  readonly sameMachine: boolean;
  readonly pinned: boolean;
  readonly role: MirrorRole | null;
  /** `operator`: took the pen. */
  readonly standing: 'asking' | 'admitted' | 'declined' | 'dismissed' | 'left' | 'operator';
  readonly presence: 'here' | 'gone';
  /** Since when they are here or gone; ISO 8601. */
  readonly since: string;
  readonly cause: EventOf<'participant-presence'>['data']['cause'];
  /** In order; at most the last is still going on. */
  readonly absences: readonly Absence[];
}

export interface InterruptionState {
  readonly interruption: string;
  /** The checker who logged it. */
  readonly by: string;
  readonly from: string;
  readonly what: string;
  readonly urgency: Urgency;
  readonly at: string;
  /** When the operator saw it: at a safe point, never before. */
  readonly shownAt: string | null;
  readonly answer: { readonly text: string; readonly by: string; readonly at: string } | null;
}

/** The pen changed hands. */
export interface PenTaken {
  readonly how: 'handover' | 'takeover';
  readonly from: Head;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** How the run stands with its lockdown (`shared/run/lockdown.ts`). Times are ISO 8601. */
export interface LockdownState {
  /** The hot phases are worked locked. False in runs without a window and in those of earlier versions. */
  readonly on: boolean;
  /** Why not, where somebody said. */
  readonly offReason: string | null;
  /** `broken`: the glass was broken; the run is held as soon as nothing runs, and locks again when it goes on. */
  readonly status: 'open' | 'locked' | 'broken';
  /** The stretches of time that were worked locked; the last has no end while it goes on. */
  readonly spans: readonly {
    readonly from: string;
    readonly until: string | null;
    readonly sensed: boolean;
    readonly end: LockdownEnd | null;
  }[];
  /** What is kept back now, or null. */
  readonly notifications: (EventOf<'notifications-blocked'>['data'] & { readonly since: string }) | null;
  readonly releases: readonly (EventOf<'notifications-released'>['data'] & { readonly at: string })[];
  /** What was sensed last, by item. */
  readonly checks: readonly PreflightCheck[];
  readonly checkedAt: string | null;
  /** `params`: what the finding named when it was decided about, null where it is not on record. */
  readonly decisions: readonly (EventOf<'preflight-decided'>['data'] & {
    readonly params: PreflightCheck['params'] | null;
    readonly by: string;
    readonly at: string;
  })[];
  /** In order; a gap without an end is still open. */
  readonly gaps: readonly {
    readonly gap: Gap;
    readonly detail: string;
    readonly from: string;
    readonly until: string | null;
    readonly durationMs: number | null;
  }[];
  /** How often each way out was refused. */
  readonly refused: Readonly<Partial<Record<WayOut, number>>>;
  /** The glass that is being asked for. `seq` and `hash`: the record that asks, which a signature binds. */
  readonly glass: {
    readonly reason: string;
    readonly by: string;
    readonly at: string;
    readonly seq: number;
    readonly hash: string;
    readonly signedBy: string | null;
  } | null;
  /** Every time it was asked for, with how it ended. */
  readonly glasses: readonly {
    readonly reason: string;
    readonly by: string;
    readonly at: string;
    readonly outcome: 'broken' | 'signed' | 'refused' | 'withdrawn';
    /** Who signed or refused, by participant; null where no checker was there. */
    readonly participant: string | null;
    readonly answer: string | null;
  }[];
}

/** What went wrong, as somebody filed it after a rollback. */
export type FiledAnalysis = EventOf<'analysis-filed'>['data'] & { readonly by: string; readonly at: string };

export interface RunState {
  readonly runId: string;
  readonly plan: Plan;
  readonly contentHash: string;
  readonly source: string;
  /** The frozen files, the checklist itself first. */
  readonly files: readonly SealedFile[];
  readonly mode: 'app' | 'headless';
  readonly status: 'created' | 'running' | 'held' | 'ended';
  readonly result: RunResult | null;
  readonly endReason: string | null;
  readonly holdReason: string | null;
  readonly holdCause: EventOf<'run-held'>['data']['cause'] | null;
  /** Since when it is held and for how many minutes that was meant, as far as somebody said. */
  readonly heldSince: string | null;
  readonly holdMinutes: number | null;
  readonly lockdown: LockdownState;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Sequence number and hash of the last record folded in. */
  readonly seq: number;
  readonly head: string;
  /** Wall clock of the last record folded in. */
  readonly at: string;
  /** Aligned with `plan.hosts`. */
  readonly hosts: readonly HostState[];
  /** Aligned with `plan.steps`. */
  readonly steps: readonly StepState[];
  /** The atomic block we are inside of, or null. */
  readonly block: number | null;
  readonly blocksEntered: readonly number[];
  /** Index of the first step that is not settled; `steps.length` when all are. */
  readonly current: number;
  /** Where each attempt lives: attempt id → [step index, target index]. Only attempts that are running. */
  readonly running: Readonly<Record<string, readonly [number, number]>>;
  readonly attempts: number;
  readonly sessions: readonly SessionState[];
  /** In the order they began; at most the last one is under way. */
  readonly rollbacks: readonly RollbackState[];
  /** Frozen files that have changed on disk since, by path: the hash there now, or null when the file is gone. */
  readonly redlines: Readonly<Record<string, string | null>>;
  readonly rehearsal: Rehearsal | null;
  /** What was found to have gone wrong, after a rollback: the newest word on it. */
  readonly analysis: FiledAnalysis | null;
  /** Those filed before it: a later one says more and takes nothing back. */
  readonly earlierAnalyses: readonly FiledAnalysis[];
  /** In the order they asked. */
  readonly participants: readonly ParticipantState[];
  readonly interruptions: readonly InterruptionState[];
  /** The checker wants the run to pause at the next safe point. */
  readonly holdRequest: { readonly by: string; readonly reason: string; readonly at: string } | null;
  /** The pen is offered to this participant. */
  readonly handover: { readonly participant: string; readonly reason: string; readonly at: string } | null;
  /** The participant who was given the pen and has not taken it up yet: nothing more is recorded on this machine. */
  readonly penWith: { readonly participant: string; readonly reason: string } | null;
  readonly pens: readonly PenTaken[];
  /** Since when the run can be followed from elsewhere, or null. */
  readonly mirroredSince: string | null;
  /** What people said or corrected afterwards, in order. */
  readonly notes: readonly (EventOf<'note-added'>['data'] & { readonly by: string; readonly at: string })[];
  /** Torn last lines that were cut, in order. */
  readonly repairs: number;
}

/** Settled targets let the run go on; of these only `passed` counts as done. */
export function isSettled(status: TargetStatus): boolean {
  return status === 'passed' || status === 'deferred' || status === 'overridden' || status === 'excluded';
}

/** The rollback under way, or null. */
export function openRollback(state: RunState): RollbackState | null {
  const last = state.rollbacks.at(-1);
  return last === undefined || last.finishedAt !== null ? null : last;
}

/** The newest attempt at the step itself, or null; probes do not count. */
export function lastAttempt(target: TargetState): AttemptState | null {
  return target.attempts.findLast((attempt) => attempt.purpose === 'step') ?? null;
}

/** The step the run stands at, or null when all are settled. */
export function currentStep(state: RunState): PlanStep | null {
  return state.plan.steps[state.current] ?? null;
}

/** True when running this target now would be a second attempt at something that may have taken effect. */
export function isRepeat(target: TargetState): boolean {
  return !target.clearToRun && target.attempts.some((attempt) => attempt.purpose === 'step');
}

/** True while an attempt or a probe runs here. */
export function isBusy(target: TargetState): boolean {
  return target.attempts.some((attempt) => attempt.verdict === null);
}
