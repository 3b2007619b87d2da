import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { limits } from '../../shared/contract/limits.ts';
import { readPrivate, removePrivate, writePrivate } from '../engine/identity/private-file.ts';
import { adapterNames } from './ports.ts';

/** More characters than this were not written by us. */
const mostCharacters = 256 * 1024;

const text = z.string().max(limits.text);
const priorSchema = z
  .record(z.string().max(limits.name), z.union([text, z.number(), z.boolean(), z.null()]))
  .refine((prior) => Object.keys(prior).length <= 100);

const fileSchema = z.strictObject({
  format: z.literal('countersign-notifications-1'),
  /** Null while it is only tried whether notifications can be kept back. */
  runId: z.string().min(1).max(limits.name).nullable(),
  changed: z
    .array(z.strictObject({ adapter: z.enum(adapterNames), prior: priorSchema }))
    .min(1)
    .max(adapterNames.length),
});

/** What we changed on this desktop, or are about to: whose run it is for, and what was there before, by adapter. */
export type Changed = Omit<z.infer<typeof fileSchema>, 'format'>;

/** `notifications.json` in the data folder: there exactly as long as something of the desktop may not be as it was. */
interface QuietFile {
  /** Null where nothing is changed. What cannot be understood is kept aside as `notifications.json.broken`. */
  read(): Promise<Changed | null>;
  /** On disk (fsynced) when it resolves. */
  write(changed: Changed): Promise<void>;
  remove(): Promise<void>;
}

/** Reads and writes that file; rejects when the disk refuses. */
export function quietFile(folder: string, log: { error(message: string): void }): QuietFile {
  const path = join(folder, 'notifications.json');
  return {
    read: async () => {
      const written = readPrivate(path);
      if (written === null) return null;
      const changed = parseChanged(written);
      if (changed !== null) return changed;
      await rename(path, `${path}.broken`);
      log.error(
        `${path} cannot be understood and is kept as notifications.json.broken: look at your desktop's settings`,
      );
      return null;
    },
    write: async (changed) => {
      await mkdir(folder, { recursive: true });
      await writePrivate(path, `${JSON.stringify({ format: 'countersign-notifications-1', ...changed }, null, 2)}\n`);
    },
    remove: () => removePrivate(path),
  };
}

/** Null for anything that we would not have written. */
export function parseChanged(written: string): Changed | null {
  if (written.length > mostCharacters) return null;
  try {
    const { format: _, ...changed } = fileSchema.parse(JSON.parse(written));
    const names = new Set(changed.changed.map(({ adapter }) => adapter));
    return names.size === changed.changed.length ? changed : null;
  } catch {
    return null;
  }
}
