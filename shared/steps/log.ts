import { RE2JS } from 're2js';
import { z } from 'zod';
import { formatDuration, parseDuration } from '../checklist/duration.ts';
import { asList, filledText, name, oneOrMany, positiveDuration, shape, text } from '../checklist/parts.ts';
import type { PlanStep } from '../checklist/plan.ts';
import { writtenId } from '../checklist/plan-lookup.ts';
import { listNames, type Path } from '../checklist/problem.ts';
import { linePatternWords } from '../logs/pattern-words.ts';
import type { LinePattern } from '../logs/text-patterns.ts';
import { LOG_FILES, type LogAction, type LogWatch } from './actions/log.ts';
import type { ResolveContext, StepKindDoor, StepText } from './kind.ts';

/** At least what a duty team looks at after a release, before it believes that all is well. */
const defaultForMs = 5 * 60_000;

const files = oneOrMany(filledText).meta({ description: `Absolute paths on the host, at most ${LOG_FILES}.` });
const sudo = z
  .union([z.boolean(), text.min(1, 'text-empty')])
  .optional()
  .meta({ description: 'true to read as root, or the account to become.' });
const line = z.union([filledText, shape({ matches: filledText })]);
const lines = oneOrMany(line).optional();

const mark = shape({
  mark: files.meta({ description: 'Only note where these files end, for a later watch to begin there.' }),
  sudo,
});
const watch = shape({
  files,
  for: positiveDuration.optional().meta({ description: 'How long to watch; 5m when left out.' }),
  from: filledText
    .optional()
    .meta({ description: 'now (when left out), start-of-file, or step:ID: where that step found the end of the log.' }),
  baseline: filledText.optional().meta({ description: 'A file of known exceptions beside the checklist.' }),
  expect: lines.meta({ description: 'What the log must say: texts, or { matches: RE2 }.' }),
  forbid: lines.meta({ description: 'What the log must never say: texts, or { matches: RE2 }.' }),
  silence: positiveDuration
    .optional()
    .meta({ description: 'Without a new line for so long nothing is proved; the whole time when left out.' }),
  restart: z
    .union([filledText, shape({ line: line.optional(), 'pid-file': filledText.optional() })])
    .optional()
    .meta({
      description: 'What shows that the service restarted: a line, or another pid in a file. The time begins anew.',
    }),
  sudo,
});
const schema = z
  .union([mark, watch])
  .meta({ description: 'Follow log files for a time: what is new in them must be judged, by name.' });
type WatchSource = z.output<typeof watch>;
type LineSource = z.output<typeof line>;

/** `log:` follows log files on each host. */
export const log: StepKindDoor<'log', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: () => true,
  probes: () => [],
  includes: ({ watch: watched }) =>
    watched?.baseline ? [{ type: 'file', path: watched.baseline.path, optional: !watched.baseline.required }] : [],
  probe: () => null,
  resolve(source, context) {
    const account = typeof source.sudo === 'string' ? context.text(source.sudo, ['sudo']) : source.sudo ? 'root' : null;
    if ('mark' in source) {
      return { kind: 'log', files: resolveFiles(source.mark, ['mark'], context), sudo: account, watch: null };
    }
    const paths = resolveFiles(source.files, ['files'], context);
    return { kind: 'log', files: paths, sudo: account, watch: resolveWatch(source, paths, context) };
  },
  describe: (action, words) =>
    action.watch === null ? [markWords(action, words)] : watchWords(action, action.watch, words),
};

