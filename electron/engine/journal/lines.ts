import type { FileHandle } from 'node:fs/promises';
import { JournalError } from './journal-error.ts';

/** A whole line of a file, or (last, `complete: false`) the bytes after the last newline. */
export interface RawLine {
  readonly bytes: Buffer;
  readonly complete: boolean;
}

const CHUNK = 256 * 1024;

/**
 * Reads a file line by line in batches, so that memory is bounded by one chunk and the longest line.
 * Throws JournalError `altered` when a line is longer than `longest` bytes.
 */
export async function* readLineBatches(file: FileHandle, longest: number): AsyncGenerator<readonly RawLine[]> {
  let parts: Buffer[] = [];
  let held = 0;
  const { size } = await file.stat();
  for (let position = 0; ; ) {
    // No larger than what is left, but never nothing: a journal that is being written grows.
    const room = Math.min(CHUNK, Math.max(size - position, 0) + 4_096);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(room), 0, room, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    const lines: RawLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const tail = chunk.subarray(from, end);
      lines.push({ bytes: parts.length === 0 ? tail : Buffer.concat([...parts, tail]), complete: true });
      parts = [];
      held = 0;
      from = end + 1;
    }
    if (from < chunk.length) {
      parts.push(chunk.subarray(from));
      held += chunk.length - from;
      if (held > longest) throw new JournalError('altered', `A line is longer than ${longest} bytes.`);
    }
    if (lines.length > 0) yield lines;
  }
  if (parts.length > 0) yield [{ bytes: Buffer.concat(parts), complete: false }];
}
