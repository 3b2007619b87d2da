import fs, { writeSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { retireRuns } from '../../electron/evidence/retire-runs.ts';

/**
 * Puts a run away in a process of its own that is killed at an exact touch of the disk: `DATA HOW RUN n`. A write is
 * half done then, and so is the clearing of a folder; everything else has not happened. Killed at none: exits with 0.
 */
const [data = '', how = '', runId = '', at = ''] = process.argv.slice(2);
let left = Number(at);

function killedNow(half: () => void = () => {}): void {
  left -= 1;
  if (left !== 0) return;
  half();
  process.kill(process.pid, 'SIGKILL');
}

type Any = (...args: never[]) => unknown;

/** Before each call of that function. */
function before(of: object, name: string, half: (self: unknown, args: readonly unknown[]) => void = () => {}): void {
  const own = (of as Record<string, Any>)[name] as Any;
  Object.assign(of, {
    [name](this: unknown, ...args: never[]) {
      killedNow(() => half(this, args));
      return own.apply(this, args);
    },
  });
}

const halfOf = (bytes: unknown) => {
  const all = Buffer.from(bytes as Buffer);
  return all.subarray(0, all.length >> 1);
};
for (const name of ['mkdir', 'rename', 'link', 'unlink']) before(promises, name);
before(promises, 'rm', (_self, [path]) => {
  const [first] =
    fs.existsSync(String(path)) && fs.statSync(String(path)).isDirectory() ? fs.readdirSync(String(path)) : [];
  if (first !== undefined) fs.rmSync(join(String(path), first), { recursive: true });
});
before(fs, 'write', (_self, [fd, bytes]) => void writeSync(Number(fd), halfOf(bytes)));
const handle = await promises.open('/dev/null', 'r');
const prototype = Object.getPrototypeOf(handle) as object;
await handle.close();
for (const name of ['write', 'writeFile', 'appendFile'])
  before(prototype, name, (self, [bytes]) => void writeSync((self as { fd: number }).fd, halfOf(bytes)));
for (const name of ['sync', 'datasync']) before(prototype, name);
syncBuiltinESMExports();

const done = await retireRuns({
  ...{ data, runIds: [runId], how: how === 'archive' ? 'archive' : 'remove', by: 'Li', reason: 'old', onScreen: null },
  ...{ language: 'en', print: null, identity: null, clock: systemClock },
});
process.exitCode = done.ok ? 0 : 1;
