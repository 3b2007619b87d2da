import { readFile } from 'node:fs/promises';
import {
  type Baseline,
  baselineFile,
  emptyBaseline,
  parseBaseline,
  type SeenGroup,
} from '../../shared/logs/baseline.ts';
import type { RunState, TargetState } from '../../shared/run/state.ts';
import type { RunFiles } from './ports.ts';

/**
 * The known exceptions after a run: what the baselines of its watches knew, and everything its watches have seen, on
 * any host. Null when no watch saw anything.
 * @param words the file's heading and the reason of every new entry, in the person's language.
 */
export async function baselineOf(
  state: RunState,
  files: Pick<RunFiles, 'frozen'>,
  words: { readonly heading: readonly string[]; readonly why: string },
): Promise<string | null> {
  const groups = state.steps.flatMap(({ targets }) => targets.flatMap(seenOn));
  if (groups.length === 0) return null;
  return baselineFile(groups, await earlierOf(state, files), words.heading, words.why);
}

/** What was seen on one host; what a person has called a reason to stop never becomes known. */
function seenOn({ attempts, judgements }: TargetState): readonly SeenGroup[] {
  return attempts.flatMap(({ result }) => {
    if (result?.kind !== 'log') return [];
    return result.groups.flatMap((group) => {
      const judged = judgements[group.fingerprint];
      return judged?.judgement === 'stop' ? [] : [{ ...group, why: judged?.reason ?? null }];
    });
  });
}

/** The frozen baselines that the run's watches were held against, together. */
async function earlierOf({ plan }: RunState, files: Pick<RunFiles, 'frozen'>): Promise<Baseline> {
  const paths = new Set<string>();
  for (const step of plan.steps) {
    for (const action of [step.action, ...Object.values(step.perTarget)]) {
      if (action.kind === 'log' && action.watch?.baseline) paths.add(action.watch.baseline.path);
    }
  }
  const entries: Baseline['entries'][number][] = [];
  for (const path of paths) {
    const frozen = await files.frozen(path);
    if (frozen === null) continue;
    const { baseline } = parseBaseline(await readFile(frozen.absolute, 'utf8'), path);
    for (const entry of (baseline ?? emptyBaseline).entries) {
      const same = (one: typeof entry): boolean => one.fingerprint === entry.fingerprint && one.match === entry.match;
      if (!entries.some(same)) entries.push(entry);
    }
  }
  return { entries };
}
