import { DESK } from '../checklist/plan-lookup.ts';
import type { ReportModel, ReportStep } from './model.ts';

/** One host's work, or that of a batch of hosts where there are too many to show each. */
export interface TimelineLane {
  /** The host's name; null: all hosts of the batch. */
  readonly host: string | null;
  /** How many hosts share the lane. */
  readonly hosts: number;
  readonly batch: number | null;
  readonly bars: readonly TimelineBar[];
}

/** Instants are milliseconds since the epoch. */
export interface TimelineBar {
  readonly from: number;
  readonly until: number;
  /** 1-based; null: not done in batches. */
  readonly batch: number | null;
  /** At least one attempt in it did not pass. */
  readonly bad: boolean;
}

/** More hosts than this share a lane for each batch. */
const OWN_LANES = 40;
/** Bars that are nearer to each other than this part of the whole cannot be told apart and become one. */
const NEAR = 1 / 600;

/** Which host was worked when. `over`: where what has no end is cut off. */
export function hostLanes(model: ReportModel, over: number): readonly TimelineLane[] {
  const own = new Map<string, TimelineBar[]>();
  for (const step of model.steps) {
    for (const { target, bars } of workOf(step, over)) own.set(target, [...(own.get(target) ?? []), ...bars]);
  }
  const worked = model.hosts.map(({ name }) => name).filter((name) => own.has(name));
  if (worked.length < 2) return [];
  const near = (over - Date.parse(model.startedAt ?? model.createdAt)) * NEAR;
  if (worked.length <= OWN_LANES) {
    return worked.map((host) => ({ host, hosts: 1, batch: null, bars: merged(own.get(host) ?? [], near) }));
  }
  const lanes = new Map<number | null, { readonly hosts: Set<string>; readonly bars: TimelineBar[] }>();
  for (const host of worked) {
    for (const bar of own.get(host) ?? []) {
      const lane = lanes.get(bar.batch) ?? { hosts: new Set<string>(), bars: [] };
      lane.hosts.add(host);
      lane.bars.push(bar);
      lanes.set(bar.batch, lane);
    }
  }
  const ordered = [...lanes].toSorted(([one], [other]) => (one ?? 0) - (other ?? 0));
  return ordered.map(([batch, { hosts, bars }]) => ({
    host: null,
    hosts: hosts.size,
    batch,
    bars: merged(bars, near),
  }));
}

function workOf(
  step: ReportStep,
  over: number,
): readonly { readonly target: string; readonly bars: readonly TimelineBar[] }[] {
  return step.targets
    .filter(({ target }) => target !== DESK)
    .map(({ target, attempts }) => ({
      target,
      bars: attempts
        .filter(({ purpose }) => purpose === 'step')
        .map(({ paper, startedAt, endedAt, verdict }) => {
          const from = Date.parse(paper?.doneAt ?? startedAt);
          const until = paper !== null ? from : endedAt === null ? over : Date.parse(endedAt);
          return { from, until, batch: step.batch?.index ?? null, bad: verdict !== 'passed' };
        }),
    }))
    .filter(({ bars }) => bars.length > 0);
}

function merged(bars: readonly TimelineBar[], near: number): readonly TimelineBar[] {
  const found: TimelineBar[] = [];
  for (const bar of bars.toSorted((one, other) => one.from - other.from)) {
    const last = found.at(-1);
    const joins =
      last !== undefined && last.batch === bar.batch && last.bad === bar.bad && bar.from - last.until <= near;
    if (joins) found[found.length - 1] = { ...last, until: Math.max(last.until, bar.until) };
    else found.push(bar);
  }
  return found;
}
