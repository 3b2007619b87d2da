import type { ReplayMark, ReplayView } from '../../shared/contract/ipc/replay.ts';

/** Moving through a run of the past: what stands on its time line, and how time passes while it plays. */

/** A moment: the time since the first record, and the last record that counts then. */
export interface Moment {
  readonly ms: number;
  readonly seq: number;
}

/** How fast it plays, times the time it took. */
export const speeds = [1, 4, 16, 60] as const;
export type Speed = (typeof speeds)[number];

/** How far the arrow keys go, in milliseconds; far with Shift. */
export const NEAR_MS = 5_000;
export const FAR_MS = 60_000;

/** What a mark on the time line stands for; its word is the text `replay-mark-…`. */
export type MarkKind =
  | 'started'
  | 'ended'
  | 'step'
  | 'passed'
  | 'failed'
  | 'inconclusive'
  | 'unknown'
  | 'decision'
  | 'signed'
  | 'rejected'
  | 'interruption'
  | 'held'
  | 'continued'
  | 'gap'
  | 'glass'
  | 'handover'
  | 'host'
  | 'gone'
  | 'rollback'
  | 'afterwards';

const kinds: Readonly<Partial<Record<ReplayMark['type'], MarkKind>>> = {
  'run-started': 'started',
  'run-ended': 'ended',
  'step-entered': 'step',
  'target-decided': 'decision',
  'finding-judged': 'decision',
  'approval-given': 'decision',
  'no-return-accepted': 'decision',
  'countersign-waived': 'decision',
  'preflight-decided': 'decision',
  countersigned: 'signed',
  'countersign-rejected': 'rejected',
  'interruption-logged': 'interruption',
  'run-held': 'held',
  'run-continued': 'continued',
  'lockdown-gap-opened': 'gap',
  'glass-broken': 'glass',
  'handed-over': 'handover',
  'pen-taken': 'handover',
  'host-lost': 'host',
  'host-failed': 'host',
  'rollback-begun': 'rollback',
  'paper-recorded': 'afterwards',
  'note-added': 'afterwards',
  'analysis-filed': 'afterwards',
};

/** What a record is on the time line; null for those that only make the picture change. */
export function kindOf({
  type,
  verdict,
  presence,
}: Pick<ReplayMark, 'type' | 'verdict' | 'presence'>): MarkKind | null {
  return verdict ?? (presence === 'gone' ? 'gone' : (kinds[type] ?? null));
}

/** Gravest first: where many fall on one place, it shows this one. */
const gravest: readonly MarkKind[] = [
  ...(['glass', 'rollback', 'unknown', 'failed', 'gap', 'handover', 'rejected', 'host', 'gone'] as const),
  ...(['inconclusive', 'held', 'decision', 'interruption', 'ended', 'started', 'afterwards'] as const),
  ...(['signed', 'continued', 'passed', 'step'] as const),
];

/** The record that counts at a time. */
export function momentAt(marks: readonly ReplayMark[], ms: number): Moment {
  let low = 0;
  let high = marks.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((marks[middle]?.ms ?? 0) <= ms) low = middle;
    else high = middle - 1;
  }
  return { ms, seq: marks[low]?.seq ?? 0 };
}

/** What one goes among from event to event; its word is the text `replay-among-…`. */
export const amongs = ['all', 'step', 'trouble', 'decision'] as const;
export type Among = (typeof amongs)[number];

const among: Readonly<Record<Exclude<Among, 'all'>, ReadonlySet<MarkKind>>> = {
  step: new Set(['step']),
  trouble: new Set([
    ...(['failed', 'unknown', 'inconclusive', 'rejected', 'gap', 'glass', 'host', 'gone', 'rollback'] as const),
  ]),
  decision: new Set(['decision', 'signed', 'rejected', 'held', 'continued', 'handover', 'rollback', 'afterwards']),
};

/** The next thing of its sort on the time line in a direction, or null where there is none. */
export function neighbour(
  marks: readonly ReplayMark[],
  { seq }: Moment,
  direction: 1 | -1,
  sort: Among = 'all',
): ReplayMark | null {
  const shown = marks.filter((mark) => {
    const kind = kindOf(mark);
    return kind !== null && (sort === 'all' || among[sort].has(kind));
  });
  return (direction === 1 ? shown.find((mark) => mark.seq > seq) : shown.findLast((mark) => mark.seq < seq)) ?? null;
}

