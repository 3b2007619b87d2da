import type { Gap } from '../../../shared/contract/lockdown.ts';

/** The gaps that a window can see of itself; notifications and a dead app are sensed elsewhere. */
export type WindowGap = Exclude<Gap, 'notifications-unblocked' | 'app-died'>;

/** How things stand at one moment, as far as they can be sensed. */
export interface LockFacts {
  /** A clock that only goes forward, in milliseconds. It may stand still while the computer sleeps. */
  readonly at: number;
  /** Milliseconds since the computer was started, sleep included; may be coarse. */
  readonly uptime: number;
  readonly asleep: boolean;
  readonly screenLocked: boolean;
  readonly minimized: boolean;
  readonly visible: boolean;
  readonly focused: boolean;
  /** What is wrong with the window's place, in a few technical words; empty: it is full screen, above and on its display. */
  readonly amiss: string;
  /** The displays in words; changes whenever one comes, goes or changes its size or place. */
  readonly displays: string;
  /** Who manages windows (X11: the check window's id); null: nobody does. Where it cannot be told, always the same. */
  readonly manager: string | null;
}

/** What should be done to put things right. */
export type Mend = 'restore' | 'show' | 'place' | 'focus';

export type GapChange =
  | { readonly type: 'opened'; readonly gap: WindowGap; readonly detail: string }
  | { readonly type: 'closed'; readonly gap: WindowGap; readonly durationMs: number };

interface OpenGap {
  readonly since: number;
  /** From when on all was well again; null while it is not. */
  readonly over: number | null;
}

/** Everything the watch remembers from one look to the next. */
export interface Watch {
  readonly open: { readonly [G in WindowGap]?: OpenGap };
  /** When each gap was last closed. */
  readonly closed: { readonly [G in WindowGap]?: number };
  readonly mended: { readonly [M in Mend]?: number };
  /** The displays or the window manager changed, and the window was not placed anew since. */
  readonly moved: boolean;
  readonly last: LockFacts;
}

export interface Look {
  readonly watch: Watch;
  readonly changes: readonly GapChange[];
  readonly mends: readonly Mend[];
}

/**
 * A gap that comes back this soon after it was closed is closed again only when it has been quiet for as long: what
 * flaps is one long gap, not a flood of short ones. So each gap is opened at most twice in such a span.
 */
export const calmMs = 10_000;
/** The same thing is put right at most this often, so that two programs that both want the front do not race. */
export const mendMs = 250;
/** The computer must have been gone at least this long for sleep to be told from a coarse clock. */
const sleptMs = 3_000;

/** Begins with things as they were when the lock was taken. */
export const beginWatch = (facts: LockFacts): Watch => ({
  open: {},
  closed: {},
  mended: {},
  moved: false,
  last: facts,
});

/** These explain that the window is away: while one is open, the lost focus that comes with it is not told as well. */
const explaining: readonly WindowGap[] = ['minimized', 'hidden', 'display-changed', 'window-manager-gone'];

