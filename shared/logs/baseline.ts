import { RE2JS } from 're2js';
import { stringify } from 'yaml';
import { z } from 'zod';
import { schemaFindings } from '../checklist/issues.ts';
import { filledText, shape, text } from '../checklist/parts.ts';
import type { Finding, Problem } from '../checklist/problem.ts';
import { readYaml } from '../checklist/yaml-file.ts';
import type { Familiar, LogGroup } from './group-table.ts';

/**
 * The file of exceptions that are known and judged harmless (`known-exceptions.yaml`). A watch can write it; people read
 * it, add why, and widen an entry from one fingerprint to a pattern.
 */

const exception = shape({
  name: filledText.meta({ description: 'How people call it.' }),
  why: text.optional().meta({ description: 'Why it is known and harmless, and who said so.' }),
  fingerprint: z
    .string('baseline-fingerprint')
    .regex(/^[0-9a-f]{16}$/, 'baseline-fingerprint')
    .optional()
    .meta({ asWritten: true, description: 'The fingerprint a watch has shown.' }),
  match: filledText.optional().meta({ description: 'RE2; every exception whose words it matches.' }),
  example: text.optional().meta({ description: 'One occurrence, for people.' }),
});
export const baselineSchema = shape({
  'known-exceptions': z.literal(1, 'format-unknown').meta({ description: 'The version of the format.' }),
  exceptions: z.array(exception).max(5_000, 'list-too-long'),
}).meta({ title: 'Countersign known exceptions, format 1' });

/** What is known, as read from a file. */
export interface Baseline {
  readonly entries: readonly {
    readonly name: string;
    readonly why: string | null;
    readonly fingerprint: string | null;
    readonly match: string | null;
  }[];
}

/** Null when anything in the file is wrong; the problems say what and where. */
export interface ParsedBaseline {
  readonly baseline: Baseline | null;
  readonly problems: readonly Problem[];
}

/** Numbers and yes/no written without quotes are text in all but the version. */
const asWritten = (path: readonly (string | number)[]): boolean => path.at(-1) !== 'known-exceptions';

/** Reads a baseline file. Pure; never throws. */
export function parseBaseline(content: string, file: string): ParsedBaseline {
  const yaml = readYaml(content, asWritten);
  const placed: { readonly offset: number; readonly problem: Pick<Problem, 'code' | 'params' | 'severity'> }[] = [];
  for (const { offset, code, params } of yaml.findings)
    placed.push({ offset, problem: { code, params, severity: 'error' } });
  const add = (finding: Finding): void => {
    const { code, params, severity } = finding;
    placed.push({ offset: yaml.offsetOf(finding), problem: { code, params, severity } });
  };
  const parsed = baselineSchema.safeParse(yaml.value ?? {});
  if (!parsed.success && placed.length === 0) {
    for (const { finding } of schemaFindings(parsed.error.issues, yaml.value)) if (finding !== null) add(finding);
  }
  if (parsed.success) checkEntries(parsed.data.exceptions, add);
  const problems = placed.map(({ offset, problem }): Problem => ({ file, ...yaml.position(offset), ...problem }));
  if (!parsed.success || problems.length > 0) return { baseline: null, problems };
  const entries = parsed.data.exceptions.map(({ name, why, fingerprint, match }) => ({
    name,
    why: why ?? null,
    fingerprint: fingerprint ?? null,
    match: match ?? null,
  }));
  return { baseline: { entries }, problems };
}

function checkEntries(entries: readonly z.output<typeof exception>[], add: (finding: Finding) => void): void {
  const seen = new Set<string>();
  for (const [index, { name, fingerprint, match }] of entries.entries()) {
    const path = ['exceptions', index];
    const report = (at: readonly (string | number)[], code: string, params: Readonly<Record<string, string>>): void =>
      add({ path: [...path, ...at], code, params, severity: 'error' });
    if ((fingerprint === undefined) === (match === undefined)) report([], 'baseline-one-of', { name });
    if (fingerprint !== undefined && seen.has(fingerprint)) report(['fingerprint'], 'baseline-twice', { name });
    if (fingerprint !== undefined) seen.add(fingerprint);
    const reason = match === undefined ? null : whyInvalid(match);
    if (reason !== null) report(['match'], 'regex-invalid', { reason });
  }
}

function whyInvalid(expression: string): string | null {
  try {
    // What matches nothing at all would make every exception a known one.
    return RE2JS.compile(expression).matcher('').find() ? 'it matches everything' : null;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).slice(0, 200);
  }
}

/** Asks a baseline by which name something is known. A pattern is held against the sample and what it boils down to. */
export function familiarTo(baseline: Baseline): Familiar {
  const byFingerprint = new Map<string, string>();
  const patterns: { readonly name: string; readonly pattern: RE2JS }[] = [];
  for (const { name, fingerprint, match } of baseline.entries) {
    if (fingerprint !== null) byFingerprint.set(fingerprint, name);
    if (match !== null) patterns.push({ name, pattern: RE2JS.compile(match, RE2JS.MULTILINE) });
  }
  return ({ fingerprint, essence, sample }) =>
    byFingerprint.get(fingerprint) ??
    patterns.find(({ pattern }) => pattern.matcher(sample).find() || pattern.matcher(essence).find())?.name ??
    null;
}

/** What is known to nobody yet: everything is new. */
export const emptyBaseline: Baseline = { entries: [] };

const EXAMPLE_LINES = 6;

/** One kind of exception that a watch has seen; `why`: what a person said of it, or null. */
export interface SeenGroup extends Pick<LogGroup, 'fingerprint' | 'name' | 'sample' | 'count' | 'known'> {
  readonly why: string | null;
}

/**
 * A baseline file out of what watches have seen: each fingerprint once, the most frequent first. What the earlier
 * baseline knew is kept as it was written there.
 * @param why said of every new entry that nobody has said anything of, in the person's language: where it was seen.
 */
export function baselineFile(
  groups: readonly SeenGroup[],
  earlier: Baseline,
  heading: readonly string[],
  why: string,
): string {
  const fresh = new Map<string, { name: string; sample: string; count: number; why: string | null }>();
  for (const { fingerprint, name, sample, count, known, why: said } of groups) {
    if (known !== null) continue;
    const before = fresh.get(fingerprint);
    fresh.set(fingerprint, { name, sample, count: (before?.count ?? 0) + count, why: before?.why ?? said });
  }
  const exceptions = [
    ...earlier.entries.map(({ name, why: reason, fingerprint, match }) => ({
      name,
      ...(reason === null ? {} : { why: reason }),
      ...(fingerprint === null ? {} : { fingerprint }),
      ...(match === null ? {} : { match }),
    })),
    ...[...fresh]
      .sort(([, a], [, b]) => b.count - a.count)
      .map(([fingerprint, { name, sample, why: said }]) => ({
        name,
        why: said ?? why,
        fingerprint,
        example: exampleOf(sample),
      })),
  ];
  const comment = heading.map((line) => `# ${line}\n`).join('');
  return `${comment}${stringify({ 'known-exceptions': 1, exceptions }, { lineWidth: 0 })}`;
}

/** Only what YAML can hold as a block of text. */
function exampleOf(sample: string): string {
  const lines = sample
    .replaceAll('\t', '    ')
    .replaceAll(/[^\n\P{C}]/gu, '')
    .split('\n')
    .map((line) => line.trimEnd());
  return lines.slice(0, EXAMPLE_LINES).join('\n');
}
