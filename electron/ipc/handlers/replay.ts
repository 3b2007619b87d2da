import { failure } from '../../../shared/contract/failure.ts';
import { readLines } from '../../engine/output/read-recording.ts';
import { compareFolders } from '../../evidence/compare.ts';
import { openReplay, type Replay } from '../../evidence/replay.ts';
import type { Handlers } from '../router.ts';
import { runFolder } from '../run-folder.ts';

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
  const opened = (): Replay => {
    if (replay === null) throw new Error('No run is being replayed.');
    return replay;
  };
  const attemptName = (attempt: string): string => {
    if (!/^a\d{1,7}$/.test(attempt)) throw new Error(`No such attempt: ${attempt}`);
    return attempt;
  };
  const idle = async (): Promise<void> => {
    if (busy()) throw new Error('A run is under way.');
    await settled();
  };
  const close = (): void => {
    replay = null;
  };
  return {
    close,
    // A run that was begun or followed since has the screen.
    folder: () => (busy() ? null : (replay?.folder ?? null)),
    handlers: {
      'replay:open': async ({ runId }) => {
        close();
        const folder = runFolder(data, runId);
        try {
          await idle();
          replay = await openReplay(folder);
          return { ok: true, value: replay.view };
        } catch (error) {
          return { ok: false, failure: failure('local-error', { path: folder }, error) };
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
        try {
          await idle();
          return { ok: true, value: await compareFolders(runFolder(data, left), runFolder(data, right)) };
        } catch (error) {
          return { ok: false, failure: failure('local-error', {}, error) };
        }
      },
      'compare:output': ({ runId, attempt }) =>
        readLines(runFolder(data, runId), attemptName(attempt), 0, COMPARED_LINES),
    },
  };
}
