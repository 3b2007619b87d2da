/** `npm run -s countersign -- WORDS…`: the command line on the current sources. Prints nothing of its own on stdout. */

import { ensureBundle } from './machine/bundle.mjs';
import { checkNode, ensureDependencies } from './machine/dependencies.mjs';
import { electronEnvironment, findElectron } from './machine/electron.mjs';
import { inRoot } from './machine/paths.mjs';
import { main, run } from './machine/run.mjs';

await main(async () => {
  checkNode();
  ensureDependencies();
  await ensureBundle(['main', 'verify']);
  const electron = findElectron();
  const env = { ...process.env, ...(electron === null ? {} : electronEnvironment(electron)) };
  // Paths on the command line are the caller's, not the repository's.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  return run(process.execPath, [inRoot('out/main/cli.js'), ...process.argv.slice(2)], { cwd, env });
});
