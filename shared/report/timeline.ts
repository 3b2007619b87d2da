import type { TargetStatus } from '../run/state.ts';
import { type ReportModel, type ReportStep, worstOf } from './model.ts';
import { hostLanes, type TimelineLane } from './timeline-hosts.ts';

/** When everything happened, as plain numbers for a picture. All instants are milliseconds since the epoch. */

export interface TimeSpan {
  readonly from: number;
  readonly until: number;
}

/** One line of the picture: a step, or several that follow each other. */
export interface TimelineRow {
  /** Codes of the first and the last step; the same for one step. */
  readonly codes: readonly [string, string];
  /** The step's own title; of several steps the block's or the phase's. */
  readonly title: string;
  readonly steps: number;
  /** Where the plan had it, told from the run's start on; null where nothing was planned. */
  readonly planned: TimeSpan | null;
  readonly rehearsed: TimeSpan | null;
  readonly actual: TimeSpan | null;
  readonly plannedMs: number | null;
  readonly rehearsedMs: number | null;
  readonly actualMs: number | null;
  /** The worst of its steps. */
  readonly status: TargetStatus;
  /** Steps that did not simply pass, at the time they were entered. */
  readonly deviating: readonly { readonly at: number; readonly status: TargetStatus }[];
  /** When paper says that something was done. */
  readonly paper: readonly number[];
  /** Backing out as the row began would have ended here. */
  readonly backAt: { readonly from: number; readonly until: number } | null;
}

export const momentKinds = ['window', 'held', 'locked', 'gap', 'away', 'crash', 'rollback', 'no-return'] as const;
export type MomentKind = (typeof momentKinds)[number];

/** What happened beside the steps; `until` equal to `from` is a moment. */
export interface TimelineMoment extends TimeSpan {
  readonly kind: MomentKind;
}

export interface Timeline {
  /** What the picture spans. */
  readonly whole: TimeSpan;
  readonly rows: readonly TimelineRow[];
  readonly moments: readonly TimelineMoment[];
  /** Instants of the release window; null where not given, or so far off that nothing else could be seen. */
  readonly warn: number | null;
  readonly backOutBy: number | null;
  readonly end: number | null;
  /** Which host was worked when, batch by batch; empty where there is but one. */
  readonly hosts: readonly TimelineLane[];
}

/** With more steps than this, steps that follow each other in one phase and block share a row. */
const SINGLE_ROWS = 60;
/** About so many rows a long run is shown in. */
const SHARED_ROWS = 45;

/** Null where nothing was started, for then there is nothing to see. */
export function timelineOf(model: ReportModel): Timeline | null {
  if (model.startedAt === null) return null;
  const start = Date.parse(model.startedAt);
  const over = Math.max(Date.parse(model.endedAt ?? model.journal.headAt), start + 1_000);
  const groups = grouped(model.steps);
  const planned = laidOut(model.steps, start, (step) => step.plannedMs);
  const rehearsed = laidOut(model.steps, start, (step) => step.rehearsedMs);
  const rows = groups.map((steps) => rowOf(model, steps, { planned, rehearsed, over }));
  const moments = momentsOf(model, over);
  const spans = rows.flatMap(({ planned: one, rehearsed: two, actual }) => [one, two, actual]);
  const known = spans.filter((span) => span !== null);
  const from = Math.min(start, ...known.map((span) => span.from), ...rows.flatMap((row) => row.paper));
  const until = Math.max(over, ...known.map((span) => span.until));
  // A window that lies days away would press the run itself into one line.
  const room = until - from;
  const near = (at: string | null | undefined): number | null => {
    const ms = Date.parse(at ?? '');
    return ms >= from - room && ms <= until + room ? ms : null;
  };
  const { window } = model;
  const [opens, warn, backOutBy, end] = [window?.start, window?.warn, window?.backOutBy, window?.end].map(near);
  const backs = rows.flatMap(({ backAt }) => (backAt !== null && backAt.until <= until + room ? [backAt.until] : []));
  const edges = [opens, warn, backOutBy, end].filter((one): one is number => typeof one === 'number');
  const whole = { from: Math.min(from, ...edges), until: Math.max(until, ...edges, ...backs) };
  const windowed = typeof opens === 'number' || typeof end === 'number';
  const open: TimelineMoment = { kind: 'window', from: opens ?? whole.from, until: end ?? backOutBy ?? whole.until };
  return {
    whole,
    rows,
    moments: windowed ? [open, ...moments] : moments,
    warn: warn ?? null,
    backOutBy: backOutBy ?? null,
    end: end ?? null,
    hosts: hostLanes(model, over),
  };
}

