import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, root } from './paths.mjs';
import { Stop } from './run.mjs';
import { buildVerifier } from './verifier.mjs';

/** What each wing of the bundle is made from. */
const sources = {
  main: ['electron', 'shared', 'electron.vite.config.ts', 'package-lock.json'],
  preload: ['electron/preload.ts', 'shared', 'electron.vite.config.ts', 'package-lock.json'],
  renderer: ['renderer', 'shared', 'electron.vite.config.ts', 'package-lock.json'],
  verify: ['electron', 'shared', 'build/machine/verifier.mjs', 'package.json', 'package-lock.json'],
};

function files(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [`${path} ${stat.mtimeMs} ${stat.size}`];
  return readdirSync(path)
    .sort()
    .flatMap((name) => files(join(path, name)));
}

/** Changes whenever a file of the wing is changed, added or removed. */
function fingerprint(wing) {
  const list = sources[wing].flatMap((path) => files(inRoot(path)));
  return createHash('sha256').update(list.join('\n')).digest('hex');
}

const stampPath = (wing) => join(root, 'out', `.${wing}`);

function isFresh(wing, print) {
  try {
    return readFileSync(stampPath(wing), 'utf8') === print;
  } catch {
    return false;
  }
}

/**
 * Brings `out/` up to date: builds those of the wings (`main` holds the app's main process and the command line,
 * `verify` the stand-alone verifier) whose sources changed since their last build. Silent but for errors.
 */
export async function ensureBundle(wings = ['main', 'preload', 'renderer', 'verify']) {
  const stale = wings.map((wing) => [wing, fingerprint(wing)]).filter(([wing, print]) => !isFresh(wing, print));
  if (stale.length === 0) return;
  process.env.NODE_ENV_ELECTRON_VITE = 'production';
  const [{ resolveConfig }, vite] = await Promise.all([import('electron-vite'), import('vite')]);
  const { config } = await resolveConfig({ root, logLevel: 'warn' }, 'build', 'production');
  for (const [wing, print] of stale) {
    rmSync(stampPath(wing), { force: true });
    try {
      await (wing === 'verify' ? buildVerifier() : vite.build(config[wing]));
    } catch (error) {
      throw new Stop(`Building ${wing} failed:\n${error?.message ?? error}`);
    }
    mkdirSync(join(root, 'out'), { recursive: true });
    writeFileSync(stampPath(wing), print);
  }
}
