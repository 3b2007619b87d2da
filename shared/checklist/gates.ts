import { limits } from '../contract/limits.ts';
import type { Action } from '../steps/actions.ts';
import { stepKind } from '../steps/index.ts';
import { parseDuration } from './duration.ts';
import type { PlanStep } from './plan.ts';
import { DESK } from './plan-lookup.ts';
import type { Path } from './problem.ts';
import { perTarget } from './resolve-context.ts';
import type { Surroundings } from './resolve-step.ts';
import type { BatchSource } from './schema-flow.ts';

/** What stands between two batches. */
export interface Pause {
  /** Id and title of what goes in batches. */
  readonly id: string;
  readonly title: string;
  /** The batch that comes next (from 2 on), of how many. */
  readonly next: number;
  readonly of: number;
  /** The hosts done so far. */
  readonly done: readonly string[];
  readonly place: Pick<PlanStep, 'phase' | 'block'>;
}

/**
 * The steps between two batches, in working order: the watch over the hosts done so far (or only its time), then the
 * gate. A log watch without a `for:` of its own takes as long as the bake.
 */
export function stepsBetween(
  between: BatchSource['between'],
  path: Path,
  pause: Pause,
  around: Surroundings,
): readonly PlanStep[] {
  const whole = typeof between === 'string' ? { gate: between } : (between ?? {});
  const gate = whole.gate ?? 'confirm';
  const { next, of } = pause;
  const steps: PlanStep[] = [];
  const log = whole.log;
  if (log !== undefined) {
    const source = 'files' in log ? { ...log, for: log.for ?? whole.bake } : log;
    const targets = around.ground.hosts.map((host) => host.name).filter((name) => pause.done.includes(name));
    const acts = perTarget([...path, 'log'], { ...around, targets }, (context) =>
      stepKind('log').resolve(source, context),
    );
    steps.push({ ...blank(pause, 'log', acts.action, titled(pause.title, `${next - 1}/${of}`)), ...acts, targets });
  } else if (whole.bake !== undefined) {
    const ms = parseDuration(whole.bake) ?? 0;
    const wait = blank(
      pause,
      'bake',
      { kind: 'wait', mode: { type: 'for', ms } },
      titled(pause.title, `${next - 1}/${of}`),
    );
    steps.push({ ...wait, plannedMs: ms });
  }
  if (gate !== 'none') {
    const title = titled(pause.title, `${next - 1}/${of} → ${next}/${of}`);
    steps.push({
      ...blank(pause, 'gate', { kind: 'manual', evidence: [] }, title),
      countersign: gate === 'countersign' ? 'after' : 'none',
    });
  }
  return steps;
}

/** A title with what tells its batch; still a title where the written one is as long as can be. */
export function titled(title: string, batch: string): string {
  return `${title.slice(0, limits.text - batch.length - 3)} · ${batch}`;
}

/** How many steps stand between two batches. */
export function countBetween(between: BatchSource['between']): number {
  if (typeof between !== 'object') return between === 'none' ? 0 : 1;
  return (between.gate === 'none' ? 0 : 1) + (between.log === undefined && between.bake === undefined ? 0 : 1);
}

/** A step of the flow's own: it only looks or asks. */
function blank({ id, next, place }: Pause, what: string, action: Action, title: string): PlanStep {
  return {
    ...place,
    id: `${id}-${what}~${next}`,
    base: `${id}-${what}`,
    code: '',
    title,
    kind: action.kind,
    effect: 'read',
    origin: 'gate',
    batch: null,
    pointOfNoReturn: null,
    undoes: [],
    targets: [DESK],
    countersign: 'none',
    plannedMs: null,
    notes: null,
    action,
    perTarget: {},
    verify: null,
    rollback: null,
  };
}
