import type { NotificationAdapter, RunProgram } from '../ports.ts';
import { connectSessionBus } from '../session-bus.ts';
import { dunstAdapter } from './dunst.ts';
import { gnomeAdapter } from './gnome.ts';
import { kdeAdapter } from './kde.ts';
import { macosAdapter } from './macos.ts';
import { makoAdapter } from './mako.ts';
import { windowsAdapter } from './windows.ts';
import { xfceAdapter } from './xfce.ts';

/** What adapters need of the machine. */
interface AdapterParts {
  readonly run: RunProgram;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The adapters of an operating system in the order in which they are looked for. GNOME comes last, because it may have
 * to go by what the desktop calls itself, which says less than the daemon that answers on the session bus.
 */
export function adaptersFor(platform: NodeJS.Platform, parts: AdapterParts): readonly NotificationAdapter[] {
  if (platform === 'darwin') return [macosAdapter(parts)];
  if (platform === 'win32') return [windowsAdapter(parts)];
  const kde = kdeAdapter({ connect: connectSessionBus, run: parts.run });
  return [dunstAdapter(), makoAdapter(), xfceAdapter(), kde, gnomeAdapter(parts)];
}
