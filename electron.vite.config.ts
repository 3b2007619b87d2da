import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

/**
 * Node packages that stay outside the bundle: ssh2 looks for its optional native parts with `require` at run time,
 * electron-log picks its transports by process type. Everything else is bundled, which keeps the start short.
 */
const external = ['electron', /^electron\//, /^node:/, 'ssh2', /^ssh2\//, /^electron-log($|\/)/];

// electron-vite would aim at the newest Electron it knows; the development runtime is older (docs/decisions.md).
const target = { node: 'node20.18', chrome: 'chrome130' };

export default defineConfig({
  main: {
    build: {
      target: target.node,
      outDir: resolve(root, 'out/main'),
      externalizeDeps: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: { main: resolve(root, 'electron/main.ts'), cli: resolve(root, 'electron/cli/main.ts') },
        external,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: target.node,
      outDir: resolve(root, 'out/preload'),
      externalizeDeps: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: { preload: resolve(root, 'electron/preload.ts') },
        external: ['electron'],
        // A sandboxed preload is loaded as one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: resolve(root, 'renderer'),
    plugins: [react()],
    build: {
      target: target.chrome,
      outDir: resolve(root, 'out/renderer'),
      // Half as much to read and parse before the first screen stands.
      minify: true,
      // Read from the disk, not over a network; the run screen brings xterm with it.
      chunkSizeWarningLimit: 1_000,
      reportCompressedSize: false,
      rolldownOptions: {
        // The second is what the other displays show while the lock is on.
        input: { index: resolve(root, 'renderer/index.html'), cover: resolve(root, 'renderer/cover/index.html') },
      },
    },
  },
});
