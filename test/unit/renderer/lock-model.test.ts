import { describe, expect, it } from 'vitest';
import { blockFocus } from '../../../renderer/model/block-focus.ts';
import { waitsForChecker } from '../../../renderer/model/checker/waits.ts';
import { glassNeed, glassRefused } from '../../../renderer/model/lockdown/glass.ts';
import { isLocked, isQuiet, lockMark } from '../../../renderer/model/lockdown/mark.ts';
import { pauseTimes } from '../../../renderer/model/lockdown/pause.ts';
import { lockStory } from '../../../renderer/model/lockdown/story.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { LockView } from '../../../shared/contract/ipc/lock.ts';
import type { LinkView } from '../../../shared/contract/ipc/people.ts';
import { foldEvents } from '../../helpers/fake-countersign-api.ts';
import { manualStep, planOf, step } from '../../helpers/plans.ts';

const plan = planOf(
  [step('stop'), step('copy', { block: 0 }), step('start', { block: 0 }), manualStep('look', { phase: 1 })],
  {
    production: true,
    phases: [
      { kind: 'hot', title: 'Release' },
      { kind: 'wrap-up', title: 'Finish' },
    ],
  },
);
const chosen: RunEvent = { type: 'lockdown-chosen', data: { on: true, reason: null } };
const begun: readonly RunEvent[] = [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops', person: 'Li Wei', pid: 1, resumed: false },
  },
  {
    type: 'session-identified',
    data: { session: 's1', name: 'Li Wei', contact: '', publicKey: `${'L'.repeat(43)}=`, signature: 'S'.repeat(88) },
  },
  chosen,
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'stop' } },
];
const withChecker: readonly RunEvent[] = [
  ...begun,
  {
    type: 'participant-asked',
    data: {
      ...{ participant: 'p1', name: 'Zhao Min', contact: '', publicKey: `${'Z'.repeat(43)}=`, machine: 'desk' },
      ...{ address: '10.0.0.2', sameMachine: false, pinned: true },
    },
  },
  { type: 'participant-admitted', data: { participant: 'p1', role: 'checker' } },
];
const blocked = (verified = true): RunEvent => ({
  type: 'notifications-blocked',
  data: { adapter: 'dunst', daemon: 'dunst', verified },
});
const enters = (sensed = true): RunEvent => ({
  type: 'lockdown-entered',
  data: { display: { width: 1, height: 1 }, displays: 1, sensed },
});
const left: RunEvent = { type: 'lockdown-left', data: { cause: 'held' } };
const held = (cause: 'operator' | 'glass', minutes: number | null): RunEvent => ({
  type: 'run-held',
  data: { reason: 'because', cause, minutes },
});
const opens = (gap: 'minimized' | 'notifications-unblocked'): RunEvent => ({
  type: 'lockdown-gap-opened',
  data: { gap, detail: '' },
});
const asks: RunEvent = { type: 'glass-asked', data: { reason: 'fire' } };
const refuses: RunEvent = { type: 'glass-refused', data: { participant: 'p1', reason: 'a test' } };

const fold = (...events: readonly RunEvent[]) => foldEvents(plan, events, Date.parse('2026-11-20T22:00:00Z'), 60_000);
const locked = fold(...begun, blocked(), enters());
const view = (
  state: NonNullable<LockView['notifications']>['state'] | null,
  status: LockView['status'] = 'locked',
): LockView => ({ status, notifications: state === null ? null : { adapter: 'dunst', state, waiting: 2 } });
const mark = (...given: Parameters<typeof lockMark>) => {
  const found = lockMark(...given);
  if (found === null) throw new Error('Nothing is said.');
  return found;
};

describe('the mark of the lock', () => {
  it('is quiet only where the lock is in place and notifications were read back', () => {
    expect(mark(locked, view('blocked'))).toMatchObject({ standing: 'locked', quiet: 'quiet' });
    expect(isQuiet(mark(locked, view('blocked')))).toBe(true);
    for (const one of [view('not-verified'), view('lost'), view(null), view('blocked', 'entering'), null])
      expect(isQuiet(mark(locked, one)), JSON.stringify(one)).toBe(false);
  });

  it('is never called locked on the history’s word alone', () => {
    expect(mark(locked, null).standing).toBe('locking');
    expect(mark(locked, view('blocked', 'entering')).standing).toBe('locking');
    expect(mark(fold(...begun), view(null)).standing).toBe('locking');
  });

  it('says that nothing keeps notifications back, rather than nothing', () => {
    expect(mark(locked, view(null)).quiet).toBe('none');
  });

  it('tells of a window that nobody could read back, and of a gap that goes on', () => {
    const unsensed = mark(fold(...begun, enters(false)), view('blocked'));
    expect(unsensed.windowVerified).toBe(false);
    expect(isQuiet(unsensed)).toBe(false);
    const open = mark(fold(...begun, enters(), opens('minimized'), opens('notifications-unblocked')), view('blocked'));
    expect(open.gaps.map(({ gap }) => gap)).toEqual(['minimized']);
    expect(isQuiet(open)).toBe(false);
  });

  it('tells checking from locking', () => {
    expect(mark(fold(...begun), view(null, 'checking')).standing).toBe('checking');
    expect(mark(fold(...begun), view(null, 'entering')).standing).toBe('locking');
  });

  it('says that a run on hold is not locked, and that a broken glass is not', () => {
    expect(mark(fold(...begun, enters(), held('operator', 5), left), view(null, 'open')).standing).toBe('held');
    const broken: RunEvent = { type: 'glass-broken', data: { reason: 'fire', signedBy: null } };
    expect(mark(fold(...begun, enters(), asks, broken), view(null, 'open')).standing).toBe('broken');
  });

  it('says nothing of lockdown that is off, but for production, and nothing before the start', () => {
    const off: RunEvent = { type: 'lockdown-chosen', data: { on: false, reason: 'a shared screen' } };
    const events = [...begun.filter((one) => one !== chosen), off];
    expect(mark(fold(...events), null).standing).toBe('off');
    expect(lockMark(foldEvents({ ...plan, production: false }, events, 0, 1), null)).toBeNull();
    expect(lockMark(fold(chosen), null)).toBeNull();
  });

  it('counts as locked from the first word of either side', () => {
    expect(isLocked(locked, null)).toBe(true);
    expect(isLocked(fold(...begun), view(null))).toBe(true);
    expect(isLocked(fold(...begun), view(null, 'entering'))).toBe(false);
  });
});

