/** `npm run bench [-- NAME…] [--json]`: bundles test/bench like the app and runs it on a display of its own. */

import { ensureBundle } from './machine/bundle.mjs';
import { startDisplay } from './machine/display.mjs';
import { electronEnvironment } from './machine/electron.mjs';
import { inRoot, root } from './machine/paths.mjs';
import { main, run } from './machine/run.mjs';
import { setup } from './setup.mjs';

async function bundleBenches() {
  const input = { main: inRoot('test/bench/main.ts'), 'mirror-viewers': inRoot('test/bench/mirror-viewers.ts') };
  const vite = await import('vite');
  await vite.build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['@playwright/test', 'ssh2', 'electron-log', 'electron'] },
    build: {
      ssr: true,
      target: 'node20.18',
      outDir: inRoot('out/bench'),
      emptyOutDir: true,
      minify: false,
      rolldownOptions: { input, output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' } },
    },
  });
}

await main(async () => {
  const electron = await setup({ forTests: true });
  await ensureBundle();
  await bundleBenches();
  const display = await startDisplay();
  try {
    const env = { ...process.env, ...electronEnvironment(electron), ...display.env };
    // Node 20 has the WebSocket client behind a flag; newer ones accept the flag and ignore it.
    const args = ['--experimental-websocket', '--expose-gc', inRoot('out/bench/main.js'), ...process.argv.slice(2)];
    return await run(process.execPath, args, { env });
  } finally {
    display.stop();
  }
});
