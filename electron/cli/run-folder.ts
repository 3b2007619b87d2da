import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { placeFolder, runPlaces, runsFolder } from '../engine/data-folder.ts';

/** Where our own run lies, as named on the command line: its folder, or its id in the data folder. Null when there is none. */
export async function findRun(named: string, data: string, cwd: string): Promise<string | null> {
  return await firstFolder([resolve(cwd, named), join(runsFolder(data), named)]);
}

/** A run to be looked at, in the place that counts first; a copy or an imported run cannot be gone on with. */
export async function findRunOrCopy(named: string, data: string, cwd: string): Promise<string | null> {
  return await firstFolder([resolve(cwd, named), ...runPlaces.map((place) => join(placeFolder[place](data), named))]);
}

async function firstFolder(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const found = await stat(folder).catch(() => null);
    if (found?.isDirectory()) return folder;
  }
  return null;
}

/** The data folder a run's folder lies in (`DATA/runs/ID`). */
export function dataOfRun(folder: string): { readonly data: string; readonly runId: string } {
  return { data: dirname(dirname(folder)), runId: basename(folder) };
}
