import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputLines, OutputMatches } from '../../../shared/contract/ipc/output.ts';
import type { PlainLine } from '../../../shared/output/line-builder.ts';
import { lineText } from '../journal/read-run.ts';
import { EVENT_BYTES, parseCastEvent } from './cast.ts';
import { LineIndex, sizeOf } from './line-index.ts';
import { LineSearch } from './line-search.ts';

/**
 * Windows on a recording, finished or growing: lines by number, search, the end. A missing recording is empty; whether
 * it is missing, `hasRecording` says.
 */

const MATCHES_AT_MOST = 1_000;
/** Indexes of the recordings looked at last. */
const INDEXES_AT_MOST = 16;
const indexes = new Map<string, LineIndex>();

const pathOf = (folder: string, attempt: string) => join(folder, 'output', `${attempt}.cast`);

function indexOf(path: string): LineIndex {
  const index = indexes.get(path) ?? new LineIndex(path);
  indexes.delete(path);
  indexes.set(path, index);
  if (indexes.size > INDEXES_AT_MOST) indexes.delete(indexes.keys().next().value ?? '');
  return index;
}

/** True when there is a recording of an attempt, whatever it holds. */
export async function hasRecording(folder: string, attempt: string): Promise<boolean> {
  return (await sizeOf(pathOf(folder, attempt))) !== null;
}

/** A cut line says so at its end, as less does. */
function shown({ text, cut }: PlainLine): string {
  return cut === 0 ? text : `${text} … +${cut}`;
}

/** Plain text lines (terminal escapes removed, long ones cut with `… +N` characters) from `first` on. */
export async function readLines(folder: string, attempt: string, first: number, count: number): Promise<OutputLines> {
  const index = indexOf(pathOf(folder, attempt));
  const lines = await index.read(first, count);
  return { lines: lines.map(shown), first, total: await index.total() };
}

/** Numbers of the lines that contain a text (case ignored), at most `most`. */
export async function searchLines(
  folder: string,
  attempt: string,
  text: string,
  most = MATCHES_AT_MOST,
): Promise<OutputMatches> {
  const search = new LineSearch(text);
  let truncated = false;
  await indexOf(pathOf(folder, attempt)).scan((piece) => {
    truncated = !search.write(piece, most);
    return !truncated;
  });
  return { matches: search.matches, truncated };
}

/**
 * The last characters as the terminal got them (escape sequences kept), for a screen that joins in later. `skipped`
 * counts the bytes of the recording before them; 0 when the text is whole.
 */
export async function tailText(
  folder: string,
  attempt: string,
  maxChars: number,
): Promise<{ readonly text: string; readonly skipped: number }> {
  const path = pathOf(folder, attempt);
  const size = await sizeOf(path);
  if (size === null) return { text: '', skipped: 0 };
  // A character takes six bytes at most (\u001b), so this much of the file holds enough of them.
  const from = Math.max(0, size - maxChars * 6 - EVENT_BYTES * 6);
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size - from), 0, size - from, from);
    const data = buffer.subarray(0, bytesRead);
    // The first line is the header, or begins in the middle of an event.
    const text = textOf(data.subarray(data.indexOf(10) + 1));
    if (text.length <= maxChars && from === 0) return { text, skipped: 0 };
    const tail = text.slice(-maxChars);
    const newline = tail.indexOf('\n');
    return {
      text: newline === -1 ? tail : tail.slice(newline + 1),
      skipped: Math.max(1, from + text.length - maxChars),
    };
  } finally {
    await file.close();
  }
}

function textOf(data: Buffer): string {
  const parts: string[] = [];
  let from = 0;
  for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, from)) {
    const event = parseCastEvent(lineText(data.subarray(from, end)) ?? '');
    if (event?.code === 'o') parts.push(event.data);
    from = end + 1;
  }
  return parts.join('');
}
