import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Engine } from '../helpers/engine-kit.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';
import { writtenPlan } from '../helpers/written-plan.ts';
import type { Bench, Figure } from './bench.ts';

const megabytes = 200;
const rounds = 3;
const goal = 1.3;

interface Ground {
  readonly folder: string;
  readonly file: string;
  readonly sha256: string;
  readonly sshd: Sshd;
  readonly home: Home;
  close(): Promise<void>;
}

async function layGround(): Promise<Ground> {
  const folder = tempFolder('bench-upload');
  const key = makeKey(join(folder, 'key'));
  const file = join(folder, 'file');
  // Random bytes: nothing on the way can make them smaller.
  const content = randomBytes(megabytes * 1024 * 1024);
  writeFileSync(file, content);
  mkdirSync(join(folder, 'host'));
  const sshd = await startSshd({
    authorized: [key.publicLine],
    config: ['Subsystem sftp internal-sftp', 'LogLevel ERROR'],
  });
  const home = makeHome({ keys: { id_ed25519: key }, knownHosts: sshd.knownHosts });
  return {
    folder,
    file,
    sha256: createHash('sha256').update(content).digest('hex'),
    sshd,
    home,
    close: async () => {
      await sshd.close();
      home.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Seconds of OpenSSH's own client for the same file to the same server, brought to the disk as ours is. */
async function besideOnce({ folder, file, sshd, home }: Ground): Promise<number> {
  const to = join(folder, 'host', 'beside');
  rmSync(to, { force: true });
  writeFileSync(join(folder, 'batch'), `put -f ${file} ${to}\n`);
  const options = [
    ...['-o', `IdentityFile=${home.ssh}/id_ed25519`, '-o', `UserKnownHostsFile=${home.ssh}/known_hosts`],
    ...['-o', 'StrictHostKeyChecking=yes', '-F', 'none', '-P', String(sshd.port), '-b', join(folder, 'batch')],
  ];
  const began = performance.now();
  await promisify(execFile)('sftp', [...options, `${sshd.user}@${sshd.address}`]);
  const seconds = (performance.now() - began) / 1_000;
  if (!readFileSync(to).equals(readFileSync(file))) throw new Error('sftp sent something else');
  return seconds;
}

/** Seconds of the whole step on a held connection: hashed here, sent, hashed there, moved, hashed again. */
async function oursOnce(ground: Ground, round: number): Promise<number> {
  const to = join(ground.folder, 'host', 'ours');
  rmSync(to, { force: true });
  const steps = `
      - { id: warm, title: Connect, on: app1, run: "true" }
      - { id: upload, title: Upload, on: app1, upload: { from: file, to: ${to}, sha256: "${ground.sha256}" } }`;
  const plan = writtenPlan(steps, ground.sshd);
  const data = join(ground.folder, `data-${round}`);
  const source = join(ground.folder, 'release.yaml');
  const engine = await Engine.create({ plan, data, home: ground.home.path, source });
  try {
    await engine.runStep('warm');
    const began = performance.now();
    await engine.runStep('upload');
    const seconds = (performance.now() - began) / 1_000;
    const attempt = engine.lastAttempt('upload');
    if (attempt.verdict !== 'passed') throw new Error(`the upload ended ${JSON.stringify(attempt.failure)}`);
    return seconds;
  } finally {
    await engine.run.close('left');
  }
}

async function measure(): Promise<Figure> {
  const ground = await layGround();
  const ours: number[] = [];
  const beside: number[] = [];
  try {
    // In turns, so that a busy moment hits both.
    for (let round = 0; round < rounds; round++) {
      ours.push(await oursOnce(ground, round));
      beside.push(await besideOnce(ground));
    }
  } finally {
    await ground.close();
  }
  const [mine, theirs] = [Math.min(...ours), Math.min(...beside)];
  const ratio = mine / theirs;
  const all = (seconds: readonly number[]): string => seconds.map((one) => one.toFixed(2)).join(' ');
  return {
    ratio,
    holds: ratio <= goal,
    detail: `whole step ${mine.toFixed(2)} s (${all(ours)}), sftp put -f ${theirs.toFixed(2)} s (${all(beside)}), ${megabytes} MB, best of ${rounds}`,
  };
}

/** The whole upload step, hashes included, against `sftp` sending the same file. */
export const upload: Bench = { name: 'upload', goal: `<= ${goal}`, run: measure };
