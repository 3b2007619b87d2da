import { execFile } from 'node:child_process';

/** How long a process that does nothing has to wait for its turn on this computer: the 99th percentile in milliseconds. */
export async function idleDelay(seconds: number): Promise<number> {
  const script = `const d = require('perf_hooks').monitorEventLoopDelay({ resolution: 10 }); d.enable();
    setTimeout(() => console.log(d.percentile(99) / 1e6), ${seconds * 1_000});`;
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, ['-e', script], (error, stdout) =>
      error === null ? resolve(Number(stdout)) : reject(error),
    );
  });
}
