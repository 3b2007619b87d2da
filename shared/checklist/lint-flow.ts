import { formatDuration, parseDuration } from './duration.ts';
import { asList } from './parts.ts';
import type { Path } from './problem.ts';
import { allSteps, type StepPlaceInFile } from './rules.ts';
import { batchesIn, writes } from './rules-flow.ts';
import { type Checklist, kindOf, onOf } from './schema.ts';
import type { EnvironmentSource } from './schema-environment.ts';
import type { BatchSource } from './schema-flow.ts';

export type Warn = (path: Path, code: string, params?: Readonly<Record<string, string>>, atKey?: boolean) => void;

/** What a duty team watches at least before it believes that all is well. */
const shortestWatchMs = 5 * 60_000;

/** The classic mistakes of releases as a whole. They are only looked for where there is a production environment. */
export function lintFlow(checklist: Checklist, warn: Warn): void {
  const productions = Object.entries(checklist.environments).flatMap(([name, environment]) =>
    environment?.production === true ? [{ name, environment }] : [],
  );
  if (productions.length === 0) return;
  const every = allSteps(checklist);
  const steps = every.filter(({ phase }) => phase !== null);
  lintNoReturn(steps, every, warn);
  lintWatches(steps, batchesIn(checklist), warn);
  for (const production of productions) lintAtOnce(steps, production, warn);
  for (const { path, inBlock } of batchesIn(checklist)) if (inBlock) warn(path, 'lint-batch-inside-block', {}, true);
  lintRollback(checklist, every, warn);
  if (every.some(({ source }) => source.announce !== undefined)) return;
  for (const { name, environment } of productions) {
    if (environment.channels === undefined) continue;
    warn(['environments', name, 'channels'], 'lint-never-announced', { environment: name }, true);
  }
}

/** A point of no return, or SQL that nothing undoes, before anything has shown that the new build starts. */
function lintNoReturn(steps: readonly StepPlaceInFile[], every: readonly StepPlaceInFile[], warn: Warn): void {
  const sqlUndone = every.some(({ phase, source }) => phase === null && source.sql !== undefined);
  const firstProof = steps.findIndex((step, index) => proves(step, steps.slice(0, index)));
  for (const { source, path } of steps.slice(0, Math.max(0, firstProof))) {
    if (source['point-of-no-return'] !== undefined) {
      warn([...path, 'point-of-no-return'], 'lint-no-return-before-proof', {}, true);
    } else if (source.sql !== undefined && writes(source) && source.rollback === undefined && !sqlUndone) {
      warn([...path, 'sql'], 'lint-no-return-before-proof', {}, true);
    }
  }
}

/** The first start of the new build, or a look at what it answers and logs after something was changed. */
function proves({ source }: StepPlaceInFile, before: readonly StepPlaceInFile[]): boolean {
  if (starts(source)) return true;
  const looks = source.http !== undefined || (source.log !== undefined && 'files' in source.log);
  return looks && !writes(source) && before.some((step) => changesHosts(step));
}

function starts({ service }: StepPlaceInFile['source']): boolean {
  if (service === undefined) return false;
  return service.start !== undefined || service.restart !== undefined || (service.do ?? 'stop') !== 'stop';
}

function stops({ service }: StepPlaceInFile['source']): boolean {
  if (service === undefined) return false;
  return service.stop !== undefined || service.restart !== undefined || (service.do ?? 'start') !== 'start';
}

/** A write by the app itself on something that a rollback would have to restore. */
function changesHosts({ source }: StepPlaceInFile): boolean {
  const kind = kindOf(source);
  return writes(source) && kind !== 'manual' && kind !== 'announce' && kind !== 'http';
}

function lintWatches(
  steps: readonly StepPlaceInFile[],
  batches: readonly { readonly batch: BatchSource; readonly path: Path }[],
  warn: Warn,
): void {
  const between = batches.flatMap(({ batch: { between: pause }, path }) =>
    typeof pause === 'object' && pause.log !== undefined
      ? [{ log: pause.log, bake: pause.bake, path: [...path, 'between', 'log'] }]
      : [],
  );
  const watches = steps.flatMap(({ source: { log }, path }) =>
    log === undefined ? [] : [{ log, bake: undefined, path: [...path, 'log'] }],
  );
  for (const { log, bake, path } of [...between, ...watches]) {
    if (!('files' in log)) continue;
    const written = log.for ?? bake;
    const ms = written === undefined ? shortestWatchMs : (parseDuration(written) ?? shortestWatchMs);
    const at = log.for === undefined && bake !== undefined ? [...path.slice(0, -1), 'bake'] : [...path, 'for'];
    if (ms < shortestWatchMs) warn(at, 'log-short', { time: formatDuration(ms) });
    if (log.baseline === undefined) warn(path, 'log-without-baseline', {}, true);
  }
  const last = steps.findLastIndex(({ source }) => starts(source));
  const start = steps[last];
  const watched = steps.slice(last).some(({ source: { log } }) => log !== undefined && 'files' in log);
  if (start !== undefined && !watched && between.length === 0) {
    warn([...start.path, 'service'], 'lint-start-without-watch', {}, true);
  }
}

interface Production {
  readonly name: string;
  readonly environment: EnvironmentSource;
}

/** All hosts of a service stopped together: nobody is served meanwhile, and the canary has shown nothing. */
function lintAtOnce(steps: readonly StepPlaceInFile[], { name, environment }: Production, warn: Warn): void {
  for (const { source, path, batched } of steps) {
    if (batched || !stops(source)) continue;
    const wanted = new Set(asList<string>(onOf(source).on));
    const hosts = Object.entries(environment.hosts ?? {}).filter(
      ([host, { groups }]) => wanted.has(host) || (groups ?? []).some((group) => wanted.has(group)),
    );
    const params = { environment: name, count: String(hosts.length) };
    if (hosts.length > 1) warn([...path, 'service'], 'lint-restart-all-at-once', params, true);
  }
}

/** Kinds whose undoing uses something that must have been there before. */
const usesSomething: readonly (string | null)[] = ['run', 'sql'];

function lintRollback(checklist: Checklist, every: readonly StepPlaceInFile[], warn: Warn): void {
  const undone = every.flatMap(({ source, path, phase }) => {
    if (phase === null) return [{ kind: kindOf(source), path }];
    return source.rollback === undefined ? [] : [{ kind: kindOf(source.rollback), path: [...path, 'rollback'] }];
  });
  const change = every.find(changesHosts);
  // Inside atomic blocks each write is asked for its own undoing.
  const asked = every.some((step) => step.atomic && changesHosts(step));
  if (undone.length === 0 && change !== undefined && !asked) {
    warn([...change.path, change.source.id === undefined ? 'title' : 'id'], 'lint-no-rollback');
  }
  const needs = checklist.rollback?.needs ?? every.find(({ source }) => source.rollback?.needs)?.source.rollback?.needs;
  const using = undone.findLast(({ kind }) => usesSomething.includes(kind));
  if (using !== undefined && needs === undefined) warn(using.path, 'lint-rollback-without-needs', {}, true);
}