/** Each step alone, or in a long run what follows each other within a phase and block, in parts of about one size. */
function grouped(steps: readonly ReportStep[]): readonly (readonly ReportStep[])[] {
  if (steps.length <= SINGLE_ROWS) return steps.map((step) => [step]);
  const most = Math.ceil(steps.length / SHARED_ROWS);
  const groups: ReportStep[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    const first = last?.[0];
    const same = first !== undefined && first.phase === step.phase && first.block === step.block;
    if (last !== undefined && same && last.length < most) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** One after the other from the run's start; what a rollback added begins where it really began. */
function laidOut(
  steps: readonly ReportStep[],
  start: number,
  takes: (step: ReportStep) => number | null,
): ReadonlyMap<string, TimeSpan> {
  const found = new Map<string, TimeSpan>();
  let cursor = start;
  let turned = false;
  for (const step of steps) {
    if (step.origin === 'rollback' && !turned && step.enteredAt !== null) {
      turned = true;
      cursor = Date.parse(step.enteredAt);
    }
    const ms = takes(step);
    if (ms === null || (step.origin === 'rollback' && !turned)) continue;
    found.set(step.id, { from: cursor, until: cursor + ms });
    cursor += ms;
  }
  return found;
}

interface Laid {
  readonly planned: ReadonlyMap<string, TimeSpan>;
  readonly rehearsed: ReadonlyMap<string, TimeSpan>;
  readonly over: number;
}

function rowOf(model: ReportModel, steps: readonly ReportStep[], { planned, rehearsed, over }: Laid): TimelineRow {
  const [first, last] = [steps[0], steps.at(-1)];
  const block = first?.block === null || first === undefined ? undefined : model.blocks[first.block];
  const phase = first === undefined ? undefined : model.phases[first.phase];
  const looked = steps.find((step) => step.backOut !== null)?.backOut ?? null;
  return {
    codes: [first?.code ?? '', last?.code ?? ''],
    title: steps.length === 1 ? (first?.title ?? '') : ((block ?? phase)?.title ?? ''),
    steps: steps.length,
    planned: joined(steps.map(({ id }) => planned.get(id) ?? null)),
    rehearsed: joined(steps.map(({ id }) => rehearsed.get(id) ?? null)),
    actual: joined(steps.map((step) => actualOf(step, over))),
    plannedMs: sum(steps.map((step) => step.plannedMs)),
    rehearsedMs: sum(steps.map((step) => step.rehearsedMs)),
    actualMs: sum(steps.map((step) => step.actualMs)),
    status: worstOf(steps),
    deviating: steps.flatMap(({ status, enteredAt }) =>
      status === 'passed' || enteredAt === null ? [] : [{ at: Date.parse(enteredAt), status }],
    ),
    paper: steps.flatMap(({ targets }) => targets.flatMap(({ attempts }) => attempts.flatMap(paperTime))),
    backAt:
      looked === null || looked.backAt === null
        ? null
        : { from: Date.parse(looked.at), until: Date.parse(looked.backAt) },
  };
}

const paperTime = ({ paper }: { readonly paper: { readonly doneAt: string } | null }): readonly number[] =>
  paper === null ? [] : [Date.parse(paper.doneAt)];

function actualOf({ enteredAt, settledAt }: ReportStep, over: number): TimeSpan | null {
  if (enteredAt === null) return null;
  return { from: Date.parse(enteredAt), until: settledAt === null ? over : Date.parse(settledAt) };
}

function joined(spans: readonly (TimeSpan | null)[]): TimeSpan | null {
  const known = spans.filter((span) => span !== null);
  if (known.length === 0) return null;
  return { from: Math.min(...known.map(({ from }) => from)), until: Math.max(...known.map(({ until }) => until)) };
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function momentsOf(model: ReportModel, over: number): readonly TimelineMoment[] {
  const span = (kind: MomentKind, from: string, until: string | null): TimelineMoment => ({
    kind,
    from: Date.parse(from),
    until: until === null ? over : Date.parse(until),
  });
  const told = model.exceptions.flatMap((one): readonly TimelineMoment[] => {
    switch (one.kind) {
      case 'held':
        return [span('held', one.at, one.until)];
      case 'checker-gone':
        return [span('away', one.at, one.until)];
      case 'checker-left':
      case 'participant-dismissed':
        return [span('away', one.at, one.at)];
      case 'lockdown-gap':
      case 'locked-without-quiet':
      case 'notifications-not-verified':
        return [span('gap', one.at, one.until)];
      case 'glass':
        return one.outcome === 'broken' || one.outcome === 'signed' ? [span('gap', one.at, one.until)] : [];
      case 'died-while-locked':
        return [span('gap', one.since ?? one.at, one.at)];
      case 'session-interrupted':
        return [span('crash', one.at, one.at)];
      case 'rollback':
        return [span('rollback', one.at, one.until)];
      default:
        return [];
    }
  });
  const locked = model.lockdown.spans.map(({ from, until }) => span('locked', from, until));
  const beyond = model.steps.flatMap(({ noReturn }) =>
    noReturn === null ? [] : [span('no-return', noReturn.at, noReturn.at)],
  );
  return [...told, ...locked, ...beyond];
}
