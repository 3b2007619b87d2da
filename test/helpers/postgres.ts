import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chownTo, serverAccount, stopServer } from './server-account.ts';
import { freePort, tempFolder } from './sshd.ts';

const versions = '/usr/lib/postgresql';

/** A real PostgreSQL server on loopback with data of its own. */
export interface Postgres {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Name of an empty database to work in. */
  readonly schema: string;
  /** Runs SQL with the real client as the superuser and gives what it prints: no headings, tabs between columns. */
  sql(text: string): string;
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Starts `postgres` as an account that is not root (it refuses root), and waits until it answers. */
export async function startPostgres(options: readonly string[] = []): Promise<Postgres> {
  const folder = tempFolder('postgres');
  const data = join(folder, 'data');
  const account = serverAccount();
  const owner = account === null ? {} : account;
  writeFileSync(join(folder, 'password'), 'super secret\n');
  chownTo(account, folder, join(folder, 'password'));
  const bin = join(versions, readdirSync(versions).sort().at(-1) ?? '', 'bin');
  execFileSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${join(folder, 'password')}`,
      '-E',
      'UTF8',
      '--no-sync',
    ],
    { ...owner, cwd: folder, stdio: 'ignore' },
  );
  const port = await freePort();
  const settings = [`port=${port}`, `unix_socket_directories=${folder}`, 'listen_addresses=127.0.0.1', ...options];
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`postgres did not start: ${log}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-20_000);
      if (/ready to accept connections/.test(log)) resolve();
    });
  });
  const client = (database: string, text: string): string =>
    execFileSync(
      'psql',
      [
        '-X',
        '-q',
        '-v',
        'ON_ERROR_STOP=1',
        '-At',
        '-F',
        '\t',
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-U',
        'postgres',
        database,
      ],
      { input: text, encoding: 'utf8', env: { ...process.env, PGPASSWORD: 'super secret' } },
    );
  const [user, password, schema] = ['release', "pass'word 42", 'trade'];
  client('postgres', `CREATE ROLE ${user} LOGIN PASSWORD 'pass''word 42'; CREATE DATABASE ${schema} OWNER ${user};`);
  return {
    address: '127.0.0.1',
    port,
    user,
    password,
    schema,
    sql: (text) => client(schema, text),
    kill: () => stopServer(child, 'SIGKILL'),
    close: async () => {
      // SIGINT is PostgreSQL's fast shutdown: it waits for nobody.
      await stopServer(child, 'SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
