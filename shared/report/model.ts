import type { PhaseKind, PlanHost, PlanStep, PlanWindow, ReleaseKind } from '../checklist/plan.ts';
import { actionFor, writtenId } from '../checklist/plan-lookup.ts';
import type { JournalRecord, ProbeAnswer, RunResult, SealedFile } from '../contract/events.ts';
import { type PreflightCheck, preflightItems } from '../contract/lockdown.ts';
import type { ReceiptsSummary } from '../journal/receipts.ts';
import { backOut } from '../run/back-out.ts';
import { covers } from '../run/decision-covers.ts';
import {
  type AttemptState,
  isSettled,
  type ParticipantState,
  type RunState,
  type StepState,
  type TargetDecision,
  type TargetState,
  type TargetStatus,
} from '../run/state.ts';
import { applyRecord, startState } from '../run/transition.ts';
import type { EvidenceField } from '../steps/actions.ts';
import { Collector, type ReportConnection, type ReportPerson, type ReportSession } from './collect.ts';
import type { GlassSignature, LockedSpan, QuietSpan } from './collect-lockdown.ts';
import { RecordPlaces, type ReportNote } from './collect-notes.ts';
import type { Following, PenHolding, PermissionRequest, Waiver } from './collect-people.ts';
import type { ReportException } from './exceptions.ts';

export type { ReportConnection, ReportPerson, ReportSession } from './collect.ts';
export type { CorrectedRecord, ReportNote } from './collect-notes.ts';
export type { ReportException } from './exceptions.ts';

/** One attempt as the report tells it; `probeSays` is what a probe concluded, null for the step's own attempts. */
export interface ReportAttempt extends AttemptState {
  readonly probeSays: ProbeAnswer | null;
}

export interface ReportTarget {
  readonly target: string;
  readonly status: TargetStatus;
  readonly attempts: readonly ReportAttempt[];
  /** What people judged the findings of the attempts to be, by finding id. */
  readonly judgements: TargetState['judgements'];
  readonly approvals: TargetState['approvals'];
  /** What undid it, apart from whether it was done. */
  readonly undone: TargetState['undone'];
  /** Every decision a person took here, in order. */
  readonly decisions: readonly TargetDecision[];
}

export interface ReportStep {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly kind: PlanStep['kind'];
  readonly origin: PlanStep['origin'];
  readonly batch: PlanStep['batch'];
  readonly pointOfNoReturn: PlanStep['pointOfNoReturn'];
  readonly noReturn: StepState['noReturn'];
  readonly effect: PlanStep['effect'];
  readonly phase: number;
  readonly block: number | null;
  readonly plannedMs: number | null;
  /** How long it took in the rehearsal that this run knows of, or null. */
  readonly rehearsedMs: number | null;
  /** How backing out stood when the step was entered; null where it was not entered or not looked at (long runs). */
  readonly backOut: ReportBackOut | null;
  /** From entering the step to its settling, waiting for people included; null when it was not entered or is open. */
  readonly actualMs: number | null;
  readonly enteredAt: string | null;
  readonly settledAt: string | null;
  /** The worst of the targets' statuses. */
  readonly status: TargetStatus;
  readonly passed: number;
  readonly targets: readonly ReportTarget[];
  readonly countersignature: StepState['countersignature'];
  /** What the second person signed or refused, with the hash of the statement and the signature. */
  readonly signings: StepState['signings'];
  /** Permission that the operator asked for, again or with a reason. */
  readonly requests: readonly PermissionRequest[];
  readonly waivers: readonly Waiver[];
  /** What a manual step asked for, so that answers can be shown under their labels. */
  readonly evidenceFields: readonly EvidenceField[];
}

/** Instants are ISO 8601. `backAt` null: no way back was left, or nothing had to be undone. */
export interface ReportBackOut {
  readonly at: string;
  readonly backAt: string | null;
  /** Some of what would have run had no known duration: back at this time at the earliest. */
  readonly uncertain: boolean;
  /** A point of no return lay behind. */
  readonly forward: boolean;
}

export interface ReportParticipant extends ParticipantState, Following {
  /** Countersignatures and rejections, and for breaking the glass. */
  readonly signatures: number;
}