/** Marks that fall on one place of the time line. */
export interface MarkGroup {
  /** Fraction of the time line. */
  readonly place: number;
  readonly kind: MarkKind;
  /** The gravest of them, and how many there are. */
  readonly mark: ReplayMark;
  readonly count: number;
}

/** The marks as the time line has room for them: at most so many places. */
export function groupMarks(marks: readonly ReplayMark[], durationMs: number, places: number): readonly MarkGroup[] {
  const groups = new Map<number, MarkGroup>();
  for (const mark of marks) {
    const kind = kindOf(mark);
    if (kind === null) continue;
    const fraction = durationMs === 0 ? 0 : mark.ms / durationMs;
    const slot = Math.round(fraction * (places - 1));
    const known = groups.get(slot);
    const count = (known?.count ?? 0) + 1;
    const graver = known === undefined || gravest.indexOf(kind) < gravest.indexOf(known.kind);
    groups.set(slot, graver ? { place: fraction, kind, mark, count } : { ...known, count });
  }
  return [...groups.values()].sort((a, b) => a.place - b.place);
}

/** A quiet stretch takes at most so many milliseconds while it is shortened. */
const QUIET_TAKES_MS = 1_500;

/**
 * Where playing has got to after `elapsed` milliseconds before the screen. Quiet stretches pass quickly where
 * `shorten` says so.
 */
export function played(
  view: Pick<ReplayView, 'quiet' | 'durationMs'>,
  from: number,
  elapsed: number,
  { speed, shorten }: { readonly speed: Speed; readonly shorten: boolean },
): number {
  let ms = from;
  let left = elapsed;
  while (left > 0 && ms < view.durationMs) {
    const stretch = shorten ? view.quiet.find(({ until }) => until > ms) : undefined;
    const inside = stretch !== undefined && stretch.from <= ms;
    const rate = inside ? Math.max(speed, (stretch.until - stretch.from) / QUIET_TAKES_MS) : speed;
    const border = stretch === undefined ? view.durationMs : inside ? stretch.until : stretch.from;
    const step = Math.min(left, (border - ms) / rate);
    ms = step < left ? border : ms + step * rate;
    left -= step;
  }
  return Math.min(ms, view.durationMs);
}

/**
 * A time as a person types it, in milliseconds since the first record: `22:04` or `22:04:11` is the time of day, the
 * first such one in the run; `+12:30` or `+1:02:03` is how long it had been going. Null where it is neither.
 */
export function typedTime(text: string, startedAt: string): number | null {
  const parts = /^(\+?)(\d{1,3}):([0-5]?\d)(?::([0-5]?\d))?$/.exec(text.trim());
  if (parts === null) return null;
  const [, plus, first = '0', second = '0', third] = parts;
  if (plus === '+') {
    const all = third === undefined ? [0, first, second] : [first, second, third];
    const [h, min, s] = all.map(Number) as [number, number, number];
    return ((h * 60 + min) * 60 + s) * 1_000;
  }
  if (Number(first) > 23) return null;
  const began = new Date(startedAt);
  const day = new Date(began);
  day.setHours(Number(first), Number(second), Number(third ?? 0), 0);
  // The minute in which it began counts as its beginning; anything before is the next day's.
  if (day.getTime() <= began.getTime() - 60_000) day.setDate(day.getDate() + 1);
  return Math.max(0, day.getTime() - began.getTime());
}

/** What the replay's own keys do; null for every other key. */
export type ReplayKey = 'play' | 'back' | 'forward' | 'far-back' | 'far-forward' | 'before' | 'next' | 'search';

/** Which of the replay's keys was pressed. `onButton`: the space bar belongs to what has the keyboard. */
export function replayKeyOf(press: {
  readonly key: string;
  readonly shift: boolean;
  readonly modified: boolean;
  readonly taken: boolean;
  readonly onButton: boolean;
}): ReplayKey | null {
  if (press.modified || press.taken) return null;
  switch (press.key) {
    case ' ':
      return press.onButton ? null : 'play';
    case 'ArrowLeft':
      return press.shift ? 'far-back' : 'back';
    case 'ArrowRight':
      return press.shift ? 'far-forward' : 'forward';
    case '[':
      return 'before';
    case ']':
      return 'next';
    case '/':
      return 'search';
    default:
      return null;
  }
}
