import { ensureBundle } from './bundle.mjs';
import { root } from './paths.mjs';
import { isRoot, run, say } from './run.mjs';

/** Brings the bundle up to date; one that is up to date stays as it is, so that windows that are open keep theirs. */
export async function build() {
  say('Building …');
  await ensureBundle();
}

/** Opens the app's window with these words on its command line; resolves with its exit code. */
export function openWindow(electron, words) {
  const args = [root, ...words];
  if (process.platform === 'linux' && isRoot()) {
    say('Running as root: starting with --no-sandbox, which Chromium demands (development only).');
    args.push('--no-sandbox');
  }
  return run(electron.path, args);
}
