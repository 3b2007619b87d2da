import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer as createHttps, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTls } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { sha256Text, signatureHolds } from '../../electron/engine/journal/digest.ts';
import type { MirrorRole } from '../../shared/contract/events.ts';
import {
  type GuestFrame,
  guestFrameSchema,
  type HostFrame,
  MIRROR_PROTOCOL,
} from '../../shared/contract/mirror-protocol.ts';
import { encodeInvitation } from '../../shared/people/invitation.ts';
import { joinStatement, statementHash } from '../../shared/people/statements.ts';
import type { MadeCertificate } from './certificates.ts';

type GuestFrameOf<T extends GuestFrame['type']> = Extract<GuestFrame, { type: T }>;

/** SHA-256 (hex) of a PEM certificate's DER bytes. */
export function pinOf(certificate: MadeCertificate): string {
  return createHash('sha256').update(new X509Certificate(certificate.cert).raw).digest('hex');
}

/** One guest's connection to the scripted host. */
export class ScriptedLink {
  /** Every frame that came, parsed by the real schema. */
  readonly frames: GuestFrame[] = [];
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #waiting: (() => void)[] = [];
  readonly #taken = new Set<GuestFrame>();
  /** What is done with every frame besides remembering it. */
  react: (frame: GuestFrame) => void = () => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const frame = guestFrameSchema.parse(JSON.parse(String(data)));
      this.frames.push(frame);
      this.react(frame);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    void this.closed.then(() => {
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** The next frame of this type that nobody was given yet; rejects when the link closes first. */
  async heard<T extends GuestFrame['type']>(type: T): Promise<GuestFrameOf<T>> {
    for (;;) {
      const found = this.frames.find((frame) => frame.type === type && !this.#taken.has(frame));
      if (found !== undefined) {
        this.#taken.add(found);
        return found as GuestFrameOf<T>;
      }
      if (this.#socket.readyState > 1) throw new Error(`closed before a ${type} came`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  say(frame: HostFrame): void {
    this.raw(JSON.stringify(frame));
  }

  raw(text: string): void {
    this.#socket.send(text);
  }

  /** Resolves when the other side has received everything that was said so far. */
  async arrived(): Promise<void> {
    const pong = new Promise((resolve) => this.#socket.once('pong', resolve));
    this.#socket.ping();
    await pong;
  }

  /** Ends the connection in good order. */
  end(): void {
    this.#socket.close(1000);
  }

  /** Breaks the connection without a word. */
  cut(): void {
    this.#socket.terminate();
  }
}

/** What a scripted host serves, and in what it lies. */
export interface Serving {
  /** A run's folder. */
  readonly folder: string;
  readonly role?: MirrorRole;
  readonly participant?: string;
  /** How many lines of the journal are sent at the beginning; all when left out. */
  readonly lines?: number;
  /** Stands in for the honest answer to a fetch. */
  readonly file?: (asked: GuestFrameOf<'fetch'>, honest: Extract<HostFrame, { type: 'file' }>) => HostFrame | null;
  /** Receipts are kept and confirmed; false: the host never says so. */
  readonly confirms?: boolean;
}

/** A host of the mirror protocol over real TLS and WebSockets that does exactly what a test says. */
export class ScriptedHost {
  readonly #server: Server;
  readonly #certificate: MadeCertificate;
  readonly #links: ScriptedLink[] = [];
  readonly #waiting: (() => void)[] = [];
  #next = 0;

  private constructor(server: Server, certificate: MadeCertificate) {
    this.#server = server;
    this.#certificate = certificate;
    const sockets = new WebSocketServer({ server, path: '/mirror' });
    sockets.on('connection', (socket) => {
      this.#links.push(new ScriptedLink(socket));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async start(certificate: MadeCertificate): Promise<ScriptedHost> {
    const server = createHttps({ key: certificate.key, cert: certificate.cert, minVersion: 'TLSv1.3' });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ScriptedHost(server, certificate);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections so far. */
  get connections(): number {
    return this.#links.length;
  }

  invitation(runId: string, addresses: readonly string[] = [`127.0.0.1:${this.port}`]): string {
    return encodeInvitation({
      runId,
      certificate: pinOf(this.#certificate),
      token: 'A'.repeat(43),
      expiresAt: '2026-11-21T12:00:00.000Z',
      addresses: [...addresses],
    });
  }

  /** The next connection. */
  async link(): Promise<ScriptedLink> {
    for (;;) {
      const link = this.#links[this.#next];
      if (link !== undefined) {
        this.#next += 1;
        return link;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Takes the next connection up to the proof of the key, which has to hold. */
  async greet(runId: string): Promise<{ readonly link: ScriptedLink; readonly hello: GuestFrameOf<'hello'> }> {
    const link = await this.link();
    const nonce = Buffer.alloc(32, this.#next).toString('base64');
    link.say({ type: 'challenge', protocol: MIRROR_PROTOCOL, runId, nonce });
    const hello = await link.heard('hello');
    const statement = joinStatement(runId, pinOf(this.#certificate), nonce, hello.person);
    if (!signatureHolds(hello.person.publicKey, statementHash(statement, sha256Text), hello.signature))
      throw new Error('the guest did not prove its key');
    return { link, hello };
  }

  /** Plays a whole host for the next connection: lets the guest in and serves the run of a folder. */
  async serve(runId: string, serving: Serving): Promise<ScriptedLink> {
    const { link, hello } = await this.greet(runId);
    const { role = 'checker', participant = 'p1', confirms = true } = serving;
    link.react = (frame) => {
      if (frame.type === 'receipt' && confirms) link.say({ type: 'receipted', seq: frame.receipt.seq });
      if (frame.type === 'intent') link.say({ type: 'answer', id: frame.id, refusal: null });
      if (frame.type === 'fetch') {
        const honest = readPart(serving.folder, frame.path, frame.offset);
        const answer = serving.file === undefined ? honest : serving.file(frame, honest);
        if (answer !== null) link.say(answer);
      }
      if (frame.type === 'resume') sendLines(link, serving, frame.have === null ? 0 : frame.have.seq + 1);
    };
    link.say({ type: 'welcome', participant, role });
    sendLines(link, serving, hello.have === null ? 0 : hello.have.seq + 1);
    return link;
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.cut();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The lines of a run's journal. */
export function journalLines(folder: string): readonly string[] {
  return readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n').slice(0, -1);
}

function sendLines(link: ScriptedLink, { folder, lines }: Serving, first: number): void {
  const some = journalLines(folder).slice(first, lines);
  if (some.length > 0) link.say({ type: 'records', first, lines: some });
}

const PART = 256 * 1024;

function readPart(folder: string, path: string, offset: number): Extract<HostFrame, { type: 'file' }> {
  const whole = statSync(join(folder, path), { throwIfNoEntry: false });
  const bytes = whole === undefined ? Buffer.alloc(0) : readFileSync(join(folder, path));
  const data = bytes.subarray(offset, offset + PART).toString('base64');
  return { type: 'file', path, offset, data, size: bytes.length };
}

/** Somebody in the middle: shows a certificate of their own and passes everything on to the real host. */
export interface Relay {
  readonly port: number;
  /** Bytes that guests sent through it, in clear. */
  stolen(): number;
  /** Handshakes that were completed with guests. */
  accepted(): number;
  close(): Promise<void>;
}

export async function startRelay(certificate: MadeCertificate, host: number): Promise<Relay> {
  const open = new Set<Socket>();
  let stolen = 0;
  let accepted = 0;
  const server = createTls({ key: certificate.key, cert: certificate.cert, minVersion: 'TLSv1.3' }, (near) => {
    accepted += 1;
    const far = connectTls({ host: '127.0.0.1', port: host, rejectUnauthorized: false });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
    }
    near.on('data', (data) => {
      stolen += data.length;
      far.write(data);
    });
    far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stolen: () => stolen,
    accepted: () => accepted,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
