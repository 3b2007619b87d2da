import { limits } from '../contract/limits.ts';
import { schemaFindings } from './issues.ts';
import { lint } from './lint.ts';
import type { Finding, Path, Problem } from './problem.ts';
import { planFor } from './resolve.ts';
import { checkRules } from './rules.ts';
import { type Checklist, checklistSchema, isWrittenAsText } from './schema.ts';
import { nearest } from './suggest.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';
import type { PlacedFinding } from './yaml-parts.ts';

/** A parsed checklist; null when there is any error. Problems are in file order, errors and warnings together. */
export interface ParsedChecklist {
  readonly checklist: Checklist | null;
  readonly problems: readonly Problem[];
  /** The place of a part of the checklist in its file. */
  readonly placeOf: (path: Path) => Pick<Problem, 'line' | 'column'>;
}

/**
 * Reads and checks a checklist. Everything that is wrong is found in one go: after a schema error the faulty value is
 * set aside and the rest is still held against every rule. Variables and hosts are checked in every environment, or
 * only in `environment`. Pure; never throws.
 */
export function parseChecklist(text: string, file: string, environment: string | null = null): ParsedChecklist {
  const yaml = readYaml(text, isWrittenAsText);
  const collector = new Collector(file, yaml);
  for (const finding of yaml.findings) collector.addPlaced(finding);
  if (yaml.value === undefined) return collector.result(null);
  if (yaml.value === null) {
    if (yaml.findings.length === 0) collector.addPlaced({ offset: 0, code: 'file-empty', params: {} });
    return collector.result(null);
  }
  const { checklist, setAside } = readSchema(yaml.value, collector);
  if (checklist === null) return collector.result(null);
  const report = (finding: Finding) => {
    if (!isFollowUp(finding, setAside)) collector.add(finding);
  };
  checkRules(checklist, report);
  if (environment !== null && !Object.hasOwn(checklist.environments, environment)) {
    const known = Object.keys(checklist.environments).join(', ');
    collector.add({
      path: ['environments'],
      atKey: true,
      severity: 'error',
      code: 'environment-unknown',
      params: { name: environment, known },
    });
  } else {
    for (const name of environment === null ? Object.keys(checklist.environments) : [environment]) {
      planFor(checklist, name, report);
    }
  }
  if (!collector.hasErrors) lint(checklist, report);
  return collector.result(checklist);
}

/** Parses by the schema; faulty values are repaired so that what stands beside them can be looked at, too. */
function readSchema(root: unknown, collector: Collector): { checklist: Checklist | null; setAside: readonly Path[] } {
  const setAside: Path[] = [];
  for (let round = 0; round < 8; round += 1) {
    const parsed = checklistSchema.safeParse(root);
    if (parsed.success) return { checklist: parsed.data, setAside };
    const found = schemaFindings(parsed.error.issues, root);
    // What a repair brings to light is the repair's fault, not the writer's.
    if (round === 0) for (const { finding } of found) if (finding !== null) collector.add(finding);
    if (typeof root !== 'object' || root === null) break;
    for (const { repair } of found) {
      put(root as Node, repair.path, repair.type === 'remove' ? undefined : repair.value);
      setAside.push(repair.path);
    }
  }
  return { checklist: null, setAside };
}

type Node = Record<string | number, unknown>;

function put(root: Node, path: Path, value: unknown): void {
  let node: unknown = root;
  for (const step of path.slice(0, -1)) {
    if (typeof node !== 'object' || node === null) return;
    node = (node as Node)[step];
  }
  const last = path.at(-1);
  if (typeof node !== 'object' || node === null || last === undefined) return;
  if (value !== undefined) (node as Node)[last] = value;
  else if (Array.isArray(node)) node[Number(last)] = 'missing';
  else delete (node as Node)[last];
}

/** Findings that are only about what is missing, and would be wrong where a value was set aside. */
const aboutAbsence = new Set([
  'step-without-kind',
  'rollback-without-kind',
  'phase-without-kind',
  'on-missing',
  'choice-without-options',
  'variable-undefined',
  'variable-misspelt',
  'on-unknown',
  'on-misspelt',
  'order-unknown',
  'approval-without-roles',
  'identity-empty',
  'batch-empty',
  'batch-without-hosts',
  'between-empty',
  'when-empty',
  'database-without-address',
  'database-without-command',
  'database-without-via',
  'channel-without-url',
  'via-unknown',
  'secret-unknown',
]);

