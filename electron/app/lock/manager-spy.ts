import { spawn } from 'node:child_process';

/** Hears of every window manager that announces itself at the X server's root (EWMH 1.5, `_NET_SUPPORTING_WM_CHECK`). */
export interface ManagerSpy {
  /** How many announced themselves since it began to listen. */
  turns(): number;
  /** False: it ended, because there was nothing to listen to yet or there is no `xprop`. */
  listening(): boolean;
  stop(): void;
}

/**
 * Listens until it is stopped. Asking from time to time is not enough: a manager that is started again within a second
 * gets the same check window's id from the X server, as if nothing had been. `onTurn` is called for each one.
 */
export function spyOnManager(onTurn: () => void): ManagerSpy {
  // Orphaned by a killed app it ends with the next announcement, whose line nobody takes any more.
  const child = spawn('xprop', ['-root', '-spy', '_NET_SUPPORTING_WM_CHECK'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let lines = 0;
  let listening = true;
  child.once('error', () => (listening = false));
  child.once('close', () => (listening = false));
  child.stdout.on('data', (chunk: Buffer) => {
    // The first line says who is there already.
    const already = lines === 0 ? 1 : 0;
    const more = chunk.toString('latin1').split('\n').length - 1;
    lines += more;
    if (listening && more > already) onTurn();
  });
  return {
    turns: () => Math.max(0, lines - 1),
    listening: () => listening,
    stop: () => {
      listening = false;
      child.kill();
    },
  };
}
