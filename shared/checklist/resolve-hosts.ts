import { limits } from '../contract/limits.ts';
import type { PlanHost } from './plan.ts';
import { DESK } from './plan-lookup.ts';
import { listNames, type Path, type Report } from './problem.ts';
import type { Checklist } from './schema.ts';
import type { EnvironmentSource, HostSource } from './schema-environment.ts';
import { nearest } from './suggest.ts';
import { Scope, secretsOf, substituteText, type VariableSource } from './variables.ts';

/** One environment with its hosts found and a scope of variables for each target. */
export interface Ground {
  readonly name: string;
  readonly source: EnvironmentSource;
  readonly hosts: readonly PlanHost[];
  /** Host names by group name, in the order the hosts are written. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly desk: Scope;
  scopeOf(target: string): Scope;
  readonly report: Report;
}

/** Finds the hosts, groups and variables of one environment. */
export function layGround(checklist: Checklist, name: string, report: Report): Ground {
  const source = checklist.environments[name] ?? {};
  const base: Path = ['environments', name];
  const secrets = new Set(secretsOf(source).map((secret) => secret.name));
  const written = Object.entries(source.hosts ?? {});
  const hostOwn = new Set(written.flatMap(([, host]) => Object.keys(host.vars ?? {})));
  const shared = new Map<string, VariableSource>();
  if (checklist.version !== undefined) shared.set('version', { template: checklist.version, path: ['version'] });
  addVariables(shared, checklist.vars, ['vars']);
  addVariables(shared, source.vars, [...base, 'vars']);
  const parts = { hostOwn, secrets, environment: name, report };
  const desk = new Scope({ ...parts, variables: shared, host: null });
  const scopes = new Map([[DESK, desk]]);
  const hosts = written.map(([hostName, host]): PlanHost => {
    const path = [...base, 'hosts', hostName];
    const variables = new Map(shared);
    addVariables(variables, host.vars, [...path, 'vars']);
    const bare = host.vars === undefined ? desk : new Scope({ ...parts, variables, host: null });
    const put = (key: 'address' | 'user' | 'jump', most: number) => {
      const template = host[key];
      return template === undefined ? null : (substituteText(template, [...path, key], bare, most).text ?? '?');
    };
    const address = put('address', 255) ?? '?';
    const user = put('user', 255);
    const scope = new Scope({ ...parts, variables, host: { name: hostName, address, user } });
    for (const own of Object.keys(host.vars ?? {})) scope.lookUp(own);
    scopes.set(hostName, scope);
    return {
      name: hostName,
      address,
      port: host.port ?? null,
      user,
      jump: put('jump', 1_000),
      groups: host.groups ?? [],
      identity: identityOf(host.identity, [...path, 'identity'], scope, report),
    };
  });
  for (const variable of shared.keys()) desk.lookUp(variable);
  checkHosts(hosts, base, report);
  return {
    name,
    source,
    hosts,
    groups: groupsOf(hosts),
    desk,
    scopeOf: (target) => scopes.get(target) ?? desk,
    report,
  };
}

/** What proves that it is the right host; a file proves nothing without what it must contain. */
function identityOf(written: HostSource['identity'], path: Path, scope: Scope, report: Report): PlanHost['identity'] {
  if (written === undefined) return null;
  const { hostname, file, contains } = written;
  const put = (key: 'hostname' | 'file' | 'contains', most: number) =>
    substituteText(written[key] ?? '', [...path, key], scope, most).text || '?';
  if (hostname === undefined && file === undefined) {
    report({ path, severity: 'error', code: 'identity-empty', params: {} });
  } else if ((file === undefined) !== (contains === undefined)) {
    const [key, other] = file === undefined ? ['contains', 'file'] : ['file', 'contains'];
    report({ path: [...path, key], atKey: true, severity: 'error', code: 'identity-half', params: { key, other } });
  }
  return {
    hostname: hostname === undefined ? null : put('hostname', 255),
    file:
      file === undefined || contains === undefined
        ? null
        : { path: put('file', 4_096), contains: put('contains', 1_000) },
  };
}

function addVariables(
  into: Map<string, VariableSource>,
  vars: Readonly<Record<string, string>> | undefined,
  path: Path,
): void {
  for (const [name, template] of Object.entries(vars ?? {})) into.set(name, { template, path: [...path, name] });
}

function groupsOf(hosts: readonly PlanHost[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const host of hosts) {
    for (const group of new Set(host.groups)) {
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [host.name]);
      else members.push(host.name);
    }
  }
  return groups;
}

function checkHosts(hosts: readonly PlanHost[], base: Path, report: Report): void {
  if (hosts.length > limits.hosts) {
    report({
      path: [...base, 'hosts'],
      severity: 'error',
      code: 'hosts-too-many',
      params: { most: String(limits.hosts) },
    });
  }
  const names = new Set(hosts.map((host) => host.name));
  for (const host of hosts) {
    const path = [...base, 'hosts', host.name];
    if (host.name === DESK) report({ path, atKey: true, severity: 'error', code: 'host-named-desk', params: {} });
    for (const [index, group] of host.groups.entries()) {
      const place = [...path, 'groups', index];
      if (names.has(group)) report({ path: place, severity: 'error', code: 'group-is-host', params: { name: group } });
      else if (group === DESK) report({ path: place, severity: 'error', code: 'host-named-desk', params: {} });
    }
  }
}

/** The hosts that `on:` names, each once, in the order named; unknown names are reported. */
export function targetsOf(on: string | readonly string[] | undefined, path: Path, ground: Ground): readonly string[] {
  if (on === undefined) return [DESK];
  const found = new Set<string>();
  const listed = Array.isArray(on);
  for (const [index, name] of (listed ? (on as readonly string[]) : [on as string]).entries()) {
    const members = ground.groups.get(name);
    if (members !== undefined) for (const member of members) found.add(member);
    else if (Object.hasOwn(ground.source.hosts ?? {}, name)) found.add(name);
    else reportUnknown(name, listed ? [...path, index] : path, ground);
  }
  return found.size === 0 ? [DESK] : [...found];
}

function reportUnknown(name: string, path: Path, ground: Ground): void {
  const names = [...ground.groups.keys(), ...ground.hosts.map((host) => host.name)];
  const near = nearest(name, names);
  const params = { name, environment: ground.name, known: names.length === 0 ? '–' : listNames(names) };
  if (name === DESK) ground.report({ path, severity: 'error', code: 'on-desk', params: {} });
  else if (near === null) ground.report({ path, severity: 'error', code: 'on-unknown', params });
  else ground.report({ path, severity: 'error', code: 'on-misspelt', params: { ...params, nearest: near } });
}
