import { limits } from '../contract/limits.ts';
import { listNames, type Path, type Report } from './problem.ts';
import type { EnvironmentSource } from './schema-environment.ts';
import { nearest } from './suggest.ts';

/** A variable as written, and where. */
export interface VariableSource {
  readonly template: string;
  readonly path: Path;
}

/** What `${host.…}` stands for on one host. */
export interface HostFacts {
  readonly name: string;
  readonly address: string;
  readonly user: string | null;
}

/** What a name stands for. `absent` has been reported where the variable is written. */
export type Resolved =
  | { readonly type: 'text'; readonly value: string; readonly hostBound: boolean }
  | { readonly type: 'secret'; readonly name: string }
  | { readonly type: 'needs-host' }
  | { readonly type: 'host-user-unset' }
  | { readonly type: 'undefined' }
  | { readonly type: 'absent' };

const absent: Resolved = { type: 'absent' };
const hostNames = ['host.name', 'host.address', 'host.user'] as const;
const variablePattern = /\$\$\{|\$\{([^}\n]*)\}?/g;
const namePattern = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Every variable one step may use on one target; the inner layer wins. */
export class Scope {
  private readonly variables: ReadonlyMap<string, VariableSource>;
  private readonly hostOwn: ReadonlySet<string>;
  private readonly secrets: ReadonlySet<string>;
  private readonly host: HostFacts | null;
  private readonly environment: string;
  private readonly report: Report;
  private readonly known = new Map<string, Resolved>();
  private readonly beingResolved: string[] = [];

  /** `hostOwn`: names that any host of the environment overrides, so that targets may differ in them. */
  constructor(parts: {
    readonly variables: ReadonlyMap<string, VariableSource>;
    readonly hostOwn: ReadonlySet<string>;
    readonly secrets: ReadonlySet<string>;
    readonly host: HostFacts | null;
    readonly environment: string;
    readonly report: Report;
  }) {
    this.variables = parts.variables;
    this.hostOwn = parts.hostOwn;
    this.secrets = parts.secrets;
    this.host = parts.host;
    this.environment = parts.environment;
    this.report = parts.report;
  }

  lookUp(name: string): Resolved {
    let found = this.known.get(name);
    if (found === undefined) {
      found = this.find(name);
      this.known.set(name, found);
    }
    return found;
  }

  private find(name: string): Resolved {
    const fact = hostNames.find((known) => known === name);
    if (fact !== undefined) {
      if (this.host === null) return { type: 'needs-host' };
      const value = { 'host.name': this.host.name, 'host.address': this.host.address, 'host.user': this.host.user }[
        fact
      ];
      return value === null ? { type: 'host-user-unset' } : { type: 'text', value, hostBound: true };
    }
    if (this.secrets.has(name)) return { type: 'secret', name };
    const source = this.variables.get(name);
    return source === undefined ? { type: 'undefined' } : this.expand(name, source);
  }

  private expand(name: string, { template, path }: VariableSource): Resolved {
    if (!template.includes('${')) return { type: 'text', value: template, hostBound: this.hostOwn.has(name) };
    if (this.beingResolved.includes(name)) {
      const cycle = [...this.beingResolved.slice(this.beingResolved.indexOf(name)), name].join(' → ');
      this.report({ path, severity: 'error', code: 'variable-cycle', params: { cycle } });
      return absent;
    }
    this.beingResolved.push(name);
    const put = substituteText(template, path, this, limits.text);
    this.beingResolved.pop();
    if (put.waitsForHost) return { type: 'needs-host' };
    return put.text === null
      ? absent
      : { type: 'text', value: put.text, hostBound: put.hostBound || this.hostOwn.has(name) };
  }

  /** Reports why a name could not be put in at `path`. */
  complain(name: string, found: Resolved, path: Path): void {
    const needle = `\${${name}}`;
    const about = (code: string, params: Readonly<Record<string, string>>) =>
      this.report({ path, needle, severity: 'error', code, params: { written: needle, ...params } });
    if (found.type === 'needs-host') about('variable-needs-host', { name });
    else if (found.type === 'host-user-unset') about('variable-host-user', { host: this.host?.name ?? '' });
    else if (found.type === 'secret') about('secret-in-text', { name });
    else if (found.type === 'undefined') {
      const names = [...this.variables.keys(), ...this.secrets, ...hostNames];
      const near = nearest(name, names);
      const params = { name, escaped: `$${needle}`, environment: this.environment, known: listNames(names) };
      if (near === null) about('variable-undefined', params);
      else about('variable-misspelt', { ...params, nearest: `\${${near}}` });
    }
  }

  complainSyntax(written: string, path: Path): void {
    const params = { written, escaped: `$${written}` };
    this.report({ path, needle: written, severity: 'error', code: 'variable-syntax', params });
  }

  complainLength(path: Path, most: number): void {
    this.report({ path, severity: 'error', code: 'text-too-long', params: { most: String(most) } });
  }
}

/** A text with its variables put in; null when something was missing (and has been reported). */
export interface SubstitutedText {
  readonly text: string | null;
  /** It may read differently on another host. */
  readonly hostBound: boolean;
  /** Nothing is wrong but that no host is known here. */
  readonly waitsForHost: boolean;
}

/** Puts variables into a text that is not a command. `convert` shapes each value, e.g. for a regular expression. */
export function substituteText(
  template: string,
  path: Path,
  scope: Scope,
  most: number,
  convert: (value: string) => string = (value) => value,
): SubstitutedText {
  let text = '';
  let end = 0;
  let sound = true;
  let waits = false;
  let hostBound = false;
  for (const match of template.matchAll(variablePattern)) {
    text += template.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[0] === '$${') {
      text += '${';
      continue;
    }
    const name = match[1] ?? '';
    if (!match[0].endsWith('}') || !namePattern.test(name)) {
      scope.complainSyntax(match[0].slice(0, 60), path);
      sound = false;
      continue;
    }
    const found = scope.lookUp(name);
    if (found.type === 'text') {
      text += convert(found.value);
      hostBound ||= found.hostBound;
    } else if (found.type === 'needs-host' && path[path.length - 2] === 'vars') waits = true;
    else {
      scope.complain(name, found, path);
      sound = false;
    }
    if (text.length > most) break;
  }
  text += template.slice(end);
  if (text.length > most) {
    scope.complainLength(path, most);
    return { text: null, hostBound, waitsForHost: false };
  }
  return { text: sound && !waits ? text : null, hostBound, waitsForHost: sound && waits };
}

/** The names and questions of an environment's secrets, in the order they are written. */
export function secretsOf(
  environment: EnvironmentSource | null,
): readonly { readonly name: string; readonly prompt: string }[] {
  const written = environment?.secrets ?? [];
  if (Array.isArray(written)) return written.map((name) => ({ name, prompt: name }));
  return Object.entries(written).map(([name, prompt]) => ({ name, prompt }));
}
