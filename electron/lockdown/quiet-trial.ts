import { assertNever } from '../../shared/assert-never.ts';
import type { PreflightCheck } from '../../shared/contract/lockdown.ts';
import type { NotificationServer } from './notifications/server.ts';
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
    if (lacking === null) return await nobody(server, log);
    const { code, params } = lacking.probe;
    return { item: 'notifications', status: 'failed', code, params: { ...params, adapter: lacking.adapter } };
  }
  const applied = await changes.apply(found, null);
  const undone = await changes.undo();
  if (applied.type !== 'applied') {
    log.error(`Notifications could not be tried: ${applied.detail}`);
    return checkOf(found, 'not-verified');
  }
  const { state, answered } = applied.sensed;
  // A block that cannot be seen to end is no better known than one that cannot be seen.
  const known = answered && (state !== 'blocked' || undone?.verified === true);
  return checkOf(found, known ? state : 'not-verified');
}

/** What stands in preflight when the desktop says this. */
export function checkOf({ adapter, daemon }: Found, state: Sensed['state']): PreflightCheck {
  const params = { adapter: adapter.name, daemon: daemon ?? '' };
  switch (state) {
    case 'blocked':
      return { item: 'notifications', status: 'ok', code: 'notifications-blocked', params };
    case 'not-verified':
      return { item: 'notifications', status: 'unknown', code: 'notifications-not-verified', params };
    case 'lost':
      return { item: 'notifications', status: 'failed', code: 'notifications-not-blocked', params };
    default:
      return assertNever(state);
  }
}

/** No adapter fits: nobody shows notifications, or somebody whom we do not know. */
async function nobody(server: Parts['server'], log: QuietLog): Promise<PreflightCheck> {
  const at = { item: 'notifications', params: { adapter: '', daemon: '' } } as const;
  try {
    const shown = await server();
    if (shown === null) return { ...at, status: 'failed', code: 'notifications-no-daemon' };
    const daemon = `${shown.name} ${shown.version}`.trim().slice(0, 255);
    return { ...at, status: 'failed', code: 'notifications-unsupported', params: { adapter: '', daemon } };
  } catch (error) {
    log.info(`Who shows notifications could not be asked: ${shortly(error)}`);
    return { ...at, status: 'unknown', code: 'notifications-not-verified' };
  }
}
