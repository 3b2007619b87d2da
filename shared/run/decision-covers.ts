import { readBytes } from '../config/bytes.ts';
import type { CheckCode, PreflightCheck } from '../contract/lockdown.ts';

type Params = PreflightCheck['params'];

/** What a person went past: what was found, and what its sentence named then. Without that it is about the code alone. */
export interface DecidedFinding {
  readonly code: CheckCode;
  readonly params?: Params | null;
}

/** True while what is found now is what a decision was about: the same, and not clearly worse than it was then. */
export function covers({ code, params }: DecidedFinding, now: Pick<PreflightCheck, 'code' | 'params'>): boolean {
  if (code !== now.code) return false;
  return params == null || worse[code]?.(params, now.params) !== true;
}

/** A battery that lost this many points is another battery to decide about. */
const batteryPoints = 10;

/**
 * When a finding is clearly worse than it was; what is not among these cannot get worse without becoming another one.
 * Equal or better is never worse, and what cannot be read of a sentence is not compared.
 */
const worse: Readonly<Partial<Record<CheckCode, (before: Params, now: Params) => boolean>>> = {
  'notifications-not-verified': otherDaemon,
  'notifications-not-blocked': otherDaemon,
  'notifications-unsupported': otherDaemon,
  'power-low': (before, now) => numberIn(before, 'percent') - numberIn(now, 'percent') >= batteryPoints,
  'disk-low': (before, now) => sizeIn(now, 'free') < sizeIn(before, 'free') / 2,
  'clock-off': clocksWorse,
  'clock-unknown': moreHosts,
  'hosts-missing': moreHosts,
};

function otherDaemon(before: Params, now: Params): boolean {
  return before['daemon'] !== now['daemon'];
}

/** NaN, which compares with nothing, where there is no number. */
function numberIn(params: Params, name: string): number {
  return Number.parseFloat(params[name] ?? '');
}

function sizeIn(params: Params, name: string): number {
  return readBytes(params[name] ?? '') ?? Number.NaN;
}

/** The hosts of a finding as its sentence lists them, and how many more there were that it does not name. */
interface Listed {
  /** By how many seconds the clock is off, on either side; null where the sentence says nothing of it. */
  readonly hosts: ReadonlyMap<string, number | null>;
  readonly more: number;
}

/** Reads `app1 +4.2 s, app2 ?, app3 … +3` (`check-table.ts`). */
function listedIn({ hosts = '' }: Params): Listed {
  const [, named = hosts, more = '0'] = /^(.*) … \+(\d+)$/.exec(hosts) ?? [];
  const entries = named.split(', ').map((entry) => {
    const [host = '', seconds] = entry.split(' ');
    const off = Math.abs(Number.parseFloat(seconds ?? ''));
    return [host, Number.isNaN(off) ? null : off] as const;
  });
  return { hosts: new Map(entries), more: Number(more) };
}

/** A host is among them that was not. One that is named only now may have been among those that were not named. */
function moreHosts(before: Params, now: Params): boolean {
  const [then, found] = [listedIn(before), listedIn(now)];
  const fresh = [...found.hosts.keys()].filter((host) => !then.hosts.has(host));
  return fresh.length > then.more || found.hosts.size + found.more > then.hosts.size + then.more;
}

/** Another host's clock is off, or one by more than it was and the limit once again. A silent host was no better off. */
function clocksWorse(before: Params, now: Params): boolean {
  if (moreHosts(before, now)) return true;
  const [then, limit] = [listedIn(before).hosts, numberIn(now, 'limit')];
  // Listed with the furthest first: who was not named was no further off than the last.
  const last = [...then.values()].at(-1) ?? null;
  return [...listedIn(now).hosts].some(([host, off]) => {
    const was = then.has(host) ? (then.get(host) ?? null) : last;
    return off !== null && was !== null && off > was + limit;
  });
}
