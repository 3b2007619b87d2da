import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSessionSigner } from '../../electron/engine/journal/digest.ts';
import { openJournal } from '../../electron/engine/journal/journal.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import { realClock } from '../helpers/hosts-kit.ts';
import { type Bench, median } from './bench.ts';
import { writeStory } from './journal-story.ts';

const sizes = [25_000, 50_000, 100_000] as const;
const rounds = 3;
const goal = 1.3;

/** Milliseconds a record takes to be read, checked and folded. */
async function resume(folder: string): Promise<number> {
  globalThis.gc?.();
  const began = performance.now();
  let state: RunState | null = null;
  const { journal, records } = await openJournal({
    folder,
    clock: realClock,
    signer: createSessionSigner(),
    onRecord: (record) => {
      if (state !== null) state = applyRecord(state, record);
      else if (record.type === 'run-created') state = startState(record);
    },
  });
  const ms = performance.now() - began;
  await journal.close();
  return ms / records;
}

/** Taking up a run of 100,000 records against one of 25,000, for each record: 1 is exactly linear. */
export const resumeLong: Bench = {
  name: 'f-resume',
  goal: `<= ${goal.toFixed(1)} per record (linear)`,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-f-'));
    try {
      const runs = sizes.map((size) => ({ path: join(folder, String(size)), size }));
      const records = runs.map(({ path, size }) => writeStory(path, size));
      // The first reading is for the compiler, not for the clock.
      await resume(runs[0]?.path ?? '');
      const perRecord = runs.map((): number[] => []);
      for (let round = 0; round < rounds; round += 1) {
        for (const [index, { path }] of runs.entries()) perRecord[index]?.push(await resume(path));
      }
      const middle = perRecord.map(median);
      const ratio = (middle.at(-1) ?? Number.NaN) / (middle[0] ?? Number.NaN);
      const detail = middle
        .map((ms, index) => `${records[index]}: ${(ms * (records[index] ?? 0)).toFixed(0)} ms`)
        .join(', ');
      return { ratio, holds: ratio <= goal, detail };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
