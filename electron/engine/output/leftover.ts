import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Recording } from '../../../shared/contract/events.ts';
import { systemCode } from '../journal/journal-error.ts';
import { readLineBatches } from '../journal/lines.ts';
import { lineText } from '../journal/read-run.ts';
import type { Clock } from '../ports.ts';
import { castHeader, EVENT_BYTES, isCastHeader, parseCastEvent } from './cast.ts';
import { Tail } from './tail.ts';

/** No event is longer: six bytes for a character at most, and a little around it. */
const LONGEST_EVENT = EVENT_BYTES * 6 + 1_024;

interface Whole {
  readonly hash: ReturnType<typeof createHash>;
  readonly tail: Tail;
  bytes: number;
  lines: number;
  undecodable: number;
}

/** Reads up to the first thing that is not a whole event. */
async function readWhole(file: FileHandle): Promise<Whole> {
  const whole: Whole = { hash: createHash('sha256'), tail: new Tail(), bytes: 0, lines: 0, undecodable: 0 };
  for await (const batch of readLineBatches(file, LONGEST_EVENT)) {
    for (const { bytes, complete } of batch) {
      const text = complete ? lineText(bytes) : null;
      const event = text === null || whole.bytes === 0 ? null : parseCastEvent(text);
      if (text === null || (whole.bytes === 0 ? !isCastHeader(text) : event === null)) return whole;
      whole.hash.update(bytes).update('\n');
      whole.bytes += bytes.length + 1;
      if (event?.code !== 'o') continue;
      whole.tail.write(Buffer.from(event.data));
      whole.lines += event.data.split('\n').length - 1;
      whole.undecodable += event.data.split('\uFFFD').length - 1;
    }
  }
  return whole;
}

/**
 * Seals a recording whose writer died: cuts what is not a whole event, makes it durable and hashes it. Replaced
 * characters are counted as one byte each, which is the least they can have been. Null when there is no such file.
 */
export async function sealLeftoverFile(
  path: string,
  name: string,
  title: string,
  clock: Clock,
): Promise<Recording | null> {
  let file: FileHandle;
  try {
    file = await open(path, 'r+');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const whole = await readWhole(file);
    await file.truncate(whole.bytes);
    if (whole.bytes === 0) {
      const header = Buffer.from(castHeader(title, clock.now()), 'utf8');
      await file.write(header, 0, header.length, 0);
      whole.hash.update(header);
      whole.bytes = header.length;
    }
    await file.sync();
    const { bytes, lines, undecodable } = whole;
    return { path: name, sha256: whole.hash.digest('hex'), bytes, lines, undecodable, tail: whole.tail.read() };
  } finally {
    await file.close();
  }
}
