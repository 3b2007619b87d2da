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
  readonly why: 'link' | 'special' | 'strange' | 'name';
}

/** The files of a run's folder, sorted by name, and what else lies there. */
export interface Survey {
  readonly files: readonly TrailFile[];
  readonly leftOut: readonly LeftOut[];
}

/** Made by the app for itself, or made anew for the export: nothing to tell of. */
const ours =
  /^(?:journal\.lock(?:\..*)?|\.journal\.lock\..*|link\.json|\..*\.new|MANIFEST\.sha256|README\.txt|export\.json|report\.\w+|verify\.mjs|keys)$/;
const RECEIPTS = 'receipts.jsonl';
const folders: ReadonlySet<string> = new Set(['checklist', 'output', 'evidence']);

/** Looks through a run's folder without following a link. Rejects with the system's error. */
async function surveyRun(folder: string): Promise<Survey> {
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

/** A file in one of a run's folders. */
type PlacedFile = TrailFile & { readonly folder: string };

/** The files of a run that lies in several folders, and where each is to be taken from. */
export interface WholeSurvey {
  readonly files: readonly PlacedFile[];
  readonly leftOut: readonly (LeftOut & { readonly folder: string })[];
  /** Files of which an earlier folder has one that is taken for it: nothing is lost if they are beginnings of it. */
  readonly doubles: readonly { readonly file: PlacedFile; readonly taken: PlacedFile }[];
  /** The folders with receipts: each has those of other people, or of another time. */
  readonly receipts: readonly string[];
}

/**
 * The same for a run that lies in several folders, the one that counts first: from the others comes what it lacks (who
 * follows on as an observer copies no recordings).
 */
export async function surveyRunIn(folders: readonly string[]): Promise<WholeSurvey> {
  const files = new Map<string, PlacedFile>();
  const receipts: string[] = [];
  const leftOut: WholeSurvey['leftOut'][number][] = [];
  const doubles: WholeSurvey['doubles'][number][] = [];
  for (const folder of folders) {
    const found = await surveyRun(folder);
    leftOut.push(...found.leftOut.map((one) => ({ ...one, folder })));
    for (const one of found.files) {
      const file = { ...one, folder };
      const taken = files.get(file.path);
      if (taken === undefined) files.set(file.path, file);
      if (file.path === RECEIPTS) receipts.push(folder);
      else if (taken !== undefined) doubles.push({ file, taken });
    }
  }
  return { files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), receipts, leftOut, doubles };
}
