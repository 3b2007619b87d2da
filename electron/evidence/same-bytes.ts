import { withFile } from '../engine/regular-file.ts';

const CHUNK = 256 * 1024;

/** True when the first `bytes` bytes of one file are those of another, too. Rejects as `withFile`, or as `signal` says. */
export async function beginAlike(one: string, other: string, bytes: number, signal?: AbortSignal): Promise<boolean> {
  return await withFile(one, async (a) =>
    withFile(other, async (b) => {
      for (let at = 0; at < bytes; at += CHUNK) {
        signal?.throwIfAborted();
        const length = Math.min(CHUNK, bytes - at);
        const [mine, theirs] = await Promise.all(
          [a, b].map(async (file) => {
            const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
            return buffer.subarray(0, bytesRead);
          }),
        );
        if (mine?.length !== length || theirs === undefined || !mine.equals(theirs)) return false;
      }
      return true;
    }),
  );
}