/** How the hot phases were worked, and what preflight had found. */
export interface ReportLockdown {
  /** False in runs without a window and in those of earlier versions: nobody was asked. */
  readonly chosen: boolean;
  readonly on: boolean;
  readonly offReason: string | null;
  /** The stretches of time that were worked locked. */
  readonly spans: readonly LockedSpan[];
  /** The stretches of time in which notifications were kept back; they go on while the run is held. */
  readonly quiet: readonly QuietSpan[];
  /** What preflight found last of each item, and what people decided about just that. */
  readonly checks: readonly (PreflightCheck & {
    readonly decision: Omit<RunState['lockdown']['decisions'][number], 'item' | 'code' | 'params'> | null;
  })[];
  readonly checkedAt: string | null;
  readonly gaps: RunState['lockdown']['gaps'];
  /** How often each way out was refused. */
  readonly refused: RunState['lockdown']['refused'];
  readonly glassSignatures: readonly GlassSignature[];
}

/** The checker's receipts in the run's folder, as far as they hold for this history. */
export interface ReportReceipts extends ReceiptsSummary {
  /** True when a receipt was edited, forged, or given for another history: `verify` says which. */
  readonly contradict: boolean;
}

/** What the journal alone cannot tell. */
export interface ReportProof {
  readonly receipts: ReportReceipts;
  /** How people compare a key. */
  readonly fingerprint: (publicKey: string) => string;
}

export interface ReportHost extends PlanHost {
  readonly connections: readonly ReportConnection[];
}

/** A finished or unfinished run as plain data: what the JSON report holds and the HTML and PDF reports are made from. */
export interface ReportModel {
  readonly format: 'countersign-report-1';
  readonly runId: string;
  readonly title: string;
  readonly version: string | null;
  readonly releaseKind: ReleaseKind;
  readonly environment: string;
  readonly production: boolean;
  readonly mode: RunState['mode'];
  readonly app: { readonly version: string; readonly platform: string };
  readonly source: string;
  readonly contentHash: string;
  readonly files: readonly SealedFile[];
  readonly variables: Readonly<Record<string, string>>;
  readonly window: PlanWindow | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly status: RunState['status'];
  readonly result: RunResult | null;
  readonly endReason: string | null;
  /** Steps by status; every status is there, also with 0. */
  readonly counts: Readonly<Record<TargetStatus, number>>;
  readonly exceptions: readonly ReportException[];
  readonly phases: readonly { readonly kind: PhaseKind; readonly title: string }[];
  readonly blocks: readonly { readonly title: string; readonly phase: number; readonly worstCaseMs: number | null }[];
  readonly steps: readonly ReportStep[];
  readonly hosts: readonly ReportHost[];
  /** Steps that `when:` left out. */
  readonly omitted: RunState['plan']['omitted'];
  readonly rehearsal: RunState['rehearsal'];
  readonly analysis: RunState['analysis'];
  /** Those that the newest one followed, in order; they stand as they were filed. */
  readonly earlierAnalyses: RunState['earlierAnalyses'];
  /** What people said or corrected afterwards, in order; what they speak of stands as it was. */
  readonly notes: readonly ReportNote[];
  readonly people: readonly ReportPerson[];
  /** Everybody who asked to follow, with what became of it. */
  readonly participants: readonly ReportParticipant[];
  readonly interruptions: RunState['interruptions'];
  readonly lockdown: ReportLockdown;
  /** Who held the pen when, in order. */
  readonly pen: readonly PenHolding[];
  readonly receipts: ReportReceipts;
  /** `SHA256:…` of every person's key that occurs here, by the key. */
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly sessions: readonly ReportSession[];
  readonly journal: {
    readonly records: number;
    /** Hash of the last record: whoever knows it can tell whether anything before it was changed. */
    readonly head: string;
    readonly headAt: string;
    readonly repairs: number;
  };
}

/** From the best to the worst, for one word about several hosts. */
const gravity: readonly TargetStatus[] = [
  'passed',
  'deferred',
  'overridden',
  'excluded',
  'todo',
  'inconclusive',
  'failed',
  'running',
  'unknown',
];

/** Folds a run's records into the report; null when they do not begin with `run-created`. */
export function buildReport(records: Iterable<JournalRecord>, proof: ReportProof): ReportModel | null {
  const fold = new ReportFold();
  for (const record of records) if (!fold.add(record)) return null;
  return fold.report(proof);
}

