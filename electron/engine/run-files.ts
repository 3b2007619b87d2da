import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RunState } from '../../shared/run/state.ts';
import { earlierRuns } from './history.ts';
import { besideChecklist, frozenName } from './includes.ts';
import type { FrozenFile, RunFiles } from './ports.ts';

/** What lies beside a run in its folder, beside its checklist, and in the data folder. */
export function runFiles(run: {
  readonly data: string;
  readonly folder: string;
  readonly state: Pick<RunState, 'runId' | 'source' | 'files'>;
}): RunFiles {
  const { data, folder, state } = run;
  const sealed = new Map(state.files.map((file) => [file.path, file]));
  let history: Promise<readonly RunState[]> | null = null;
  const insideOf = (path: string): string => `checklist/${frozenName(path)}`;
  return {
    frozen: async (path): Promise<FrozenFile | null> => {
      const seal = sealed.get(insideOf(path));
      if (seal === undefined) return null;
      const absolute = join(folder, seal.path);
      const found = await sha256Of(absolute).catch(() => null);
      return found === seal.sha256 ? { path, absolute, sha256: seal.sha256, bytes: seal.bytes } : null;
    },
    frozenIn: (path) => {
      const start = `${insideOf(path).replace(/\/$/, '')}/`;
      const inside = [...sealed.keys()]
        .filter((name) => name.startsWith(start))
        .map((name) => name.slice(start.length));
      return inside.filter((name) => !name.includes('/')).sort();
    },
    local: (path) => besideChecklist(state.source, path),
    history: () => {
      history ??= earlierRuns(data, state.runId);
      return history;
    },
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
