import type { Pushes, PushName } from '../../shared/contract/ipc.ts';
import { channels } from './channels.ts';

/** The way out to the screen: typed by the contract, silent when no window is there. */
export type Push = <N extends PushName>(name: N, payload: Pushes[N]) => void;

/** What the wrapper needs of Electron's `WebContents`. */
export interface PushTarget {
  isDestroyed(): boolean;
  send(channel: string, name: string, payload: unknown): void;
}

/** The one wrapper around `webContents.send`. A closed window swallows pushes: the journal has them all. */
export function createPush(target: () => PushTarget | null): Push {
  return (name, payload) => {
    const contents = target();
    if (contents === null || contents.isDestroyed()) return;
    contents.send(channels.push, name, payload);
  };
}

/** The same way out, with somebody in this process listening to the records that became durable. */
export function hearRecords(push: Push, heard: (record: Pushes['run:record']) => void): Push {
  return (name, payload) => {
    push(name, payload);
    if (name === 'run:record') heard(payload as Pushes['run:record']);
  };
}
