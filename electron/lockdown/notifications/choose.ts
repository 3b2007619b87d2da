import type { NotificationAdapter, RunProgram } from '../ports.ts';
import { dunstAdapter } from './dunst.ts';
import { gnomeAdapter } from './gnome.ts';
import { makoAdapter } from './mako.ts';
import { xfceAdapter } from './xfce.ts';

/** What adapters need of the machine. */
export interface AdapterParts {
  readonly run: RunProgram;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The adapters of an operating system in the order in which they are looked for. Those that go by who owns
 * notifications on the session bus come first: a desktop's name says less than the daemon that answers.
 */
export function adaptersFor(platform: NodeJS.Platform, parts: AdapterParts): readonly NotificationAdapter[] {
  switch (platform) {
    case 'linux':
      return [dunstAdapter(), makoAdapter(), xfceAdapter(), gnomeAdapter(parts)];
    default:
      return [];
  }
}
