import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chownTo, serverAccount, stopServer } from './server-account.ts';
import { freePort, tempFolder } from './sshd.ts';

/** A real MariaDB server on loopback with data of its own. */
export interface MariaDb {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Name of an empty schema to work in. */
  readonly schema: string;
  /** Runs SQL with the real client as root and gives what it prints: no headings, tabs between columns. */
  sql(text: string): string;
  /** Ends the server without a word. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Starts `mariadbd` as an account that is not root, and waits until it answers. `options` go to the server. */
export async function startMariaDb(options: readonly string[] = []): Promise<MariaDb> {
  const folder = tempFolder('mariadb');
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  mkdirSync(data);
  const account = serverAccount();
  chownTo(account, folder, data);
  const owner = account === null ? {} : account;
  execFileSync(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { ...owner, stdio: 'ignore' },
  );
  const port = await freePort();
  const words = [
    ...['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${join(folder, 'pid')}`],
    ...[`--port=${port}`, '--bind-address=127.0.0.1', '--skip-name-resolve', '--innodb-buffer-pool-size=64M'],
    ...['--innodb-log-file-size=64M', '--performance-schema=OFF', ...options],
  ];
  const child = spawn('mariadbd', words, { ...owner, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`mariadbd did not start: ${log}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-20_000);
      if (/ready for connections/.test(log)) resolve();
    });
  });
  const sql = (text: string): string =>
    execFileSync('mariadb', ['--no-defaults', '-uroot', `--socket=${socket}`, '-N', '-B'], {
      input: text,
      encoding: 'utf8',
    });
  const [user, password, schema] = ['release', "pass'word 42", 'trade'];
  sql(
    `CREATE DATABASE ${schema} CHARACTER SET utf8mb4; CREATE USER '${user}'@'%' IDENTIFIED BY 'pass''word 42'; GRANT ALL ON *.* TO '${user}'@'%';`,
  );
  return {
    address: '127.0.0.1',
    port,
    user,
    password,
    schema,
    sql: (text) => sql(`use ${schema};\n${text}`),
    kill: () => stopServer(child, 'SIGKILL'),
    close: async () => {
      await stopServer(child, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
