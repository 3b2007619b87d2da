import { limits } from '../contract/limits.ts';
import { asList } from './parts.ts';
import type { ReleaseKind } from './plan.ts';
import type { Path } from './problem.ts';
import { plainText } from './resolve-context.ts';
import type { Ground } from './resolve-hosts.ts';
import type { WhenSource } from './schema-flow.ts';

/**
 * Why `when:` leaves a step out of this run, in the checklist's own words; null when the step belongs to it. What it
 * compares with is reported when it cannot be known here, and then the step stays.
 */
export function omittedBecause(
  when: WhenSource | undefined,
  path: Path,
  kind: ReleaseKind,
  ground: Ground,
): string | null {
  if (when === undefined) return null;
  const wrongKind = kindFails(when.kind, kind);
  return wrongKind ?? variableFails(when, [...path, 'when'], ground);
}

function kindFails(wanted: WhenSource['kind'], kind: ReleaseKind): string | null {
  if (wanted === undefined) return null;
  const excludes = typeof wanted === 'object' && 'not' in wanted;
  const named = asList<ReleaseKind>(excludes ? wanted.not : wanted);
  if (named.includes(kind) !== excludes) return null;
  return `when: { kind: ${excludes ? `{ not: ${listed(named)} }` : listed(named)} } · kind = ${kind}`;
}

function variableFails(when: WhenSource, path: Path, ground: Ground): string | null {
  const name = when.variable;
  if (name === undefined) return null;
  const found = ground.desk.lookUp(name);
  if (found.type !== 'text') {
    ground.desk.complain(name, found, [...path, 'variable']);
    return null;
  }
  if (found.hostBound) {
    const params = { name, environment: ground.name };
    ground.report({ path: [...path, 'variable'], severity: 'error', code: 'when-host-variable', params });
    return null;
  }
  for (const test of ['equals', 'in', 'not'] as const) {
    const written = when[test];
    if (written === undefined) continue;
    const values = asList<string>(written).map(
      (value) => plainText(value, [...path, test], ground.desk, limits.text).text,
    );
    if (values.includes(found.value) !== (test === 'not')) continue;
    const shown = Array.isArray(written) ? `[${values.join(', ')}]` : (values[0] ?? '');
    return `when: { variable: ${name}, ${test}: ${shown} } · ${name} = ${found.value}`.slice(0, limits.text);
  }
  return null;
}

const listed = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : `[${values.join(', ')}]`;
