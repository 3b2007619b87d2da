import type { CheckCode, CheckStatus, PreflightCheck, PreflightItem } from './lockdown.ts';

interface CheckRow {
  readonly item: PreflightItem;
  readonly status: CheckStatus;
  readonly params: readonly string[];
}

/**
 * Every finding of preflight: which item it belongs to, how it stands, and what its sentences may name
 * (`shared/text/*\/lockdown.ts`: `check-<code>`, and `check-<code>-remedy` for what is not `ok`).
 *
 * - `adapter`: an `AdapterName`; `daemon`: who shows notifications, with its version (the adapter where it does not say).
 * - `shortcut`: the name the macOS Shortcut must have.
 * - `manager`: the window manager by its own name; `limit`: keys or gestures that this system keeps for itself.
 * - `percent`, `limit` of power: whole percent without the sign; `limit` of clocks: seconds.
 * - `by`: who said so, or was asked and could not tell (`GNOME`, `pmset`, `apt` …).
 * - `free`, `needed`: sizes with their unit; `path`: the folder of this computer's runs.
 * - `hosts`: names, at most six, then `… +3`. Of clocks: `app1 +4.2 s, app2 -3.5 s, app3 ?`, the furthest first;
 *   `furthest`: one of these.
 * - `what`: updates that wait or can begin by themselves; `why`: packages that ask for the restart.
 * - `reason`: the technical cause, as a program or the system gave it.
 */
export const checkTable = {
  'notifications-blocked': { item: 'notifications', status: 'ok', params: ['adapter', 'daemon'] },
  'notifications-not-verified': { item: 'notifications', status: 'unknown', params: ['adapter', 'daemon'] },
  'notifications-not-blocked': { item: 'notifications', status: 'failed', params: ['adapter', 'daemon'] },
  'notifications-no-daemon': { item: 'notifications', status: 'failed', params: [] },
  'notifications-unsupported': { item: 'notifications', status: 'failed', params: ['daemon'] },
  'notifications-shortcut-missing': { item: 'notifications', status: 'failed', params: ['shortcut'] },
  'notifications-unknown': { item: 'notifications', status: 'unknown', params: ['reason'] },
  'desktop-held': { item: 'desktop', status: 'ok', params: ['manager'] },
  'desktop-no-manager': { item: 'desktop', status: 'failed', params: [] },
  'desktop-limited': { item: 'desktop', status: 'warning', params: ['limit'] },
  'desktop-unknown': { item: 'desktop', status: 'unknown', params: ['reason'] },
  'power-mains': { item: 'power', status: 'ok', params: [] },
  'power-battery': { item: 'power', status: 'ok', params: ['percent', 'limit'] },
  'power-low': { item: 'power', status: 'failed', params: ['percent', 'limit'] },
  'power-unknown': { item: 'power', status: 'unknown', params: ['reason'] },
  'sleep-held': { item: 'sleep', status: 'ok', params: ['by'] },
  'sleep-asked': { item: 'sleep', status: 'unknown', params: ['by'] },
  'sleep-not-held': { item: 'sleep', status: 'failed', params: ['by'] },
  'sleep-unknown': { item: 'sleep', status: 'unknown', params: ['reason'] },
  'disk-enough': { item: 'disk', status: 'ok', params: ['path', 'free', 'needed'] },
  'disk-low': { item: 'disk', status: 'failed', params: ['path', 'free', 'needed'] },
  'disk-read-only': { item: 'disk', status: 'failed', params: ['path'] },
  'disk-unknown': { item: 'disk', status: 'unknown', params: ['path', 'reason'] },
  'clock-agrees': { item: 'clock', status: 'ok', params: ['furthest', 'limit'] },
  'clock-off': { item: 'clock', status: 'failed', params: ['hosts', 'limit'] },
  'clock-unknown': { item: 'clock', status: 'unknown', params: ['hosts', 'reason'] },
  'clock-no-hosts': { item: 'clock', status: 'ok', params: [] },
  'updates-none': { item: 'updates', status: 'ok', params: ['by'] },
  'updates-waiting': { item: 'updates', status: 'warning', params: ['what'] },
  'restart-needed': { item: 'updates', status: 'warning', params: ['why'] },
  'updates-unknown': { item: 'updates', status: 'unknown', params: ['reason'] },
  'hosts-reached': { item: 'hosts', status: 'ok', params: ['hosts'] },
  'hosts-missing': { item: 'hosts', status: 'failed', params: ['hosts'] },
  'hosts-none': { item: 'hosts', status: 'ok', params: [] },
  'checker-here': { item: 'checker', status: 'ok', params: ['name'] },
  'checker-missing': { item: 'checker', status: 'failed', params: [] },
  'checker-to-come': { item: 'checker', status: 'later', params: [] },
  'checker-not-needed': { item: 'checker', status: 'ok', params: [] },
} as const satisfies Readonly<Record<CheckCode, CheckRow>>;

type ParamsOf<Code extends CheckCode> = Readonly<Record<(typeof checkTable)[Code]['params'][number], string>>;

/** A finding with what its sentences name: `found('power-low', { percent: '12', limit: '50' })`. */
export function found<Code extends CheckCode>(code: Code, params: ParamsOf<Code>): PreflightCheck {
  const { item, status } = checkTable[code];
  return { item, status, code, params };
}
