import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on loopback whose link can be cut or frozen at will. */
export interface CutProxy {
  readonly address: string;
  readonly port: number;
  /** Connections accepted so far. */
  accepted(): number;
  /** Breaks every open connection on both sides; new ones still work. */
  cut(): void;
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
  const server = createServer((near) => {
    accepted += 1;
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
    }
    near.pipe(far);
    far.pipe(near);
  });
  const address = '127.0.0.1';
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  const cut = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    address,
    port: (server.address() as { port: number }).port,
    accepted: () => accepted,
    cut,
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
