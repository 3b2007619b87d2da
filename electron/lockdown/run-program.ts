import { execFile } from 'node:child_process';
import { limits } from '../../shared/contract/limits.ts';
import type { Ran, RunProgram } from './ports.ts';

/** What a program of the desktop may print before it is stopped; none of those we ask prints more than a few lines. */
const MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs a program of the system: no shell, bounded in time (`limits.senseTimeoutMs`, then it is killed) and in what it
 * may print. A program that cannot be started rejects; one that was killed has `code` null.
 */
export const runProgram: RunProgram = (program, args) =>
  new Promise<Ran>((resolve, reject) => {
    const options = { timeout: limits.senseTimeoutMs, maxBuffer: MAX_OUTPUT_BYTES, killSignal: 'SIGKILL' } as const;
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      if (child.pid === undefined) reject(error ?? new Error(`${program} could not be started`));
      // Cut off for printing too much, it may still have ended by itself a moment before it was killed.
      else resolve({ code: typeof error?.code === 'string' ? null : child.exitCode, stdout, stderr });
    });
    // Nothing is ever typed to it: a program that asks must not wait for us.
    child.stdin?.end();
  });
