import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalRecord, Recording } from '../../shared/contract/events.ts';
import type {
  JournalFault,
  RecordingStanding,
  ReplayMark,
  ReplayMatch,
  ReplayOutput,
  ReplayView,
} from '../../shared/contract/ipc/replay.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import { excerpt } from '../../shared/evidence/excerpt.ts';
import { quietStretches } from '../../shared/evidence/quiet.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { readRecords } from '../engine/journal/read-run.ts';
import { LineSearch } from '../engine/output/line-search.ts';
import { readLines } from '../engine/output/read-recording.ts';
import { RecordingClock, type Stretch } from './recording-clock.ts';

/** A run of the past that can be looked at as it stood at any moment. Reads only; knows no Electron. */

/** So many states are kept; of a longer run every n-th, and those between are folded again. */
const STATES_AT_MOST = 2_000;
/** Recordings up to so many bytes together are read through when the replay is opened; longer ones when looked at. */
const READ_AT_OPENING = 256 * 1024 * 1024;
const MATCHES_AT_MOST = 1_000;
const MATCH_CHARS = 300;

/** An opened replay. */
export interface Replay {
  readonly folder: string;
  readonly view: ReplayView;
  /** As the run stood after the record `seq`; after the last one where there are not so many. */
  state(seq: number): RunState;
  output(attempt: string, ms: number, after: number | null): Promise<ReplayOutput>;
  search(text: string): Promise<Answers['replay:search']>;
}

/**
 * Folds a run once, as far as its chain holds, and looks at its recordings. Throws JournalError `missing`, `empty`,
 * and `altered` where not even the first record holds.
 */
export async function openReplay(folder: string): Promise<Replay> {
  const { records, fault } = await readJournal(folder);
  const states = foldStates(folder, records);
  const marks = marksOf(records);
  const { recordings, clockOf, busy } = await readRecordings(folder, records, marks);
  const durationMs = marks.at(-1)?.ms ?? 0;
  const view: ReplayView = {
    runId: states(0).runId,
    durationMs,
    startedAt: records[0]?.at ?? '',
    marks,
    quiet: quietStretches(marks, busy, durationMs),
    recordings,
    state: states(0),
    fault,
  };
  const nothing = { text: '', skipped: 0, goesOn: false, at: 0, lines: 0 };
  return {
    folder,
    view,
    state: states,
    output: async (attempt, ms, after) => {
      const known = recordings.find((one) => one.attempt === attempt);
      const shown = known === undefined ? null : ((await (await clockOf(attempt))?.textAt(ms, after)) ?? null);
      // What was missing from the beginning is told with the replay itself.
      return { ...(shown ?? nothing), gone: shown === null && known !== undefined && known.standing !== 'missing' };
    },
    search: (text) => searchAll(folder, recordings, clockOf, text),
  };
}

/** The records up to the first that does not hold, and which that is. */
async function readJournal(folder: string) {
  const records: JournalRecord[] = [];
  let fault: JournalFault | null = null;
  try {
    for await (const record of readRecords(folder)) records.push(record);
  } catch (error) {
    if (!(error instanceof JournalError) || error.code !== 'altered' || records.length === 0) throw error;
    fault = journalFault(error, records.length);
  }
  return { records, fault };
}

/** Where a journal does not hold. A line that is longer than any record breaks the reading off before it is looked at. */
export function journalFault({ fault }: JournalError, records = 0): JournalFault {
  if (fault === null) return { line: records + 1, what: 'line-too-long', expected: records, detail: '' };
  return { line: fault.line, what: fault.code, expected: fault.expectedSeq, detail: fault.detail };
}

/** The states of a run by record: neighbours share all that did not change, so most of them cost little. */
function foldStates(folder: string, records: readonly JournalRecord[]): (seq: number) => RunState {
  const apart = Math.max(1, Math.ceil(records.length / STATES_AT_MOST));
  const [first, ...others] = records;
  if (first?.type !== 'run-created') throw new JournalError('empty', `The journal in ${folder} holds no run.`);
  let state = startState(first);
  const kept = [state];
  for (const [index, record] of others.entries()) {
    state = applyRecord(state, record);
    if ((index + 1) % apart === 0) kept.push(state);
  }
  return (seq) => {
    const wanted = Math.min(seq, records.length - 1);
    const near = Math.floor(wanted / apart);
    const begin = kept[near] as RunState;
    return records.slice(near * apart + 1, wanted + 1).reduce(applyRecord, begin);
  };
}

/**
 * Every record as a moment. Time never goes back, though another computer's clock may; what was recorded after the end
 * (analysis, notes, papers) stands at the end, else the days after would push the run itself together.
 */
