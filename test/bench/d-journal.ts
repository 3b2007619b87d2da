import { constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
/** Hosts that run side by side. */
const AT_ONCE = 8;
const rounds = 7;
const goal = 0.8;

interface Round {
  /** Appends a second while several attempts run at once, each waiting for its own record to be on disk. */
  readonly together: number;
  /** Appends a second when each waits for the one before. */
  readonly alone: number;
  /** Bytes of each line. */
  readonly sizes: readonly number[];
}

async function journalRound(folder: string): Promise<Round> {
  const journal = await createJournal({ folder, clock: realClock, signer: createSessionSigner() });
  await journal.append([benchRunCreated()]);
  const records: NewRecord[] = Array.from({ length: RECORDS }, (_, n) => benchStep(n));
  const together = await perSecond(async () => {
    let next = 0;
    const attempt = async (): Promise<void> => {
      for (let record = records[next++]; record !== undefined; record = records[next++]) await journal.append([record]);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, attempt));
  });
  const alone = await perSecond(async () => {
    for (const record of records) await journal.append([record]);
  });
  await journal.close();
  const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n').slice(-RECORDS);
  return { together, alone, sizes: lines.map((line) => Buffer.byteLength(line) + 1) };
}

async function perSecond(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (RECORDS / (performance.now() - began)) * 1_000;
}

/** The same number of bytes in each write, nothing else. */
async function rawRound(path: string, sizes: readonly number[]): Promise<number> {
  const file = await open(path, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND | constants.O_DSYNC);
  const bytes = Buffer.alloc(Math.max(...sizes), 'x');
  try {
    return await perSecond(async () => {
      for (const size of sizes) await file.write(bytes, 0, size);
    });
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
      const ours: Round[] = [];
      const raw: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const journal = await journalRound(join(folder, `run-${round}`));
        ours.push(journal);
        raw.push(await rawRound(join(folder, `raw-${round}`), journal.sizes));
      }
      const ratio = median(ours.map(({ together }, round) => together / (raw[round] ?? Number.NaN)));
      const ratioAlone = median(ours.map(({ alone }, round) => alone / (raw[round] ?? Number.NaN)));
      const rate = (values: readonly number[]) => `${median(values).toFixed(0)}/s`;
      const detail = [
        `${AT_ONCE} attempts at once ${rate(ours.map(({ together }) => together))}`,
        `raw ${rate(raw)}`,
        `one after the other ${rate(ours.map(({ alone }) => alone))} (${ratioAlone.toFixed(2)})`,
      ].join(', ');
      return { ratio, holds: ratio >= goal, detail };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