function isFollowUp(finding: Finding, setAside: readonly Path[]): boolean {
  for (const path of setAside) {
    if (startsWith(finding.path, path)) return true;
    if (!aboutAbsence.has(finding.code)) continue;
    if (startsWith(path, finding.path)) return true;
    if (finding.code === 'on-missing' && startsWith(path, finding.path.slice(0, -1))) return true;
    // A declaration that could not be read may be the very one that seems to be missing.
    if (/^(?:variable|secret)-/.test(finding.code) && mayDeclareVariables(path)) return true;
    if (/^(?:on|order|via)-/.test(finding.code) && mayDeclareHosts(path)) return true;
  }
  return false;
}

const neverVariables = ['checklist', 'title', 'kind', 'window', 'phases', 'rollback'];

function mayDeclareVariables(path: Path): boolean {
  const [top = '', , part = ''] = path;
  if (top !== 'environments') return !resembles(top, neverVariables);
  if (path.length <= 2 || path.includes('vars') || path.includes('secrets')) return true;
  return path.length === 3 && part !== 'hosts' && part !== 'production';
}

const neverHosts = ['address', 'port', 'user', 'jump', 'vars'];

function resembles(key: string | number, known: readonly string[]): boolean {
  return known.includes(String(key)) || nearest(String(key), known) !== null;
}

function mayDeclareHosts(path: Path): boolean {
  const [top, , part = '', , key = ''] = path;
  if (top !== 'environments') return false;
  return (
    path.length <= 2 ||
    (path.length === 3 && !/^(?:production|vars|secrets)$/.test(String(part))) ||
    (part === 'hosts' && !resembles(key, neverHosts))
  );
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((step, index) => step === path[index]);
}

/** Gathers findings, gives each its line and column, and says a thing once for all environments. */
class Collector {
  private readonly found = new Map<string, { readonly offset: number; readonly finding: Omit<Finding, 'path'> }>();
  private readonly file: string;
  private readonly yaml: YamlFile;
  private readonly brokenAt = new Set<number>();
  private beyond = 0;
  hasErrors = false;

  constructor(file: string, yaml: YamlFile) {
    this.file = file;
    this.yaml = yaml;
  }

  add(finding: Finding): void {
    if (this.isFull(finding.severity)) return;
    const offset = this.yaml.offsetOf(finding);
    if (this.brokenAt.has(offset)) return;
    // After the text broke the rules of YAML, what seems to stand there is guesswork, and so is what seems to be missing.
    if (offset >= this.yaml.soundUntil) return;
    if (!this.yaml.complete && (finding.code === 'key-missing' || aboutAbsence.has(finding.code))) return;
    const { path: _, ...rest } = finding;
    this.store(offset, { ...rest, params: this.withLines(rest.params) });
  }

  addPlaced({ offset, code, params }: PlacedFinding): void {
    this.brokenAt.add(offset);
    if (!this.isFull('error')) this.store(offset, { code, params: this.withLines(params), severity: 'error' });
  }

  result(checklist: Checklist | null): ParsedChecklist {
    const sorted = [...this.found.values()].sort((a, b) => a.offset - b.offset);
    const problems = sorted.map(({ offset, finding }): Problem => {
      const { code, severity, params } = finding;
      return { file: this.file, ...this.yaml.position(offset), severity, code, params };
    });
    if (this.beyond > 0) {
      const params = { count: String(this.beyond) };
      problems.push({ file: this.file, line: 1, column: 1, severity: 'warning', code: 'problems-beyond', params });
    }
    const placeOf = (path: Path) => this.yaml.position(this.yaml.offsetOf({ path }));
    return { checklist: this.hasErrors ? null : checklist, problems, placeOf };
  }

  private isFull(severity: Finding['severity']): boolean {
    if (severity === 'error') this.hasErrors = true;
    if (this.found.size < limits.problems) return false;
    this.beyond += 1;
    return true;
  }

  private store(offset: number, finding: Omit<Finding, 'path'>): void {
    const { environment, ...params } = finding.params;
    const key = JSON.stringify([offset, finding.code, params.name ?? params.written ?? params.key ?? '']);
    const before = this.found.get(key);
    if (before === undefined) this.found.set(key, { offset, finding });
    else if (environment !== undefined && before.finding.params.environment !== undefined) {
      const named = before.finding.params.environment.split(', ');
      if (named.includes(environment)) return;
      const joined = { ...before.finding.params, environment: [...named, environment].join(', ') };
      this.found.set(key, { offset, finding: { ...before.finding, params: joined } });
    }
  }

  /** Where a sentence names a second place, it names its line. */
  private withLines({
    firstOffset,
    firstPath,
    ...params
  }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    if (firstOffset === undefined && firstPath === undefined) return params;
    const offset =
      firstPath === undefined ? Number(firstOffset) : this.yaml.offsetOf({ path: JSON.parse(firstPath) as Path });
    const { line, column } = this.yaml.position(offset);
    return { ...params, line: String(line), column: String(column) };
  }
}
