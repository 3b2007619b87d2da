import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunHistory } from '../../electron/evidence/history.ts';
import type { HistoryPage } from '../../shared/contract/ipc/history.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import { writeRun } from '../helpers/history-runs.ts';
import { planOf, step } from '../helpers/plans.ts';
import { type Bench, median } from './bench.ts';

const RUNS = 1_000;
const limitMs = 1_000;
const rounds = 5;
/** A tenth of the runs are made this much longer, where the disk is asked for room but not written full. */
const LARGE_BYTES = 2 * 1024 * 1024;

const query = {
  ...{ environment: null, checklist: null, result: null, person: null, host: null },
  first: 0,
  count: 100,
};

const silent = { quiet: async () => {}, onReading: () => {}, log: { warn: () => {} } };

async function readAll(data: string): Promise<void> {
  const history = new RunHistory({ data, ...silent });
  let page: Pick<HistoryPage, 'reading'> = await history.find({ ...query, text: '' });
  while (page.reading !== null) page = await history.find({ ...query, text: '' });
}

/** Milliseconds from nothing in memory to the first page, and to one that was searched for after it. */
async function opened(data: string): Promise<{ readonly open: number; readonly search: number }> {
  const open: number[] = [];
  const search: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const history = new RunHistory({ data, ...silent });
    const began = performance.now();
    const { rows, total, reading } = await history.find({ ...query, text: '' });
    const there = performance.now();
    if (rows.length === 0 || reading !== null) throw new Error(`${total} runs, and still reading`);
    const { total: found } = await history.find({ ...query, text: 'deployed app1' });
    search.push(performance.now() - there);
    open.push(there - began);
    if (found !== total) throw new Error(`found ${found} of ${total}`);
  }
  return { open: median(open), search: median(search) };
}

const steps = Array.from({ length: 10 }, (_, n) => step(`s${n}`, { title: `Step ${n} of a release` }));
const plan = planOf(steps);

function fill(data: string, count: number, bytes: number): void {
  for (let n = 0; n < count; n += 1) {
    const events = steps.flatMap((one, at) => {
      const note = `deployed run ${n} to app1 with ${at} warnings`;
      return [started(one, `a${at + 1}`, 'app1'), ended(`a${at + 1}`, 'passed', { note })];
    });
    const minute = String(n % 60).padStart(2, '0');
    const hour = String(Math.floor(n / 60) % 24).padStart(2, '0');
    const folder = writeRun({
      data,
      runId: `20261120T${hour}${minute}00Z-${String(n).padStart(6, '0')}`,
      plan,
      events,
    });
    // A torn last line never counted, however long it is: the run is the same, and its journal that much larger.
    if (bytes > 0 && n % 10 === 0) appendFileSync(join(folder, 'journal.jsonl'), 'x'.repeat(bytes));
  }
}

async function measured<T>(count: number, bytes: number, work: (data: string) => Promise<T>): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), 'countersign-bench-history-'));
  try {
    fill(data, count, bytes);
    await readAll(data);
    return await work(data);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** Opening the history of 1,000 runs that were read before, in a process that knows nothing yet. */
export const historyOpen: Bench = {
  name: 'history-1000',
  goal: `<= 1.0 of ${limitMs} ms, not linear in size`,
  run: async () => {
    const few = await measured(RUNS / 10, 0, opened);
    const many = await measured(RUNS, 0, opened);
    const large = await measured(RUNS, LARGE_BYTES, opened);
    const ratio = Math.max(many.open, large.open) / limitMs;
    const bySize = large.open / many.open;
    const ms = ({ open, search }: { readonly open: number; readonly search: number }): string =>
      `${open.toFixed(0)} ms (search ${search.toFixed(0)} ms)`;
    const mib = (RUNS / 10) * (LARGE_BYTES / 1024 / 1024);
    const detail = `${RUNS / 10} runs ${ms(few)}, ${RUNS} runs ${ms(many)}, with ${mib} MiB of journals ${ms(large)}`;
    return { ratio, holds: ratio <= 1 && bySize <= 1.5, detail };
  },
};
