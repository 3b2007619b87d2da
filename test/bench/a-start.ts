import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { electronExecutable, electronSwitches, environmentFor, temporaryHome } from '../helpers/electron-app.ts';
import { type Bench, median } from './bench.ts';

const root = process.cwd();
const rounds = 7;
const goal = 1.6;

/** Resolves in the page once a button can be pressed and two more frames were drawn: the first interactive screen. */
const interactive = `new Promise((done) => {
  const usable = (button) => !button.disabled && button.getClientRects().length > 0;
  const look = () => [...document.querySelectorAll('button')].some(usable)
    ? requestAnimationFrame(() => requestAnimationFrame(() => done(true)))
    : requestAnimationFrame(look);
  look();
})`;

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly sessionId?: string;
    readonly targetInfo?: { readonly type: string };
    readonly context?: { readonly id: number; readonly auxData?: { readonly isDefault?: boolean } };
  };
  readonly result?: { readonly result?: { readonly value?: unknown } };
  readonly sessionId?: string;
}

/** The address Chromium announces on stderr for its debugging protocol, spoken by both sides of the comparison. */
function debuggerAddress(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (address !== undefined) found(address);
    });
    child.once('exit', (code) => failed(new Error(`Electron ended with ${code}: ${text.slice(-500)}`)));
  });
}

/** Attaches to the pages as they appear and asks every document in them, until one holds an interactive screen. */
function firstInteractive(address: string): Promise<void> {
  return new Promise((done, failed) => {
    const socket = new WebSocket(address);
    let last = 0;
    const send = (method: string, params: object, sessionId?: string): void => {
      last += 1;
      socket.send(JSON.stringify({ id: last, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    };
    socket.addEventListener('open', () =>
      send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }),
    );
    socket.addEventListener('close', () =>
      failed(new Error('Electron closed before its first screen was interactive.')),
    );
    socket.addEventListener('message', (event) => {
      const { method, params, result, sessionId } = JSON.parse(String(event.data)) as Reply;
      if (method === 'Target.attachedToTarget' && params?.targetInfo?.type === 'page') {
        send('Runtime.enable', {}, params.sessionId);
      } else if (method === 'Runtime.executionContextCreated' && params?.context?.auxData?.isDefault === true) {
        const contextId = params.context.id;
        send('Runtime.evaluate', { expression: interactive, contextId, awaitPromise: true }, sessionId);
      } else if (result?.result?.value === true) {
        done();
        socket.close();
      }
    });
  });
}

/** Milliseconds from starting the process to the first interactive screen. */
async function timeToStart(folder: string, home: string): Promise<number> {
  const began = performance.now();
  const child = spawn(electronExecutable(), [folder, '--remote-debugging-port=0', ...electronSwitches()], {
    cwd: home,
    env: environmentFor(home),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
  try {
    await firstInteractive(await debuggerAddress(child));
    return performance.now() - began;
  } finally {
    clearTimeout(late);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
}

/** (a) From starting the process to the first screen a person can use, against the barest Electron window. */
export const start: Bench = {
  name: 'a-start',
  goal: `<= ${goal}`,
  async run() {
    const ours = temporaryHome();
    const theirs = temporaryHome();
    try {
      const times = { countersign: [] as number[], bare: [] as number[] };
      // Round 0 fills the caches of the system and of Chromium for both and is not counted.
      for (let round = 0; round <= rounds; round += 1) {
        const bare = await timeToStart(resolve(root, 'test/bench/bare-window'), theirs.home);
        const countersign = await timeToStart(root, ours.home);
        if (round === 0) continue;
        times.bare.push(bare);
        times.countersign.push(countersign);
      }
      const [countersign, bare] = [median(times.countersign), median(times.bare)];
      const ratio = countersign / bare;
      const detail = `Countersign ${countersign.toFixed(0)} ms, bare window ${bare.toFixed(0)} ms (median of ${rounds} starts each, in turn)`;
      return { ratio, holds: ratio <= goal, detail };
    } finally {
      ours.remove();
      theirs.remove();
    }
  },
};
