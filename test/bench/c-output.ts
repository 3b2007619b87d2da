import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHosts } from '../../electron/engine/hosts/index.ts';
import { createOutputStore } from '../../electron/engine/output/output-store.ts';
import { createOutputFeed } from '../../electron/ipc/output-feed.ts';
import { memorySecrets, planHost, realClock } from '../helpers/hosts-kit.ts';
import { makeHome, makeKey, startSshd } from '../helpers/sshd.ts';
import { type Bench, median } from './bench.ts';

const MEGABYTES = 300;
const goal = 2.0;
const memoryGoal = 300;
const rounds = 3;

/** A server log of the size asked for; no two blocks are alike. */
function writeLog(path: string): void {
  const file = openSync(path, 'w');
  for (let bytes = 0, block = 0; bytes < MEGABYTES * 1_000_000; block += 1) {
    const lines = Array.from({ length: 8_000 }, (_, n) => {
      const order = Math.imul(block * 8_000 + n, 2_654_435_761) >>> 0;
      return `2026-11-20 22:04:${n % 60},${block} INFO  [http-nio-8080-exec-${n % 37}] trade.OrderService - order ${order} "accepted" in ${n % 91} ms\n`;
    });
    bytes += writeSync(file, lines.join(''));
  }
  closeSync(file);
}

interface Round {
  readonly ms: number;
  readonly peakMegabytes: number;
  readonly shown: number;
}

/** 300 MB of a host's output recorded, hashed and on screen against `ssh host cat > file`. */
export const output: Bench = {
  name: 'c-output',
  goal: `<= ${goal.toFixed(1)}, memory < ${memoryGoal} MB`,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-c-'));
    const key = makeKey(join(folder, 'id_ed25519'));
    const sshd = await startSshd({ authorized: [key.publicLine] });
    const home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
    const log = join(folder, 'server.log');
    writeLog(log);
    try {
      const ssh: number[] = [];
      const ours: Round[] = [];
      for (let round = 0; round < rounds; round += 1) {
        ssh.push(await plainSsh(sshd, home.ssh, log, folder));
        ours.push(await throughEngine(sshd, home.path, log, folder, round));
      }
      const oursMs = median(ours.map(({ ms }) => ms));
      const ratio = oursMs / median(ssh);
      const peak = Math.max(...ours.map(({ peakMegabytes }) => peakMegabytes));
      const shown = Math.min(...ours.map(({ shown: characters }) => characters));
      return {
        ratio,
        holds: ratio <= goal && peak < memoryGoal && shown > 0,
        detail: `${MEGABYTES} MB in ${oursMs.toFixed(0)} ms, ssh ${median(ssh).toFixed(0)} ms; peak ${peak.toFixed(0)} MB resident`,
      };
    } finally {
      await sshd.close();
      home.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

type Server = Awaited<ReturnType<typeof startSshd>>;

async function plainSsh(sshd: Server, ssh: string, log: string, folder: string): Promise<number> {
  const target = join(folder, 'copy.log');
  const file = openSync(target, 'w');
  const options = [
    '-F',
    '/dev/null',
    '-i',
    join(ssh, 'id_ed25519'),
    '-o',
    `UserKnownHostsFile=${join(ssh, 'known_hosts')}`,
  ];
  const began = performance.now();
  const child = spawn('ssh', [...options, '-p', String(sshd.port), `${sshd.user}@${sshd.address}`, `cat ${log}`], {
    stdio: ['ignore', file, 'pipe'],
  });
  let problem = '';
  child.stderr?.on('data', (text: Buffer) => {
    problem += text.toString();
  });
  const [code] = await once(child, 'exit');
  const ms = performance.now() - began;
  closeSync(file);
  if (code !== 0 || statSync(target).size !== statSync(log).size)
    throw new Error(`ssh did not copy: ${code} ${problem}`);
  rmSync(target);
  return ms;
}

async function throughEngine(sshd: Server, home: string, log: string, folder: string, round: number): Promise<Round> {
  globalThis.gc?.();
  const secrets = memorySecrets();
  secrets.remember('db', 'a-password-of-21-bytes');
  const hosts = createHosts({
    home,
    data: join(folder, 'data'),
    hosts: [planHost('one', { address: sshd.address, port: sshd.port, user: sshd.user })],
    prompter: { ask: async () => null },
    secrets,
    clock: realClock,
    env: {},
  });
  let shown = 0;
  const feed = createOutputFeed((name, payload) => {
    if (name !== 'run:output' || payload === null || !('data' in payload)) return;
    shown += payload.data.length;
    // A screen that takes in everything it is given.
    feed.shown(payload.data.length);
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  try {
    const began = performance.now();
    const store = createOutputStore({ folder: join(folder, `run-${round}`), clock: realClock, secrets, tap: feed.tap });
    const sink = await store.open('a1', 'cat');
    const exec = await hosts.exec('one', {
      sent: `cat ${log}`,
      stdin: null,
      pty: false,
      onOutput: (stream, chunk) => sink.write(stream, chunk),
    });
    if (!exec.ok) throw new Error(`no connection: ${exec.failure.code} ${exec.failure.cause}`);
    const end = await exec.value.ended;
    const seal = await sink.seal(end.type === 'exit' ? end.code : null);
    const ms = performance.now() - began;
    if (seal.bytes < statSync(log).size) throw new Error(`recorded only ${seal.bytes} bytes`);
    return { ms, peakMegabytes: peak / 1_000_000, shown };
  } finally {
    clearInterval(watch);
    feed.close();
    await hosts.close();
    rmSync(join(folder, `run-${round}`), { recursive: true, force: true });
  }
}
