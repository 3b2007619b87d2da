import { limits } from '../contract/limits.ts';
import { stepKind } from '../steps/index.ts';
import { phaseKinds } from './plan.ts';
import { DESK } from './plan-lookup.ts';
import { listNames, type Path, type Report } from './problem.ts';
import { secretVariable } from './quote.ts';
import { batchesIn, type Complain, checkFlow, writes } from './rules-flow.ts';
import { type Checklist, kindOf, kindsOf, onOf, type RollbackStepSource, type StepSource } from './schema.ts';
import { nearest } from './suggest.ts';
import { secretsOf } from './variables.ts';

/** A step as written, wherever it stands. */
export interface StepPlaceInFile {
  readonly source: RollbackStepSource & Pick<StepSource, 'rollback' | 'batch' | 'point-of-no-return'>;
  readonly path: Path;
  /** Index of its phase; null in the rollback. */
  readonly phase: number | null;
  readonly atomic: boolean;
  /** It, or the block it stands in, goes in batches. */
  readonly batched: boolean;
}

/** Every step of a checklist in file order, the rollback's last. */
export function allSteps(checklist: Checklist): readonly StepPlaceInFile[] {
  const found: StepPlaceInFile[] = [];
  for (const [phase, { steps }] of checklist.phases.entries()) {
    for (const [index, entry] of steps.entries()) {
      const path = ['phases', phase, 'steps', index];
      if (!('atomic' in entry))
        found.push({ source: entry, path, phase, atomic: false, batched: entry.batch !== undefined });
      else {
        for (const [inner, source] of entry.steps.entries()) {
          const batched = (entry.batch ?? source.batch) !== undefined;
          found.push({ source, path: [...path, 'steps', inner], phase, atomic: true, batched });
        }
      }
    }
  }
  for (const [index, source] of (checklist.rollback?.steps ?? []).entries()) {
    found.push({ source, path: ['rollback', 'steps', index], phase: null, atomic: false, batched: false });
  }
  return found;
}

/** What a schema cannot say: rules between one part of the checklist and another, the same in all environments. */
export function checkRules(checklist: Checklist, report: Report): void {
  const error = (path: Path, code: string, params: Readonly<Record<string, string>> = {}, atKey = false) =>
    report({ path, code, params, severity: 'error', atKey });
  checkPhases(checklist, error);
  const steps = allSteps(checklist);
  if (steps.length > limits.steps) {
    error(['phases'], 'steps-too-many', { most: String(limits.steps), count: String(steps.length) }, true);
  }
  checkIds(steps, error);
  checkFlow(checklist, steps, error);
  for (const step of steps) checkStep(step, error);
  checkNames(checklist, error);
  checkOrder(checklist, error);
}

function checkPhases(checklist: Checklist, error: Complain): void {
  if (checklist.phases.length === 0) error(['phases'], 'list-empty', { key: 'phases' });
  for (const [index, phase] of checklist.phases.entries()) {
    const at = ['phases', index, 'steps'];
    if (phase.steps.length === 0) error(at, 'list-empty', { key: 'steps' });
    for (const [position, entry] of phase.steps.entries()) {
      if ('atomic' in entry && entry.steps.length === 0)
        error([...at, position, 'steps'], 'list-empty', { key: 'steps' });
    }
    const written = phaseKinds.filter((kind) => phase[kind] !== undefined);
    if (written.length === 0) error(['phases', index], 'phase-without-kind');
    else if (written[1] !== undefined) {
      error(
        ['phases', index, written[1]],
        'phase-with-two-kinds',
        { first: written[0] ?? '', second: written[1] },
        true,
      );
    }
  }
}

function checkIds(steps: readonly StepPlaceInFile[], error: Complain): void {
  const first = new Map<string, Path>();
  for (const { source, path } of steps) {
    if (source.id === undefined) continue;
    const before = first.get(source.id);
    // `firstPath` becomes the line of the first place when the finding gets its own (see parse.ts).
    if (before !== undefined) error([...path, 'id'], 'id-twice', { id: source.id, firstPath: JSON.stringify(before) });
    else first.set(source.id, [...path, 'id']);
  }
}

