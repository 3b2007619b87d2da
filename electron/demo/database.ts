import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import database from './host/database.cjs?raw';

/** A PostgreSQL of the demo's own on loopback, in memory; whoever connects is let in. */
export interface DemoDatabase {
  readonly port: number;
  /** Resolves once it has started and answers; rejects when it cannot start. */
  started(): Promise<void>;
  close(): Promise<void>;
}

/** PostgreSQL's protocol, version 3 (documentation, chapter "Frontend/Backend Protocol"): the codes of first messages. */
const first = { cancel: 80_877_102, ssl: 80_877_103, gss: 80_877_104 } as const;
/** The longest message that is taken, in bytes. */
const longest = 64 * 1024 * 1024;
/** There is one session at a time; how long the next one waits for it, in milliseconds. */
const patienceMs = 3_000;

/**
 * Starts the database and lays out its tables with `sql`. Resolves as soon as it can be connected to: until it has
 * started in its own thread, clients wait. One session at a time, each beginning afresh.
 */
export async function openDemoDatabase(sql: string): Promise<DemoDatabase> {
  const backend = startBackend(sql);
  const sockets = new Set<Socket>();
  const turn = takeTurns();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away is no news here.
    socket.on('error', () => socket.destroy());
    serve(socket, backend, turn).catch((error: unknown) => {
      socket.end(fatal('57P03', error instanceof Error ? error.message : String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    started: async () => void (await backend.send(query('SELECT 1'))),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([backend.close(), new Promise((resolve) => server.close(resolve))]);
    },
  };
}

interface Backend {
  /** Gives the database one message. Rejects when it did not start or has ended. */
  send(message: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

type Answer = { readonly number: number; readonly answer?: Uint8Array; readonly failed?: string };

function startBackend(sql: string): Backend {
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const worker = new Worker(database, { eval: true, workerData: { pglite, sql } });
  const waiting = new Map<number, { resolve(answer: Uint8Array): void; reject(error: Error): void }>();
  let sent = 0;
  let ended: Error | null = null;
  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', ({ number, answer, failed }: Answer) => {
    const asked = waiting.get(number);
    waiting.delete(number);
    if (answer === undefined) asked?.reject(new Error(failed));
    else asked?.resolve(answer);
  });
  worker.on('error', end);
  worker.on('exit', () => end(new Error('the demo database has ended')));
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        if (ended !== null) return reject(ended);
        sent += 1;
        waiting.set(sent, { resolve, reject });
        worker.postMessage({ number: sent, message });
      }),
    close: async () => void (await worker.terminate()),
  };
}

/** Waits for its turn and gives the way to end it; null when it did not come in time. */
type TakeTurn = () => Promise<(() => void) | null>;

function takeTurns(): TakeTurn {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    let end: () => void = () => {};
    last = new Promise((resolve) => {
      end = resolve;
    });
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<'late'>((resolve) => {
      late = setTimeout(resolve, patienceMs, 'late');
    });
    const came = await Promise.race([before, tooLate]);
    clearTimeout(late);
    if (came !== 'late') return end;
    void before.then(end);
    return null;
  };
}

/** One client from its first word to its last. */
async function serve(socket: Socket, backend: Backend, takeTurn: TakeTurn): Promise<void> {
  let endTurn: (() => void) | null = null;
  try {
    for await (const message of messagesOf(socket)) {
      if (endTurn === null) {
        const code = message.readInt32BE(4);
        if (code === first.ssl || code === first.gss) {
          socket.write('N');
          continue;
        }
        if (code === first.cancel) return void socket.end();
        endTurn = await takeTurn();
        if (endTurn === null) return void socket.end(fatal('53300', 'the demo database has one session at a time'));
      } else if (message[0] === terminate) return void socket.end();
      socket.write(await backend.send(message));
    }
  } finally {
    if (endTurn !== null) {
      await backend.send(query('ROLLBACK')).catch(() => {});
      await backend.send(query('DISCARD ALL')).catch(() => {});
      endTurn();
    }
  }
}

const terminate = 'X'.charCodeAt(0);

/** Whole messages as they come. The first ones, until a session begins, have no letter before their length. */
async function* messagesOf(socket: Socket): AsyncGenerator<Buffer, void> {
  let bytes: Buffer = Buffer.alloc(0);
  let begun = false;
  // What is said last must still leave when nothing more is read.
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const head: number = begun ? 1 : 0;
      if (bytes.length < head + 4) break;
      const length: number = head + bytes.readInt32BE(head);
      if (length < head + 4 || length > longest) throw new Error('not a message of PostgreSQL');
      if (bytes.length < length) break;
      const message = bytes.subarray(0, length);
      bytes = bytes.subarray(length);
      if (!begun) begun = length < 8 || !Object.values<number>(first).includes(message.readInt32BE(4));
      yield message;
    }
  }
}

/** A simple query as a client sends it. */
function query(sql: string): Buffer {
  return message('Q', Buffer.from(`${sql}\0`));
}

/** The server's last word on a session. */
function fatal(code: string, words: string): Buffer {
  return message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${words}\0\0`));
}

function message(letter: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(letter);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