function marksOf(records: readonly JournalRecord[]): ReplayMark[] {
  const began = Date.parse(records[0]?.at ?? '');
  const places = new Map<string, { readonly step: string; readonly target: string }>();
  let ms = 0;
  let ended = false;
  return records.map((record) => {
    if (!ended) ms = Math.max(ms, Date.parse(record.at) - began);
    ended ||= record.type === 'run-ended';
    if (record.type === 'attempt-started') places.set(record.data.attempt, record.data);
    const data = record.data as Readonly<Record<string, unknown>>;
    const attempt = wordOf(data['attempt']);
    const place = attempt === null ? undefined : places.get(attempt);
    return {
      seq: record.seq,
      ms,
      type: record.type,
      step: wordOf(data['step']) ?? place?.step ?? null,
      target: wordOf(data['target']) ?? place?.target ?? null,
      attempt,
      verdict: record.type === 'attempt-ended' ? record.data.verdict : null,
      presence: record.type === 'participant-presence' ? record.data.presence : null,
    };
  });
}

const wordOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

type RecordingView = ReplayView['recordings'][number];
type ClockOf = (attempt: string) => Promise<RecordingClock | null>;

interface Recordings {
  readonly recordings: readonly RecordingView[];
  readonly clockOf: ClockOf;
  /** When hosts wrote something, in the run's time. */
  readonly busy: readonly Stretch[];
}

async function readRecordings(
  folder: string,
  records: readonly JournalRecord[],
  marks: readonly ReplayMark[],
): Promise<Recordings> {
  const seals = new Map<string, { readonly seal: Recording | null; readonly durationMs: number }>();
  for (const record of records)
    if (record.type === 'attempt-ended') seals.set(record.data.attempt, sealOf(record.data));
  const clocks = new Map<string, Promise<RecordingClock | null>>();
  const clockOf: ClockOf = (attempt) => {
    const known = clocks.get(attempt) ?? RecordingClock.read(join(folder, 'output', `${attempt}.cast`));
    clocks.set(attempt, known);
    // A disk that refused once is asked again.
    known.catch(() => clocks.delete(attempt));
    return known;
  };
  const recordings: RecordingView[] = [];
  const busy: Stretch[] = [];
  let left = READ_AT_OPENING;
  for (const record of records) {
    if (record.type !== 'attempt-started' || record.data.recording === null) continue;
    const { attempt } = record.data;
    const { seal, durationMs } = seals.get(attempt) ?? { seal: null, durationMs: 0 };
    const ms = marks[record.seq]?.ms ?? 0;
    const size = (await stat(join(folder, 'output', `${attempt}.cast`)).catch(() => null))?.size ?? 0;
    if (size > left) {
      recordings.push({ attempt, ms, durationMs, lines: seal?.lines ?? 0, standing: 'unchecked' });
      busy.push({ from: ms, until: ms + durationMs });
      continue;
    }
    left -= size;
    const clock = await clockOf(attempt);
    const end = clock?.end ?? { ms: 0, lines: 0 };
    recordings.push({ attempt, ms, durationMs: end.ms, lines: end.lines, standing: standingOf(clock, seal) });
    for (const { from, until } of clock?.busy ?? []) busy.push({ from: ms + from, until: ms + until });
  }
  return { recordings, clockOf, busy };
}

function sealOf({ recording, durationMs }: { readonly recording: Recording | null; readonly durationMs: number }) {
  return { seal: recording, durationMs };
}

function standingOf(clock: RecordingClock | null, seal: Recording | null): RecordingStanding {
  if (clock === null) return 'missing';
  if (seal === null) return 'unsealed';
  if (clock.sha256 === seal.sha256) return 'sealed';
  return clock.bytes < seal.bytes ? 'cut' : 'altered';
}

/** Every line with the text in all recordings, with the moment it was written; at most a thousand. */
async function searchAll(folder: string, recordings: readonly RecordingView[], clockOf: ClockOf, text: string) {
  const matches: ReplayMatch[] = [];
  const missing: string[] = [];
  let truncated = false;
  for (const { attempt, ms: began } of recordings) {
    const search = new LineSearch(text);
    const times: number[] = [];
    const clock = await clockOf(attempt);
    const there = await clock?.scan((piece, ms) => {
      const room = search.write(piece, MATCHES_AT_MOST - matches.length);
      while (times.length < search.matches.length) times.push(began + ms);
      truncated ||= !room;
      return room;
    });
    if (there !== true) missing.push(attempt);
    matches.push(...(await withText(folder, attempt, search.matches, times, text)));
    if (truncated) break;
  }
  return { matches, truncated, missing };
}

/** Reads the lines that were found; those that are near to each other in one go. */
async function withText(
  folder: string,
  attempt: string,
  lines: readonly number[],
  times: readonly number[],
  sought: string,
): Promise<ReplayMatch[]> {
  let page: { readonly first: number; readonly lines: readonly string[] } = { first: 0, lines: [] };
  const matches: ReplayMatch[] = [];
  for (const [index, line] of lines.entries()) {
    if (line < page.first || line >= page.first + page.lines.length) page = await readLines(folder, attempt, line, 500);
    const text = excerpt(page.lines[line - page.first] ?? '', sought, MATCH_CHARS);
    matches.push({ attempt, line, ms: times[index] ?? 0, text });
  }
  return matches;
}
