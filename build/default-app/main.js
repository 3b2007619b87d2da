/**
 * What the development runtime starts first, in place of Electron's own default app: it opens the app in the folder
 * given on the command line. Top-level await keeps `ready` back until the app's main file has been loaded. As there,
 * `-r FILE` loads a file of the caller's before it: a test tool can then hold `ready` back until it has attached.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const at = process.argv.indexOf('-r');
if (at > 0) {
  const [, file] = process.argv.splice(at, 2);
  createRequire(import.meta.url)(resolve(file));
}

const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (folder === undefined) {
  process.stderr.write('Usage: electron [-r FILE] FOLDER (this is the development runtime of Countersign)\n');
  app.exit(2);
} else {
  const appPath = resolve(folder);
  const about = JSON.parse(readFileSync(join(appPath, 'package.json'), 'utf8'));
  app.setName(about.productName ?? about.name);
  app.setVersion(about.version);
  app.setAppPath(appPath);
  try {
    await import(pathToFileURL(join(appPath, about.main)).href);
  } catch (error) {
    process.stderr.write(`${error?.stack ?? error}\n`);
    app.exit(1);
  }
}
