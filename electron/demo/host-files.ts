import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import get from './host/get.pl?raw';
import server from './host/server.pl?raw';
import sha256 from './host/sha256.sh?raw';
import trade from './host/trade.sh?raw';

/** The version that runs when the demo opens, and the one that the checklist brings. */
export const OLD_VERSION = '3.3.2';
export const NEW_VERSION = '3.4.0';

/** What stands for a war: a readable manifest and some ballast. The same bytes every time, so that its sha256 can be written in the checklist. */
export function warFile(version: string): string {
  const manifest = [
    'Manifest-Version: 1.0',
    'Implementation-Title: trade',
    `Implementation-Version: ${version}`,
    'Build-Profile: production',
    '',
  ];
  const classes = Array.from({ length: 400 }, (_, index) => `WEB-INF/classes/com/example/trade/Part${index}.class`);
  return [...manifest, ...classes, ''].join('\n');
}

const knownExceptions = [
  'javax.naming.NameNotFoundException: Name [jdbc/report] is not bound in this Context',
  'java.net.ConnectException: Connection refused (quote-cache.local:11211)',
];

function properties(httpPort: number): string {
  return [
    '# Checked three times: after editing, before the release, after it.',
    `http.port=${httpPort}`,
    'db.url=jdbc:mysql://db.trade.example:3306/trade',
    'sql.debug=false',
    'h5.enabled=true',
    'flex.enabled=true',
    '',
  ].join('\n');
}

const script = `-- Orders written by 3.4.0 carry the channel they came through.
ALTER TABLE orders ADD COLUMN channel VARCHAR(8) NOT NULL DEFAULT '';
UPDATE orders SET channel = 'h5' WHERE channel = '';
`;

/** Order number, amount, channel (empty before the script has run). */
function orders(): string {
  return Array.from({ length: 48 }, (_, index) => `${20260001 + index},${(index * 37) % 900},\n`).join('');
}

/** Lays out one demo host in its own folder, which becomes HOME of everything that runs there. */
export async function writeHostFiles(folder: string, httpPort: number): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    'bin/trade': trade,
    'bin/sha256': sha256,
    'bin/server.pl': server,
    'bin/get.pl': get,
    'conf/app.properties': properties(httpPort),
    'conf/known-exceptions.txt': `${knownExceptions.join('\n')}\n`,
    'db/orders.csv': orders(),
    'db/applied.sql': '-- applied 3.3.2-index.sql\n',
    'sql/3.4.0-channel.sql': script,
    'incoming/trade-3.4.0.war': warFile(NEW_VERSION),
    'webapps/trade.war': warFile(OLD_VERSION),
    'logs/catalina.out': '',
    'run/README': 'Process ids of this host.\n',
  };
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(join(target, '..'), { recursive: true, mode: 0o700 });
    await writeFile(target, content, { mode: 0o600 });
  }
  await chmod(join(folder, 'bin/trade'), 0o700);
  await chmod(join(folder, 'bin/sha256'), 0o700);
}
