import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processId } from './process-id.ts';
import { freePort } from './sshd.ts';

const home = '/usr/share/tomcat10';

/** One real tomcat 10 of Debian's package with a base of its own, not started. */
export interface Tomcat {
  /** CATALINA_BASE. */
  readonly base: string;
  readonly port: number;
  /** Environment for `catalina.sh`, as shell words (`CATALINA_HOME=… CATALINA_BASE=… CATALINA_PID=…`). */
  readonly environment: string;
  /** Makes sure that nothing is left of it. */
  kill(): void;
}

/**
 * A base made by `makebase.sh` with Debian's configuration on a free port. Its shutdown port is -1 (Debian's default),
 * so `catalina.sh stop` works only with CATALINA_PID.
 */
export async function makeTomcat(base: string, page: string): Promise<Tomcat> {
  execFileSync(`${home}/bin/makebase.sh`, [base], { env: { ...process.env, CATALINA_HOME: home }, stdio: 'ignore' });
  for (const file of ['catalina.properties', 'context.xml', 'server.xml', 'tomcat-users.xml', 'web.xml']) {
    cpSync(join(home, 'etc', file), join(base, 'conf', file));
  }
  const port = await freePort();
  const server = readFileSync(join(base, 'conf/server.xml'), 'utf8').replace('port="8080"', `port="${port}"`);
  writeFileSync(join(base, 'conf/server.xml'), server);
  mkdirSync(join(base, 'webapps/ROOT'), { recursive: true });
  writeFileSync(join(base, 'webapps/ROOT/index.html'), page);
  const pidFile = join(base, 'tomcat.pid');
  return {
    base,
    port,
    environment: `CATALINA_HOME=${home} CATALINA_BASE=${base} CATALINA_PID=${pidFile}`,
    kill: () => {
      try {
        process.kill(processId(readFileSync(pidFile, 'utf8')), 'SIGKILL');
      } catch {
        // It was stopped properly, which is what the tests are about.
      }
    },
  };
}
