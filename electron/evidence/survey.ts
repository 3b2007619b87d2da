import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../engine/journal/journal-error.ts';
import { isTrailName, nameFault } from './zip-names.ts';

/** One file of a run as it is to be exported. */
export interface TrailFile {
  /** Inside the run's folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
}

/** Something in the run's folder that does not go into an export, and why. */
export interface LeftOut {
  readonly path: string;
  readonly why: 'link' | 'special' | 'strange' | 'name' | 'unreadable';
}

/** The files of a run's folder, sorted by name, and what else lies there. */
export interface Survey {
  readonly files: readonly TrailFile[];
  readonly leftOut: readonly LeftOut[];
}

/** Made by the app for itself, or made anew for the export: nothing to tell of. */
const ours =
  /^(?:journal\.lock(?:\..*)?|\.journal\.lock\..*|link\.json|\..*\.new|MANIFEST\.sha256|README\.txt|export\.json|report\.\w+|verify\.mjs|keys)$/;
const folders: ReadonlySet<string> = new Set(['checklist', 'output', 'evidence']);

/** Looks through a run's folder without following a link. Rejects with the system's error. */
export async function surveyRun(folder: string): Promise<Survey> {
  const files: TrailFile[] = [];
  const leftOut: LeftOut[] = [];
  const look = async (path: string): Promise<void> => {
    const names = (await readdir(join(folder, path))).sort();
    for (const name of names) {
      const inside = path === '' ? name : `${path}/${name}`;
      const leave = (why: LeftOut['why']): void => void leftOut.push({ path: inside, why });
      const stats = await lstat(join(folder, inside)).catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT') return null;
        throw error;
      });
      if (stats === null || (path === '' && ours.test(name))) continue;
      if (stats.isSymbolicLink()) leave('link');
      else if (stats.isDirectory()) {
        if (path !== '' || folders.has(name)) await look(inside);
        else leave('strange');
      } else if (!stats.isFile()) leave('special');
      else if (!isTrailName(inside)) leave('strange');
      else if (nameFault(inside, 'linux') !== null) leave('name');
      else files.push({ path: inside, bytes: stats.size });
    }
  };
  await look('');
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), leftOut };
}
