import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { runCli } from '../../electron/cli/run-cli.ts';

/**
 * The real command line in a process of its own that can be killed at an exact journal record.
 * `CRASH=<n>:<part>`: while record n (from 0) is being written, after a `torn` half of its line, or `after` the whole
 * of it is on disk but before anybody was told.
 */
type Part = 'torn' | 'after';

async function crashAt(record: number, part: Part): Promise<void> {
  const handle = await open('/dev/null', 'r');
  const prototype = Object.getPrototypeOf(handle) as { write: (...args: unknown[]) => Promise<unknown> };
  await handle.close();
  const write = prototype.write;
  let seen = 0;
  prototype.write = function (this: { fd: number }, ...args: unknown[]) {
    const [bytes] = args;
    if (!Buffer.isBuffer(bytes) || !bytes.subarray(0, 9).equals(Buffer.from('{"actor":')))
      return write.apply(this, args);
    const lines = bytes.toString('utf8').split('\n').slice(0, -1);
    const index = record - seen;
    seen += lines.length;
    if (index < 0 || index >= lines.length) return write.apply(this, args);
    const whole = lines.slice(0, index).map((line) => `${line}\n`);
    const line = `${lines[index]}\n`;
    const kept = part === 'torn' ? line.slice(0, line.length >> 1) : line;
    writeSync(this.fd, whole.join('') + kept);
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  };
}

const [record, part] = (process.env['CRASH'] ?? '').split(':');
if (record && part) await crashAt(Number(record), part as Part);
process.exitCode = await runCli(process.argv.slice(2), {
  stdout: (text) => void writeSync(1, text),
  stderr: (text) => void writeSync(2, text),
  env: process.env,
  cwd: process.cwd(),
});
