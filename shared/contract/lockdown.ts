/** The words of lockdown: what is sensed before and during the hot phases, and what can come between. */

/** What preflight looks at, in the order it is shown. */
export const preflightItems = [
  'notifications',
  'desktop',
  'power',
  'sleep',
  'disk',
  'clock',
  'updates',
  'hosts',
  'checker',
] as const;
export type PreflightItem = (typeof preflightItems)[number];

/**
 * `ok`: sensed, and as it should be. `warning`: sensed, and a person should know. `failed`: sensed, and not as it
 * should be. `unknown`: could not be sensed, and is never taken for good. `later`: can only be sensed once the run is
 * under way, and will be then.
 */
export const checkStatuses = ['ok', 'warning', 'failed', 'unknown', 'later'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

/** What was found, one sentence and one remedy each in both languages. What each means and names: `check-table.ts`. */
export const checkCodes = [
  'notifications-blocked',
  'notifications-not-verified',
  'notifications-not-blocked',
  'notifications-no-daemon',
  'notifications-unsupported',
  'notifications-shortcut-missing',
  'notifications-unknown',
  'desktop-held',
  'desktop-no-manager',
  'desktop-limited',
  'desktop-unknown',
  'power-mains',
  'power-battery',
  'power-low',
  'power-unknown',
  'sleep-held',
  'sleep-asked',
  'sleep-not-held',
  'sleep-unknown',
  'disk-enough',
  'disk-low',
  'disk-read-only',
  'disk-unknown',
  'clock-agrees',
  'clock-off',
  'clock-unknown',
  'clock-no-hosts',
  'updates-none',
  'updates-waiting',
  'restart-needed',
  'updates-unknown',
  'hosts-reached',
  'hosts-missing',
  'hosts-none',
  'checker-here',
  'checker-missing',
  'checker-to-come',
  'checker-not-needed',
] as const;
export type CheckCode = (typeof checkCodes)[number];

/** One finding of preflight. `params` is what its sentences name: sizes, hosts, programs; free of language. */
export interface PreflightCheck {
  readonly item: PreflightItem;
  readonly status: CheckStatus;
  readonly code: CheckCode;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * What came between the operator and the checklist although it should not have: from when it was sensed until it was
 * put right. `app-died`: the process ended while locked, so nothing was sensed until the run was taken up again.
 */
export const gaps = [
  'focus-lost',
  'minimized',
  'hidden',
  'not-full-screen',
  'display-changed',
  'window-manager-gone',
  'notifications-unblocked',
  'asleep',
  'screen-locked',
  'app-died',
] as const;
export type Gap = (typeof gaps)[number];

/** Ways out that were tried and refused. */
export const waysOut = [
  'close',
  'quit',
  'reload',
  'developer-tools',
  'full-screen',
  'minimize',
  'new-window',
  'navigation',
  'external-link',
  'file-drop',
  'second-instance',
  'zoom',
  'leave-run',
] as const;
export type WayOut = (typeof waysOut)[number];

export const lockdownEnds = ['phases-over', 'held', 'glass', 'ended', 'left', 'handed-over', 'crashed'] as const;
export type LockdownEnd = (typeof lockdownEnds)[number];

/** Why blocked notifications were let through again. */
export const releaseCauses = ['ended', 'glass', 'left', 'handed-over', 'crashed'] as const;
export type ReleaseCause = (typeof releaseCauses)[number];
