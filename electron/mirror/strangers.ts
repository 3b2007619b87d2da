import type { Socket } from 'node:net';
import { limits } from '../../shared/contract/limits.ts';
import { plainAddress } from './host-addresses.ts';

interface Stranger {
  readonly socket: Socket;
  readonly address: string;
  readonly timer: NodeJS.Timeout;
}

/** Why a stranger's connection was ended by us. */
export type StrangerEnd = 'handshake-timeout' | 'too-many';

/**
 * TCP connections that have not proved who they are: few, and not for long. When there are too many, the oldest of
 * the address that holds most of them makes room, so that a flood from one place does not shut out another.
 */
export class Strangers {
  readonly #onEnd: (why: StrangerEnd, address: string) => void;
  /** By their own address and port, oldest first. */
  readonly #all = new Map<string, Stranger>();

  constructor(onEnd: (why: StrangerEnd, address: string) => void) {
    this.#onEnd = onEnd;
  }

  /** A new connection, before anything was read from it. */
  add(socket: Socket): void {
    const place = placeOf(socket);
    if (socket.remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    if (this.#all.size >= limits.mirrorStrangers) this.#makeRoom();
    const timer = setTimeout(() => this.#end(place, 'handshake-timeout'), limits.mirrorHandshakeMs);
    this.#all.set(place, { socket, address: plainAddress(socket.remoteAddress), timer });
    socket.on('error', () => {});
    socket.once('close', () => this.#forget(place, socket));
  }

  /** This connection has proved itself. */
  proved(place: string): void {
    const found = this.#all.get(place);
    if (found !== undefined) this.#forget(place, found.socket);
  }

  close(): void {
    for (const [place, { socket }] of this.#all) {
      this.#forget(place, socket);
      socket.destroy();
    }
  }

  #makeRoom(): void {
    const counts = new Map<string, number>();
    for (const { address } of this.#all.values()) counts.set(address, (counts.get(address) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const oldest = [...this.#all].find(([, { address }]) => counts.get(address) === most);
    if (oldest !== undefined) this.#end(oldest[0], 'too-many');
  }

  #end(place: string, why: StrangerEnd): void {
    const found = this.#all.get(place);
    if (found === undefined) return;
    this.#forget(place, found.socket);
    found.socket.destroy();
    this.#onEnd(why, found.address);
  }

  #forget(place: string, socket: Socket): void {
    const found = this.#all.get(place);
    if (found?.socket !== socket) return;
    clearTimeout(found.timer);
    this.#all.delete(place);
  }
}

/** Where a connection comes from, the same for a TCP socket and the TLS socket on top of it. */
export function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
