import { readLines, searchLines, tailText } from '../../engine/output/read-recording.ts';
import { feedLimits } from '../output-feed.ts';
import type { Handlers } from '../router.ts';
import type { RunDesk } from '../run-desk.ts';

/** An attempt's name becomes a file's name: only those that the engine gives. */
function attemptName(attempt: string): string {
  if (!/^a\d{1,7}$/.test(attempt)) throw new Error(`No such attempt: ${attempt}`);
  return attempt;
}

/** Reading an attempt's output: live from the feed while it runs, else from its recording. */
export function outputHandlers(runs: RunDesk): Pick<Handlers, 'output:tail' | 'output:read' | 'output:search'> {
  return {
    'output:tail': ({ attempt }) =>
      runs.feed()?.tail(attempt) ?? tailText(runs.folder(), attemptName(attempt), feedLimits.recent),
    'output:read': ({ attempt, first, count }) => readLines(runs.folder(), attemptName(attempt), first, count),
    'output:search': ({ attempt, text }) => searchLines(runs.folder(), attemptName(attempt), text),
  };
}
