import { limits } from '../contract/limits.ts';
import type { Action, ProbeAction } from '../steps/actions.ts';
import { resolveCommand } from '../steps/command-source.ts';
import { stepKind } from '../steps/index.ts';
import type { ResolveContext } from '../steps/kind.ts';
import { parseDuration } from './duration.ts';
import type { CountersignMode, PlanStep } from './plan.ts';
import type { Path } from './problem.ts';
import { perTarget, plainText } from './resolve-context.ts';
import { type Ground, targetsOf } from './resolve-hosts.ts';
import { kindOf, onOf, type RollbackStepSource, type StepSource } from './schema.ts';
import { checkersOf } from './schema-environment.ts';

/** What the steps of one environment are resolved within. */
export interface Surroundings {
  readonly ground: Ground;
  readonly environment: ResolveContext['environment'];
  /** The steps before, whole, whatever batches they go in. */
  readonly earlier: readonly PlanStep[];
}

export type AnyStepSource = RollbackStepSource & Pick<StepSource, 'rollback' | 'point-of-no-return'>;

/** Where a step stands; its code comes when all steps stand in their working order. */
export type StepPlace = Pick<PlanStep, 'id' | 'phase' | 'block' | 'origin'>;

/** A step as written, on all of its targets. */
export function resolveStep(source: AnyStepSource, path: Path, place: StepPlace, around: Surroundings): PlanStep {
  const { ground } = around;
  const kind = kindOf(source) ?? 'manual';
  const door = stepKind(kind);
  const effect = source.effect ?? door.effectOf?.(source[kind]) ?? door.defaultEffect;
  const targets = targetsFor(source, path, around);
  const of = { ...around, targets };
  const put = (key: 'title' | 'notes' | 'point-of-no-return') =>
    source[key] === undefined ? null : plainText(source[key], [...path, key], ground.desk, limits.text).text;
  const { verify } = source;
  const acts = perTarget([...path, kind], of, (context) => door.resolve(source[kind], context));
  const step: PlanStep = {
    ...place,
    code: '',
    title: put('title') ?? '',
    kind,
    effect,
    targets: [...targets],
    countersign: source.countersign === undefined ? signs(ground, effect) : written[source.countersign],
    plannedMs: source.planned === undefined ? null : parseDuration(source.planned),
    notes: put('notes'),
    ...acts,
    base: place.id,
    batch: null,
    pointOfNoReturn: put('point-of-no-return'),
    undoes: [],
    verify:
      verify === undefined
        ? ownProbe(acts, targets)
        : perTarget([...path, 'verify'], of, (context): ProbeAction => resolveCommand(verify, [], context)),
    rollback: null,
  };
  if (source.rollback === undefined) return step;
  // What undoes the step may take over from it which process is meant.
  const after = { ...of, earlier: [...around.earlier, step] };
  return { ...step, rollback: resolveUndo(source.rollback, [...path, 'rollback'], after) };
}

/** Whether a step is countersigned where it does not say so itself: writes are, wherever there is a checker. */
function signs({ source }: Ground, effect: PlanStep['effect']): CountersignMode {
  return effect === 'write' && checkersOf(source) > 0 ? 'after' : 'none';
}

/** How the checklist says it. */
const written = { always: 'after', never: 'none', before: 'before', after: 'after', both: 'both' } as const;

function targetsFor(source: AnyStepSource, path: Path, { ground, earlier }: Surroundings): readonly string[] {
  const { on, at } = onOf(source);
  const kind = kindOf(source);
  const same = on !== undefined || kind === null ? null : stepKind(kind).sameHostsAs?.(source[kind]);
  if (same == null) return targetsOf(on, [...path, ...at], ground);
  const there = earlier.filter((step) => step.base === same).flatMap((step) => step.targets);
  return there.length === 0 ? targetsOf(undefined, path, ground) : [...new Set(there)];
}

function resolveUndo(
  source: NonNullable<AnyStepSource['rollback']>,
  path: Path,
  of: Surroundings & { readonly targets: readonly string[] },
): PlanStep['rollback'] {
  const kind = kindOf(source);
  if (kind === null) return null;
  const plannedMs = source.planned === undefined ? null : parseDuration(source.planned);
  const acts = perTarget([...path, kind], of, (context) => stepKind(kind).resolve(source[kind], context));
  return { ...acts, plannedMs };
}

/** The kind's own probe, where the checklist writes no `verify:`. */
function ownProbe(
  { action, perTarget: different }: Pick<PlanStep, 'action' | 'perTarget'>,
  targets: readonly string[],
): PlanStep['verify'] {
  const probeOf = (one: Action) => stepKind(one.kind).probe(one);
  const probe = probeOf(action);
  if (probe === null) return null;
  const others: Record<string, ProbeAction> = {};
  for (const target of targets) {
    const other = different[target] === undefined ? null : probeOf(different[target]);
    if (other !== null) others[target] = other;
  }
  return { action: probe, perTarget: others };
}
