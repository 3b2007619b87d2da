import { limits } from '../contract/limits.ts';
import { batchesOf, partOf } from './batches.ts';
import { parseDuration } from './duration.ts';
import { countBetween, stepsBetween, titled } from './gates.ts';
import type { Plan, PlanStep, ReleaseKind } from './plan.ts';
import { DESK } from './plan-lookup.ts';
import type { Path } from './problem.ts';
import { readinessSteps } from './readiness.ts';
import { plainText } from './resolve-context.ts';
import type { Ground } from './resolve-hosts.ts';
import { type AnyStepSource, resolveStep, type Surroundings } from './resolve-step.ts';
import type { AtomicSource, Checklist, StepSource } from './schema.ts';
import type { BatchSource } from './schema-flow.ts';
import type { Slot } from './slots.ts';
import { omittedBecause } from './when.ts';

/** The steps of a plan while they are being put in order. */
export interface Assembly extends Surroundings {
  readonly kind: ReleaseKind;
  readonly slots: Slot[];
  readonly earlier: PlanStep[];
  readonly blocks: Plan['blocks'];
  readonly omitted: Plan['omitted'];
  /** What rolling back needs, in the order in which it is written. */
  readonly needs: PlanStep[];
}

export function emptyAssembly(
  checklist: Checklist,
  ground: Ground,
  environment: Surroundings['environment'],
): Assembly {
  const kind = checklist.kind ?? 'requirement';
  return { kind, ground, environment, slots: [], earlier: [], blocks: [], omitted: [], needs: [] };
}

/** Adds the steps of one phase. */
export function assemblePhase(phase: Checklist['phases'][number], index: number, into: Assembly): void {
  for (const [position, entry] of phase.steps.entries()) {
    const path = ['phases', index, 'steps', position];
    if ('atomic' in entry) addBlock(entry, path, index, into);
    else addStep(entry, path, { phase: index, block: null }, into);
  }
}

type Place = Pick<PlanStep, 'phase' | 'block'>;

/** The step as written, or null where `when:` leaves it out. */
export function resolveUnlessOmitted(
  source: AnyStepSource,
  path: Path,
  place: Place & Pick<PlanStep, 'id' | 'origin'>,
  into: Assembly,
): PlanStep | null {
  const because = omittedBecause(source.when, path, into.kind, into.ground);
  if (because !== null) {
    const title = plainText(source.title, [...path, 'title'], into.ground.desk, limits.text).text;
    into.omitted.push({ id: place.id, title, because });
    return null;
  }
  const step = resolveStep(source, path, place, into);
  if (place.origin === 'written') {
    into.earlier.push(step);
    into.needs.push(
      ...readinessSteps(source.rollback?.needs, [...path, 'rollback', 'needs'], { id: step.id, on: source.on }, into),
    );
  }
  return step;
}

function addStep(source: StepSource, path: Path, place: Place, into: Assembly): void {
  const step = resolveUnlessOmitted(source, path, { ...place, id: source.id, origin: 'written' }, into);
  if (step === null || source.batch === undefined) {
    into.slots.push({ phase: place.phase, step });
    return;
  }
  const batches = cut([step], source.batch, [...path, 'batch'], into);
  if (batches.length < 2) {
    into.slots.push({ phase: place.phase, step });
    return;
  }
  const about = { batch: source.batch, path: [...path, 'batch'], id: step.id, title: step.title };
  for (const [index, hosts] of batches.entries()) {
    pushBetween(about, batches, index, place, into);
    into.slots.push({
      phase: place.phase,
      step: partAt(step, hosts, index, batches.length, source.batch, index === 0),
    });
  }
}

/** An atomic block: once, or for each batch of its hosts as a block of its own. */
function addBlock(source: AtomicSource, path: Path, phase: number, into: Assembly): void {
  const title = plainText(source.atomic, [...path, 'atomic'], into.ground.desk, limits.text).text;
  const worst = source['worst-case'];
  const worstCaseMs = worst === undefined ? null : parseDuration(worst);
  const open = (name: string) => into.blocks.push({ title: name, phase, worstCaseMs }) - 1;
  const { batch } = source;
  if (batch !== undefined) {
    addBlockInBatches({ ...source, batch, title, open }, path, phase, into);
    return;
  }
  const block = open(title);
  const from = into.slots.length;
  for (const [index, step] of source.steps.entries()) addStep(step, [...path, 'steps', index], { phase, block }, into);
  if (into.slots.slice(from).every(({ step }) => step === null)) into.blocks.pop();
}

