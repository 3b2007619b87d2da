import { join } from 'node:path';
import { build } from 'vite';

/** Bundles one TypeScript entry for plain Node, as the app's own command line is bundled; the file to run. */
export async function bundleForNode(entry: string, folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rollupOptions: { output: { entryFileNames: 'entry.mjs', format: 'es' }, external: ['electron', 'ssh2'] },
    },
  });
  return join(folder, 'entry.mjs');
}
