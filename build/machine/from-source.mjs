import { inRoot } from './paths.mjs';

/** Imports one of the app's own TypeScript modules, so that a script says and knows what the app does. */
export async function fromSource(path) {
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(inRoot(path), { configFile: false, logLevel: 'error' });
  return module;
}
