import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReplay } from '../../electron/evidence/replay.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import { begins, ends, type Timed, writeJournal, writeRecording } from '../helpers/past-run.ts';
import { planOf, step } from '../helpers/plans.ts';
import { createdEvent } from '../helpers/story.ts';
import type { Bench } from './bench.ts';

const STEPS = 500;
const EVENTS = 2_000;
const LINES = 300_000;
const JUMPS = 60;
const SECOND = 1_000;

/** A run of 500 steps and 2,000 events, one of which wrote 300,000 lines. */
function write(folder: string): void {
  const ids = Array.from({ length: STEPS }, (_, n) => `s${n}`);
  const output = Array.from({ length: LINES / 100 }, (_, block): readonly [number, string] => [
    200,
    Array.from({ length: 100 }, (_, n) => `20-Nov-2026 INFO [main] line ${block * 100 + n} of the release\r\n`).join(
      '',
    ),
  ]);
  const seal = writeRecording(folder, 'a1', output);
  const long = (LINES / 100) * 200;
  const holds = Array.from({ length: EVENTS - STEPS * 2 }, (_, n): Timed => {
    const held: RunEvent = { type: 'run-held', data: { reason: 'pause', cause: 'operator', minutes: null } };
    return [long + n * 100, n % 2 === 0 ? held : { type: 'run-continued', data: {} }];
  });
  const rest = ids.slice(1).flatMap((id, n): Timed[] => [
    [long + 200_000 + n * 100, { ...begins(`a${n + 2}`, id) }],
    [long + 200_050 + n * 100, ends(`a${n + 2}`, 'passed', 50, null)],
  ]);
  writeJournal(folder, [
    [0, createdEvent(planOf(ids.map((id) => step(id))))],
    [1, { type: 'run-started', data: {} }],
    [2, begins('a1', 's0')],
    [long, ends('a1', 'passed', long, seal)],
    ...holds,
    ...rest,
  ]);
}

/** Jumping anywhere in a long run: the slowest of many jumps (state, terminal, copied as to a screen) against a second. */
export const replayJump: Bench = {
  name: 'replay-jump',
  goal: '<= 1.0 of one second',
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-replay-'));
    try {
      write(folder);
      const began = performance.now();
      const replay = await openReplay(folder);
      const openMs = performance.now() - began;
      const { durationMs, marks } = replay.view;
      let slowest = 0;
      for (let jump = 0; jump < JUMPS; jump += 1) {
        const at = performance.now();
        // Back and forth, never the same stretch twice in a row.
        const ms = ((jump * 7_919) % 1_000) * (durationMs / 1_000);
        const seq = marks.findLast((mark) => mark.ms <= ms)?.seq ?? 0;
        structuredClone(replay.state(seq));
        structuredClone(await replay.output('a1', ms, null));
        slowest = Math.max(slowest, performance.now() - at);
      }
      const found = performance.now();
      const { matches } = await replay.search('line 299999 of');
      const searchMs = performance.now() - found;
      const ratio = slowest / SECOND;
      const detail = `slowest of ${JUMPS} jumps ${slowest.toFixed(0)} ms, opening ${openMs.toFixed(0)} ms, search ${searchMs.toFixed(0)} ms`;
      return { ratio, holds: ratio <= 1 && matches.length === 1 && marks.length >= EVENTS, detail };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
