import { formatDuration } from '../../../shared/checklist/duration.ts';
import type { Finding } from '../../../shared/contract/events.ts';
import type { LogGroup } from '../../../shared/logs/group-table.ts';
import { linePatternWords } from '../../../shared/logs/pattern-words.ts';
import {
  LOG_FINDINGS,
  LOG_GROUPS,
  LOG_RESTARTS,
  type LogAction,
  type LogPosition,
  type LogResult,
  type LogWatch,
} from '../../../shared/steps/actions/log.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import type { LogWatcher, Seen } from './log-watch.ts';

const SAMPLE_CHARS = 2_000;

/** What is held against what was seen. A gap leaves open whatever it may have swallowed. */
export function checksOf(action: LogAction, watch: LogWatch, seen: LogWatcher): readonly CheckResult[] {
  const whole = seen.gaps.length === 0;
  return [
    ...action.files.flatMap((path, file) => (seen.present.has(file) ? [] : [neverThere(path)])),
    ...seen.expected.map((one) => expectedCheck(one, whole)),
    ...seen.forbidden.map((one) => forbiddenCheck(one, whole)),
    silenceCheck(watch, seen),
    ...(whole ? [] : [gapCheck(seen)]),
    ...(seen.restarts > LOG_RESTARTS ? [restartCheck(seen.restarts)] : []),
    ...(seen.groups.fresh > LOG_FINDINGS || seen.groups.beyond > 0 ? [tooManyCheck(seen)] : []),
  ];
}

function neverThere(path: string): CheckResult {
  const found = 'not there, or not readable for this account';
  return { subject: 'file', expected: shorten(`${path} is there`), found, holds: false };
}

function seenWords({ first, count }: Seen): string {
  return first === null
    ? 'not seen'
    : `line ${first.number + 1}${count > 1 ? ` and ${count - 1} more` : ''}: ${first.line}`;
}

function expectedCheck(seen: Seen, whole: boolean): CheckResult {
  const holds = seen.count > 0 ? true : whole ? false : null;
  const found = seen.first === null ? 'not seen' : `line ${seen.first.number + 1}: ${seen.first.line}`;
  return { subject: 'log', expected: shorten(`says ${linePatternWords(seen.pattern)}`), found: shorten(found), holds };
}

function forbiddenCheck(seen: Seen, whole: boolean): CheckResult {
  const holds = seen.count > 0 ? false : whole ? true : null;
  return {
    subject: 'log',
    expected: shorten(`never says ${linePatternWords(seen.pattern)}`),
    found: shorten(seenWords(seen)),
    holds,
  };
}

/** A log that says nothing proves nothing. */
function silenceCheck({ silenceMs, forMs }: LogWatch, seen: LogWatcher): CheckResult {
  const silentMs = seen.silentMs(forMs);
  const most = silenceMs ?? forMs;
  return {
    subject: 'silence',
    expected: `a new line at least every ${formatDuration(most)}`,
    found: `longest silence ${formatDuration(Math.round(silentMs / 1_000) * 1_000)}`,
    holds: silentMs >= most ? null : true,
  };
}

const gapWords: Readonly<Record<LogResult['gaps'][number]['why'], string>> = {
  replaced: 'replaced by another file more than once, or changed before the place we had reached',
  truncated: 'truncated, and no copy of what was there was found',
  'too-fast': 'written faster than it could be read',
  link: 'the link stayed away',
};

function gapCheck(seen: LogWatcher): CheckResult {
  const found = seen.gaps.map(({ file, why }) => `${file}: ${gapWords[why]}`).join('; ');
  return { subject: 'log', expected: 'nothing was missed', found: shorten(found), holds: null };
}

function restartCheck(restarts: number): CheckResult {
  const found = `restarted ${restarts} times`;
  return { subject: 'service', expected: `at most ${LOG_RESTARTS} restarts`, found, holds: false };
}

function tooManyCheck(seen: LogWatcher): CheckResult {
  const more = seen.groups.beyond > 0 ? `, and ${seen.groups.beyond} exceptions of further kinds` : '';
  return {
    subject: 'log',
    expected: `at most ${LOG_FINDINGS} kinds of new exceptions`,
    found: `${seen.groups.fresh} kinds${more}`,
    holds: false,
  };
}

/** Every new exception, to be judged by name. */
export function findingsOf(seen: LogWatcher): readonly Finding[] {
  return seen.groups
    .list()
    .filter(({ known }) => known === null)
    .slice(0, LOG_FINDINGS)
    .map(({ fingerprint, name, sample, count }) => ({
      id: fingerprint,
      title: name || fingerprint,
      detail: sample,
      count,
    }));
}

/** What later steps, later runs, the screen and the report know of a watch. */
export function resultOf(action: LogAction, seen: LogWatcher, positions: readonly (LogPosition | null)[]): LogResult {
  const { groups, lines } = seen;
  return {
    kind: 'log',
    watchedMs: Math.round(seen.watchedMs()),
    restarts: seen.restarts,
    lines: lines.lines,
    bytes: lines.bytes,
    silentMs: Math.max(0, Math.round(seen.since === null ? 0 : seen.silentMs(action.watch?.forMs ?? 0))),
    files: action.files.map((path, index) => ({ path, position: positions[index] ?? null })),
    gaps: seen.gaps.map((gap) => ({ ...gap })),
    events: groups.events,
    knownEvents: groups.knownEvents,
    beyond: groups.beyond,
    groups: [...groups.list()].sort(newFirst).slice(0, LOG_GROUPS).map(kept),
  };
}

function newFirst(one: LogGroup, other: LogGroup): number {
  return Number(one.known !== null) - Number(other.known !== null) || other.count - one.count;
}

function kept(group: LogGroup): LogResult['groups'][number] {
  const sample = group.sample.length > SAMPLE_CHARS ? `${group.sample.slice(0, SAMPLE_CHARS)} …` : group.sample;
  return { ...group, sample };
}

function shorten(text: string): string {
  return text.length > 2_000 ? `${text.slice(0, 1_999)}…` : text;
}