/** The records of a run on their way into its report, one by one and each only once. */
export class ReportFold {
  private readonly collector = new Collector();
  private readonly backOuts = new BackOuts();
  private readonly places = new RecordPlaces();
  private created: Created | null = null;
  private folded: RunState | null = null;

  /** Null before the first record. */
  get state(): RunState | null {
    return this.folded;
  }

  /** False when the first record is not `run-created`: then there is no report. */
  add(record: JournalRecord): boolean {
    if (this.folded !== null) {
      this.folded = applyRecord(this.folded, record);
      if (record.type === 'step-entered') this.backOuts.look(this.folded, record);
    } else if (record.type === 'run-created') {
      this.created = record.data;
      this.folded = startState(record);
    } else return false;
    this.collector.add(record);
    this.places.add(record);
    return true;
  }

  /** What was told up to here; null before the first record. */
  report(proof: ReportProof): ReportModel | null {
    if (this.folded === null || this.created === null) return null;
    const { collector, places } = this;
    return compose(this.created, this.folded, { collector, proof, backOuts: this.backOuts.found, places });
  }
}

/** Of a long run this many looks at how backing out stood are enough for a picture. */
const LOOKS = 60;

/** How backing out stood whenever a step was entered, as the screen told it then. */
class BackOuts {
  readonly found = new Map<string, ReportBackOut>();
  private entered = 0;

  look(state: RunState, { at, data }: Extract<JournalRecord, { type: 'step-entered' }>): void {
    const every = Math.ceil(state.plan.steps.length / LOOKS);
    this.entered += 1;
    if ((this.entered - 1) % every !== 0) return;
    const { takesMs, backAt, uncertain, forward } = backOut(state, new Date(at));
    const known = backAt !== null && (takesMs ?? 0) > 0 ? backAt.toISOString() : null;
    this.found.set(data.step, { at, backAt: known, uncertain, forward });
  }
}

/** What was gathered while the records passed by. */
interface Gathered {
  readonly collector: Collector;
  readonly proof: ReportProof;
  readonly backOuts: ReadonlyMap<string, ReportBackOut>;
  readonly places: RecordPlaces;
}

type Created = Extract<JournalRecord, { type: 'run-created' }>['data'];

function compose(created: Created, state: RunState, gathered: Gathered): ReportModel {
  const { collector, proof, places } = gathered;
  // With the steps that a rollback added.
  const { plan } = state;
  const steps = plan.steps.map((step, index) => composeStep(step, index, state, gathered));
  return {
    format: 'countersign-report-1',
    runId: created.runId,
    title: plan.title,
    version: plan.version,
    releaseKind: plan.releaseKind,
    environment: plan.environment,
    production: plan.production,
    mode: created.mode,
    app: created.app,
    source: created.source,
    contentHash: created.contentHash,
    files: created.files,
    variables: plan.variables,
    window: plan.window,
    createdAt: state.createdAt,
    startedAt: state.startedAt,
    endedAt: state.endedAt,
    durationMs: between(state.startedAt, state.endedAt),
    status: state.status,
    result: state.result,
    endReason: state.endReason,
    counts: count(steps),
    exceptions: collector.exceptions,
    phases: plan.phases,
    blocks: plan.blocks,
    steps,
    hosts: plan.hosts.map((host) => ({ ...host, connections: collector.connections.get(host.name) ?? [] })),
    omitted: plan.omitted,
    rehearsal: state.rehearsal,
    analysis: state.analysis,
    earlierAnalyses: state.earlierAnalyses,
    notes: state.notes.map((one) => ({ ...one, corrects: one.corrects === null ? null : places.get(one.corrects) })),
    people: collector.persons(),
    participants: state.participants.map((one) => composeParticipant(one, state, collector)),
    interruptions: state.interruptions,
    lockdown: composeLockdown(state, collector),
    pen: collector.people.pen,
    receipts: proof.receipts,
    fingerprints: fingerprintsOf(state, proof),
    sessions: collector.sessions(),
    journal: { records: state.seq + 1, head: state.head, headAt: state.at, repairs: state.repairs },
  };
}

