import { createHash } from 'node:crypto';
import type { LogPosition } from '../../../shared/steps/actions/log.ts';
import { CHECKED } from './log-follow-script.ts';

/** Where reading one file stands; proves after a lost link that it goes on in the same file at the same byte. */
export class LogPlace {
  /** Null until the file was opened for the first time. */
  private inode: string | null = null;
  private offset = 0;
  private tail: Buffer = Buffer.alloc(0);
  /** Bytes still to come that were read before, and what they must hash to (null: they are news to us). */
  private known: { left: number; parts: Buffer[]; readonly sha256: string | null } | null = null;

  /** What the bytes before the place must hash to, as long as we have not read any ourselves. */
  private expected: LogPosition | null = null;

  /** @param earlier where an earlier attempt ended, or null. */
  constructor(earlier: LogPosition | null) {
    if (earlier === null) return;
    this.inode = earlier.inode;
    this.offset = earlier.offset;
    this.expected = earlier;
  }

  /** Where to go on, or null when the file was never there. */
  position(): LogPosition | null {
    if (this.inode === null) return null;
    if (this.expected !== null) return this.expected;
    return { inode: this.inode, offset: this.offset, checked: this.tail.length, sha256: sha256(this.tail) };
  }

  /** Bytes come from `at` on; the first `known` of them were read before. A copy does not change which file it is. */
  opened(inode: string | null, at: number, known: number): void {
    const before = this.position();
    this.known = known === 0 ? null : { left: known, parts: [], sha256: before === null ? null : before.sha256 };
    if (inode !== null) this.inode = inode;
    this.offset = at + known;
  }

  /** A new file, from its first byte on. */
  replaced(inode: string): void {
    this.inode = inode;
    this.offset = 0;
    this.tail = Buffer.alloc(0);
    this.expected = null;
    this.known = null;
  }

  /** What of the bytes is new; `mismatch` when what was read before turns out to be something else. */
  take(bytes: Buffer): { readonly fresh: Buffer; readonly mismatch: boolean } {
    let fresh = bytes;
    let mismatch = false;
    const { known } = this;
    if (known !== null) {
      const part = bytes.subarray(0, known.left);
      known.parts.push(Buffer.from(part));
      known.left -= part.length;
      fresh = bytes.subarray(part.length);
      if (known.left > 0) return { fresh, mismatch };
      this.known = null;
      const seen = Buffer.concat(known.parts);
      mismatch = known.sha256 !== null && known.sha256 !== sha256(seen);
      this.tail = seen;
      this.expected = null;
    }
    if (fresh.length > 0) {
      this.expected = null;
      this.offset += fresh.length;
      const all = fresh.length >= CHECKED ? fresh : Buffer.concat([this.tail, fresh]);
      this.tail = Buffer.from(all.subarray(Math.max(0, all.length - CHECKED)));
    }
    return { fresh, mismatch };
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
