import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { CountersignApi, PushName } from '../shared/contract/ipc.ts';
import { channels, type Envelope } from './ipc/channels.ts';

/** A record so that the compiler proves it complete; the contract's own list would bring zod in here. */
const known: Readonly<Record<PushName, true>> = {
  'run:record': true,
  'run:output': true,
  'run:journal': true,
  'run:progress': true,
  'run:moving': true,
  'preflight:host': true,
  'preflight:check': true,
  'history:verdict': true,
  'history:reading': true,
  'feed:view': true,
  'lock:view': true,
  'lock:way-refused': true,
  'lock:cover': true,
  'prompt:ask': true,
  'prompt:withdraw': true,
  'settings:changed': true,
  'window:close-refused': true,
  'identity:changed': true,
  'mirror:view': true,
  'mirror:linked': true,
  'mirror:state': true,
  'mirror:pen': true,
};

type Listener = (payload: unknown) => void;
const listeners = new Map<string, Set<Listener>>();

ipcRenderer.on(channels.push, (_event: IpcRendererEvent, name: string, payload: unknown) => {
  try {
    for (const listener of listeners.get(name) ?? []) listener(payload);
  } finally {
    // Told even when nobody listens: the main process counts what is under way, not what was looked at.
    if (name === 'run:output') ipcRenderer.send(channels.outputShown, (payload as { data: string }).data.length);
  }
});

async function request(name: string, payload: unknown): Promise<unknown> {
  const answer = (await ipcRenderer.invoke(channels.request, name, payload)) as Envelope<unknown>;
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.message}`);
  return answer.value;
}

function subscribe(name: string, listener: Listener): () => void {
  if (!Object.hasOwn(known, name)) throw new Error(`unknown-push: ${String(name).slice(0, 100)}`);
  if (typeof listener !== 'function') throw new Error('A listener is a function.');
  const own: Listener = (payload) => listener(payload);
  const set = listeners.get(name) ?? new Set();
  listeners.set(name, set.add(own));
  return () => {
    set.delete(own);
  };
}

/** The bridge copies and freezes the object; no Electron value ever crosses it. */
contextBridge.exposeInMainWorld('countersign', { request, subscribe } as CountersignApi);
