import type { HistoryRow } from '../../shared/contract/ipc/history.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import type { RunPlace } from '../engine/data-folder.ts';
import { JournalError } from '../engine/journal/journal-error.ts';
import { readRecords } from '../engine/journal/read-run.ts';
import { summarise, unreadable } from '../engine/run-list.ts';
import { WordCollector } from './history-words.ts';

/** What a history's row tells of a run by itself; verdict and excerpt depend on when and how it is looked at. */
export type RunFacts = Omit<HistoryRow, 'verdict' | 'changed' | 'excerpt'>;

/** A run as the history knows it. */
export interface ReadRun {
  readonly facts: RunFacts;
  /** What it can be found by, one saying a line. */
  readonly words: string;
}

/** Reads a run for the history. Throws JournalError `missing`, `not-a-file`, `empty`, `altered`. */
export async function readForHistory(folder: string, place: RunPlace): Promise<ReadRun> {
  const words = new WordCollector();
  let state: RunState | null = null;
  for await (const record of readRecords(folder)) {
    if (state !== null) state = applyRecord(state, record);
    else if (record.type === 'run-created') state = startState(record);
    else break;
    words.add(record);
  }
  if (state === null) throw new JournalError('empty', `The journal in ${folder} holds no run.`);
  return { facts: factsOf(state, place), words: words.text() };
}

/** What a state tells of its run. */
export function factsOf(state: RunState, place: RunPlace): RunFacts {
  const summary = summarise(state);
  return {
    ...summary,
    mirrored: place === 'mirrored',
    imported: place === 'imported',
    checklist: state.plan.name,
    contentHash: state.contentHash,
    people: peopleOf(state),
    hosts: state.plan.hosts.map(({ name }) => name),
    durationMs:
      summary.endedAt === null ? null : Math.max(0, Date.parse(summary.endedAt) - Date.parse(summary.startedAt)),
  };
}

/** Those who had a part in it, each once, operators first. */
function peopleOf({ sessions, participants }: RunState): readonly string[] {
  const operators = sessions.map(({ identity, person }) => identity?.name ?? person);
  const others = participants.filter(({ role }) => role !== null).map(({ name }) => name);
  return [...new Set([...operators, ...others])].filter((name) => name !== '');
}

/** A run whose journal cannot be read is listed as that, never hidden. */
export function unreadableRun(runId: string, place: RunPlace): ReadRun {
  const facts: RunFacts = {
    ...unreadable(runId),
    mirrored: place === 'mirrored',
    imported: place === 'imported',
    checklist: '',
    contentHash: '',
    people: [],
    hosts: [],
    durationMs: null,
  };
  return { facts, words: runId };
}
