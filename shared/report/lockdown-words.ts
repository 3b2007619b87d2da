import { assertNever } from '../assert-never.ts';
import { preflightItems, waysOut } from '../contract/lockdown.ts';
import { isOf, type LockdownException, type ReportException } from './exceptions.ts';
import { duration } from './format.ts';
import type { ReportContext } from './html-context.ts';

type Held = Extract<ReportException, { readonly kind: 'held' }>;
type GapException = Extract<LockdownException, { readonly kind: 'lockdown-gap' }>;

/** Gaps of one kind that are told in one line, because there were too many for one line each. */
export interface GapGroup {
  readonly kind: 'gaps';
  readonly at: string;
  readonly by: string;
  readonly gaps: readonly [GapException, ...GapException[]];
}

/** More gaps of one kind than this are told together. */
const FEW_GAPS = 3;

/** The exceptions in their order, with many gaps of one kind together where the first of them stands. */
export function withGapsGrouped(exceptions: readonly ReportException[]): readonly (ReportException | GapGroup)[] {
  const byKind = new Map<string, GapException[]>();
  for (const one of exceptions) {
    if (!isOf(one, 'lockdown-gap')) continue;
    const same = byKind.get(one.gap);
    if (same === undefined) byKind.set(one.gap, [one]);
    else same.push(one);
  }
  return exceptions.flatMap((one): readonly (ReportException | GapGroup)[] => {
    if (!isOf(one, 'lockdown-gap')) return [one];
    const [first = one, ...others] = byKind.get(one.gap) ?? [];
    if (others.length < FEW_GAPS) return [one];
    return first === one ? [{ kind: 'gaps', at: one.at, by: one.by, gaps: [first, ...others] }] : [];
  });
}

/** One sentence for all gaps of a kind: how many, the longest, all together, and what is not known of them. */
export function gapsHappened({ say, lock }: ReportContext, { gaps }: GapGroup): string {
  const known = gaps.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  const params = {
    count: gaps.length,
    gap: lock(`gap-${gaps[0].gap}`),
    longest: duration(Math.max(0, ...known)),
    total: duration(known.reduce((sum, ms) => sum + ms, 0)),
  };
  const told = say(known.length === 0 ? 'x_gapsUnknown' : 'x_gaps', params);
  const open = gaps.filter(({ until }) => until === null).length;
  const unknown = gaps.length - known.length - open;
  return [
    told,
    ...(known.length > 0 && unknown > 0 ? [say('x_gapsOfUnknownLength', { count: unknown })] : []),
    ...(open > 0 ? [say('x_gapsOpen', { count: open })] : []),
  ].join(' ');
}

/** One sentence for what went wrong with the lock, or how somebody got out of it. */
export function lockdownHappened(context: ReportContext, one: LockdownException): string {
  const { say, lock, time } = context;
  switch (one.kind) {
    case 'lockdown-off':
      return one.reason === null ? say('x_lockdownOff') : say('x_lockdownOffReason', { reason: one.reason });
    case 'check-decided': {
      const found = lock(`check-${one.code}`, one.params);
      return say('x_checkDecided', { item: lock(`item-${one.item}`), found, reason: one.reason });
    }
    case 'lock-not-sensed':
      return say('x_lockNotSensed');
    case 'locked-without-quiet':
      return say('x_lockedWithoutQuiet') + until(context, one.until);
    case 'notifications-not-verified':
      return say('x_quietNotVerified', { program: one.daemon ?? one.adapter }) + until(context, one.until);
    case 'notifications-not-restored':
      return say('x_quietNotRestored');
    case 'lockdown-gap':
      return gapHappened(context, one);
    case 'died-while-locked':
      if (one.since === null) return say('x_diedWhileLocked');
      return say('x_diedWhileLockedSince', { since: time(one.since), until: time(one.at) });
    case 'ways-out-refused': {
      const tried = waysOut.filter((way) => one.ways[way] !== undefined);
      const ways = tried.map((way) => `${lock(`way-${way}`)} (${one.ways[way]}×)`).join(', ');
      const count = tried.reduce((sum, way) => sum + (one.ways[way] ?? 0), 0);
      return say('x_waysRefused', { count, ways });
    }
    case 'glass':
      return glassHappened(context, one);
    default:
      return assertNever(one);
  }
}

function gapHappened({ say, lock }: ReportContext, { gap, detail, until: closed, durationMs }: GapException): string {
  const what = lock(`gap-${gap}`);
  const named = detail === '' ? what : say('x_gapDetail', { gap: what, detail });
  if (closed === null) return say('x_gapOpen', { gap: named });
  return durationMs === null
    ? say('x_gapUnknown', { gap: named })
    : say('x_gap', { gap: named, time: duration(durationMs) });
}

function glassHappened(
  { say, time }: ReportContext,
  { reason, outcome, answeredBy, answer, until: at }: Extract<LockdownException, { readonly kind: 'glass' }>,
): string {
  const name = answeredBy ?? '?';
  // Signed, but the app ended before it broke: who signed is told all the same.
  const ending = outcome === 'open' && answeredBy !== null ? 'signedOnly' : outcome;
  const how = say(`x_glass_${ending}`, { name, answer: answer ?? '–', at: at === null ? '' : time(at) });
  return `${say('x_glassAsked', { reason })} ${how}`;
}

function until({ say, time }: ReportContext, at: string | null): string {
  return ` ${at === null ? say('x_toTheEnd') : say('x_until', { until: time(at) })}`;
}

/** Why the run was held; before the hot phases it names what preflight had found by its items. */
export function holdReason({ lock }: ReportContext, { cause, reason }: Held): string {
  if (cause !== 'lockdown') return reason;
  const items = reason.split(', ').map((word) => preflightItems.find((item) => item === word));
  return items.includes(undefined) ? reason : items.map((item) => lock(`item-${item}`)).join(', ');
}

/** What a pause was meant to take, and what it took. */
export function holdTimes({ say }: ReportContext, { at, minutes, until: over }: Held): string {
  const took = over === null ? null : duration(Date.parse(over) - Date.parse(at));
  if (minutes === null) return took === null ? '' : ` · ${say('x_holdTook', { took })}`;
  const planned = duration(minutes * 60_000);
  return ` · ${took === null ? say('x_holdPlanned', { planned }) : say('x_holdPlannedTook', { planned, took })}`;
}
