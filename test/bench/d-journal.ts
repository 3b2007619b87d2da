import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSessionSigner } from '../../electron/engine/journal/digest.ts';
import { createJournal } from '../../electron/engine/journal/journal.ts';
import type { NewRecord } from '../../shared/contract/events.ts';
import { realClock } from '../helpers/hosts-kit.ts';
import { type Bench, median } from './bench.ts';
import { benchRunCreated, benchStep } from './journal-story.ts';

const RECORDS = 400;
const rounds = 7;
const goal = 0.8;

async function journalRound(folder: string): Promise<{ perSecond: number; sizes: number[] }> {
  const journal = await createJournal({ folder, clock: realClock, signer: createSessionSigner() });
  await journal.append([benchRunCreated()]);
  const records: NewRecord[] = Array.from({ length: RECORDS }, (_, n) => benchStep(n));
  const began = performance.now();
  // One after the other, as the controller waits for each intent to be on disk.
  for (const record of records) await journal.append([record]);
  const perSecond = (RECORDS / (performance.now() - began)) * 1_000;
  await journal.close();
  const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n').slice(1);
  return { perSecond, sizes: lines.map((line) => Buffer.byteLength(line) + 1) };
}

/** The same number of bytes in each write, nothing else. */
async function rawRound(path: string, sizes: readonly number[]): Promise<number> {
  closeSync(openSync(path, 'w'));
  const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_DSYNC);
  const bytes = Buffer.alloc(Math.max(...sizes), 'x');
  try {
    const began = performance.now();
    for (const size of sizes) await file.write(bytes, 0, size);
    return (sizes.length / (performance.now() - began)) * 1_000;
  } finally {
    await file.close();
  }
}

/** Durable journal appends per second against raw O_DSYNC writes of the same sizes. */
export const journalAppends: Bench = {
  name: 'd-journal',
  goal: `>= ${goal.toFixed(1)}`,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-d-'));
    try {
      const ours: number[] = [];
      const raw: number[] = [];
      const ratios: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const { perSecond, sizes } = await journalRound(join(folder, `run-${round}`));
        const beside = await rawRound(join(folder, `raw-${round}`), sizes);
        ours.push(perSecond);
        raw.push(beside);
        ratios.push(perSecond / beside);
      }
      const ratio = median(ratios);
      const detail = `${median(ours).toFixed(0)} signed and unsigned records/s, raw ${median(raw).toFixed(0)} writes/s (${RECORDS} × ${rounds} rounds)`;
      return { ratio, holds: ratio >= goal, detail };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
