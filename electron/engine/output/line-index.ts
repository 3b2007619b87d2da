import { type FileHandle, stat } from 'node:fs/promises';
import { FRESH_LINE, LineBuilder, type LineBuilderState, type PlainLine } from '../../../shared/output/line-builder.ts';
import { systemCode } from '../journal/journal-error.ts';
import { lineText } from '../journal/read-run.ts';
import { withFileIfThere } from '../regular-file.ts';
import { LONGEST_LINE, parseCastEvent } from './cast.ts';

/** Finds lines in a recording, which may still be growing, without reading it again from the start. */

/** A line longer than this is cut where it is shown. */
export const LINE_CHARS = 4_000;
/** A place to begin reading from is remembered about this often. */
const LINES_APART = 1_000;
const BYTES_APART = 4 * 1024 * 1024;
const CHUNK = 256 * 1024;

/** A place at the beginning of an event, and how far the text has come there. */
interface Checkpoint {
  readonly offset: number;
  readonly line: number;
  readonly state: LineBuilderState;
}

/** One event of a recording and where the next one begins. */
interface EventAt {
  /** Empty for all that is no output. */
  readonly text: string;
  /** Milliseconds since the event before; never negative. */
  readonly ms: number;
  readonly end: number;
}

/**
 * Events from `offset` on, whole lines only; a line that is still being written is not touched, and one that is longer
 * than any of ours holds no text: memory stays bounded whatever the file is. `onBytes` hears of all that is read.
 */
export async function* eventsFrom(
  file: FileHandle,
  offset: number,
  onBytes: (bytes: Buffer) => void = () => undefined,
): AsyncGenerator<readonly EventAt[]> {
  let rest: Buffer = Buffer.alloc(0);
  let tooLong = false;
  for (let position = offset; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    onBytes(buffer.subarray(0, bytesRead));
    const data =
      rest.length === 0 ? buffer.subarray(0, bytesRead) : Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    const base = position - rest.length;
    position += bytesRead;
    const events: EventAt[] = [];
    let from = 0;
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, from)) {
      const event = tooLong ? null : parseCastEvent(lineText(data.subarray(from, end)) ?? '');
      from = end + 1;
      tooLong = false;
      // The header, exit events and what somebody spoiled hold no text; the verifier speaks about the latter.
      events.push({
        text: event?.code === 'o' ? event.data : '',
        ms: Math.max(0, Math.round((event?.interval ?? 0) * 1_000)),
        end: base + from,
      });
    }
    rest = data.subarray(from);
    if (rest.length > LONGEST_LINE) {
      rest = rest.subarray(rest.length);
      tooLong = true;
    }
    if (events.length > 0) yield events;
  }
}

/** The line index of one recording. Memory: one checkpoint (at most one cut line) for each thousand lines. */
export class LineIndex {
  private readonly path: string;
  private readonly checkpoints: Checkpoint[] = [{ offset: 0, line: 0, state: FRESH_LINE }];
  private end: Checkpoint = { offset: 0, line: 0, state: FRESH_LINE };
  private updating: Promise<void> | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** Lines so far, the one that has begun included. Takes in what was written since the last call. */
  async total(): Promise<number> {
    this.updating ??= this.update().finally(() => {
      this.updating = null;
    });
    await this.updating;
    const { line, state } = this.end;
    return line + (state.text === '' && state.cut === 0 ? 0 : 1);
  }

  private async update(): Promise<void> {
    const size = await sizeOf(this.path);
    if (size === null || size === this.end.offset) return;
    await this.walk(this.end, {
      line: () => undefined,
      event: (checkpoint) => {
        this.end = checkpoint;
        const last = this.checkpoints.at(-1) as Checkpoint;
        if (checkpoint.line - last.line >= LINES_APART || checkpoint.offset - last.offset >= BYTES_APART) {
          this.checkpoints.push(checkpoint);
        }
        return true;
      },
    });
  }

  /** The lines from `first` on, at most `count`. */
  async read(first: number, count: number): Promise<readonly PlainLine[]> {
    await this.total();
    const lines: PlainLine[] = [];
    const take = (line: PlainLine, number: number) => {
      if (number >= first && lines.length < count) lines.push(line);
    };
    const last = await this.walk(this.before(first), { line: take, event: () => lines.length < count });
    const open = new LineBuilder(LINE_CHARS, last.state).open();
    if (open !== null) take(open, last.line);
    return lines;
  }

  /** Goes through all lines and every piece of text; `onPiece` hears of text before it is cut to lines. */
  async scan(onText: (text: string) => boolean): Promise<void> {
    await withFileIfThere(this.path, async (file) => {
      for await (const events of eventsFrom(file, 0)) {
        for (const { text } of events) if (!onText(text)) return;
      }
    });
  }

  private before(line: number): Checkpoint {
    let low = 0;
    let high = this.checkpoints.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.checkpoints[middle] as Checkpoint).line <= line) low = middle;
      else high = middle - 1;
    }
    return this.checkpoints[low] as Checkpoint;
  }

  /** Reads on from a checkpoint until there is no more or `event` says so; gives where it stopped. */
  private async walk(
    from: Checkpoint,
    visit: { line(line: PlainLine, number: number): void; event(at: Checkpoint): boolean },
  ): Promise<Checkpoint> {
    let at = from;
    await withFileIfThere(this.path, async (file) => {
      const builder = new LineBuilder(LINE_CHARS, from.state);
      let line = from.line;
      for await (const events of eventsFrom(file, from.offset)) {
        for (const { text, end } of events) {
          builder.write(text, (plain) => {
            visit.line(plain, line);
            line += 1;
          });
          at = { offset: end, line, state: builder.state() };
          if (!visit.event(at)) return;
        }
      }
    });
    return at;
  }
}

/** Size of a file, or null when there is none that could be read to its end. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? stats.size : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