function resolveFiles(source: string | readonly string[], path: Path, context: ResolveContext): string[] {
  const written = asList(source);
  if (written.length > LOG_FILES) context.report(path, 'log-files-too-many', { most: String(LOG_FILES) });
  const paths = written.slice(0, LOG_FILES).map((file, index) => {
    const at = Array.isArray(source) ? [...path, index] : path;
    const found = context.text(file, at).trim();
    if (!found.startsWith('/') || found.endsWith('/')) context.report(at, 'log-file-not-absolute', { file: found });
    if (/[*?[\n]/.test(found)) context.report(at, 'log-file-pattern', { file: found });
    return found.slice(0, 4_096) || '/';
  });
  const twice = paths.find((file, index) => paths.indexOf(file) !== index);
  if (twice !== undefined) context.report(path, 'log-file-twice', { file: twice });
  return paths;
}

function resolveWatch(source: WatchSource, paths: readonly string[], context: ResolveContext): LogWatch {
  const forMs = source.for === undefined ? defaultForMs : (parseDuration(source.for) ?? 1);
  const silenceMs = source.silence === undefined ? null : (parseDuration(source.silence) ?? 1);
  if (silenceMs !== null && silenceMs > forMs) {
    context.report(['silence'], 'log-silence-too-long', { silence: source.silence ?? '', time: formatDuration(forMs) });
  }
  const patterns = (key: 'expect' | 'forbid'): LinePattern[] =>
    asList<LineSource>(source[key]).map((one, index) =>
      resolveLine(one, Array.isArray(source[key]) ? [key, index] : [key], context),
    );
  return {
    forMs,
    baseline:
      source.baseline === undefined
        ? null
        : { path: context.text(source.baseline, ['baseline']), required: context.environment.production },
    expect: patterns('expect'),
    forbid: patterns('forbid'),
    silenceMs,
    from: resolveFrom(source.from ?? 'now', paths, context),
    restart: resolveRestart(source.restart, context),
  };
}

function resolveLine(source: LineSource, path: Path, context: ResolveContext): LinePattern {
  if (typeof source === 'string') return { test: 'contains', value: context.text(source, path) };
  const value = context.pattern(source.matches, [...path, 'matches']);
  try {
    RE2JS.compile(value);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '');
    context.report([...path, 'matches'], 'regex-invalid', { reason: reason.slice(0, 200) });
  }
  return { test: 'matches', value };
}

function resolveFrom(source: string, paths: readonly string[], context: ResolveContext): LogWatch['from'] {
  const written = context.text(source, ['from']).trim();
  if (written === 'now' || written === 'start-of-file') return { type: written };
  const id = /^step:\s*(\S+)$/.exec(written)?.[1];
  if (id === undefined || !name.safeParse(id).success) {
    context.report(['from'], 'log-from-unknown', { written });
    return { type: 'now' };
  }
  const steps = context.earlier.filter((step) => step.id === id || step.base === id);
  const noted = steps.flatMap(filesNotedBy);
  const missing = paths.filter((path) => !noted.includes(path));
  if (steps.length === 0) {
    context.report(['from'], 'log-from-no-step', { step: id, known: listNames(markingSteps(context.earlier)) || '–' });
  } else if (missing.length > 0) {
    context.report(['from'], 'log-from-not-noted', { step: id, files: missing.join(', ') });
  }
  return { type: 'step', step: id };
}

function markingSteps(earlier: readonly PlanStep[]): readonly string[] {
  return [...new Set(earlier.filter((step) => filesNotedBy(step).length > 0).map(writtenId))];
}

/** The files whose end a step notes on its way. */
export function filesNotedBy({ action, perTarget }: PlanStep): readonly string[] {
  return [action, ...Object.values(perTarget)].flatMap((one) => {
    if (one.kind === 'log') return one.files;
    return one.kind === 'service' && one.ready.log !== null ? [one.ready.log.path] : [];
  });
}

function resolveRestart(source: WatchSource['restart'], context: ResolveContext): LogWatch['restart'] {
  if (source === undefined) return null;
  if (typeof source === 'string') return { line: resolveLine(source, ['restart'], context), pidFile: null };
  const pidFile = source['pid-file'] === undefined ? null : context.text(source['pid-file'], ['restart', 'pid-file']);
  if (source.line === undefined && pidFile === null) context.report(['restart'], 'log-restart-empty');
  if (pidFile !== null && !pidFile.startsWith('/')) {
    context.report(['restart', 'pid-file'], 'log-file-not-absolute', { file: pidFile });
  }
  return { line: source.line === undefined ? null : resolveLine(source.line, ['restart', 'line'], context), pidFile };
}

function markWords({ files: paths, sudo: account }: LogAction, words: StepText): string {
  return words('log-mark', { files: paths.join(', '), account: account ?? '' });
}

function watchWords(action: LogAction, watched: LogWatch, words: StepText): readonly string[] {
  const { from, silenceMs, baseline, restart } = watched;
  const step = from.type === 'step' ? from.step : '';
  return [
    words('log-watch', { files: action.files.join(', '), time: formatDuration(watched.forMs) }),
    ...(action.sudo === null ? [] : [words('as-account', { account: action.sudo })]),
    words(`log-from-${from.type}`, { step }),
    baseline === null ? words('log-no-baseline') : words('log-baseline', { file: baseline.path }),
    ...watched.expect.map((one) => words('log-expect', { line: linePatternWords(one) })),
    ...watched.forbid.map((one) => words('log-forbid', { line: linePatternWords(one) })),
    words('log-silence', { time: formatDuration(silenceMs ?? watched.forMs) }),
    ...(restart === null ? [] : [words('log-restart')]),
  ];
}
