/**
 * Makes a fresh clone ready, and does nothing where it is: packages, an Electron to run on, system packages.
 * `node build/setup.mjs` prepares for starting, `--test` for testing as well.
 */
import { fileURLToPath } from 'node:url';
import { checkNode, ensureDependencies } from './machine/dependencies.mjs';
import { electronEnvironment, ensureElectron } from './machine/electron.mjs';
import { ensurePackages, startPackages, testPackages } from './machine/packages.mjs';
import { main } from './machine/run.mjs';

/** Prepares this machine; gives the runtime found and puts it into our environment for all children. */
export async function setup({ forTests = false } = {}) {
  checkNode();
  ensureDependencies();
  const electron = await ensureElectron();
  ensurePackages(forTests ? testPackages : startPackages, electron.path);
  Object.assign(process.env, electronEnvironment(electron));
  return electron;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setup({ forTests: process.argv.includes('--test') });
  });
}
