import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { FeedKind } from '../../shared/contract/ipc/feed.ts';
import { readPrivate, writePrivate } from '../engine/identity/private-file.ts';
import { SerialQueue } from '../engine/serial-queue.ts';

/** How far a run was taken by a place: everything before the record `next`, which begins at `bytes`. */
const cursorSchema = z.strictObject({
  next: z.int().min(0),
  bytes: z.int().min(0),
  /** The hash of the last record that was taken; empty when none was. */
  head: z.string().max(64),
});
export type Cursor = z.infer<typeof cursorSchema>;
export const fromTheBeginning: Cursor = { next: 0, bytes: 0, head: '' };

const placeSchema = z.strictObject({ lastSentAt: z.string().nullable(), runs: z.record(z.string(), cursorSchema) });
export type PlaceCursors = z.infer<typeof placeSchema>;
const fileSchema = z.strictObject({ syslog: placeSchema.nullable(), webhook: placeSchema.nullable() });
export type Cursors = z.infer<typeof fileSchema>;

/** Where the cursors lie in a data folder. */
export function cursorPath(data: string): string {
  return join(data, 'feed.json');
}

/** How far each place has got, in memory and on the disk. */
export class CursorFile {
  readonly path: string;
  /** Where a file that could not be read was put aside, or null. */
  readonly damaged: string | null;
  readonly #saving = new SerialQueue();
  #cursors: Cursors;
  #dirty = false;

  private constructor(path: string, cursors: Cursors | null) {
    this.path = path;
    this.damaged = cursors === null ? `${path}.broken` : null;
    this.#cursors = cursors ?? { syslog: null, webhook: null };
  }

  /** Reads the file; one that cannot be read is put aside, since nobody knows what it said. */
  static open(data: string): CursorFile {
    const path = cursorPath(data);
    try {
      const text = readPrivate(path);
      return new CursorFile(path, text === null ? { syslog: null, webhook: null } : fileSchema.parse(JSON.parse(text)));
    } catch {
      putAside(path);
      return new CursorFile(path, null);
    }
  }

  of(kind: FeedKind): PlaceCursors | null {
    return this.#cursors[kind];
  }

  /** Changes what is known of a place, in memory; `save` makes it last. */
  change(kind: FeedKind, cursors: PlaceCursors | null): void {
    this.#cursors = { ...this.#cursors, [kind]: cursors };
    this.#dirty = true;
  }

  /** Resolves when everything changed so far is on the disk. Rejects when the disk refuses; the next try writes it all. */
  save(): Promise<void> {
    return this.#saving.run(async () => {
      if (!this.#dirty) return;
      const text = `${JSON.stringify(this.#cursors)}\n`;
      this.#dirty = false;
      try {
        await writePrivate(this.path, text);
      } catch (error) {
        this.#dirty = true;
        throw error;
      }
    });
  }
}

function putAside(path: string): void {
  try {
    renameSync(path, `${path}.broken`);
  } catch {
    // It stays in place then; the next save takes its place or says why it cannot.
  }
}
