import { RE2JS } from 're2js';
import { limits } from '../contract/limits.ts';
import type { Action, CommandAction } from '../steps/actions.ts';
import { resolveCommand } from '../steps/command-source.ts';
import { stepKind } from '../steps/index.ts';
import type { ResolveContext } from '../steps/kind.ts';
import { parseDuration } from './duration.ts';
import type { Plan, PlanStep } from './plan.ts';
import { DESK } from './plan-lookup.ts';
import type { Finding, Path, Report } from './problem.ts';
import { type Substitute, substituteCommand } from './quote.ts';
import { type Ground, layGround, targetsOf } from './resolve-hosts.ts';
import { type Checklist, kindOf, type RollbackStepSource, type StepSource } from './schema.ts';
import { type Scope, secretsOf, substituteText } from './variables.ts';
import { resolveWindow } from './window.ts';

/** The plan of a sound checklist for one of its environments. Pure: the same checklist gives the same plan. */
export function resolvePlan(checklist: Checklist, environment: string): Plan {
  if (!Object.hasOwn(checklist.environments, environment)) throw new Error(`No environment ${environment}`);
  const findings: Finding[] = [];
  const plan = planFor(checklist, environment, (finding) => findings.push(finding));
  const first = findings.find((finding) => finding.severity === 'error');
  if (first !== undefined) throw new Error(`Unsound checklist: ${first.code} at ${first.path.join('.')}`);
  return plan;
}

/** As `resolvePlan`, telling what is wrong instead of throwing; with errors the plan is not to be used. */
export function planFor(checklist: Checklist, environment: string, report: Report): Plan {
  const ground = layGround(checklist, environment, report);
  const title = (template: string, path: Path) => plainText(template, path, ground.desk, limits.text).text;
  const blocks: Plan['blocks'] = [];
  const steps: PlanStep[] = [];
  const phases = checklist.phases.map((phase, index) => {
    const path = ['phases', index];
    let count = 0;
    const add = (source: StepSource, at: Path, block: number | null) => {
      count += 1;
      steps.push(
        resolveStep(source, at, { code: `${index + 1}.${count}`, phase: index, block, id: source.id }, ground, steps),
      );
    };
    for (const [position, entry] of phase.steps.entries()) {
      const at = [...path, 'steps', position];
      if (!('atomic' in entry)) {
        add(entry, at, null);
        continue;
      }
      const worst = entry['worst-case'];
      const worstCaseMs = worst === undefined ? null : parseDuration(worst);
      const block = blocks.push({ title: title(entry.atomic, [...at, 'atomic']), phase: index, worstCaseMs }) - 1;
      for (const [inner, source] of entry.steps.entries()) add(source, [...at, 'steps', inner], block);
    }
    const kind = (['cold', 'hot', 'observe', 'wrap-up'] as const).find((name) => phase[name] !== undefined) ?? 'cold';
    return { kind, title: title(phase[kind] ?? '', [...path, kind]) };
  });
  const rollback = resolveRollback(checklist, ground, steps);
  const targets = [...steps, ...rollback.steps].reduce((sum, step) => sum + step.targets.length, 0);
  if (targets > limits.targets) {
    const params = { most: String(limits.targets), count: String(targets), environment };
    report({ path: ['phases'], atKey: true, severity: 'error', code: 'targets-too-many', params });
  }
  return {
    format: 1,
    name: checklist.title,
    title: title(checklist.title, ['title']),
    version: checklist.version === undefined ? null : title(checklist.version, ['version']),
    releaseKind: checklist.kind ?? 'requirement',
    environment,
    production: ground.source.production ?? false,
    window: resolveWindow(checklist.window, report),
    hosts: [...ground.hosts],
    databases: [],
    channels: [],
    rehearsal: 'off',
    omitted: [],
    secrets: secretsOf(ground.source).map(({ name, prompt }) => ({
      name,
      prompt: title(prompt, ['environments', environment, 'secrets', name]),
    })),
    variables: shownVariables(checklist, ground),
    phases,
    blocks,
    steps,
    rollback,
  };
}

