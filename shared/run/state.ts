import type { Plan } from '../checklist/plan.ts';
import type { Failure } from '../contract/errors.ts';
import type { Decision, EvidenceValue, Exit, ProbeAnswer, Recording, RunResult, Verdict } from '../contract/events.ts';
import type { CheckResult } from '../steps/expectations.ts';

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
}

export interface TargetDecision {
  readonly decision: Decision;
  readonly reason: string;
  readonly owner: string | null;
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
}

export interface StepState {
  readonly id: string;
  readonly enteredAt: string | null;
  /** When the last target settled (and, where asked for, the countersignature was dealt with). */
  readonly settledAt: string | null;
  /** Aligned with `plan.steps[i].targets`. */
  readonly targets: readonly TargetState[];
  readonly countersignature: 'not-needed' | 'pending' | 'waived';
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
}

export interface SessionState {
  readonly session: string;
  readonly person: string;
  readonly machine: string;
  readonly resumed: boolean;
  readonly openedAt: string;
  readonly closedAt: string | null;
}

export interface RunState {
  readonly runId: string;
  readonly plan: Plan;
  readonly contentHash: string;
  readonly source: string;
  readonly mode: 'app' | 'headless';
  readonly status: 'created' | 'running' | 'held' | 'ended';
  readonly result: RunResult | null;
  readonly endReason: string | null;
  readonly holdReason: string | null;
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
  /** Torn last lines that were cut, in order. */
  readonly repairs: number;
}

/** Settled targets let the run go on; of these only `passed` counts as done. */
export function isSettled(status: TargetStatus): boolean {
  return status === 'passed' || status === 'deferred' || status === 'overridden';
}
