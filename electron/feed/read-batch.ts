import { limits } from '../../shared/contract/limits.ts';
import { journalPath } from '../engine/journal/read-run.ts';
import { withFile } from '../engine/regular-file.ts';
import type { Cursor } from './cursor-file.ts';
import { type RecordLine, recordLine } from './record-line.ts';

/** How far a journal may be read: what stands behind may still be cut away. Either is enough. */
export interface Standing {
  /** Bytes that have stood long enough. */
  readonly bytes: number;
  /** The record after the last one that its writer called durable. */
  readonly next: number;
}

export interface Batch {
  readonly lines: readonly RecordLine[];
  /** Where the place will stand once it has taken them. */
  readonly after: Cursor;
}

const CHUNK = 64 * 1024;

/**
 * The records behind a cursor, as many as one batch holds, at least one where there is one. Null: what stands there
 * does not go on from the cursor. Memory is bounded by the batch and the longest line.
 */
export async function readBatch(folder: string, cursor: Cursor, standing: Standing): Promise<Batch | null> {
  return await withFile(journalPath(folder), async (file, size) => {
    if (size < cursor.bytes) return null;
    const lines: RecordLine[] = [];
    let [after, held, position] = [cursor, Buffer.alloc(0), cursor.bytes];
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
      if (bytesRead === 0) return { lines, after };
      position += bytesRead;
      held = Buffer.concat([held, buffer.subarray(0, bytesRead)]);
      for (let end = held.indexOf(10); end !== -1; end = held.indexOf(10)) {
        const bytes = after.bytes + end + 1;
        if (bytes > standing.bytes && after.next >= standing.next) return { lines, after };
        const line = recordLine(Buffer.from(held.subarray(0, end)));
        if (line === null || !goesOn(after, line)) return lines.length === 0 ? null : { lines, after };
        if (lines.length > 0 && bytes - cursor.bytes > limits.feedBatchBytes) return { lines, after };
        lines.push(line);
        after = { next: line.seq + 1, bytes, head: line.hash };
        if (lines.length === limits.feedBatchRecords) return { lines, after };
        held = held.subarray(end + 1);
      }
      if (held.length > limits.recordBytes) return null;
    }
  });
}

function goesOn(cursor: Cursor, line: RecordLine): boolean {
  return line.seq === cursor.next && (cursor.next === 0 || line.prev === cursor.head);
}
