import type { LogEvent } from '../../../shared/logs/event-assembler.ts';
import { FileScanner, type Sought } from '../../../shared/logs/file-scanner.ts';
import { countNewlines } from '../output/capture.ts';

/** A line that goes on longer than this is recorded in parts, and looked at by its first part only. Bytes. */
const LONGEST_LINE = 64 * 1024;

/** One file on its way into the recording. */
interface Reading {
  readonly path: string;
  readonly scanner: FileScanner;
  /** The beginning of a line whose end has not come yet. */
  carry: Buffer[];
  carried: number;
  /** The line that is being recorded is longer than can be looked at. */
  overlong: boolean;
}

/**
 * Puts several files into one recording, whole lines only, with a heading where the file changes as `tail -f` does it,
 * and scans the same lines under the numbers they have in the recording.
 */
export class LogLines {
  private readonly readings: readonly Reading[];
  private readonly record: (bytes: Buffer) => void;
  /** Lines in the recording so far; the next one has this number. */
  private line = 0;
  private shown: number | null = null;
  /** The recording stands in the middle of a line. */
  private midLine = false;
  /** Lines and bytes of the files themselves. */
  lines = 0;
  bytes = 0;

  constructor(
    paths: readonly string[],
    sought: readonly Sought[],
    onEvent: (event: LogEvent, path: string) => void,
    record: (bytes: Buffer) => void,
  ) {
    this.record = record;
    this.readings = paths.map((path) => ({
      path,
      scanner: new FileScanner(sought, (event) => onEvent(event, path)),
      carry: [],
      carried: 0,
      overlong: false,
    }));
  }

  /** Takes the next bytes of a file. */
  write(file: number, bytes: Buffer): void {
    const reading = this.readings[file];
    if (reading === undefined || bytes.length === 0) return;
    this.bytes += bytes.length;
    const end = bytes.lastIndexOf(10) + 1;
    if (end > 0) this.put(file, reading, Buffer.concat([...reading.carry.splice(0), bytes.subarray(0, end)]), true);
    const rest = bytes.subarray(end);
    if (end > 0) reading.carried = 0;
    if (rest.length === 0) return;
    reading.carry.push(Buffer.from(rest));
    reading.carried += rest.length;
    if (reading.carried <= LONGEST_LINE) return;
    this.put(file, reading, Buffer.concat(reading.carry.splice(0)), false);
    reading.carried = 0;
  }

  /** No more comes for now: events that have begun are whole. Lines wait for their end. */
  settle(): void {
    for (const { scanner } of this.readings) scanner.settle();
  }

  /** The file ends here, even in the middle of a line; what comes next is another file, or does not follow. */
  close(file: number): void {
    const reading = this.readings[file];
    if (reading === undefined) return;
    if (reading.carried > 0) {
      this.put(file, reading, Buffer.concat([...reading.carry.splice(0), Buffer.from('\n')]), true);
      reading.carried = 0;
    }
    reading.overlong = false;
    reading.scanner.breakOff();
  }

  private own(text: string): void {
    this.record(Buffer.from(`${this.midLine ? '\n' : ''}${text}\n`));
    this.line += this.midLine ? 2 : 1;
    this.midLine = false;
  }

  private put(file: number, reading: Reading, bytes: Buffer, whole: boolean): void {
    if (this.shown !== file && (this.readings.length > 1 || this.shown !== null || this.line > 0)) {
      this.own(`==> ${reading.path} <==`);
    }
    this.shown = file;
    this.record(bytes);
    // What is left of an overlong line is recorded, but its beginning was looked at already.
    const skipped = reading.overlong ? bytes.indexOf(10) + 1 : 0;
    const known = reading.overlong && skipped === 0;
    if (!known) reading.scanner.scan(bytes.toString('utf8', skipped), this.line + (skipped > 0 ? 1 : 0));
    reading.overlong = !whole;
    const newlines = countNewlines(bytes);
    this.line += newlines;
    this.lines += newlines;
    this.midLine = !whole;
  }
}
