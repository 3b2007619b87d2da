/** What a follower says between the bytes of the files. */
export type FollowWord =
  | { readonly type: 'data'; readonly file: number }
  | {
      readonly type: 'opened';
      readonly file: number;
      readonly inode: string;
      readonly at: number;
      readonly known: number;
    }
  | { readonly type: 'replaced'; readonly file: number; readonly inode: string }
  | { readonly type: 'copy'; readonly file: number; readonly at: number; readonly known: number }
  | { readonly type: 'gap'; readonly file: number; readonly why: 'replaced' | 'truncated' }
  | { readonly type: 'missing'; readonly file: number }
  | { readonly type: 'truncated' }
  | { readonly type: 'pid'; readonly pid: string }
  | { readonly type: 'idle' };

const RS = 0x1e;
/** No word is longer; a log that begins like one does not make us wait for its end. Bytes. */
const LONGEST_WORD = 200;

/** Tells a follower's words from the bytes of the files, however the stream is cut into chunks. */
export class FrameReader {
  private readonly start: Buffer;
  private readonly onData: (bytes: Buffer) => void;
  private readonly onWord: (word: FollowWord) => void;
  private held: Buffer = Buffer.alloc(0);

  constructor(token: string, onData: (bytes: Buffer) => void, onWord: (word: FollowWord) => void) {
    this.start = Buffer.from(`\u001e${token} `);
    this.onData = onData;
    this.onWord = onWord;
  }

  write(chunk: Buffer): void {
    const data = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    this.held = Buffer.alloc(0);
    let from = 0;
    for (let at = data.indexOf(RS); at !== -1; ) {
      const begin = data.subarray(at, at + this.start.length);
      if (!this.start.subarray(0, begin.length).equals(begin)) {
        at = data.indexOf(RS, at + 1);
        continue;
      }
      const end = data.indexOf(10, at);
      if (end === -1 && data.length - at <= LONGEST_WORD) {
        this.data(data.subarray(from, at));
        // A copy, so that a few held bytes do not keep a whole network buffer alive.
        this.held = Buffer.from(data.subarray(at));
        return;
      }
      const word = end === -1 ? null : parseWord(data.toString('latin1', at + this.start.length, end));
      if (word === null) {
        at = data.indexOf(RS, at + 1);
        continue;
      }
      this.data(data.subarray(from, at));
      this.onWord(word);
      from = end + 1;
      at = data.indexOf(RS, from);
    }
    this.data(data.subarray(from));
  }

  private data(bytes: Buffer): void {
    if (bytes.length > 0) this.onData(bytes);
  }
}

/** One word as the script says it; null when it is none. See `log-follow-script.ts`. */
export function parseWord(text: string): FollowWord | null {
  const parts = text.split(' ');
  const [letter, second = '', third = ''] = parts;
  const file = Number(second);
  const numbers = parts.slice(1).every((part) => /^\d{1,20}$/.test(part));
  switch (`${letter}${parts.length}${numbers ? 'n' : ''}`) {
    case 'd2n':
      return { type: 'data', file };
    case 'o5n':
      return { type: 'opened', file, inode: third, at: Number(parts[3]), known: Number(parts[4]) };
    case 'r3n':
      return { type: 'replaced', file, inode: third };
    case 'c4n':
      return { type: 'copy', file, at: Number(third), known: Number(parts[3]) };
    case 'g3':
      return third === 'replaced' || third === 'truncated' ? { type: 'gap', file, why: third } : null;
    case 'm2n':
      return { type: 'missing', file };
    case 't1n':
      return { type: 'truncated' };
    case 'p2n':
    case 'p2':
      return { type: 'pid', pid: second };
    case '.1n':
      return { type: 'idle' };
    default:
      return null;
  }
}