function checkStep({ source, path }: StepPlaceInFile, error: Complain): void {
  checkKinds(source, path, 'step-without-kind', error);
  if (source.rollback !== undefined) checkKinds(source.rollback, [...path, 'rollback'], 'rollback-without-kind', error);
  const kind = kindOf(source);
  if (kind === null) return;
  const door = stepKind(kind);
  const { on } = onOf(source);
  const inner: unknown = source[kind];
  if (
    source.on !== undefined &&
    typeof inner === 'object' &&
    inner !== null &&
    'on' in inner &&
    inner.on !== undefined
  ) {
    error([...path, kind, 'on'], 'on-twice', {}, true);
  }
  const needsHosts = door.needsHosts(source[kind]);
  if (on === undefined && needsHosts && door.sameHostsAs?.(source[kind]) == null) {
    error([...path, kind], 'on-missing', { kind }, true);
  }
  const undo = source.rollback === undefined ? null : kindOf(source.rollback);
  if (undo !== null && on === undefined && !needsHosts && stepKind(undo).needsHosts(source.rollback?.[undo])) {
    error([...path, 'rollback', undo], 'on-missing', { kind: undo }, true);
  }
  if (source.effect === 'write' && !door.canWrite) error([...path, 'effect'], 'effect-only-read', { kind });
  if (source['point-of-no-return'] !== undefined && !writes(source)) {
    error([...path, 'point-of-no-return'], 'no-return-on-read', {}, true);
  }
  if (source.verify === undefined) return;
  if (!door.verifiable) error([...path, 'verify'], 'verify-not-possible', { kind }, true);
}

function checkKinds(source: Parameters<typeof kindsOf>[0], path: Path, missing: string, error: Complain): void {
  const [first, second] = kindsOf(source);
  if (first === undefined) error(path, missing);
  else if (second !== undefined) error([...path, second], 'step-with-two-kinds', { first, second }, true);
}

function checkNames(checklist: Checklist, error: Complain): void {
  const reserved = (vars: Readonly<Record<string, string>> | undefined, path: Path, secrets: ReadonlySet<string>) => {
    for (const name of Object.keys(vars ?? {})) {
      if (name === 'version' && checklist.version !== undefined)
        error([...path, name], 'variable-is-version', {}, true);
      if (secrets.has(name)) error([...path, name], 'variable-is-secret', { name }, true);
    }
  };
  const everySecret = new Set<string>();
  for (const [name, environment] of Object.entries(checklist.environments)) {
    const base = ['environments', name];
    const secrets = new Set<string>();
    const shellNames = new Map<string, string>();
    for (const [index, secret] of secretsOf(environment).entries()) {
      const at = [...base, 'secrets', Array.isArray(environment?.secrets) ? index : secret.name];
      const twin = shellNames.get(secretVariable(secret.name));
      if (twin !== undefined) error(at, 'secret-clash', { first: twin, second: secret.name }, true);
      if (secret.name === 'version' && checklist.version !== undefined) error(at, 'variable-is-version', {}, true);
      shellNames.set(secretVariable(secret.name), secret.name);
      secrets.add(secret.name);
      everySecret.add(secret.name);
    }
    reserved(environment?.vars, [...base, 'vars'], secrets);
    for (const [host, { vars }] of Object.entries(environment?.hosts ?? {})) {
      reserved(vars, [...base, 'hosts', host, 'vars'], secrets);
    }
  }
  reserved(checklist.vars, ['vars'], everySecret);
}

/** An order may name a group that only some environments have, but not one that none has. */
function checkOrder(checklist: Checklist, error: Complain): void {
  const known = new Set<string>();
  for (const environment of Object.values(checklist.environments)) {
    for (const [name, host] of Object.entries(environment?.hosts ?? {})) {
      known.add(name);
      for (const group of host.groups ?? []) known.add(group);
    }
  }
  const orders = batchesIn(checklist).map(({ batch, path }) => ({ order: batch.order, path: [...path, 'order'] }));
  for (const { order, path } of [...orders, { order: checklist.rollback?.order, path: ['rollback', 'order'] }]) {
    checkNamesIn(order ?? [], path, known, error);
  }
}

function checkNamesIn(order: readonly string[], at: Path, known: ReadonlySet<string>, error: Complain): void {
  const seen = new Set<string>();
  for (const [index, name] of order.entries()) {
    const path = [...at, index];
    if (seen.has(name)) error(path, 'order-twice', { name });
    seen.add(name);
    if (known.has(name)) continue;
    const params = { name, known: known.size === 0 ? '–' : listNames(known) };
    if (name === DESK) error(path, 'on-desk');
    else error(path, 'order-unknown', { ...params, nearest: nearest(name, known) ?? '–' });
  }
}
