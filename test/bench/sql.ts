import { execFileSync, spawn } from 'node:child_process';
import { openSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import { type MariaDb, startMariaDb } from '../helpers/mariadb.ts';
import { planDatabase, type SqlGround, sqlEngine, sqlGround, sqlOutcome, sqlStep } from '../helpers/sql-kit.ts';
import { freePort, tempFolder } from '../helpers/sshd.ts';
import type { Bench, Figure } from './bench.ts';

const rows = 100_000;
const rounds = 3;
const goal = 1.5;

/** One statement a row, as most hand-written and exported scripts have it. */
function scriptOf(count: number): string {
  const lines: string[] = [];
  for (let id = 1; id <= count; id += 1) {
    lines.push(
      `INSERT INTO orders (id, customer, note, amount) VALUES (${id}, 'customer ${id % 977}', 'it''s order ${id}; 备注', ${id % 1000}.50);`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The mysql client through `ssh -L`: the way by hand, in one transaction as well, so that both do the same work. */
async function startTunnel(ground: SqlGround, maria: MariaDb): Promise<{ readonly port: number; close(): void }> {
  const port = await freePort();
  const words = [
    ...['-N', '-F', '/dev/null', '-i', join(ground.home.ssh, 'id_ed25519'), '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', `UserKnownHostsFile=${join(ground.home.ssh, 'known_hosts')}`, '-o', 'ExitOnForwardFailure=yes'],
    ...['-L', `127.0.0.1:${port}:${maria.address}:${maria.port}`, '-p', String(ground.sshd.port), '127.0.0.1'],
  ];
  const child = spawn('ssh', words, { stdio: 'ignore' });
  for (let tries = 0; tries < 200 && !(await listens(port)); tries += 1)
    await new Promise((wake) => setTimeout(wake, 50));
  return { port, close: () => void child.kill() };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function withClient(maria: MariaDb, port: number, file: string): number {
  const began = performance.now();
  execFileSync(
    'mariadb',
    [
      '--no-defaults',
      '-h',
      '127.0.0.1',
      '-P',
      String(port),
      `-u${maria.user}`,
      '--default-character-set=utf8mb4',
      maria.schema,
    ],
    { stdio: [openSync(file, 'r'), 'ignore', 'inherit'], env: { ...process.env, MYSQL_PWD: maria.password } },
  );
  return performance.now() - began;
}

/** The whole step as a release runs it: frozen file hashed again, looked through, journal, recording, result. */
async function withStep(ground: SqlGround, maria: MariaDb, script: string): Promise<number> {
  const data = tempFolder('bench-sql-data');
  const engine = await sqlEngine({
    ground,
    data,
    database: planDatabase('mysql', maria),
    password: maria.password,
    scripts: { 'sql/1.sql': script },
    step: sqlStep('mysql'),
  });
  // The other side's tunnel stands as well.
  await engine.run.hosts.connect('app1');
  const began = performance.now();
  await engine.runStep('schema', [DESK]);
  const took = performance.now() - began;
  const { attempt } = sqlOutcome(engine);
  await engine.run.close('ended');
  rmSync(data, { recursive: true, force: true });
  if (attempt.verdict !== 'passed') throw new Error(JSON.stringify(attempt.failure));
  return took;
}

function emptyTable(maria: MariaDb): void {
  maria.sql(
    'DROP TABLE IF EXISTS orders; CREATE TABLE orders (id INT PRIMARY KEY, customer VARCHAR(40), note VARCHAR(60), amount DECIMAL(10,2)) ENGINE=InnoDB',
  );
}

function checkRows(maria: MariaDb): void {
  const found = maria.sql('SELECT COUNT(*) FROM orders').trim();
  if (found !== String(rows)) throw new Error(`${found} of ${rows} rows arrived`);
}

async function measure(): Promise<Figure> {
  const folder = tempFolder('bench-sql');
  const [maria, ground] = await Promise.all([startMariaDb(), sqlGround()]);
  const tunnel = await startTunnel(ground, maria);
  const script = scriptOf(rows);
  const file = join(folder, 'client.sql');
  writeFileSync(file, `SET autocommit=0;\n${script}COMMIT;\n`);
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      emptyTable(maria);
      theirs.push(withClient(maria, tunnel.port, file));
      checkRows(maria);
      emptyTable(maria);
      ours.push(await withStep(ground, maria, script));
      checkRows(maria);
    }
  } finally {
    tunnel.close();
    await ground.close();
    await maria.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const [best, beside] = [Math.min(...ours), Math.min(...theirs)];
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  return {
    ratio: best / beside,
    holds: best / beside <= goal,
    detail: `${rows} rows in ${seconds(best)}; mysql client through ssh -L ${seconds(beside)} (best of ${rounds} rounds)`,
  };
}

/** A script of a hundred thousand rows, each a statement, against the mysql client through the same SSH server. */
export const sqlScript: Bench = { name: 'sql', goal: `<= ${goal}`, run: measure };
