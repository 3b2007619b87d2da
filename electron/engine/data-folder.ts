import { homedir } from 'node:os';
import { join } from 'node:path';

/** `~`: `$HOME` first, so that a test can bring its own home. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['HOME'] ?? homedir();
}

/**
 * Where runs, identities and the app's own known_hosts live, by the platform's convention
 * (XDG base directories on Linux, Application Support on macOS, LOCALAPPDATA on Windows).
 */
export function defaultDataFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const home = homeFolder(env);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Countersign');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Countersign');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'countersign');
}

/** All runs, one folder each, named by run id. */
export function runsFolder(data: string): string {
  return join(data, 'runs');
}

/** Copies of runs that somebody else operates, kept by the checker's app; named by run id. */
export function mirroredFolder(data: string): string {
  return join(data, 'mirrored');
}

/** Runs that somebody exported and that were taken up here to be read; named by run id. */
export function importedFolder(data: string): string {
  return join(data, 'imported');
}

/** Whole runs as zips, put away from the list of runs. */
export function archiveFolder(data: string): string {
  return join(data, 'archive');
}

/** How the folder of a demo release begins; a run whose checklist came from one is marked as a demo. */
export const demoFolderPrefix = 'countersign-demo-';
