import { failure } from '../../../shared/contract/failure.ts';
import type { Reply } from '../../../shared/contract/ipc.ts';
import { hasRecording, readLines, searchLines, tailText } from '../../engine/output/read-recording.ts';
import { feedLimits, type OutputFeed } from '../output-feed.ts';
import type { Handlers } from '../router.ts';

/** The run on the screen, held or followed: where it lies, and its live output. */
export interface ShownOutput {
  folder(): string;
  feed(): OutputFeed | null;
}

/** An attempt's name becomes a file's name: only those that the engine gives. */
export function attemptName(attempt: string): string {
  if (!/^a\d{1,7}$/.test(attempt)) throw new Error(`No such attempt: ${attempt}`);
  return attempt;
}

/** What was read of a recording; of one that is not there nobody says that it is empty. */
export async function ofRecording<T>(
  folder: string,
  attempt: string,
  read: (folder: string, attempt: string) => Promise<T>,
): Promise<Reply<T>> {
  const value = await read(folder, attemptName(attempt));
  // Looked at afterwards: it may have been moved away while it was read.
  const there = await hasRecording(folder, attempt);
  return there ? { ok: true, value } : { ok: false, failure: failure('recording-missing', { attempt }) };
}

/** Reading an attempt's output: live from the feed while it runs, else from its recording. */
export function outputHandlers(runs: ShownOutput): Pick<Handlers, 'output:tail' | 'output:read' | 'output:search'> {
  return {
    'output:tail': ({ attempt }) =>
      runs.feed()?.tail(attempt) ?? tailText(runs.folder(), attemptName(attempt), feedLimits.recent),
    'output:read': ({ attempt, first, count }) =>
      ofRecording(runs.folder(), attempt, (folder, name) => readLines(folder, name, first, count)),
    'output:search': ({ attempt, text }) =>
      ofRecording(runs.folder(), attempt, (folder, name) => searchLines(folder, name, text)),
  };
}
