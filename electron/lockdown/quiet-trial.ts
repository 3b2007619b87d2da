import { assertNever } from '../../shared/assert-never.ts';
import { checkTable, found as finding } from '../../shared/contract/check-table.ts';
import type { PreflightCheck } from '../../shared/contract/lockdown.ts';
import { daemonName, type NotificationServer } from './notifications/server.ts';
import type { NotificationAdapter } from './ports.ts';
import type { DesktopChanges } from './quiet-changes.ts';
import { type Found, findAdapter, type QuietLog, type Sensed, shortly } from './quiet-desktop.ts';

interface Parts {
  readonly adapters: readonly NotificationAdapter[];
  readonly changes: DesktopChanges;
  /** Who shows notifications, where no adapter fits. */
  readonly server: () => Promise<NotificationServer | null>;
  readonly log: QuietLog;
}

/** Keeps notifications back for a moment, reads back and puts back. */
export async function tryOut({ adapters, changes, server, log }: Parts): Promise<PreflightCheck> {
  const { found, lacking } = await findAdapter(adapters, null, log);
  if (found === null) {
    if (lacking === null) return await nobody(server);
    const { code, params } = lacking;
    return { item: 'notifications', status: checkTable[code].status, code, params };
  }
  const applied = await changes.apply(found, null);
  const undone = await changes.undo();
  if (applied.type !== 'applied') return unknown(applied.detail);
  // A block that cannot be seen to end is no better known than one that cannot be seen.
  if (applied.sensed.state === 'blocked' && undone?.verified !== true) {
    return unknown(`${found.adapter.name}: what was set before could not be read back`);
  }
  return checkOf(found, applied.sensed);
}

/** What stands in preflight when the desktop says this. */
export function checkOf({ adapter, daemon }: Found, { state, answered, detail }: Sensed): PreflightCheck {
  if (!answered) return unknown(detail);
  const params = { adapter: adapter.name, daemon: daemon ?? adapter.name };
  switch (state) {
    case 'blocked':
      return finding('notifications-blocked', params);
    case 'not-verified':
      return finding('notifications-not-verified', params);
    case 'lost':
      return finding('notifications-not-blocked', params);
    default:
      return assertNever(state);
  }
}

/** No adapter fits: nobody shows notifications, or somebody whom we do not know. */
async function nobody(server: Parts['server']): Promise<PreflightCheck> {
  try {
    const shown = await server();
    if (shown === null) return finding('notifications-no-daemon', {});
    return finding('notifications-unsupported', { daemon: daemonName(shown).slice(0, 255) });
  } catch (error) {
    return unknown(shortly(error));
  }
}

function unknown(reason: string): PreflightCheck {
  return finding('notifications-unknown', { reason });
}
