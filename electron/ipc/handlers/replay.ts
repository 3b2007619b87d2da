import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { JournalError } from '../../engine/journal/journal-error.ts';
import { readLines } from '../../engine/output/read-recording.ts';
import { compareSides, sideToCompare } from '../../evidence/compare.ts';
import { journalFault, openReplay, type Replay } from '../../evidence/replay.ts';
import type { Handlers } from '../router.ts';
import { runFolder } from '../run-folder.ts';
import { attemptName, ofRecording } from './output.ts';

export interface ReplayParts {
  readonly data: string;
  /** True while a run is worked on or followed here: nothing of the past is shown over it. */
  readonly busy: () => boolean;
  /** Resolves when what is being written to runs is on disk. */
  readonly settled: () => Promise<void>;
}

/** The replay that is open, so that its recordings can be read like those of any run on the screen. */
export interface ReplayDesk {
  readonly handlers: Pick<
    Handlers,
    | 'replay:open'
    | 'replay:state'
    | 'replay:output'
    | 'replay:search'
    | 'replay:close'
    | 'compare:open'
    | 'compare:output'
  >;
  /** The folder of the run on the screen; null while none is replayed. */
  folder(): string | null;
  close(): void;
}

/** Lines of each side that are compared: as many as the screen can tell apart. */
const COMPARED_LINES = 2_000;

/** Runs of the past, one replayed at a time, and two side by side. */
export function createReplayDesk({ data, busy, settled }: ReplayParts): ReplayDesk {
  let replay: Replay | null = null;
  /** Counts what was opened and closed, so that a run that took long to read knows whether it is still wanted. */
  let turn = 0;
  const opened = (): Replay => {
    if (replay === null) throw new Error('No run is being replayed.');
    return replay;
  };
  const close = (): void => {
    turn += 1;
    replay = null;
  };
  return {
    close,
    // A run that was begun or followed since has the screen.
    folder: () => (busy() ? null : (replay?.folder ?? null)),
    handlers: {
      'replay:open': async ({ runId }) => {
        close();
        const mine = turn;
        if (busy()) return underWay;
        try {
          await settled();
          const read = await openReplay(runFolder(data, runId));
          // Left meanwhile: the recordings on the screen are another run's now.
          if (mine === turn) replay = read;
          return { ok: true, value: read.view };
        } catch (error) {
          return { ok: false, failure: reasonOf(error, runId) };
        }
      },
      'replay:state': ({ seq }) => opened().state(seq),
      'replay:output': ({ attempt, ms, after }) => opened().output(attemptName(attempt), ms, after),
      'replay:search': ({ text }) => opened().search(text),
      'replay:close': () => {
        close();
        return null;
      },
      'compare:open': async ({ left, right }) => {
        if (busy()) return underWay;
        let read = left;
        try {
          await settled();
          const mine = await sideToCompare(runFolder(data, left));
          read = right;
          return { ok: true, value: compareSides(mine, await sideToCompare(runFolder(data, right))) };
        } catch (error) {
          return { ok: false, failure: reasonOf(error, read) };
        }
      },
      'compare:output': ({ runId, attempt }) =>
        ofRecording(runFolder(data, runId), attempt, (folder, name) => readLines(folder, name, 0, COMPARED_LINES)),
    },
  };
}

const underWay = { ok: false, failure: failure('run-under-way') } as const;

/** Why a run of the past cannot be shown. */
function reasonOf(error: unknown, run: string): Failure {
  if (!(error instanceof JournalError)) return failure('local-error', { path: run }, error);
  if (error.code === 'missing') return failure('run-gone', { run }, error);
  if (error.code !== 'altered') return failure('local-error', { path: run }, error);
  const { line, what, expected, detail } = journalFault(error);
  return failure('journal-altered', { run, line: String(line), what, expected: String(expected), detail }, error);
}
