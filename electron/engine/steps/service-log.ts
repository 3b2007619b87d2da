import { anchorBytes, type LogPlace, logBytesAtOnce } from '../../../shared/steps/process-look.ts';

/** What a look said of a log: `absent`, `unreadable`, or bytes of the file `inode` from `from` on. */
export type LogSight =
  | { readonly type: 'absent' | 'unreadable' }
  | {
      readonly type: 'read';
      readonly inode: string;
      readonly size: number;
      readonly from: number;
      readonly bytes: Buffer;
    };

/** Reads the part of a look's output that is the log's. */
export function readLogSight(rest: Buffer): LogSight | null {
  const end = rest.indexOf(0x0a);
  const head = rest.subarray(0, end === -1 ? rest.length : end).toString('latin1');
  if (head === 'log absent') return { type: 'absent' };
  if (head === 'log unreadable') return { type: 'unreadable' };
  const found = /^log (\d+) (\d+) (\d+)$/.exec(head);
  if (found === null) return null;
  const [, inode = '', size, from] = found;
  return { type: 'read', inode, size: Number(size), from: Number(from), bytes: rest.subarray(end + 1) };
}

/** Where a log ended at one moment: everything after it is new. */
export interface LogMark {
  readonly inode: string | null;
  readonly from: number;
}

/**
 * Reads a log from a mark on, look by look: whole lines only, through rotation (another file under the name) and
 * emptying (fewer bytes, or other bytes before the place).
 */
export class ServiceLog {
  readonly #path: string;
  #inode: string | null;
  #from: number;
  /** The bytes right before `#from`, empty while they are not known (the mark came from a note). */
  #anchor: Buffer;

  constructor(path: string, mark: LogMark, anchor: Buffer = Buffer.alloc(0)) {
    this.#path = path;
    this.#inode = mark.inode;
    this.#from = mark.from;
    this.#anchor = anchor;
  }

  /** Begins at the end that a look saw. */
  static atEnd(path: string, sight: LogSight | null): ServiceLog {
    if (sight?.type !== 'read') return new ServiceLog(path, { inode: null, from: 0 });
    return new ServiceLog(path, { inode: sight.inode, from: sight.size }, Buffer.from(sight.bytes));
  }

  get mark(): LogMark {
    return { inode: this.#inode, from: this.#from };
  }

  /** What the next look is to read. */
  get place(): LogPlace {
    return { path: this.#path, inode: this.#inode, from: this.#from, anchor: this.#anchor.length };
  }

  /** The new whole lines, and their bytes as they came. */
  take(sight: LogSight | null): { readonly lines: readonly string[]; readonly bytes: Buffer } {
    const none = { lines: [], bytes: Buffer.alloc(0) };
    if (sight?.type !== 'read') return none;
    const { inode, size, from } = sight;
    const goesOn = inode === this.#inode && size >= this.#from && from === this.#from - this.#anchor.length;
    if (goesOn && !sight.bytes.subarray(0, this.#anchor.length).equals(this.#anchor)) {
      // Emptied and written anew beyond the old place.
      this.#restart(sight.inode);
      return none;
    }
    if (!goesOn) this.#restart(sight.inode);
    return this.#advance(sight.bytes.subarray(goesOn ? this.#anchor.length : 0));
  }

  #restart(inode: string): void {
    this.#inode = inode;
    this.#from = 0;
    this.#anchor = Buffer.alloc(0);
  }

  #advance(fresh: Buffer): { readonly lines: readonly string[]; readonly bytes: Buffer } {
    const end = fresh.lastIndexOf(0x0a) + 1;
    // A line longer than one look reads is taken in pieces.
    const whole = end === 0 && fresh.length >= logBytesAtOnce - anchorBytes ? fresh.length : end;
    const bytes = fresh.subarray(0, whole);
    if (whole === 0) return { lines: [], bytes };
    this.#anchor = Buffer.from(Buffer.concat([this.#anchor, bytes]).subarray(-anchorBytes));
    this.#from += whole;
    const text = bytes.toString('utf8');
    return { lines: (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n'), bytes };
  }
}
