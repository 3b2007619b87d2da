import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SealedFile } from '../../../shared/contract/events.ts';
import { withFile } from '../regular-file.ts';

const CHUNK = 2 * 1024 * 1024;

/**
 * Called with the bytes that were just read, before any more are: where something more urgent is to be done it gives a
 * promise that is waited for, and it may throw an `AbortError` to end the reading.
 */
export type Breath = (bytes: number) => Promise<void> | undefined;

/** The seal of bytes that stand (or will stand) at `path` inside a run's folder. */
export function sealBytes(path: string, bytes: Buffer): SealedFile {
  return { path, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

/**
 * Hashes the file at `path` inside `folder` as it is now, in constant memory.
 * @throws {NotAFile} and what the disk said.
 */
export async function sealFile(folder: string, path: string, breath?: Breath): Promise<SealedFile> {
  return await withFile(join(folder, path), async (file, size) => {
    const hash = createHash('sha256');
    // Most recordings are small, and large buffers for each of them are what verifying would cost most.
    const room = Math.min(CHUNK, size + 1);
    let free = Buffer.allocUnsafe(room);
    let bytes = 0;
    let reading = file.read(Buffer.allocUnsafe(room), 0, room, 0);
    for (;;) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return { path, sha256: hash.digest('hex'), bytes };
      bytes += bytesRead;
      // The next part is read while this one is hashed.
      reading = file.read(free, 0, room, bytes);
      hash.update(buffer.subarray(0, bytesRead));
      free = buffer;
      const pause = breath?.(bytesRead);
      if (pause !== undefined) await pause;
    }
  });
}