/** Holds reality against what should be: which gaps opened or closed, and what is to be put right. */
export function look(watch: Watch, facts: LockFacts): Look {
  const changes: GapChange[] = [];
  let next: Watch = watch;
  const judge = (gap: WindowGap, begins: boolean, goesOn: boolean, detail = ''): void => {
    const judged = judgeGap(next, gap, begins, goesOn, clockOf(gap, facts), detail);
    next = judged.watch;
    changes.push(...judged.changes);
  };
  const slept = facts.uptime - watch.last.uptime - (facts.at - watch.last.at) > sleptMs;
  if (slept && !facts.asleep && watch.open.asleep === undefined) {
    next = judgeGap(next, 'asleep', true, true, watch.last.uptime, '').watch;
    changes.push({ type: 'opened', gap: 'asleep', detail: '' });
  }
  judge('asleep', facts.asleep, facts.asleep);
  judge('screen-locked', facts.screenLocked, facts.screenLocked);
  // What happens behind a locked screen cannot be seen, and need not be put right before somebody is back.
  if (facts.asleep || facts.screenLocked) return { watch: { ...next, last: facts }, changes, mends: [] };

  const inPlace = facts.visible && !facts.minimized && facts.amiss === '' && facts.focused && facts.manager !== null;
  judge('minimized', facts.minimized, !inPlace);
  judge('hidden', !facts.visible && !facts.minimized, !inPlace);
  judge('display-changed', facts.displays !== watch.last.displays, !inPlace, facts.displays);
  judge('window-manager-gone', facts.manager !== watch.last.manager || facts.manager === null, !inPlace);
  const explained = explaining.some((gap) => next.open[gap] !== undefined);
  judge('not-full-screen', facts.amiss !== '' && !explained, facts.amiss !== '', facts.amiss);
  judge('focus-lost', !facts.focused && !explained, !facts.focused);

  const moved = watch.moved || facts.displays !== watch.last.displays || facts.manager !== watch.last.manager;
  const mends = mendsFor({ ...next, moved }, facts);
  const mended = { ...next.mended, ...Object.fromEntries(mends.map((mend) => [mend, facts.at])) };
  return { watch: { ...next, mended, moved: moved && !mends.includes('place'), last: facts }, changes, mends };
}

/** The lock is being left: what is still open ends here. */
export function endWatch(watch: Watch, at: number, uptime: number): readonly GapChange[] {
  return (Object.entries(watch.open) as [WindowGap, OpenGap][]).map(([gap, { since, over }]) => ({
    type: 'closed',
    gap,
    durationMs: lasted(since, over ?? clockOf(gap, { at, uptime })),
  }));
}

/** Sleep is measured by a clock that goes on in it. */
const clockOf = (gap: WindowGap, { at, uptime }: Pick<LockFacts, 'at' | 'uptime'>): number =>
  gap === 'asleep' ? uptime : at;

const lasted = (since: number, until: number): number => Math.max(0, Math.round(until - since));

function judgeGap(
  watch: Watch,
  gap: WindowGap,
  begins: boolean,
  goesOn: boolean,
  now: number,
  detail: string,
): { readonly watch: Watch; readonly changes: readonly GapChange[] } {
  const open = watch.open[gap];
  const put = (changed: OpenGap): Watch => ({ ...watch, open: { ...watch.open, [gap]: changed } });
  if (open === undefined) {
    if (!begins) return { watch, changes: [] };
    return { watch: put({ since: now, over: null }), changes: [{ type: 'opened', gap, detail }] };
  }
  if (begins || goesOn) return { watch: open.over === null ? watch : put({ ...open, over: null }), changes: [] };
  const over = open.over ?? now;
  const closed = watch.closed[gap];
  const restless = closed !== undefined && open.since - closed < calmMs;
  if (restless && now - over < calmMs) return { watch: put({ ...open, over }), changes: [] };
  const { [gap]: _, ...others } = watch.open;
  return {
    watch: { ...watch, open: others, closed: { ...watch.closed, [gap]: now } },
    changes: [{ type: 'closed', gap, durationMs: lasted(open.since, over) }],
  };
}

/** In the order in which they have to be done. A new window manager knows nothing of us until it is told. */
function mendsFor(watch: Watch, facts: LockFacts): readonly Mend[] {
  const wanted: readonly (readonly [Mend, boolean])[] = [
    ['restore', facts.minimized],
    ['show', !facts.visible && !facts.minimized],
    ['place', facts.amiss !== '' || watch.moved],
    ['focus', !facts.focused || facts.minimized || watch.moved],
  ];
  const due = (mend: Mend): boolean => facts.at - (watch.mended[mend] ?? Number.NEGATIVE_INFINITY) >= mendMs;
  return wanted.filter(([mend, wants]) => wants && due(mend)).map(([mend]) => mend);
}
