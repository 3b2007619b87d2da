import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A TCP proxy on loopback whose link can be cut, frozen or slowed down at will. */
export interface CutProxy {
  readonly address: string;
  readonly port: number;
  /** Connections accepted so far. */
  accepted(): number;
  /** Breaks every open connection on both sides; new ones still work. */
  cut(): void;
  /** Breaks every open connection and every new one, until `heal`. */
  sever(): void;
  heal(): void;
  /** Breaks every open connection once so many more bytes have come from the target. */
  cutAfter(bytes: number): void;
  /** Everything takes so much longer from here on, in either direction, in milliseconds. */
  delay(ms: number): void;
  /** Nothing passes any more, in either direction, and nobody is told. */
  freeze(): void;
  close(): Promise<void>;
}

/** @param port where it listens; anywhere when left out. */
export async function startCutProxy(
  target: { readonly address: string; readonly port: number },
  port = 0,
): Promise<CutProxy> {
  const open = new Set<Socket>();
  let accepted = 0;
  let severed = false;
  let delayMs = 0;
  let left = Number.POSITIVE_INFINITY;
  const cut = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  /** Passes on what came from one side, as late and as much of it as was asked for. */
  const valve = (fromTarget: boolean): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const some = fromTarget ? chunk.subarray(0, left) : chunk;
        if (fromTarget) left -= some.length;
        const pass = () => {
          this.push(some);
          // What was let through has to get out before the link breaks.
          if (left === 0) setImmediate(cut);
        };
        if (delayMs > 0) setTimeout(pass, delayMs);
        else pass();
        done();
      },
    });
  const server = createServer((near) => {
    accepted += 1;
    if (severed) {
      near.resetAndDestroy();
      return;
    }
    left = Number.POSITIVE_INFINITY;
    const far = connect({ host: target.address, port: target.port });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(valve(from === far)).pipe(to);
    }
  });
  const address = '127.0.0.1';
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  return {
    address,
    port: (server.address() as { port: number }).port,
    accepted: () => accepted,
    cut,
    sever: () => {
      severed = true;
      cut();
    },
    heal: () => {
      severed = false;
    },
    cutAfter: (bytes) => {
      left = bytes;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    freeze: () => {
      for (const socket of open) {
        socket.unpipe();
        socket.pause();
      }
    },
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