describe('what breaking the glass needs', () => {
  it('is nobody where no checker is here, and the checker’s signature where one is', () => {
    expect(glassNeed(locked)).toEqual({ type: 'alone' });
    expect(glassNeed(fold(...withChecker, enters()))).toEqual({ type: 'signature', name: 'Zhao Min' });
    const gone: RunEvent = {
      type: 'participant-presence',
      data: { participant: 'p1', presence: 'gone', cause: 'silent', silentMs: 30_000 },
    };
    expect(glassNeed(fold(...withChecker, enters(), gone))).toEqual({ type: 'alone' });
  });

  it('is a restoration inside an atomic block', () => {
    const inside = fold(...begun, enters(), { type: 'block-entered', data: { block: 0 } });
    expect(glassNeed(inside)).toEqual({ type: 'restore', block: 'Replace the build' });
  });

  it('is nothing where nothing is locked', () => {
    expect(glassNeed(fold(...begun))).toEqual({ type: 'not-locked' });
  });

  it('is waiting once it was asked for, and the refusal once it was refused', () => {
    const waits = fold(...withChecker, enters(), asks);
    expect(glassNeed(waits)).toMatchObject({ type: 'waits', name: 'Zhao Min', reason: 'fire' });
    const refused = fold(...withChecker, enters(), asks, refuses);
    expect(glassNeed(refused).type).toBe('signature');
    expect(glassRefused(refused)).toMatchObject({ name: 'Zhao Min', answer: 'a test' });
    expect(glassRefused(waits)).toBeNull();
    expect(glassRefused(fold(...withChecker, enters(), asks, refuses, asks))).toBeNull();
  });

  it('forgets a refusal of an earlier lock', () => {
    const again = fold(...withChecker, enters(), asks, refuses, held('operator', 5), left, enters());
    expect(glassRefused(again)).toBeNull();
  });
});

describe('the block alone', () => {
  it('is all that is shown inside a block, and nothing is left out elsewhere', () => {
    expect(blockFocus(locked)).toBeNull();
    expect(blockFocus(fold(...begun, { type: 'block-entered', data: { block: 0 } }))).toEqual([1, 2]);
  });
});

describe('a pause', () => {
  it('has its beginning, and its end only where somebody said one', () => {
    const state = fold(...begun, enters(), held('operator', 20));
    const since = Date.parse(state.heldSince ?? '');
    expect(pauseTimes(state)).toEqual({ since, meantMs: 1_200_000, until: since + 1_200_000 });
    expect(pauseTimes(fold(...begun, held('operator', null)))).toMatchObject({ until: null });
    expect(pauseTimes(locked)).toBeNull();
  });
});

describe('the lock as the checker reads it', () => {
  it('tells since when, what of notifications, every gap and every refused way out', () => {
    const story = lockStory(
      fold(
        ...begun,
        blocked(false),
        enters(),
        opens('minimized'),
        { type: 'lockdown-gap-closed', data: { gap: 'minimized', durationMs: 900 } },
        { type: 'way-out-refused', data: { way: 'close', times: 3 } },
        { type: 'way-out-refused', data: { way: 'zoom', times: 1 } },
      ),
    );
    expect(story).toMatchObject({ standing: 'locked', quiet: 'not-verified', refused: 4 });
    expect(story?.since).not.toBeNull();
    expect(story?.gaps).toMatchObject([{ gap: 'minimized', durationMs: 900 }]);
  });

  it('calls notifications lost from the gap on, and kept back again after it', () => {
    const lost = [...begun, blocked(), enters(), opens('notifications-unblocked')];
    expect(lockStory(fold(...lost))?.quiet).toBe('lost');
    const back: RunEvent = { type: 'lockdown-gap-closed', data: { gap: 'notifications-unblocked', durationMs: 4 } };
    expect(lockStory(fold(...lost, back))?.quiet).toBe('quiet');
    expect(lockStory(fold(...begun, enters()))?.quiet).toBe('none');
  });

  it('tells why production is not locked', () => {
    const off: RunEvent = { type: 'lockdown-chosen', data: { on: false, reason: 'a shared screen' } };
    expect(lockStory(fold(...begun, off))).toMatchObject({ standing: 'off', offReason: 'a shared screen' });
  });

  it('rings for a glass once, until it is answered', () => {
    const link = { role: 'checker', status: 'connected', participant: 'p1', challengeUntil: null } as LinkView;
    const kinds = (...events: readonly RunEvent[]) =>
      waitsForChecker(fold(...withChecker, enters(), ...events), link).map(({ kind }) => kind);
    expect(kinds(asks)).toEqual(['glass']);
    expect(kinds(asks, refuses)).toEqual([]);
    expect(waitsForChecker(fold(...withChecker, enters(), asks), { ...link, role: 'observer' })).toEqual([]);
  });
});
