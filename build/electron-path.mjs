/** Prints the path of the Electron executable, fetching it first where needed: `node build/electron-path.mjs`. */
import { checkNode, ensureDependencies } from './machine/dependencies.mjs';
import { ensureElectron } from './machine/electron.mjs';
import { ensurePackages, startPackages } from './machine/packages.mjs';
import { main } from './machine/run.mjs';

await main(async () => {
  checkNode();
  ensureDependencies();
  const electron = await ensureElectron();
  ensurePackages(startPackages, electron.path);
  process.stdout.write(`${electron.path}\n`);
});
