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
  readonly params?: { readonly sessionId?: string; readonly targetInfo?: { readonly type: string } };
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

/** Attaches to the first page and asks it, again after every navigation, until a screen is interactive. */
function firstInteractive(address: string): Promise<void> {
  return new Promise((done, failed) => {
    const socket = new WebSocket(address);
    let last = 0;
    const send = (method: string, params: object, sessionId?: string): void => {
      last += 1;
      socket.send(JSON.stringify({ id: last, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    };
    const ask = (sessionId: string): void =>
      send('Runtime.evaluate', { expression: interactive, awaitPromise: true, returnByValue: true }, sessionId);
    socket.addEventListener('open', () =>
      send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }),
    );
    socket.addEventListener('error', () => failed(new Error('The debugging connection broke.')));
    socket.addEventListener('message', (event) => {
      const reply = JSON.parse(String(event.data)) as Reply;
      const attached = reply.method === 'Target.attachedToTarget' && reply.params?.targetInfo?.type === 'page';
      if (attached && reply.params?.sessionId !== undefined) return ask(reply.params.sessionId);
      if (reply.id === undefined || reply.sessionId === undefined) return undefined;
      if (reply.result?.result?.value !== true) return ask(reply.sessionId);
      socket.close();
      return done();
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
