import { type RawData, WebSocket } from 'ws';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import { limits } from '../../shared/contract/limits.ts';
import { type GuestFrame, type HostFrame, hostFrameSchema } from '../../shared/contract/mirror-protocol.ts';
import type { Clock } from '../engine/ports.ts';
import { SerialQueue } from '../engine/serial-queue.ts';
import type { Dialed } from './dial.ts';

/** What becomes of what the host says. */
export interface LinkReader {
  /** One frame after the other; the next waits until this one is dealt with. */
  readonly take: (frame: HostFrame) => void | Promise<void>;
}

/**
 * One connection to a host. Every frame's length is checked by the socket, then its form by the schema; while frames
 * wait to be dealt with, no more are read from the network.
 */
export class HostLink {
  readonly address: string;
  /** Settles once, when the connection is gone and everything that came was dealt with; null: we ended it. */
  readonly ended: Promise<Failure | null>;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #wire: Dialed['socket'];
  readonly #queue = new SerialQueue();
  #heard: number;
  #read = 0;
  #waiting = 0;
  #failure: Failure | null = null;
  #closing = false;

  constructor(dialed: Dialed, clock: Clock, reader: LinkReader) {
    this.address = dialed.address;
    this.#clock = clock;
    this.#wire = dialed.socket;
    this.#heard = clock.mono();
    this.#socket = new WebSocket(`ws://${dialed.address}/mirror`, {
      createConnection: () => dialed.socket,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: limits.mirrorHostFrame,
      handshakeTimeout: limits.mirrorHandshakeMs,
    });
    const socket = this.#socket;
    for (const sign of ['message', 'ping', 'pong', 'open'] as const) {
      socket.on(sign, () => {
        this.#heard = this.#clock.mono();
      });
    }
    socket.on('message', (data, binary) => this.#received(data, binary, reader));
    this.ended = new Promise((resolve) => {
      socket.on('error', (error) => this.fail(failure('mirror-lost', { address: this.address }, error)));
      socket.on('close', (code) => void this.#end(code).then(resolve));
    });
  }

  /** Milliseconds since the host's last sign of life; part of a long frame is one, too. */
  get silentMs(): number {
    const { bytesRead } = this.#wire;
    if (bytesRead !== this.#read) this.#heard = this.#clock.mono();
    this.#read = bytesRead;
    return Math.max(0, Math.round(this.#clock.mono() - this.#heard));
  }

  /** True from the first failure or `close` on: nothing is dealt with any more. */
  get over(): boolean {
    return this.#closing || this.#failure !== null;
  }

  /** Sends a frame; resolves to false where the connection is gone. */
  async send(frame: GuestFrame): Promise<boolean> {
    if (this.over || this.#socket.readyState !== WebSocket.OPEN) return false;
    return await new Promise((resolve) => {
      this.#socket.send(JSON.stringify(frame), (error) => resolve(error === undefined || error === null));
    });
  }

  /** Asks for a sign of life. */
  ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  /** Breaks the connection; what came and was not dealt with yet is dropped. */
  fail(reason: Failure): void {
    if (!this.over) this.#failure = reason;
    this.#socket.terminate();
  }

  /** Ends the connection in good order, or by force when the other side does not answer. */
  close(): void {
    if (this.over) return;
    this.#closing = true;
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close(1000);
    const force = setTimeout(() => this.#socket.terminate(), limits.signalGraceMs);
    this.#socket.once('close', () => clearTimeout(force));
  }

  /** What came before the end is still dealt with, on a slow disk above all: the last records, and why they say bye. */
  async #end(code: number): Promise<Failure | null> {
    await this.#queue.drained();
    if (!this.#closing)
      this.#failure ??= failure('mirror-lost', { address: this.address }, `the connection closed (${code})`);
    return this.#failure;
  }

  #received(data: RawData, binary: boolean, reader: LinkReader): void {
    const text = binary ? null : String(data);
    const size = text?.length ?? 0;
    this.#waiting += size;
    if (this.#waiting > limits.mirrorUnderWay) this.#socket.pause();
    void this.#queue.run(async () => {
      try {
        if (!this.over) await this.#deal(text, reader);
      } catch (error) {
        this.fail(failure('mirror-lost', { address: this.address }, error));
      } finally {
        this.#waiting -= size;
        if (this.#waiting <= limits.mirrorUnderWay && this.#socket.isPaused) this.#socket.resume();
      }
    });
  }

  async #deal(text: string | null, reader: LinkReader): Promise<void> {
    const frame = text === null ? 'a binary frame' : parseFrame(text);
    if (typeof frame === 'string') this.fail(failure('mirror-not-countersign', { address: this.address }, frame));
    else await reader.take(frame);
  }
}

/** The frame, or what is wrong with it. */
function parseFrame(text: string): HostFrame | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return String(error);
  }
  const parsed = hostFrameSchema.safeParse(value);
  return parsed.success ? parsed.data : parsed.error.message;
}
