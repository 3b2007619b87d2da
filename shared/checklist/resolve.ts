import { limits } from '../contract/limits.ts';
import { type Assembly, assemblePhase, emptyAssembly, resolveUnlessOmitted } from './assemble.ts';
import { parseDuration } from './duration.ts';
import { type Plan, phaseKinds } from './plan.ts';
import type { Finding, Path, Report } from './problem.ts';
import { readinessSteps } from './readiness.ts';
import { plainText } from './resolve-context.ts';
import { environmentOf } from './resolve-environment.ts';
import { type Ground, layGround } from './resolve-hosts.ts';
import type { Checklist } from './schema.ts';
import { checkersOf, type EnvironmentSource } from './schema-environment.ts';
import { numbered, withReadiness } from './slots.ts';
import { secretsOf } from './variables.ts';
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
  const declared = environmentOf(checklist, ground);
  const assembly = emptyAssembly(checklist, ground, declared);
  const phases = checklist.phases.map((phase, index) => {
    assemblePhase(phase, index, assembly);
    const kind = phaseKinds.find((name) => phase[name] !== undefined) ?? 'cold';
    return { kind, title: title(phase[kind] ?? '', ['phases', index, kind]) };
  });
  const rollback = resolveRollback(checklist, assembly);
  const steps = numbered(withReadiness(assembly.slots, assembly.needs));
  checkSize([...steps, ...rollback.steps], environment, report);
  return {
    format: 1,
    name: checklist.title,
    title: title(checklist.title, ['title']),
    version: checklist.version === undefined ? null : title(checklist.version, ['version']),
    releaseKind: assembly.kind,
    environment,
    production: declared.production,
    window: resolveWindow(checklist.window, report),
    hosts: declared.hosts,
    databases: declared.databases,
    channels: declared.channels,
    people: peopleOf(ground.source),
    rehearsal: ground.source.rehearsal ?? (declared.production ? 'warn' : 'off'),
    secrets: secretsOf(ground.source).map(({ name, prompt }) => ({
      name,
      prompt: title(prompt, ['environments', environment, 'secrets', name]),
    })),
    variables: shownVariables(checklist, ground),
    phases,
    blocks: assembly.blocks,
    steps,
    omitted: assembly.omitted,
    rollback,
  };
}

function peopleOf(source: EnvironmentSource): Plan['people'] {
  const after = source.people?.['challenge-after'];
  return { checkers: checkersOf(source), challengeMs: after === undefined ? null : parseDuration(after) };
}

/** A plan must stay a size that a journal record can hold. */
function checkSize(steps: Plan['steps'], environment: string, report: Report): void {
  if (steps.length > limits.steps) {
    const params = { most: String(limits.steps), count: String(steps.length) };
    report({ path: ['phases'], atKey: true, severity: 'error', code: 'steps-too-many', params });
  }
  const targets = steps.reduce((sum, step) => sum + step.targets.length, 0);
  if (targets <= limits.targets) return;
  const params = { most: String(limits.targets), count: String(targets), environment };
  report({ path: ['phases'], atKey: true, severity: 'error', code: 'targets-too-many', params });
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

function resolveRollback(checklist: Checklist, assembly: Assembly): Plan['rollback'] {
  const { ground } = assembly;
  const written = checklist.rollback;
  const taken = new Set(checklist.phases.flatMap((phase) => phase.steps.flatMap(idsOf)));
  for (const step of written?.steps ?? []) if (step.id !== undefined) taken.add(step.id);
  const steps = (written?.steps ?? []).flatMap((source, index) => {
    const id = source.id ?? freeId(`rollback-${index + 1}`, taken);
    const place = { phase: checklist.phases.length - 1, block: null, id, origin: 'rollback' as const };
    const step = resolveUnlessOmitted(source, ['rollback', 'steps', index], place, assembly);
    return step === null ? [] : [{ ...step, code: `R.${index + 1}` }];
  });
  assembly.needs.push(
    ...readinessSteps(written?.needs, ['rollback', 'needs'], { id: 'rollback', on: undefined }, assembly),
  );
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
