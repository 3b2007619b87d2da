import { execFile } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SealedFile } from '../../shared/contract/events.ts';
import { type Bench, median } from './bench.ts';
import { writeSealedStory } from './journal-story.ts';

const RECORDINGS = 50;
const RECORDING_BYTES = 20_000_000;
/** A journal of about this many records: a release of 500 steps on 20 hosts. */
const RECORDS = 20_000;
const rounds = 3;
const goal = 1.5;

const run = promisify(execFile);

/** Recordings of text that does not repeat, as a file system or a disk cache would like it to. */
function writeRecordings(folder: string): SealedFile[] {
  mkdirSync(join(folder, 'output'), { recursive: true });
  const block = Buffer.alloc(1_000_000);
  return Array.from({ length: RECORDINGS }, (_, n) => {
    const path = `output/a${n + 1}.cast`;
    const hash = createHash('sha256');
    const file = openSync(join(folder, path), 'wx');
    for (let written = 0; written < RECORDING_BYTES; written += block.length) {
      randomFillSync(block, 0, 4_096);
      hash.update(block);
      writeSync(file, block);
    }
    closeSync(file);
    return { path, sha256: hash.digest('hex'), bytes: RECORDING_BYTES };
  });
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** `countersign verify` of a run of 1 GB, the whole process, against `sha256sum` over the same files. */
export const verifyLarge: Bench = {
  name: 'verify-1gb',
  goal: `<= ${goal.toFixed(1)}`,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-verify-'));
    try {
      const records = writeSealedStory(folder, RECORDS, writeRecordings(folder));
      const files = ['journal.jsonl', ...readdirSync(join(folder, 'output')).map((name) => `output/${name}`)];
      const cli = [
        '--max-old-space-size=256',
        join(import.meta.dirname, '..', 'main', 'cli.js'),
        'verify',
        folder,
        '--json',
      ];
      const ours: number[] = [];
      const theirs: number[] = [];
      let said = '';
      for (let round = 0; round < rounds; round += 1) {
        theirs.push(await milliseconds(() => run('sha256sum', files, { cwd: folder })));
        ours.push(
          await milliseconds(async () => {
            // The story never comes to its end: exit 3, incomplete.
            said = await run(process.execPath, cli).then(
              ({ stdout }) => stdout,
              ({ stdout }: { stdout: string }) => stdout,
            );
          }),
        );
      }
      const { integrity, records: seen } = JSON.parse(said) as { integrity: string; records: number };
      if (integrity !== 'intact' || seen !== records) throw new Error(`verify said ${said.slice(0, 500)}`);
      const ratio = median(ours) / median(theirs);
      const detail = `verify ${median(ours).toFixed(0)} ms, sha256sum ${median(theirs).toFixed(0)} ms; ${records} records, ${RECORDINGS} recordings of ${RECORDING_BYTES / 1e6} MB`;
      return { ratio, holds: ratio <= goal, detail };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
