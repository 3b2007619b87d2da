import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTls, Server as TlsServer } from 'node:tls';
import type { MadeCertificate } from './certificates.ts';

/** One message as RFC 5424, 6 writes it, taken apart; escapes undone. */
export interface ReceivedMessage {
  readonly raw: string;
  readonly priority: number;
  readonly at: string;
  readonly machine: string;
  readonly app: string;
  readonly process: string;
  readonly type: string;
  readonly params: Readonly<Record<string, string>>;
  readonly text: string;
}

const header =
  /^<(\d|[1-9]\d{1,2})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) /;
const element = /^\[([^\s=\]"]{1,32})((?: [^\s=\]"]{1,32}="(?:\\["\\\]]|[^"\\\]])*")*)\] /;

/** Takes one message apart; throws where the RFC is not kept to the letter. */
export function parseSyslog(message: Buffer): ReceivedMessage {
  const raw = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message);
  const head = header.exec(raw);
  if (head === null) throw new Error(`No header: ${raw}`);
  const data = element.exec(raw.slice(head[0].length));
  if (data === null) throw new Error(`No structured data: ${raw}`);
  const text = raw.slice(head[0].length + data[0].length);
  if (!text.startsWith('\uFEFF')) throw new Error(`No byte order mark: ${raw}`);
  if (/\p{Cc}/u.test(raw)) throw new Error(`A control character: ${JSON.stringify(raw)}`);
  const params: Record<string, string> = {};
  for (const [, name = '', value = ''] of (data[2] ?? '').matchAll(/ ([^\s=\]"]+)="((?:\\["\\\]]|[^"\\\]])*)"/g)) {
    params[name] = shown(value.replace(/\\(["\\\]])/g, '$1'));
  }
  const [, priority, at = '', machine = '', app = '', process = '', type = ''] = head;
  return { raw, priority: Number(priority), at, machine, app, process, type, params, text: shown(text.slice(1)) };
}

/** Undoes how control characters are shown. */
function shown(text: string): string {
  return text.replace(/\\(\\|n|u([0-9a-f]{4}))/g, (_, word: string, code: string | undefined) =>
    word === '\\' ? '\\' : word === 'n' ? '\n' : String.fromCharCode(Number.parseInt(code ?? '', 16)),
  );
}

/** Cuts a whole connection into messages by octet counting; throws where anything is left over. */
export function unframed(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const count = bytes.toString('latin1', at, space);
    if (!/^[1-9]\d*$/.test(count)) throw new Error(`No count at ${at}: ${count}`);
    const end = space + 1 + Number(count);
    if (end > bytes.length) throw new Error('The connection ended within a message.');
    messages.push(bytes.subarray(space + 1, end));
    at = end;
  }
  return messages;
}

/** What a receiver does with its next connection. */
export type Behaviour = 'take' | 'cut' | 'close-at-once' | 'never-end' | 'stall';

/** A syslog receiver on loopback that takes only what keeps to the RFCs. */
export class SyslogReceiver {
  readonly messages: ReceivedMessage[] = [];
  readonly faults: unknown[] = [];
  connections = 0;
  behaviour: Behaviour = 'take';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #told: (() => void)[] = [];

  private constructor(certificate: MadeCertificate | null) {
    const take = (socket: Socket): void => this.#take(socket);
    this.#server =
      certificate === null
        ? createServer({ allowHalfOpen: true }, take)
        : createTls({ key: certificate.key, cert: certificate.cert }, take);
  }

  static async start(certificate: MadeCertificate | null = null, port = 0): Promise<SyslogReceiver> {
    const receiver = new SyslogReceiver(certificate);
    await new Promise<void>((resolve) => receiver.#server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  #take(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    const chunks: Buffer[] = [];
    const { behaviour } = this;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#tell();
    });
    if (behaviour === 'close-at-once') socket.end();
    if (behaviour === 'stall') {
      // Reads nothing: the sender fills the system's buffers and waits.
      setImmediate(() => this.#tell());
      return;
    }
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (behaviour === 'cut') socket.resetAndDestroy();
    });
    socket.on('end', () => {
      if (behaviour === 'never-end') return;
      try {
        if (behaviour === 'take') this.messages.push(...unframed(Buffer.concat(chunks)).map(parseSyslog));
      } catch (error) {
        this.faults.push(error);
      }
      socket.end();
      this.#tell();
    });
    if (behaviour !== 'take') setImmediate(() => this.#tell());
  }

  /** Shows this certificate from the next connection on. */
  rotate({ key, cert }: MadeCertificate): void {
    if (!(this.#server instanceof TlsServer)) throw new Error('A receiver without TLS has no certificate.');
    this.#server.setSecureContext({ key, cert });
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Lets go of every connection, read or not. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #tell(): void {
    const told = this.#told;
    this.#told = [];
    for (const tell of told) tell();
  }

  /** Resolves when `holds` does; asked again when a connection comes, is read or is over. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#told.push(resolve));
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
