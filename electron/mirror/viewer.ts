import type { RawData, WebSocket } from 'ws';
import type { Head, Person } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { HostFrame } from '../../shared/contract/mirror-protocol.ts';
import type { MirrorRefusal } from '../../shared/contract/mirror-refusals.ts';
import type { Clock } from '../engine/ports.ts';
import { SerialQueue } from '../engine/serial-queue.ts';
import type { JournalTail } from './journal-tail.ts';

/** Answers that were not taken by the network yet; who asks on without reading them is let go. */
const mostUnsent = 64;
/** Bytes of frames that wait to be dealt with; beyond it no more are read from the network. */
const mostUnread = 256 * 1024;
const goodbyeMs = 1_000;

export interface ViewerParts {
  readonly socket: WebSocket;
  readonly participant: string;
  readonly person: Person;
  readonly address: string;
  /** The last record they have. */
  readonly have: Head | null;
  readonly tail: JournalTail;
  readonly clock: Clock;
}

/** One guest's connection, from the proof of their key on. It keeps a place in the journal and nothing of its lines. */
export class Viewer {
  readonly participant: string;
  readonly person: Person;
  readonly address: string;
  readonly have: Head | null;
  readonly #socket: WebSocket;
  readonly #tail: JournalTail;
  readonly #clock: Clock;
  /** What the guest says of itself, and what it waits for. */
  awake = true;
  welcomed = false;
  fetches = 0;
  intents = 0;
  #heard: number;
  /** The next record they get; null until they are admitted. */
  #next: number | null = null;
  #pumping: Promise<void> | null = null;
  #unsent = 0;
  #unread = 0;
  readonly #frames = new SerialQueue();
  #over = false;

  constructor(parts: ViewerParts) {
    this.participant = parts.participant;
    this.person = parts.person;
    this.address = parts.address;
    this.have = parts.have;
    this.#socket = parts.socket;
    this.#tail = parts.tail;
    this.#clock = parts.clock;
    this.#heard = parts.clock.mono();
  }

  /**
   * Listens from here on: one frame after the other, each when the one before was dealt with. `onGone` tells of a
   * protocol error of the connection itself, which counts as a malformed frame.
   */
  listen(
    onFrame: (data: RawData, binary: boolean) => Promise<void>,
    onGone: (why: MirrorRefusal | null) => void,
  ): void {
    let why: MirrorRefusal | null = null;
    this.#socket.on('message', (data: Buffer, binary) => {
      this.#heard = this.#clock.mono();
      this.#unread += data.length;
      if (this.#unread > mostUnread) this.#socket.pause();
      void this.#frames.run(async () => {
        if (!this.#over) await onFrame(data, binary);
        this.#unread -= data.length;
        if (this.#unread <= mostUnread && this.#socket.isPaused) this.#socket.resume();
      });
    });
    this.#socket.on('ping', () => {
      this.#heard = this.#clock.mono();
      if (!this.#over && !this.#full) this.#socket.pong();
    });
    this.#socket.on('error', (error: Error & { code?: string }) => {
      if (error.code?.startsWith('WS_ERR') === true) why = 'malformed';
    });
    this.#socket.on('close', () => {
      this.#over = true;
      onGone(why);
    });
  }

  /** True once nothing more is sent or taken. */
  get over(): boolean {
    return this.#over;
  }

  get streaming(): boolean {
    return this.#next !== null;
  }

  /** Milliseconds since anything was heard. */
  get silentMs(): number {
    return Math.max(0, this.#clock.mono() - this.#heard);
  }

  /** Records they have not been handed. */
  get behind(): number {
    return this.#tail.count - (this.#next ?? 0);
  }

  /** Sends the journal from this record on. */
  streamFrom(next: number): void {
    this.#next = next;
    void this.pump();
  }

  /** Hands on what is new; resolves when there is no more, or the network has enough for now. */
  pump(): Promise<void> {
    this.#pumping ??= this.#pump();
    return this.#pumping;
  }

  async #pump(): Promise<void> {
    try {
      // A caller gets the promise before the first look, so that `#pumping` is never cleared too early.
      await Promise.resolve();
      for (let next = this.#due(); next !== null; next = this.#due()) {
        const frame = await this.#tail.frameFrom(next);
        // Meanwhile they may have asked to go back.
        if (next !== this.#next || this.#over) continue;
        this.#next = frame.next;
        this.#socket.send(frame.bytes, { binary: false }, () => void this.pump());
      }
    } catch {
      // The journal cannot be read: they come back, and it is tried again.
      this.#socket.terminate();
    } finally {
      this.#pumping = null;
    }
  }

  #due(): number | null {
    return this.#next === null || this.#over || this.#full || this.#next >= this.#tail.count ? null : this.#next;
  }

  get #full(): boolean {
    return this.#socket.bufferedAmount >= limits.mirrorUnderWay;
  }

  /** Live frames, for those who have all records and take what they get. */
  offer(frame: Buffer): void {
    if (this.#next !== this.#tail.count || this.#over || this.#full) return;
    this.#socket.send(frame, { binary: false });
  }

  /** Sends an answer; resolves when the network has taken it, or the connection is gone. */
  async send(frame: HostFrame): Promise<void> {
    if (this.#over) return;
    if (this.#unsent >= mostUnsent) return this.#socket.terminate();
    this.#unsent += 1;
    await new Promise<void>((resolve) => this.#socket.send(JSON.stringify(frame), () => resolve()));
    this.#unsent -= 1;
  }

  /** Says why, and closes. */
  end(frame: Extract<HostFrame, { type: 'bye' | 'refused' }>): void {
    void this.send(frame);
    this.leave();
  }

  /** Closes; by force if the other side does not answer soon. */
  leave(): void {
    this.#over = true;
    closeSoon(this.#socket);
  }
}

/** Closes a WebSocket; by force when the other side does not close its end within a second. */
export function closeSoon(socket: WebSocket): void {
  socket.close(1000);
  const force = setTimeout(() => socket.terminate(), goodbyeMs);
  socket.once('close', () => clearTimeout(force));
}
