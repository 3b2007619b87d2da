/**
 * `npm run demo:checker`: opens a second window beside the one of `npm start`, with a data folder (and so a person and
 * a key) of its own, so that one computer can try both roles.
 */
import { hasDisplay } from './machine/display.mjs';
import { fromSource } from './machine/from-source.mjs';
import { main, Stop, say } from './machine/run.mjs';
import { build, openWindow } from './machine/window.mjs';
import { setup } from './setup.mjs';

/** The words for the second window: its own folder lies beside the first one's, unless another one was named. */
async function withOwnFolder(words) {
  if (words.includes('--data')) return words;
  const { defaultDataFolder } = await fromSource('electron/engine/data-folder.ts');
  return ['--data', `${defaultDataFolder()}-checker`, ...words];
}

await main(async () => {
  if (!hasDisplay()) {
    throw new Stop(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), and the checker needs a window. Without one, npm start runs the demo release alone in the terminal.',
    );
  }
  const electron = await setup();
  await build();
  const words = await withOwnFolder(process.argv.slice(2));
  const { cliTranslator } = await fromSource('electron/cli/language.ts');
  say(cliTranslator(process.env)('demo:secondWindow', { folder: words[words.indexOf('--data') + 1] ?? '' }));
  return openWindow(electron, words);
});
