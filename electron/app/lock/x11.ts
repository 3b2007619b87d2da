import { randomUUID } from 'node:crypto';
import type { RunProgram } from '../../lockdown/ports.ts';

/** What the X server's properties say of the window manager and of our window (EWMH 1.5). */
export interface X11Reading {
  /** The window manager's check window, e.g. `0x20000c`, and our mark on it; null: nobody manages windows. */
  readonly manager: string | null;
  readonly managerName: string | null;
  /** Can it make a window full screen, and keep it above others? */
  readonly holds: boolean;
  /** `_NET_WM_STATE` of our window without its prefix, e.g. `FULLSCREEN`; null: it could not be read. */
  readonly states: readonly string[] | null;
}

/** The window id in an answer to `xprop _NET_SUPPORTING_WM_CHECK`, or null. */
export function checkWindowOf(answer: string): string | null {
  return /^_NET_SUPPORTING_WM_CHECK\(WINDOW\): window id # (0x[0-9a-f]+)\s*$/m.exec(answer)?.[1] ?? null;
}

/** The names in an answer to `xprop _NET_WM_STATE` or `_NET_SUPPORTED`, without `_NET_WM_STATE_`; null: no such property. */
export function statesOf(answer: string): readonly string[] | null {
  const list = /^_NET_(?:WM_STATE|SUPPORTED)\(ATOM\) = ?(.*)$/m.exec(answer)?.[1];
  if (list === undefined) return null;
  return [...list.matchAll(/_NET_WM_STATE_([A-Z_]+)/g)].map((match) => match[1] ?? '');
}

/** A window's name; xprop quotes it and writes what is not ASCII as octal bytes, which a manager's name never is. */
export function nameOf(answer: string): string | null {
  return /^_NET_WM_NAME\([A-Z_0-9]+\) = "(.*)"$/m.exec(answer)?.[1] ?? null;
}

/** A property of our own on the manager's check window. */
const MARK = '_COUNTERSIGN_SEEN';

/** Our mark in an answer to `xprop _COUNTERSIGN_SEEN`, or null. */
export function markOf(answer: string): string | null {
  return /^_COUNTERSIGN_SEEN\([A-Z_0-9]+\) = "([0-9a-f-]+)"$/m.exec(answer)?.[1] ?? null;
}

const nobody: X11Reading = { manager: null, managerName: null, holds: false, states: null };

/**
 * Reads it all afresh. `handle`: our window's X id, or null before there is one. Rejects only when there is no `xprop`.
 * A manager that died leaves its check window's name at the root: it counts only when that window names itself. One that
 * is started again at once gets the same window id from the X server, so the window of whoever holds ours is marked.
 */
export async function readX11(run: RunProgram, handle: number | null): Promise<X11Reading> {
  const said = async (args: readonly string[]): Promise<string> => (await run('xprop', args)).stdout;
  const own = handle === null ? '' : await said(['-id', String(handle), '_NET_WM_STATE']);
  const states = statesOf(own);
  const root = await said(['-root', '_NET_SUPPORTING_WM_CHECK', '_NET_SUPPORTED']);
  const manager = checkWindowOf(root);
  if (manager === null) return { ...nobody, states };
  const itself = await said(['-id', manager, '_NET_SUPPORTING_WM_CHECK', '_NET_WM_NAME', MARK]);
  if (checkWindowOf(itself) !== manager) return { ...nobody, states };
  const mark = handle === null ? '' : (markOf(itself) ?? (await leaveMark(run, manager)));
  const supported = statesOf(root) ?? [];
  return {
    manager: mark === '' ? manager : `${manager} ${mark}`,
    managerName: nameOf(itself),
    holds: supported.includes('FULLSCREEN') && supported.includes('ABOVE'),
    states,
  };
}

/** Marks the check window; empty when that was refused, so that the window counts by its id alone. */
async function leaveMark(run: RunProgram, manager: string): Promise<string> {
  const mark = randomUUID();
  const { code } = await run('xprop', ['-id', manager, '-f', MARK, '8s', '-set', MARK, mark]);
  return code === 0 ? mark : '';
}

/** Which of full screen and above the window manager itself did not write down; empty: both, or nothing to read (null). */
export function missingStates(read: X11Reading | null): string {
  if (read === null) return '';
  const missing = ['FULLSCREEN', 'ABOVE'].filter((state) => read.states?.includes(state) !== true);
  return missing.length === 0 ? '' : `no ${missing.join(', ')}`;
}

/** X11 id of a window from Electron's native handle. */
export const x11Handle = (handle: Buffer): number =>
  handle.length >= 8 ? Number(handle.readBigUInt64LE()) : handle.readUInt32LE();