/** Variables of the environment for people; one that only has a value on a host is shown as written. */
function shownVariables(checklist: Checklist, ground: Ground): Record<string, string> {
  const written = {
    ...(checklist.version === undefined ? {} : { version: checklist.version }),
    ...checklist.vars,
    ...ground.source.vars,
  };
  return Object.fromEntries(
    Object.entries(written).map(([name, template]) => {
      const found = ground.desk.lookUp(name);
      return [name, found.type === 'text' ? found.value : template];
    }),
  );
}

function resolveRollback(checklist: Checklist, ground: Ground, earlier: readonly PlanStep[]): Plan['rollback'] {
  const written = checklist.rollback;
  const taken = new Set(checklist.phases.flatMap((phase) => phase.steps.flatMap(idsOf)));
  for (const step of written?.steps ?? []) if (step.id !== undefined) taken.add(step.id);
  const steps = (written?.steps ?? []).map((source, index) => {
    const id = source.id ?? freeId(`rollback-${index + 1}`, taken);
    const place = { code: `R.${index + 1}`, phase: checklist.phases.length - 1, block: null, id };
    return {
      ...resolveStep(source, ['rollback', 'steps', index], place, ground, earlier),
      origin: 'rollback' as const,
    };
  });
  const here = (name: string) => ground.groups.has(name) || Object.hasOwn(ground.source.hosts ?? {}, name);
  return { order: (written?.order ?? []).filter(here), steps };
}

function idsOf(entry: Checklist['phases'][number]['steps'][number]): readonly string[] {
  return 'atomic' in entry ? entry.steps.map((step) => step.id) : [entry.id];
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  while (taken.has(id)) id = `${id}-x`;
  taken.add(id);
  return id;
}

interface StepPlace {
  readonly id: string;
  readonly code: string;
  readonly phase: number;
  readonly block: number | null;
}

type AnyStepSource = RollbackStepSource & Pick<StepSource, 'rollback'>;

function resolveStep(
  source: AnyStepSource,
  path: Path,
  place: StepPlace,
  ground: Ground,
  earlier: readonly PlanStep[],
): PlanStep {
  const kind = kindOf(source) ?? 'manual';
  const door = stepKind(kind);
  const effect = source.effect ?? door.defaultEffect;
  const targets = targetsOf(source.on, [...path, 'on'], ground);
  const put = (key: 'title' | 'notes') => plainText(source[key] ?? '', [...path, key], ground.desk, limits.text).text;
  const { verify } = source;
  const of = { targets, ground, earlier };
  const acts = perTarget([...path, kind], of, (context) => door.resolve(source[kind], context));
  const rollbackKind = source.rollback === undefined ? null : kindOf(source.rollback);
  return {
    ...place,
    title: put('title'),
    kind,
    effect,
    targets: [...targets],
    countersign:
      source.countersign === undefined
        ? (ground.source.production ?? false) && effect === 'write'
        : source.countersign === 'always',
    plannedMs: source.planned === undefined ? null : parseDuration(source.planned),
    notes: source.notes === undefined ? null : put('notes'),
    ...acts,
    base: place.id,
    origin: 'written',
    batch: null,
    pointOfNoReturn: null,
    undoes: [],
    verify:
      verify === undefined
        ? ownProbe(acts, targets)
        : perTarget([...path, 'verify'], of, (context): CommandAction => resolveCommand(verify, [], context)),
    rollback:
      rollbackKind === null
        ? null
        : {
            ...perTarget([...path, 'rollback', rollbackKind], of, (context) =>
              stepKind(rollbackKind).resolve(source.rollback?.[rollbackKind], context),
            ),
            plannedMs: null,
          },
  };
}

/** The kind's own probe, where the checklist writes no `verify:`. */
function ownProbe(
  { action, perTarget: different }: Pick<PlanStep, 'action' | 'perTarget'>,
  targets: readonly string[],
): PlanStep['verify'] {
  const probeOf = (one: Action) => stepKind(one.kind).probe(one);
  const probe = probeOf(action);
  if (probe === null) return null;
  const others: Record<string, CommandAction> = {};
  for (const target of targets) {
    const other = different[target] === undefined ? null : probeOf(different[target]);
    if (other !== null) others[target] = other;
  }
  return { action: probe, perTarget: others };
}

/** What a step is resolved within. */
interface StepGround {
  readonly targets: readonly string[];
  readonly ground: Ground;
  readonly earlier: readonly PlanStep[];
}

