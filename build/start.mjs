/** `npm start`: makes ready, builds, and opens Countersign; without a display it runs the demo in the terminal. */
import { hasDisplay } from './machine/display.mjs';
import { inRoot } from './machine/paths.mjs';
import { main, run, say } from './machine/run.mjs';
import { build, openWindow } from './machine/window.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  const electron = await setup();
  await build();
  if (hasDisplay()) return openWindow(electron, process.argv.slice(2));
  say(
    'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): running the demo release in the terminal.',
  );
  return run(process.execPath, [inRoot('out/main/cli.js'), 'demo']);
});
