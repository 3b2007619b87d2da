import type { NotificationAdapter, PriorState, Probe, Ran, RunProgram, Verified } from '../ports.ts';
import { notificationServer } from './server.ts';

const KEY = ['org.gnome.desktop.notifications', 'show-banners'] as const;

/**
 * GNOME's "do not disturb". The shell shows critical notifications all the same, whatever this setting says (source:
 * `_onNotificationRequestBanner` in gnome-shell's js/ui/messageTray.js), and web browsers mark as critical what a page
 * wants to stay: so quiet is asked for, and never claimed.
 */
export function gnomeAdapter(parts: {
  readonly run: RunProgram;
  readonly env: Readonly<Record<string, string | undefined>>;
}): NotificationAdapter {
  const { run, env } = parts;
  return {
    name: 'gnome',
    probe: () => probe(run, env),
    read: async (): Promise<PriorState> => {
      // What GNOME brings along, whatever this person has set: nothing is stored in memory.
      const brought = await gsettings(
        (_program, args) => run('env', ['GSETTINGS_BACKEND=memory', 'gsettings', ...args]),
        'get',
      );
      const banners = await bannersShown(run);
      return { banners, default: String(banners) === brought };
    },
    block: async () => {
      if (await bannersShown(run)) await gsettings(run, 'set', 'false');
    },
    verify: async (): Promise<Verified> => ((await bannersShown(run)) ? 'not-blocked' : 'unverifiable'),
    waiting: async () => null,
    restore: async (prior) => {
      if (prior['banners'] !== true) return;
      if (prior['default'] === true) await gsettings(run, 'reset');
      else await gsettings(run, 'set', 'true');
    },
    close: async () => {},
  };
}

async function probe(run: RunProgram, env: Readonly<Record<string, string | undefined>>): Promise<Probe> {
  const server = await notificationServer();
  // The shell starts its notification service when it is first needed.
  const asleep = server === null && (env['XDG_CURRENT_DESKTOP'] ?? '').split(':').includes('GNOME');
  if (server?.name !== 'gnome-shell' && !asleep) return { type: 'not-here' };
  const daemon = `GNOME ${server?.version ?? ''}`.trim();
  const settings = await run('gsettings', ['get', ...KEY]).catch(() => null);
  if (settings === null) return { type: 'lacking', code: 'notifications-unsupported', params: { daemon } };
  return settings.code === 0 ? { type: 'here', daemon } : { type: 'not-here' };
}

async function bannersShown(run: RunProgram): Promise<boolean> {
  const value = await gsettings(run, 'get');
  if (value !== 'true' && value !== 'false') throw new Error(`gsettings says ${value}`);
  return value === 'true';
}

async function gsettings(run: RunProgram, verb: 'get' | 'set' | 'reset', ...value: readonly string[]): Promise<string> {
  const ran: Ran = await run('gsettings', [verb, ...KEY, ...value]);
  if (ran.code !== 0) throw new Error(`gsettings ${verb} failed: ${ran.stderr.trim() || `exit ${ran.code}`}`);
  return ran.stdout.trim();
}
