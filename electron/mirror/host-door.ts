import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { limits } from '../../shared/contract/limits.ts';
import type { MirrorRefusal } from '../../shared/contract/mirror-refusals.ts';
import type { MirrorCertificate } from './certificate.ts';
import { plainAddress } from './host-addresses.ts';
import { placeOf, Strangers } from './strangers.ts';

export interface DoorParts {
  readonly certificate: MirrorCertificate;
  readonly listen: { readonly address: string | null; readonly port: number };
  /** Somebody stands before the door and speaks WebSocket; `proved` once they are no stranger any more. */
  readonly onSocket: (socket: WebSocket, address: string, proved: () => void) => void;
  readonly onRefused: (code: MirrorRefusal, address: string) => void;
}

export interface Door {
  readonly port: number;
  /** Lets nobody in any more; those inside stay. */
  shut(): void;
  /** Resolves when the last connection is gone. */
  closed(): Promise<void>;
}

/** Listens with TLS 1.3 for WebSockets at `/mirror`, and answers nothing else. Rejects with the system's error. */
export async function openDoor({ certificate, listen, onSocket, onRefused }: DoorParts): Promise<Door> {
  const { key, cert } = certificate;
  const server = createServer({ key, cert, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.mirrorGuestFrame,
    // Answers to a flood of pings would gather in memory; see `Viewer`.
    autoPong: false,
  });
  const strangers = new Strangers(onRefused);
  const turnAway = (socket: Duplex) => {
    onRefused('malformed', plainAddress((socket as TLSSocket).remoteAddress));
    socket.destroy();
  };
  server.on('connection', (socket) => strangers.add(socket as Socket));
  server.on('tlsClientError', (error: Error & { code?: string }, socket) => {
    // Guests try all our addresses at once and let go of the slower ones: no refusal.
    if (error.code?.startsWith('ERR_SSL') === true) onRefused('malformed', plainAddress(socket.remoteAddress));
    socket.destroy();
  });
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (error.code?.startsWith('HPE_') === true) turnAway(socket);
    else socket.destroy();
  });
  server.on('request', (request: IncomingMessage) => turnAway(request.socket));
  sockets.on('wsClientError', (_error, socket) => turnAway(socket));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {});
    if (request.url !== '/mirror') {
      turnAway(socket);
      return;
    }
    const place = placeOf(request.socket);
    const address = plainAddress(request.socket.remoteAddress);
    sockets.handleUpgrade(request, socket, head, (opened) => onSocket(opened, address, () => strangers.proved(place)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(
      listen.address === null ? { port: listen.port } : { port: listen.port, host: listen.address },
      resolve,
    );
  });
  server.on('error', () => {});
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    shut: () => {
      server.close();
      strangers.close();
    },
    closed: () => closed,
  };
}
