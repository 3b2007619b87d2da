import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { OLD_VERSION, warFile } from './build.ts';
import get from './host/get.pl?raw';
import hostname from './host/hostname.sh?raw';
import server from './host/server.pl?raw';
import trade from './host/trade.sh?raw';
import { writeFiles } from './write-files.ts';

function properties(httpPort: number): string {
  return [
    '# Checked three times: after editing, before the release, after it.',
    `http.port=${httpPort}`,
    'db.url=jdbc:postgresql://127.0.0.1/trade',
    'db.password=not-for-the-screen',
    'sql.debug=false',
    'h5.enabled=true',
    'flex.enabled=true',
    '',
  ].join('\n');
}

/** Lays out one demo host in its own folder, which becomes HOME of everything that runs there. */
export async function writeHostFiles(folder: string, name: string, httpPort: number): Promise<void> {
  await writeFiles(folder, {
    'bin/trade': trade,
    'bin/hostname': hostname,
    'bin/server.pl': server,
    'bin/get.pl': get,
    'conf/role': `trade ${name}, one of the two that take orders\n`,
    'conf/app.properties': properties(httpPort),
    'webapps/trade.war': warFile(OLD_VERSION),
    'logs/catalina.out': '',
    'run/README': 'Process ids of this host.\n',
  });
  await chmod(join(folder, 'bin/trade'), 0o700);
  await chmod(join(folder, 'bin/hostname'), 0o700);
}
