import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { QUIET_MS } from '../../shared/evidence/quiet.ts';
import { eventsFrom } from '../engine/output/line-index.ts';
import { withFileIfThere } from '../engine/regular-file.ts';

/** One recording by time: what its terminal had shown at any moment, found without reading from its start. */

/** A place to begin reading from is remembered about this often. */
const BYTES_APART = 256 * 1024;
/** The most text of one answer, in characters: as much as a live terminal is given. */
const TEXT_CHARS = 256 * 1024;
/** An interval that no recording of ours has; longer ones are a damaged file's. */
const LONGEST_INTERVAL_MS = 30 * 86_400_000;

/** The beginning of an event: where it lies, the time and the lines before it. */
interface Place {
  readonly offset: number;
  readonly ms: number;
  readonly lines: number;
}

/** A stretch of time, in milliseconds since the recording began. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** What reading a recording through found. */
interface Found {
  readonly end: Place;
  readonly places: readonly Place[];
  readonly busy: readonly Stretch[];
  readonly bytes: number;
  readonly sha256: string;
}

const START: Place = { offset: 0, ms: 0, lines: 0 };

/** The index of one recording that nobody writes to any more. */
export class RecordingClock {
  /** Where the last event ends. */
  readonly end: Place;
  /** When the host wrote something. */
  readonly busy: readonly Stretch[];
  /** Of the whole file, a torn end included. */
  readonly bytes: number;
  /** Of the whole file, as the journal seals it. */
  readonly sha256: string;
  readonly #path: string;
  readonly #places: readonly Place[];

  private constructor(path: string, found: Found) {
    this.#path = path;
    this.end = found.end;
    this.#places = found.places;
    this.busy = found.busy;
    this.bytes = found.bytes;
    this.sha256 = found.sha256;
  }

  /** Reads a recording through once; null where there is none. A torn end is left out: the rest plays. */
  static async read(path: string): Promise<RecordingClock | null> {
    return await withFileIfThere(path, async (file) => {
      const hash = createHash('sha256');
      const places: Place[] = [START];
      const busy: { from: number; until: number }[] = [];
      let at = START;
      let bytes = 0;
      const take = (read: Buffer): void => {
        bytes += read.length;
        hash.update(read);
      };
      for await (const events of eventsFrom(file, 0, take)) {
        for (const event of events) {
          at = behind(at, event);
          if (event.text !== '') addTo(busy, at.ms);
          if (at.offset - (places.at(-1) ?? START).offset >= BYTES_APART) places.push(at);
        }
      }
      return new RecordingClock(path, { end: at, places, busy, bytes, sha256: hash.digest('hex') });
    });
  }

  /**
   * The text up to a moment. Where a screen has the text up to the byte `after` and not too much has come since, only
   * what follows. Null: the recording is there no more.
   */
  async textAt(ms: number, after: number | null) {
    return await withFileIfThere(this.#path, async (file) => {
      const end = await this.#placeAt(file, ms);
      const goesOn = after !== null && after <= end.offset && end.offset - after <= BYTES_APART * 2;
      const from = goesOn ? after : this.#enoughBefore(end.offset);
      const parts: string[] = [];
      for await (const events of eventsFrom(file, from)) {
        for (const event of events) if (event.end <= end.offset) parts.push(event.text);
        if ((events.at(-1)?.end ?? 0) >= end.offset) break;
      }
      const text = parts.join('');
      const cut = goesOn || text.length <= TEXT_CHARS ? 0 : wholeLine(text, text.length - TEXT_CHARS);
      const skipped = goesOn ? 0 : from + cut;
      return { text: text.slice(cut), skipped, goesOn, at: end.offset, lines: end.lines };
    });
  }

  /**
   * Goes through all text with the time it was written at, until `onText` says false. False: the recording is there no
   * more.
   */
  async scan(onText: (text: string, ms: number) => boolean): Promise<boolean> {
    const read = await withFileIfThere(this.#path, async (file) => {
      let at = START;
      for await (const events of eventsFrom(file, 0)) {
        for (const event of events) {
          at = behind(at, event);
          if (event.text !== '' && !onText(event.text, at.ms)) return true;
        }
      }
      return true;
    });
    return read ?? false;
  }

  /** The end of the last event that was written by then. */
  async #placeAt(file: FileHandle, ms: number): Promise<Place> {
    if (ms >= this.end.ms) return this.end;
    let at = this.#places[lastWhere(this.#places, (place) => place.ms <= ms)] ?? START;
    for await (const events of eventsFrom(file, at.offset)) {
      for (const event of events) {
        const next = behind(at, event);
        if (next.ms > ms) return at;
        at = next;
      }
    }
    return at;
  }

  #enoughBefore(offset: number): number {
    return this.#places[lastWhere(this.#places, (place) => place.offset <= offset - TEXT_CHARS * 2)]?.offset ?? 0;
  }
}

/** Index of the last item for which `holds` is true, where it holds for a beginning of the list; -1 for none. */
export function lastWhere<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = -1;
  let high = items.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(items[middle] as T)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function behind(at: Place, { text, ms, end }: { readonly text: string; readonly ms: number; readonly end: number }) {
  let { lines } = at;
  for (let newline = text.indexOf('\n'); newline !== -1; newline = text.indexOf('\n', newline + 1)) lines += 1;
  return { offset: end, ms: at.ms + Math.min(ms, LONGEST_INTERVAL_MS), lines };
}

function addTo(busy: { from: number; until: number }[], ms: number): void {
  const last = busy.at(-1);
  if (last !== undefined && ms - last.until <= QUIET_MS) last.until = ms;
  else busy.push({ from: ms, until: ms });
}

/** The beginning of the next line, so that nothing begins inside of one; the place itself where none is near. */
function wholeLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 || newline - from > 4_096 ? from : newline + 1;
}
