import { readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { npm, Stop, say } from './run.mjs';

/** Refuses a Node that is too old, in words. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Stop(`Countersign needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org`);
}

function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(inRoot(path), 'utf8')).packages;
  } catch {
    return null;
  }
}

/** True when what npm says it installed is what the lock file asks for (packages for other systems aside). */
function upToDate() {
  const wanted = lockedPackages('package-lock.json');
  const installed = lockedPackages('node_modules/.package-lock.json');
  if (wanted === null || installed === null) return false;
  const same = ([path, entry]) => wanted[path]?.version === entry.version;
  const there = ([path, entry]) => path === '' || entry.optional || entry.peer || path in installed;
  return Object.entries(installed).every(same) && Object.entries(wanted).every(there);
}

/** Installs the exact packages of package-lock.json unless they are there already. */
export function ensureDependencies() {
  if (upToDate()) return;
  say('Installing the packages of package-lock.json (npm ci) …');
  const result = npm(['ci', '--no-fund', '--no-audit', '--loglevel=error']);
  if (result.status !== 0) {
    throw new Stop('npm ci failed; see above. Is the npm registry reachable (npm ping)?');
  }
}