interface BlockInBatches extends Pick<AtomicSource, 'steps'> {
  readonly batch: BatchSource;
  readonly title: string;
  /** Begins a block and gives its index. */
  open(title: string): number;
}

function addBlockInBatches(source: BlockInBatches, path: Path, phase: number, into: Assembly): void {
  const { batch, title, open } = source;
  const steps = source.steps.map((step, index) =>
    resolveUnlessOmitted(step, [...path, 'steps', index], { phase, block: 0, id: step.id, origin: 'written' }, into),
  );
  const whole = steps.filter((step) => step !== null);
  const batches = whole.length === 0 ? [] : cut(whole, batch, [...path, 'batch'], into);
  if (batches.length < 2) {
    const block = whole.length === 0 ? null : open(title);
    for (const step of steps) into.slots.push({ phase, step: step === null ? null : { ...step, block } });
    return;
  }
  const about = { batch, path: [...path, 'batch'], id: source.steps[0]?.id ?? '', title };
  const begun = new Set<PlanStep>();
  for (const [index, hosts] of batches.entries()) {
    pushBetween(about, batches, index, { phase, block: null }, into);
    const block = open(titled(title, `${index + 1}/${batches.length}`));
    // What is done at the desk is done once, before the other hosts follow.
    const here = index === 0 ? [...hosts, DESK] : hosts;
    for (const step of steps) {
      if (step === null) {
        if (index === 0) into.slots.push({ phase, step });
        continue;
      }
      const targets = here.filter((target) => step.targets.includes(target));
      if (targets.length === 0) continue;
      const part = partAt(step, targets, index, batches.length, batch, !begun.has(step));
      begun.add(step);
      into.slots.push({ phase, step: { ...part, block } });
    }
  }
}

/** The first part keeps the id as written. */
function partAt(
  step: PlanStep,
  targets: readonly string[],
  index: number,
  of: number,
  { ceiling }: BatchSource,
  isFirst: boolean,
): PlanStep {
  const id = isFirst ? step.id : `${step.id}~${index + 1}`;
  return partOf(step, targets, id, { index: index + 1, of, ceiling: ceiling ?? null });
}

/** The hosts of steps in batches; a plan that would grow too long is reported, and nothing is cut. */
function cut(
  steps: readonly PlanStep[],
  batch: BatchSource,
  path: Path,
  into: Assembly,
): readonly (readonly string[])[] {
  const { ground } = into;
  const hosts = [...new Set(steps.flatMap((step) => step.targets))].filter((target) => target !== DESK);
  const complain = (code: string, params: Readonly<Record<string, string>> = {}) =>
    ground.report({ path, atKey: true, severity: 'error', code, params: { ...params, environment: ground.name } });
  if (hosts.length === 0) complain('batch-without-hosts');
  const batches = batchesOf(hosts, {
    canary: batch.canary ?? 0,
    size: typeof batch.size === 'string' ? { percent: Number.parseInt(batch.size, 10) } : (batch.size ?? null),
    order: (batch.order ?? []).map((name) => ground.groups.get(name) ?? [name]),
  });
  const pauses = (batches.length - 1) * countBetween(batch.between);
  const count = into.slots.length + batches.length * steps.length + pauses;
  if (count <= limits.steps) return batches;
  complain('batches-too-many', { count: String(count), most: String(limits.steps) });
  return [];
}

interface InBatches {
  readonly batch: BatchSource;
  readonly path: Path;
  readonly id: string;
  readonly title: string;
}

function pushBetween(
  { batch, path, id, title }: InBatches,
  batches: readonly (readonly string[])[],
  index: number,
  place: Place,
  into: Assembly,
): void {
  if (index === 0) return;
  const done = batches.slice(0, index).flat();
  const pause = { id, title, next: index + 1, of: batches.length, done, place };
  for (const step of stepsBetween(batch.between, [...path, 'between'], pause, into)) {
    into.slots.push({ phase: place.phase, step });
  }
}
