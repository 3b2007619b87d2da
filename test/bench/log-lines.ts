import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogLines } from '../../electron/engine/steps/log-lines.ts';
import { GroupTable } from '../../shared/logs/group-table.ts';
import { type Bench, median } from './bench.ts';

const MEGABYTES = 200;
const rounds = 5;
/** grep is compiled C and only counts; we also keep line numbers, put stacks together and recognise them. */
const goal = 0.05;
/** What an SSH channel delivers at once. */
const CHUNK = 32 * 1024;

const stack = (n: number): string =>
  `2026-11-20 22:04:12,${n % 1000} ERROR [exec-${n % 37}] trade.OrderService - order ${n} not saved\njava.lang.IllegalStateException: pool ${n} exhausted\n${`\tat com.foo.Layer${n % 3}.call(Layer.java:12)\n`.repeat(25)}Caused by: java.sql.SQLException: timeout after ${n} ms\n\tat com.zaxxer.hikari.HikariPool.get(HikariPool.java:128)\n\t... 24 more\n`;

/** A server log of ordinary lines, with a stack trace of 30 lines in every thousand; no two blocks are alike. */
export function writeServerLog(path: string, megabytes: number): void {
  const file = openSync(path, 'w');
  for (let bytes = 0, block = 0; bytes < megabytes * 1_000_000; block += 1) {
    const lines = Array.from({ length: 970 }, (_, n) => {
      const order = Math.imul(block * 970 + n, 2_654_435_761) >>> 0;
      return `2026-11-20 22:04:${n % 60},${block % 1000} INFO  [http-nio-8080-exec-${n % 37}] trade.OrderService - order ${order} "accepted" in ${n % 91} ms\n`;
    });
    bytes += writeSync(file, lines.join('') + stack(block));
  }
  closeSync(file);
}

/** Lines a CPU second of grouping against `grep -c` for the same words over the same file. */
export const logLines: Bench = {
  name: 'log-lines',
  goal: `>= ${goal} of grep -c`,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-log-'));
    const path = join(folder, 'server.log');
    try {
      writeServerLog(path, MEGABYTES);
      const bytes = readFileSync(path);
      const ours: number[] = [];
      const greps: number[] = [];
      let lines = 0;
      for (let round = 0; round < rounds; round += 1) {
        const before = process.cpuUsage();
        lines = group(bytes);
        const { user, system } = process.cpuUsage(before);
        ours.push(lines / ((user + system) / 1e6));
        greps.push(lines / grepSeconds(path));
      }
      const ratio = median(ours) / median(greps);
      const rate = (median(ours) * statSync(path).size) / lines / 1e6;
      return {
        ratio,
        holds: ratio >= goal,
        detail: `${thousands(median(ours))} lines a CPU second (${rate.toFixed(0)} MB), grep ${thousands(median(greps))}; 4 hosts at 20 MB/s take ${(8_000 / rate).toFixed(0)} % of a core`,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function thousands(value: number): string {
  return `${(value / 1_000).toFixed(0)}k`;
}

/** As a watch does it, without the disk; throws when it did not find what is there. */
function group(bytes: Buffer): number {
  const groups = new GroupTable(2_000, () => null);
  const log = new LogLines(
    ['server.log'],
    [],
    (event, path) => groups.add(event, path),
    () => undefined,
  );
  for (let at = 0; at < bytes.length; at += CHUNK) log.write(0, bytes.subarray(at, at + CHUNK));
  log.close(0);
  const { count = 0 } = groups.list()[0] ?? {};
  if (groups.kinds !== 3 || count * 3 < groups.events - 3)
    throw new Error(`grouped ${groups.events} into ${groups.kinds}`);
  return log.lines;
}

/** User and system time of grep, by the shell's own clock for its children. Without `cat` it would see /dev/null and stop. */
function grepSeconds(path: string): number {
  const words = 'Exception|Error|ERROR|SEVERE|FATAL';
  const timed = `grep -cE '${words}' '${path}' | cat >/dev/null; times`;
  const { stdout } = spawnSync('bash', ['-c', timed], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  const children = stdout.trim().split('\n')[1] ?? '';
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
  if (!(seconds > 0)) throw new Error(`grep took no time: ${stdout}`);
  return seconds;
}
