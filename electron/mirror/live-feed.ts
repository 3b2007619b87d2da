import { limits } from '../../shared/contract/limits.ts';
import type { HostFrame } from '../../shared/contract/mirror-protocol.ts';
import type { AttemptProgress, OutputTap, ProgressTap } from '../engine/ports.ts';

const everyMs = 50;
/** Characters of one attempt that may wait for the next frame; older ones are left out, and `at` shows it. */
const mostWaiting = 4 * limits.mirrorOutputChars;

/** Text of one attempt that follows without a gap; `at`: characters before it. */
interface Piece {
  readonly at: number;
  readonly data: string;
}

/**
 * Live output and progress for everybody who follows: gathered for 50 ms, made into frames once, handed to all. What
 * cannot be sent in time is left out; the recordings have everything.
 */
export class LiveFeed {
  readonly #send: (frames: readonly Buffer[]) => Promise<void>;
  readonly #said = new Map<string, number>();
  readonly #waiting = new Map<string, Piece[]>();
  readonly #progress = new Map<string, AttemptProgress>();
  #timer: NodeJS.Timeout | null = null;

  /** `send` resolves when the next frames may come. */
  constructor(send: (frames: readonly Buffer[]) => Promise<void>) {
    this.#send = send;
  }

  readonly output: OutputTap = ({ attempt, data, skipped }) => {
    const at = (this.#said.get(attempt) ?? 0) + skipped;
    this.#said.set(attempt, at + data.length);
    const pieces = this.#waiting.get(attempt) ?? [];
    this.#waiting.set(attempt, newest(joined(pieces, { at, data })));
    this.#soon();
  };

  readonly progress: ProgressTap = (progress) => {
    this.#progress.set(progress.attempt, progress);
    this.#soon();
  };

  /** Nothing comes of this attempt any more. */
  forget(attempt: string): void {
    this.#said.delete(attempt);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting.clear();
    this.#progress.clear();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => void this.#flush(), everyMs);
  }

  async #flush(): Promise<void> {
    const frames = [...this.#waiting].flatMap(([attempt, pieces]) => pieces.flatMap((piece) => cut(attempt, piece)));
    for (const { attempt, done, of, label } of this.#progress.values()) {
      frames.push({ type: 'progress', attempt, done, of, label: label.slice(0, limits.text) });
    }
    this.#waiting.clear();
    this.#progress.clear();
    await this.#send(frames.map((frame) => Buffer.from(JSON.stringify(frame))));
    this.#timer = null;
    if (this.#waiting.size > 0 || this.#progress.size > 0) this.#soon();
  }
}

function joined(pieces: readonly Piece[], piece: Piece): Piece[] {
  const last = pieces.at(-1);
  if (last === undefined || last.at + last.data.length !== piece.at) return [...pieces, piece];
  return [...pieces.slice(0, -1), { at: last.at, data: last.data + piece.data }];
}

/** The pieces with the oldest text left out where there is too much. */
function newest(pieces: Piece[]): Piece[] {
  const last = pieces.at(-1);
  let over = pieces.reduce((sum, { data }) => sum + data.length, 0) - mostWaiting;
  if (over <= 0 || last === undefined) return pieces;
  while (pieces.length > 1 && over > 0) over -= pieces.shift()?.data.length ?? 0;
  return over <= 0 ? pieces : [{ at: last.at + over, data: last.data.slice(over) }];
}

/** Frames of at most `limits.mirrorOutputChars`, no character cut in two. */
function cut(attempt: string, { at, data }: Piece): HostFrame[] {
  const frames: HostFrame[] = [];
  for (let from = 0; from < data.length; ) {
    let to = Math.min(data.length, from + limits.mirrorOutputChars);
    if (to < data.length && /[\ud800-\udbff]/.test(data.charAt(to - 1))) to -= 1;
    frames.push({ type: 'output', attempt, at: at + from, data: data.slice(from, to) });
    from = to;
  }
  return frames;
}
