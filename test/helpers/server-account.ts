import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';

/** An account for servers that refuse to run as root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` when we are root; null when we are somebody else already. */
export function serverAccount(): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Gives folders to the account. */
export function chownTo(account: ServerAccount | null, ...folders: readonly string[]): void {
  if (account !== null) for (const folder of folders) chownSync(folder, account.uid, account.gid);
}

/** Signals a server and waits until it is gone. */
export async function stopServer(child: ChildProcess, signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
