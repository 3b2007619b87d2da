/** `npm run dev`: the app with hot reload; main and preload rebuild and restart, the screen updates in place. */
import { hasDisplay } from './machine/display.mjs';
import { inRoot } from './machine/paths.mjs';
import { isRoot, main, run, Stop, say } from './machine/run.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup();
  if (!hasDisplay())
    throw new Stop('There is no display here; hot reload needs one (npm start runs the demo without).');
  const args = [inRoot('node_modules/electron-vite/bin/electron-vite.js'), 'dev', '--watch'];
  if (process.platform === 'linux' && isRoot()) {
    say('Running as root: starting with --no-sandbox, which Chromium demands (development only).');
    args.push('--noSandbox');
  }
  const rest = process.argv.slice(2);
  return run(process.execPath, rest.length > 0 ? [...args, '--', ...rest] : args);
});
