import { join } from 'node:path';
import type { RunState } from '../../shared/run/state.ts';
import { earlierRuns } from './history.ts';
import { besideChecklist, frozenName, namesBelow } from './includes.ts';
import type { FrozenFile, RunFiles } from './ports.ts';
import { sha256OfFile } from './regular-file.ts';

/** What lies beside a run in its folder, beside its checklist, and in the data folder. */
export function runFiles(run: {
  readonly data: string;
  readonly folder: string;
  readonly state: Pick<RunState, 'runId' | 'source' | 'files'>;
}): RunFiles {
  const { data, folder, state } = run;
  const sealed = new Map(state.files.map((file) => [file.path, file]));
  const frozenNames = state.files.map((file) => file.path.replace(/^checklist\//, ''));
  let history: Promise<readonly RunState[]> | null = null;
  const insideOf = (path: string): string => `checklist/${frozenName(path)}`;
  return {
    frozen: async (path): Promise<FrozenFile | null> => {
      const seal = sealed.get(insideOf(path));
      if (seal === undefined) return null;
      const absolute = join(folder, seal.path);
      const found = await sha256OfFile(absolute).catch(() => null);
      return found === seal.sha256 ? { path, absolute, sha256: seal.sha256, bytes: seal.bytes } : null;
    },
    frozenIn: (path) => namesBelow(frozenNames, path),
    local: (path) => besideChecklist(state.source, path),
    history: () => {
      history ??= earlierRuns(data, state.runId);
      return history;
    },
  };
}