/** Resolves for the first target, and for the others only where something differs between hosts. */
function perTarget<A>(
  path: Path,
  of: StepGround,
  resolve: (context: ResolveContext) => A,
): { action: A; perTarget: Record<string, A> } {
  const [first = DESK, ...others] = of.targets;
  const context = contextFor(path, first, of);
  const action = resolve(context);
  const different: Record<string, A> = {};
  if (!context.hostBound || others.length === 0) return { action, perTarget: different };
  const same = JSON.stringify(action);
  for (const target of others) {
    const other = resolve(contextFor(path, target, of));
    if (JSON.stringify(other) !== same) different[target] = other;
  }
  return { action, perTarget: different };
}

interface TrackingContext extends ResolveContext {
  /** Something asked for so far may differ on another host. */
  hostBound: boolean;
}

function contextFor(base: Path, target: string, { targets, ground, earlier }: StepGround): TrackingContext {
  const scope = ground.scopeOf(target);
  const { report } = ground;
  const put = (value: string, path: Path, convert?: (value: string) => string) => {
    const found = plainText(value, [...base, ...path], scope, limits.text, convert);
    context.hostBound ||= found.hostBound;
    return found.text;
  };
  const context: TrackingContext = {
    hostBound: false,
    text: (value, path) => put(value, path),
    pattern: (value, path) => put(value, path, (text) => RE2JS.quote(text)),
    command(value, path) {
      const at = [...base, ...path];
      if (!/\$\{|["'`]/.test(value)) return { command: value, secrets: [] };
      return commandFor(value, at, scope, report, context);
    },
    withSecrets: (value, path) => withSecrets(value, [...base, ...path], scope, context),
    environment: environmentOf(ground),
    earlier,
    targets,
    report: (path, code, params = {}) => report({ path: [...base, ...path], severity: 'error', code, params }),
  };
  return context;
}

function commandFor(value: string, path: Path, scope: Scope, report: Report, context: TrackingContext) {
  let length = value.length;
  const quoted = substituteCommand(value, (name): Substitute | null => {
    const found = scope.lookUp(name);
    if (found.type === 'secret') return found;
    if (found.type !== 'text') {
      scope.complain(name, found, path);
      return null;
    }
    context.hostBound ||= found.hostBound;
    length += found.value.length;
    return length > limits.command ? null : found;
  });
  for (const { code, written, place } of quoted.problems) {
    const severity = code === 'command-unfinished' ? 'warning' : 'error';
    const params = { written, escaped: `$${written}`, place };
    report({
      path,
      needle: written,
      severity,
      code: code === 'variable-place-unsafe' ? `variable-in-${place}` : code,
      params,
    });
  }
  if (length > limits.command || quoted.command.length > limits.command) scope.complainLength(path, limits.command);
  return { command: quoted.command, secrets: quoted.secrets };
}

function environmentOf({ source, hosts }: Ground): ResolveContext['environment'] {
  return { production: source.production ?? false, hosts: [...hosts], databases: [], channels: [] };
}

/** The text between secrets is put in as usual; of a secret only its name goes on. */
function withSecrets(
  value: string,
  path: Path,
  scope: Scope,
  context: TrackingContext,
): readonly (string | { readonly secret: string })[] {
  const parts: (string | { readonly secret: string })[] = [];
  let end = 0;
  const putUpTo = (index: number) => {
    if (index === end) return;
    const found = plainText(value.slice(end, index), path, scope, limits.text);
    context.hostBound ||= found.hostBound;
    parts.push(found.text);
  };
  for (const match of value.matchAll(/\$\$\{|\$\{([^}]*)\}/g)) {
    const found = match[1] === undefined ? null : scope.lookUp(match[1]);
    if (found?.type !== 'secret') continue;
    putUpTo(match.index);
    parts.push({ secret: found.name });
    end = match.index + match[0].length;
  }
  putUpTo(value.length);
  return parts;
}

function plainText(template: string, path: Path, scope: Scope, most: number, convert?: (value: string) => string) {
  if (!template.includes('${')) return { text: template, hostBound: false };
  const found = substituteText(template, path, scope, most, convert);
  return { text: found.text ?? template.slice(0, most), hostBound: found.hostBound };
}