function composeStep(step: PlanStep, index: number, run: RunState, { collector, backOuts }: Gathered): ReportStep {
  const state = run.steps[index];
  const { id, code, title, kind, origin, batch, pointOfNoReturn, effect, phase, block, plannedMs, action } = step;
  const targets = (state?.targets ?? []).map((target) => composeTarget(id, target, collector));
  const first = step.targets[0];
  const shown = first === undefined ? action : actionFor(step, first);
  return {
    id,
    code,
    title,
    kind,
    origin,
    batch,
    pointOfNoReturn,
    noReturn: state?.noReturn ?? null,
    effect,
    phase,
    block,
    plannedMs,
    rehearsedMs: run.rehearsal?.durations[writtenId(step)] ?? null,
    backOut: backOuts.get(id) ?? null,
    actualMs: between(state?.enteredAt ?? null, state?.settledAt ?? null),
    enteredAt: state?.enteredAt ?? null,
    settledAt: state?.settledAt ?? null,
    status: worstOf(targets),
    passed: targets.filter((target) => target.status === 'passed').length,
    targets,
    countersignature: state?.countersignature ?? 'not-needed',
    signings: state?.signings ?? [],
    requests: collector.people.requests.get(id) ?? [],
    waivers: collector.people.waivers.get(id) ?? [],
    evidenceFields: shown.kind === 'manual' ? shown.evidence : [],
  };
}

function composeTarget(step: string, state: TargetState, collector: Collector): ReportTarget {
  return {
    target: state.target,
    status: state.status,
    judgements: state.judgements,
    approvals: state.approvals,
    undone: state.undone,
    attempts: state.attempts.map((attempt) => ({ ...attempt, probeSays: collector.probeAnswer(attempt.attempt) })),
    decisions: collector.decisions(step, state.target),
  };
}

function composeLockdown({ lockdown }: RunState, collector: Collector): ReportLockdown {
  const { on, offReason, checks, checkedAt, decisions, gaps, refused } = lockdown;
  const { chosen, spans, quiet, signatures } = collector.lockdown;
  const decided = checks.map((check) => {
    const found = decisions.findLast((one) => covers(one, check));
    const decision = found === undefined ? null : { reason: found.reason, by: found.by, at: found.at };
    return { ...check, decision };
  });
  const ordered = decided.toSorted((a, b) => preflightItems.indexOf(a.item) - preflightItems.indexOf(b.item));
  return {
    chosen,
    on,
    offReason,
    spans,
    quiet,
    checks: ordered,
    checkedAt,
    gaps,
    refused,
    glassSignatures: signatures,
  };
}

function composeParticipant(one: ParticipantState, state: RunState, collector: Collector): ReportParticipant {
  const unknown = { askedAt: one.since, admittedAt: null, until: null, sameKey: false };
  const following = collector.people.following.get(one.participant) ?? unknown;
  const signings = state.steps.flatMap((step) => step.signings);
  const given = [...signings, ...collector.lockdown.signatures];
  const signatures = given.filter(({ participant }) => participant === one.participant).length;
  return { ...one, ...following, signatures };
}

function fingerprintsOf(state: RunState, { fingerprint }: ReportProof): Readonly<Record<string, string>> {
  const keys = [
    ...state.sessions.flatMap(({ identity }) => (identity === null ? [] : [identity.publicKey])),
    ...state.participants.map(({ publicKey }) => publicKey),
  ];
  return Object.fromEntries(keys.map((key) => [key, fingerprint(key)]));
}

/** One word about several hosts or steps: the worst of theirs. */
export function worstOf(all: readonly { readonly status: TargetStatus }[]): TargetStatus {
  return gravity[Math.max(0, ...all.map(({ status }) => gravity.indexOf(status)))] ?? 'passed';
}

function count(steps: readonly ReportStep[]): Record<TargetStatus, number> {
  const counts: Record<TargetStatus, number> = {
    todo: 0,
    running: 0,
    passed: 0,
    failed: 0,
    inconclusive: 0,
    unknown: 0,
    deferred: 0,
    overridden: 0,
    excluded: 0,
  };
  for (const step of steps) counts[step.status] += 1;
  return counts;
}

function between(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Date.parse(to) - Date.parse(from);
}

/** Steps that are neither passed nor deferred nor let through, in working order. */
export function openSteps(model: ReportModel): readonly ReportStep[] {
  return model.steps.filter((step) => !isSettled(step.status));
}
