import { RE2JS } from 're2js';
import { limits } from '../contract/limits.ts';
import type { ResolveContext } from '../steps/kind.ts';
import type { PlanStep } from './plan.ts';
import { DESK } from './plan-lookup.ts';
import type { Path, Report } from './problem.ts';
import { type Substitute, substituteCommand } from './quote.ts';
import type { Ground } from './resolve-hosts.ts';
import { type Scope, substituteText } from './variables.ts';

/** What a step is resolved within. */
export interface StepGround {
  readonly targets: readonly string[];
  readonly ground: Ground;
  readonly environment: ResolveContext['environment'];
  readonly earlier: readonly PlanStep[];
}

/** Resolves for the first target, and for the others only where something differs between hosts. */
export function perTarget<A>(
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

function contextFor(base: Path, target: string, of: StepGround): TrackingContext {
  const { targets, ground, environment, earlier } = of;
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
    environment,
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

/** A text that is not a command, with its variables put in; cut short where it could not be. */
export function plainText(
  template: string,
  path: Path,
  scope: Scope,
  most: number,
  convert?: (value: string) => string,
) {
  if (!template.includes('${')) return { text: template, hostBound: false };
  const found = substituteText(template, path, scope, most, convert);
  return { text: found.text ?? template.slice(0, most), hostBound: found.hostBound };
}
