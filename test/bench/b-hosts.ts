import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Hosts } from '../../electron/engine/ports.ts';
import { hostsKit, planHost, run } from '../helpers/hosts-kit.ts';
import {
  freePort,
  type Home,
  type KeyPair,
  makeHome,
  makeKey,
  makeUser,
  type Sshd,
  startSshd,
  tempFolder,
} from '../helpers/sshd.ts';
import type { Bench, Figure } from './bench.ts';

const hostCount = 100;
/** sshd's own limit of ListenAddress lines. */
const addressesPerServer = 16;
const rounds = 2;
const widths = [8, 16, 100];
const command = 'echo ok';
const coldGoal = 0.75;
const heldGoal = 0.1;

interface Fleet {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly home: Home;
  close(): Promise<void>;
}

/** A hundred loopback addresses, a few sshd processes, one key, everything known: the same for both sides. */
async function startFleet(): Promise<Fleet> {
  const folder = tempFolder('bench-b');
  const key = makeKey(join(folder, 'key'));
  const addresses = Array.from({ length: hostCount }, (_, index) => `127.0.1.${index + 1}`);
  const port = await freePort('127.0.1.1');
  // An account of its own, so that nobody's shell start-up files are what is measured.
  const user = makeUser();
  const servers: Sshd[] = [];
  for (let first = 0; first < hostCount; first += addressesPerServer) {
    const part = addresses.slice(first, first + addressesPerServer);
    servers.push(await startSshd({ addresses: part, port, authorized: [key.publicLine], config: ['LogLevel ERROR'] }));
  }
  return {
    addresses,
    port,
    home: homeFor(servers, port, key, user.name),
    close: () => closeFleet(servers, folder).finally(user.close),
  };
}

function homeFor(servers: readonly Sshd[], port: number, key: KeyPair, user: string): Home {
  const home = makeHome({ keys: { id_ed25519: key }, knownHosts: servers.map((server) => server.knownHosts).join('') });
  const config = [
    'Host *',
    `  Port ${port}`,
    `  User ${user}`,
    `  IdentityFile ${home.ssh}/id_ed25519`,
    `  UserKnownHostsFile ${home.ssh}/known_hosts`,
    '  StrictHostKeyChecking yes',
  ];
  writeFileSync(join(home.ssh, 'config'), `${config.join('\n')}\n`);
  return home;
}

async function closeFleet(servers: readonly Sshd[], folder: string): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

async function parallelSsh(fleet: Fleet, width: number): Promise<void> {
  const list = join(fleet.home.path, 'hosts');
  writeFileSync(list, `${fleet.addresses.join('\n')}\n`);
  const words = ['-h', list, '-p', String(width), '-t', '120', '-i', '-x', `-F ${fleet.home.ssh}/config`, command];
  const { stdout } = await promisify(execFile)('parallel-ssh', words, { maxBuffer: 16 * 1024 * 1024 });
  const succeeded = stdout.split('[SUCCESS]').length - 1;
  if (succeeded !== hostCount) throw new Error(`parallel-ssh reached ${succeeded} of ${hostCount} hosts`);
}

async function onEvery(hosts: Hosts): Promise<void> {
  const names = Array.from({ length: hostCount }, (_, index) => `h${index + 1}`);
  const ran = await Promise.all(names.map((name) => run(hosts, name, command)));
  const good = ran.filter(({ end, stdout }) => end.type === 'exit' && end.code === 0 && stdout.toString() === 'ok\n');
  if (good.length !== hostCount) throw new Error(`we reached ${good.length} of ${hostCount} hosts`);
}

interface Times {
  readonly cold: number;
  readonly held: number;
  /** parallel-ssh's seconds by its width. */
  readonly beside: ReadonlyMap<number, number>;
}

/** Best of the rounds on each side, taken in turns, so that a busy moment hits both. */
async function measure(): Promise<Times> {
  const fleet = await startFleet();
  const cold: number[] = [];
  const held: number[] = [];
  const beside = new Map<number, number>();
  try {
    for (let round = 0; round < rounds; round++) {
      const planned = fleet.addresses.map((address, index) => planHost(`h${index + 1}`, { address }));
      const { hosts } = hostsKit({ home: fleet.home.path, hosts: planned });
      cold.push(await secondsOf(() => onEvery(hosts)));
      held.push(await secondsOf(() => onEvery(hosts)));
      await hosts.close();
      for (const width of widths) {
        const seconds = await secondsOf(() => parallelSsh(fleet, width));
        beside.set(width, Math.min(seconds, beside.get(width) ?? Number.POSITIVE_INFINITY));
      }
    }
  } finally {
    await fleet.close();
    fleet.home.close();
  }
  return { cold: Math.min(...cold), held: Math.min(...held), beside };
}

let measured: Promise<Times> | null = null;

async function figure(pick: 'cold' | 'held', goal: number): Promise<Figure> {
  measured ??= measure();
  const times = await measured;
  const best = Math.min(...times.beside.values());
  const ratio = times[pick] / best;
  const others = [...times.beside].map(([width, seconds]) => `-p ${width}: ${seconds.toFixed(2)} s`).join(', ');
  const detail = `${times[pick].toFixed(2)} s on ${hostCount} hosts; parallel-ssh ${others} (best of ${rounds} rounds)`;
  return { ratio, holds: ratio <= goal, detail };
}

/** One command on a hundred hosts, nothing connected yet, against parallel-ssh at its best width. */
export const hostsCold: Bench = {
  name: 'b-hosts-cold',
  goal: `<= ${coldGoal}`,
  run: () => figure('cold', coldGoal),
};

/** The same command once more over the connections that are held anyway. */
export const hostsHeld: Bench = {
  name: 'b-hosts-held',
  goal: `<= ${heldGoal}`,
  run: () => figure('held', heldGoal),
};
