import { readLines, searchLines, tailText } from '../../engine/output/read-recording.ts';
import { feedLimits, type OutputFeed } from '../output-feed.ts';
import type { Handlers } from '../router.ts';

/** The run on the screen, held or followed: where it lies, and its live output. */
export interface ShownOutput {
  folder(): string;
  feed(): OutputFeed | null;
}

/** An attempt's name becomes a file's name: only those that the engine gives. */
function attemptName(attempt: string): string {
  if (!/^a\d{1,7}$/.test(attempt)) throw new Error(`No such attempt: ${attempt}`);
  return attempt;
}

/** Reading an attempt's output: live from the feed while it runs, else from its recording. */
export function outputHandlers(runs: ShownOutput): Pick<Handlers, 'output:tail' | 'output:read' | 'output:search'> {
  return {
    'output:tail': ({ attempt }) =>
      runs.feed()?.tail(attempt) ?? tailText(runs.folder(), attemptName(attempt), feedLimits.recent),
    'output:read': ({ attempt, first, count }) => readLines(runs.folder(), attemptName(attempt), first, count),
    'output:search': ({ attempt, text }) => searchLines(runs.folder(), attemptName(attempt), text),
  };
}
