import { assertNever } from '../assert-never.ts';
import type { JournalRecord } from '../contract/events.ts';
import type { LockdownState } from './state.ts';

/** What lockdown, the checks before it and notifications add to a run. */
type LockdownType =
  | 'preflight-checked'
  | 'preflight-decided'
  | 'lockdown-chosen'
  | 'notifications-blocked'
  | 'notifications-released'
  | 'lockdown-entered'
  | 'lockdown-left'
  | 'lockdown-gap-opened'
  | 'lockdown-gap-closed'
  | 'way-out-refused'
  | 'glass-asked'
  | 'glass-withdrawn'
  | 'glass-signed'
  | 'glass-refused'
  | 'glass-broken';

type RecordOf<T extends LockdownType> = Extract<JournalRecord, { type: T }>;

/** A run of which nothing was locked yet. */
export const neverLocked: LockdownState = {
  on: false,
  offReason: null,
  status: 'open',
  spans: [],
  notifications: null,
  releases: [],
  checks: [],
  checkedAt: null,
  decisions: [],
  gaps: [],
  refused: {},
  glass: null,
  glasses: [],
};

/** The lockdown after a record about it; a part of the one fold (`transition.ts`). */
export function applyLockdown(lockdown: LockdownState, record: RecordOf<LockdownType>): LockdownState {
  const { at } = record;
  switch (record.type) {
    case 'preflight-checked': {
      const renewed = new Set(record.data.checks.map(({ item }) => item));
      const kept = lockdown.checks.filter(({ item }) => !renewed.has(item));
      return { ...lockdown, checks: [...kept, ...record.data.checks], checkedAt: at };
    }
    case 'preflight-decided': {
      // What the person saw is on record before the decision, so the decision itself need not repeat it.
      const seen = lockdown.checks.find(({ code }) => code === record.data.code);
      const decision = { ...record.data, params: seen?.params ?? null, by: record.actor.name, at };
      return { ...lockdown, decisions: [...lockdown.decisions, decision] };
    }
    case 'lockdown-chosen':
      return { ...lockdown, on: record.data.on, offReason: record.data.reason };
    case 'notifications-blocked':
      return { ...lockdown, notifications: { ...record.data, since: at } };
    case 'notifications-released':
      return {
        ...lockdown,
        notifications: null,
        releases: [...lockdown.releases, { ...record.data, at }],
        gaps: closeAll(lockdown.gaps, at, (gap) => gap === 'notifications-unblocked'),
      };
    case 'lockdown-entered': {
      const span = { from: at, until: null, sensed: record.data.sensed, end: null };
      return { ...lockdown, status: 'locked', spans: [...lockdown.spans, span] };
    }
    case 'lockdown-left':
      return leave(lockdown, record);
    case 'lockdown-gap-opened':
      return { ...lockdown, gaps: [...lockdown.gaps, { ...record.data, from: at, until: null, durationMs: null }] };
    case 'lockdown-gap-closed':
      return closeGap(lockdown, record);
    case 'way-out-refused': {
      const { way, times } = record.data;
      return { ...lockdown, refused: { ...lockdown.refused, [way]: (lockdown.refused[way] ?? 0) + times } };
    }
    case 'glass-asked': {
      if (lockdown.status !== 'locked' || lockdown.glass !== null) return lockdown;
      const { seq, hash, actor } = record;
      const { reason } = record.data;
      return { ...lockdown, glass: { reason, by: actor.name, at, seq, hash, signedBy: null } };
    }
    case 'glass-signed':
      return lockdown.glass === null || lockdown.glass.signedBy !== null
        ? lockdown
        : { ...lockdown, glass: { ...lockdown.glass, signedBy: record.data.participant } };
    case 'glass-withdrawn':
      return settleGlass(lockdown, 'withdrawn', null, null);
    case 'glass-refused':
      return settleGlass(lockdown, 'refused', record.data.participant, record.data.reason);
    case 'glass-broken': {
      if (lockdown.glass === null) return lockdown;
      const { signedBy } = record.data;
      const settled = settleGlass(lockdown, signedBy === null ? 'broken' : 'signed', signedBy, null);
      return { ...settled, status: 'broken' };
    }
    default:
      return assertNever(record);
  }
}

/**
 * A new session: the lock died with the process (or stayed on the machine) of the one before, whatever that could still
 * record. When it was left is recorded next.
 */
export function lockOfNewSession(lockdown: LockdownState): LockdownState {
  return lockdown.status === 'locked' ? unlocked(lockdown) : lockdown;
}

/**
 * Leaving by the glass keeps it broken until the run goes on; every other end leaves the lock open. Gaps in a lock end
 * with it.
 */
function leave(lockdown: LockdownState, { at, data }: RecordOf<'lockdown-left'>): LockdownState {
  const left = unlocked(lockdown);
  const last = left.spans.at(-1);
  if (last === undefined || last.until !== null) return left;
  const spans = left.spans.with(-1, { ...last, until: at, end: data.cause });
  return { ...left, spans, gaps: closeAll(left.gaps, at, (gap) => gap !== 'notifications-unblocked') };
}

/** A glass that nobody signed has nothing left to open. */
function unlocked(lockdown: LockdownState): LockdownState {
  const settled = lockdown.glass?.signedBy === null ? settleGlass(lockdown, 'withdrawn', null, null) : lockdown;
  return settled.status === 'broken' ? settled : { ...settled, status: 'open' };
}

/** Gaps whose end nobody sensed. */
function closeAll(
  gaps: LockdownState['gaps'],
  at: string,
  which: (gap: LockdownState['gaps'][number]['gap']) => boolean,
): LockdownState['gaps'] {
  if (!gaps.some(({ gap, until }) => until === null && which(gap))) return gaps;
  return gaps.map((one) => (one.until === null && which(one.gap) ? { ...one, until: at } : one));
}

function closeGap(lockdown: LockdownState, { at, data }: RecordOf<'lockdown-gap-closed'>): LockdownState {
  const index = lockdown.gaps.findLastIndex(({ gap, until }) => gap === data.gap && until === null);
  const found = lockdown.gaps[index];
  if (found === undefined) return lockdown;
  return { ...lockdown, gaps: lockdown.gaps.with(index, { ...found, until: at, durationMs: data.durationMs }) };
}

function settleGlass(
  lockdown: LockdownState,
  outcome: LockdownState['glasses'][number]['outcome'],
  participant: string | null,
  answer: string | null,
): LockdownState {
  if (lockdown.glass === null) return lockdown;
  const { reason, by, at } = lockdown.glass;
  const asked = { reason, by, at, outcome, participant, answer };
  return { ...lockdown, glass: null, glasses: [...lockdown.glasses, asked] };
}
