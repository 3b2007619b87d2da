import { connect, type TLSSocket } from 'node:tls';
import { type RawData, WebSocket } from 'ws';
import { createSessionSigner, sha256Text } from '../../electron/engine/journal/digest.ts';
import type { Identity } from '../../electron/engine/ports.ts';
import type { Head } from '../../shared/contract/events.ts';
import type { MirrorIntent, Refusal } from '../../shared/contract/intents.ts';
import {
  type GuestFrame,
  type HostFrame,
  hostFrameSchema,
  MIRROR_PROTOCOL,
} from '../../shared/contract/mirror-protocol.ts';
import { canonicalJson } from '../../shared/journal/canonical.ts';
import { type Invitation, parseAddress, parseInvitation } from '../../shared/people/invitation.ts';
import type { Receipt } from '../../shared/people/receipts.ts';
import { joinStatement, receiptStatement, statementHash } from '../../shared/people/statements.ts';

/** A person with a fresh key. */
export function somebody(name: string): Identity {
  const signer = createSessionSigner();
  return {
    person: { name, contact: '', publicKey: signer.publicKey },
    sign: (hash) => signer.sign(Buffer.from(hash, 'ascii')),
  };
}

/** An invitation's parts; throws for what is none. */
export function readInvitation(text: string): Invitation {
  const parsed = parseInvitation(text);
  if (!parsed.ok) throw new Error(`no invitation: ${text}`);
  return parsed.value;
}

type FrameOf<T extends HostFrame['type']> = Extract<HostFrame, { type: T }>;

/** A guest that says exactly what a test wants it to say, over a real TLS connection. Proves nothing by itself. */
export class MirrorClient {
  /** Every frame of the host, in order; each was parsed with the protocol's own schema. */
  readonly frames: HostFrame[] = [];
  /** The journal's lines as they came. */
  readonly lines: string[] = [];
  /** The WebSocket's close code. */
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
  readonly #waiting: (() => void)[] = [];
  #asked = 1_000;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.#take(data));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
    void this.closed.then(() => this.#wake());
  }

  /** Connects to the host on this computer and waits for nothing but the TLS connection. */
  static async dial(port: number, path = '/mirror'): Promise<MirrorClient> {
    const wire = await dialTls(port);
    return new MirrorClient(new WebSocket(`ws://127.0.0.1:${port}${path}`, { createConnection: () => wire }));
  }

  /** Connects with an invitation, proves the key and waits for what the host says to it. */
  static async join(text: string, identity: Identity, given: HelloWords = {}): Promise<MirrorClient> {
    const invitation = readInvitation(text);
    const client = await MirrorClient.dial(portOf(invitation));
    const { nonce } = await client.next('challenge');
    client.send(helloFrame(invitation, nonce, identity, given));
    await client.until((frames) => frames.length > 1 || client.over);
    return client;
  }

  get over(): boolean {
    return this.socket.readyState >= WebSocket.CLOSING;
  }

  /** Records that came. */
  get seqs(): readonly number[] {
    return this.lines.map((line) => (JSON.parse(line) as Head).seq);
  }

  /** The head of the last record that came. */
  get head(): Head {
    const { seq, hash } = JSON.parse(this.lines.at(-1) ?? '') as Head;
    return { seq, hash };
  }

  send(frame: GuestFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** The `nth` frame of a type, now or later; throws when the connection closes before it came. */
  async next<T extends HostFrame['type']>(type: T, nth = 0): Promise<FrameOf<T>> {
    const found = () => this.frames.filter((frame): frame is FrameOf<T> => frame.type === type)[nth];
    await this.until(() => found() !== undefined || this.socket.readyState === WebSocket.CLOSED);
    const frame = found();
    if (frame === undefined) throw new Error(`closed without ${type}: ${JSON.stringify(this.frames).slice(-500)}`);
    return frame;
  }

  /** Resolves once this holds; looked at after every frame and at the end. */
  async until(holds: (frames: readonly HostFrame[]) => boolean): Promise<void> {
    while (!holds(this.frames)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when the record with this number came. */
  async hasRecord(seq: number): Promise<void> {
    await this.until(() => this.lines.length > seq || this.socket.readyState === WebSocket.CLOSED);
    if (this.lines.length <= seq) throw new Error(`closed at record ${this.lines.length} of ${seq}`);
  }

  async ask(intent: MirrorIntent): Promise<Refusal | null> {
    this.#asked += 1;
    const id = this.#asked;
    this.send({ type: 'intent', id, intent });
    const mine = (frame: HostFrame) => frame.type === 'answer' && frame.id === id;
    await this.until((frames) => frames.some(mine) || this.over);
    const answer = this.frames.find(mine);
    if (answer?.type !== 'answer') throw new Error('closed without an answer');
    return answer.refusal;
  }

  async close(): Promise<void> {
    this.socket.close(1000);
    await this.closed;
  }

  #take(data: RawData): void {
    const frame = hostFrameSchema.parse(JSON.parse(String(data)));
    this.frames.push(frame);
    if (frame.type === 'records') this.lines.push(...frame.lines);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** What a hello may say differently from an honest one. */
export interface HelloWords {
  readonly token?: string | null;
  readonly machine?: string;
  readonly have?: Head | null;
  readonly protocol?: number;
  /** The certificate that the proof is made for. */
  readonly certificate?: string;
  readonly nonce?: string;
}

export function helloFrame(
  invitation: Invitation,
  nonce: string,
  { person, sign }: Identity,
  given: HelloWords = {},
): Extract<GuestFrame, { type: 'hello' }> {
  const { token = invitation.token, machine = 'laptop', have = null, protocol = MIRROR_PROTOCOL } = given;
  const certificate = given.certificate ?? invitation.certificate;
  const statement = joinStatement(invitation.runId, certificate, given.nonce ?? nonce, person);
  const signature = sign(statementHash(statement, sha256Text));
  return { type: 'hello', protocol, token, person, machine, signature, have };
}

/** A receipt as an honest checker writes it. */
export function receiptFor(runId: string, head: Head, { person, sign }: Identity, at: string): Receipt {
  const { name, publicKey } = person;
  const signature = sign(statementHash(receiptStatement(runId, head, at), sha256Text));
  return { format: 'countersign-receipt-1', runId, ...head, at, name, publicKey, signature };
}

/** A receipt's line in `receipts.jsonl`. */
export function receiptLine(receipt: Receipt): string {
  return `${canonicalJson(receipt)}\n`;
}

/** The port of an invitation. */
export function portOf({ addresses: [first = ''] }: Invitation): number {
  return parseAddress(first)?.port ?? 0;
}

/** A TLS connection on which nothing was said yet. */
export async function dialTls(port: number): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, minVersion: 'TLSv1.3', rejectUnauthorized: false });
  return await new Promise((resolve, reject) => {
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}
