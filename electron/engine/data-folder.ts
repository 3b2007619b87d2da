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

/** Runs of ours that somebody else went on with, as they stood when the pen came back: `<run id>-<last record>`. */
export function supersededFolder(data: string): string {
  return join(data, 'superseded');
}

/** Whole runs as zips, put away from the list of runs. */
export function archiveFolder(data: string): string {
  return join(data, 'archive');
}

/** A run id, to be put into a longer pattern. */
export const RUN_ID_PATTERN = String.raw`\d{8}T\d{6}Z-[0-9a-f]{6}`;

/** How the folder of a run is called; nothing else is ever taken for one. */
export const RUN_ID = new RegExp(`^${RUN_ID_PATTERN}$`);

/**
 * Where a run may lie, the place that counts first: the checker's copy goes on after the pen was given away, so it
 * knows more than our own part; that knows more than somebody's zip.
 */
export const runPlaces = ['mirrored', 'runs', 'imported'] as const;
export type RunPlace = (typeof runPlaces)[number];

/** The folder of each place in a data folder. */
export const placeFolder: Readonly<Record<RunPlace, (data: string) => string>> = {
  mirrored: mirroredFolder,
  runs: runsFolder,
  imported: importedFolder,
};

/** How the folder of a demo release begins; a run whose checklist came from one is marked as a demo. */
export const demoFolderPrefix = 'countersign-demo-';
