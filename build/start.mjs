/** `npm start`: makes ready, builds, and opens Countersign; without a display it runs the demo in the terminal. */
import { ensureBundle } from './machine/bundle.mjs';
import { hasDisplay } from './machine/display.mjs';
import { inRoot, root } from './machine/paths.mjs';
import { isRoot, main, run, say } from './machine/run.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  const electron = await setup();
  say('Building …');
  await ensureBundle();
  if (!hasDisplay()) {
    say(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): running the demo release in the terminal.',
    );
    return run(process.execPath, [inRoot('out/main/cli.js'), 'demo']);
  }
  const args = [root, ...process.argv.slice(2)];
  if (process.platform === 'linux' && isRoot()) {
    say('Running as root: starting with --no-sandbox, which Chromium demands (development only).');
    args.push('--no-sandbox');
  }
  return run(electron.path, args);
});
