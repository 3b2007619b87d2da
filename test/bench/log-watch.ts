import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createHosts } from '../../electron/engine/hosts/index.ts';
import { countNewlines } from '../../electron/engine/output/capture.ts';
import { createOutputStore } from '../../electron/engine/output/output-store.ts';
import { createMatcherSource, Redactor } from '../../electron/engine/output/redactor.ts';
import { logEngine } from '../../electron/engine/steps/log.ts';
import type { StepContext } from '../../electron/engine/steps/step-runner.ts';
import { wireCommand } from '../../electron/engine/steps/wire.ts';
import { readWatchProgress } from '../../shared/logs/watch-progress.ts';
import type { LogAction } from '../../shared/steps/actions/log.ts';
import { memorySecrets, planHost, realClock } from '../helpers/hosts-kit.ts';
import { makeHome, makeKey, startSshd } from '../helpers/sshd.ts';
import type { Bench } from './bench.ts';
import { idleDelay } from './idle-delay.ts';
import { writeServerLog } from './log-lines.ts';

const HOSTS = 4;
const MEGABYTES_A_SECOND = 20;
const SECONDS = 8;
/** A screen that stands still for longer is felt; milliseconds beyond what a process that does nothing has to wait here. */
const delayGoal = 100;

/** Four hosts whose logs grow by 20 MB/s each: everything is read in time, and the event loop stays free. */
export const logWatch: Bench = {
  name: 'log-watch',
  goal: `p99 delay <= idle + ${delayGoal} ms, nothing missed`,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-watch-'));
    const key = makeKey(join(folder, 'id_ed25519'));
    const sshd = await startSshd({ authorized: [key.publicLine] });
    const home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
    const names = Array.from({ length: HOSTS }, (_, index) => `app${index + 1}`);
    const secrets = memorySecrets();
    secrets.remember('db', 'a-password-of-21-bytes');
    const hosts = createHosts({
      home: home.path,
      data: join(folder, 'data'),
      hosts: names.map((name) => planHost(name, { address: sshd.address, port: sshd.port, user: sshd.user })),
      prompter: { ask: async () => null },
      secrets,
      clock: realClock,
      env: {},
    });
    const sample = join(folder, 'sample.log');
    writeServerLog(sample, MEGABYTES_A_SECOND);
    const delay = monitorEventLoopDelay({ resolution: 10 });
    try {
      let expected = Number.POSITIVE_INFINITY;
      const ready = new Set<string>();
      const store = createOutputStore({ folder, clock: realClock, secrets, tap: () => undefined });
      const logs = names.map((name) => join(folder, `${name}.log`));
      for (const log of logs) writeFileSync(log, '');
      const watching = names.map(async (name, index) => {
        const enough = new AbortController();
        const output = await store.open(`a${index + 1}`, name);
        const context = {
          ...{ target: name, hosts, clock: realClock, output, cancelled: enough.signal },
          // It is over when the last line that was written has been read.
          progress: (_done: number, _of: number | null, label: string) => {
            const told = readWatchProgress(label);
            if (told?.state === 'watching') ready.add(name);
            if ((told?.lines ?? 0) >= expected) enough.abort();
          },
          ...{ frozen: async () => null, state: () => ({ plan: { steps: [] }, steps: [] }) },
          redactor: () => new Redactor(createMatcherSource(secrets)),
          wire: (command: Parameters<typeof wireCommand>[0]) => wireCommand(command, `bench-${index}.`, () => '', null),
        } as unknown as StepContext;
        const outcome = await logEngine.run(context, action(logs[index] ?? ''));
        await output.seal(null);
        return outcome;
      });
      while (ready.size < HOSTS) await realClock.sleep(50, new AbortController().signal);
      const before = process.cpuUsage();
      delay.enable();
      const idle = idleDelay(SECONDS);
      const began = performance.now();
      const lines = await feed(sample, logs, folder);
      const fed = (performance.now() - began) / 1_000;
      expected = lines;
      const outcomes = await Promise.all(watching);
      const took = (performance.now() - began) / 1_000;
      delay.disable();
      const { user, system } = process.cpuUsage(before);
      const read = outcomes.map(({ result }) => (result?.kind === 'log' ? result.bytes : 0));
      const whole = logs.every((log, index) => statSync(log).size === read[index]);
      const p99 = delay.percentile(99) / 1e6;
      const beside = await idle;
      const megabytes = read.reduce((sum, bytes) => sum + bytes, 0) / 1e6;
      const gaps = outcomes.some(({ result }) => result?.kind === 'log' && result.gaps.length > 0);
      return {
        ratio: Math.max(0, p99 - beside) / delayGoal,
        holds: whole && !gaps && p99 <= beside + delayGoal && took <= fed + 2,
        detail: `${megabytes.toFixed(0)} MB of ${HOSTS} hosts written in ${fed.toFixed(1)} s, read in ${took.toFixed(1)} s${whole ? ', all of it' : ', NOT ALL'}; event loop p99 ${p99.toFixed(0)} ms, longest ${(delay.max / 1e6).toFixed(0)} ms, of an idle process p99 ${beside.toFixed(0)} ms; ${(((user + system) / 1e6 / took) * 100).toFixed(0)} % of a core with SSH and recording`,
      };
    } finally {
      await hosts.close();
      await sshd.close();
      home.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function action(path: string): LogAction {
  const watch = { baseline: null, expect: [], silenceMs: null, from: { type: 'now' }, restart: null } as const;
  const forbid = [{ test: 'contains' as const, value: '==> Preparing:' }];
  return {
    kind: 'log',
    files: [path],
    sudo: null,
    watch: { ...watch, expect: [], forbid, forMs: 600_000 },
  };
}

/** Another process writes the logs, as servers do; ten pieces a second. Resolves to the lines written to each. */
async function feed(sample: string, logs: readonly string[], folder: string): Promise<number> {
  const piece = join(folder, 'piece');
  const size = (MEGABYTES_A_SECOND * 1_000_000) / 10;
  const buffer = Buffer.alloc(size);
  const file = openSync(sample, 'r');
  const length = readSync(file, buffer, 0, size, 0);
  closeSync(file);
  const whole = buffer.subarray(0, buffer.lastIndexOf(10, length - 1) + 1);
  writeFileSync(piece, whole);
  const appends = logs.map((log) => `cat '${piece}' >> '${log}'`).join('; ');
  const script = `i=0; while [ $i -lt ${SECONDS * 10} ]; do ${appends}; sleep 0.1; i=$((i+1)); done`;
  await new Promise<void>((resolve, reject) => {
    execFile('sh', ['-c', script], (error) => (error === null ? resolve() : reject(error)));
  });
  return countNewlines(whole) * SECONDS * 10;
}
